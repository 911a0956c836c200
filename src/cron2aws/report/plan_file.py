"""A plan file read back. What it says was checked by nobody yet: it may be edited, or made up."""

from __future__ import annotations

from dataclasses import replace

from cron2aws.errors import SafetyError
from cron2aws.plan.actions import Action
from cron2aws.plan.agreeing import disagreement
from cron2aws.plan.recorded import (
    EntryBasis,
    LineEdit,
    Recorded,
    RecordedDeletion,
    RecordedStep,
    Reread,
    SharedBasis,
)
from cron2aws.plan.recorded_rollback import RecordedRollback
from cron2aws.plan.recording import sha256_of
from cron2aws.plan.shared import Kind, SetupStep, is_to_come
from cron2aws.plan.spread import RunOn
from cron2aws.plan.values import Problem, Step
from cron2aws.report import plan_file_parts as parts
from cron2aws.report import plan_file_values as values
from cron2aws.report.json_plan_file import PLAN_FILE, plan_file_json
from cron2aws.report.json_rollback_file import ROLLBACK_FILE
from cron2aws.report.rollback_file import read_rollback_file
from cron2aws.task.target import Target
from cron2aws.task.task import Task
from cron2aws.task.template import violations

AGAIN = "make it anew: `migrate ... --dry-run --plan-file FILE`"
_NEEDED = frozenset({"RuleName", "EntryId", "TakesOver"})


def read_plan_file(text: str, name: str) -> tuple[Recorded | RecordedRollback, str]:
    """The plan in a file, of `migrate` or of a rollback, and its digest.

    SafetyError where it is none, was edited, or is not as this program writes them.
    """
    document = parts.document_of(text, name, (PLAN_FILE, ROLLBACK_FILE), AGAIN)
    if document["schema"] == ROLLBACK_FILE:
        return read_rollback_file(document, name), str(document["digest"])
    with parts.refusing(name, AGAIN):
        recorded = _recorded(document)
    # its digest fits what it says already, and nothing of it is carried out besides what was read
    anew = {**plan_file_json(recorded), "digest": document["digest"]}
    why = disagreement(recorded) or values.first_difference(anew, document, "plan")
    if why:
        raise SafetyError(what=f"{name} does not do what it shows", why=why, fix=AGAIN)
    return recorded, str(document["digest"])


def _recorded(document: values.JsonObject) -> Recorded:
    target = values.target(document["target"]["tags"])
    head = parts.head(document)
    head["reread"] = _converting(head["reread"], document["read"])
    return Recorded(
        **head,
        target=target,
        instances=values.mapping(document["instances"]),
        templates=values.mapping(document["templates"]),
        comment_out=values.flag(document["comment_out"]),
        rehearse=values.flag(document["rehearse"]),
        shared=tuple(
            SharedBasis(
                kind=Kind(each["kind"]),
                stack_name=values.like(parts.STACK, each["stack"]),
                state=values.text_or_none(each["state"]),
            )
            for each in document["shared"]
        ),
        setup=tuple(_setup(each, target) for each in document["setup"]),
        steps=tuple(map(_step, document["steps"])),
        deletions=tuple(map(_deletion, document["deletions"])),
        problems=tuple(map(_problem, document["problems"])),
    )


def _setup(each: values.JsonObject, target: Target) -> SetupStep:
    kind = Kind(each["kind"])
    return SetupStep(
        kind=kind,
        action=Action(each["action"]),
        stack_name=values.like(parts.STACK, each["stack"]),
        stack=None,
        parameters=values.mapping(each["parameters"]),
        tags=values.mapping(each["tags"]),
        role_arn=values.text_or_none(each["role_arn"]),
        target=target if kind is Kind.TARGET else None,
    )


