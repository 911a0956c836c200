"""What a schedule or a rule hands to its target when it fires, as AWS fills it in."""

from __future__ import annotations

import json
import re
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

PLACEHOLDER = re.compile(r"<([^<>\"]+)>")


def moment(scheduled: datetime) -> str:
    """`2027-03-22T18:59:00Z`, the form of both triggers."""
    return f"{scheduled.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def scheduler_input(target: Mapping[str, Any], arn: str, scheduled: datetime) -> str:
    """The schedule's Input with its context attributes filled in; `{}` where it has none."""
    values = {
        "aws.scheduler.scheduled-time": moment(scheduled),
        "aws.scheduler.schedule-arn": arn,
        "aws.scheduler.execution-id": str(uuid.uuid4()),
        "aws.scheduler.attempt-number": "1",
    }
    return PLACEHOLDER.sub(
        lambda found: values.get(found[1], found[0]), str(target.get("Input", "{}"))
    )


def rule_event(rule_arn: str, account: str, region: str, scheduled: datetime) -> dict[str, Any]:
    """The event that a scheduled rule makes."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": account,
        "time": moment(scheduled),
        "region": region,
        "resources": [rule_arn],
        "detail": {},
    }


def rule_input(target: Mapping[str, Any], event: Mapping[str, Any]) -> str:
    """What a rule's target gets: its constant Input, its transformed input, or the event."""
    if "Input" in target:
        return str(target["Input"])
    transformer = target.get("InputTransformer")
    if transformer is None:
        return json.dumps(event)
    paths = transformer.get("InputPathsMap", {})
    values = {name: _at(event, path) for name, path in paths.items()}
    return _fill(str(transformer["InputTemplate"]), values)


def _fill(template: str, values: Mapping[str, object]) -> str:
    """Inside quotes a text goes in as it is, outside it brings its own quotes."""

    def value(found: re.Match[str]) -> str:
        if found[1] not in values:
            return found[0]
        quoted = template[: found.start()].count('"') % 2 == 1
        given = values[found[1]]
        return str(given) if quoted and isinstance(given, str) else json.dumps(given)

    return PLACEHOLDER.sub(value, template)


def _at(event: Mapping[str, Any], path: str) -> object:
    """The value at a path such as `$.detail.status`."""
    found: Any = event
    for name in path.removeprefix("$").split("."):
        found = found.get(name) if name and isinstance(found, dict) else found
    return found
