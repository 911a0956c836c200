"""The search: every world that a scenario can reach, and each minute in it judged."""

from __future__ import annotations

import sys
from collections import Counter, deque
from typing import NamedTuple

from tests.handover_model.design import Design, Scenario
from tests.handover_model.exceptions import FAULTS, judge
from tests.handover_model.steps import begin, steps
from tests.handover_model.world import World


class Found(NamedTuple):
    """What a search counted. `verdicts`: by the name of the exception, or `once`, `none`."""

    states: int
    interleavings: int
    verdicts: Counter[str]

    @property
    def faults(self) -> list[str]:
        """What no row of the exceptions explains."""
        return [word for word in self.verdicts if word in FAULTS]


def settle(world: World) -> tuple[World, tuple[str, ...]]:
    """The world without the minutes of which all is known, and what is to say of those."""
    known = [due for due in world.dues if due.cron is not None and due.outcome is not None]
    if not known:
        return world, ()
    said = tuple(judge(due, world) for due in known)
    left = tuple(due for due in world.dues if due not in known)
    return world._replace(dues=left), said


def search(scenario: Scenario, design: Design | None = None) -> Found:
    """Every state and every order of steps; `verdicts` counts states in which a minute ends so."""
    how = design or Design()
    orders: dict[World, int] = {}
    verdicts: Counter[str] = Counter()

    def count(world: World) -> int:
        known = orders.get(world)
        if known is not None:
            return known
        total = 0
        for _, after in steps(world, scenario, how):
            then, said = settle(after)
            verdicts.update(said)
            total += count(then)
        orders[world] = total or 1
        return orders[world]

    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(10_000)
    try:
        total = count(begin(scenario, how))
    finally:
        sys.setrecursionlimit(limit)
    return Found(len(orders), total, verdicts)


def shortest(
    scenario: Scenario, wanted: str, design: Design | None = None
) -> tuple[str, ...] | None:
    """The fewest steps to a minute of which `wanted` is to be said; None where there is none."""
    how = design or Design()
    first = begin(scenario, how)
    came: dict[World, tuple[World, str] | None] = {first: None}
    queue = deque([first])
    while queue:
        world = queue.popleft()
        for name, after in steps(world, scenario, how):
            then, said = settle(after)
            if any(each.startswith(wanted) for each in said):
                return (*_trace(world, came), name, *said)
            if then not in came:
                came[then] = (world, name)
                queue.append(then)
    return None


def _trace(world: World, came: dict[World, tuple[World, str] | None]) -> tuple[str, ...]:
    names: list[str] = []
    step = came[world]
    while step is not None:
        world, name = step
        names.append(name)
        step = came[world]
    return tuple(reversed(names))
