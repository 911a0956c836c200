"""Edits of crontabs on hosts elsewhere, through Run Command, many hosts side by side.

Each host gets the edit script with its own patch, and has its own way (remote_host.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cron2aws.handover.edit import Edited
from cron2aws.handover.interfaces import Clock
from cron2aws.handover.on_host import OnHost, Sends
from cron2aws.handover.record import Way
from cron2aws.handover.remote_host import RemoteHost


class HostEdits:
    """Edits hosts side by side, each all its files, one way."""

    def __init__(
        self,
        sends: Sends,
        clock: Clock,
        way: Way,
        *,
        check: bool = False,
        ended: Callable[[OnHost, tuple[Edited, ...]], None] = lambda *_: None,
    ) -> None:
        """With `check` nothing is edited: where there is an error, an edit would be refused.

        `ended` is called for each host as soon as all is known of it.
        """
        self._sends = sends
        self._clock = clock
        self._way = way
        self._check = check
        self._ended = ended

    def carry_out(self, hosts: Sequence[OnHost]) -> dict[str, tuple[Edited, ...]]:
        """What became of each host's files, by instance id.

        An error of one host, AWS's among them, is that host's; the others go on.  What a signal or
        a bug ends has a note of each file; a host goes on with what was sent to it.
        """
        going = [RemoteHost(each, self._way, check=self._check) for each in hosts]
        try:
            self._carry_out(going)
        except BaseException as ended:
            for each in going:
                for edit in each.on.edits:
                    ended.add_note(each.stands(edit))
            raise
        return {each.on.instance: each.edited for each in going}

    def _carry_out(self, waiting: list[RemoteHost]) -> None:
        while waiting:
            for each in waiting:
                now = self._clock.now()
                if each.looks is None or each.looks <= now:
                    each.step(self._sends, self._clock)
                if each.looks is None:
                    self._ended(each.on, each.edited)
            waiting = [each for each in waiting if each.looks is not None]
            if waiting:
                self._clock.sleep_until(min(each.looks for each in waiting if each.looks))
