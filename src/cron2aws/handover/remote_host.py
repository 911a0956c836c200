"""One host elsewhere whose crontabs are edited: what was sent to it, and what is known by now.

An edit that was made says so when it is sent again, so an answer that was lost is asked for once
more. As long as any sending may be at work there, nobody says that a file is as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from cron2aws.aws.command_states import ENDS, NEVER_BEGAN, RUNNING
from cron2aws.errors import AwsError, Cron2AwsError, SafetyError
from cron2aws.escapes import printable
from cron2aws.handover.edit import Edited
from cron2aws.handover.interfaces import Clock
from cron2aws.handover.minutes import rewritten_told, untouched_told
from cron2aws.handover.on_host import OnHost, Said, Sends
from cron2aws.handover.patch import EDITED_WITHIN, patch_of
from cron2aws.handover.record import FileEdit, Way
from cron2aws.handover.told import SILENT, Answered, Asked, read_answer, refused

FIRST_LOOK = timedelta(seconds=20)
"""An edit waits for the quiet part of a minute."""

LOOK_AGAIN = timedelta(seconds=10)
PATIENCE = timedelta(minutes=12)
"""A command has ended by then: it is delivered within a minute, and runs for ten at most."""

UNSEEN = timedelta(minutes=2)
"""By then a command is known for its host."""

TRIES = 2
"""So often a command is sent whose answer was lost."""

ONCE_MORE = timedelta(seconds=75)
"""By then what was sent first is at work, and holds the host's lock, or is delivered no more."""

LOST = 6
"""So many looks in a row may fail."""

FILES = 60
"""Of one command at most: what is said of more may be cut off."""

_UNHEARD = "the host was not heard of before its turn came"


