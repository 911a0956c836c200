"""Entries of several hosts become one task, or a problem; and which hosts run it."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from cron2aws.assess.values import Assessment, Host, UnreadHost
from cron2aws.plan.make import make_plan
from cron2aws.plan.prune import doubt
from cron2aws.plan.spread import RunOn, Spread, WithoutLine
from cron2aws.plan.values import Deployed, Place, Plan, Wish
from cron2aws.task.target import Target
from cron2aws.task.task import TaskOptions
from tests.making import assessment_of_hosts, host_of

PLACE = Place(account="123456789012", region="eu-west-1")
WEB = Target.having({"Name": ["web"]})
LINE = "0 3 * * * root /opt/backup\n"


def fleet(*texts: str) -> tuple[Host, ...]:
    return tuple(host_of(text, name=f"h{number}") for number, text in enumerate(texts, 1))


def found_on(*texts: str, unread: int = 0) -> Assessment:
    rows = tuple(
        UnreadHost(id=f"i-{number}", label=f"x{number}", why="off") for number in range(unread)
    )
    return replace(assessment_of_hosts(*fleet(*texts)), unread=rows)


def plan_of(
    found: Assessment, *stacks: Deployed, live_from: str | None = None, **asked: str
) -> Plan:
    options = TaskOptions(**asked)  # type: ignore[arg-type]
    return make_plan(found, stacks, Wish(target=WEB, options=options, live_from=live_from), PLACE)


def marked(line: str = LINE) -> str:
    """The line handed over to the stack that a first plan makes."""
    (step,) = plan_of(found_on(line)).steps
    return f" # cron2aws:{step.id}@- 123456789012/eu-west-1/{step.stack_name} | {line}"


def deployed(found: Assessment, **changed: str) -> Deployed:
    (step,) = plan_of(found).steps
    return Deployed(
        id=step.id,
        stack_name=step.stack_name,
        stack_id=f"arn:{step.stack_name}",
        status="CREATE_COMPLETE",
        parameters=MappingProxyType({"LiveFrom": "", **step.parameters, **changed}),
        tags=step.task.tags,
        outputs=MappingProxyType({"StateMachineArn": "machine", "TemplateVersion": "2"}),
    )


NOTED = "# cron2aws: run-on=one\n"


@pytest.mark.parametrize(
    ("texts", "asked", "run_on", "having", "without_line"),
    [
        ((LINE,), {}, "all", 1, "newcomers"),
        ((LINE, LINE), {}, "all", 2, "newcomers"),
        ((LINE, "", LINE), {}, "marked", 2, "never"),
        (("", LINE), {}, "marked", 1, "never"),
        ((LINE, ""), {"run_on": "all"}, "all", 1, "others"),
        ((LINE, ""), {"run_on": "one"}, "one", 1, "others"),
        ((LINE, ""), {"run_on": "marked"}, "marked", 1, "never"),
        ((LINE, LINE), {"run_on": "one"}, "one", 2, "newcomers"),
        ((LINE, LINE), {"run_on": "marked"}, "marked", 2, "never"),
        ((NOTED + LINE, ""), {}, "one", 1, "others"),
        ((NOTED + LINE, ""), {"run_on": "all"}, "one", 1, "others"),
        ((LINE, "#" + LINE), {}, "marked", 1, "never"),  # behind a plain `#` it is no line
    ],
)
def test_run_on_is_as_said_or_as_cron_does(
    texts: tuple[str, ...], asked: dict[str, str], run_on: str, having: int, without_line: str
) -> None:
    plan = plan_of(found_on(*texts), **asked)
    (step,) = plan.steps
    assert plan.problems == ()
    assert (step.run_on, step.without_line) == (run_on, without_line)
    assert (len(step.hosts), len(step.without)) == (having, len(texts) - having)
    assert step.parameters.get("RunOn", "all") == run_on


@pytest.mark.parametrize(
    ("stands", "asked", "run_on"),
    [
        ("all", {}, "all"),
        ("one", {}, "one"),
        ("marked", {}, "marked"),
        ("all", {"run_on": "one"}, "one"),
    ],
)
def test_a_task_that_is_deployed_keeps_what_it_has(
    stands: str, asked: dict[str, str], run_on: str
) -> None:
    stack = deployed(found_on(LINE), RunOn=stands)
    (step,) = plan_of(found_on(LINE, ""), stack, **asked).steps
    assert step.run_on == run_on
    assert step.parameters.get("RunOn", stands) == run_on


def test_who_says_a_minute_for_hosts_without_the_line_lets_them_run_it() -> None:
    (step,) = plan_of(found_on(LINE, ""), live_from="2026-12-01T03:00Z").steps
    assert (step.run_on, step.parameters["LiveFrom"]) == ("all", "2026-12-01T03:00Z")


def test_a_host_that_was_not_read_lacks_nothing() -> None:
    (step,) = plan_of(found_on(LINE, LINE, unread=3)).steps
    assert (step.run_on, step.without, step.not_known) == ("all", (), 3)
    assert step.spread.words.endswith("; of 3 more it is not known")


def test_what_each_run_on_would_change_is_told() -> None:
    spread = Spread(having=("a", "b", "c"), without=("d", "e"))
    assert spread.words == "on 3 of 5 hosts today: all -> 5 runs, one -> 1, marked -> 3"
    assert [spread.runs(each) for each in RunOn] == [5, 1, 3]
    alone = Spread(having=("a",))
    assert alone.words == "on 1 of 1 host today: all -> 1 run, one -> 1, marked -> 1"
    assert alone.without_line(RunOn.ALL) is WithoutLine.NEWCOMERS


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ("5 3 * * * root /opt/backup\n", "on h2: `5 3 * * *` in UTC, to migrate"),
        ("# cron2aws: ignore\n" + LINE, "on h2: `0 3 * * *` in UTC, to keep"),
        ("A=1\n" + LINE, "on h2: `0 3 * * *` in UTC, to migrate, with A=1"),
        (
            "# cron2aws: overlap=skip\n" + LINE,
            "on h2: `0 3 * * *` in UTC, to migrate, with overlap=skip",
        ),
        (
            LINE + "5 5 * * * root /opt/backup\n",
            "on h2: `0 3 * * *` in UTC, to migrate, beside others of its command (1 5 5 * * *)",
        ),
        (
            "#Ansible: nightly\n" + LINE,
            "named nightly, alone below `#Ansible: nightly`, written by Ansible",
        ),
    ],
)  # fmt: skip
def test_what_changes_what_runs_is_a_problem(second: str, said: str) -> None:
    plan = plan_of(found_on(LINE, second, ""))
    assert [step.task.id for step in plan.steps if step.hosts[0] == "h1"] == []
    (problem,) = (each for each in plan.problems if each.host == "h1")
    assert said in problem.what.replace("hosts differ in this entry: ", "")
    assert problem.what.endswith("; on h3: no such line")


def test_a_line_that_one_host_has_handed_over_already_is_the_same_task() -> None:
    stack = deployed(found_on(LINE, LINE), Enabled="true")
    wish = Wish(target=WEB, options=TaskOptions(), comment_out=True)
    (step,) = make_plan(found_on(marked(), LINE), (stack,), wish, PLACE).steps
    assert (step.hosts, step.comment_out, step.handed_over) == (("h1", "h2"), True, False)
    (step,) = make_plan(found_on(marked(), marked()), (stack,), wish, PLACE).steps
    assert (step.comment_out, step.handed_over) == (False, True)


def test_of_many_hosts_a_problem_names_some() -> None:
    plan = plan_of(found_on(*[LINE] * 12, "5 3 * * * root /opt/backup\n"))
    assert "on h1, h2, h3, h4, h5, h6, h7, h8 and 4 more: `0 3" in plan.problems[0].what


def test_nothing_is_deleted_as_long_as_a_host_may_have_its_line() -> None:
    stack = deployed(found_on(LINE))
    plan = plan_of(found_on("", unread=1), stack)
    assert [each.id for each in plan.orphans] == [] or doubt(stack, plan.found)
    assert doubt(stack, plan.found) == "x0 could not be read, and may have its line"


def test_a_hand_over_that_was_stopped_sets_no_minute_for_hosts_without_the_line() -> None:
    """Each mark has its own; as long as a line is active none is set, then the last one is."""
    first, second = (marked().replace("@-", f"@2026-12-01T03:0{n}Z") for n in (1, 4))
    stack = deployed(found_on(LINE), Enabled="true")
    wish = Wish(target=WEB, options=TaskOptions(), comment_out=True)

    def live_from(*texts: str, unread: int = 0, **changed: str) -> str:
        was = replace(stack, parameters={**stack.parameters, **changed})
        (step,) = make_plan(found_on(*texts, unread=unread), [was], wish, PLACE).steps
        return step.parameters.get("LiveFrom") or ""

    assert live_from(first, LINE) == ""
    assert live_from(first, second) == live_from(second, first) == "2026-12-01T03:04Z"
    assert live_from(first, second, "", RunOn="one") == "2026-12-01T03:04Z"
    assert live_from(first, second, RunOn="marked") == ""
    # of a host that was not read nobody knows whether its line is active
    assert live_from(first, second, unread=1) == "2026-12-01T03:04Z"
    assert live_from(first, second, unread=1, RunOn="one") == ""
