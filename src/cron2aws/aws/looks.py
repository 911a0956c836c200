"""Looks at the stacks that are waited for: one round of DescribeStacks serves all of them.

A call for each stack would take the whole bucket of DescribeStacks at twenty stacks in flight.
DescribeStacks without a name lists all stacks of the region by page, so a round pages until it has
seen all that are waited for; those that no page has are asked for by their ARN, as one is that is
waited for alone, and as those are that are deleted (they are not listed).
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from cron2aws.aws.description import Description

SHARING_SECONDS = 0.5
"""How long a waiter leaves another one, which looks for it as well, before it looks itself."""

Pages = Callable[[], Iterator[list[Description]]]
One = Callable[[str], Description | None]


class Looks:
    """Shared by the threads that wait; `sleep` takes seconds.

    `pages` are the stacks of the region; `one` is a stack by its ARN, None where there is none.
    """

    def __init__(self, pages: Pages, one: One, sleep: Callable[[float], None]) -> None:
        self._pages = pages
        self._one = one
        self._sleep = sleep
        self._lock = threading.Lock()
        self._wanted: Counter[str] = Counter()
        self._seen: dict[str, Description | None] = {}
        """What a round found for those who have not asked again since."""
        self._is_looking = False

    @contextmanager
    def waiting_for(self, stack_id: str) -> Iterator[bool]:
        """Rounds look for it as well meanwhile; whether others are waited for."""
        with self._lock:
            others = bool(self._wanted)
            self._wanted[stack_id] += 1
            self._seen.pop(stack_id, None)
        try:
            yield others
        finally:
            with self._lock:
                self._wanted[stack_id] -= 1
                if not self._wanted[stack_id]:
                    del self._wanted[stack_id]
                    self._seen.pop(stack_id, None)

    def at(self, stack_id: str) -> Description | None:
        """The stack's next state for this waiter; None where there is no such stack.

        An error of a round is raised to the one that looked; the others look themselves.
        """
        while not self._begins():
            self._sleep(SHARING_SECONDS)
        try:
            with self._lock:
                if stack_id in self._seen:
                    return self._seen.pop(stack_id)
                wanted = {*self._wanted, stack_id}
            found = self._round(wanted)
        finally:
            with self._lock:
                self._is_looking = False
        with self._lock:
            self._seen |= {name: found[name] for name in found if name in self._wanted}
            self._seen.pop(stack_id, None)
        return found[stack_id]

    def _begins(self) -> bool:
        """Whether nobody else looks, so that this one may."""
        with self._lock:
            is_first, self._is_looking = not self._is_looking, True
        return is_first

    def _round(self, wanted: set[str]) -> dict[str, Description | None]:
        found: dict[str, Description | None] = {}
        if len(wanted) > 1:
            for page in self._pages():
                here = {each.id: each for each in page if each.id in wanted}
                found |= here
                # those that are made come first, as a rule: what is further behind costs less alone
                if not here or len(found) >= len(wanted) - 1:
                    break
        return found | {name: self._one(name) for name in wanted - found.keys()}
