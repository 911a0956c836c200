"""What a plan does about an entry: its stack, its line, its limits; or what hinders it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from cron2aws.plan.actions import Action
from cron2aws.plan.spread import RunOn, WithoutLine
from cron2aws.plan.values import Plan, Step
from cron2aws.report.compose.change import diffs
from cron2aws.report.compose.entry import InPlan
from cron2aws.report.compose.words import fact
from cron2aws.report.model import Fact, StyledText, Tone
from cron2aws.spans import span
from cron2aws.task.template import default_of

LONGEST = 172_620
"""Seconds: of the 48 hours that Run Command allows three minutes are the runner's own."""

CATCH_UP = timedelta(hours=48)
RUN_ON = {
    RunOn.ALL: "hosts with the tags, each for itself",
    RunOn.ONE: "host of those with the tags, the first that is online",
    RunOn.MARKED: "hosts, those whose own crontab has the line's mark",
}


def hindered(plan: Plan) -> frozenset[tuple[str, str]]:
    """Entries with a problem, by id and source: they stay as they are on every host."""
    return frozenset((problem.id, problem.source) for problem in plan.problems)


def in_plan(plan: Plan) -> dict[tuple[str, str, str], InPlan]:
    """What becomes of entries, by host, source and id."""
    found: dict[tuple[str, str, str], InPlan] = {}
    for problem in plan.problems:
        said = fact("problem", StyledText(problem.what, Tone.BAD), StyledText(to_do(problem.fix)))
        hindrance = InPlan(decision=StyledText("problem", Tone.BAD), facts=(said,))
        for host in plan.hosts:
            found.setdefault((host, problem.source, problem.id), hindrance)
        found[problem.host, problem.source, problem.id] = hindrance
    for step in plan.steps:
        for host in step.hosts:
            known = _of_step(step, several=len(plan.hosts) > 1)
            if why := step.left_on.get(host):
                left = fact(
                    "left out", StyledText(why, Tone.DOUBTFUL), "its line stays, and cron goes on"
                )
                known = InPlan(
                    decision=StyledText("left to cron", Tone.DOUBTFUL), facts=(left, *known.facts)
                )
            found[host, step.source, step.id] = known
    return found


def to_do(fix: str) -> str:
    """A fix as a sentence of a report, with a capital letter."""
    return fix[:1].upper() + fix[1:]


def _of_step(step: Step, *, several: bool) -> InPlan:
    facts = [
        fact("stack", StyledText(f"{step.action}: {step.stack_name}")),
        fact("then", step.then),
        *_limits(step.parameters),
        *_hosts(step, several=several),
    ]
    return InPlan(
        decision=decision_of(step),
        facts=tuple(facts),
        diffs=tuple(diffs(step.changes, step.template)),
    )


def _limits(parameters: Mapping[str, str]) -> Iterator[Fact]:
    """How long a run may take, and what becomes of one that meets the next."""

    def given(name: str) -> str:
        return parameters.get(name) or default_of(name)

    seconds = min(int(given("ExecutionTimeoutSeconds")), LONGEST)
    late = timedelta(seconds=int(given("DeliveryTimeoutSeconds")))
    yield fact("limit", f"stopped after {span(timedelta(seconds=seconds))}")
    yield fact("late", f"a host that is reached more than {span(late)} late does not start it")
    if given("Overlap") == "skip":
        yield fact("overlap", "skipped where the run before is still going on")
    else:
        yield fact("overlap", "starts also where the run before is still going on, as under cron")
    if given("CatchUp") == "once":
        yield fact("no host up", f"runs once when a host is back, within {span(CATCH_UP)}")


def _hosts(step: Step, *, several: bool) -> Iterator[Fact]:
    """Which hosts run it, and what each other RunOn would change where hosts lack the line."""
    said = [f"{step.run_on} {RUN_ON[step.run_on]}"]
    if several or step.not_known:
        said.append(step.spread.words)
    if step.without_line is WithoutLine.OTHERS:
        said.append("hosts without the line begin to run it once all the lines are handed over")
    yield fact("run on", *said)


def decision_of(step: Step) -> StyledText:
    """What is done to the stack of a step, and who runs the job then."""
    if step.idle:
        return StyledText(f"as deployed, {_runs(step)}", Tone.ASIDE)
    if step.action is Action.NOTHING:
        return StyledText(_runs(step), Tone.GOOD)
    tone = Tone.GOOD if step.action is Action.CREATE else Tone.DOUBTFUL
    return StyledText(f"{step.action}, {_runs(step)}", tone)


def _runs(step: Step) -> str:
    if step.comment_out:
        return "hand over"
    if not step.enabled:
        return "disabled"
    if step.takes_over:
        return "takes over later"
    return "handed over" if step.handed_over else "rehearse"
