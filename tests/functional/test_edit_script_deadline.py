"""An edit the way out that comes late is refused: the stack may be gone by then.

The way back has no such end. The same command, sent anew, goes on.
"""

from __future__ import annotations

from datetime import UTC, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cron2aws.handover.patch import EDITED_WITHIN, LATEST, patch_of
from cron2aws.handover.record import Way
from cron2aws.handover.told import Asked, read_answer
from tests.edit_case import JOB, marked
from tests.host_edit import SHELLS
from tests.played_host import at
from tests.played_script import PlayedScript, seconds

in_each_shell = pytest.mark.parametrize("shell", SHELLS)
LATE = "it came too late: not after 2026-11-23T09:00Z, and that host's clock says {}"
FIX = "run the same command again; if it came at once, set that host's clock"


def untouched(case: PlayedScript, before: bytes = JOB) -> bool:
    return (case.tab().read_bytes(), case.history(), case.beside()) == (before, [], [])


@in_each_shell
def test_delivered_late_it_is_refused_and_the_same_command_goes_on(
    tmp_path: Path, shell: str
) -> None:
    case = PlayedScript(root=tmp_path, shell=shell).lay_out()
    for act in ("check", "edit"):
        (done,) = case.run(act, not_after=at(0))
        assert done.error is not None
        assert done.error.why == LATE.format("2026-11-23T09:00Z")
        assert (
            done.error.fix
            == "run the same command again; if it came at once, set that host's clock"
        )
        assert case.clock == timedelta(seconds=20)  # nothing was waited for
        assert untouched(case)
    (done,) = case.run(not_after=at(1800))
    assert (done.error, done.minute) == (None, at(120))
    assert case.tab().read_bytes() == marked(JOB, at(120))


@in_each_shell
def test_the_way_back_has_no_end(tmp_path: Path, shell: str) -> None:
    case = PlayedScript(root=tmp_path, way=Way.BACK, shell=shell).lay_out()
    (done,) = case.run(not_after=at(-86_400))
    assert (done.error, case.tab().read_bytes()) == (None, JOB)


def test_the_way_out_without_an_end_is_refused(tmp_path: Path) -> None:
    case = PlayedScript(root=tmp_path).lay_out()
    (edit,) = case.edits()
    out, _ = case.host.run(patch_of([(case.host.there(edit), JOB)], Way.OUT))
    assert out.startswith("[cron2aws] edit=expired file=/etc/cron.d/one until=1970-01-01T00:00Z ")
    assert untouched(case)


@pytest.mark.parametrize(("left", "renamed"), [(64, False), (65, True)])
def test_what_began_in_time_ends_in_time(tmp_path: Path, left: int, renamed: bool) -> None:
    """It waits for the quiet part of a minute, which begins at the 65th second."""
    case = PlayedScript(root=tmp_path).lay_out()
    (done,) = case.run(not_after=at(left))
    if renamed:
        assert (done.error, case.renamed()) == (None, timedelta(seconds=65))
        return
    assert done.error is not None
    assert "that host's clock says 2026-11-23T09:01Z" in str(done.error.why)
    assert untouched(case)


def test_a_disk_that_is_slow_at_the_histories(tmp_path: Path) -> None:
    """It is noted that an edit begins, and then that none was made."""
    case = PlayedScript(root=tmp_path).lay_out()
    late = f"echo {seconds(at(68))} >{tmp_path}/played/clock"
    case.more = f'sync() {{ case $1 in */history.new) {late} ;; esac; command sync "$@"; }}\n'
    (done,) = case.run(not_after=at(66))
    assert done.error is not None
    assert "it came too late" in str(done.error.why)
    assert (case.tab().read_bytes(), case.beside()) == (JOB, [])
    assert case.history() == ["from 2026-11-23T09:02Z unknown", "from 2026-11-23T08:51Z cron"]


def test_a_host_that_was_stopped_at_work_marks_nothing_later(tmp_path: Path) -> None:
    """A virtual machine that is paused for an hour, while its script waits for the tick."""
    case = PlayedScript(root=tmp_path).lay_out()
    later = seconds(at(3600 + 20))
    case.daemon = [*case.daemon, (3660, "S", 999, 77, 5000)]
    case.acts[40] = f"echo {later} >{tmp_path}/played/clock; set -- {later}"
    (done,) = case.run(not_after=at(1800))
    assert done.error is not None
    assert "it came too late" in str(done.error.why)
    assert case.tab().read_bytes() == JOB


