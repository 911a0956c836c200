"""Each check on a good plan and on bad ones: how it ends, and what is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cron2aws.plan.setup import Concurrency
from cron2aws.preflight.checks import checks
from cron2aws.preflight.demand import Demand
from cron2aws.preflight.facts import (
    Agent,
    Credentials,
    Denied,
    Host,
    NotKnown,
    Number,
    PreflightFacts,
    Simulated,
    StackState,
    Topic,
)
from cron2aws.preflight.kinds import LOG_GROUPS, STACKS
from cron2aws.preflight.of_account import time_needed
from cron2aws.preflight.values import Check, CheckOutcome, stops
from tests.preflight_facts import AGENT, AGENTS, DEMAND, GOOD, KINDS, NOW, TOPIC, WEB, Off

PASSES, WARNS, STOPS, UNKNOWN = (
    CheckOutcome.PASSES,
    CheckOutcome.WARNS,
    CheckOutcome.STOPS,
    CheckOutcome.UNKNOWN,
)


DENIED = NotKnown(why="asking failed: AccessDenied", permission="a:B")


def lasting(method: str, seconds: float | None) -> Credentials:
    expires = None if seconds is None else NOW + timedelta(seconds=seconds)
    return Credentials(arn="arn", method=method, temporary=True, expires=expires)


def agents(**changed: Any) -> dict[str, Agent]:
    return {**AGENTS, "i-2": replace(AGENT, **changed)}


def hosts(*states: str) -> tuple[Host, ...]:
    return tuple(replace(host, state=state) for host, state in zip(WEB, states, strict=True))


def number(value: int, *, least: bool = False) -> Number:
    return Number(value=value, source="a list", is_least=least)


def denied(*, explicit: bool) -> Simulated:
    one = Denied(action="cloudformation:CreateStack", resource="*", explicit=explicit)
    return Simulated(actions=30, denied=(one,))


# id, how it ends, what is seen or to be done, what of the good is changed: facts, demand
Row = tuple[str, CheckOutcome, str, dict[str, Any], dict[str, Any]]


def of_quota(kind: str) -> Iterator[Row]:
    name = f"quota-{kind.replace(' ', '-')}"
    yield name, PASSES, "10 in use (a list) and 4 more of 1,000", {}, {}
    for outcome, words, used in (
        (PASSES, "896 in use", number(896)),
        (WARNS, "897 in use", number(897)),
        (WARNS, "996 in use", number(996)),
        (STOPS, "997 in use", number(997)),
        (STOPS, "at least 997", number(997, least=True)),
        (UNKNOWN, "at least 10", number(10, least=True)),
        (UNKNOWN, "a:B", DENIED),
    ):
        yield name, outcome, words, {"used": {**GOOD.used, kind: used}}, {}
    default = Number(value=1000, source="default: a guide", is_default=True)
    for outcome, words, used in (
        (PASSES, "896 in use", number(896)),
        (WARNS, "897 in use", number(897)),
        # the account's own may be another one: AWS says so, if it is not
        (WARNS, "whether the account's own quota is another one", number(997)),
    ):
        changed = {"limits": {**GOOD.limits, kind: default}, "used": {**GOOD.used, kind: used}}
        yield name, outcome, words, changed, {}
    yield name, UNKNOWN, "a:B", {"limits": {**GOOD.limits, kind: DENIED}}, {}


ROWS: tuple[Row, ...] = (
    ("credentials", PASSES, "do not expire; this plan takes about 4 min", {}, {}),
    ("credentials", PASSES, "last for 4 min", {"credentials": lasting("env", 240)}, {}),
    ("credentials", STOPS, "last for 3 min 59 s", {"credentials": lasting("env", 239)}, {}),
    ("credentials", STOPS, "last for 0 s", {"credentials": lasting("env", -9)}, {}),
    ("credentials", WARNS, "while the log-in lasts", {"credentials": lasting("sso", 60)}, {}),
    ("credentials", PASSES, "renews them", {"credentials": lasting("iam-role", 60)}, {}),
    ("credentials", UNKNOWN, "not known", {"credentials": lasting("env", None)}, {}),
    ("credentials", UNKNOWN, "give these credentials a:B", {"credentials": DENIED}, {}),
    ("credentials", STOPS, "about 35 min", {"credentials": lasting("env", 1800)}, {"works": 130}),
    ("permissions", UNKNOWN, "none of 30 actions is denied", {}, {}),
    ("permissions", WARNS, "denies cloudformation:CreateStack", {"simulated": denied(explicit=False)}, {}),
    ("permissions", WARNS, "a statement denies it", {"simulated": denied(explicit=True)}, {}),
    ("permissions", UNKNOWN, "give these credentials a:B", {"simulated": DENIED}, {}),
    *(row for kind in KINDS for row in of_quota(kind)),
    ("concurrency", PASSES, "4 tasks due at 03:00", {}, {}),
    ("concurrency", WARNS, "--watch-for 39s", {}, {"due": 300}),
    ("concurrency", PASSES, "takes 0 of", {}, {"due": 300, "watch_seconds": 0}),
    ("concurrency", STOPS, "of the 0 functions", {"concurrency": Concurrency(all=10, unreserved=0)}, {}),
    ("concurrency", UNKNOWN, "a:B", {"concurrency": DENIED}, {}),
    ("topics", PASSES, "1 confirmed subscription", {}, {}),
    ("topics", WARNS, "0 confirmed subscriptions, 1 not confirmed", {"topics": {TOPIC: Topic(confirmed=0, pending=1)}}, {}),
    ("topics", WARNS, "--email ADDRESS", {"topics": {TOPIC: Topic(confirmed=0, pending=0)}}, {}),
    ("topics", PASSES, "0 confirmed subscriptions", {"topics": {TOPIC: Topic(confirmed=0, pending=0)}}, {"of_failures": frozenset()}),
    ("topics", STOPS, f"there is no topic {TOPIC}", {"topics": {TOPIC: None}}, {}),
    ("topics", UNKNOWN, "a:B", {"topics": {TOPIC: DENIED}}, {}),
    ("silence", WARNS, "without a topic for failures: 3", {}, {"silent": 3}),
    ("instances", PASSES, "2 instances, running: web-1, web-2", {}, {}),
    ("instances", STOPS, "no instance has Name=web", {"hosts": ()}, {}),
    ("instances", WARNS, "no instance has Name=web", {"hosts": ()}, {"runs": False}),
    ("instances", STOPS, "none of 2 instances runs", {"hosts": hosts("stopped", "stopped")}, {}),
    ("instances", WARNS, "1 of 2 instances do not run: web-2", {"hosts": hosts("running", "stopped")}, {}),
    ("agents", PASSES, "2 of 2 are online", {}, {}),
    ("agents", WARNS, "not: web-2", {"agents": agents(ping="ConnectionLost")}, {}),
    ("agents", WARNS, "not: web-2", {"agents": {"i-1": AGENT}}, {}),
    ("agents", STOPS, "0 of 2 are online", {"agents": {}}, {}),
    ("agents", WARNS, "0 of 2 are online", {"agents": {}}, {"runs": False}),
    ("agents", UNKNOWN, "a:B", {"agents": DENIED}, {}),
    ("platforms", PASSES, "all are Linux", {}, {}),
    ("platforms", STOPS, "not Linux: web-2", {"agents": agents(platform="Windows")}, {}),
    ("agent-versions", PASSES, "all are 2.2.800.0 or newer", {}, {}),
    ("agent-versions", PASSES, "all are 2.2.800.0 or newer", {"agents": agents(version="2.2.800.0")}, {}),
    ("agent-versions", WARNS, "web-2 (2.2.619.0)", {"agents": agents(version="2.2.619.0")}, {}),
    ("agent-versions", WARNS, "does not reach the log group", {"agents": agents(version="2.2.619.0")}, {"to_log_group": True}),
    ("workers", PASSES, "4 tasks in the busiest minute", {}, {}),
    ("workers", PASSES, "5 tasks in the busiest minute", {}, {"due": 5}),
    ("workers", WARNS, "6 tasks due at 03:00", {}, {"due": 6}),
    ("clock", PASSES, "within 15 s", {}, {}),
    ("clock", STOPS, "20 s ahead of AWS's", {"ahead": Off(20.0)}, {}),
    ("clock", STOPS, "2 min behind AWS's", {"ahead": Off(-120.0)}, {}),
    ("clock", WARNS, "20 s ahead of AWS's", {"ahead": Off(20.0)}, {"edits_here": False}),
    ("clock", UNKNOWN, "AWS has not told its time", {"ahead": None}, {}),
    ("host-clocks", UNKNOWN, "before a line is edited", {}, {}),
    ("host-clocks", UNKNOWN, "not known before the first task", {"has_tasks": False}, {}),
    ("names", PASSES, "free: 1 stack, 1 log group", {}, {}),
    ("names-stacks", STOPS, "taken by something else: cron2aws-a", {"taken": {**GOOD.taken, STACKS: frozenset({"cron2aws-a"})}}, {}),
    ("names-log-groups", STOPS, "/cron2aws/a/send", {"taken": {**GOOD.taken, LOG_GROUPS: frozenset({"/cron2aws/a/send"})}}, {}),
    ("names-stacks", UNKNOWN, "a:B", {"taken": {**GOOD.taken, STACKS: DENIED}}, {}),
    ("states", PASSES, "in a good state: 1 stack", {}, {}),
    *(
        ("states", outcome, words, {"stacks": (StackState(name="s", status=status, ends=True),)}, {})
        for status, outcome, words in (
            ("ROLLBACK_COMPLETE", PASSES, "in a good state: 1 stack"),
            ("DELETE_FAILED", PASSES, "in a good state: 1 stack"),
            ("UPDATE_IN_PROGRESS", WARNS, "waited for first"),
            ("UPDATE_ROLLBACK_FAILED", WARNS, "repaired first"),
            ("A_STATE_OF_TOMORROW", WARNS, "takes no work"),
        )
    ),
    *(
        ("states", outcome, words, {"stacks": (StackState(name="s", status=status, shared=shared),)}, {})
        for status, shared, outcome, words in (
            ("ROLLBACK_COMPLETE", False, WARNS, "made anew first"),
            ("UPDATE_IN_PROGRESS", False, WARNS, "waited for first"),
            ("UPDATE_ROLLBACK_FAILED", True, WARNS, "repaired first"),
            ("DELETE_FAILED", False, WARNS, "takes no work"),
            ("DELETE_FAILED", True, STOPS, "takes no work"),
        )
    ),
)  # fmt: skip


def found(id_: str, facts: PreflightFacts, demand: Demand = DEMAND) -> list[Check]:
    return [each for each in checks(demand, facts) if each.id == id_]


@pytest.mark.parametrize(("id_", "outcome", "words", "facts", "demand"), ROWS)
def test_how_a_check_ends(
    id_: str, outcome: CheckOutcome, words: str, facts: dict[str, Any], demand: dict[str, Any]
) -> None:
    (check,) = found(id_, replace(GOOD, **facts), replace(DEMAND, **demand))
    assert check.outcome is outcome
    assert words in f"{check.seen} | {check.why} | {check.fix}"
    assert check.why
    # what does not pass says what to do; what nobody may know, and what is no pass by itself, not
    assert check.fix or outcome in {PASSES, UNKNOWN} or "first" in check.seen


def test_a_good_plan_is_stopped_by_nothing_and_has_few_words_to_do() -> None:
    ended = {check.id: check.outcome for check in checks(DEMAND, GOOD)}
    assert {name for name, outcome in ended.items() if outcome is not PASSES} == {
        "permissions",  # never a pass
        "host-clocks",
    }
    assert stops(checks(DEMAND, GOOD)) == ()


def test_of_deletions_alone_it_is_asked_what_they_need() -> None:
    """Whose credentials, what they may do, whether the hosts answer, and how the stacks stand."""
    demand = replace(DEMAND, made={}, names={}, only_deletes=True, runs=False, edits_here=False)
    bad = replace(
        GOOD,
        ahead=Off(99.0),
        agents=agents(platform="Windows", version="1.0.0.0"),
        topics={TOPIC: None},
    )
    for facts in (GOOD, bad):
        ended = {check.id for check in checks(demand, facts)}
        assert ended == {"credentials", "permissions", "instances", "agents", "states"}
        assert stops(checks(demand, facts)) == ()
    away = replace(GOOD, agents={})
    (check,) = found("agents", away, demand)
    assert check.outcome is WARNS


def test_each_check_is_seen_to_pass_and_to_tell_of_trouble() -> None:
    seen: dict[str, set[CheckOutcome]] = {}
    for id_, outcome, *_ in ROWS:
        seen.setdefault(id_.split("-")[0] if "names" in id_ else id_, set()).add(outcome)
    never_pass = {"permissions", "silence", "host-clocks"}
    assert {check.id for check in checks(DEMAND, GOOD)} <= set(seen)
    for id_, outcomes in seen.items():
        assert (PASSES in outcomes) is (id_ not in never_pass), id_
        assert outcomes & {STOPS, WARNS} or id_ == "host-clocks", id_


@pytest.mark.parametrize("kind", KINDS)
def test_of_what_is_not_made_no_quota_is_looked_at(kind: str) -> None:
    demand = replace(DEMAND, made={**DEMAND.made, kind: 0})
    assert found(f"quota-{kind.replace(' ', '-')}", GOOD, demand) == []


@pytest.mark.parametrize(
    ("works", "parallel", "minutes"), [(0, 4, 2), (1, 4, 3), (9, 4, 5), (9, 1, 11)]
)
def test_how_long_a_plan_takes(works: int, parallel: int, minutes: int) -> None:
    assert time_needed(replace(DEMAND, works=works, parallel=parallel)) == timedelta(
        minutes=minutes
    )


def test_of_many_names_few_are_told() -> None:
    many = tuple(Host(id=f"i-{n}", name=f"web-{n}", state="stopped") for n in range(9))
    (check,) = found("instances", replace(GOOD, hosts=many))
    assert check.seen.endswith("web-4 and 4 more")


@pytest.mark.parametrize(
    ("unreserved", "seconds", "fits"),
    [(1000, 45, None), (16, 45, None), (15, 45, 44), (10, 45, 29), (1, 45, 2), (10, 0, None)],
)
def test_watching_takes_less_than_a_fifth(unreserved: int, seconds: int, fits: int | None) -> None:
    limit = Concurrency(all=1000, unreserved=unreserved)
    demand = replace(DEMAND, watch_seconds=seconds)
    (check,) = found("concurrency", replace(GOOD, concurrency=limit), demand)
    assert check.outcome is (PASSES if fits is None else WARNS)
    assert check.fix == ("" if fits is None else f"first `cron2aws setup --watch-for {fits}s`")
