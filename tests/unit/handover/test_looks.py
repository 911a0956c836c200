"""What the hosts must have answered before a line is handed over."""

from __future__ import annotations

import pytest

from cron2aws.aws.instances import Instance
from cron2aws.errors import SafetyError
from cron2aws.handover.looks import MOST_SECONDS_OFF, HostLook, Wanted, check_looks

ONE, TWO = (Instance(id=f"i-{n}", name=f"web-{n}", state="running") for n in (1, 2))
OFF = Instance(id="i-3", name="web-3", state="stopped")
COMING = Instance(id="i-4", name="web-4", state="pending")


def look(of: Instance, line: str = "cron", **more: object) -> HostLook:
    return HostLook(id=of.id, line=line, **more)  # type: ignore[arg-type]


ALL, HERE = Wanted(tagged=[ONE, TWO, OFF]), Wanted(tagged=[ONE, TWO, OFF], here=ONE.id)


@pytest.mark.parametrize(
    ("looks", "wanted", "run_on", "why"),
    [
        ([look(ONE), look(TWO)], ALL, "all", None),
        ([look(ONE)], ALL, "all", "web-2 (i-2) did not answer"),
        ([look(ONE)], HERE, "all", None),  # the other host's line stays with its cron
        ([look(ONE)], HERE, "marked", None),
        ([look(ONE)], HERE, "one", "web-2 (i-2) did not answer"),  # it may be the chosen one
        ([], HERE, "all", "web-1 (i-1) did not answer"),
        ([look(ONE)], Wanted(tagged=[ONE, COMING]), "all", "web-4 (i-4) did not answer"),
        ([look(ONE, why="no cron daemon")], HERE, "all", "web-1 (i-1): no cron daemon"),
        ([look(ONE, off=MOST_SECONDS_OFF)], HERE, "all", None),
        ([look(ONE, off=16)], HERE, "all", "clock is 16 s away"),
        ([look(ONE, "task")], HERE, "all", "finds the line commented out with the task's mark"),
        ([look(ONE, "stopped")], HERE, "all", "finds the line commented out by somebody"),
        ([look(ONE, "absent")], HERE, "all", "finds the line in no crontab"),
        ([look(ONE, "unknown")], HERE, "all", None),  # a stand-in
        ([look(ONE), look(TWO, "absent")], HERE, "one", None),  # only here it is edited
        ([look(ONE, "absent"), look(TWO, "task")], ALL, "all", None),
    ],
)
def test_which_hosts_must_be_ready(
    looks: list[HostLook], wanted: Wanted, run_on: str, why: str | None
) -> None:
    if why is None:
        check_looks(looks, wanted, run_on, "cron")
        return
    with pytest.raises(SafetyError) as refused:
        check_looks(looks, wanted, run_on, "cron")
    assert why in (refused.value.why or "")
    assert "until then cron runs the job" in (refused.value.fix or "")


def test_many_hosts_are_counted() -> None:
    many = [Instance(id=f"i-{n}", name=f"web-{n}", state="running") for n in range(8)]
    with pytest.raises(SafetyError) as refused:
        check_looks([], Wanted(tagged=many), "all", "cron")
    assert "web-4 (i-4) did not answer; and 3 more" in (refused.value.why or "")


def test_stopped_hosts_are_named_and_not_waited_for() -> None:
    assert ALL.stopped == (OFF,)
    assert OFF not in ALL.needed("all")


def test_a_look_says_what_is_wrong() -> None:
    assert (look(ONE).is_ready, look(ONE).trouble) == (True, "")
    assert (look(ONE, off=99).is_ready, look(ONE, why="x").trouble) == (False, "x")
