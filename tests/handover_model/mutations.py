"""The design with one thing left out or done in another way, and a scenario that shows the harm."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from tests.handover_model import rule, which
from tests.handover_model import scenarios as of
from tests.handover_model.design import Design, Scenario
from tests.handover_model.reading import Item
from tests.handover_model.world import Left, Text


class Mutation(NamedTuple):
    name: str
    design: Design
    scenario: Scenario
    harm: str
    """How the minute that shows it ends."""


def _no_history(*args: Any, now: int) -> rule.Outcome:
    del now
    minute, seen, _, task = args
    return rule.outcome(seen.state, minute, rule.History(), task)


def _nobody_looked(*args: Any, now: int) -> rule.Outcome:
    minute, seen, history, task = args
    return rule.answer(minute, seen, history._replace(looked=None), task, now=now)


def _always_complete(*args: Any, now: int) -> rule.Outcome:
    minute, seen, history, task = args
    return rule.answer(minute, seen, history._replace(looked=now), task, now=now)


def _without_doubt(*args: Any, now: int) -> rule.History:
    """No `unknown` lines: the page's first form of the rule."""
    seen, history, task = args
    return rule.record(seen, history._replace(looked=None), task, now=now)


def _now(*args: Any, now: int) -> rule.History:
    return rule.record(*args, now=now)._replace(looked=now)


def _no_lines(*args: Any, now: int) -> rule.History:
    del args
    return rule.History(looked=now - rule.SETTLE)


def _after_is_before(*args: Any, now: int) -> rule.Outcome:
    """A change counts from the minute in which it was made."""
    minute, seen, history, task = args
    return rule.answer(minute, rule.Seen(seen.state, seen.ctime - 60), history, task, now=now)


def _gone_means_never(*args: Any, now: int) -> rule.Outcome:
    """An empty history means that cron had the line."""
    minute, seen, history, task = args
    lines = history.lines or (rule.Line(0, "cron"),)
    return rule.answer(minute, seen, history._replace(lines=lines), task, now=now)


def _whole_line(file: tuple[Item, ...], entry: which.Entry) -> rule.State:
    """An active line is the task's only with its very schedule."""
    seen = tuple(item for item in file if item.kind != "job" or item.schedule == entry.schedule)
    return which.state(seen, entry)


def _reboot_counts(file: tuple[Item, ...], entry: which.Entry) -> rule.State:
    every = [replace(item, schedule=item.schedule.lstrip("@")) for item in file]
    return which.state(every, entry)


def _sibling_may_take_ours(file: tuple[Item, ...], entry: which.Entry) -> rule.State:
    """The page's first form: any active line may be that of a sibling that is not there."""
    found = which.state(file, entry)
    marked = any(which.is_mine(item, entry) for item in file)
    there = {item.schedule for item in file if not which.is_mine(item, entry)}
    return "task" if marked and set(entry.siblings) - there else found


THERE, BACK = of.THERE, of.BACK
TOLD = "the crontab was changed around the minute: told loss"
EDIT = ("start", "add", "delete", "stop", "mark", "unrelated")
ONE = Left(foreign=1)


def _edited(kinds: tuple[str, ...], start: Any = of.MARKED, **facts: Any) -> Scenario:
    return Scenario("a mutation", 2, 120, start, kinds=kinds, left=ONE, **facts)


def _ours(start: Any = of.ACTIVE, commands: tuple[str, ...] = THERE, **left: int) -> Scenario:
    return Scenario("a mutation", 3, 120, start, commands=commands, left=Left(**left))


