"""Runs of the past, and what they printed, as a report."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

from cron2aws.crontab.identity import shown_ids
from cron2aws.plan.parts import Part as HostsPart
from cron2aws.plan.past import Ending, PastRun
from cron2aws.report.document import History
from cron2aws.report.model import Fact, Facts, Grid, Paragraph, Part, Report, StyledText, Tone
from cron2aws.report.text import quantity
from cron2aws.spans import span

HOSTS_SHOWN = 5
_MADE_UP = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}.*")
"""A name that EventBridge gives: eight digits are enough to pick it."""

_TONES = {
    Ending.SUCCEEDED: Tone.GOOD,
    Ending.FAILED: Tone.BAD,
    Ending.TIMED_OUT: Tone.BAD,
    Ending.ABORTED: Tone.BAD,
}


def history_report(history: History) -> Report:
    """A row a run, the newest first, each in its task's zone; then what each printed."""
    runs = history.runs
    if not runs:
        return Report(title="No runs are known.", parts=())
    stacks = {run.stack.stack_name: run.stack for run in runs}
    title = f"Runs of {quantity(len(stacks), 'task')}"
    if len(stacks) == 1:
        (stack,) = stacks.values()
        title = f"{stack.stack_name}: {stack.schedule}"
    return Report(title=title, parts=tuple(_parts(history, several=len(stacks) > 1)))


def _parts(history: History, *, several: bool) -> Iterator[Part]:
    runs = history.runs
    ids = shown_ids(run.stack.id for run in runs)
    task = ("task",) if several else ()
    why = ("why",) if any(run.why for run in runs) else ()
    columns = ("scheduled", *task, "outcome", "started", "took", "hosts", "transitions", "cost")
    yield Grid(
        "",
        (*columns, "run", *why),
        tuple(
            tuple(_cells(run, (ids[run.stack.id],) * several, with_why=bool(why))) for run in runs
        ),
    )
    if history.shows_output:
        for run in runs:
            yield _printed(run)
    yield Paragraph(StyledText(_summary(runs), Tone.STRONG))


def _cells(
    run: PastRun, task: tuple[str, ...], *, with_why: bool
) -> Iterator[tuple[StyledText, ...]]:
    yield (StyledText(_scheduled(run)),)
    for each in task:
        yield (StyledText(each, code=True),)
    yield (StyledText(run.ending.value, _TONES.get(run.ending, Tone.PLAIN)),)
    yield (StyledText(_started(run)),)
    yield (StyledText(span(run.took) if run.took is not None else "-"),)
    yield tuple(map(StyledText, _hosts(run.parts))) or (StyledText("-"),)
    yield (StyledText(str(run.used.transitions) if run.used else "-"),)
    yield (StyledText(dollars(run.used.dollars) if run.used else "-"),)
    yield (StyledText(shown_name(run), code=True),)
    if with_why:
        yield (StyledText(run.why or "-"),)


def _summary(runs: Sequence[PastRun]) -> str:
    bad = sum(run.ending.is_bad for run in runs)
    costs = [run.used.dollars for run in runs if run.used]
    of = "" if len(costs) == len(runs) else f" for {len(costs)} of them"
    told = f"; about {dollars(sum(costs))}{of}, at list prices of us-east-1" if costs else ""
    return f"{quantity(len(runs), 'run')}, {bad} failed{told}."


def shown_name(run: PastRun) -> str:
    """The beginning of a run's name that `--run` needs."""
    name = run.execution.name
    return name[:8] if _MADE_UP.fullmatch(name) else name


def _scheduled(run: PastRun) -> str:
    return f"{run.scheduled:%Y-%m-%d %H:%M %Z}" if run.scheduled else "by hand"


def _started(run: PastRun) -> str:
    if run.scheduled and run.scheduled.date() == run.started.date():
        return f"{run.started:%H:%M:%S}"
    return f"{run.started:%Y-%m-%d %H:%M:%S}" + ("" if run.scheduled else f"{run.started: %Z}")


def _hosts(parts: Sequence[HostsPart]) -> Iterator[str]:
    for part in parts[:HOSTS_SHOWN]:
        yield f"{part.name or part.instance}: {how_it_went(part)}"
    if len(parts) > HOSTS_SHOWN:
        yield f"and {len(parts) - HOSTS_SHOWN} more"


def how_it_went(part: HostsPart) -> str:
    """`exit 0 in 4 s`, or the word for what it came to."""
    ended = f"exit {part.exit}" if part.exit is not None else part.outcome or "failed"
    if part.seconds is None:
        return ended
    return f"{ended} in {span(timedelta(seconds=part.seconds))}"


def dollars(amount: float) -> str:
    """With two digits that count, cents at least."""
    digits = next((n for n in range(2, 7) if amount >= 10 ** (1 - n)), 7)
    return f"${amount:.{digits}f}"


def _printed(run: PastRun) -> Facts:
    """Host by host; lines of standard error behind a `!`."""
    title = f"{_scheduled(run)}, {shown_name(run)}: {run.ending}"
    if not run.parts:
        said = "No host is known yet." if run.ending is Ending.RUNNING else "No host ran it."
        return Facts(title, (Fact("", (StyledText(said),)),))
    return Facts(title, tuple(map(_of_host, run.parts)))


def _of_host(part: HostsPart) -> Fact:
    name = f"{part.instance} {part.name}".rstrip()
    return Fact(name, (StyledText(how_it_went(part)), *_lines(part)))


def _lines(part: HostsPart) -> Iterator[StyledText]:
    if part.printed is None:
        yield StyledText(
            "Systems Manager has no output of it; what there was it keeps for 30 days."
        )
        return
    for sign, text in (("|", part.printed.out), ("!", part.printed.err)):
        for line in text.splitlines():
            yield StyledText(f"{sign} {line}", code=True)
    if not (part.printed.out or part.printed.err):
        yield StyledText("It printed nothing.")
