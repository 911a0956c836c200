"""`python -m tests.handover_model `: the search by hand, with what it counted."""

from __future__ import annotations

import sys

from tests.handover_model.explore import Found, search, shortest
from tests.handover_model.scenarios import LARGE, SMALL


def told(name: str, found: Found) -> str:
    counts = ", ".join(f"{word} {count}" for word, count in sorted(found.verdicts.items()))
    return f"{name}: {found.states} states, {found.interleavings} interleavings: {counts}\n"


def main() -> int:
    scenarios = (*SMALL, *LARGE)
    states = interleavings = 0
    faults = False
    for scenario in scenarios:
        found = search(scenario)
        states += found.states
        interleavings += found.interleavings
        sys.stdout.write(told(scenario.name, found))
        sys.stdout.flush()
        for word in found.faults:
            faults = True
            trace = "\n  ".join(shortest(scenario, word) or ())
            sys.stdout.write(f"  {trace}\n")
    sys.stdout.write(
        f"{len(scenarios)} scenarios, {states} states, {interleavings} interleavings\n"
    )
    return int(faults)


if __name__ == "__main__":
    sys.exit(main())
