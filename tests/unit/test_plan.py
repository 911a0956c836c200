"""Steps and problems, from an assessment and what is deployed."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from cron2aws.assess.choose import select
from cron2aws.assess.values import Assessment, Host
from cron2aws.plan.make import make_plan
from cron2aws.plan.tasks import task_of
from cron2aws.plan.values import Action, Deployed, Place, Plan, Wish
from cron2aws.schedule.cron import Reboot
from cron2aws.task.task import Target, TaskOptions
from tests.making import assessment_of, assessment_of_hosts, host_of

PLACE = Place(account="123456789012", region="eu-west-1")
WEB = Target(name="Name", value="web")
LINE = "0 3 * * * root /opt/backup\n"


def wish(**given: object) -> Wish:
    return Wish(target=WEB, options=TaskOptions(), **given)  # type: ignore[arg-type]


def plan_of(found: Assessment, *stacks: Deployed, asked: Wish | None = None) -> Plan:
    return make_plan(found, stacks, asked or wish(), PLACE)


def deployed_from(found: Assessment, *, enabled: str = "false", **changed: str) -> Deployed:
    """The stack that a first migrate of the assessment's only entry has made."""
    (step,) = plan_of(found).steps
    defaults = {"RunOn": "all"}
    parameters = {**defaults, **step.parameters, "Enabled": enabled, **changed}
    return Deployed(
        id=step.task.id,
        stack_name=step.stack_name,
        stack_id=f"arn:{step.stack_name}",
        status="CREATE_COMPLETE",
        parameters=MappingProxyType(parameters),
        tags=step.task.tags,
    )


def on_host(found: Assessment, host: Host) -> Assessment:
    """The same entries, found on another host."""
    return Assessment(hosts=(replace(found.hosts[0], host=host),))


def marked(found: Assessment, line: str = LINE) -> Assessment:
    (entry,) = found.entries
    mark = f"# cron2aws:{entry.id} 123456789012/eu-west-1/cron2aws-web-backup-{entry.id} | "
    return assessment_of(mark + line)


@pytest.mark.parametrize(
    ("asked", "enabled", "cut_over"),
    [
        ({}, False, False),  # the local line still runs
        ({"enable": True}, True, False),
        ({"comment_out": True}, False, True),  # the cut-over enables it, at its moment
    ],
)
def test_a_new_entry_is_created_disabled_unless_said_otherwise(
    asked: dict[str, bool], enabled: bool, cut_over: bool
) -> None:
    (step,) = plan_of(assessment_of(LINE), asked=wish(**asked)).steps
    assert (step.action, step.enabled, step.cut_over) == (Action.CREATE, enabled, cut_over)
    assert step.parameters["Enabled"] == str(enabled).lower()


def test_a_marked_line_that_was_copied_does_not_count_for_another_host() -> None:
    found = assessment_of(LINE)
    stack = deployed_from(found, enabled="true")
    line = marked(found).entries[0].text
    twice, without = host_of(f"{line}\n{line}\n"), host_of("", name="web-2")
    (step,) = plan_of(assessment_of_hosts(twice), stack).steps
    assert step.hosts == ("web-1",)
    plan = plan_of(assessment_of_hosts(twice, without), stack)
    assert plan.steps == ()
    assert "on web-2: none; the task would run there as well" in plan.problems[0].what


def test_a_deployed_entry_has_nothing_to_do() -> None:
    found = assessment_of(LINE)
    plan = plan_of(found, deployed_from(found))
    assert [step.action for step in plan.steps] == [Action.NOTHING]
    assert plan.work == ()


def test_a_final_newline_is_no_change() -> None:
    found = assessment_of(LINE)
    stack = deployed_from(found)
    command = stack.parameters["Command"]
    assert plan_of(found, deployed_from(found, Command=f"{command}\n")).work == ()
    assert plan_of(found, deployed_from(found, Command=f"{command}x")).work != ()


def test_a_deployed_entry_can_still_be_cut_over() -> None:
    found = assessment_of(LINE)
    plan = plan_of(found, deployed_from(found), asked=wish(comment_out=True))
    (step,) = plan.work
    assert (step.action, step.cut_over) == (Action.NOTHING, True)
    assert plan.cut_overs == {"/etc/crontab": (step,)}


def test_a_migrated_line_is_neither_gone_nor_cut_over_again() -> None:
    found = assessment_of(LINE)
    plan = plan_of(
        marked(found), deployed_from(found, enabled="true"), asked=wish(comment_out=True)
    )
    assert plan.work == ()
    assert plan.cut_overs == {}
    assert plan.orphans == ()


