"""A plan file read back. What it says was checked by nobody yet: it may be edited, or made up."""

from __future__ import annotations

import json
import re
from typing import Any

from cron2aws.errors import SafetyError
from cron2aws.plan.actions import Action
from cron2aws.plan.recorded import (
    EntryBasis,
    LineEdit,
    MadeOn,
    Recorded,
    RecordedDeletion,
    RecordedFile,
    RecordedStep,
    Reread,
    SharedBasis,
    StackBasis,
    sha256_of,
)
from cron2aws.plan.shared import Kind, SetupStep, is_to_come
from cron2aws.plan.values import Place, Problem, Step
from cron2aws.report.json_plan_file import PLAN_FILE, digest_in
from cron2aws.task.target import Target
from cron2aws.task.task import Task
from cron2aws.task.template import violations

AGAIN = "make it anew: `migrate ... --dry-run --plan-file FILE`"
_ID = re.compile(r"[0-9a-f]{16}|[0-9a-f]{8}")
_STACK = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,127}")
_ACCOUNT = re.compile(r"[0-9]{12}")
_REGION = re.compile(r"[a-z0-9-]{1,32}")
_NEEDED = frozenset({"RuleName", "EntryId", "TakesOver"})

Json = dict[str, Any]


class _Wrong(ValueError):
    """A value that no plan file of ours has."""

    def __init__(self, value: object, wanted: str) -> None:
        super().__init__(f"{value!r} is not {wanted}")


def read_plan_file(text: str, name: str) -> tuple[Recorded, str]:
    """The plan in a file, and its digest.

    SafetyError where it is none, was edited, or is not as this program writes them.
    """
    document = _document(text, name)
    try:
        return _recorded(document), str(document["digest"])
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise SafetyError(
            what=f"{name} is no plan that can be carried out",
            why=f"it lacks {wrong}" if isinstance(wrong, KeyError) else f"{wrong}",
            fix=AGAIN,
        ) from wrong


def _document(text: str, name: str) -> Json:
    try:
        document = json.loads(text)
        digest = digest_in(document) if isinstance(document, dict) else ""
    except (ValueError, RecursionError) as wrong:
        raise SafetyError(what=f"{name} is no plan file", why=f"{wrong}", fix=AGAIN) from wrong
    schema = document.get("schema") if isinstance(document, dict) else None
    if schema != PLAN_FILE:
        said = f"its schema is {schema!r}, not {PLAN_FILE}" if schema else "it has no schema"
        raise SafetyError(what=f"{name} is no plan file of this release", why=said, fix=AGAIN)
    if document.get("digest") != digest:
        raise SafetyError(
            what=f"{name} was edited",
            why="its digest is not that of what stands in it",
            fix=AGAIN,
        )
    found: Json = document
    return found


def _recorded(document: Json) -> Recorded:
    target = Target.having({str(k): list(v) for k, v in document["target"]["tags"].items()})
    read = dict(document["read"])
    return Recorded(
        made=_text(document["made"]),
        version=_text(document["version"]),
        command=_text(document["command"]),
        made_on=MadeOn(**document["made_on"]),
        hosts=_texts(document["hosts"]),
        place=Place(
            account=_like(_ACCOUNT, document["account"]),
            region=_like(_REGION, document["region"]),
        ),
        target=target,
        instances=_map(document["instances"]),
        templates=_map(document["templates"]),
        reread=Reread(
            **{
                **read,
                "named": _texts(read["named"]),
                "allow_secret": _texts(read["allow_secret"]),
            }
        ),
        comment_out=_flag(document["comment_out"]),
        rehearse=_flag(document["rehearse"]),
        shared=tuple(
            SharedBasis(
                kind=Kind(each["kind"]),
                stack_name=_like(_STACK, each["stack"]),
                state=_text_or_none(each["state"]),
            )
            for each in document["shared"]
        ),
        setup=tuple(_setup(each, target) for each in document["setup"]),
        steps=tuple(map(_step, document["steps"])),
        files=tuple(
            RecordedFile(
                path=_text(each["path"]),
                before=_text(each["sha256_before"]),
                after=_text(each["sha256_after"]),
            )
            for each in document["files"]
        ),
        deletions=tuple(map(_deletion, document["deletions"])),
        problems=tuple(Problem(**each) for each in document["problems"]),
    )


def _setup(each: Json, target: Target) -> SetupStep:
    kind = Kind(each["kind"])
    return SetupStep(
        kind=kind,
        action=Action(each["action"]),
        stack_name=_like(_STACK, each["stack"]),
        stack=None,
        parameters=_map(each["parameters"]),
        tags=_map(each["tags"]),
        role_arn=_text_or_none(each["role_arn"]),
        target=target if kind is Kind.TARGET else None,
    )


def _deletion(each: Json) -> RecordedDeletion:
    return RecordedDeletion(
        id=_like(_ID, each["id"]),
        stack_name=_like(_STACK, each["stack"]),
        host=_text(each["host"]),
        source=_text(each["source"]),
        stack=StackBasis(**each["rests_on"]["stack"]),
    )


def _step(each: Json) -> RecordedStep:
    parameters = _map(each["parameters"])
    enabled = _flag(each["enabled"])
    if parameters.pop("Enabled") != str(enabled).lower() or not parameters.keys() >= _NEEDED:
        raise _Wrong(each["stack"], "a stack whose parameters fit its step")
    entry_id = _like(_ID, each["id"])
    known = {name: value for name, value in parameters.items() if not is_to_come(value)}
    if (wrong := violations(known)) or parameters["EntryId"] != entry_id:
        raise _Wrong("; ".join(wrong) or entry_id, "what a task can have")
    if "Command" in parameters and sha256_of(parameters["Command"]) != each["command"]["sha256"]:
        raise _Wrong(each["command"]["sha256"], "the digest of the command")
    stack_name = _like(_STACK, each["stack"])
    template, edit, basis = each["template"], each["edit"], each["rests_on"]
    step = Step(
        action=Action(each["action"]),
        task=Task(
            id=entry_id, stack_name=stack_name, parameters=parameters, tags=_map(each["tags"])
        ),
        hosts=_texts(each["hosts"]),
        source=_text(each["source"]),
        line=int(each["line"]),
        user=_text(each["user"]),
        enabled=enabled,
        stack_name=stack_name,
        comment_out=_flag(each["comment_out"]),
        handed_over=_flag(each["handed_over"]),
        managed=_text_or_none(each["managed"]),
        deploy_role=_text_or_none(each["deploy_role"]),
        protect=None if each["protect"] is None else _flag(each["protect"]),
        template=(int(template["before"]), int(template["after"])) if template else None,
    )
    return RecordedStep(
        step=step,
        stack=StackBasis(**basis["stack"]) if basis["stack"] else None,
        entries=tuple(EntryBasis(**one) for one in basis["entries"]),
        command=_text(each["command"]["sha256"]),
        edit=LineEdit(**edit) if edit else None,
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _Wrong(value, "a text")
    return value


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise _Wrong(value, "true or false")
    return value


def _texts(values: list[object]) -> tuple[str, ...]:
    return tuple(map(_text, values))


def _map(values: Json) -> dict[str, str]:
    return {_text(name): _text(value) for name, value in values.items()}


def _like(form: re.Pattern[str], value: object) -> str:
    text = _text(value)
    if not form.fullmatch(text):
        raise _Wrong(text, f"like {form.pattern}")
    return text
