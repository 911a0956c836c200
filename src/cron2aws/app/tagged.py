"""Which instances have a task's tag, for `status`: the instances' names, and which lost the tag."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from cron2aws.app.context import Context
from cron2aws.errors import AwsError
from cron2aws.handover.status_values import DUPLICATE, RAN
from cron2aws.plan.reports import Seen
from cron2aws.plan.values import Deployed
from cron2aws.task.target import Target

if TYPE_CHECKING:  # boto3: help and completion go without
    from cron2aws.aws.instances import Instance


class Tagged:
    """What EC2 says, asked for all targets at once; what it does not tell is told, and no error."""

    def __init__(self, context: Context, tasks: Sequence[Deployed], *, here: bool) -> None:
        """Of these tasks; `here`: what was read are this host's own crontabs."""
        self._context = context
        self._targets = [stack.target for stack in tasks]
        self._here = here
        self._found: Mapping[Target, Mapping[str, Instance]] | AwsError | None = None
        self._others: dict[str, str] = {}
        self._told: set[str] = set()

    def name(self, stack: Deployed, instance: str) -> str:
        """An instance's name; its id where it has none, is gone, or EC2 may not be asked."""
        its = self._of(stack)
        known = {} if isinstance(its, AwsError) else {each.id: each.name for each in its.values()}
        return {**self._others, **known}.get(instance, instance)

    def members(self, stack: Deployed) -> Mapping[str, Instance] | None:
        """The instances that the task runs on, by their ids; None where EC2 does not tell."""
        its = self._of(stack)
        if isinstance(its, AwsError):
            self._not_looked_at("which hosts have the tags of which tasks", its)
            return None
        return its

    def unmatched(self, stack: Deployed) -> str:
        """Why this host's marked lines run nowhere: its tag is gone, or it is no instance."""
        here = self._context.here
        if not self._here or self._context.is_sandbox:
            return ""
        its = self._of(stack)
        if isinstance(its, AwsError):
            self._not_looked_at("whether this host has the tags of its tasks", its)
            return ""
        if here in its:
            return ""
        who = f"this host is {here}" if here else "this host is no EC2 instance"
        return f"{who}, without {stack.target.words}"

    def lost(self, tasks: Sequence[tuple[Deployed, Seen]]) -> Mapping[str, tuple[str, ...]]:
        """By each stack's ARN, the instances that ran its job until they lost the tag."""
        asked = [(stack, seen) for stack, seen in tasks if stack.enabled and seen.missed]
        found: dict[str, tuple[str, ...]] = {}
        if not asked:
            return found
        ids = {each for _, seen in asked for each in seen.missed}
        try:
            tags = self._context.instances.tags_of_running(ids)
        except AwsError as refused:
            self._not_looked_at("whether hosts that reported before have lost their tag", refused)
            return found
        self._others = {each: its["Name"] for each, its in tags.items() if its.get("Name")}
        for stack, seen in asked:
            without = [
                each
                for each in sorted(seen.missed & tags.keys())
                if not stack.target.has(tags[each])
            ]
            found[stack.stack_id] = tuple(self._that_ran_it(stack, seen, without))
        return found

    def _that_ran_it(self, stack: Deployed, seen: Seen, ids: Iterable[str]) -> Iterable[str]:
        """Those whose last report says so: where it was left to cron, cron still runs it."""
        machine = stack.outputs.get("StateMachineArn", "")
        for each in ids:
            last = seen.at and self._context.runs.last_report(machine, each, seen.at)
            if last and last.word in {RAN, DUPLICATE}:
                yield each

    def _of(self, stack: Deployed) -> Mapping[str, Instance] | AwsError:
        if self._found is None:
            try:
                found = self._context.instances.of_targets(self._targets)
                self._found = {
                    target: {each.id: each for each in its} for target, its in found.items()
                }
            except AwsError as refused:
                self._found = refused
        return self._found if isinstance(self._found, AwsError) else self._found[stack.target]

    def _not_looked_at(self, what: str, refused: AwsError) -> None:
        if what not in self._told:
            self._told.add(what)
            why = f": {refused.why}" if refused.why else ""
            self._context.console.note(f"note: not looked at, {what}: {refused.what}{why}")
