"""CloudFormation's operations on stacks, each waited for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import botocore.exceptions

from cron2aws.aws.asking import Asking, is_missing, name_of
from cron2aws.aws.change_sets import ChangeSets
from cron2aws.aws.description import Description
from cron2aws.aws.failures import translated
from cron2aws.aws.records import Record, answer
from cron2aws.aws.requests import Request
from cron2aws.aws.session import Session
from cron2aws.errors import AwsError
from cron2aws.escapes import printable
from cron2aws.plan.actions import ResourceChange
from cron2aws.plan.leftovers import Resource

NO_CHANGE = "No updates are to be performed"
_AGAIN = "mend the cause, then run the same command again"


class StackCalls:
    """The stacks of one account and region; `sleep` takes seconds."""

    def __init__(self, session: Session, sleep: Callable[[float], None]) -> None:
        self._cloudformation = session.client("cloudformation")
        self._asking = Asking(self._cloudformation, sleep)
        self._change_sets = ChangeSets(session, sleep)

    def create(self, name: str, wanted: Request, *, fix: str = "") -> None:
        """Create a stack and wait for it.

        AwsError tells the first resource that failed, with `fix`, or the fix of a task's stack.
        """

        def send(token: str) -> str:
            made = self._cloudformation.create_stack(
                StackName=name, ClientRequestToken=token, **wanted.arguments()
            )
            return answer(made).text("StackId")

        stack_id = self._asking.once(f"creating stack {name}", name, send)
        found = self._there(stack_id)
        if found.status != "CREATE_COMPLETE":
            rollback = f"`cron2aws rollback {name}` deletes it"
            never_up = f"{rollback}; or mend the cause, and migrate makes it anew"
            raise self._asking.failure(found, fix or never_up)

    def create_protected(self, name: str, wanted: Request, *, fix: str) -> None:
        """The same, with termination protection."""
        self.create(name, replace(wanted, more={"EnableTerminationProtection": True}), fix=fix)

    def protect(self, stack_id: str, *, protected: bool) -> None:
        """Set or lift a stack's termination protection."""
        with translated(f"setting the termination protection of stack {name_of(stack_id)}"):
            made = self._cloudformation.update_termination_protection(
                StackName=stack_id, EnableTerminationProtection=protected
            )
            answer(made).text("StackId")  # somebody else's answer protects nothing

    def change(self, stack_id: str, wanted: Request) -> None:
        """Set these parameters, keep the values of others, and wait; no change counts as success.

        CloudFormation takes one operation at a time: let what goes on end first (`settled`).
        """

        def send(token: str) -> str:
            self._cloudformation.update_stack(
                StackName=stack_id, ClientRequestToken=token, **wanted.arguments()
            )
            return stack_id

        try:
            self._asking.once(f"updating stack {name_of(stack_id)}", stack_id, send)
        except AwsError as refused:
            if NO_CHANGE in (refused.why or ""):
                return
            raise
        found = self._there(stack_id)
        if found.status != "UPDATE_COMPLETE":
            raise self._asking.failure(found, _after_an_update(found.status))

    def preview(self, stack_id: str, wanted: Request) -> tuple[ResourceChange, ...]:
        """What `change` would do to a stack's resources; nothing is changed."""
        return self._change_sets.preview(stack_id, wanted)

    def _there(self, stack_id: str) -> Description:
        found = self._asking.ended(stack_id, begun=True)
        if found is None or found.status == "DELETE_COMPLETE":
            raise AwsError(
                what=f"stack {name_of(stack_id)} vanished while we waited for it",
                why="somebody deleted it",
                fix="run the same command again",
            )
        return found

    def remove(self, stack_id: str, *, retain: Sequence[str] = ()) -> Description | None:
        """Delete a stack and wait: None once it is gone, else how it stands, undeleted.

        `retain`: logical ids of resources to leave behind; only for a stack in DELETE_FAILED.
        """

        def send(token: str) -> str:
            if retain:
                self._cloudformation.delete_stack(
                    StackName=stack_id, RetainResources=list(retain), ClientRequestToken=token
                )
            else:
                self._cloudformation.delete_stack(StackName=stack_id, ClientRequestToken=token)
            return stack_id

        self._asking.once(f"deleting stack {name_of(stack_id)}", stack_id, send)
        found = self._asking.ended(stack_id, begun=True)
        return None if found is None or found.status == "DELETE_COMPLETE" else found

    def continue_rollback(self, stack_id: str, *, skip: Sequence[str] = ()) -> Description | None:
        """ContinueUpdateRollback, and how the stack stands then.

        Only a stack in UPDATE_ROLLBACK_FAILED takes it; `skip` are logical ids of resources in
        UPDATE_FAILED, which stay as they are.
        """

        def send(token: str) -> str:
            if skip:
                self._cloudformation.continue_update_rollback(
                    StackName=stack_id, ResourcesToSkip=list(skip), ClientRequestToken=token
                )
            else:
                self._cloudformation.continue_update_rollback(
                    StackName=stack_id, ClientRequestToken=token
                )
            return stack_id

        doing = f"continuing the rollback of stack {name_of(stack_id)}"
        self._asking.once(doing, stack_id, send)
        return self.settled(stack_id)

    def roll_back(self, stack_id: str) -> Description | None:
        """RollbackStack, for a stack in UPDATE_FAILED; the stack afterwards."""

        def send(token: str) -> str:
            self._cloudformation.rollback_stack(StackName=stack_id, ClientRequestToken=token)
            return stack_id

        self._asking.once(f"rolling back stack {name_of(stack_id)}", stack_id, send)
        return self.settled(stack_id)

    def settled(self, stack_id: str) -> Description | None:
        """The stack once no operation goes on any more; None where there is none."""
        return self._asking.ended(stack_id)

    def failure(self, found: Description, fix: str = _AGAIN) -> AwsError:
        """The error for a stack that ended in another state than asked for."""
        return self._asking.failure(found, fix)

    def describe(self, stack_id: str) -> Description | None:
        """CloudFormation's own description, or None where there is no such stack."""
        return self._asking.describe(stack_id)

    def look(self, stack_id: str) -> Description | None:
        """Like `describe`, but a look that is throttled or lost for a minute is no failure."""
        return self._asking.patient(stack_id)

    def tagged(self, tag: str) -> tuple[Description, ...]:
        """The region's stacks that have this tag, anybody's, by name: AWS's order is its own."""
        with translated("listing the stacks"):
            pages = self._cloudformation.get_paginator("describe_stacks").paginate()
            rows = [row for page in pages for row in answer(page).records("Stacks")]
            found = [Description.read(row) for row in rows if tag in Description.tags_of(row)]
            return tuple(sorted(found, key=lambda each: each.name))

    def resources(self, stack_id: str) -> tuple[Resource, ...]:
        """The resources of a stack, those that were deleted as well."""
        with translated(f"looking at the resources of stack {name_of(stack_id)}"):
            page = self._cloudformation.describe_stack_resources(StackName=stack_id)
            return tuple(_resource(row) for row in answer(page).records("StackResources"))

    def resource(self, stack_id: str, logical: str) -> Resource | None:
        """One resource of a stack, whatever goes on there; None where it has none of this name."""
        with translated(f"looking at {logical} of stack {name_of(stack_id)}"):
            try:
                page = self._cloudformation.describe_stack_resource(
                    StackName=stack_id, LogicalResourceId=logical
                )
            except botocore.exceptions.ClientError as refused:
                if is_missing(refused):
                    return None
                raise
            return _resource(answer(page).record("StackResourceDetail"))

    def change_sets(self, stack_id: str) -> tuple[Description, ...]:
        """The change sets of a stack, each as the stack that it would make.

        A stack in REVIEW_IN_PROGRESS has its parameters and tags there alone.
        """
        with translated(f"looking at the change sets of stack {name_of(stack_id)}"):
            pages = self._cloudformation.get_paginator("list_change_sets")
            rows = [
                row
                for page in pages.paginate(StackName=stack_id)
                for row in answer(page).records("Summaries")
            ]
            found = (self._change_set(row.text("ChangeSetId")) for row in rows)
            return tuple(each for each in found if stack_id in {each.id, each.name})

    def _change_set(self, change_set_id: str) -> Description:
        found = answer(self._cloudformation.describe_change_set(ChangeSetName=change_set_id))
        return Description(
            name=found.text("StackName"),
            id=found.text("StackId"),
            status="REVIEW_IN_PROGRESS",
            reason=None,
            parameters=found.pairs("Parameters", "ParameterKey", "ParameterValue"),
            tags=Description.tags_of(found),
            outputs={},
        )


def _after_an_update(status: str) -> str:
    if status == "UPDATE_ROLLBACK_COMPLETE":
        return "it is as it was before; mend the cause, then run the same command again"
    return "mend the cause, then run the same command again: it repairs the stack first"


def _resource(row: Record) -> Resource:
    reason = row.text_or_none("ResourceStatusReason")
    return Resource(
        logical=row.text("LogicalResourceId"),
        type=row.text("ResourceType"),
        physical=row.text_or_none("PhysicalResourceId") or None,
        status=row.text("ResourceStatus"),
        reason=printable(reason) if reason else None,
    )
