"""Looks at stacks: one round for all that are waited for, and few calls."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import pytest

from cron2aws.aws.description import Description
from cron2aws.aws.looks import Looks
from cron2aws.errors import AwsError

A_PAGE = 3


def stack(name: str, status: str = "CREATE_IN_PROGRESS") -> Description:
    empty = MappingProxyType[str, str]({})
    return Description(
        name=name,
        id=f"arn:{name}",
        status=status,
        reason=None,
        parameters=empty,
        tags=empty,
        outputs=empty,
    )


@dataclass
class Region:
    """Stacks, the newest first, and the calls that were made."""

    stacks: list[Description]
    calls: list[str] = field(default_factory=list)
    while_asked: Callable[[], None] = lambda: None

    def pages(self) -> Iterator[list[Description]]:
        for first in range(0, len(self.stacks), A_PAGE):
            self.calls.append(f"page {first // A_PAGE + 1}")
            self.while_asked()
            yield self.stacks[first : first + A_PAGE]

    def one(self, stack_id: str) -> Description | None:
        self.calls.append(stack_id)
        self.while_asked()
        return next((each for each in self.stacks if each.id == stack_id), None)

    def becomes(self, name: str, status: str) -> None:
        self.stacks = [
            replace(each, status=status) if each.name == name else each for each in self.stacks
        ]

    def looks(self, sleep: Callable[[float], None] = lambda _: None) -> Looks:
        return Looks(self.pages, self.one, sleep)


def region_of(*names: str) -> Region:
    return Region([stack(name) for name in names])


def test_one_that_is_waited_for_alone_is_asked_for_by_its_arn() -> None:
    region = region_of("a", "b")
    looks = region.looks()
    with looks.waiting_for("arn:b") as others:
        found = looks.at("arn:b")
    assert (found, others, region.calls) == (region.stacks[1], False, ["arn:b"])


def test_a_round_of_one_page_serves_all() -> None:
    region = region_of("a", "b", "c", "d")
    looks = region.looks()
    with looks.waiting_for("arn:a"), looks.waiting_for("arn:b") as others:
        assert others
        first = [looks.at(f"arn:{name}") for name in "ab"]
        assert region.calls == ["page 1"]
        region.becomes("b", "CREATE_COMPLETE")
        second = [looks.at(f"arn:{name}") for name in "ab"]
        assert region.calls == ["page 1", "page 1"]
    assert [each and each.status for each in first] == ["CREATE_IN_PROGRESS"] * 2
    assert [each and each.status for each in second] == ["CREATE_IN_PROGRESS", "CREATE_COMPLETE"]


def test_what_a_round_saw_is_taken_once() -> None:
    """Whoever asks again has seen it, and wants to know what came of it."""
    region = region_of("a", "b")
    looks = region.looks()
    with looks.waiting_for("arn:a"), looks.waiting_for("arn:b"):
        for _ in range(3):
            looks.at("arn:a")
        assert region.calls == ["page 1"] * 3


def test_pages_behind_those_that_are_waited_for_are_not_asked_for() -> None:
    """2,000 stacks are 20 pages and more."""
    region = region_of(*(f"n{number}" for number in range(30)))
    looks = region.looks()
    with looks.waiting_for("arn:n0"), looks.waiting_for("arn:n1"), looks.waiting_for("arn:n29"):
        assert looks.at("arn:n29") == region.stacks[29]
    assert region.calls == ["page 1", "arn:n29"]


def test_where_no_page_has_them_they_are_asked_for_one_by_one() -> None:
    region = region_of("x", "y", "z", "q", "a", "b")
    looks = region.looks()
    with looks.waiting_for("arn:a"), looks.waiting_for("arn:gone"):
        assert looks.at("arn:gone") is None
        assert looks.at("arn:a") == region.stacks[4]
    assert sorted(region.calls) == ["arn:a", "arn:gone", "page 1"]


def test_a_round_that_fails_fails_for_the_one_that_looked() -> None:
    region = region_of("a", "b")
    looks = region.looks()
    broken = [True]

    def breaks() -> None:
        if broken.pop() if broken else False:
            raise AwsError(what="no")

    region.while_asked = breaks
    with looks.waiting_for("arn:a"), looks.waiting_for("arn:b"):
        with pytest.raises(AwsError):
            looks.at("arn:a")
        assert looks.at("arn:b") == region.stacks[1]
        assert looks.at("arn:a") == region.stacks[0]
    assert region.calls == ["page 1", "page 1"]


def test_while_one_looks_another_leaves_it_to_it() -> None:
    region = region_of("a", "b")
    slept: list[float] = []
    asked, answered = threading.Event(), threading.Event()

    def slow() -> None:
        asked.set()
        answered.wait(10)

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        answered.set()
        first.join()

    region.while_asked = slow
    looks = region.looks(sleep)
    with looks.waiting_for("arn:a"), looks.waiting_for("arn:b"):
        first = threading.Thread(target=looks.at, args=("arn:a",))
        first.start()
        asked.wait(10)
        assert looks.at("arn:b") == region.stacks[1]
    assert (region.calls, slept) == (["page 1"], [0.5])
