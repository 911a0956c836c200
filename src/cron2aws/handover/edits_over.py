"""Before a stack goes: no edit of somebody else's that marks its line can begin, and none is made.

Another command may have looked at the stack while it stood, and its edit waits on a host for the
quiet part of a minute. So: the stack is held (stacks_away.py), which every later look refuses; what
was begun by an earlier look is sent by then, and is listed by Systems Manager; when all of that has
ended, the hosts are asked once more, and what they say then stays so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from cron2aws.aws.command_states import NEVER_BEGAN, RUNNING
from cron2aws.errors import AwsError, Cron2AwsError, SafetyError
from cron2aws.handover.interfaces import Clock, Progress
from cron2aws.spans import span
from cron2aws.task.target import Target

LOOKED_WITHIN = timedelta(minutes=1)
"""So old a look at the stacks may be when an edit that marks lines is sent (handover/fleet.py)."""

SENT_WITHIN = LOOKED_WITHIN + timedelta(minutes=5)
"""So long after the look AWS has taken it: the SDK tries for four minutes; one is to spare."""

LATEST = timedelta(minutes=45)
"""So long after it was sent an edit can still be made, whatever the agent does (decision 28)."""

LOOK_AGAIN = timedelta(seconds=10)
PATIENCE = timedelta(minutes=12)
"""A command has ended by then: it is delivered within a minute, and runs for ten at most."""

_ENDED = NEVER_BEGAN | {"Success", "Failed"}
NAMED = 3
"""How many hosts a message names."""


class SentEdit(Protocol):
    """An edit that was sent to a host, by whomever."""

    @property
    def instance(self) -> str: ...  # noqa: D102
    @property
    def at(self) -> datetime: ...  # noqa: D102
    @property
    def status(self) -> str: ...  # noqa: D102


class SentEdits(Protocol):
    """What Systems Manager lists (aws/editing.py)."""

    def sent_since(self, moment: datetime) -> Sequence[SentEdit]:
        """The edits that were sent since then."""


class Host(Protocol):
    """An instance."""

    @property
    def id(self) -> str: ...  # noqa: D102


TaggedHosts = Callable[[Iterable[Target]], Mapping[Target, Sequence[Host]]]
"""What tells the instances of targets."""


class EditsOver:
    """Waits until no edit is under way on hosts."""

    def __init__(
        self, sent: SentEdits, tagged: TaggedHosts, clock: Clock, progress: Progress
    ) -> None:
        self._sent = sent
        self._tagged = tagged
        self._clock = clock
        self._progress = progress

    def wait(self, targets: Sequence[Target]) -> Cron2AwsError | None:
        """Return when no edit can be made any more that began before the stacks were held, now.

        The error says why nobody knows it.
        """
        if not targets:
            return None
        self._progress.say(
            f"waiting {span(SENT_WITHIN)}: by then another command that hands lines over has seen "
            "that these tasks go"
        )
        # by this clock alone: AWS's, which knows when they were held, may be another
        self._clock.sleep_until(self._clock.now() + SENT_WITHIN)
        begun = self._clock.now()
        hosts = self._hosts(targets)
        while True:
            try:
                found = self._open(hosts)
            except AwsError as error:
                return error
            if not found:
                return None
            if self._clock.now() - begun > PATIENCE:
                return _open_still(found)
            self._clock.sleep_until(self._clock.now() + LOOK_AGAIN)

    def _hosts(self, targets: Sequence[Target]) -> Collection[str] | None:
        """Those of the targets; None for any, where EC2 may not be asked."""
        try:
            found = self._tagged(targets)
        except AwsError:
            return None
        return {each.id for its in found.values() for each in its}

    def _open(self, hosts: Collection[str] | None) -> Sequence[SentEdit]:
        sent = self._sent.sent_since(self._clock.now() - LATEST)
        return [
            each
            for each in sent
            if each.status not in _ENDED and (hosts is None or each.instance in hosts)
        ]


def _open_still(found: Sequence[SentEdit]) -> SafetyError:
    over = max(each.at for each in found) + LATEST
    names = ", ".join(each.instance for each in found[:NAMED])
    more = f" and {len(found) - NAMED} others" if len(found) > NAMED else ""
    ends = "has not ended" if all(each.status in RUNNING for each in found) else "may still be made"
    return SafetyError(
        what="an edit that another command has sent may mark a line once the stack is gone",
        why=f"on {names}{more} it {ends}",
        fix=f"run the same command again, after {over:%H:%M %Z} at the latest",
    )
