"""EC2 instances for the stand-in hosts, so that DescribeInstances and tags answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moto.ec2.models import ec2_backends

from cron2aws.sandbox.foreign import Foreign

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cron2aws.sandbox.run_command.hosts import StandInHost


def put_instance(account: str, region: str, host: StandInHost) -> None:
    """An instance with the host's id and tags; one of that id that is there gets the new tags.

    moto makes up ids: ours is written over it before anything refers to it.
    """
    backend: Foreign = ec2_backends[account][region]
    if not any(host.instance_id == each.id for each in backend.all_instances()):
        reservation = backend.run_instances(
            "ami-12c6146b",
            1,
            None,
            [],
            instance_type="t3.micro",
            is_instance_type_default=False,
            region_name=region,
        )
        reservation.instances[0].id = host.instance_id
    known = backend.describe_tags(filters={"resource-id": [host.instance_id]})
    backend.delete_tags([host.instance_id], {tag["key"]: tag["value"] for tag in known})
    backend.create_tags([host.instance_id], dict(host.tags))


def tags_now(account: str, region: str, host: StandInHost) -> Mapping[str, str]:
    """As EC2 has them: CreateTags and DeleteTags change where commands go."""
    backend: Foreign = ec2_backends[account][region]
    return dict(backend.tags.get(host.instance_id, {}))
