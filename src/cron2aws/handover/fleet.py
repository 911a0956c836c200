"""A plan for a fleet carried out: stacks, the probe on every host, then the lines, in waves.

Each host's crontab is its own switch, so a host whose lines cannot be edited goes on under cron,
and the others need not wait for it. What a wave has come to is looked at before the next one is
begun: by what the edits reported, then through the tasks themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from cron2aws.errors import Cron2AwsError
from cron2aws.handover.came import HostCame
from cron2aws.handover.deploy import Deployer, Failure
from cron2aws.handover.edit import Edited
from cron2aws.handover.fleet_after import AGAIN, AfterWaves
from cron2aws.handover.fleet_rows import (
    NAMED,
    Before,
    Ended,
    FleetEditing,
    FleetHost,
    Row,
    answers,
    leave,
    note_ready,
)
from cron2aws.handover.fresh_look import FreshLook
from cron2aws.handover.interfaces import Clock, Progress, StackStore
from cron2aws.handover.live_from import Edits, live_from, on_the_stack, told_not_set
from cron2aws.handover.looks import Prober, Wanted
from cron2aws.handover.migrate import Outcome, failure, untouched
from cron2aws.handover.minutes import rewritten_told
from cron2aws.handover.newcomers import let_run, stack_of
from cron2aws.handover.record import Way
from cron2aws.handover.standing import still_stands
from cron2aws.handover.waves import Waves
from cron2aws.plan.values import Deployed, Plan, Step

JOINED = "it has joined since this command began; its cron runs its lines"


Moving = tuple[Step, Deployed]
"""A step whose lines are to be marked, with its stack as the probe met it."""


class FleetMigration:
    """Carries plans for fleets out."""

    def __init__(
        self,
        stacks: StackStore,
        deployer: Deployer,
        prober: Prober,
        editing: FleetEditing,
        progress: Progress,
        *,
        clock: Clock,
        waves: Waves,
        parallel: int,
    ) -> None:
        self._stacks = stacks
        self._deployer = deployer
        self._prober = prober
        self._editing = editing
        self._progress = progress
        self._clock = clock
        self._waves = waves
        self._parallel = parallel
        self._after = AfterWaves(prober, progress)

    def carry_out(
        self, plan: Plan, hosts: Sequence[FleetHost], wanted: Wanted, *, unread: Sequence[str] = ()
    ) -> Outcome:
        """Carry every step out; what fails leaves its lines to cron, each on its own host.

        `wanted` are the instances that must be able to run the tasks; `unread` ones of the target
        (their ids) were not read, so that nobody knows what cron runs there.
        """
        tagged = (each.id for each in wanted.tagged)
        known = frozenset({*tagged, *unread, *(each.id for each in hosts)})
        self._after = AfterWaves(self._prober, self._progress, known)
        deployment = self._deployer.deploy(plan.work)
        steps = {step.task.id: step for step in plan.work}
        failed = [
            replace(each, error=untouched(steps[each.id], each.error)) for each in deployment.failed
        ]
        rows = [Row(host=each) for each in hosts]
        moving = self._probed(deployment.done, wanted, rows, failed)
        self._check(plan, rows)
        whole = self._edited(plan, moving, rows)
        self._let_the_others_run(moving, rows, failed, stopped=not whole, unread=bool(unread))
        lost = {each.id for each in failed}
        for step in deployment.done:
            if step.takes_over and step.enabled and step.task.id not in lost:
                self._progress.say(
                    f"{step.stack_name}: {step.managed} writes its line, which stays; the task "
                    "takes over on each host when it drops the line there"
                )
        untried = tuple(step.task.id for step in deployment.untried)
        open_ = {id_ for row in rows for id_ in row.host.lines.keys() - row.moved}
        open_ |= {id_ for lines in self._after.joined.values() for id_ in lines}
        done = tuple(each for each in steps if each not in {*lost, *untried, *open_})
        # no line of theirs was to move where its stack did not come up: that is told already
        came = tuple(row.came() for row in rows if row.steps or row.why)
        came += tuple(
            HostCame(label=id_, left=len(lines), why=JOINED, do=AGAIN)
            for id_, lines in self._after.joined.items()
        )
        return Outcome(
            done=done,
            failed=tuple(failed),
            untried=untried,
            why_untried=deployment.why_untried,
            denied=deployment.denied and not done and not any(row.moved for row in rows),
            hosts=came,
        )

    def _probed(
        self, done: Sequence[Step], wanted: Wanted, rows: Sequence[Row], failed: list[Failure]
    ) -> list[Moving]:
        """The steps of which lines may be edited now, each noted at the hosts that are ready."""
        asked = [step for step in done if step.comment_out or (step.takes_over and step.enabled)]
        if not asked:
            return []
        stacks: dict[str, Deployed] = {}
        for step in asked:
            try:
                stacks[step.stack_name] = stack_of(self._stacks, step)
            except Cron2AwsError as error:
                failed.append(failure(step, "looking at", untouched(step, error)))
        looks = self._prober.look(list(stacks.values()))
        moving: list[Moving] = []
        for step in asked:
            stack = stacks.get(step.stack_name)
            if stack is None:
                continue
            try:
                found = answers(stack, looks, wanted)
            except Cron2AwsError as error:
                failed.append(failure(step, "handing over to", untouched(step, error)))
                continue
            if step.comment_out:
                moving.append((step, stack))
                note_ready(step, found, rows)
            elif wrong := [each for each in found.values() if each.trouble]:
                self._progress.say(
                    f"{step.stack_name} would not run everywhere: "
                    + "; ".join(f"{each.id}: {each.trouble}" for each in wrong[:NAMED])
                )
        return moving

    def _check(self, plan: Plan, rows: Sequence[Row]) -> None:
        """Leave out what its host says it could not edit; nothing is edited."""
        asked = {row.host.id: row for row in rows if row.steps}

        def ended(id_: str, edited: tuple[Edited, ...]) -> None:
            row = asked[id_]
            for each in edited:
                if each.error is not None:
                    row.failed(each.error)
                    row.steps = {k: v for k, v in row.steps.items() if k not in each.edit.ids}
            self._progress.done(row.host.label)

        if asked:
            self._progress.begin("looking whether crontabs can be edited", len(asked))
            self._edit(plan, list(asked.values()), ended, check=True)

    def _edit(
        self,
        plan: Plan,
        rows: Sequence[Row],
        ended: Ended,
        *,
        check: bool = False,
        before: Before = lambda _: None,
    ) -> None:
        edits = {row.host.id: row.host.edits(plan, row.steps.values()) for row in rows}
        hosts = [row.host for row in rows]
        self._editing.carry_out(edits, hosts, ended, check=check, before=before)

    def _edited(self, plan: Plan, moving: Sequence[Moving], rows: Sequence[Row]) -> bool:
        """Edit wave by wave; False where one failed, and the next ones were not begun."""
        waves = self._waves.split([row for row in rows if row.steps])
        for number, wave in enumerate(waves, start=1):
            name = f"wave {number} of {len(waves)}" if len(waves) > 1 else "all hosts"
            wrong = self._one_wave(plan, moving, wave, name)
            if not wrong:
                continue
            later = [row for each in waves[number:] for row in each]
            for row in later:
                row.untried = True
            if later:
                hosts = "one host" if len(later) == 1 else f"{len(later)} hosts"
                self._progress.say(f"{name} failed: {hosts} of later waves were not begun")
            return False
        return True

    def _one_wave(
        self, plan: Plan, moving: Sequence[Moving], wave: Sequence[Row], name: str
    ) -> bool:
        """Whether something went wrong; what, is told at the hosts."""
        stacks, wrong, at = dict[str, Deployed](), False, self._clock.now()
        for step, stack in moving:
            if any(step.task.id in row.steps for row in wave):
                try:
                    stacks[step.task.id] = still_stands(self._stacks, stack)
                except Cron2AwsError as error:
                    wrong = True
                    leave(step, wave, error)
        asked = {row.host.id: row for row in wave if row.steps}

        def ended(id_: str, edited: tuple[Edited, ...]) -> None:
            self._note_edited(asked[id_], edited)
            self._progress.done(asked[id_].host.label)

        look = FreshLook(self._stacks, stacks, self._clock, at=at)

        def before(id_: str) -> None:
            look.check(asked[id_].steps)

        if asked:
            self._progress.begin(f"{name}: commenting lines out", len(asked))
            self._edit(plan, list(asked.values()), ended, before=before)
            self._after.look(list(asked.values()), stacks)
        return wrong or any(row.steps.keys() - row.moved for row in wave)

    def _note_edited(self, row: Row, edited: Sequence[Edited]) -> None:
        zone = row.host.crontabs.zone
        for each in edited:
            for note in each.notes:
                self._progress.say(f"{row.host.label}: {note}")
            if each.error is not None:
                if each.known:
                    row.failed(each.error)
                else:
                    row.unknown |= dict.fromkeys(each.edit.ids, each.error)
                continue
            row.moved |= each.edit.ids
            row.minutes[each.edit.path] = each.minute
            told = rewritten_told(each.edit.path, each.minute, Way.OUT, zone)
            self._progress.say(f"{row.host.label}: {told}")

    def _let_the_others_run(
        self,
        moving: Sequence[Moving],
        rows: Sequence[Row],
        failed: list[Failure],
        *,
        stopped: bool,
        unread: bool,
    ) -> None:
        ready: dict[str, datetime] = {}
        for step, stack in moving:
            edits = self._edits_of(step, rows, stopped=stopped, unread=unread)
            found = live_from(step.parameters.get("RunOn", "all"), edits)
            if isinstance(found, datetime):
                ready[step.task.id] = found
            elif on_the_stack(stack) is None and (told := told_not_set(stack, found, edits)):
                self._progress.say(told)
        failed += let_run(
            [step for step, _ in moving],
            ready,
            self._stacks,
            self._progress,
            who="hosts without the line",
            zone=UTC,
            parallel=self._parallel,
        )

    def _edits_of(self, step: Step, rows: Sequence[Row], *, stopped: bool, unread: bool) -> Edits:
        has = [row for row in rows if step.task.id in row.host.lines]
        minutes = [row.minutes.get(step.source) for row in has if step.task.id in row.moved]
        joined = any(step.task.id in lines for lines in self._after.joined.values())
        is_open = unread or joined or len(minutes) < len(has)
        return Edits(minutes=minutes, stopped=stopped, open=is_open)
