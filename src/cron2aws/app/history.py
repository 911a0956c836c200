"""`history`: the last runs of one task, or of all."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import chain, islice

from cron2aws.app.context import Context
from cron2aws.app.due import due_since
from cron2aws.app.marks import Marks, marks_here, missing_here
from cron2aws.app.options import HistoryOptions
from cron2aws.app.several import answers, say_how_long
from cron2aws.app.tagged import Tagged
from cron2aws.app.tasks import only
from cron2aws.app.zones import resolve_zone
from cron2aws.errors import UsageError
from cron2aws.lint.secrets import mask
from cron2aws.plan.parts import Part, Printed, sorted_parts, with_output
from cron2aws.plan.past import PROBE, Execution, PastRun, past_run
from cron2aws.plan.values import Deployed
from cron2aws.report.document import History

OF_ONE, OF_ALL = 10, 20
"""How many runs are shown where nobody says."""
A_LIST = 1000
"""Executions in one answer where many may be passed over."""
A_FEW = 50
"""Executions that are looked at at a time where all are wanted."""
FEW_TASKS = 100
"""So many are all asked; of more only those that were due (aws/rates.py)."""
STEPS = (timedelta(hours=1), timedelta(days=1), timedelta(days=8), timedelta(days=32))
"""How long before now tasks must have been due that are asked, one step after the other."""
ENDED_BADLY = ("FAILED", "TIMED_OUT", "ABORTED")


def history(options: HistoryOptions, context: Context, *, marks: Marks = marks_here) -> History:
    """The newest runs; each execution is asked for once, and only if it may be shown.

    UsageError for a name that means no task or several, or no run.
    """
    check_run(options)
    deployed = context.stacks.deployed()
    if options.task is not None:
        tasks = [only(deployed, options.task, missing=missing_here(context, marks))]
    else:
        tasks = [stack for stack in deployed if stack.is_task]
    return _Search(options, context).found(tasks)


def check_run(options: HistoryOptions) -> None:
    """UsageError where a run is named, and no task."""
    if options.run is not None and options.task is None:
        raise UsageError(
            what="--run needs the task", fix="name it: cron2aws history TASK --run ..."
        )


def check_found(stack: Deployed, run: str, found: Sequence[PastRun]) -> None:
    """UsageError where no run of the task has such a name."""
    if not found:
        raise UsageError(
            what=f"no run of {stack.stack_name} begins with {run!r}",
            why="AWS keeps runs for 90 days, and probes are not runs",
            fix=f"`cron2aws history {stack.id} --last 100` lists them",
        )


@dataclass(frozen=True, kw_only=True)
class _Listed:
    """An execution as the list has it, and whose it is."""

    stack: Deployed
    execution: Execution


@dataclass(frozen=True, kw_only=True)
class _Head:
    """The first answer about a task's executions, and those that nobody has asked for yet."""

    first: Sequence[_Listed]
    rest: Iterator[_Listed]