class RemoteHost:
    """A host on its way: what is left to be sent, what was sent, and what is known."""

    def __init__(self, on: OnHost, way: Way, *, check: bool) -> None:
        self.on = on
        self.done: dict[str, Edited] = {}
        self.looks: datetime | None = None
        """When it is to be looked at next; None where all is known."""
        self._way = way
        self._check = check
        self._left = list(on.edits)
        self._sent: list[FileEdit] = []
        """Those of the command that is looked after."""
        self._command = ""
        self._at: datetime | None = None
        self._tries = 0
        self._lost = 0
        self._open: set[str] = set()
        """The paths that a sending may be editing of which nobody knows what came of it."""
        self._ids: list[str] = []
        """Of what was sent of these; empty for one of which only the sending is known."""

    def stands(self, edit: FileEdit) -> str:
        """A file, for who ends all this before its time."""
        edited = self.done.get(edit.path)
        path = f"{edit.path} on {self.on.label}"
        if edited is not None and edited.error is None:
            return rewritten_told(path, edited.minute, self._way, self.on.zone)
        is_open = edit.path in self._open if edited is None else not edited.known
        if is_open and not self._check:
            return f"whether {path} was edited is not known: {self._finds_out}"
        return untouched_told(path, self._way)

    @property
    def edited(self) -> tuple[Edited, ...]:
        """What became of each file, where all is known."""
        return tuple(self.done[edit.path] for edit in self.on.edits)

    def step(self, sends: Sends, clock: Clock) -> None:
        """Send what is left, or look at what was sent."""
        now = clock.now()
        if self._command:
            self._look(sends, now)
        while not self._command and self._left and (self.looks is None or self.looks <= now):
            self._send(sends, clock)

    def _send(self, sends: Sends, clock: Clock) -> None:
        self.looks = None
        patch = self._patch(clock.now())
        if not self._sent:
            return
        if not self._tries:
            self._ids = []
        self._tries += 1
        # before it goes out: what ends the call itself may end it when it is sent
        was_open, self._open = self._open, {edit.path for edit in self._sent}
        self._ids.append("")
        try:
            self._command = sends.send(self.on.instance, patch, check=self._check)
        except AwsError as error:
            if not error.maybe_done:
                self._open = was_open
                self._ids.pop()
            self._not_sent(error, clock.now())
            return
        self._ids[-1] = self._command
        # the SDK may have tried for minutes
        self._at, self._lost = clock.now(), 0
        self.looks = self._at + (LOOK_AGAIN if self._check else FIRST_LOOK)

    def _patch(self, now: datetime) -> str:
        """Of as many files as one command has room for."""
        self._sent = self._left[:FILES]
        not_after = now + EDITED_WITHIN if self._way is Way.OUT else None
        while self._sent:
            try:
                edits = [(each, self._bytes(each)) for each in self._sent]
                return patch_of(edits, self._way, not_after=not_after)
            except Cron2AwsError as error:
                if len(self._sent) > 1:
                    del self._sent[(len(self._sent) + 1) // 2 :]
                else:
                    self._end(self._sent[0], Edited(edit=self._sent[0], error=error))
                    self._sent = self._left[:FILES]
        return ""

    def _bytes(self, edit: FileEdit) -> bytes:
        return self.on.contents[edit.path]

    def _look(self, sends: Sends, now: datetime) -> None:
        try:
            said = sends.answer(self._command, self.on.instance)
        except AwsError as error:
            self._lost += 1
            if self._lost == LOST:
                self._unknown(_words(error))
                return
            said = None
        else:
            self._lost = 0
        self.looks, passed = now + LOOK_AGAIN, now - (self._at or now)
        if said is None:
            if passed > UNSEEN and not self._lost:
                self._again_or_unknown("Systems Manager does not know the command", now)
        elif said.status not in RUNNING:
            self._take(said, now)
        if self._command and passed > PATIENCE:
            self._unknown("it did not end the command")

    def _take(self, said: Said, now: datetime) -> None:
        answer, whys = read_answer(said.stdout), dict[str, str]()
        for edit in list(self._sent):
            found = self._asked(edit).answered(answer)
            why = self._why_open(found)
            if found.edited and not why:
                self._end(edit, found.edited)
                self._sent.remove(edit)
            else:
                whys[edit.path] = why
        if not self._sent:
            self._clear()
            return
        end = ENDS.get(said.status)
        why = end or _last_line(said.stderr) or SILENT
        if said.status in NEVER_BEGAN and self._tries == 1:
            for edit in self._sent:
                error = refused(edit, self.on.label, why)
                self._end(edit, Edited(edit=edit, error=error))
            self._clear()
            return
        self._again_or_unknown(why, now, whys if end is None else {})

    def _asked(self, edit: FileEdit) -> Asked:
        on = self.on
        return Asked(
            edit=edit,
            before=self._bytes(edit),
            host=on.label,
            zone=on.zone,
            check=self._check,
        )

    def _why_open(self, found: Answered) -> str:
        """Why nobody knows yet what became of a file that a host has answered for.

        A host that is busy may be so with the same edit: the SDK, too, sends again what was not
        answered, and nobody is told. And what was sent before may have made a file other than it
        was read, as long as the host does not say that it is as it was.
        """
        if found.edited is None:
            return found.why
        error = found.edited.error
        is_open = found.is_busy or (self._tries > 1 and not found.is_as_read)
        return str(error.why) if error and is_open and not self._check else ""

    def _again_or_unknown(
        self, why: str, now: datetime, whys: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        if self._tries >= TRIES:
            self._unknown(why, whys)
            return
        self._command, self._sent = "", []
        self.looks = now + ONCE_MORE

    def _not_sent(self, error: AwsError, now: datetime) -> None:
        if not self._open:
            for edit in self._sent:
                self._end(edit, Edited(edit=edit, error=error))
            self._clear()
        elif error.maybe_done:
            self._again_or_unknown(_words(error), now)
        else:
            self._unknown(_words(error))

    def _unknown(self, why: str, whys: Mapping[str, str] = MappingProxyType({})) -> None:
        """`whys` are those of single files, by path; the host itself says nothing else."""
        for edit in self._sent:
            of_file = whys.get(edit.path, SILENT)
            self._end(edit, self._not_known(edit, why if of_file == SILENT else of_file))
        for edit in list(self._left):  # nobody waits once more for a host like that
            error = refused(edit, self.on.label, _UNHEARD)
            self._end(edit, Edited(edit=edit, error=error))
        self._clear()

    def _clear(self) -> None:
        """All is known of what was sent, or will not be."""
        self._command, self._sent, self._tries, self.looks = "", [], 0, None
        self._open = set()

    def _not_known(self, edit: FileEdit, why: str) -> Edited:
        if self._check:
            return Edited(edit=edit, error=refused(edit, self.on.label, why))
        error = SafetyError(
            what=f"whether {edit.path} on {self.on.label} was edited is not known",
            why=why,
            fix=f"{self._finds_out}; the same command run again finds out, and goes on from there",
        )
        return Edited(edit=edit, error=error, known=False)

    @property
    def _finds_out(self) -> str:
        """What shows the host's answer; of a command whose number is not known, which it has."""
        if not self._ids or not self._ids[-1]:
            return f"`aws ssm list-commands --instance-id {self.on.instance}` shows what was sent"
        return (
            f"`aws ssm get-command-invocation --command-id {self._ids[-1]} "
            f"--instance-id {self.on.instance}` shows what it said"
        )

    def _end(self, edit: FileEdit, edited: Edited) -> None:
        self.done[edit.path] = edited
        self._left.remove(edit)


def _words(error: AwsError) -> str:
    return f"{error.what}: {error.why}" if error.why else error.what


def _last_line(text: str) -> str:
    return printable((text.strip().splitlines() or [""])[-1][:200])
