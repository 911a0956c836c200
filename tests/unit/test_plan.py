"""Steps and problems, from an assessment and what is deployed."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from cron2aws.app.carry_out import midway
from cron2aws.assess.choose import select
from cron2aws.assess.values import Assessment, Host
from cron2aws.crontab.mark import Mark
from cron2aws.crontab.reader import read_crontab
from cron2aws.plan.actions import Action
from cron2aws.plan.advice import Advice
from cron2aws.plan.make import make_plan
from cron2aws.plan.prune import doubt, once_deleted
from cron2aws.plan.tasks import task_of
from cron2aws.plan.values import Deployed, Place, Plan, Wish
from cron2aws.report.compose.plan import counts_in_words
from cron2aws.schedule.cron import Reboot
from cron2aws.task.target import Target
from cron2aws.task.task import TaskOptions
from tests.making import assessment_of, assessment_of_hosts, host_of, settings, tab_of

PLACE = Place(account="123456789012", region="eu-west-1")
WEB = Target.having({"Name": ["web"]})
LINE = "0 3 * * * root /opt/backup\n"
OTHER = "0 4 * * * root /opt/other\n"


def wish(**given: object) -> Wish:
    return Wish(target=WEB, options=TaskOptions(), **given)  # type: ignore[arg-type]


def plan_of(found: Assessment, *stacks: Deployed, asked: Wish | None = None) -> Plan:
    return make_plan(found, stacks, asked or wish(), PLACE)


def deployed_from(found: Assessment, *, enabled: str = "false", **changed: str) -> Deployed:
    """The stack that a first migrate of the assessment's only entry has made."""
    (step,) = plan_of(found).steps
    defaults = {"RunOn": "all", "LiveFrom": ""}
    parameters = {**defaults, **step.parameters, "Enabled": enabled, **changed}
    return Deployed(
        id=step.task.id,
        stack_name=step.stack_name,
        stack_id=f"arn:{step.stack_name}",
        status="CREATE_COMPLETE",
        parameters=MappingProxyType(parameters),
        tags=step.task.tags,
        outputs=MappingProxyType({"StateMachineArn": "machine", "TemplateVersion": "2"}),
    )


NOTED = "# cron2aws: catch-up=once, run-on=marked timeout=600\n"


def test_a_note_sets_parameters_of_its_line_alone_and_beats_the_options() -> None:
    asked = Wish(target=WEB, options=TaskOptions(catch_up="none", overlap="skip"))
    noted, other = plan_of(assessment_of(NOTED + LINE + OTHER), asked=asked).steps
    given = ("CatchUp", "RunOn", "ExecutionTimeoutSeconds", "Overlap")
    assert [noted.parameters.get(each) for each in given] == ["once", "marked", "600", "skip"]
    assert [other.parameters.get(each) for each in given] == ["none", None, None, "skip"]


@pytest.mark.parametrize(
    ("note", "option", "changes"),
    [
        ("", None, {}),  # what is not given keeps its value
        ("# cron2aws: catch-up=once\n", "none", {}),
        ("# cron2aws: catch-up=none\n", None, {"CatchUp": ("once", "none")}),
        ("", "none", {"CatchUp": ("once", "none")}),
    ],
)
def test_an_update_keeps_the_catching_up_that_is_not_given(
    note: str, option: str | None, changes: dict[str, tuple[str, str]]
) -> None:
    found = assessment_of(note + LINE)
    stack = deployed_from(found, CatchUp="once")
    asked = Wish(target=WEB, options=TaskOptions(catch_up=option))
    (step,) = plan_of(found, stack, asked=asked).steps
    made = {each.name: (each.before, each.after) for each in step.changes}
    assert {name: each for name, each in made.items() if name == "CatchUp"} == changes


@pytest.mark.parametrize("value", ["3", "999999"])
def test_a_time_out_in_a_note_that_the_template_does_not_take_is_told(value: str) -> None:
    plan = plan_of(assessment_of(f"# cron2aws: timeout={value}\n{LINE}"))
    (problem,) = plan.problems
    assert "ExecutionTimeoutSeconds" in problem.what


