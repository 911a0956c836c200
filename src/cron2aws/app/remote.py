"""What edits crontabs of a fleet, through Run Command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cron2aws.app.context import Context
from cron2aws.handover.edit import Edited
from cron2aws.handover.fleet_rows import Ended, ReadTabs
from cron2aws.handover.on_host import OnHost
from cron2aws.handover.record import FileEdit, Way
from cron2aws.handover.remote import HostEdits


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
    ) -> None:
        """As `FleetEditing` of handover/fleet.py has it."""

        def told(on: OnHost, edited: tuple[Edited, ...]) -> None:
            ended(on.instance, edited)

        HostEdits(
            self._context.editors, self._context.clock, self._way, check=check, ended=told
        ).carry_out(
            [
                OnHost(
                    instance=each.id,
                    label=each.label,
                    edits=edits[each.id],
                    contents=each.contents,
                    zone=each.crontabs.zone,
                )
                for each in hosts
            ]
        )
