"""Edits of hosts elsewhere: what becomes of one whose answer is lost, and of the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cron2aws.aws.commands import Invocation
from cron2aws.aws.sending import DELIVERY_SECONDS
from cron2aws.errors import AwsError, SafetyError
from cron2aws.handover import remote_host
from cron2aws.handover.edit import Edited, digest
from cron2aws.handover.on_host import OnHost
from cron2aws.handover.patch import EDITED_WITHIN
from cron2aws.handover.record import FileEdit, Way
from cron2aws.handover.remote import HostEdits
from tests.fakes import START, FakeClock
from tests.unit.handover.test_patch import text_of

BEFORE = b"* * * * * root x\n"
SUM = digest(BEFORE)
DONE = "[cron2aws] edit={} file={} minute=2026-12-01T03:02Z sha256=" + SUM + "\n"
Answer = Invocation | None | Exception


def said(text: str, status: str = "Success", stderr: str = "") -> Invocation:
    return Invocation(status=status, stdout=text, stderr=stderr)


def refused_by_aws() -> AwsError:
    return AwsError("sending failed", why="AccessDenied")


def lost() -> AwsError:
    return AwsError("sending failed", why="the connection was closed", maybe_done=True)


@dataclass
class Plays:
    """Answers by the rows of each command, the last row for ever; a send may fail instead."""

    rows: Sequence[list[Answer] | BaseException]
    sent: list[bool] = field(default_factory=list)
    asked: dict[str, int] = field(default_factory=dict)
    act: Callable[[], None] = lambda: None
    patches: list[str] = field(default_factory=list)

    def send(self, instance: str, patch: str, *, check: bool = False) -> str:
        assert instance == "i-1"
        assert patch
        self.sent.append(check)
        self.patches.append(patch)
        row = self.rows[min(len(self.sent), len(self.rows)) - 1]
        if isinstance(row, BaseException):
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


WHY_BUSY = "another cron2aws command is changing"
BUSY = f"[cron2aws] edit=busy file=/etc/cron.d/one reason={WHY_BUSY}\n"
ROW = "[cron2aws] edit={} file=/etc/cron.d/one reason={}\n"
FAILED = "[cron2aws] edit=failed reason=there is no gzip here\n"


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([[None]], "Systems Manager does not know the command"),
        ([[said("", "InProgress")]], "it did not end the command"),
        ([[said("", "Failed", "x\nsh: 5: Killed\n")]], "sh: 5: Killed"),
        ([[said("")]], "it did not say what became of it"),
        ([[said("", "Terminated")]], "Systems Manager ended the command"),
        ([[lost()]], "sending failed: the connection was closed"),
        ([[said("")], [said(BUSY)]], WHY_BUSY),
        ([[said(BUSY)]], WHY_BUSY),
        ([[said("")], [said("", "DeliveryTimedOut")]],
         "its agent did not take the command within a minute"),
        ([[said("")], refused_by_aws()], "sending failed: AccessDenied"),
        # what was sent first may have made the file what it is
        ([[said("")], [said(ROW.format("changed", "it has changed"))]], "it has changed"),
        ([lost(), [said(ROW.format("changed", "it has changed"))]], "it has changed"),
        ([[said("")], [said(FAILED, "Failed")]], "there is no gzip here"),
        ([[said("")], [said(done("done", "one") * 2)]],
         "it says of it what cannot be: edit=done minute=2026-12-01T03:02Z sha256="),
    ],
)  # fmt: skip
def test_a_host_that_is_not_heard_of_any_more(
    rows: list[list[Answer] | Exception], why: str
) -> None:
    (edited,) = carried_out(Plays(rows))
    assert not edited.known
    assert isinstance(edited.error, SafetyError)
    assert edited.error.what == "whether /etc/cron.d/one on web-1 was edited is not known"
    assert str(edited.error.why).startswith(why)
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


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([lost(), lost()], "sending failed: the connection was closed"),
        ([lost(), refused_by_aws()], "sending failed: AccessDenied"),
        ([[said("")], lost()], "sending failed: the connection was closed"),
    ],
)
def test_a_command_whose_number_is_not_known(
    rows: list[list[Answer] | Exception], why: str
) -> None:
    """It may be at work: what was sent to that host shows it."""
    (edited,) = carried_out(Plays(rows))
    assert not edited.known
    assert edited.error is not None
    assert edited.error.what == "whether /etc/cron.d/one on web-1 was edited is not known"
    assert edited.error.why == why
    finds_out = "`aws ssm list-commands --instance-id i-1` shows what was sent"
    again = "the same command run again finds out, and goes on from there"
    assert edited.error.fix == f"{finds_out}; {again}"


@pytest.mark.parametrize("first", [lost(), [said("")]])
@pytest.mark.parametrize(
    "row",
    [
        ROW.format("refused", "no cron daemon is running"),
        DONE.format("expired", "/etc/cron.d/one")
        .replace("minute", "until")
        .replace(f"sha256={SUM}", "now=2026-12-01T03:03Z"),
    ],
)
def test_a_host_that_has_looked_says_that_a_file_is_as_it_was(
    first: list[Answer] | Exception, row: str
) -> None:
    """Nothing else is at work there: it had the lock."""
    (edited,) = carried_out(Plays([first, [said(row, "Failed")]]))
    assert edited.known
    assert edited.error is not None
    assert edited.error.what == "/etc/cron.d/one on web-1 cannot be replaced"


def test_what_is_sent_again_comes_when_the_first_is_at_work_or_not_delivered_any_more() -> None:
    assert timedelta(seconds=DELIVERY_SECONDS) < remote_host.ONCE_MORE


@pytest.mark.parametrize("is_lost", [True, False])
def test_a_sending_that_takes_minutes_is_waited_for_from_its_end_on(is_lost: bool) -> None:
    """The SDK tries again by itself, and the last attempt may be the one that was taken."""
    clock = FakeClock()

    class Slow(Plays):
        def send(self, instance: str, patch: str, *, check: bool = False) -> str:
            clock.time += timedelta(minutes=4)
            return super().send(instance, patch, check=check)

    plays = Slow([lost() if is_lost else [None, said(done())], [said(done("already"))]])
    (edited,) = HostEdits(plays, clock, Way.OUT).carry_out([on_host()])["i-1"]
    assert (edited.error, len(plays.sent)) == (None, 1 + is_lost)
    wait = remote_host.ONCE_MORE if is_lost else remote_host.FIRST_LOOK
    assert clock.slept[0] == START + timedelta(minutes=4) + wait


def test_each_file_that_is_not_known_has_its_own_reason() -> None:
    text = ROW.format("changed", "it has changed")
    first, second = carried_out(Plays([[said("")], [said(text)]]), "one", "two")
    assert first.error
    assert second.error
    assert (first.error.why, first.known) == ("it has changed", False)
    assert (second.error.why, second.known) == ("it did not say what became of it", False)


def test_the_way_out_has_an_end() -> None:
    plays = Plays([[said(done())]])
    carried_out(plays)
    (text,) = plays.patches
    until = int((START + EDITED_WITHIN).timestamp())
    assert text_of(text)[0] == f"until {until}"


def test_of_several_files_one_is_refused() -> None:
    text = done("done", "one") + "[cron2aws] edit=refused file=/etc/cron.d/two reason=x\n"
    first, second = carried_out(Plays([[said(text, "Failed")]]), "one", "two")
    assert first.error is None
    assert second.error is not None
    assert second.error.why == "x"


def test_more_files_than_one_answer_has_room_for() -> None:
    names = [f"tab{number}" for number in range(remote_host.FILES + 5)]
    text = "".join(done("done", name) for name in names)
    plays = Plays([[said(text)]])
    edited = carried_out(plays, *names)
    assert [each.edit.path for each in edited] == [f"/etc/cron.d/{name}" for name in names]
    assert {each.error for each in edited} == {None}
    assert len(plays.sent) == 2


def test_the_rest_is_not_sent_to_a_host_that_is_not_heard_of() -> None:
    names = [f"tab{number}" for number in range(remote_host.FILES + 1)]
    plays = Plays([[said("", "InProgress")]])
    *others, last = carried_out(plays, *names)
    assert {each.known for each in others} == {False}
    assert last.known
    assert "not heard of" in str(last.error)
    assert len(plays.sent) == 1


def test_a_check() -> None:
    plays = Plays([[said("[cron2aws] edit=ready file=/etc/cron.d/one\n")]])
    (edited,) = carried_out(plays, check=True)
    assert (edited.error, plays.sent) == (None, [True])
    plays = Plays([[said(BUSY)]])
    (edited,) = carried_out(plays, check=True)
    assert (str(edited.error and edited.error.why), edited.known) == (WHY_BUSY, True)


UNTOUCHED = "/etc/cron.d/one on web-1 was not touched: cron runs its jobs, as before"
OPEN = "whether /etc/cron.d/one on web-1 was edited is not known: `aws ssm "
SHOWS = "--instance-id i-1` shows what"
BY_NUMBER = f"{OPEN}get-command-invocation --command-id command-1 {SHOWS} it said"
BY_ITS_SECOND = BY_NUMBER.replace("command-1", "command-2")
BY_HOST = f"{OPEN}list-commands {SHOWS} was sent"
TOKYO = "2026-12-01T03:02Z (2026-12-01 12:02 in Asia/Tokyo)"
EDITED = f"rewrote /etc/cron.d/one on web-1: from {TOKYO} on the tasks run its jobs"


@dataclass
class Both:
    """Two hosts, of which the second one has nothing to say."""

    first: Plays
    second: Plays

    def send(self, instance: str, patch: str, *, check: bool = False) -> str:
        plays = self.first if instance == "i-1" else self.second
        return f"{instance} {plays.send('i-1', patch, check=check)}"

    def answer(self, command_id: str, instance: str) -> Invocation | None:
        plays = self.first if instance == "i-1" else self.second
        return plays.answer(command_id.split()[1], "i-1")


class Stops(FakeClock):
    """Who waits ends it so many seconds after the start."""

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self._end = START + timedelta(seconds=seconds)

    def sleep_until(self, moment: datetime) -> None:
        if moment > self._end:
            raise KeyboardInterrupt
        super().sleep_until(moment)


@pytest.mark.parametrize(
    ("rows", "seconds", "note"),
    [
        pytest.param([KeyboardInterrupt()], 9, BY_HOST, id="while it is sent"),
        pytest.param([lost()], 9, BY_HOST, id="after an answer to the sending was lost"),
        pytest.param([lost(), KeyboardInterrupt()], 90, BY_HOST, id="while it is sent again"),
        pytest.param([[None]], 9, BY_NUMBER, id="before its answer is looked for"),
        pytest.param([[said("", "InProgress")]], 60, BY_NUMBER, id="while it is at work"),
        pytest.param([[said("")]], 60, BY_NUMBER, id="before it is sent again"),
        pytest.param([[said("")], KeyboardInterrupt()], 99, BY_HOST, id="while that is sent"),
        pytest.param([[said(BUSY)]], 60, BY_NUMBER, id="while another one is at work"),
        pytest.param([refused_by_aws()], 9, UNTOUCHED, id="refused by AWS"),
        pytest.param([[said(ROW.format("refused", "x"))]], 60, UNTOUCHED, id="refused"),
        pytest.param([[said("", "Undeliverable")]], 60, UNTOUCHED, id="never begun"),
        pytest.param([[said("")]], 119, BY_ITS_SECOND, id="not known for good"),
        pytest.param([lost(), lost()], 90, BY_HOST, id="not known for good, nor its number"),
        pytest.param([[said(done())]], 60, EDITED, id="edited"),
    ],
)
def test_who_ends_it_is_told_of_each_file(
    rows: list[list[Answer] | BaseException], seconds: int, note: str
) -> None:
    """The second host is waited for all the time."""
    first = replace(on_host(), zone=ZoneInfo("Asia/Tokyo"))
    second = replace(on_host(), instance="i-2", label="web-2")
    sends = Both(Plays(rows), Plays([[None]]))
    with pytest.raises(KeyboardInterrupt) as ended:
        HostEdits(sends, Stops(seconds), Way.OUT).carry_out([first, second])
    told = ended.value.__notes__[0]
    assert told.replace("--command-id i-1 ", "--command-id ") == note


def test_who_ends_a_check_is_told_that_nothing_was_touched() -> None:
    sends = Both(Plays([lost(), KeyboardInterrupt()]), Plays([[None]]))
    with pytest.raises(KeyboardInterrupt) as ended:
        HostEdits(sends, Stops(99), Way.OUT, check=True).carry_out([on_host()])
    assert ended.value.__notes__ == [UNTOUCHED]
