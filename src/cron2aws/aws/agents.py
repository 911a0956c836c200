"""The SSM agents of instances, as Systems Manager knows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from cron2aws.aws.failures import translated
from cron2aws.aws.records import Record, answer
from cron2aws.preflight.facts import Agent

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

AT_A_TIME = 50
"""Instance ids that one SendCommand takes; DescribeInstanceInformation answers as many a page."""


def in_parts(ids: Sequence[str]) -> Iterator[list[str]]:
    """The ids, so many in each part as one call takes."""
    for at in range(0, len(ids), AT_A_TIME):
        yield list(ids[at : at + AT_A_TIME])


def agents_of(
    ssm: SSMClient, ids: Sequence[str], turn: Callable[[], None] = lambda: None
) -> Mapping[str, Agent]:
    """The agents of these instances that Systems Manager knows, online or not.

    `turn` is called before each call.
    """
    found: dict[str, Agent] = {}
    with translated("asking Systems Manager which hosts it reaches"):
        for part in in_parts(ids):
            turn()
            pages = ssm.get_paginator("describe_instance_information").paginate(
                Filters=[{"Key": "InstanceIds", "Values": part}],
                PaginationConfig={"PageSize": AT_A_TIME},
            )
            for page in pages:
                rows = answer(page).records("InstanceInformationList")
                found |= {row.text("InstanceId"): _agent(row) for row in rows}
    return found


def _agent(row: Record) -> Agent:
    return Agent(
        ping=row.text_or_none("PingStatus") or "",
        version=row.text_or_none("AgentVersion") or "",
        platform=row.text_or_none("PlatformType") or "",
    )