MUTATIONS = (
    Mutation("history off", Design(answer=_no_history), _ours(), "DOUBLE"),
    Mutation("history off, back", Design(answer=_no_history), _ours(of.MARKED, BACK), "LOSS"),
    Mutation("a history that notes nothing", Design(record=_no_lines), _ours(of.MARKED, BACK), TOLD),
    Mutation("mtime for ctime", Design(mtime=True), _edited(("start old",)), "LOSS"),
    Mutation("mtime for ctime, back", Design(mtime=True), _edited(("mark old",), of.ACTIVE), "DOUBLE"),
    Mutation("no waiting for S", Design(waits=False), _edited(("start",), early=True), "DOUBLE"),
    Mutation("no waiting for S, back", Design(waits=False), _edited(("mark",), of.ACTIVE, early=True), "LOSS"),
    Mutation("no waiting for S+2", Design(settle=0, record=_now), _edited(("start",)), "the daemon was late: DOUBLE"),
    Mutation("a look counts from its own second, and no lock", Design(settle=0, record=_now, lock=False), _ours(stops=3), "LOSS"),
    Mutation("an edit in second 0", Design(quiet=False, tick=False), _ours(), "LOSS"),
    Mutation("no tick", Design(tick=False), _ours(late=2), "LOSS"),
    Mutation("no tick, back", Design(tick=False), _ours(of.MARKED, BACK, late=2), "DOUBLE"),
    Mutation("no look before the edit", Design(look_before=False), _edited(("start",), commands=THERE), "DOUBLE"),
    Mutation("no note that an edit begins", Design(begins=False), _edited(("start",), of.ACTIVE, commands=THERE)._replace(left=Left(foreign=1, kills=1)), "LOSS"),
    Mutation("no note that an edit begins, back", Design(begins=False), _edited(("delete", "mark"), of.MARKED, commands=BACK)._replace(left=Left(foreign=1, kills=1)), "DOUBLE"),
    Mutation("no lock", Design(lock=False), _edited(("start",), of.ACTIVE, commands=THERE)._replace(delay=60, left=Left(foreign=1, kills=1, stops=3)), "LOSS"),
    Mutation("an old mtime at our rename", Design(fresh_mtime=False), _edited(("unrelated",), of.ACTIVE, commands=THERE)._replace(delay=60, left=Left(foreign=1, stops=3)), "DOUBLE"),
    Mutation("nobody looked", Design(answer=_nobody_looked), _ours(of.MARKED, BACK), TOLD),
    Mutation("every look saw everything", Design(answer=_always_complete), _edited(("start", "unrelated"))._replace(left=Left(foreign=2)), "DOUBLE"),
    Mutation("no doubt in the history", Design(record=_without_doubt), _edited(("start", "unrelated"))._replace(left=Left(foreign=2)), "DOUBLE"),
    Mutation("a change counts from its own minute", Design(answer=_after_is_before), _edited(("start",)), "LOSS"),
    Mutation("no history means cron", Design(answer=_gone_means_never), _edited(("start",), history=False), "LOSS"),
    Mutation("siblings off", Design(siblings=False), Scenario("a mutation", 1, 60, of.ONE_OF_TWO, ("A", "B")), "LOSS"),
    Mutation("recognised by the whole line", Design(state=_whole_line), Scenario("a mutation", 1, 60, (Text("job", 0, "C"),), live=0), "DOUBLE"),
    Mutation("@reboot counts", Design(state=_reboot_counts), Scenario("a mutation", 1, 60, (*of.MARKED, of.REBOOT[1])), "LOSS"),
    Mutation("a sibling may take our own schedule", Design(state=_sibling_may_take_ours), Scenario("a mutation", 1, 60, of.ONE_OF_TWO[:1], ("A", "B"), kinds=("add",), left=ONE), "DOUBLE"),
    Mutation("no ledger", Design(ledger=False), Scenario("a mutation", 1, 60, of.MARKED, left=Left(twice=1)), "DOUBLE"),
    Mutation("LiveFrom before the edit", Design(live_last=False), Scenario("a mutation", 2, 60, of.ACTIVE, commands=("live on", *THERE), left=Left(kills=1), one=True), "DOUBLE"),
    Mutation("LiveFrom left on in a rollback", Design(live_last=False), Scenario("a mutation", 2, 60, of.MARKED, commands=("live on", *BACK), one=True), "DOUBLE"),
    Mutation("removal without a look before", Design(probe=False), _edited(("delete",), of.ACTIVE, removal=True), "LOSS"),
)  # fmt: skip
