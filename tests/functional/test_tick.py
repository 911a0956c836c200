"""The quiet part of a minute: only after the daemon was seen to wake in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pytest

from cron2aws.errors import SafetyError
from cron2aws.hosts.tick import CronDaemon, QuietTime
from tests.played_host import NINE, PlayedHost, at, each_minute


@pytest.fixture
def host(tmp_path: Path) -> Callable[..., PlayedHost]:
    def make(start: float = 20, wakes: Callable[[float], int] | None = None) -> PlayedHost:
        return PlayedHost(tmp_path, start, wakes or each_minute())

    return make


def daemon(host: PlayedHost) -> CronDaemon:
    return CronDaemon(host, host.root)


Make = Callable[..., PlayedHost]


@pytest.mark.parametrize(
    ("start", "late", "returns"),
    [
        (20, 1.3, 65),
        (0.4, 1.3, 65),  # its tick of this minute was not seen
        (58.9, 1.3, 65),
        (59.0, 1.3, 125),  # it may wake while we look
        (59.9, 1.3, 125),
        (20, 0.0, 65),
        (20, 12.5, 76),  # seen at 13, and time to read its files
        (20, 40.5, 104),
    ],
)
def test_it_waits_for_the_tick_and_the_quiet_part(
    host: Make, start: float, late: float, returns: float
) -> None:
    played = host(start, each_minute(late))
    seen = daemon(played)
    expected = seen.expected()
    quiet = seen.wait()
    assert played.time == at(returns)
    assert quiet == QuietTime(minute=at(returns // 60 * 60))
    assert quiet.next == expected == at(returns // 60 * 60 + 60)


def test_in_a_minute_that_was_seen_nothing_is_waited_for(host: Make) -> None:
    played = host()
    seen = daemon(played)
    first = seen.wait()
    played.time = at(105)
    assert seen.expected() == at(120)
    assert seen.wait() is first
    played.time = at(105.1)
    assert seen.expected() == at(180)
    assert seen.wait() == QuietTime(minute=at(120))
    assert played.time == at(125)


@pytest.mark.parametrize(("second", "holds"), [(4.9, False), (5, True), (45, True), (45.1, False)])
def test_the_quiet_part(second: float, holds: bool) -> None:
    assert QuietTime(minute=NINE).holds(at(second)) is holds
    assert not QuietTime(minute=NINE).holds(at(second + 60))
    assert not QuietTime(minute=NINE).holds(at(second - 60))


def test_a_daemon_that_does_not_wake(host: Make) -> None:
    played = host(20, lambda _: 0)
    with pytest.raises(SafetyError, match=r"\(process 77\) did not wake at 09:01 UTC") as refused:
        daemon(played).wait()
    assert played.time < at(105)
    assert "slept 100 times" in (refused.value.why or "")
    assert "/proc/77/status" in (refused.value.fix or "")


def test_what_it_did_before_the_minute_began_is_no_tick(host: Make) -> None:
    """A child that ends wakes its daemon, too."""
    with pytest.raises(SafetyError, match="did not wake"):
        daemon(host(20, lambda now: int(now > 55))).wait()


@pytest.mark.parametrize(
    ("state", "told"),
    [("T (stopped)", r"T .stopped"), ("t (tracing stop)", "tracing"), ("Z (zombie)", "zombie")],
)
@pytest.mark.parametrize("when", [20, 50, 63])
def test_a_daemon_that_is_stopped_or_dead(host: Make, state: str, told: str, when: float) -> None:
    played = host(20, each_minute(40))
    played.acts[when] = lambda: setattr(played, "state", state)
    played.sleep_until(at(20))
    with pytest.raises(SafetyError, match=f"process 77, cron.*{told}") as refused:
        daemon(played).wait()
    assert "kill -CONT 77" in (refused.value.fix or "")


def test_no_daemon(host: Make) -> None:
    played = host()
    played.name = "crown"
    played.play()
    for call in (daemon(played).look, daemon(played).wait):
        with pytest.raises(SafetyError, match="no cron daemon is running") as refused:
            call()
        assert "start it" in (refused.value.fix or "")
    assert played.slept == []


def test_a_daemon_that_is_started_anew_is_looked_at_anew(host: Make) -> None:
    played = host()
    played.acts[61] = lambda: setattr(played, "began", "9000")
    assert daemon(played).wait() == QuietTime(minute=at(120))
    assert played.time == at(125)


DISK, WORKS, SLEEPS = "D (disk sleep)", "R (running)", "S (sleeping)"


@pytest.mark.parametrize("state", [DISK, WORKS])
@pytest.mark.parametrize(
    ("until", "returns"),
    [
        (64, 65),
        (66, 67),
        (80.5, 82),  # seen asleep at 81, and once more
        (102.5, 104),
    ],
)
def test_one_that_wakes_and_then_waits_for_its_disk(
    host: Make, state: str, until: float, returns: float
) -> None:
    """It has slept once more for the disk, and has not read its files yet."""
    played = host()
    played.acts[60] = partial(setattr, played, "state", state)
    played.acts[until] = partial(setattr, played, "state", SLEEPS)
    assert daemon(played).wait() == QuietTime(minute=at(60))
    assert played.time == at(returns)


def test_one_that_waits_for_its_disk_again_is_not_done(host: Make) -> None:
    played = host()
    for second, state in ((60, DISK), (70, SLEEPS), (71, DISK), (75, SLEEPS)):
        played.acts[second] = partial(setattr, played, "state", state)
    assert daemon(played).wait() == QuietTime(minute=at(60))
    assert played.time == at(76)


def test_one_that_never_comes_to_rest_is_refused(host: Make) -> None:
    played = host()
    played.acts[60] = partial(setattr, played, "state", DISK)
    with pytest.raises(SafetyError, match=r"77\) did not come to rest in the minute 09:01") as told:
        daemon(played).wait()
    assert DISK in (told.value.why or "")
    assert at(105) <= played.time < at(107)


def test_one_that_is_always_new_is_refused(host: Make) -> None:
    played = host()
    for second in (61, 121, 181):
        played.acts[second] = partial(setattr, played, "began", str(second))
    with pytest.raises(SafetyError, match="not seen through one whole minute"):
        daemon(played).wait()


def test_this_process_was_stopped_over_the_minutes_beginning(host: Make) -> None:
    """SIGSTOP, or a host that was suspended: what the daemon did then was not seen."""
    played = host()
    played.acts[59] = lambda: setattr(played, "time", at(70))
    assert daemon(played).wait() == QuietTime(minute=at(120))


def test_this_process_was_stopped_in_the_quiet_part(host: Make) -> None:
    played = host()
    played.acts[65] = lambda: setattr(played, "time", at(110))
    assert daemon(played).wait() == QuietTime(minute=at(120))
    assert played.time == at(125)


def test_a_clock_that_is_set_back(host: Make) -> None:
    played = host()
    played.acts[61] = lambda: setattr(played, "time", at(30))
    assert daemon(played).wait() == QuietTime(minute=at(60))


def children(played: PlayedHost) -> None:
    # Debian's daemon lives on in a child while a job runs
    played.process("12", "cron", state="S (sleeping)", count=3, parent="77")


@pytest.mark.parametrize(
    "given", [{"run/crond.pid": "77"}, {"run/crond.pid": ""}, {"run/crond.pid": "12"}, {}]
)
def test_the_daemon_is_its_pid_files_or_has_its_name(host: Make, given: Mapping[str, str]) -> None:
    played = host()
    children(played)
    (played.root / "run/crond.pid").unlink()
    for name, text in given.items():
        (played.root / name).write_text(text)
    for pid in ("77", "12", "self", "88"):
        folder = played.root / "proc" / pid / "ns"
        folder.mkdir(parents=True)
        (folder / "pid").symlink_to("pid:[2]" if pid == "88" else "pid:[1]")
    played.process("88", "crond", state="S (sleeping)", count=3)  # a container's
    assert daemon(played).look().pid == "77"
