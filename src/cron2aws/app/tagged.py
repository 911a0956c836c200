"""Which instances have a task's tag, for `status`: the instances' names, and which lost the tag."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from cron2aws.app.context import Context
from cron2aws.errors import AwsError
from cron2aws.handover.status import DUPLICATE, RAN
from cron2aws.plan.reports import Seen
from cron2aws.plan.values import Deployed
from cron2aws.task.target import Target


class Tagged:
    """What EC2 says about tags; asked once for each target. What it refuses is a note, no error."""

    def __init__(self, context: Context, *, here: bool) -> None:
        """`here`: what was read are this host's own crontabs."""
        self._context = context
        self._here = here
        self._names: dict[Target, Mapping[str, str] | AwsError] = {}
        self._others: dict[str, str] = {}
        self._told: set[str] = set()

    def name(self, stack: Deployed, instance: str) -> str:
        """An instance's name; its id where it has none, is gone, or EC2 may not be asked."""
        names = self._of(stack)
        known = self._others if isinstance(names, AwsError) else {**self._others, **names}
        return known.get(instance, instance)

    def unmatched(self, stack: Deployed) -> str:
        """Why this host's marked lines run nowhere: its tag is gone, or it is no instance."""
        here = self._context.here
        if not self._here or self._context.is_sandbox:
            return ""
        names = self._of(stack)
        if isinstance(names, AwsError):
            self._not_looked_at("whether this host has the tags of its tasks", names)
            return ""
        if here in names:
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

    def _of(self, stack: Deployed) -> Mapping[str, str] | AwsError:
        if stack.target not in self._names:
            try:
                found = self._context.instances.with_tag(stack.target)
                self._names[stack.target] = {each.id: each.name for each in found}
            except AwsError as refused:
                self._names[stack.target] = refused
        return self._names[stack.target]

    def _not_looked_at(self, what: str, refused: AwsError) -> None:
        if what not in self._told:
            self._told.add(what)
            why = f": {refused.why}" if refused.why else ""
            self._context.console.note(f"note: not looked at, {what}: {refused.what}{why}")
