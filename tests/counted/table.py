"""What came of it, as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from tests.counted.count import Counted
from tests.counted.rounds import Story


def table(stories: Sequence[Story]) -> str:
    return "\n".join(_lines(stories)) + "\n"


def _lines(stories: Sequence[Story]) -> Iterator[str]:
    total = Counted()
    for story in stories:
        total += story.counted
    steps = [step for story in stories for step in story.steps]
    struck = [step for step in steps if step.blow and "too late" not in step.blow]
    yield from _rows(
        ("hosts", len(stories)),
        ("commands", len(steps)),
        ("blows that met one", len(struck)),
        ("minutes counted, over all hosts", total.minutes),
        ("runs that were to be", total.runs),
        ("  by cron", total.by_cron),
        ("  by tasks", total.by_task),
        ("deliveries", total.deliveries),
        ("  late by more than 2 s", total.late),
        ("  minutes of a task delivered twice", total.twice),
        ("doubled", total.of_kind("doubled")),
        ("lost", total.of_kind("lost")),
        ("told", total.of_kind("told")),
        ("bytes back", sum(story.bytes_back for story in stories)),
        ("bytes not back", sum(story.bytes_not_back for story in stories)),
        ("status said what is not so", sum(len(step.false) for step in steps)),
        ("status while a job ran nowhere", sum(step.nowhere > 0 for step in steps)),
    )
    yield from _counter("blows by kind", (step.blow for step in struck))
    yield from _counter("blows by step", (f"{step.command}: {step.at}" for step in struck))
    yield from _counter(
        "exit codes",
        (f"{step.command}{' struck' if step in struck else ''}: {step.code}" for step in steps),
    )
    yield from _counter("status after a blow", (step.status for step in struck))
    for each in total.wrong:
        told = f" told: {'; '.join(each.told)}" if each.told else ""
        told += f"; its stack was gone: {', '.join(each.gone)}" if each.gone else ""
        runs = ", ".join(each.runs) or "nobody"
        yield (
            f"{each.kind} {each.host} {each.job} {each.minute:%H:%M}: {each.expected} to be, "
            f"{runs}{told}"
        )
    for story in stories:
        yield from (f"trouble {story.name} {each}" for each in story.troubles)


def _rows(*rows: tuple[str, int]) -> Iterator[str]:
    return (f"{name:36} {number:6}" for name, number in rows)


def _counter(title: str, values: Iterable[str]) -> Iterator[str]:
    yield f"\n{title}"
    yield from (f"{number:6}  {name}" for name, number in Counter(values).most_common())
    yield ""
