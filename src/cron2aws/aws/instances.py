"""The EC2 instances of a target, and whether this machine is one of them."""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cron2aws.aws.failures import translated
from cron2aws.aws.records import Record, answer
from cron2aws.aws.session import Session
from cron2aws.task.target import Target

if TYPE_CHECKING:
    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_ec2.type_defs import FilterTypeDef

METADATA = "http://169.254.169.254/latest"  # the instance metadata service, version 2
METADATA_SECONDS = 1.0  # until it takes the call: elsewhere the address may lead nowhere
ANSWER_SECONDS = 5.0  # of a host that is at work up to its limit
METADATA_BYTES = 1000  # a token has 56 signs, an id 19; a captive portal's page has no end
_INSTANCE_ID = re.compile(r"i-[0-9a-f]{8,17}")
MOST_VALUES = 200  # of one filter
_ALIVE: FilterTypeDef = {
    "Name": "instance-state-name",
    "Values": ["pending", "running", "stopping", "stopped"],
}


@dataclass(frozen=True, kw_only=True)
class Instance:
    """An EC2 instance; `name` is its Name tag, or its id."""

    id: str
    name: str
    state: str


class Instances:
    """EC2 in our words."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def _ec2(self) -> EC2Client:
        return self._session.client("ec2")  # made where it is called: a command needs few

    def with_tag(self, target: Target) -> tuple[Instance, ...]:
        """The target's instances, stopped ones too: they may be started again."""
        with translated(f"looking for the instances with {target}"):
            return _by_id(self._rows([*target.filters(), _ALIVE]))

    def of_targets(self, targets: Iterable[Target]) -> Mapping[Target, tuple[Instance, ...]]:
        """The instances of each target, as `with_tag` gives them; targets of one key in one call.

        A filter takes many values of a key, and answers come by pages.
        """
        by_key: dict[str, list[Target]] = {}
        for target in dict.fromkeys(targets):
            by_key.setdefault(target.tags[0][0], []).append(target)
        found: dict[Target, tuple[Instance, ...]] = {}
        for key, several in by_key.items():
            if len(several) == 1:
                found[several[0]] = self.with_tag(several[0])
                continue
            with translated(f"looking for the instances of {len(several)} targets"):
                rows = self._with_values(key, {each.tags[0][1] for each in several})
                for target in several:
                    found[target] = _by_id(row for row in rows if target.has(_tags(row)))
        return found

    def _with_values(self, key: str, values: Iterable[Iterable[str]]) -> list[Record]:
        """All that have the tag with one of these values, and are not gone."""
        asked = sorted({value for each in values for value in each})
        rows: dict[str, Record] = {}
        for at in range(0, len(asked), MOST_VALUES):
            tag: FilterTypeDef = {"Name": f"tag:{key}", "Values": asked[at : at + MOST_VALUES]}
            rows |= {row.text("InstanceId"): row for row in self._rows([tag, _ALIVE])}
        return list(rows.values())

    def with_ids(self, ids: Sequence[str]) -> tuple[Instance, ...]:
        """These instances, in their order; one that EC2 does not know has no state."""
        found: dict[str, Instance] = {}
        with translated("looking for the instances"):
            for at in range(0, len(ids), MOST_VALUES):
                # a filter, as EC2 refuses a list of ids of which one is gone
                part = [*ids[at : at + MOST_VALUES]]
                rows = self._rows([{"Name": "instance-id", "Values": part}])
                found |= {each.id: each for each in map(_instance, rows)}
        return tuple(found.get(each, Instance(id=each, name=each, state="")) for each in ids)

    def tags_of_running(self, ids: Iterable[str]) -> Mapping[str, Mapping[str, str]]:
        """The tags of those that run; one that is stopped or gone is not among them."""
        asked, found = sorted(ids), dict[str, Mapping[str, str]]()
        with translated("looking at the tags of instances"):
            for at in range(0, len(asked), MOST_VALUES):
                # a filter, as EC2 refuses a list of ids of which one is gone
                filters: list[FilterTypeDef] = [
                    {"Name": "instance-id", "Values": asked[at : at + MOST_VALUES]},
                    {"Name": "instance-state-name", "Values": ["running"]},
                ]
                rows = self._rows(filters)
                found |= {row.text("InstanceId"): _tags(row) for row in rows}
        return found

    def _rows(self, filters: list[FilterTypeDef]) -> list[Record]:
        pages = self._ec2.get_paginator("describe_instances").paginate(Filters=filters)
        return [
            row
            for page in pages
            for group in answer(page).records("Reservations")
            for row in group.records("Instances")
        ]


def _by_id(rows: Iterable[Record]) -> tuple[Instance, ...]:
    return tuple(sorted(map(_instance, rows), key=lambda instance: instance.id))


def _tags(row: Record) -> Mapping[str, str]:
    return row.pairs("Tags", "Key", "Value")


def _instance(row: Record) -> Instance:
    tags = _tags(row)
    return Instance(
        id=row.text("InstanceId"),
        name=tags.get("Name", row.text("InstanceId")),
        state=row.record("State").text("Name"),
    )


def this_instance(base: str = METADATA) -> str | None:
    """This machine's instance id, or None where no metadata service answers.

    It is there within a second, or not at all; then it has a few seconds for its answer.
    """
    lifetime = {"X-aws-ec2-metadata-token-ttl-seconds": "60"}
    token = _metadata("PUT", f"{base}/api/token", lifetime)
    if token is None:
        return None
    found = _metadata("GET", f"{base}/meta-data/instance-id", {"X-aws-ec2-metadata-token": token})
    # a captive portal answers everything
    return found if found and _INSTANCE_ID.fullmatch(found) else None


def _metadata(method: str, url: str, headers: dict[str, str]) -> str | None:
    at = urlsplit(url)
    # http.client asks no proxy: none must ever see this address
    asked = http.client.HTTPConnection(at.netloc, timeout=METADATA_SECONDS)
    try:
        asked.connect()
        asked.sock.settimeout(ANSWER_SECONDS)
        asked.request(method, at.path, headers=headers)
        came = asked.getresponse()
        said = came.read(METADATA_BYTES).decode("ascii").strip()
    except (OSError, ValueError, http.client.HTTPException):
        return None
    else:
        return said if came.status == http.HTTPStatus.OK else None
    finally:
        asked.close()
