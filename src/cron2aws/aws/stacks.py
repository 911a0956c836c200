"""The stacks of tasks in CloudFormation: found by their tag, never by name.

Whatever state a stack is in, `create`, `update` and `delete` find the way out of it, or refuse with
the command that gets out; plan/stack_states.py says which.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from cron2aws.aws.description import Description
from cron2aws.aws.repairs import deleted, readied
from cron2aws.aws.requests import Request, Template
from cron2aws.aws.stack_calls import StackCalls
from cron2aws.errors import AwsError
from cron2aws.plan.actions import ResourceChange
from cron2aws.plan.machines import LOGICAL_ID, OUTPUT, machine_by_name
from cron2aws.plan.stack_states import Doing, Way, foreign, vanished, way
from cron2aws.plan.values import Deployed
from cron2aws.task.foundation import TEMPLATE_VERSION
from cron2aws.task.rules import RULES
from cron2aws.task.task import TAG_ID

_KNOWN = frozenset(rule.name for rule in RULES)
TAKEN = "AlreadyExistsException"


@dataclass(frozen=True, kw_only=True)
class TaskTemplates:
    """The template of tasks as it is deployed: without roles of their own, and with them."""

    shared: Template
    own_roles: Template

    def of(self, parameters: Mapping[str, str]) -> Template:
        """The template for these parameters: with roles of its own, or without."""
        return self.shared if parameters.get("SendRoleArn") else self.own_roles

    def for_update(self, stack: Deployed, parameters: Mapping[str, str]) -> Template:
        """The one for a stack that gets these parameters.

        Where the stack's is of this release, or of a later one, it stays; but a task that gets
        shared roles in place of its own, or the other way round, has another.
        """
        wanted = self.of({**stack.parameters, **parameters})
        is_of_now = (stack.version or 0) >= TEMPLATE_VERSION
        if is_of_now and wanted is self.of(stack.parameters):
            return Template(body=None, makes_roles=wanted.makes_roles)
        return wanted


class Stacks:
    """The stacks of tasks; `tell` gets what a person should know of a repair."""

    def __init__(
        self,
        calls: StackCalls,
        templates: TaskTemplates,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._calls = calls
        self._templates = templates
        self._tell = tell

    def deployed(self) -> tuple[Deployed, ...]:
        """Every stack of ours in the account's region, whatever its state."""
        tagged = self._calls.tagged(TAG_ID)
        return tuple(found for each in tagged if (found := _deployed(each)))

    def get(self, stack_id: str) -> Deployed | None:
        """One stack of ours by its ARN or name; None where there is none, or not ours."""
        found = self._calls.describe(stack_id)
        return _deployed(found) if found else None

    def create(
        self,
        name: str,
        parameters: Mapping[str, str],
        tags: Mapping[str, str],
        *,
        role_arn: str | None = None,
        replaces: bool = False,
    ) -> None:
        """Create a task's stack; AwsError tells why it failed.

        A stack of this task that never came up under this name is deleted first; where it is known
        that there is one (`replaces`) no creation is tried in vain. `role_arn` is CloudFormation's
        service role for it.
        """
        template = self._templates.of(parameters)
        wanted = Request(
            template=template,
            parameters=_fitting(parameters, template.parameters or _KNOWN),
            tags=tags,
            role_arn=role_arn,
        )
        if replaces:
            self._cleared(name, tags[TAG_ID])  # else AWS says what stands there
        try:
            self._calls.create(name, wanted)
        except AwsError as refused:
            if TAKEN not in (refused.why or "") or not self._cleared(name, tags[TAG_ID]):
                raise
            self._calls.create(name, wanted)

    def _cleared(self, name: str, entry_id: str) -> bool:
        """Whether the name is free now: what stood there is gone, or was ours and never came up."""
        found = self._calls.settled(name)
        if found is None or found.status == "DELETE_COMPLETE":
            return True
        dead = self._known(found)
        if dead is None or dead.id != entry_id or not dead.is_task:
            return False
        if way(dead.status, Doing.MAKE) is not Way.REPLACE:
            return False
        self._tell(f"{name}: it is in {dead.status}, never came up, and is made anew")
        # what is retained would be in the new stack's way
        self._delete(dead, may_retain=False)
        return True

    def _known(self, found: Description) -> Deployed | None:
        stack = _deployed(found)
        if found.status != "REVIEW_IN_PROGRESS" or (stack and stack.is_task):
            return stack
        planned = [
            _deployed(replace(each, tags={**found.tags, **each.tags}))
            for each in self._calls.change_sets(found.id)
        ]
        ours = [each for each in planned if each and each.is_task]
        # one change set that is not ours makes it somebody else's
        if ours and len(ours) == len(planned) and len({each.id for each in ours}) == 1:
            return ours[0]
        return stack

    def _mine(self, stack: Deployed, found: Description | None) -> Deployed | None:
        """The stack as it is found, None where it is gone; SafetyError where it is not ours."""
        if found is None or found.status == "DELETE_COMPLETE":
            return None
        now = self._known(found)
        if now is None or now.id != stack.id or not now.is_task:
            raise foreign(stack)
        return replace(now, stack_id=found.id)

    def update(
        self, stack: Deployed, parameters: Mapping[str, str], *, role_arn: str | None = None
    ) -> None:
        """Change these parameters of a task, keep all others, and bring this release's template.

        A stack that has it already keeps it. What goes on there is waited for, and a failed update
        is taken back first; SafetyError where the stack takes no update, or is not ours.
        Its tags become those of `stack`, `role_arn` CloudFormation's service role from now on.
        """
        now = self._changeable(stack)
        wanted = self._wanted(replace(now, tags=stack.tags), parameters, role_arn)
        self._calls.change(now.stack_id, wanted)

    def preview(
        self, stack: Deployed, parameters: Mapping[str, str], *, role_arn: str | None = None
    ) -> tuple[ResourceChange, ...]:
        """What `update` would do to the stack's resources; nothing is changed, or waited for."""
        return self._calls.preview(stack.stack_id, self._wanted(stack, parameters, role_arn))

    def _wanted(
        self, stack: Deployed, parameters: Mapping[str, str], role_arn: str | None
    ) -> Request:
        template = self._templates.for_update(stack, parameters)
        # what the template does not have is refused: a release may have dropped a parameter, and
        # one without roles has not theirs
        stays = template.body is None
        known = frozenset(stack.parameters) if stays else template.parameters or _KNOWN
        return Request(
            template=template,
            parameters=_fitting(parameters, known),
            kept=[name for name in stack.parameters if name not in parameters and name in known],
            tags=stack.tags,
            role_arn=role_arn,
        )

    def flip(self, stack: Deployed, parameters: Mapping[str, str]) -> None:
        """Change these parameters alone: the template stays the one that the stack has.

        Raises as `update` does.
        """
        now = self._changeable(stack)
        wanted = Request(
            template=Template(body=None, makes_roles=not now.parameters.get("SendRoleArn")),
            parameters=parameters,
            kept=[name for name in now.parameters if name not in parameters],
            tags=stack.tags,
        )
        self._calls.change(now.stack_id, wanted)

    def _changeable(self, stack: Deployed) -> Deployed:
        now = self.ready(stack, Doing.CHANGE)
        if now is None:
            raise vanished(stack.stack_name, stack.id)
        return now

    def protect(self, name: str, *, protected: bool) -> None:
        """Set or lift a stack's termination protection."""
        self._calls.protect(name, protected=protected)

    def delete(self, stack: Deployed) -> None:
        """Delete a task's stack, and with it all that it made; its protection is lifted and told.

        What refuses is left behind and told, with what to do about it; AwsError where another
        person, or these credentials later, could delete it.
        """
        now = self._mine(stack, self._calls.settled(stack.stack_id))
        if now is not None:
            self._delete(now, may_retain=True)

    def _delete(self, stack: Deployed, *, may_retain: bool) -> None:
        if stack.is_protected:
            self._tell(f"{stack.stack_name}: its termination protection is lifted")
            self._calls.protect(stack.stack_id, protected=False)
        deleted(self._calls, stack, self._tell, may_retain=may_retain)

    def ready(self, stack: Deployed, doing: Doing) -> Deployed | None:
        """The stack in a state in which it can be worked on, after the repairs.

        None where it is gone, or must be made anew. SafetyError where its state has another way
        out, which is named, or where it is not ours; AwsError where a repair failed.
        """
        return readied(
            self._calls,
            lambda: self._mine(stack, self._calls.look(stack.stack_id)),
            doing,
            self._tell,
            lambda: vanished(stack.stack_name, stack.id),
        )

    def machine(self, stack: Deployed) -> str | None:
        """The ARN of its state machine, in every state of the stack; None where it has none."""
        if arn := stack.outputs.get(OUTPUT):
            return arn
        try:
            found = self._calls.resource(stack.stack_id, LOGICAL_ID)
        except AwsError:
            return machine_by_name(stack)
        if found is None or found.status in {"CREATE_FAILED", "DELETE_COMPLETE"}:
            return None
        return found.physical or machine_by_name(stack)


def _fitting(parameters: Mapping[str, str], known: frozenset[str]) -> Mapping[str, str]:
    """Without what is empty and the template does not have: it means nothing there."""
    return {name: value for name, value in parameters.items() if value or name in known}


def _deployed(stack: Description) -> Deployed | None:
    if TAG_ID not in stack.tags or stack.status == "DELETE_COMPLETE":
        return None
    return Deployed(
        id=stack.tags[TAG_ID],
        stack_name=stack.name,
        stack_id=stack.id,
        status=stack.status,
        parameters=stack.parameters,
        tags=stack.tags,
        outputs=stack.outputs,
        changed=stack.changed,
        is_protected=stack.is_protected,
        was_updated=stack.was_updated,
        service_role=stack.service_role,
    )
