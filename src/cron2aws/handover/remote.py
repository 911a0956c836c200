"""Edits of crontabs on hosts elsewhere, through Run Command, many hosts side by side.

Each host gets the edit script with its own patch.  An edit that was made says so when it is sent
again, so that an answer that was lost is asked for once more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Protocol

from cron2aws.aws.command_states import ENDS, NEVER_BEGAN, RUNNING
from cron2aws.aws.refusals import was_refused
from cron2aws.errors import AwsError, Cron2AwsError, SafetyError
from cron2aws.handover.edit import Edited
from cron2aws.handover.interfaces import Clock
from cron2aws.handover.minutes import rewritten_told, untouched_told
from cron2aws.handover.patch import patch_of
from cron2aws.handover.record import FileEdit, Way
from cron2aws.handover.told import read_answer, refused, told

FIRST_LOOK = timedelta(seconds=20)
"""An edit waits for the quiet part of a minute."""

LOOK_AGAIN = timedelta(seconds=10)
PATIENCE = timedelta(minutes=12)
"""A command has ended by then: it is delivered within a minute, and runs for ten at most."""

UNSEEN = timedelta(minutes=2)
"""By then a command is known for its host."""

TRIES = 2
"""So often a command is sent whose answer was lost."""

ONCE_MORE = timedelta(seconds=45)
"""What was sent first may still be at work."""

SILENT = "it did not say what became of it"

LOST = 6
"""So many looks in a row may fail."""

FILES = 60
"""Of one command at most: what is said of more may be cut off."""


class Said(Protocol):
    """What a host has answered so far."""

    @property
    def status(self) -> str: ...  # noqa: D102
    @property
    def stdout(self) -> str: ...  # noqa: D102
    @property
    def stderr(self) -> str: ...  # noqa: D102


class Sends(Protocol):
    """Sends the edit script (aws/editing.py)."""

    def send(self, instance: str, patch: str, *, check: bool = False) -> str: ...  # noqa: D102
    def answer(self, command_id: str, instance: str) -> Said | None: ...  # noqa: D102


@dataclass(frozen=True, kw_only=True)
class OnHost:
    """Edits of one host's crontabs; `contents` are their bytes as they were read, by path.

    The `location` of an edit is where its file lies on that host.
    """

    instance: str
    label: str
    edits: Sequence[FileEdit]
    contents: Mapping[str, bytes]
    zone: tzinfo = UTC
    """The host's, for what people are told."""