def test_tags_that_a_stack_has_in_another_order_are_no_change() -> None:
    found = assessment_of(LINE)
    wish = Wish(target=Target.parse(["Name=a,b", "Role=c"]), options=TaskOptions())
    by_hand = {
        "EC2InstanceTagName": "Role",
        "EC2InstanceTagValue": "c",
        "MoreTags": "Name=b,a",
    }
    (first,) = make_plan(found, (), wish, PLACE).steps
    stack = replace(
        deployed_from(found, **by_hand),
        parameters=MappingProxyType({**first.parameters, **by_hand, "RunOn": "all"}),
    )
    (step,) = make_plan(found, (stack,), wish, PLACE).steps
    assert (step.action, step.changes) == (Action.NOTHING, ())


def on_host(found: Assessment, host: Host) -> Assessment:
    """The same entries, found on another host."""
    return Assessment(hosts=(replace(found.hosts[0], host=host),))


def marked(found: Assessment, line: str = LINE) -> Assessment:
    (entry,) = found.entries
    mark = (
        f"# cron2aws:{entry.id}@- 123456789012/eu-west-1/cron2aws-web-88baf0f6-backup-{entry.id} | "
    )
    return assessment_of(mark + line)


@pytest.mark.parametrize(
    ("asked", "enabled", "comment_out"),
    [
        ({}, False, False),  # the local line still runs
        ({"rehearse": True}, True, False),  # and it still runs
        ({"comment_out": True}, True, True),  # until the line is commented out it leaves it to cron
    ],
)
def test_a_new_entry_is_created_disabled_unless_said_otherwise(
    asked: dict[str, bool], enabled: bool, comment_out: bool
) -> None:
    (step,) = plan_of(assessment_of(LINE), asked=wish(**asked)).steps
    assert (step.action, step.enabled, step.comment_out) == (Action.CREATE, enabled, comment_out)
    assert step.parameters["Enabled"] == str(enabled).lower()


def test_a_marked_line_that_was_copied_does_not_count_for_another_host() -> None:
    found = assessment_of(LINE)
    stack = deployed_from(found, enabled="true")
    line = marked(found).entries[0].text
    twice, without = host_of(f"{line}\n{line}\n"), host_of("", name="web-2")
    (step,) = plan_of(assessment_of_hosts(twice), stack).steps
    assert step.hosts == ("web-1",)
    (step,) = plan_of(assessment_of_hosts(twice, without), stack).steps
    assert (step.hosts, step.without) == (("web-1",), ("web-2",))


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


def test_a_deployed_entry_can_still_be_handed_over() -> None:
    found = assessment_of(LINE)
    plan = plan_of(found, deployed_from(found), asked=wish(comment_out=True))
    (step,) = plan.work
    assert (step.action, step.comment_out) == (Action.UPDATE, True)
    assert [change.name for change in step.changes] == ["Enabled"]
    rehearsed = deployed_from(found, enabled="true")
    (step,) = plan_of(found, rehearsed, asked=wish(comment_out=True)).work
    assert (step.action, step.comment_out) == (Action.NOTHING, True)
    plan = plan_of(found, rehearsed, asked=wish(comment_out=True))
    assert plan.edits == {"/etc/crontab": (step,)}


def test_a_migrated_line_is_neither_gone_nor_handed_over_again() -> None:
    found = assessment_of(LINE)
    plan = plan_of(
        marked(found), deployed_from(found, enabled="true"), asked=wish(comment_out=True)
    )
    assert plan.work == ()
    assert plan.edits == {}
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


def test_a_rehearsal_of_a_deployed_task_is_an_update() -> None:
    found = assessment_of(LINE)
    (step,) = plan_of(found, deployed_from(found), asked=wish(rehearse=True)).steps
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


def strays(plan: Plan) -> list[tuple[str, str, int]]:
    """What is told of marks that stop nothing, each with its file and line."""
    assert plan.problems == ()
    assert all(each.fix for each in plan.strays)
    return [(each.what, each.source, each.line) for each in plan.strays]


@pytest.mark.parametrize("place", ["123456789012/eu-west-2", "210987654321/eu-west-1"])
def test_a_line_that_was_handed_over_elsewhere_is_told_and_left_alone(place: str) -> None:
    (entry,) = assessment_of(LINE).entries
    line = f"# cron2aws:{entry.id}@- {place}/cron2aws-web-88baf0f6-backup-{entry.id} | {LINE}"
    plan = plan_of(assessment_of(f"{line}{OTHER}"))
    ((what, source, number),) = strays(plan)
    assert what.startswith("the line was handed over to account")
    assert (source, number) == ("/etc/crontab", 1)
    assert [step.line for step in plan.work] == [2]
    assert str(plan.place) == "account 123456789012, eu-west-1"


