"""What a stack of a task is named, and which parameters and tags it gets."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cron2aws.schedule.cron import CronSchedule, parse_expression
from cron2aws.schedule.fields import DEBIAN
from cron2aws.schedule.trigger import DayGuard, Trigger, TriggerKind
from cron2aws.task.slug import slug_of
from cron2aws.task.target import Target
from cron2aws.task.task import (
    Origin,
    TaskOptions,
    make_task,
    rule_name,
    shortest_interval,
    stack_name,
    tag_value,
)
from cron2aws.task.template import violations

TOKYO = "Asia/Tokyo"


@pytest.mark.parametrize(
    ("expression", "seconds"),
    [
        ("* * * * *", 60),
        ("*/7 * * * *", 240),  # 56 and then 0: the hour starts the steps again
        ("0,50 * * * *", 600),  # 50 and then the next hour's 0
        ("30 4 * * *", 86400),
        ("0 22,23 * * *", 3600),
        ("58 23,0 * * *", 3600),  # over midnight
        ("0 9-17/4 * * *", 14400),
    ],
)
def test_the_shortest_interval_of_a_schedule(expression: str, seconds: int) -> None:
    schedule = parse_expression(expression, DEBIAN)
    assert isinstance(schedule, CronSchedule)
    assert shortest_interval(schedule) == seconds


def test_a_name_mark_beats_the_command() -> None:
    origin = Origin(
        host="web-1",
        source="/etc/crontab",
        user="root",
        schedule="@daily",
        command="x",
        name="360",
    )
    assert origin.slug == "360"


def made_of(user: str, command: str) -> dict[str, str]:
    origin = Origin(
        host="web-1",
        source="/etc/crontab",
        user=user,
        schedule="@daily",
        command=command,
        name=None,
    )
    made = make_task(
        entry_id="3f9c01ab",
        origin=origin,
        triggers=(FIRST,),
        kind=TriggerKind.SCHEDULER,
        command="echo hi",
        target=Target.having({"Name": ["web"]}),
        options=TaskOptions(),
        interval=60,
    )
    return dict(made.parameters)


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("/usr/local/bin/backup --all", "/usr/local/bin/backup --all"),
        ("mysql -u shop -phunter2hunter2 x", "mysql -u shop -p**** x"),
        ("echo {{resolve:ssm:x}} {{{", "echo { {resolve:ssm:x}} { { {"),
        ("printf '\x1b[1m\udcff\t'", "printf '?[1m??'"),
        ("echo \u00fc \u65e5\u672c", "echo \u00fc \u65e5\u672c"),
    ],
)
def test_messages_get_the_command_masked_and_printable(command: str, shown: str) -> None:
    made = made_of("root", command)
    assert (made["RunAs"], made["CommandShown"]) == ("root", shown)


@given(st.text(min_size=1, max_size=100), st.text(min_size=1, max_size=200))
def test_whoever_runs_whatever_the_template_takes_it(user: str, command: str) -> None:
    made = made_of(user, command)
    assert violations(made) == ()


@pytest.mark.parametrize("sign", ["x", '"', "\\", "\u00fc", "\u65e5", "\U0001f600"])
def test_a_long_command_is_cut_to_what_the_environment_holds(sign: str) -> None:
    for user in ("root", "\u00fc" * 64):
        made = made_of(user, sign * 5_000)
        environment = {"RUN_AS": made["RunAs"], "COMMAND_SHOWN": made["CommandShown"]}
        size = len(json.dumps(environment, ensure_ascii=False).encode())
        assert 4_085 < size <= 4_096
        assert made["CommandShown"].endswith("...")
        assert violations(made) == ()


def test_no_secret_gets_into_a_name() -> None:
    origin = Origin(
        host="web-1",
        source="/etc/crontab",
        user="root",
        schedule="@daily",
        command="--password=hunter2hunter2 https://me:hunter2hunter2@example.com",
        name=None,
    )
    assert "hunter2" not in origin.slug


ID = "3f9c01ab52d07e14"


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=300), st.text(max_size=300))
def test_names_are_always_valid(prefix: str, tag: str, value: str, command: str) -> None:
    slug, target = slug_of(command), Target.having({tag: [value]})
    stack = stack_name(prefix, target, slug, ID)
    rule = rule_name(prefix, target, slug, ID)
    assert re.fullmatch(r"[a-zA-Z][-a-zA-Z0-9]{0,127}", stack)
    assert violations({"RuleName": rule, "Command": "x"}) == ()
    assert stack.endswith(f"-{ID}")
    assert rule.endswith(f"-{ID}")


@pytest.mark.parametrize(
    ("prefix", "target", "stack", "rule"),
    [
        ("cron2aws", ("Name", "web"), f"cron2aws-web-88baf0f6-backup-{ID}", f"web-backup-{ID}"),
        (
            "cron2aws",
            ("Env", "prod"),
            f"cron2aws-Env--prod-79014f86-backup-{ID}",
            f"Env--prod-backup-{ID}",
        ),
        ("shop", ("Name", "web"), f"shop-web-88baf0f6-backup-{ID}", f"shop-web-backup-{ID}"),
        ("9", ("Name", "web-1"), f"c-9-web-1-cced8c2f-backup-{ID}", f"9-web-1-backup-{ID}"),
    ],
)
def test_a_name_says_prefix_target_and_job(
    prefix: str, target: tuple[str, str], stack: str, rule: str
) -> None:
    meant = Target.having({target[0]: [target[1]]})
    assert stack_name(prefix, meant, "backup", ID) == stack
    assert rule_name(prefix, meant, "backup", ID) == rule


def test_only_what_is_for_reading_is_shortened() -> None:
    slug = "s" * 40
    target = Target.having({"Name": ["w" * 200, "x"]})
    made = stack_name("p" * 200, target, slug, ID)
    assert len(made) == 128
    assert re.fullmatch(rf"p{{30}}-w{{30}}-{target.id}-{slug}-{ID}", made)


TARGETS = st.builds(
    Target.having,
    st.dictionaries(
        st.sampled_from(["Name", "Env", "a", "a-b"]) | st.text("aA-. ", max_size=130),
        st.sets(st.text("aA-. \u00e9", max_size=260), min_size=1, max_size=3),
        min_size=1,
        max_size=3,
    ),
)


@given(TARGETS, TARGETS, st.sampled_from(["cron2aws", "shop", "x" * 200]))
def test_no_two_targets_have_one_name(one: Target, other: Target, prefix: str) -> None:
    for made in (stack_name, rule_name):
        same = made(prefix, one, "backup", ID) == made(prefix, other, "backup", ID)
        assert same == (one == other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Name", "a b"), ("Name", "a.b")),
        (("Name", "a b"), ("Name", "a-b")),
        (("Name", "env-prod"), ("env", "prod")),
        (("env", "a--b"), ("env--a", "b")),
        (("Name", "a--b"), ("a", "b")),
        (("Name", ""), ("Name", "-")),
        (("Name", "w" * 250 + "1"), ("Name", "w" * 250 + "2")),
        (("N" * 120, "1"), ("N" * 120, "2")),
    ],
)
def test_targets_of_one_tag_that_look_alike_have_names_of_their_own(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    first, second = (Target.having({name: [value]}) for name, value in (one, other))
    assert stack_name("cron2aws", first, "x", ID) != stack_name("cron2aws", second, "x", ID)
    assert rule_name("cron2aws", first, "x", ID) != rule_name("cron2aws", second, "x", ID)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["Name=a,b"], ["Name=a-b"]),
        (["Name=a,b"], ["Name=a", "b=b"]),
        (["Name=a b=c"], ["Name=a", "b=c"]),
        (["Env=prod", "Name=web"], ["Name=Env--prod--web"]),
    ],
)
def test_targets_of_several_tags_that_look_alike_have_names_of_their_own(
    one: list[str], other: list[str]
) -> None:
    first, second = Target.parse(one), Target.parse(other)
    assert stack_name("cron2aws", first, "x", ID) != stack_name("cron2aws", second, "x", ID)
    assert rule_name("cron2aws", first, "x", ID) != rule_name("cron2aws", second, "x", ID)


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ({"Name": ["a b"]}, "a-b-f20c3c47-backup"),
        ({"env": ["a--b"]}, "env--a-b-f9e350b4-backup"),
        ({"Name": ["w" * 250]}, "w" * 34 + "-69ebf321"),
    ],
)
def test_a_rule_of_one_tag_is_called_as_in_earlier_releases(
    target: dict[str, list[str]], name: str
) -> None:
    assert rule_name("cron2aws", Target.having(target), "backup", ID).startswith(name)


@given(st.text(max_size=80), st.text(max_size=80))
def test_tag_values_are_in_the_alphabet_and_tell_texts_apart(one: str, other: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9 _.:/=+@-]*", tag_value(one))
    assert (tag_value(one) == tag_value(other)) == (one == other)


def test_a_tag_value_of_a_long_path_keeps_its_end() -> None:
    assert tag_value("/x" * 300 + "/etc/crontab").endswith("/etc/crontab")
    assert len(tag_value("é" * 300)) == 256


def task(options: TaskOptions, *triggers: Trigger, interval: int = 60) -> dict[str, str]:
    origin = Origin(
        host="web-1",
        source="/etc/crontab",
        user="root",
        schedule="* * * * *",
        command="/opt/x",
        name=None,
    )
    return dict(
        make_task(
            entry_id="3f9c01ab",
            origin=origin,
            triggers=triggers,
            kind=TriggerKind.SCHEDULER,
            command="echo hi",
            target=Target.having({"Name": ["web"]}),
            options=options,
            interval=interval,
        ).parameters
    )


FIRST = Trigger(expression="cron(0 3 13 * ? *)", timezone=TOKYO, guard=None)
SECOND = Trigger(
    expression="cron(0 3 ? * FRI *)",
    timezone=TOKYO,
    guard=DayGuard(days_of_month=(1, 2, 14), timezone=TOKYO),
)


def test_one_trigger_leaves_the_second_slot_empty() -> None:
    made = task(TaskOptions(), FIRST)
    assert made["ScheduleExpression"] == "cron(0 3 13 * ? *)"
    assert made["ScheduleTimezone"] == TOKYO
    assert made["SecondScheduleExpression"] == ""
    assert made["OnlyOnDaysOfMonth"] == ""
    assert made["GuardTimezone"] == "UTC"


def test_two_triggers_fill_both_slots_each_with_its_guard() -> None:
    made = task(TaskOptions(), FIRST, SECOND)
    assert made["OnlyOnDaysOfMonth"] == ""
    assert made["SecondScheduleExpression"] == "cron(0 3 ? * FRI *)"
    assert made["SecondOnlyOnDaysOfMonth"] == "1,2,14"
    assert made["GuardTimezone"] == TOKYO


def test_what_was_not_said_stays_out_so_that_an_update_keeps_it() -> None:
    made = task(TaskOptions(), FIRST)
    assert {"RunOn", "MaxConcurrency", "ExecutionTimeoutSeconds", "Enabled"} & set(made) == set()


def test_what_was_said_goes_in() -> None:
    said = TaskOptions(run_on="one", execution_timeout=600, delivery_timeout=30, overlap="skip")
    made = task(said, FIRST)
    assert made["Overlap"] == "skip"
    assert (made["RunOn"], made["ExecutionTimeoutSeconds"]) == ("one", "600")
    assert made["DeliveryTimeoutSeconds"] == "30"


@pytest.mark.parametrize(("interval", "timeout"), [(60, "60"), (7200, "3600"), (86400, "3600")])
def test_a_late_host_gets_an_hour_at_most_and_never_past_the_next_run(
    interval: int, timeout: str
) -> None:
    assert task(TaskOptions(), FIRST, interval=interval)["DeliveryTimeoutSeconds"] == timeout


def test_the_source_and_the_tags_name_the_origin() -> None:
    made = task(TaskOptions(), FIRST)
    assert made["Source"] == "/etc/crontab"
    assert "SourceLine" not in made
    assert made["OriginalSchedule"] == "* * * * *"
    assert made["EntryId"] == "3f9c01ab"
