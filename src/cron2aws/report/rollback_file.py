"""The file of a rollback read back: it may be edited, or made up, as `plan_file` says."""

from __future__ import annotations

from cron2aws.errors import SafetyError
from cron2aws.plan.agreeing_rollback import disagreement_of_rollback
from cron2aws.plan.recorded_rollback import (
    LineBack,
    RecordedReturn,
    RecordedRollback,
    StackBack,
)
from cron2aws.report import plan_file_parts as parts
from cron2aws.report import plan_file_values as values
from cron2aws.report.json_rollback_file import rollback_file_json
from cron2aws.task.template import violations

AGAIN = "make it anew: `rollback ... --dry-run --plan-file FILE`"


def read_rollback_file(document: values.JsonObject, name: str) -> RecordedRollback:
    """The rollback that a document says, whose digest fits already.

    SafetyError where it is not as this program writes them, or does not do what it shows.
    """
    with parts.refusing(name, AGAIN):
        recorded = _recorded(document)
    anew = {**rollback_file_json(recorded), "digest": document["digest"]}
    why = disagreement_of_rollback(recorded) or values.first_difference(anew, document, "plan")
    if why:
        raise SafetyError(what=f"{name} does not do what it shows", why=why, fix=AGAIN)
    return recorded


def _recorded(document: values.JsonObject) -> RecordedRollback:
    return RecordedRollback(
        **parts.head(document),
        without_lines=values.flag(document["without_lines"]),
        instances=values.mapping(document["instances"]),
        returns=tuple(map(_return, document["returns"])),
    )


def _return(each: values.JsonObject) -> RecordedReturn:
    stack = each["stack"]
    return RecordedReturn(
        id=values.like(parts.ID, each["id"]),
        host=values.text(each["host"]),
        source=values.text(each["source"]),
        rule_name=_rule_name(each["rule_name"]),
        lines=tuple(map(_line, each["lines"])),
        stack=None if stack is None else _stack(stack),
    )


def _rule_name(value: object) -> str | None:
    """It names a folder on the host."""
    found = values.text_or_none(value)
    if found is not None and violations({"RuleName": found}):
        raise values.WrongValue(found, "a name that a rule can have")
    return found


def _line(each: values.JsonObject) -> LineBack:
    return LineBack(
        host=values.text(each["host"]),
        source=values.text(each["source"]),
        line=values.whole_or_none(each["line"]),
        before=values.text_or_none(each["before"]),
        after=values.text_or_none(each["after"]),
        sha256_before=values.text_or_none(each["sha256_before"]),
        sha256_after=values.text(each["sha256_after"]),
    )


def _stack(each: values.JsonObject) -> StackBack:
    return StackBack(
        stack_name=values.like(parts.STACK, each["name"]),
        target=values.target(each["target"]["tags"]),
        schedule=values.text(each["schedule"]),
        command=values.text(each["command"]),
        enabled=values.flag(each["enabled"]),
        live_from=values.text(each["live_from"]),
        is_protected=values.flag(each["is_protected"]),
        basis=parts.stack_basis(each["rests_on"]),
    )