SPOOL = "/var/spool/cron/crontabs/alice"


def with_spool(text: str, *system: str) -> Assessment:
    """A host with alice's own crontab and system crontabs."""
    host = host_of(*system)
    crontab = read_crontab(text.encode(), host.dialect, system=False, user="alice")
    own = replace(
        host.tabs[0], path=SPOOL, system=False, owner="alice", crontab=crontab, loaded=True
    )
    return assessment_of_hosts(replace(host, tabs=(own, *host.tabs)))


@pytest.mark.parametrize(
    ("forged", "runs_nowhere"),
    [
        ("{id}@- 999999999999/eu-west-1/{stack}", False),  # an account of nobody
        ("{id}@- 123456789012/eu-west-1/no-such-stack", True),
        ("{id}@- 123456789012/eu-west-1/{stack}", False),  # root's own
        ("0123456789abcdef@- 123456789012/eu-west-1/{stack}", False),
        ("0123abcd 123456789012/eu-west-1/{stack}", False),
    ],
)
@pytest.mark.parametrize("enabled", ["true", "false"])
def test_what_a_user_marks_in_vain_stops_nobody_else(
    forged: str, enabled: str, *, runs_nowhere: bool
) -> None:
    """His line behind a forged mark is told; root's line is planned as if it were not there.

    Where its stack is gone the job runs nowhere: somebody must look, and the exit code says so.
    """
    found = assessment_of(LINE)
    stack = deployed_from(found, enabled=enabled, OriginalSchedule="5 3 * * *")
    mark = forged.format(id=stack.id, stack=stack.stack_name)
    plan = plan_of(with_spool(f"# cron2aws:{mark} | 1 * * * * mine\n", LINE), stack)
    ((_, source, line),) = strays(plan)
    assert (source, line) == (SPOOL, 1)
    assert plan.needs_a_person is runs_nowhere
    (step,) = plan.work
    assert (step.task.id, step.source, step.stack_name) == (
        stack.id,
        "/etc/crontab",
        stack.stack_name,
    )


def test_a_mark_of_roots_without_its_stack_is_a_problem() -> None:
    """Nobody else writes there, so the job has been handed over, and runs nowhere."""
    mark = "# cron2aws:0123456789abcdef@- 123456789012/eu-west-1/gone | "
    plan = plan_of(assessment_of(mark + LINE))
    assert "the job runs nowhere" in told(plan)
    assert plan.needs_a_person


def test_a_mark_of_another_lines_stack_is_told() -> None:
    stack = deployed_from(assessment_of(LINE), enabled="true")
    mark = f"# cron2aws:{stack.id}@- 123456789012/eu-west-1/{stack.stack_name} | "
    plan = plan_of(assessment_of(f"{mark}{LINE}{mark}{LINE}"), stack)
    assert [step.line for step in plan.steps] == [1]
    (problem,) = plan.problems
    assert (problem.line, "which is another line's" in problem.what) == (2, True)


def test_a_line_that_is_marked_with_another_stack_of_its_id_is_told() -> None:
    """Its own task finds a mark that is not its own there, and leaves the job alone."""
    found = assessment_of(LINE)
    stack = replace(deployed_from(found, enabled="true"), stack_name="made-anew")
    assert "is missing: the job runs nowhere" in told(plan_of(marked(found), stack))


def test_several_stacks_with_one_id_are_told() -> None:
    found = assessment_of(LINE)
    stack = deployed_from(found)
    twin = replace(stack, stack_name="twin")
    (problem,) = plan_of(found, stack, twin).problems
    assert f"{stack.stack_name}, twin" in problem.what
    assert problem.fix == (
        f"keep one, and delete the others: `cron2aws rollback {stack.stack_name}`, "
        "`cron2aws rollback twin`"
    )


ADVICE = Advice(
    before=("--region", "eu-west-1"), named=("host files", "b"), how=("--timezone", "Asia/Tokyo")
)
MORE = "--source 'host files' --source b --timezone Asia/Tokyo"