def _deletion(each: values.JsonObject) -> RecordedDeletion:
    return RecordedDeletion(
        id=values.like(parts.ID, each["id"]),
        stack_name=values.like(parts.STACK, each["stack"]),
        host=values.text(each["host"]),
        source=values.text(each["source"]),
        stack=parts.stack_basis(each["rests_on"]["stack"]),
    )


def _step(each: values.JsonObject) -> RecordedStep:
    parameters = values.mapping(each["parameters"])
    enabled = values.flag(each["enabled"])
    if parameters.pop("Enabled") != str(enabled).lower() or not parameters.keys() >= _NEEDED:
        raise values.WrongValue(each["stack"], "a stack whose parameters fit its step")
    entry_id = values.like(parts.ID, each["id"])
    known = {name: value for name, value in parameters.items() if not is_to_come(value)}
    if (wrong := violations(known)) or parameters["EntryId"] != entry_id:
        raise values.WrongValue("; ".join(wrong) or entry_id, "what a task can have")
    if "Command" in parameters and sha256_of(parameters["Command"]) != each["command"]["sha256"]:
        raise values.WrongValue(each["command"]["sha256"], "the digest of the command")
    stack_name = values.like(parts.STACK, each["stack"])
    basis = each["rests_on"]
    step = Step(
        action=Action(each["action"]),
        task=Task(
            id=entry_id,
            stack_name=stack_name,
            parameters=parameters,
            tags=values.mapping(each["tags"]),
        ),
        hosts=values.texts(each["hosts"]),
        without=values.texts(each["hosts_without"]),
        not_known=values.whole(each["hosts_not_known"]),
        run_on=RunOn(each["run_on"]),
        source=values.text(each["source"]),
        line=values.whole(each["line"]),
        user=values.text(each["user"]),
        enabled=enabled,
        stack_name=stack_name,
        comment_out=values.flag(each["comment_out"]),
        handed_over=values.flag(each["handed_over"]),
        managed=values.text_or_none(each["managed"]),
        deploy_role=values.text_or_none(each["deploy_role"]),
        protect=values.flag_or_none(each["protect"]),
        template=_versions(each["template"]),
    )
    return RecordedStep(
        step=step,
        stack=parts.stack_basis(basis["stack"]) if basis["stack"] else None,
        entries=tuple(map(_entry_basis, basis["entries"])),
        command=values.text(each["command"]["sha256"]),
        edits=tuple(map(_edit, each["edits"])),
    )


def _versions(template: values.JsonObject | None) -> tuple[int, int] | None:
    if template is None:
        return None
    return values.whole(template["before"]), values.whole(template["after"])


def _converting(reread: Reread, read: values.JsonObject) -> Reread:
    """The same, with how schedules are converted, and what is allowed of entries."""
    return replace(
        reread,
        trigger=values.trigger(read["trigger"]),
        since=values.day(read["since"]),
        prefer_rate=values.flag(read["prefer_rate"]),
        quiet_guards=values.flag_or_none(read["quiet_guards"]),
        allow_secret=values.texts(read["allow_secret"]),
    )


def _entry_basis(each: values.JsonObject) -> EntryBasis:
    return EntryBasis(
        host=values.text(each["host"]),
        line=values.whole(each["line"]),
        is_marked=values.flag(each["is_marked"]),
        text=values.text(each["text"]),
        sha256=values.text(each["sha256"]),
    )


def _edit(each: values.JsonObject) -> LineEdit:
    return LineEdit(
        hosts=values.texts(each["hosts"]),
        before=values.text_or_none(each["before"]),
        after=values.text_or_none(each["after"]),
        sha256_before=values.text(each["sha256_before"]),
        sha256_after=values.text(each["sha256_after"]),
    )


def _problem(each: values.JsonObject) -> Problem:
    return Problem(
        id=values.text(each["id"]),
        what=values.text(each["what"]),
        fix=values.text(each["fix"]),
        host=values.text(each["host"]),
        source=values.text(each["source"]),
        line=values.whole(each["line"]),
    )
