"""The way back: the lines return, then the stacks go, and nothing else is touched.

As soon as a line is back its host's cron runs the job, whatever becomes of the stack: a run of the
task finds the line and leaves the job. So each step may be repeated, in any state of the stack, and
the lines come back where AWS cannot be reached at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from types import MappingProxyType

from cron2aws.errors import Cron2AwsError, SafetyError
from cron2aws.handover.crontabs import Back, Crontabs
from cron2aws.handover.deploy import Failure, together
from cron2aws.handover.edit import Edited, Editing
from cron2aws.handover.interfaces import Progress, StackStore
from cron2aws.handover.leaving import Leaving
from cron2aws.handover.looks import UNKNOWN, HostLook, Prober
from cron2aws.handover.minutes import minute_told
from cron2aws.handover.record import Way
from cron2aws.handover.standing import AGAIN, Lines, meaning
from cron2aws.handover.telling import rewritten
from cron2aws.plan.values import Deployed

NAMED = 5
"""How many hosts a message names."""
LINES_ONLY = (
    f"{AGAIN}; where another host may run it beside this one, the same command with --lines-only "
    "puts the line back alone"
)


Meaning = Callable[[Cron2AwsError, str], Cron2AwsError]
"""An error with what it means for a task's job; and what goes on."""


@dataclass(frozen=True, kw_only=True)
class Return:
    """One task to be taken back: its stack, its line, or what is left of either."""

    id: str
    stack: Deployed | None
    line: Back | None
    seen: bool = False
    """The crontab that its stack names was read here."""

    elsewhere: bool = False
    """Other hosts may leave their line to the stack, so they are asked before it goes."""

    stays: bool = False
    """The line alone comes back, for somebody else to take the stack away."""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What was taken back and what was not.

    `minutes` are the files that were edited, with the first minute (UTC) that is cron's again.
    """

    done: tuple[str, ...]
    failed: tuple[Failure, ...]
    minutes: Mapping[str, datetime | None] = field(default_factory=lambda: MappingProxyType({}))


class Rollback:
    """Takes tasks back."""

    def __init__(
        self,
        stacks: StackStore,
        leaving: Leaving,
        prober: Prober,
        editor: Editing,
        progress: Progress,
        *,
        parallel: int,
    ) -> None:
        self._stacks = stacks
        self._leaving = leaving
        self._prober = prober
        self._editor = editor
        self._progress = progress
        self._parallel = parallel

    def take_back(self, returns: Sequence[Return], crontabs: Crontabs) -> Taken:
        """Lines back first; then the stacks go that no other host needs."""
        failed = self._keep_others_from_it(returns)
        lost = {failure.id for failure in failed}
        coming = [back.line for back in returns if back.line and back.id not in lost]
        edited = self._editor.carry_out(crontabs.back(coming))
        names = {back.id: back.stack.stack_name for back in returns if back.stack}
        lines = edited_of(edited, coming, self._progress, crontabs.zone, names)
        failed += lines.failed
        lost = {failure.id for failure in failed}
        leaving = [back for back in returns if back.stack and not (back.stays or back.id in lost)]
        stands = {
            back.stack.stack_name: _stands(back, lines, crontabs) for back in leaving if back.stack
        }
        going = self._not_needed(leaving, stands, failed)
        self._progress.begin("deleting", len(going))
        shared = {back.stack.stack_name: back for back in leaving if back.elsewhere and back.stack}

        def leave(stack: Deployed) -> None:
            self._leave(stack, shared.get(stack.stack_name))

        errors = together(leave, going, self._parallel, stop=self._stop)
        failed += [
            Failure(
                id=stack.id,
                what=f"deleting stack {stack.stack_name}",
                error=stands[stack.stack_name](error, AGAIN),
            )
            for stack, error in zip(going, errors, strict=True)
            if error is not None
        ]
        lost = {failure.id for failure in failed}
        return Taken(
            done=tuple(back.id for back in returns if back.id not in lost),
            failed=tuple(failed),
            minutes=lines.minutes,
        )

    def _keep_others_from_it(self, returns: Sequence[Return]) -> list[Failure]:
        """A task that runs on one host, any host, would go on elsewhere beside the line here."""
        asked = [
            back
            for back in returns
            if back.line
            and back.stack
            and back.stack.enabled
            and back.stack.parameters.get("RunOn") == "one"
            and back.stack.parameters.get("LiveFrom")
        ]

        def one(back: Return) -> None:
            if back.stack:
                self._stacks.flip(back.stack, {"LiveFrom": ""})

        errors = together(one, asked, self._parallel)
        return [
            Failure(
                id=back.id,
                what="keeping hosts without the line from running it",
                error=meaning(
                    error,
                    back.stack.stack_name if back.stack else back.id,
                    Lines.STILL_MARKED,
                    again=LINES_ONLY,
                ),
            )
            for back, error in zip(asked, errors, strict=True)
            if error is not None
        ]

    def _not_needed(
        self, leaving: Sequence[Return], stands: Mapping[str, Meaning], failed: list[Failure]
    ) -> list[Deployed]:
        """The stacks that no host leaves its line to any more, as the hosts say."""
        asked = [back.stack for back in leaving if back.elsewhere and back.stack]
        looks = self._prober.look(asked) if asked else {}
        going: list[Deployed] = []
        for back in leaving:
            stack = back.stack
            if stack is None:
                continue
            if back.elsewhere:
                error = _needed(stack, looks[stack.stack_name], seen=back.seen)
                if error is not None:
                    what = f"deleting stack {stack.stack_name}"
                    told = stands[stack.stack_name](error, "")
                    failed.append(Failure(id=back.id, what=what, error=told))
                    continue
            going.append(stack)
        return going

    def _leave(self, stack: Deployed, shared: Return | None) -> None:
        """Hosts of a `shared` stack are asked once more: one may be handed over meanwhile."""

        def needed(now: Deployed) -> Cron2AwsError | None:
            return _needed(now, self._prober.ask(now), seen=shared.seen) if shared else None

        if not self._leaving.leave(stack, needed):
            raise SafetyError(
                what=f"stack {stack.stack_name} stands, its executions were not waited for",
                why="the command was interrupted",
            )
        self._progress.done(stack.stack_name)

    def _stop(self) -> None:
        self._leaving.stop()
        self._prober.stop()


def edited_of(
    edited: Sequence[Edited],
    coming: Sequence[Back],
    progress: Progress,
    zone: tzinfo,
    names: Mapping[str, str] = MappingProxyType({}),
) -> Taken:
    """What an edit that brought these lines back has come to, told as well."""
    came = rewritten(edited, progress, Way.BACK, zone, names)
    lost = {failure.id for failure in came.failed}
    done = tuple(each.id for each in coming if each.id not in lost)
    return Taken(done=done, failed=came.failed, minutes=came.minutes)


def _stands(back: Return, edited: Taken, crontabs: Crontabs) -> Meaning:
    """What a failure after the edit means for the job of a task."""
    name = back.stack.stack_name if back.stack else back.id
    lines = Lines.BACK if back.line else Lines.NONE
    minute = edited.minutes.get(back.line.source) if back.line else None
    since = minute_told(minute, crontabs.zone)
    return lambda error, again: meaning(error, name, lines, since=since, again=again)


def _needed(
    stack: Deployed, looks: tuple[HostLook, ...] | Cron2AwsError, *, seen: bool
) -> Cron2AwsError | None:
    """Why a stack must stay; None where each host that it matches has its own line back."""
    if not seen and not isinstance(looks, Cron2AwsError):
        blind = [look.id for look in looks if look.line == UNKNOWN]
        if blind:
            return SafetyError(
                what=f"stack {stack.stack_name} stays: the crontab of its line was not read",
                why=f"{blind[0]} does not say how {stack.source} has it",
                fix="name that crontab with --source, or say --without-lines if no host has a "
                "line with its mark",
            )
    if isinstance(looks, Cron2AwsError):
        return SafetyError(
            what=f"stack {stack.stack_name} stays: its hosts cannot be asked whether they need it",
            why=f"{looks.what}: {looks.why}" if looks.why else looks.what,
            fix="see to that and run the same command again, or say --without-lines if no host "
            "has a line with its mark",
        )
    using = [look.id for look in looks if look.line == "task"]
    if not using:
        dropped = [look.id for look in looks if look.line == "absent"]
        return _dropped(stack, dropped) if dropped and stack.parameters.get("TakesOver") else None
    more = f" and {len(using) - NAMED} more" if len(using) > NAMED else ""
    return SafetyError(
        what=f"stack {stack.stack_name} stays: other hosts leave their line to it",
        why=f"{', '.join(using[:NAMED])}{more} would run the job nowhere",
        fix="roll it back there first",
    )


def _dropped(stack: Deployed, hosts: Sequence[str]) -> Cron2AwsError:
    """Only the program that dropped a line writes it again."""
    more = f" and {len(hosts) - NAMED} more" if len(hosts) > NAMED else ""
    return SafetyError(
        what=f"stack {stack.stack_name} stays: the program that wrote its line has dropped it",
        why=f"{', '.join(hosts[:NAMED])}{more} would run the job nowhere",
        fix="have that program write the line again, and run the same command again; or say "
        "--without-lines if the job is to run nowhere",
    )