class _Search:
    def __init__(self, options: HistoryOptions, context: Context) -> None:
        self._options = options
        self._context = context
        self._tagged = Tagged(context, (), here=False)
        self._now = context.clock.now()
        since = options.since
        self._since = self._now - since if isinstance(since, timedelta) else since

    def found(self, tasks: Sequence[Deployed]) -> History:
        self._tagged = Tagged(self._context, tasks, here=False)
        wanted = self._wanted(len(tasks))
        runs: list[PastRun] = []
        listed = self._newest(tasks, wanted)
        while wanted is None or len(runs) < wanted:
            some = list(islice(listed, A_FEW if wanted is None else wanted - len(runs)))
            if not some:
                break
            runs += [self._named(run) for run in answers(self._context, self._run, some) if run]
        if self._options.run is not None:
            check_found(tasks[0], self._options.run, runs)
        shown = [self._with_output(run) for run in runs] if self._options.show_output else runs
        return History(runs=tuple(shown), shows_output=self._options.show_output)

    def _wanted(self, tasks: int) -> int | None:
        """How many runs; None for all of them."""
        options = self._options
        if options.last is not None:
            return options.last
        if options.run is not None or options.show_output:
            return 1
        return None if options.since is not None else OF_ONE if tasks == 1 else OF_ALL

    # --- which executions

    def _newest(self, tasks: Sequence[Deployed], wanted: int | None) -> Iterator[_Listed]:
        """Those of all tasks, the newest first; of many tasks, those that can have the newest."""
        heads: list[_Head] = []
        rest = list(tasks)
        for since in self._steps(tasks):
            asked = rest if since is None else due_since(rest, since, self._now)
            heads += self._asked(asked, wanted)
            done = {stack.stack_id for stack in asked}
            rest = [stack for stack in rest if stack.stack_id not in done]
            if since and self._is_enough(heads, since, wanted):
                self._tell(since, len(tasks), len(rest))
                break
        every = [chain(head.first, head.rest) for head in heads]
        return heapq.merge(*every, key=lambda each: each.execution.started, reverse=True)

    def _steps(self, tasks: Sequence[Deployed]) -> Sequence[datetime | None]:
        """Since when tasks must have been due that are asked; None for all of them."""
        if len(tasks) <= FEW_TASKS:
            return [None]
        return [self._since] if self._since else [*(self._now - back for back in STEPS), None]

    def _is_enough(self, heads: Sequence[_Head], since: datetime, wanted: int | None) -> bool:
        """Whether no other task can have a newer run; two executions may be one run."""
        newer = sum(each.execution.started >= since for head in heads for each in head.first)
        return self._since is not None or (wanted is not None and newer >= 2 * wanted)

    def _tell(self, since: datetime, tasks: int, rest: int) -> None:
        if rest:
            self._context.console.note(
                f"note: {tasks - rest} of {tasks} tasks were due since {since:%Y-%m-%d %H:%M %Z}, "
                "and only they were asked; a run by hand of another is in `cron2aws history TASK`"
            )

    def _asked(self, tasks: Sequence[Deployed], wanted: int | None) -> list[_Head]:
        picks = self._options.failed or self._options.run is not None
        size = A_LIST if wanted is None or picks else min(A_LIST, 2 * wanted + 10)
        say_how_long(self._context, "ListExecutions", len(tasks))

        def ask(stack: Deployed) -> _Head:
            machine = self._context.stacks.machine(stack)
            each = self._context.past.newest(machine, size) if machine else iter(())
            mine = (_Listed(stack=stack, execution=one) for one in self._meant(each))
            return _Head(first=list(islice(mine, size)), rest=mine)

        return answers(self._context, ask, tasks)

    def _meant(self, executions: Iterator[Execution]) -> Iterator[Execution]:
        options = self._options
        for each in executions:
            if self._since and each.started < self._since:
                return
            is_meant = not options.failed or each.status in ENDED_BADLY
            named = options.run is None or each.name.startswith(options.run)
            if is_meant and named and not each.name.startswith(PROBE):
                yield each

    # --- what came of each

    def _run(self, listed: _Listed) -> PastRun | None:
        whole = self._context.past.whole(listed.execution)
        return past_run(listed.stack, whole, _zone(listed.stack))

    def _named(self, run: PastRun) -> PastRun:
        """With the names of hosts that no message has told."""
        parts = tuple(
            part if part.name else replace(part, name=self._name(run.stack, part.instance))
            for part in run.parts
        )
        return replace(run, parts=sorted_parts(parts))

    def _name(self, stack: Deployed, instance: str) -> str:
        name = self._tagged.name(stack, instance)
        return "" if name == instance else name

    # --- what each printed

    def _with_output(self, run: PastRun) -> PastRun:
        command = run.command_id
        if command is None and run.used_a_command:
            command = self._context.past.command_of(run.execution.arn)
        if command is None:
            return run
        parts = run.parts
        if not parts:  # it goes on, or its report was lost
            hosts = self._context.commands.hosts(command)
            parts = tuple(Part(instance=host.id, name=host.name) for host in hosts)

        def printed(part: Part) -> Part:
            found = self._context.commands.output(command, part.instance)
            return part if found is None else _masked(with_output(part, *found))

        return replace(run, parts=tuple(answers(self._context, printed, parts)))


def _masked(part: Part) -> Part:
    wrote = part.printed
    return replace(part, printed=wrote and Printed(out=mask(wrote.out), err=mask(wrote.err)))


def _zone(stack: Deployed) -> tzinfo:
    """The zone of its schedule; UTC where this machine does not know a zone that AWS has taken."""
    try:
        return resolve_zone(stack.parameters.get("ScheduleTimezone") or "UTC")
    except LookupError:
        return UTC