def test_a_changed_schedule_is_an_update_of_what_changed_only() -> None:
    found = assessment_of(LINE)
    stack = deployed_from(found, enabled="true", RunOn="one")
    (step,) = plan_of(assessment_of(LINE.replace("0 3", "5 3")), stack).steps
    assert step.action is Action.UPDATE
    # the runner looks for the line by its schedule, too
    changed = {"ScheduleExpression", "OriginalSchedule", "Command"}
    assert {change.name for change in step.changes} == changed
    assert step.enabled
    assert "RunOn" not in step.parameters


def test_an_option_that_is_given_is_an_update() -> None:
    found = assessment_of(LINE)
    asked = Wish(target=WEB, options=TaskOptions(run_on="one"))
    (step,) = plan_of(found, deployed_from(found), asked=asked).steps
    assert [(c.name, c.before, c.after) for c in step.changes] == [("RunOn", "all", "one")]


def test_a_delivery_timeout_once_set_stays() -> None:
    found = assessment_of(LINE)
    stack = deployed_from(found, DeliveryTimeoutSeconds="120")
    assert plan_of(found, stack).work == ()
    asked = Wish(target=WEB, options=TaskOptions(delivery_timeout=30))
    (step,) = plan_of(found, stack, asked=asked).steps
    assert step.parameters["DeliveryTimeoutSeconds"] == "30"


@pytest.mark.parametrize(
    ("before", "deployed_with", "after", "wanted"),
    [
        ("0 3 * * *", "3600", "* * * * *", "60"),
        ("* * * * *", "60", "0 3 * * *", "3600"),
        ("*/10 * * * *", "600", "*/10 * * * *", "600"),
        ("0 3 * * *", "120", "* * * * *", "120"),  # once given, it stays
    ],
)
def test_a_delivery_timeout_that_was_not_given_follows_the_schedule(
    before: str, deployed_with: str, after: str, wanted: str
) -> None:
    line = "{} root /opt/job\n".format
    stack = deployed_from(assessment_of(line(before)), DeliveryTimeoutSeconds=deployed_with)
    (step,) = plan_of(assessment_of(line(after)), stack).steps
    assert step.parameters["DeliveryTimeoutSeconds"] == wanted


def test_a_delivery_timeout_stays_where_the_deployed_schedule_says_nothing() -> None:
    found = assessment_of(LINE)
    for told_as in ("", "? ? ? ? ?", "0 3 31 2 *"):
        stack = deployed_from(found, OriginalSchedule=told_as, DeliveryTimeoutSeconds="3600")
        (step,) = plan_of(assessment_of(LINE.replace("0 3", "* *")), stack).steps
        assert step.parameters["DeliveryTimeoutSeconds"] == "3600"


def test_enable_on_a_deployed_task_is_an_update() -> None:
    found = assessment_of(LINE)
    (step,) = plan_of(found, deployed_from(found), asked=wish(enable=True)).steps
    assert [(c.name, c.after) for c in step.changes] == [("Enabled", "true")]


def test_new_tasks_report_to_the_deployed_topics_and_old_ones_keep_theirs() -> None:
    found = assessment_of(LINE)
    stack = deployed_from(found)
    asked = wish(
        topics=("arn:aws:sns:eu-west-1:123456789012:s", "arn:aws:sns:eu-west-1:123456789012:f")
    )
    (step,) = plan_of(found, asked=asked).steps
    assert step.parameters["TopicCommandExecutionFailedArn"].endswith(":f")
    assert step.parameters["TopicCommandExecutionSucceededArn"].endswith(":s")
    assert plan_of(found, stack, asked=asked).work == ()


def test_a_named_topic_beats_the_deployed_one() -> None:
    arn = "arn:aws:sns:eu-west-1:123456789012:mine"
    asked = Wish(target=WEB, options=TaskOptions(failed_topic_arn=arn), topics=("", f"{arn}s"))
    (step,) = plan_of(assessment_of(LINE), asked=asked).steps
    assert step.parameters["TopicCommandExecutionFailedArn"] == arn


def told(plan: Plan) -> str:
    (problem,) = plan.problems
    assert plan.steps == ()
    assert problem.fix
    return problem.what


def test_a_marked_line_without_a_stack_runs_nowhere() -> None:
    assert "is missing: the job runs nowhere" in told(plan_of(marked(assessment_of(LINE))))


def test_a_marked_line_whose_stack_is_disabled_runs_nowhere() -> None:
    found = assessment_of(LINE)
    assert "is disabled: the job runs nowhere" in told(plan_of(marked(found), deployed_from(found)))


