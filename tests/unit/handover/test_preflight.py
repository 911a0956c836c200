"""The tagged hosts, this one among them, and its clock."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from cron2aws.aws.instances import Instance
from cron2aws.errors import SafetyError
from cron2aws.handover.preflight import check_any, check_clock, check_this_host
from cron2aws.task.target import Target

WEB = Target.having({"Name": ["web"]})
HOSTS = tuple(Instance(id=f"i-{n}", name=f"web-{n}", state="running") for n in range(1, 8))


@pytest.mark.parametrize("count", [0, 1, 7])
def test_somebody_must_carry_the_tag(count: int) -> None:
    if count:
        check_any(WEB, HOSTS[:count])
        return
    with pytest.raises(SafetyError, match="no instance carries the tag Name=web"):
        check_any(WEB, [])


@dataclass(frozen=True)
class Ahead:
    seconds: float
    within: float = 0.5

    def is_surely_beyond(self, seconds: float) -> bool:
        return abs(self.seconds) - self.within > seconds


@pytest.mark.parametrize(
    ("ahead", "why"),
    [
        (None, None),
        (Ahead(15.4), None),
        (Ahead(-15.4), None),
        (Ahead(16), "clock is 16 s ahead of AWS's"),
        (Ahead(-90), "clock is 1 min 30 s behind AWS's"),
    ],
)
def test_the_clock_must_be_right(ahead: Ahead | None, why: str | None) -> None:
    if why is None:
        check_clock(ahead)
        return
    with pytest.raises(SafetyError, match=why):
        check_clock(ahead)


@pytest.mark.parametrize(
    ("here", "why"),
    [(None, "is no EC2 instance"), ("i-9", "this machine is i-9"), ("i-2", None)],
)
def test_this_host_must_carry_the_tag(here: str | None, why: str | None) -> None:
    if why is None:
        check_this_host(WEB, HOSTS[:2], here)
        return
    with pytest.raises(SafetyError, match=why) as error:
        check_this_host(WEB, HOSTS[:2], here)
    assert "SOURCE" in (error.value.fix or "")
