"""What edits crontabs of a fleet, through Run Command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cron2aws.app.context import Context
from cron2aws.errors import AwsError, Cron2AwsError
from cron2aws.handover.edit import Edited
from cron2aws.handover.fleet_rows import Before, Ended, ReadTabs
from cron2aws.handover.record import FileEdit, Way
from cron2aws.handover.remote import HostEdits, OnHost, Sends


class _Refused(Exception):
    """As of AWS itself: nothing was sent (aws/refusals.py)."""

    operation_name = "none"


class SendsAfterLook:
    """Sends edits, each after a last look at what it rests on (`Sends` of handover/remote.py)."""

    def __init__(self, sends: Sends, before: Before) -> None:
        self._sends = sends
        self._before = before
        self.answer = sends.answer

    def send(self, instance: str, patch: str, *, check: bool = False) -> str:
        """AwsError where the look says no, as if AWS had refused it: nothing was sent."""
        if not check:
            try:
                self._before(instance)
            except Cron2AwsError as error:
                raise AwsError(error.what, why=error.why, fix=error.fix) from _Refused()
        return self._sends.send(instance, patch, check=check)


class RemoteFleet:
    """Edits hosts side by side, one way."""

    def __init__(self, way: Way, context: Context) -> None:
        self._way = way
        self._context = context

    def carry_out(
        self,
        edits: Mapping[str, Sequence[FileEdit]],
        hosts: Sequence[ReadTabs],
        ended: Ended,
        *,
        check: bool = False,
        before: Before = lambda _: None,
    ) -> None:
        """As `FleetEditing` of handover/fleet_rows.py has it."""

        def told(on: OnHost, edited: tuple[Edited, ...]) -> None:
            ended(on.instance, edited)

        HostEdits(
            SendsAfterLook(self._context.editors, before),
            self._context.clock,
            self._way,
            check=check,
            ended=told,
        ).carry_out(
            [
                OnHost(
                    instance=each.id,
                    label=each.label,
                    edits=edits[each.id],
                    contents=each.contents,
                )
                for each in hosts
            ]
        )