class _Host:
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
        self._command = ""
        self._at: datetime | None = None
        self._tries = 0
        self._lost = 0

    def stands(self, edit: FileEdit) -> str:
        """A file, for who ends all this before its time."""
        edited = self.done.get(edit.path)
        path = f"{edit.path} on {self.on.label}"
        if edit in self._sent and edited is None and self._command and not self._check:
            return (
                f"whether {path} was edited is not known: `aws ssm get-command-invocation "
                f"--command-id {self._command} --instance-id {self.on.instance}` shows it"
            )
        if edited is None or edited.error is not None:
            return untouched_told(path, self._way)
        return rewritten_told(path, edited.minute, self._way, self.on.zone)

    @property
    def edited(self) -> tuple[Edited, ...]:
        return tuple(self.done[edit.path] for edit in self.on.edits)

    def step(self, sends: Sends, now: datetime) -> None:
        """Send what is left, or look at what was sent."""
        if self._command:
            self._look(sends, now)
        while not self._command and self._left and (self.looks is None or self.looks <= now):
            self._send(sends, now)

    def _send(self, sends: Sends, now: datetime) -> None:
        self.looks = None
        patch = self._patch()
        if not self._sent:
            return
        self._tries += 1
        try:
            self._command = sends.send(self.on.instance, patch, check=self._check)
        except AwsError as error:
            self._not_sent(error, now)
            return
        self._at, self._lost = now, 0
        self.looks = now + (LOOK_AGAIN if self._check else FIRST_LOOK)

    def _patch(self) -> str:
        """Of as many files as one command has room for."""
        self._sent = self._left[:FILES]
        while self._sent:
            try:
                return patch_of([(each, self._bytes(each)) for each in self._sent], self._way)
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
                self._unknown(f"{error.what}: {error.why}")
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
        answer, busy = read_answer(said.stdout), ""
        for edit in list(self._sent):
            found = told(edit, answer, self.on.label)
            if found is None:
                continue
            if not self._check and _is_busy(found):
                busy = str(found.error.why) if found.error else ""
                continue
            self._end(edit, found)
            self._sent.remove(edit)
        if not self._sent:
            self._command, self._tries, self.looks = "", 0, None
            return
        why = ENDS.get(said.status) or _last_line(said.stderr) or busy or SILENT
        if said.status in NEVER_BEGAN:
            for edit in self._sent:
                self._end(edit, self._not_edited(edit, why, known=self._tries == 1))
            self._command, self._tries, self.looks = "", 0, None
            return
        self._again_or_unknown(why, now)

    def _again_or_unknown(self, why: str, now: datetime) -> None:
        if self._tries >= TRIES:
            self._unknown(why)
            return
        self._command, self._sent = "", []
        self.looks = now + ONCE_MORE

    def _not_sent(self, error: AwsError, now: datetime) -> None:
        if not was_refused(error) and self._tries < TRIES:
            self.looks = now + ONCE_MORE
            return
        known = was_refused(error) and self._tries == 1
        for edit in self._sent:
            self._end(edit, Edited(edit=edit, error=error, known=known))
        self._tries = 0

    def _unknown(self, why: str) -> None:
        for edit in self._sent:
            self._end(edit, self._not_edited(edit, why, known=False))
        for edit in list(self._left):  # nobody waits once more for a host like that
            error = refused(edit, self.on.label, "the host was not heard of before its turn came")
            self._end(edit, Edited(edit=edit, error=error))
        self._command, self._tries, self.looks = "", 0, None

    def _not_edited(self, edit: FileEdit, why: str, *, known: bool) -> Edited:
        if known or self._check:
            return Edited(edit=edit, error=refused(edit, self.on.label, why))
        finds_out = (
            f"`aws ssm get-command-invocation --command-id {self._command} "
            f"--instance-id {self.on.instance}` shows what it said"
        )
        error = SafetyError(
            what=f"whether {edit.path} on {self.on.label} was edited is not known",
            why=why,
            fix=f"{finds_out}; the same command run again finds out, and goes on from there",
        )
        return Edited(edit=edit, error=error, known=False)

    def _end(self, edit: FileEdit, edited: Edited) -> None:
        self.done[edit.path] = edited
        self._left.remove(edit)


def _is_busy(edited: Edited) -> bool:
    """Whether another sending of the same edit may be at work there.

    botocore, too, sends again what was not answered, and nobody is told.
    """
    return edited.error is not None and str(edited.error.why).startswith("another cron2aws")


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or [""])[-1][:200]


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
        going = [_Host(each, self._way, check=self._check) for each in hosts]
        try:
            self._carry_out(going)
        except BaseException as ended:
            for each in going:
                for edit in each.on.edits:
                    ended.add_note(each.stands(edit))
            raise
        return {each.on.instance: each.edited for each in going}

    def _carry_out(self, waiting: list[_Host]) -> None:
        while waiting:
            for each in waiting:
                now = self._clock.now()
                if each.looks is None or each.looks <= now:
                    each.step(self._sends, now)
                if each.looks is None:
                    self._ended(each.on, each.edited)
            waiting = [each for each in waiting if each.looks is not None]
            if waiting:
                self._clock.sleep_until(min(each.looks for each in waiting if each.looks))


class RemoteEditing:
    """Edits the crontabs of one host elsewhere one way (`Editing` of handover/edit.py)."""

    def __init__(self, on: OnHost, sends: Sends, clock: Clock, way: Way) -> None:
        """`on` has the bytes of the crontabs; its own edits are not looked at."""
        self._on = on
        self._sends = sends
        self._clock = clock
        self._way = way

    def check(self, edit: FileEdit) -> None:
        """SafetyError, with the host's reason, where the file could not be edited; nothing is."""
        (found,) = self._made([edit], check=True)
        if found.error:
            raise found.error

    def carry_out(self, edits: Sequence[FileEdit]) -> tuple[Edited, ...]:
        """Edit the files; one that cannot be edited does not stop the others."""
        return self._made(edits, check=False)

    def _made(self, edits: Sequence[FileEdit], *, check: bool) -> tuple[Edited, ...]:
        many = HostEdits(self._sends, self._clock, self._way, check=check)
        return many.carry_out([replace(self._on, edits=edits)])[self._on.instance]
