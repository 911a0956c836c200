"""Edits of hosts elsewhere: what becomes of one whose answer is lost, and of the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import botocore.exceptions
import pytest

from cron2aws.aws.commands import Invocation
from cron2aws.errors import AwsError, SafetyError
from cron2aws.handover import remote
from cron2aws.handover.edit import Edited, digest
from cron2aws.handover.record import FileEdit, Way
from cron2aws.handover.remote import HostEdits, OnHost, RemoteEditing
from tests.fakes import FakeClock

BEFORE = b"* * * * * root x\n"
SUM = "ab" * 32
DONE = "[cron2aws] edit={} file={} minute=2026-12-01T03:02Z sha256=" + SUM + "\n"
Answer = Invocation | None | Exception


def said(text: str, status: str = "Success", stderr: str = "") -> Invocation:
    return Invocation(status=status, stdout=text, stderr=stderr)


def refused_by_aws() -> AwsError:
    error = AwsError("sending failed", why="AccessDenied")
    error.__cause__ = botocore.exceptions.ClientError({"Error": {"Code": "AccessDenied"}}, "Send")
    return error


def lost() -> AwsError:
    error = AwsError("sending failed", why="the connection was closed")
    error.__cause__ = botocore.exceptions.ConnectionClosedError(endpoint_url="x")
    return error


@dataclass
class Plays:
    """Answers by the rows of each command, the last row for ever; a send may fail instead."""

    rows: list[list[Answer] | Exception]
    sent: list[bool] = field(default_factory=list)
    asked: dict[str, int] = field(default_factory=dict)
    act: Callable[[], None] = lambda: None

    def send(self, instance: str, patch: str, *, check: bool = False) -> str:
        assert instance == "i-1"
        assert patch
        self.sent.append(check)
        row = self.rows[min(len(self.sent), len(self.rows)) - 1]
        if isinstance(row, Exception):
            raise row
        return f"command-{len(self.sent)}"

    def answer(self, command_id: str, instance: str) -> Invocation | None:
        assert instance == "i-1"
        self.act()
        row = self.rows[min(int(command_id[8:]), len(self.rows)) - 1]
        assert isinstance(row, list)
        number = self.asked.get(command_id, 0)
        self.asked[command_id] = number + 1
        answer = row[min(number, len(row) - 1)]
        if isinstance(answer, Exception):
            raise answer
        return answer


def an_edit(name: str = "one") -> FileEdit:
    def make(before: bytes, minute: datetime | None) -> bytes:
        del minute
        return before

    path = f"/etc/cron.d/{name}"
    return FileEdit(
        path=path, location=Path(path), sha256=digest(BEFORE), ids=frozenset(), make=make
    )


def on_host(*names: str) -> OnHost:
    edits = [an_edit(each) for each in names or ("one",)]
    contents = {each.path: BEFORE for each in edits}
    return OnHost(instance="i-1", label="web-1", edits=edits, contents=contents)


def carried_out(plays: Plays, *names: str, check: bool = False) -> tuple[Edited, ...]:
    many = HostEdits(plays, FakeClock(), Way.OUT, check=check)
    return many.carry_out([on_host(*names)])["i-1"]


def done(word: str = "done", name: str = "one") -> str:
    return DONE.format(word, f"/etc/cron.d/{name}")


def test_an_answer_that_comes_after_a_while() -> None:
    plays = Plays([[None, said("", "InProgress"), said("", "InProgress"), said(done())]])
    (edited,) = carried_out(plays)
    assert (edited.error, edited.sha256, edited.known) == (None, SUM, True)
    assert plays.sent == [False]


def test_a_look_that_fails_is_made_again() -> None:
    plays = Plays([[lost(), lost(), said(done())]])
    (edited,) = carried_out(plays)
    assert (edited.error, plays.sent) == (None, [False])


@pytest.mark.parametrize(
    "first",
    [
        said("", "ExecutionTimedOut"),
        said("", "Terminated"),
        said("", "Failed", "sh: 5: Killed"),
        said("a login message\n"),
    ],
)
def test_an_answer_that_was_lost_is_asked_for_once_more(first: Invocation) -> None:
    plays = Plays([[first], [said(done("already"))]])
    (edited,) = carried_out(plays)
    assert (edited.error, edited.sha256) == (None, SUM)
    assert "edited by a command before" in edited.notes[0]
    assert plays.sent == [False, False]


BUSY = "[cron2aws] edit=refused file=/etc/cron.d/one reason=another cron2aws command is changing\n"


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([[None]], "Systems Manager does not know the command"),
        ([[said("", "InProgress")]], "it did not end the command"),
        ([[said("", "Failed", "x\nsh: 5: Killed\n")]], "sh: 5: Killed"),
        ([[said("")]], "it did not say what became of it"),
        ([[said("", "Terminated")]], "Systems Manager ended the command"),
        ([[lost()]], "sending failed: the connection was closed"),
        ([[said("")], [said(BUSY)]], "another cron2aws command is changing"),
        ([[said(BUSY)]], "another cron2aws command is changing"),
        ([[said("")], [said("", "DeliveryTimedOut")]],
         "its agent did not take the command within a minute"),
    ],
)  # fmt: skip
def test_a_host_that_is_not_heard_of_any_more(
    rows: list[list[Answer] | Exception], why: str
) -> None:
    (edited,) = carried_out(Plays(rows))
    assert not edited.known
    assert isinstance(edited.error, SafetyError)
    assert edited.error.what == "whether /etc/cron.d/one on web-1 was edited is not known"
    assert edited.error.why == why
    assert "`aws ssm get-command-invocation --command-id command-" in str(edited.error.fix)


def test_a_sending_that_meets_another_one_at_work_is_asked_again() -> None:
    """botocore sends once more what was not answered, so the first of two may hold the lock."""
    plays = Plays([[said(BUSY)], [said(done("already"))]])
    (edited,) = carried_out(plays)
    assert (edited.error, edited.known, len(plays.sent)) == (None, True, 2)


@pytest.mark.parametrize("status", ["DeliveryTimedOut", "Undeliverable", "AccessDenied"])
def test_a_host_that_never_began_is_as_it_was(status: str) -> None:
    plays = Plays([[said("", status)]])
    (edited,) = carried_out(plays)
    assert edited.known
    assert isinstance(edited.error, SafetyError)
    assert edited.error.what == "/etc/cron.d/one on web-1 cannot be replaced"
    assert plays.sent == [False]


def test_what_aws_refuses_is_the_hosts_error() -> None:
    plays = Plays([refused_by_aws()])
    (edited,) = carried_out(plays)
    assert (str(edited.error), edited.known) == ("sending failed: AccessDenied", True)
    assert len(plays.sent) == 1


def test_a_command_of_which_nobody_knows_whether_it_was_sent_is_sent_again() -> None:
    plays = Plays([lost(), [said(done("already"))]])
    (edited,) = carried_out(plays)
    assert (edited.error, len(plays.sent)) == (None, 2)
    (edited,) = carried_out(Plays([lost(), lost()]))
    assert (isinstance(edited.error, AwsError), edited.known) == (True, False)


def test_of_several_files_one_is_refused() -> None:
    text = done("done", "one") + "[cron2aws] edit=refused file=/etc/cron.d/two reason=x\n"
    first, second = carried_out(Plays([[said(text, "Failed")]]), "one", "two")
    assert first.error is None
    assert second.error is not None
    assert second.error.why == "x"


def test_more_files_than_one_answer_has_room_for() -> None:
    names = [f"tab{number}" for number in range(remote.FILES + 5)]
    text = "".join(done("done", name) for name in names)
    plays = Plays([[said(text)]])
    edited = carried_out(plays, *names)
    assert [each.edit.path for each in edited] == [f"/etc/cron.d/{name}" for name in names]
    assert {each.error for each in edited} == {None}
    assert len(plays.sent) == 2


def test_the_rest_is_not_sent_to_a_host_that_is_not_heard_of() -> None:
    names = [f"tab{number}" for number in range(remote.FILES + 1)]
    plays = Plays([[said("", "InProgress")]])
    *others, last = carried_out(plays, *names)
    assert {each.known for each in others} == {False}
    assert last.known
    assert "not heard of" in str(last.error)
    assert len(plays.sent) == 1


def test_a_check() -> None:
    host = on_host()
    plays = Plays([[said("[cron2aws] edit=ready file=/etc/cron.d/one\n")]])
    RemoteEditing(host, plays, FakeClock(), Way.OUT).check(host.edits[0])
    assert plays.sent == [True]
    plays = Plays([[said(BUSY)]])
    with pytest.raises(SafetyError, match="another cron2aws command"):
        RemoteEditing(host, plays, FakeClock(), Way.OUT).check(host.edits[0])


def test_who_ends_it_is_told_of_each_file() -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    plays = Plays([[None]], act=interrupt)
    with pytest.raises(KeyboardInterrupt) as ended:
        carried_out(plays, "one")
    (note,) = ended.value.__notes__
    assert note.startswith("whether /etc/cron.d/one on web-1 was edited is not known: `aws ssm ")
