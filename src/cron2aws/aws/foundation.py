"""The stacks that tasks share: found by name, made, brought up to date and deleted.

What holds up every task must not fall: a stack of that name that is not ours is refused, another
operator's work is waited for and used, no update replaces a role or a topic, and termination
protection is lifted only to delete what nobody uses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypedDict, assert_never

from cron2aws.aws.change_sets import ChangeSets
from cron2aws.aws.description import Description
from cron2aws.aws.repairs import deleted, readied
from cron2aws.aws.requests import Request, Template
from cron2aws.aws.stack_calls import StackCalls
from cron2aws.aws.stacks import TAKEN
from cron2aws.errors import AwsError, SafetyError
from cron2aws.plan.actions import ResourceChange
from cron2aws.plan.leftovers import Resource
from cron2aws.plan.shared import Kind, SetupStep
from cron2aws.plan.stack_states import Doing, Way, way
from cron2aws.task.foundation import (
    DOCUMENTS_STACK,
    FOUNDATION,
    FOUNDATION_PARAMETERS,
    OLDER_FOUNDATION,
    TAG_DOCUMENTS,
    TAG_FOUNDATION,
    TAG_OLDER_FOUNDATION,
    TAG_TARGET,
    DocumentsStack,
    Foundation,
    SharedStack,
    TargetStack,
    target_of,
    target_stack_name,
)
from cron2aws.task.target import Target

KEPT_TYPES = frozenset({"AWS::IAM::Role", "AWS::SNS::Topic", "AWS::SQS::Queue"})
"""What both templates retain on deletion."""
NOT_KEPT = frozenset({"SilenceRole"})
"""But for this one: no task lives by it."""
NEVER_REPLACED = frozenset({"AWS::IAM::Role", "AWS::SNS::Topic"})
MOST_MEETINGS = 5
"""How often another operator may be met before it is no coincidence."""
LEFT_TOPIC = (
    "an earlier foundation left its topics: delete them, or `cron2aws setup --succeeded-topic-arn "
    "ARN --failed-topic-arn ARN` uses them again"
)
_LEFT_TOPIC = re.compile(r"(Succeeded|Failed)Topic: .*already exists", re.IGNORECASE | re.DOTALL)
_MOVING = "_IN_PROGRESS state and can not be updated"


@dataclass(frozen=True, kw_only=True)
class SharedTemplates:
    """The texts of cfn/foundation.yaml, cfn/target.yaml and cfn/documents.yaml."""

    foundation: str
    target: str
    documents: str

    def of(self, kind: Kind) -> Template:
        """The template of this kind of stack."""
        match kind:
            case Kind.FOUNDATION:
                return Template(body=self.foundation, makes_roles=True)
            case Kind.TARGET:
                return Template(body=self.target, makes_roles=True)
            case Kind.DOCUMENTS:
                return Template(body=self.documents, makes_roles=False)
            case _:
                assert_never(kind)


class SharedStacks:
    """The foundation, the targets and the documents of one account and region."""

    def __init__(
        self,
        calls: StackCalls,
        change_sets: ChangeSets,
        templates: SharedTemplates,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._calls = calls
        self._change_sets = change_sets
        self._templates = templates
        self._tell = tell

    def foundation(self) -> Foundation | None:
        """The foundation, an older one too; None where there is none.

        SafetyError where a stack of its name is not ours.
        """
        for name, tag in (
            (FOUNDATION, TAG_FOUNDATION),
            (OLDER_FOUNDATION, TAG_OLDER_FOUNDATION),
        ):
            found = self._calls.describe(name)
            if found is not None and found.status != "DELETE_COMPLETE":
                return _foundation(found, tag)
        return None

    def target(self, target: Target) -> TargetStack | None:
        """A target's stack; None where there is none, SafetyError where it is not ours."""
        found = self._calls.describe(target_stack_name(target))
        if found is None or found.status == "DELETE_COMPLETE":
            return None
        return _target(found, target)

    def documents(self) -> DocumentsStack | None:
        """The documents' stack; None where there is none, SafetyError where it is not ours."""
        found = self._calls.describe(DOCUMENTS_STACK)
        if found is None or found.status == "DELETE_COMPLETE":
            return None
        return _documents(found)

    def targets(self) -> tuple[TargetStack, ...]:
        """The stacks of all targets."""
        return tuple(
            TargetStack(**_fields(found), target=target_of(found.parameters))
            for found in self._calls.tagged(TAG_TARGET)
            if found.status != "DELETE_COMPLETE"
        )

    def bring(self, step: SetupStep) -> SharedStack:
        """Carry a step out, until the stack is as the step says, whoever else works on it.

        SafetyError where its state has another way out, it is not ours, or an update would replace
        a role or a topic; AwsError where it did not come up.
        """
        for _ in range(MOST_MEETINGS):
            found = self._ready(step)
            try:
                if found is None:
                    self._make(step)
                else:
                    self._update(step, found)
            except AwsError as refused:
                if not _met_another(refused):
                    raise
                self._tell(f"{step.stack_name}: somebody else is at it; it is waited for")
                continue
            made = self._look(step)
            if made is not None:
                return made
        raise AwsError(
            what=f"stack {step.stack_name} does not come to rest",
            why="others make, change or delete it all the time",
            fix="run the same command again when they are done",
        )

    def preview(self, step: SetupStep) -> tuple[ResourceChange, ...]:
        """What an update of a stack that stands would do to its resources.

        SafetyError where it would replace a role or a topic; nothing is changed.
        """
        if step.stack is None:
            return ()
        found = self._change_sets.preview(step.stack.stack_id, self._wanted(step, step.stack))
        replaced = [
            f"{each.logical} ({each.type})"
            for each in found
            if each.type in NEVER_REPLACED and each.may_replace
        ]
        if replaced:
            raise _replaces(step.stack, replaced)
        return found

    def delete(self, stack: SharedStack) -> tuple[Resource, ...]:
        """Delete it, its protection lifted for that, and return the resources that stay.

        Whether anybody uses it is the caller's question. AwsError where it still stands.
        """
        now = readied(
            self._calls,
            lambda: self._same(stack),
            Doing.END,
            self._tell,
            lambda: AssertionError("what is gone is deleted"),
        )
        if now is None:
            return ()
        kept = tuple(
            each
            for each in self._calls.resources(now.stack_id)
            if each.type in KEPT_TYPES
            and each.logical not in NOT_KEPT
            and each.physical
            and each.status != "DELETE_COMPLETE"
        )
        self._remove(now, may_retain=True)
        return kept

    def _make(self, step: SetupStep) -> None:
        dead = self._look(step)
        if dead is not None and way(dead.status, Doing.MAKE) is Way.REPLACE:
            self._tell(f"{dead.stack_name}: in {dead.status}, it never came up, and is made anew")
            self._remove(dead, may_retain=False)
        wanted = Request(
            template=self._templates.of(step.kind),
            parameters=step.parameters,
            tags=step.tags,
            role_arn=step.role_arn,
        )
        line = step.stack.made_by if step.stack else _line(step)
        fix = f"mend the cause, then `{line}` makes it anew"
        try:
            self._calls.create_protected(step.stack_name, wanted, fix=fix)
        except AwsError as failed:
            if _LEFT_TOPIC.match(failed.why or ""):
                raise AwsError(what=failed.what, why=failed.why, fix=LEFT_TOPIC) from failed
            raise

    def _update(self, step: SetupStep, found: SharedStack) -> None:
        self.preview(replace(step, stack=found))
        self._calls.change(found.stack_id, self._wanted(step, found))
        self._calls.protect(found.stack_id, protected=True)

    def _wanted(self, step: SetupStep, found: SharedStack) -> Request:
        # a stack of an older template has not all parameters, and a template drops some
        known = FOUNDATION_PARAMETERS if step.kind is Kind.FOUNDATION else found.parameters
        kept = [each for each in found.parameters if each not in step.parameters and each in known]
        return Request(
            template=self._templates.of(step.kind),
            parameters=step.parameters,
            kept=kept,
            tags={**found.tags, **step.tags},
            role_arn=step.role_arn,
        )

    def _remove(self, stack: SharedStack, *, may_retain: bool) -> None:
        self._calls.protect(stack.stack_id, protected=False)
        deleted(self._calls, stack, self._tell, may_retain=may_retain)

    def _ready(self, step: SetupStep) -> SharedStack | None:
        return readied(
            self._calls,
            lambda: self._look(step),
            Doing.MAKE,
            self._tell,
            lambda: AssertionError("what is gone is made"),
        )

    def _look(self, step: SetupStep) -> SharedStack | None:
        if step.target is not None:
            return self.target(step.target)
        return self.documents() if step.kind is Kind.DOCUMENTS else self.foundation()

    def _same(self, stack: SharedStack) -> SharedStack | None:
        found = self._calls.look(stack.stack_id)
        if found is None or found.status == "DELETE_COMPLETE":
            return None
        match stack:
            case TargetStack():
                return _target(found, stack.target)
            case DocumentsStack():
                return _documents(found)
            case _:
                older = found.name == OLDER_FOUNDATION
                return _foundation(found, TAG_OLDER_FOUNDATION if older else TAG_FOUNDATION)