def test_what_is_advised_can_be_pasted() -> None:
    """It names the AWS and the lines that this command was given."""
    found = assessment_of(LINE)
    stack = deployed_from(found, enabled="true")
    asked = replace(wish(), advice=ADVICE)
    rollback = f"`cron2aws --region eu-west-1 rollback {stack.id[:8]} {MORE}`"
    gone = f"# cron2aws:{stack.id}@- 123456789012/eu-west-1/gone | {LINE}"
    for text, stacks in (
        (gone, ()),
        (marked(found).entries[0].text, [replace(stack, status="ROLLBACK_COMPLETE")]),
    ):
        (problem,) = plan_of(assessment_of(f"{text}\n"), *stacks, asked=asked).problems
        assert rollback in problem.fix
    off = deployed_from(found, enabled="false")
    (problem,) = plan_of(marked(found), off, asked=asked).problems
    assert f"`cron2aws --region eu-west-1 enable {stack.id[:8]}`" in problem.fix
    db = replace(asked, target=DB)
    (stray,) = plan_of(marked(found), stack, asked=db).strays
    assert stray.fix.startswith(
        "`cron2aws --region eu-west-1 migrate 'host files' b --timezone Asia/Tokyo --tag Name=web`"
    )
    assert ADVICE.setup("--tag", "Name=a b") == (
        "cron2aws --region eu-west-1 setup --tag 'Name=a b'"
    )
    failed = replace(stack, status="IMPORT_ROLLBACK_FAILED")
    (problem,) = plan_of(found, failed, asked=asked).problems
    assert f"`cron2aws --region eu-west-1 rollback {stack.id} {MORE}` deletes it" in problem.fix


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LINE, "Nothing to do: 1 task deployed as planned."),
        ("{gone}", "Nothing can be done: 1 problem."),
        (LINE + "{gone}", "Nothing more can be done: 1 problem; 1 task deployed as planned."),
        (
            "0 7 * * * root new\n{gone}",
            (
                "1 stack to create, 0 to update, 0 lines to comment out, 0 entries left alone; "
                "1 problem, where nothing is changed."
            ),
        ),
    ],
)
def test_the_summary_is_true_of_every_entry(text: str, said: str) -> None:
    gone = "# cron2aws:0123456789abcdef@- 123456789012/eu-west-1/gone | 0 5 * * * root x\n"
    done = deployed_from(assessment_of(LINE))
    assert counts_in_words(plan_of(assessment_of(text.format(gone=gone)), done)) == said


def test_what_can_be_done_midway_is_about_what_the_plan_changes() -> None:
    """Another task of the same crontab is never taken back by the way."""
    first = assessment_of(LINE)
    done = deployed_from(first)
    plan = plan_of(assessment_of(f"{LINE}{OTHER}"), done, asked=replace(wish(), advice=ADVICE))
    (step,) = plan.work
    assert midway(plan) == (
        "`cron2aws --region eu-west-1 status 'host files' b --timezone Asia/Tokyo` shows what "
        "stands. The same command again goes on; "
        f"`cron2aws --region eu-west-1 rollback {step.task.id} {MORE}` takes it back."
    )
    many = plan_of(assessment_of("".join(f"{n} 5 * * * root job-{n}\n" for n in range(11))))
    assert midway(many).endswith(
        f"`cron2aws rollback {many.work[0].task.id}` takes one of them back."
    )


DB = Target.having({"Name": ["db"]})


def test_one_line_under_two_targets_is_two_tasks() -> None:
    found = assessment_of(LINE)
    web = deployed_from(found)
    plan = plan_of(found, web, asked=replace(wish(), target=DB))
    (step,) = plan.steps
    assert (step.action, step.task.id) == (Action.CREATE, web.id)
    assert step.stack_name != web.stack_name
    assert step.parameters["RuleName"] != web.parameters["RuleName"]
    db = replace(web, stack_name=step.stack_name, parameters=MappingProxyType(step.parameters))
    for asked in (wish(), replace(wish(), target=DB)):
        assert plan_of(found, web, db, asked=asked).work == ()


def test_a_line_that_another_target_has_is_told_and_stops_nothing() -> None:
    found = assessment_of(LINE)
    web = deployed_from(found, enabled="true")
    line = marked(found).entries[0].text
    plan = plan_of(assessment_of(f"{line}\n{OTHER}"), web, asked=replace(wish(), target=DB))
    ((what, _, _),) = strays(plan)
    assert what.endswith(f"{web.stack_name}, which runs it on Name=web")
    assert [step.line for step in plan.work] == [2]


