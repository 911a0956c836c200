"""The tagged hosts, and the ones whose crontabs were read."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from cron2aws.aws.instances import Instance
from cron2aws.errors import SafetyError
from cron2aws.handover.preflight import check_hosts, check_this_host
from cron2aws.task.task import Target

WEB = Target(name="Name", value="web")
HOSTS = tuple(Instance(id=f"i-{n}", name=f"web-{n}", state="running") for n in range(1, 8))


@pytest.mark.parametrize(
    ("count", "read", "only_here", "refused"),
    [
        (0, (), False, "no instance carries the tag Name=web"),
        (0, (), True, "no instance carries the tag Name=web"),
        (1, ("i-1",), False, None),
        (1, ("",), False, "web-1 (i-1)"),
        (2, ("i-1",), False, "not read: web-2 (i-2)"),
        (2, ("i-1",), True, None),
        (2, ("i-1", "i-2"), False, None),
        (7, ("i-1",), False, "web-2 (i-2), web-3 (i-3), web-4 (i-4), web-5 (i-5), web-6 (i-6)"),
    ],
)
def test_every_tagged_host_must_have_been_read(
    count: int, read: Collection[str], only_here: bool, refused: str | None
) -> None:
    if refused is None:
        check_hosts(WEB, HOSTS[:count], read, only_this_host=only_here)
        return
    with pytest.raises(SafetyError) as error:
        check_hosts(WEB, HOSTS[:count], read, only_this_host=only_here)
    assert refused in error.value.what
    assert error.value.fix
    assert "web-7" not in error.value.what


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
