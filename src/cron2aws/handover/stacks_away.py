"""Stacks of tasks that are taken back: each goes once no host leaves its line to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from cron2aws.errors import AwsError, Cron2AwsError, SafetyError
from cron2aws.handover.deploy import Failure, together
from cron2aws.handover.edits_over import EditsOver
from cron2aws.handover.interfaces import Progress, StackStore
from cron2aws.handover.leaving import Leaving
from cron2aws.handover.looks import UNKNOWN, HostLook, Prober
from cron2aws.handover.returning import Return
from cron2aws.handover.standing import AGAIN, Lines, meaning
from cron2aws.plan.stack_states import Doing, Way, way
from cron2aws.plan.values import Deployed

NAMED = 5
"""How many hosts a message names."""
LINES_ONLY = (
    f"{AGAIN}; where another host may run it beside this one, the same command with --lines-only "
    "puts the line back alone"
)

Meaning = Callable[[Cron2AwsError, str], Cron2AwsError]
"""An error with what it means for a task's job; and what goes on."""


class StacksAway:
    """Takes stacks away, once their lines are back."""

    def __init__(
        self,
        stacks: StackStore,
        leaving: Leaving,
        prober: Prober,
        progress: Progress,
        *,
        edits: EditsOver,
        parallel: int,
    ) -> None:
        self._edits = edits
        self._stacks = stacks
        self._leaving = leaving
        self._prober = prober
        self._progress = progress
        self._parallel = parallel

    def carry_out(
        self, leaving: Sequence[Return], stands: Mapping[str, Meaning]
    ) -> tuple[Failure, ...]:
        """Take away the stacks that no host needs, by `stands` of their names told where not."""
        failed: list[Failure] = []
        shared = {back.stack.stack_name: back for back in leaving if back.elsewhere and back.stack}
        going = self._not_needed(leaving, stands, failed)
        if any(stack.stack_name in shared for stack in going):
            asked = [back for back in leaving if back.stack in going]
            going = self._once_no_edit_begins(asked, stands, failed)
        self._progress.begin("deleting", len(going))

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
        return tuple(failed)

    def keep_others_from_it(self, returns: Sequence[Return]) -> list[Failure]:
        """Before lines come back: what runs on any one host would go on beside a line that is back.

        A failure for each task of which that could not be ended; its lines are to stay.
        """
        asked = [
            back
            for back in returns
            if (back.line or back.on)
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
                error = _needed(stack, looks[stack.stack_name], back)
                if error is not None:
                    what = f"deleting stack {stack.stack_name}"
                    told = stands[stack.stack_name](error, "")
                    failed.append(Failure(id=back.id, what=what, error=told))
                    continue
            going.append(stack)
        return going

    def _once_no_edit_begins(
        self, leaving: Sequence[Return], stands: Mapping[str, Meaning], failed: list[Failure]
    ) -> list[Deployed]:
        """The same, asked again when no edit of another command can mark a line any more.

        Until then they fire: a host whose line is marked meanwhile runs its job.
        """
        alone = [back.stack for back in leaving if back.stack and not back.elsewhere]
        shared = [back for back in leaving if back.stack and back.elsewhere]
        stacks = [back.stack for back in shared if back.stack]
        errors = together(self._hold, stacks, self._parallel)
        open_ = self._edits.wait(
            [stack.target for stack, error in zip(stacks, errors, strict=True) if error is None]
        )
        going: list[Deployed] = []
        held: list[Return] = []
        for back, stack, error in zip(shared, stacks, errors, strict=True):
            why = error or open_
            if why is None:
                held.append(back)
                continue
            told = stands[stack.stack_name](why, AGAIN)
            failed.append(
                Failure(id=back.id, what=f"deleting stack {stack.stack_name}", error=told)
            )
        going = self._not_needed(held, stands, failed)
        names = {stack.stack_name for stack in going}
        together(self._let_go, [each for each in stacks if each.stack_name not in names], 1)
        return [*alone, *going]

    def _hold(self, stack: Deployed) -> None:
        """Show that it is about to go: each look of a hand-over at it refuses from now on.

        By its termination protection, which needs no update, and which nothing runs by. One that
        is gone, or that somebody works on, is refused anyhow.
        """
        now = self._stacks.get(stack.stack_id)
        if now is not None and way(now.status, Doing.RUN) is Way.GO:
            self._stacks.protect(stack.stack_name, protected=not stack.is_protected)

    def _let_go(self, stack: Deployed) -> None:
        now = self._stacks.get(stack.stack_id)
        if now is None or now.is_protected is stack.is_protected:
            return
        try:
            self._stacks.protect(stack.stack_name, protected=stack.is_protected)
        except AwsError as error:
            stands = "is protected" if now.is_protected else "is not protected any more"
            self._progress.say(f"{stack.stack_name} {stands} against deletion: {error.what}")

    def _leave(self, stack: Deployed, shared: Return | None) -> None:
        """Hosts of a `shared` stack are asked once more: one may be handed over meanwhile."""

        def needed(now: Deployed) -> Cron2AwsError | None:
            if not shared:
                return None
            self._let_go(stack)  # it is stopped, which a look refuses as well
            return _needed(now, self._prober.ask(now), shared)

        if not self._leaving.leave(stack, needed):
            raise SafetyError(
                what=f"stack {stack.stack_name} stands, its executions were not waited for",
                why="the command was interrupted",
            )
        self._progress.done(stack.stack_name)

    def _stop(self) -> None:
        self._leaving.stop()
        self._prober.stop()


def _needed(
    stack: Deployed, looks: tuple[HostLook, ...] | Cron2AwsError, back: Return
) -> Cron2AwsError | None:
    """Why a stack must stay; None where each host that it matches has its own line back."""
    if not back.seen and not isinstance(looks, Cron2AwsError):
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
            fix="mend that, and run the same command again; or say --without-lines if no host has "
            "a line with its mark",
        )
    using = [look.id for look in looks if look.line == "task"]
    # of a host that is offline there is a row without a word of its line
    answered = {look.id for look in looks if look.line != UNKNOWN or look.is_ready}
    silent = [label for id_, label in back.unread.items() if id_ not in answered]
    if not using and silent:
        return SafetyError(
            what=f"stack {stack.stack_name} stays: hosts that could not be read may need it",
            why=f"{_names(silent)} would run the job nowhere, if the line is marked there",
            fix="run the same command again when they can be read; or say --without-lines if none "
            "has a line with its mark",
        )
    if not using:
        # a task takes over only where the line was before
        absent = [look.id for look in looks if look.line == "absent"]
        dropped = [id_ for id_ in absent if id_ not in back.never]
        return _dropped(stack, dropped) if dropped and stack.parameters.get("TakesOver") else None
    return SafetyError(
        what=f"stack {stack.stack_name} stays: other hosts leave their line to it",
        why=f"{_names(using)} would run the job nowhere",
        fix=f"take it back there first: `{stack.ended_by}` on those hosts, or from anywhere with "
        f"--from-hosts {' '.join(stack.target.options)}",
    )


def _dropped(stack: Deployed, hosts: Sequence[str]) -> Cron2AwsError:
    """Only the program that dropped a line writes it again."""
    return SafetyError(
        what=f"stack {stack.stack_name} stays: the program that wrote its line has dropped it",
        why=f"{_names(hosts)} would run the job nowhere",
        fix="have that program write the line again, and run the same command again; or say "
        "--without-lines if the job is to run nowhere",
    )


def _names(hosts: Sequence[str]) -> str:
    more = f" and {len(hosts) - NAMED} more" if len(hosts) > NAMED else ""
    return f"{', '.join(hosts[:NAMED])}{more}"