@pytest.mark.parametrize(
    "changed",
    [
        {"parameters": MappingProxyType({})},
        {"parameters": MappingProxyType({"EntryId": "x"})},
        {"outputs": MappingProxyType({})},
    ],
)
def test_a_stack_with_our_tags_and_another_template_is_never_taken_for_ours(
    changed: dict[str, object],
) -> None:
    found = assessment_of(LINE)
    stack = deployed_from(found)
    target = {name: stack.parameters[name] for name in stack.parameters if name.startswith("EC2")}
    own = changed.get("parameters", stack.parameters)
    parameters = MappingProxyType({**target, **own})  # type: ignore[dict-item]
    foreign = replace(stack, **{**changed, "parameters": parameters})  # type: ignore[arg-type]
    assert "is not ours, though it has our tags" in told(plan_of(found, foreign))
    assert plan_of(assessment_of(OTHER), foreign).orphans == ()


def test_a_task_that_failed_to_be_made_is_ours_without_its_output() -> None:
    stack = replace(deployed_from(assessment_of(LINE)), outputs=MappingProxyType({}))
    assert not stack.is_task
    assert replace(stack, status="ROLLBACK_COMPLETE").is_task
    assert replace(stack, status="CREATE_IN_PROGRESS").is_task


def older(found: Assessment, **changed: str) -> Deployed:
    """The stack that the version before has made of the assessment's only entry."""
    made = deployed_from(found, **changed)
    entry_id = made.id[:8]
    dropped = {"Source", "LiveFrom", "TakesOver"}
    parameters = {name: value for name, value in made.parameters.items() if name not in dropped}
    parameters |= {
        "EntryId": entry_id,
        "RuleName": f"web-backup-{entry_id}",
        "SourceLine": "/etc/crontab:1",
        "NotBefore": "2026-11-23T10:00:00Z",
        "NotAfter": "",
    }
    return replace(
        made,
        id=entry_id,
        stack_name=f"cron2aws-web-88baf0f6-backup-{entry_id}",
        parameters=MappingProxyType(parameters),
        tags=MappingProxyType({**made.tags, "cron2aws:id": entry_id}),
    )


@pytest.mark.parametrize("mark", ["", "# cron2aws:{0} 123456789012/eu-west-1/{1} | "])
def test_a_task_of_the_version_before_is_updated_in_place(mark: str) -> None:
    stack = older(assessment_of(LINE), enabled="true")
    text = mark.format(stack.id, stack.stack_name) + LINE
    found = assessment_of(text, how=settings(known=(stack,)))
    (step,) = plan_of(found, stack).steps
    assert step.action is Action.UPDATE
    assert (step.task.id, step.stack_name) == (stack.id, stack.stack_name)
    assert step.parameters["EntryId"] == stack.id
    assert step.parameters["RuleName"] == stack.parameters["RuleName"]
    assert step.task.tags == stack.tags
    assert step.enabled
    assert {each.name for each in step.changes} == {"Source", "Command"}
    assert not {"NotBefore", "NotAfter", "SourceLine"} & set(step.parameters)


def test_the_task_of_the_version_before_is_another_targets_too() -> None:
    stack = older(assessment_of(LINE))
    asked = replace(wish(), target=DB)
    (step,) = plan_of(assessment_of(LINE), stack, asked=asked).steps
    assert (step.action, len(step.task.id)) == (Action.CREATE, 16)


def test_a_line_more_above_changes_no_task() -> None:
    found = assessment_of(LINE)
    moved = assessment_of(f"# a comment\n{LINE}")
    assert {each.name for each in plan_of(moved, deployed_from(found)).steps[0].changes} <= {
        "Command"  # whose first line is the template's side
    }


MANAGED = f"#Ansible: nightly\n{LINE}"


@pytest.mark.parametrize(
    ("asked", "enabled"),
    [({}, False), ({"rehearse": True}, True), ({"comment_out": True}, True)],
)
def test_a_line_that_a_manager_writes_is_never_edited(
    asked: dict[str, bool], enabled: bool
) -> None:
    """Its task is to take over where the manager drops the line."""
    (step,) = plan_of(assessment_of(MANAGED), asked=wish(**asked)).steps
    assert step.parameters["TakesOver"] == "removal"
    assert (step.managed, step.comment_out, step.enabled) == ("Ansible", False, enabled)
    (own,) = plan_of(assessment_of(LINE), asked=wish(**asked)).steps
    assert (own.managed, own.parameters["TakesOver"]) == (None, "")


