"""Checks of the target's instances and of this machine's clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from cron2aws.lint.crowd import AGENT_WORKERS
from cron2aws.preflight.demand import Demand
from cron2aws.preflight.facts import Agent, Host, NotKnown, PreflightFacts
from cron2aws.preflight.of_account import named, unknown
from cron2aws.preflight.values import Check, CheckOutcome, some
from cron2aws.spans import span

LEAST_AGENT = (2, 2, 800, 0)
"""The first agent that streams what a command prints to a log group (its release notes)."""

MOST_AHEAD = 15.0
"""Seconds by which a clock may differ from AWS's; a hand-over is refused beyond."""


def instances(demand: Demand, facts: PreflightFacts) -> Check:
    """Whether the target has instances, and whether they run."""
    why = "a task runs on the instances that have the tag when it is due; without any it runs "
    found = list(facts.hosts)
    stopped = [each for each in found if each.state != "running"]
    bad = CheckOutcome.STOPS if demand.runs else CheckOutcome.WARNS
    if not found:
        outcome, seen = bad, f"no instance has {demand.target}"
        fix = "tag the instances first"
    elif len(stopped) == len(found):
        outcome, seen = bad, f"none of {some(len(found), 'instance')} runs: {_names(stopped)}"
        fix = "start them"
    elif stopped:
        outcome = CheckOutcome.WARNS
        seen = f"{len(stopped)} of {some(len(found), 'instance')} do not run: {_names(stopped)}"
        fix = "start them, or know that their jobs run nowhere meanwhile"
    else:
        outcome, seen, fix = (
            CheckOutcome.PASSES,
            f"{some(len(found), 'instance')}, running: {_names(found)}",
            "",
        )
    return Check(
        id="instances",
        title="instances",
        outcome=outcome,
        seen=seen,
        why=f"{why}nowhere",
        fix=fix,
    )


def agents(demand: Demand, facts: PreflightFacts) -> Iterator[Check]:
    """Whether Systems Manager reaches the running instances, and what agents they have."""
    running = [each for each in facts.hosts if each.state == "running"]
    if not running:
        return
    why = "a command reaches a host through its agent; without it the job does not start there"
    found = facts.agents
    if isinstance(found, NotKnown):
        yield unknown("agents", "agents", found, why)
        return
    yield _online(demand, running, found, why)
    if demand.only_deletes:
        return
    reached = [each for each in running if each.id in found]
    yield from _platforms(reached, found)
    yield from _versions(demand, reached, found)


def _online(demand: Demand, running: list[Host], found: Mapping[str, Agent], why: str) -> Check:
    away = [each for each in running if each.id not in found or not found[each.id].online]
    outcome, fix = CheckOutcome.PASSES, ""
    if away:
        none = len(away) == len(running) and demand.runs
        outcome = CheckOutcome.STOPS if none else CheckOutcome.WARNS
        fix = (
            "see that the agent runs, that the instance has AmazonSSMManagedInstanceCore, and "
            "that it reaches Systems Manager's endpoints"
        )
    there = len(running) - len(away)
    seen = f"{there} of {len(running)} are online in Systems Manager"
    return Check(
        id="agents",
        title="agents",
        outcome=outcome,
        seen=f"{seen}; not: {_names(away)}" if away else seen,
        why=why,
        fix=fix,
    )


def _platforms(reached: list[Host], found: Mapping[str, Agent]) -> Iterator[Check]:
    others = [each for each in reached if found[each.id].platform != "Linux"]
    if reached:
        yield Check(
            id="platforms",
            title="platforms",
            outcome=CheckOutcome.STOPS if others else CheckOutcome.PASSES,
            seen=f"not Linux: {_names(others)}" if others else "all are Linux",
            why="what runs on a host is a script for a POSIX shell",
            fix="give a tag that they do not have" if others else "",
        )


def _versions(demand: Demand, reached: list[Host], found: Mapping[str, Agent]) -> Iterator[Check]:
    old = [each for each in reached if _version(found[each.id].version) < LEAST_AGENT]
    least = ".".join(map(str, LEAST_AGENT))
    if not reached:
        return
    what = (
        "what their jobs print does not reach the log group"
        if demand.to_log_group
        else ("nothing older was tried")
    )
    shown = [f"{each.name} ({found[each.id].version})" for each in old]
    yield Check(
        id="agent-versions",
        title="agent versions",
        outcome=CheckOutcome.WARNS if old else CheckOutcome.PASSES,
        seen=f"older than {least}: {named(shown)}" if old else f"all are {least} or newer",
        why=f"agents stream to log groups from {least} on: {what}"
        if old
        else f"agents stream to log groups from {least} on",
        fix="update them: the document AWS-UpdateSSMAgent does" if old else "",
    )


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdecimal())


def workers(demand: Demand, _: PreflightFacts) -> Check:
    """Whether an agent can start at once what is due in the busiest minute."""
    tasks = some(demand.due, "task")
    if demand.due > AGENT_WORKERS:
        outcome = CheckOutcome.WARNS
        seen = (
            f"{tasks} due at {demand.minute}, and an agent runs {AGENT_WORKERS} commands at once "
            "by default; what a host has set is not known"
        )
        fix = "raise Mds.CommandWorkersLimit in amazon-ssm-agent.json, or spread the schedules"
    else:
        outcome, fix = CheckOutcome.PASSES, ""
        seen = f"{tasks} in the busiest minute, of {AGENT_WORKERS} that an agent runs by default"
    return Check(
        id="workers",
        title="commands at once on a host",
        outcome=outcome,
        seen=seen,
        why="cron starts them together; with fewer workers some wait for others to end",
        fix=fix,
    )


def clock(demand: Demand, facts: PreflightFacts) -> Check:
    """How far this machine's clock is from AWS's."""
    why = "a hand-over is by the minute: cron and AWS must mean the same one"
    ahead = facts.ahead
    if ahead is None:
        return unknown(
            "clock", "this machine's clock", NotKnown(why="AWS has not told its time"), why
        )
    way = "ahead of" if ahead.seconds > 0 else "behind"
    off = ahead.is_surely_beyond(MOST_AHEAD)
    bad = CheckOutcome.STOPS if demand.edits_here else CheckOutcome.WARNS
    return Check(
        id="clock",
        title="this machine's clock",
        outcome=bad if off else CheckOutcome.PASSES,
        seen=f"{span(timedelta(seconds=abs(ahead.seconds)))} {way} AWS's"
        if off
        else f"within {MOST_AHEAD:g} s of AWS's",
        why=why,
        fix="set the clock (`chronyc makestep`, `timedatectl`)" if off else "",
    )


def clocks_of_hosts(_: Demand, facts: PreflightFacts) -> Check:
    """The clocks of the hosts: only a probe can tell."""
    when = (
        "`migrate --comment-out` has a task look at every host before a line is edited"
        if facts.has_tasks
        else "not known before the first task: it is through one that hosts are looked at"
    )
    return Check(
        id="host-clocks",
        title="hosts' zones and clocks",
        outcome=CheckOutcome.UNKNOWN,
        seen=when,
        why="a host in another zone, or with a wrong clock, runs its jobs at other minutes",
    )


def _names(hosts: list[Host]) -> str:
    return named([each.name for each in hosts])
