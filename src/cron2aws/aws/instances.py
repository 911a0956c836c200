"""The EC2 instances of a target, and whether this machine is one of them."""

from __future__ import annotations

import http.client
import re
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cron2aws.aws.failures import translated
from cron2aws.aws.records import Record, answer
from cron2aws.aws.session import Session
from cron2aws.task.target import Target

if TYPE_CHECKING:
    from mypy_boto3_ec2.type_defs import FilterTypeDef

METADATA = "http://169.254.169.254/latest"  # the instance metadata service, version 2
METADATA_SECONDS = 1.0
METADATA_BYTES = 1000  # a token has 56 signs, an id 19; a captive portal's page has no end
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
        """The target's instances, stopped ones too: they may be started again."""
        filters: list[FilterTypeDef] = [
            *target.filters(),
            {"Name": "instance-state-name", "Values": ALIVE},
        ]
        with translated(f"looking for the instances with {target}"):
            pages = self._ec2.get_paginator("describe_instances").paginate(Filters=filters)
            found = [
                _instance(row)
                for page in pages
                for group in answer(page).records("Reservations")
                for row in group.records("Instances")
            ]
        return tuple(sorted(found, key=lambda instance: instance.id))


def _instance(row: Record) -> Instance:
    tags = row.pairs("Tags", "Key", "Value")
    return Instance(
        id=row.text("InstanceId"),
        name=tags.get("Name", row.text("InstanceId")),
        state=row.record("State").text("Name"),
    )


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
        with opener.open(request, timeout=METADATA_SECONDS) as came:
            said: bytes = came.read(METADATA_BYTES)
            return said.decode("ascii").strip()
    except (OSError, ValueError, http.client.HTTPException):
        return None