@pytest.mark.parametrize(
    ("asked", "enabled"),
    [({}, False), ({"rehearse": True}, True), ({"comment_out": True}, False)],
)
def test_a_line_without_a_marker_of_its_own_stays_its_programs(
    asked: dict[str, bool], enabled: bool
) -> None:
    """One that is gone from a block may be one that was changed, and cron runs that."""
    text = f"# BEGIN ANSIBLE MANAGED BLOCK\n{LINE}# END ANSIBLE MANAGED BLOCK\n"
    (step,) = plan_of(assessment_of(text), asked=wish(**asked)).steps
    assert step.parameters["TakesOver"] == ""
    assert (step.managed, step.comment_out, step.enabled) == ("Ansible", False, enabled)
    # moved out of the block it is the same entry, and handed over like any other
    text = f"# BEGIN ANSIBLE MANAGED BLOCK\n# END ANSIBLE MANAGED BLOCK\n{LINE}"
    (moved,) = plan_of(assessment_of(text), asked=wish(**asked)).steps
    assert (moved.task.id, moved.managed) == (step.task.id, None)
    assert moved.comment_out == ("comment_out" in asked)


def test_a_task_that_takes_over_or_runs_without_the_line_is_no_orphan() -> None:
    stack = deployed_from(assessment_of(LINE))
    for changed in ({"TakesOver": "removal"}, {"LiveFrom": "2026-12-01T03:00Z"}):
        parameters = MappingProxyType({**stack.parameters, **changed})
        assert plan_of(assessment_of(OTHER), replace(stack, parameters=parameters)).orphans == ()


def test_the_minute_for_hosts_without_the_line() -> None:
    found = assessment_of(LINE)
    asked = wish(live_from="2026-12-01T03:00Z")
    (step,) = plan_of(found, asked=asked).steps
    assert step.parameters["LiveFrom"] == "2026-12-01T03:00Z"
    stack = deployed_from(found, LiveFrom="2026-12-01T03:00Z")
    assert plan_of(found, stack).work == ()
    on_marked = Wish(
        target=WEB, options=TaskOptions(run_on="marked"), live_from="2026-12-01T03:00Z"
    )
    (step,) = plan_of(found, stack, asked=on_marked).steps
    assert [(each.name, each.after) for each in step.changes] == [
        ("RunOn", "marked"),
        ("LiveFrom", ""),
    ]


@pytest.mark.parametrize("tag", ["cron2aws:source", "cron2aws:user"])
def test_a_mark_alone_proves_nothing(tag: str) -> None:
    found = assessment_of(LINE)
    stack = deployed_from(found)
    forged = replace(stack, tags=MappingProxyType({**stack.tags, tag: "other"}))
    assert "another source or user" in told(plan_of(found, forged))


@pytest.mark.parametrize("status", ["DELETE_FAILED", "IMPORT_ROLLBACK_FAILED", "UNHEARD_OF"])
def test_a_stack_without_a_way_out_is_told(status: str) -> None:
    found = assessment_of(LINE)
    stack = replace(deployed_from(found), status=status)
    assert f"is in {status}" in told(plan_of(found, stack))


DEAD = [
    "REVIEW_IN_PROGRESS", "CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED",
    "DELETE_IN_PROGRESS",
]  # fmt: skip


@pytest.mark.parametrize("status", DEAD)
def test_a_stack_that_never_came_up_is_made_anew_under_its_name(status: str) -> None:
    found = assessment_of(LINE)
    stack = replace(deployed_from(found), status=status, stack_name="of-an-older-name")
    (step,) = plan_of(found, stack).steps
    assert (step.action, step.stack_name) == (Action.CREATE, "of-an-older-name")
    # so that no creation is tried in vain
    assert step.replaces
    assert not plan_of(found).steps[0].replaces


@pytest.mark.parametrize("status", DEAD)
def test_a_marked_line_of_a_stack_that_never_came_up_runs_nowhere(status: str) -> None:
    found = assessment_of(LINE)
    stack = replace(deployed_from(found, enabled="true"), status=status)
    assert "runs nowhere" in told(plan_of(marked(found), stack))


