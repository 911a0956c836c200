"""Looks at the stacks of a wave that are young whenever an edit for them is sent.

To send to hundreds of hosts takes minutes, in which somebody else may begin to take a stack away.
Whoever does that waits until such a look is over (handover/edits_over.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from cron2aws.errors import Cron2AwsError, SafetyError
from cron2aws.handover.edits_over import LOOKED_WITHIN
from cron2aws.handover.interfaces import Clock, StackStore
from cron2aws.handover.standing import still_stands
from cron2aws.plan.values import Deployed

TRIES = 3


class FreshLook:
    """What is known of some stacks, by the ids of their tasks."""

    def __init__(
        self, stacks: StackStore, looked: Mapping[str, Deployed], clock: Clock, *, at: datetime
    ) -> None:
        """`looked`: as they were looked at, from that moment on."""
        self._stacks = stacks
        self._looked = looked
        self._clock = clock
        self._at = at
        self._gone: dict[str, Cron2AwsError] = {}

    def check(self, ids: Iterable[str]) -> None:
        """Return where the stacks of these tasks stand as they did; raises as `still_stands`."""
        for _ in range(TRIES):
            if self._clock.now() - self._at <= LOOKED_WITHIN:
                break
            self._look()
        else:
            raise SafetyError(
                what="the stacks could not be looked at right before the edit",
                why="AWS took longer than a minute each time, and another command may take them "
                "away meanwhile",
                fix="run the same command again when AWS answers faster",
            )
        for each in ids:
            if each in self._gone:
                raise self._gone[each]

    def _look(self) -> None:
        self._at = self._clock.now()
        now = _Listed({each.stack_id: each for each in self._stacks.deployed()})
        for id_, stack in self._looked.items():
            try:
                still_stands(now, stack)
            except SafetyError as error:
                self._gone[id_] = error


class _Listed:
    """One listing, asked as AWS is."""

    def __init__(self, found: Mapping[str, Deployed]) -> None:
        self._found = found

    def get(self, stack_id: str) -> Deployed | None:
        return self._found.get(stack_id)