def _line(step: SetupStep) -> str:
    words = step.target.options if step.target else ()
    return " ".join(["cron2aws setup", *words])


def _met_another(refused: AwsError) -> bool:
    why = refused.why or ""
    return TAKEN in why or _MOVING in why


def _foundation(found: Description, tag: str) -> Foundation:
    if tag not in found.tags:
        raise _foreign(found, tag)
    return Foundation(**_fields(found))


def _target(found: Description, target: Target) -> TargetStack:
    if found.tags.get(TAG_TARGET) != target.id:
        raise _foreign(found, f"{TAG_TARGET}={target.id}")
    return TargetStack(**_fields(found), target=target)


def _documents(found: Description) -> DocumentsStack:
    if TAG_DOCUMENTS not in found.tags:
        raise _foreign(found, TAG_DOCUMENTS)
    return DocumentsStack(**_fields(found))


class _Fields(TypedDict):
    stack_name: str
    stack_id: str
    status: str
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    outputs: Mapping[str, str]


def _fields(found: Description) -> _Fields:
    return {
        "stack_name": found.name,
        "stack_id": found.id,
        "status": found.status,
        "parameters": found.parameters,
        "tags": found.tags,
        "outputs": found.outputs,
    }


def _foreign(found: Description, tag: str) -> SafetyError:
    return SafetyError(
        what=f"a stack {found.name} exists and is not ours",
        why=f"it has no tag {tag}",
        fix="delete it, or make tasks with --own-roles",
    )


def _replaces(found: SharedStack, replaced: list[str]) -> SafetyError:
    return SafetyError(
        what=f"stack {found.stack_name} is not updated: that would replace {', '.join(replaced)}",
        why="running tasks hold the old one, and a role that is made anew breaks their functions",
        fix="keep the options that it was made with (--role-path, its topics); nothing was changed",
    )