@pytest.mark.parametrize(
    "status", ["UPDATE_ROLLBACK_FAILED", "UPDATE_FAILED", "UPDATE_IN_PROGRESS"]
)
def test_a_stack_that_must_be_repaired_first_has_a_step_without_changes_too(status: str) -> None:
    found = assessment_of(LINE)
    (step,) = plan_of(found, replace(deployed_from(found), status=status)).steps
    assert (step.action, step.changes) == (Action.UPDATE, ())


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
    asked = Wish(target=Target.having({"Name": ['we"b']}), options=TaskOptions())
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
    assert plan_of(other, stack, asked=replace(wish(), target=DB)).orphans == ()


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
    broken = entry._replace(entry=entry.entry._replace(timing=Reboot(text="@reboot")))
    with pytest.raises(AssertionError, match=entry.id):
        task_of(broken, "web-1", WEB, TaskOptions())


MANAGED = "#Ansible: nightly\n0 3 * * * root /opt/backup\n"


@pytest.mark.parametrize(
    ("text", "asked", "then"),
    [
        (LINE, {}, "disabled: cron runs the job"),
        (LINE, {"rehearse": True}, "enabled, cron runs the job"),
        (LINE, {"comment_out": True}, "enabled, line commented out"),
        (MANAGED, {}, "disabled: cron runs the job"),
        (MANAGED, {"comment_out": True}, "enabled, takes over when Ansible drops the line"),
    ],
)
def test_a_step_says_who_runs_the_job_then(text: str, asked: dict[str, bool], then: str) -> None:
    (step,) = plan_of(assessment_of(text), asked=wish(**asked)).steps
    assert step.then == then


@pytest.mark.parametrize(
    ("minute", "parameters", "asked", "expected"),
    [
        ("2026-12-01T03:00Z", {}, {"comment_out": True}, "2026-12-01T03:00Z"),
        ("2026-12-01T03:00Z", {}, {}, None),
        ("2026-12-01T03:00Z", {"RunOn": "one"}, {"comment_out": True}, "2026-12-01T03:00Z"),
        ("2026-12-01T03:00Z", {"RunOn": "marked"}, {"comment_out": True}, None),
        ("2026-12-01T03:00Z", {"LiveFrom": "2026-11-01T00:00Z"}, {"comment_out": True}, None),
        ("-", {}, {"comment_out": True}, None),
    ],
)
def test_a_live_from_that_is_missing_is_set_again(
    minute: str, parameters: dict[str, str], asked: dict[str, bool], expected: str | None
) -> None:
    """The hand-over ended before it; the mark has its minute."""
    found = assessment_of(LINE)
    stack = deployed_from(found, enabled="true", **parameters)
    place = f"123456789012/eu-west-1/{stack.stack_name}"
    again = assessment_of(
        f" # cron2aws:{stack.id}@{minute} {place} | {LINE}", how=settings(known=(stack,))
    )
    plan = plan_of(again, stack, asked=wish(**asked))
    changes = {change.name: change.after for step in plan.work for change in step.changes}
    assert changes == ({"LiveFrom": expected} if expected else {})
    assert plan.steps[0].then == "enabled, handed over"


class TestTemplates:
    """A newer template is a change, an older program's is none."""

    def older(self, version: str) -> Deployed:
        stack = deployed_from(assessment_of(LINE))
        return replace(
            stack, outputs=MappingProxyType({**stack.outputs, "TemplateVersion": version})
        )

    def test_a_newer_one_is_a_change_of_its_own(self) -> None:
        stack = self.older("1")
        wish = Wish(target=stack.target, options=TaskOptions())
        (step,) = make_plan(assessment_of(LINE), (stack,), wish, PLACE).steps
        assert (step.action, step.changes, step.template) == (Action.UPDATE, (), (1, 2))

    @pytest.mark.parametrize("version", ["2", "3"])
    def test_the_present_one_and_a_later_programs_are_none(self, version: str) -> None:
        stack = self.older(version)
        wish = Wish(target=stack.target, options=TaskOptions())
        (step,) = make_plan(assessment_of(LINE), (stack,), wish, PLACE).steps
        assert (step.action, step.template) == (Action.NOTHING, None)

    def test_while_aws_hides_the_outputs_it_is_not_known(self) -> None:
        stack = replace(self.older("1"), outputs=MappingProxyType({}), status="UPDATE_IN_PROGRESS")
        assert (stack.version, stack.newer_template) == (None, None)


