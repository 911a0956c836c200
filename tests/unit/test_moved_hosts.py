"""A step of a plan for a fleet, host by host: what moved since, and who goes on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import pytest

from cron2aws.assess.values import Assessment
from cron2aws.plan.moved import Now, Part, Verdict
from cron2aws.plan.moved_hosts import judge_on_hosts, without
from cron2aws.plan.recorded import RecordedStep
from cron2aws.plan.recording import by_job, recorded_step
from cron2aws.plan.values import Deployed
from cron2aws.task.task import TaskOptions
from tests.golden.plans import PLACE, planned, stack_of
from tests.making import assessment_of_hosts, host_of, settings

LINE = "17 3 * * * root /opt/backup --all\n"
LATER = "18 3 * * * root /opt/backup --all\n"
OTHER = "17 3 * * * root /opt/backup --none\n"
NONE = "# nothing\n"
KEPT = f"# cron2aws: ignore\n{LINE}"
GONE = "the line is gone, or its user or command is another"
SILENT = "Systems Manager does not know it"


def found_on(texts: Mapping[str, str]) -> Assessment:
    hosts = [host_of(text, name=name) for name, text in texts.items()]
    return assessment_of_hosts(*hosts)


def step_of(
    texts: Mapping[str, str], *, comment_out: bool = True, run_on: str | None = None
) -> RecordedStep:
    found = found_on(texts)
    (step,) = planned(found, comment_out=comment_out, options=TaskOptions(run_on=run_on)).steps
    return recorded_step(step, by_job(found.entries)[step.job], None, PLACE, with_secrets=False)


def marked(recorded: RecordedStep, line: str = LINE, minute: str = "") -> str:
    step = recorded.step
    stack = f"{PLACE.account}/{PLACE.region}/{step.stack_name}"
    return f" # cron2aws:{step.id}@{minute or '-'} {stack} | {line}"


def stands(recorded: RecordedStep, **parameters: str) -> Deployed:
    made = stack_of(recorded.step)
    return replace(made, parameters={**recorded.step.parameters, "LiveFrom": "", **parameters})


def judged(
    recorded: RecordedStep,
    texts: Mapping[str, str],
    away: Mapping[str, str] | None = None,
    *,
    stacks: Iterable[Deployed] = (),
    part: Part = Part.ALL,
) -> Verdict:
    entries = by_job(found_on(texts).entries)
    now = Now(place=PLACE, stacks={each.stack_name: each for each in stacks}, entries=entries)
    return judge_on_hosts(recorded, now, part, away or {})


BOTH = {"a": LINE, "b": LINE}


@pytest.mark.parametrize(
    ("was", "run_on", "now", "away", "why", "left"),
    [
        (BOTH, None, BOTH, {}, "", {}),
        # its own line alone moved, or it cannot be asked: the others go on
        (BOTH, None, {"a": LINE, "b": LATER}, {}, "", {"b": "the line is another"}),
        (BOTH, None, {"a": LINE, "b": KEPT}, {}, "", {"b": "the entry is to be kept now"}),
        (BOTH, None, {"a": LINE}, {"b": SILENT}, "", {"b": SILENT}),
        # no host is left
        (BOTH, None, {"a": LATER, "b": LATER}, {},
         "on a: the line is another; on b: the line is another", {}),
        (BOTH, None, {"a": LATER}, {"b": SILENT}, f"on a: the line is another; on b: {SILENT}", {}),
        # a task on any host: the line that is left to a cron would run beside it
        (BOTH, "one", {"a": LINE, "b": LATER}, {}, "on b: the line is another", {}),
        (BOTH, "one", {"a": LINE}, {"b": SILENT}, f"on b: {SILENT}", {}),
        (BOTH, "marked", {"a": LINE}, {"b": SILENT}, "", {"b": SILENT}),
        # other hosts have the line
        (BOTH, None, {"a": LINE, "b": NONE}, {}, f"on b {GONE}", {}),
        (BOTH, None, {"a": LINE, "b": OTHER}, {}, f"on b {GONE}", {}),
        ({"a": LINE, "b": NONE}, None, BOTH, {}, "b has the line now", {}),
        # a host without the line is asked for nothing
        ({"a": LINE, "b": NONE}, None, {"a": LINE}, {"b": SILENT}, "", {}),
    ],
)  # fmt: skip
def test_each_host_by_itself(  # noqa: PLR0917 # the columns of the table
    was: Mapping[str, str],
    run_on: str | None,
    now: Mapping[str, str],
    away: Mapping[str, str],
    why: str,
    left: Mapping[str, str],
) -> None:
    recorded = step_of(was, run_on=run_on)
    verdict = judged(recorded, now, away)
    assert (verdict.why, dict(verdict.left)) == (why, left)
    assert (verdict.step is None) is bool(why)
    assert verdict.step is None or verdict.step.comment_out
    place = recorded.place
    whole = [f"{place}: {why}"] if why else []
    assert [*verdict.reasons] == [
        *whole,
        *(f"{place} on {on}: {said}" for on, said in left.items()),
    ]


def test_what_was_handed_over_before_is_done() -> None:
    """A wave was edited, and the command ended then."""
    recorded = step_of(BOTH)
    verdict = judged(recorded, {"a": marked(recorded), "b": LINE}, stacks=[stands(recorded)])
    assert (verdict.why, verdict.left, verdict.step and verdict.step.comment_out) == ("", {}, True)
    verdict = judged(
        recorded, {"a": marked(recorded), "b": marked(recorded)}, stacks=[stands(recorded)]
    )
    assert verdict.step
    assert verdict.step.idle


@pytest.mark.parametrize(
    ("run_on", "unread", "minute"),
    [
        (None, 0, "2027-03-14T03:05Z"),
        (None, 1, "2027-03-14T03:05Z"),
        ("marked", 0, ""),
        ("one", 0, "2027-03-14T03:05Z"),
        # a host that was not read may have its line still
        ("one", 1, ""),
    ],
)
def test_what_no_command_came_to_set_is_set_by_the_last_mark(
    run_on: str | None, unread: int, minute: str
) -> None:
    recorded = step_of(BOTH, run_on=run_on)
    recorded = replace(recorded, step=replace(recorded.step, not_known=unread))
    texts = {
        "a": marked(recorded, minute="2027-03-14T03:05Z"),
        "b": marked(recorded, minute="2027-03-14T03:01Z"),
    }
    verdict = judged(recorded, texts, stacks=[stands(recorded)])
    assert verdict.step
    assert verdict.step.parameters.get("LiveFrom", "") == minute
    # as long as a line is active nothing is set
    verdict = judged(recorded, {**texts, "b": LINE}, stacks=[stands(recorded)])
    assert verdict.step
    assert verdict.step.parameters.get("LiveFrom", "") == ""


def test_lines_that_are_not_shown_to_be_edited_are_not() -> None:
    first = step_of(BOTH)
    texts = {"a": marked(first), "b": LINE}
    found = found_on(texts)
    (step,) = planned(found, [stands(first)], comment_out=True).steps
    recorded = recorded_step(
        step, by_job(found.entries)[step.job], stands(first), PLACE, with_secrets=False
    )
    assert recorded.edited == {"b"}
    verdict = judged(recorded, BOTH, stacks=[stands(first)])
    assert verdict.why == "on a: the line is active again"


def test_lines_of_a_plan_that_hands_none_over() -> None:
    recorded = step_of(BOTH, comment_out=False)
    assert judged(recorded, {"a": LINE}, {"b": SILENT}).why == ""
    assert judged(recorded, {"a": LINE, "b": LATER}).why == "on b: the line is another"
    assert (
        judged(recorded, {"a": LINE, "b": marked(recorded)}).why
        == "on b: the line was commented out since"
    )
    assert judged(recorded, {}, dict.fromkeys("ab", SILENT)).why == (
        f"on a: {SILENT}; on b: {SILENT}"
    )


def test_a_host_that_is_no_more_is_no_part_of_it() -> None:
    recorded = without(step_of(BOTH), {"b"})
    assert recorded.edited == {"a"}
    assert [each.host for each in recorded.entries] == ["a"]
    assert judged(recorded, {"a": LINE}).why == ""
    none = without(recorded, {"a"})
    assert judged(none, {}).why == "no host has its line any more"


HIDES = "17 3 * * * root mysql -phunter2 shop < /srv/clean.sql\n"


def test_a_command_that_only_its_hosts_know() -> None:
    """Its stack waits for who reads one of them; which one is no matter."""
    texts = {"a": HIDES, "b": HIDES}
    found = assessment_of_hosts(
        *(host_of(text, name=name) for name, text in texts.items()),
        how=replace(settings(), allowed_secrets=frozenset({_id_of(HIDES)})),
    )
    (step,) = planned(found, comment_out=True).steps
    recorded = recorded_step(step, by_job(found.entries)[step.job], None, PLACE, with_secrets=False)
    assert recorded.is_hidden
    now = Now(place=PLACE, stacks={}, entries=None)
    verdict = judge_on_hosts(recorded, now, Part.STACKS, {})
    waits = "its stack, too, as its command holds a secret, which its host has alone"
    assert (verdict.step, verdict.why, verdict.waits) == (None, "", waits)
    one = tuple(each for each in found.entries if each.host == "b")
    now = Now(place=PLACE, stacks={}, entries=by_job(one))
    verdict = judge_on_hosts(recorded, now, Part.ALL, {"a": SILENT})
    assert verdict.step
    assert verdict.step.parameters["Command"] == step.parameters["Command"]
    assert "hunter2" in verdict.step.parameters["Command"]


def _id_of(line: str) -> str:
    return found_on({"a": line}).entries[0].id
