"""After a wave: what its hosts have, as they say through the tasks themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cron2aws.errors import Cron2AwsError
from cron2aws.handover.fleet_rows import Row, moved
from cron2aws.handover.interfaces import Progress
from cron2aws.handover.looks import HostLook, Prober
from cron2aws.plan.values import Deployed

AGAIN = "run the same command again"
STATUS = "see to that; `cron2aws status --from-hosts` shows who runs it by then"


class AfterWaves:
    """Asks each wave's hosts whether their lines are as the edits say."""

    def __init__(
        self, prober: Prober, progress: Progress, known: frozenset[str] = frozenset()
    ) -> None:
        """`known` are the instances of the target when the command began."""
        self.joined: dict[str, set[str]] = {}
        """Other ones whose crontab has a line active that was to move: the lines' ids."""
        self._prober = prober
        self._progress = progress
        self._known = known

    def look(self, wave: Sequence[Row], stacks: Mapping[str, Deployed]) -> None:
        """Through the tasks: each host of the wave has its lines as its edit says."""
        changed = {id_ for row in wave for id_ in (*row.moved, *row.unknown)}
        asked = [each for id_, each in stacks.items() if id_ in changed]
        looks = self._prober.look(asked) if asked else {}
        for id_, stack in stacks.items():
            said = looks.get(stack.stack_name, ())
            for row in wave:
                if id_ in row.moved or id_ in row.unknown:
                    self._note_found(row, id_, *moved(row.host.id, said))
            self._note_joined(id_, said)

    def _note_found(self, row: Row, id_: str, line: str, why: str) -> None:
        """What the probe found of a line after its edit, or after one that nobody knows of."""
        if id_ in row.unknown and line == "task":
            del row.unknown[id_]
            row.moved.add(id_)
            self._progress.say(f"{row.host.label}: the probe finds its line marked")
        elif id_ in row.unknown and line == "cron":
            error = row.unknown.pop(id_)
            row.told(f"its edit did not come about, as {why}: {error.why}", AGAIN)
        elif id_ in row.unknown:
            row.failed(row.unknown[id_])
        if id_ in row.moved and why:
            row.moved.discard(id_)
            if line != "cron":
                row.amiss.add(id_)
            row.told(f"after the edit: {why}", STATUS)

    def _note_joined(self, id_: str, said: tuple[HostLook, ...] | Cron2AwsError) -> None:
        """Hosts that had no part in the plan, and whose cron runs the line."""
        for look in () if isinstance(said, Cron2AwsError) else said:
            if look.id not in self._known and look.line == "cron":
                self.joined.setdefault(look.id, set()).add(id_)