PRUNING = wish(prune=True)


def test_an_orphan_is_deleted_where_that_was_asked_for() -> None:
    stack = deployed_from(assessment_of(LINE))
    other = assessment_of(OTHER)
    assert plan_of(other, stack).deletions == ()
    assert plan_of(other, stack, asked=PRUNING).deletions == (stack,)
    alone = plan_of(assessment_of("# nothing\n"), stack, asked=PRUNING)
    assert (alone.work, alone.deletions, alone.is_idle) == ((), (stack,), False)


@pytest.mark.parametrize(
    ("account", "region", "goes"),
    [("", "", True), (PLACE.account, PLACE.region, True), ("999999999999", PLACE.region, False),
     (PLACE.account, "us-west-2", False)],
)  # fmt: skip
def test_a_host_of_another_place_tells_of_no_deletion(
    account: str, region: str, *, goes: bool
) -> None:
    """Hosts are called alike in many accounts."""
    stack = deployed_from(assessment_of(LINE))
    found = assessment_of_hosts(replace(host_of(OTHER), account=account, region=region))
    plan = plan_of(found, stack, asked=PRUNING)
    assert (plan.orphans, plan.deletions) == (((stack,), (stack,)) if goes else ((), ()))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (OTHER + "61 * * * * root x\n", "/etc/crontab:2 cannot be read"),
        ("61 * * * * root x\n", "/etc/crontab"),
    ],
)
@pytest.mark.parametrize("dialect", ["debian", "cronie"])
def test_what_was_not_read_whole_tells_of_no_deletion(text: str, why: str, dialect: str) -> None:
    stack = deployed_from(assessment_of(LINE))
    found = assessment_of(text, dialect=dialect)
    plan = plan_of(found, stack, asked=PRUNING)
    assert (plan.orphans, plan.deletions) == ((stack,), ())
    ignored = "/etc/crontab is ignored by its daemon"
    assert doubt(stack, found).startswith(ignored if dialect == "debian" else why)


def test_a_users_crontab_that_was_read_as_another_users_tells_of_no_deletion() -> None:
    stack = deployed_from(assessment_of(LINE))
    host = host_of(OTHER)
    mine = replace(host.tabs[0], system=False, owner="app")
    found = assessment_of_hosts(replace(host, tabs=(mine,)))
    assert "another user's" in doubt(stack, found)
    assert plan_of(found, stack, asked=PRUNING).deletions == ()
    theirs = assessment_of_hosts(replace(host, tabs=(replace(mine, owner="root"),)))
    assert plan_of(theirs, stack, asked=PRUNING).deletions == (stack,)


def test_standard_input_tells_of_no_deletion() -> None:
    def given(text: str) -> Assessment:
        return assessment_of_hosts(replace(host_of(text), tabs=(tab_of(text, path="-"),)))

    stack = deployed_from(given(LINE))
    plan = plan_of(given(OTHER), stack, asked=PRUNING)
    assert (plan.orphans, plan.deletions) == ((stack,), ())


def test_a_task_whose_mark_stands_elsewhere_is_not_deleted() -> None:
    found = assessment_of(LINE)
    stack = deployed_from(found)
    mark = Mark(id="0" * 16, account=PLACE.account, region=PLACE.region,
                stack=stack.stack_name, minute=None)  # fmt: skip
    moved = assessment_of(OTHER, mark.format() + OTHER)
    plan = plan_of(moved, stack, asked=PRUNING)
    assert (plan.orphans, plan.deletions) == ((stack,), ())
    assert doubt(stack, moved) == "/etc/cron.d/1:1 has its mark"


def test_what_becomes_of_the_job_is_said() -> None:
    found = assessment_of(LINE)
    assert once_deleted(deployed_from(found, enabled="true")) == "its job runs nowhere then"
    assert "disabled" in once_deleted(deployed_from(found))


def test_only_deletions_are_counted_and_nothing_is_advised_to_be_taken_back() -> None:
    stack = deployed_from(assessment_of(LINE))
    plan = plan_of(assessment_of("# nothing\n"), stack, asked=PRUNING)
    assert "0 to update, 1 to delete, 0 lines" in counts_in_words(plan)
    assert "rollback" not in midway(plan)
