"""The EC2 instances that carry a tag, and whether this machine is one of them."""

from __future__ import annotations

import re
import urllib.request
from dataclasses import dataclass

from cron2aws.aws.session import Session, translated
from cron2aws.task.task import Target

METADATA = "http://169.254.169.254/latest"  # the instance metadata service, version 2
METADATA_SECONDS = 1.0
_INSTANCE_ID = re.compile(r"i-[0-9a-f]{8,17}")
ALIVE = ["pending", "running", "stopping", "stopped"]


@dataclass(frozen=True, kw_only=True)
class Instance:
    """An EC2 instance; `name` is its Name tag, or its id."""

    id: str
    name: str
    state: str


class Instances:
    """EC2 in our words."""

    def __init__(self, session: Session) -> None:
        self._ec2 = session.client("ec2")

    def with_tag(self, target: Target) -> tuple[Instance, ...]:
        """Every instance that carries the tag, stopped ones too: they may be started again."""
        filters = [
            {"Name": f"tag:{target.name}", "Values": [target.value]},
            {"Name": "instance-state-name", "Values": ALIVE},
        ]
        with translated(f"looking for the instances with {target}"):
            pages = self._ec2.get_paginator("describe_instances").paginate(Filters=filters)
            raws = [
                raw
                for page in pages
                for group in page["Reservations"]
                for raw in group["Instances"]
            ]
        found = [
            Instance(
                id=raw["InstanceId"],
                name={tag["Key"]: tag["Value"] for tag in raw.get("Tags", ())}.get(
                    "Name", raw["InstanceId"]
                ),
                state=raw["State"]["Name"],
            )
            for raw in raws
        ]
        return tuple(sorted(found, key=lambda instance: instance.id))


def this_instance(base: str = METADATA) -> str | None:
    """This machine's instance id, or None where no metadata service answers within a second."""
    lifetime = {"X-aws-ec2-metadata-token-ttl-seconds": "60"}
    token = _metadata("PUT", f"{base}/api/token", lifetime)
    if token is None:
        return None
    found = _metadata("GET", f"{base}/meta-data/instance-id", {"X-aws-ec2-metadata-token": token})
    # a captive portal answers everything
    return found if found and _INSTANCE_ID.fullmatch(found) else None


def _metadata(method: str, url: str, headers: dict[str, str]) -> str | None:
    # a proxy must never see this address
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(url, method=method, headers=headers)  # noqa: S310
    try:
        with opener.open(request, timeout=METADATA_SECONDS) as answer:
            return str(answer.read().decode("ascii")).strip()
    except (OSError, ValueError):
        return None