@in_each_shell
def test_of_what_was_edited_in_time_a_late_delivery_says_so(tmp_path: Path, shell: str) -> None:
    """An agent that begins a command once more: the file is as it leaves it."""
    case = PlayedScript(root=tmp_path, shell=shell).lay_out()
    host, edits = case.host_until(at(1800)), case.edits()
    patch = host.patch(edits, Way.OUT)
    (done,) = host.told(edits, host.run(patch)[0])
    case.set_clock(86_400)
    (again,) = host.told(edits, host.run(patch)[0])
    assert (again.error, again.minute, again.sha256) == (None, done.minute, done.sha256)


def test_a_file_that_is_put_once_more_is_so_after_the_end_too(tmp_path: Path) -> None:
    """Its lines are marked already: the daemon must read it."""
    late, played = seconds(at(130)), tmp_path / "played"
    once = f"[ -e {played}/once ] || echo {late} >{played}/clock; : >{played}/once; "
    case = PlayedScript(root=tmp_path, slow=once).lay_out()
    (done,) = case.run(not_after=at(120))
    assert (done.error, done.minute, case.renamed()) == (None, at(180), timedelta(seconds=185))
    assert case.tab().read_bytes() == marked(JOB, at(180))


def test_of_several_files_those_that_come_to_their_turn_in_time(tmp_path: Path) -> None:
    """The second one has to wait for another minute, which comes after the end."""
    case = PlayedScript(root=tmp_path, names=("one", "two")).lay_out()
    slow = f"echo {seconds(at(110))} >{tmp_path}/played/clock; "
    case.slow = f"[ -e {tmp_path}/played/once ] || {slow}: >{tmp_path}/played/once; "
    first, second = case.run(not_after=at(115))
    assert first.error is None
    assert second.error is not None
    assert "it came too late" in str(second.error.why)
    assert case.tab("two").read_bytes() == JOB


OFF = timedelta(minutes=10)
SENDERS = timedelta(minutes=5)
SENDING, DELIVERY, RUNNING = timedelta(minutes=4), timedelta(minutes=1), timedelta(minutes=10)


def test_clocks_that_are_off_by_ten_minutes() -> None:
    """One ahead makes what comes in time; one behind makes nothing after LATEST."""
    assert EDITED_WITHIN >= SENDING + DELIVERY + RUNNING + OFF + SENDERS
    assert LATEST >= EDITED_WITHIN + OFF + SENDERS


@pytest.mark.parametrize(
    ("sent", "host", "made"),
    [
        # seconds after 09:00 by the sender's clock, and by the host's at the renaming
        (0, 16 * 60 + 10 * 60, True),
        (5 * 60, 16 * 60 - 10 * 60, True),
        (0, 31 * 60, False),
    ],
)
def test_by_the_hosts_clock(tmp_path: Path, sent: int, host: int, made: bool) -> None:
    case = PlayedScript(root=tmp_path, start=host - 45).lay_out()
    case.daemon = [(60 * n + 1, "S", 100 + n, 77, 5000) for n in range(-11, 60)]
    (done,) = case.run(not_after=at(sent) + EDITED_WITHIN)
    assert (done.error is None) is made


def test_it_is_told_by_the_hosts_time_of_day(tmp_path: Path) -> None:
    case = PlayedScript(root=tmp_path).lay_out()
    (edit,) = case.edits()
    host = case.host_until(at(0))
    out, _ = host.run(host.patch([edit], Way.OUT))
    for zone, told in ((UTC, LATE.format("2026-11-23T09:00Z")), (ZoneInfo("Asia/Tokyo"), TOKYO)):
        asked = Asked(edit=host.there(edit), before=JOB, host="web-1", zone=zone)
        found = asked.answered(read_answer(out))
        assert found.is_as_read
        assert found.edited
        assert found.edited.error
        assert found.edited.error.why == told


MINUTE = "2026-11-23T09:00Z (2026-11-23 18:00 in Asia/Tokyo)"
TOKYO = f"it came too late: not after {MINUTE}, and that host's clock says {MINUTE}"