@pytest.mark.parametrize("place", ["123456789012/eu-west-2", "210987654321/eu-west-1"])
def test_a_line_that_was_handed_over_elsewhere_is_left_alone(place: str) -> None:
    (entry,) = assessment_of(LINE).entries
    line = f"# cron2aws:{entry.id} {place}/cron2aws-web-backup-{entry.id} | {LINE}"
    plan = plan_of(assessment_of(line))
    assert "was handed over to account" in told(plan)
    assert str(plan.place) == "account 123456789012, eu-west-1"


def test_several_stacks_with_one_id_are_told() -> None:
    found = assessment_of(LINE)
    stack = deployed_from(found)
    twin = replace(stack, stack_name="twin")
    assert f"{stack.stack_name}, twin" in told(plan_of(found, stack, twin))


def test_one_entry_under_two_targets_is_refused() -> None:
    found = assessment_of(LINE)
    stack = deployed_from(found, EC2InstanceTagValue="db")
    assert "on Name=db, not on Name=web" in told(plan_of(found, stack))


@pytest.mark.parametrize("tag", ["cron2aws:source", "cron2aws:user"])
def test_a_mark_alone_proves_nothing(tag: str) -> None:
    found = assessment_of(LINE)
    stack = deployed_from(found)
    forged = replace(stack, tags=MappingProxyType({**stack.tags, tag: "other"}))
    assert "another source or user" in told(plan_of(found, forged))


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "UPDATE_IN_PROGRESS", "DELETE_FAILED"])
def test_a_stack_that_takes_no_update_is_told(status: str) -> None:
    found = assessment_of(LINE)
    stack = replace(deployed_from(found), status=status)
    assert f"is in {status}" in told(plan_of(found, stack))


@pytest.mark.parametrize(
    ("text", "word"),
    [(f"# cron2aws: ignore\n{LINE}", "kept"), (f"{LINE}61 * * * * root x\n", "reviewed")],
)
def test_a_stack_of_an_entry_that_is_not_to_be_migrated_is_told(text: str, word: str) -> None:
    stack = deployed_from(assessment_of(LINE))
    plan = plan_of(assessment_of(text), stack)
    assert f"to be {word} but has the stack" in told(plan)


def test_an_entry_that_stays_has_no_step() -> None:
    plan = plan_of(assessment_of("@reboot root x\n"))
    assert (plan.steps, plan.problems) == ((), ())
    assert [entry.entry.command for entry in plan.kept] == ["x"]


def test_a_parameter_that_does_not_fit_is_told_before_anything_is_deployed() -> None:
    asked = Wish(target=Target(name="Name", value='we"b'), options=TaskOptions())
    assert "EC2InstanceTagValue" in told(plan_of(assessment_of(LINE), asked=asked))


def test_a_stack_whose_line_is_gone_is_an_orphan() -> None:
    stack = deployed_from(assessment_of(LINE))
    other = assessment_of("0 4 * * * root /opt/other\n")
    assert plan_of(other, stack).orphans == (stack,)


def test_an_orphan_is_only_told_where_its_crontab_was_read_and_its_tag_is_meant() -> None:
    stack = deployed_from(assessment_of(LINE))
    other = assessment_of("0 4 * * * root /opt/other\n")
    host = other.hosts[0].host
    tabs = tuple(replace(tab, path="/x") for tab in host.tabs)
    elsewhere = on_host(other, replace(host, tabs=tabs))
    assert plan_of(elsewhere, stack).orphans == ()
    assert plan_of(on_host(other, replace(host, name="web-2")), stack).orphans == ()
    db = Wish(target=Target(name="Name", value="db"), options=TaskOptions())
    assert plan_of(other, stack, asked=db).orphans == ()


def test_an_entry_that_was_left_out_is_no_orphan() -> None:
    found = assessment_of(LINE)
    stack = deployed_from(found)
    assert plan_of(select(found, [], ["*"]), stack).orphans == ()


def test_a_plan_holds_the_digest_of_every_source() -> None:
    found = assessment_of(LINE, "")
    assert [(s.path, s.sha256) for s in plan_of(found).sources] == [
        (tab.path, tab.sha256) for tab in found.hosts[0].host.tabs
    ]


def test_a_task_of_something_without_a_time_is_a_bug() -> None:
    (entry,) = assessment_of(LINE).entries
    broken = replace(entry, entry=replace(entry.entry, timing=Reboot(text="@reboot")))
    with pytest.raises(AssertionError, match=entry.id):
        task_of(broken, "web-1", WEB, TaskOptions())
