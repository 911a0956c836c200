"""Runs of the past, as a table; and what they printed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

from rich.console import RenderableType
from rich.text import Text

from cron2aws.crontab.identity import shown_ids
from cron2aws.escapes import printable
from cron2aws.plan.parts import Part
from cron2aws.plan.past import Ending, PastRun
from cron2aws.report.document import History
from cron2aws.report.layout import table
from cron2aws.report.text import BAD, HEAD, PLAIN, sentence
from cron2aws.spans import span

HOSTS_SHOWN = 5
_MADE_UP = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}.*")
"""A name that EventBridge gives: eight digits are enough to pick it."""


def history_parts(history: History) -> Iterator[RenderableType]:
    """A row a run, the newest first; below, what each printed."""
    runs = history.runs
    if not runs:
        yield "No runs are known."
        return
    several = len({run.stack.stack_name for run in runs}) > 1
    if not several:
        yield Text(printable(f"{runs[0].stack.stack_name}: {runs[0].stack.schedule}"), style=HEAD)
        yield ""
    columns = ("scheduled", "started", "took", "outcome!", "hosts", "transitions", "cost", "run")
    made = table(*(["task!"] if several else []), *columns)
    ids = shown_ids(run.stack.id for run in runs)
    for run in runs:
        made.add_row(
            *([ids[run.stack.id]] if several else []),
            _scheduled(run),
            _started(run),
            span(run.took) if run.took is not None else "-",
            Text(run.ending.value, style=_style(run)),
            Text(printable(_hosts(run.parts))),
            str(run.used.transitions) if run.used else "-",
            dollars(run.used.dollars) if run.used else "-",
            printable(shown_name(run)),
        )
    yield made
    yield from _why(runs)
    if history.shows_output:
        for run in runs:
            yield from _printed(run)
    yield ""
    yield Text(_summary(runs), style=HEAD)


def _summary(runs: Sequence[PastRun]) -> str:
    bad = sum(run.ending.is_bad for run in runs)
    costs = [run.used.dollars for run in runs if run.used]
    of = "" if len(costs) == len(runs) else f" for {len(costs)} of them"
    told = f"; about {dollars(sum(costs))}{of}, at list prices of us-east-1" if costs else ""
    return f"{sentence(len(runs), 'run')}, {bad} failed{told}."


def shown_name(run: PastRun) -> str:
    """As much of its name as `--run` needs."""
    name = run.execution.name
    return name[:8] if _MADE_UP.fullmatch(name) else name


def _scheduled(run: PastRun) -> str:
    return f"{run.scheduled:%Y-%m-%d %H:%M %Z}" if run.scheduled else "by hand"


def _started(run: PastRun) -> str:
    if run.scheduled and run.scheduled.date() == run.started.date():
        return f"{run.started:%H:%M:%S}"
    return f"{run.started:%Y-%m-%d %H:%M:%S}" + ("" if run.scheduled else f"{run.started: %Z}")


def _style(run: PastRun) -> str:
    return BAD if run.ending.is_bad else PLAIN


def _why(runs: Sequence[PastRun]) -> Iterator[RenderableType]:
    """The reasons of those that failed or were skipped."""
    told = [run for run in runs if run.why]
    if told:
        yield ""
    for run in told:
        when = _scheduled(run) if run.scheduled else _started(run)
        said = f"{when}, {shown_name(run)}: {run.ending}: {run.why}"
        yield Text(printable(said), style=_style(run))


def _hosts(parts: Sequence[Part]) -> str:
    shown = [f"{part.name or part.instance}: {how_it_went(part)}" for part in parts[:HOSTS_SHOWN]]
    more = len(parts) - HOSTS_SHOWN
    return ", ".join([*shown, *([f"and {more} more"] if more > 0 else [])]) or "-"


def how_it_went(part: Part) -> str:
    """`exit 0, 4 s`, or the word for what it came to."""
    said = [f"exit {part.exit}" if part.exit is not None else part.outcome or "failed"]
    if part.seconds is not None:
        said.append(span(timedelta(seconds=part.seconds)))
    return " ".join(said) if len(said) == 1 else f"{said[0]} in {said[1]}"


def dollars(amount: float) -> str:
    """With two digits that count, cents at least."""
    digits = next((n for n in range(2, 7) if amount >= 10 ** (1 - n)), 7)
    return f"${amount:.{digits}f}"


def _printed(run: PastRun) -> Iterator[RenderableType]:
    yield ""
    head = f"{_scheduled(run)}, {shown_name(run)}: {run.ending}"
    yield Text(printable(head), style=HEAD)
    if not run.parts:
        yield "  No host is known yet." if run.ending is Ending.RUNNING else "  No host ran it."
    for part in run.parts:
        name = f"{part.instance} {part.name}".rstrip()
        yield Text(f"  {printable(name)}: {printable(how_it_went(part))}")
        if part.printed is None:
            yield "    Systems Manager has no output of it; what there was it keeps for 30 days."
            continue
        for sign, text in (("|", part.printed.out), ("!", part.printed.err)):
            for line in text.splitlines():
                yield Text(f"    {sign} {printable(line)}")
        if not (part.printed.out or part.printed.err):
            yield "    It printed nothing."
