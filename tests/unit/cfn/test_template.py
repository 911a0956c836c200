"""cfn/task.yaml as text, as parameters, and as the definition that Step Functions would get."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cfnlint.api import lint
from statelint.linter import Linter  # type: ignore[import-untyped]

from cron2aws.sandbox.functions.packed import program
from cron2aws.task.run_cost import CHOSEN
from tests.same_code import bytecode, facts, without_words
from tests.stack_template import (
    BAD,
    CFN,
    GOOD,
    PSEUDO,
    RINGS_FOR_ANY,
    foundation,
    function,
    read,
    slim,
    task,
)
from tools.deployed import ABSENT, SIGNS
from tools.pack_functions import function_code
from tools.packed_code import unpacked, with_plain_texts

PARAMETERS = """
    RuleName ScheduleExpression EC2InstanceTagName EC2InstanceTagValue MoreTags Command Enabled
    TopicCommandExecutionSucceededArn TopicCommandExecutionFailedArn Trigger ScheduleTimezone
    OnlyOnDaysOfMonth SecondScheduleExpression SecondScheduleTimezone SecondOnlyOnDaysOfMonth
    GuardTimezone EntryId OriginalSchedule Source LiveFrom TakesOver RunOn
    ExecutionTimeoutSeconds DeliveryTimeoutSeconds MaxConcurrency MaxErrors LogRetentionInDays
    Overlap CatchUp OutputLogGroup OutputS3Bucket RunAs CommandShown WatchSeconds Architecture
    TargetId SendRoleArn WaitRoleArn MachineRoleArn TriggerRoleArn UndeliveredQueueArn
    KmsKeyArn
""".split()  # noqa: SIM905
VARIANTS = [
    {"Trigger": trigger, "RunOn": run_on, "SecondScheduleExpression": second}
    for trigger, run_on, second in itertools.product(
        ("scheduler", "rule"), ("all", "one"), ("", "cron(0 3 ? * FRI *)")
    )
]


TEMPLATES = [
    *("task.yaml", "task.json", "task-own-roles.json"),
    *("foundation.yaml", "target.yaml", "documents.yaml"),
]


@pytest.mark.parametrize("name", TEMPLATES)
def test_cfn_lint_finds_nothing(name: str) -> None:
    assert [str(each) for each in lint((CFN / name).read_text())] == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_holds_no_null(name: str) -> None:
    """CloudFormation refuses them ("'null' values are not allowed in templates"); cfn-lint not."""

    def nulls(value: Any) -> int:
        inner = value.values() if isinstance(value, dict) else value
        return sum(map(nulls, inner)) if isinstance(value, dict | list) else value is None

    assert nulls(read(name)) == 0


@pytest.mark.parametrize("name", sorted(set(TEMPLATES) - {"task.yaml"}))
def test_is_taken_where_it_is_sent_inline(name: str) -> None:
    assert len((CFN / name).read_bytes()) <= 51_200


def groups(name: str) -> list[str]:
    interface = read(name)["Metadata"]["AWS::CloudFormation::Interface"]
    return [each for group in interface["ParameterGroups"] for each in group["Parameters"]]


@pytest.mark.parametrize("name", ["task.yaml", "foundation.yaml", "target.yaml"])
def test_the_console_shows_each_parameter_in_one_group_and_by_a_name(name: str) -> None:
    interface = read(name)["Metadata"]["AWS::CloudFormation::Interface"]
    assert sorted(groups(name)) == sorted(read(name)["Parameters"])
    assert list(interface["ParameterLabels"]) == groups(name)
    labels = [each["default"] for each in interface["ParameterLabels"].values()]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("name", TEMPLATES)
def test_says_which_release_it_is_of(name: str) -> None:
    version = read(name)["Metadata"]["cron2aws"]["Version"]
    assert read(name)["Outputs"]["TemplateVersion"]["Value"] == str(version) == "2"


FUNCTIONS = [("Send", "send.py"), ("Wait", "wait.py")]
TEMPLATES_OF = [
    *(("task.yaml", *each) for each in FUNCTIONS),
    ("foundation.yaml", "Silence", "silence.py"),
]


@pytest.mark.parametrize(("template", "function_name", "file"), TEMPLATES_OF)
def test_embedded_code_is_the_packed_source(template: str, function_name: str, file: str) -> None:
    body = read(template)["Resources"][f"{function_name}Function"]["Properties"]
    assert body["Code"]["ZipFile"] == function_code(file)
    assert body["Runtime"] == "python3.13"
    waits = {"Fn::If": ["CatchesUp", "index.catching_up", "index.handler"]}
    assert body["Handler"] == (waits if function_name == "Send" else "index.handler")


@pytest.mark.parametrize(("template", "function_name", "file"), TEMPLATES_OF)
def test_embedded_code_is_the_program_of_the_source(
    template: str, function_name: str, file: str
) -> None:
    """What the other tests say of the embedded code, they say of what people read."""
    body = read(template)["Resources"][f"{function_name}Function"]["Properties"]
    code = body["Code"]["ZipFile"]
    source = in_one_file(CFN / "functions" / file, set())
    assert facts(bytecode(code)) == facts(without_words(source, named_as=code))


@pytest.mark.parametrize("name", ["task.json", "task-own-roles.json"])
@pytest.mark.parametrize(("function_name", "file"), FUNCTIONS)
def test_what_is_deployed_unpacks_to_the_readable_template_s(
    name: str, function_name: str, file: str
) -> None:
    """Names and lines as well: what a traceback says is found there."""
    code = read(name)["Resources"][f"{function_name}Function"]["Properties"]["Code"]["ZipFile"]
    readable = function_code(file)
    found = unpacked(code)
    assert facts(bytecode(found)) == facts(bytecode(with_plain_texts(readable)))
    assert found.count("\n") == readable.count("\n")
    assert f"exec(compile(SOURCE,'{file}','exec'))" in code
    assert program(code, "index.py").co_filename == file, "the sandbox unpacks it at each load"


def in_one_file(path: Path, known: set[str]) -> str:
    """A source with the modules of this project in the places where it imports them first."""
    text = path.read_text(encoding="utf-8")
    ours = re.compile(r"^from (cron2aws[.\w]*) import (?:\w+(?:, \w+)*|\([^)]*\))\n", re.MULTILINE)

    def module(found: re.Match[str]) -> str:
        if found[1] in known:
            return ""
        known.add(found[1])
        return in_one_file(CFN.parent / "src" / f"{found[1].replace('.', '/')}.py", known)

    return ours.sub(module, text)


def test_has_exactly_the_agreed_parameters() -> None:
    own = ["PermissionsBoundary", "RolePath"]
    for name, expected in (
        ("task.yaml", PARAMETERS + own),
        ("task.json", PARAMETERS),
        ("task-own-roles.json", [each for each in PARAMETERS if each not in ABSENT] + own),
    ):
        assert sorted(read(name)["Parameters"]) == sorted(expected)


def test_every_default_is_allowed_and_every_parameter_is_described() -> None:
    for name, rule in read("task.yaml")["Parameters"].items():
        assert rule["Description"], name
        if "Default" in rule:
            assert _accepts(name, str(rule["Default"])), name


def test_only_what_has_no_sensible_default_must_be_given() -> None:
    required = {name for name, rule in read()["Parameters"].items() if "Default" not in rule}
    assert required == {"RuleName", "ScheduleExpression", "EC2InstanceTagValue", "Command"}


def _accepts(name: str, value: str) -> bool:
    rule = read("task.yaml")["Parameters"][name]
    if "AllowedValues" in rule:
        return value in [str(each) for each in rule["AllowedValues"]]
    if rule["Type"] == "Number":
        return int(rule["MinValue"]) <= int(value) <= int(rule["MaxValue"])
    longest = int(rule.get("MaxLength", 4096))
    return len(value) <= longest and bool(re.fullmatch(rule["AllowedPattern"], value))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RuleName", "cron2aws-web-backup-3f9c01ab"),
        ("EC2InstanceTagName", "aws:autoscaling:groupName"),
        ("EC2InstanceTagValue", "web server_1/2=a+b@c"),
        ("EC2InstanceTagValue", ",".join(f"web-{number}" for number in range(50))),
        ("MoreTags", "Role=web"),
        ("MoreTags", "a=1,2;b=x=y;c=3;d=4"),
        ("Command", "for i in 1 2; do\n\techo \"${HOME}\" '{{.Names}}' %\ndone\n"),
        ("ScheduleExpression", "cron(0/5 1-3,7 ? JAN-MAR MON-FRI 2027)"),
        ("ScheduleExpression", "cron(0 3 L-2 * ? *)"),
        ("ScheduleExpression", "rate(1 minute)"),
        ("ScheduleTimezone", "America/Argentina/Buenos_Aires"),
        ("ScheduleTimezone", "Etc/GMT+5"),
        ("OnlyOnDaysOfMonth", "1,2,31"),
        ("EntryId", "3f9c01ab"),
        ("EntryId", "3f9c01ab3f9c01ab"),
        ("EntryId", ""),
        ("LiveFrom", "2027-03-14T03:00Z"),
        ("TakesOver", "removal"),
        ("RunOn", "marked"),
        ("OriginalSchedule", "*/5 1~3 * * mon,fri"),
        ("OriginalSchedule", "@daily"),
        ("Source", "/etc/cron.d/größe"),
        ("MaxErrors", "0"),
        ("MaxConcurrency", "10%"),
        ("TopicCommandExecutionFailedArn", "arn:aws-us-gov:sns:us-gov-west-1:123456789012:a-b_c"),
        ("DeliveryTimeoutSeconds", "30"),
        ("ExecutionTimeoutSeconds", "172800"),
    ],
)
def test_accepts(name: str, value: str) -> None:
    assert _accepts(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RuleName", 'a"b'),
        ("RuleName", "a" * 61),
        ("EC2InstanceTagName", 'role": "x"}, "StringLike": {"a'),
        ("EC2InstanceTagName", "role\\u0022"),
        ("EC2InstanceTagName", "a+b"),  # Run Command takes no `+` in the key of a target
        ("EC2InstanceTagValue", 'web"]}}]}'),
        ("EC2InstanceTagValue", "*"),
        ("EC2InstanceTagValue", "${aws:PrincipalTag/x}"),
        ("EC2InstanceTagValue", ""),
        ("EC2InstanceTagValue", "a,,b"),
        ("EC2InstanceTagValue", "a,"),
        ("EC2InstanceTagValue", ",".join(f"web-{number}" for number in range(51))),
        ("MoreTags", "Role"),
        ("MoreTags", "Role="),
        ("MoreTags", "a=1;"),
        ("MoreTags", "a=1;;b=2"),
        ("MoreTags", "a=1;b=2;c=3;d=4;e=5"),
        ("MoreTags", 'a=","tag_name":"b'),
        ("Command", "echo {{resolve:ssm-secure:password}}"),
        ("Command", ""),
        ("ScheduleExpression", 'cron(0 3 * * ? *)"'),
        ("ScheduleExpression", "0 3 * * *"),
        ("ScheduleTimezone", 'UTC"}'),
        ("OnlyOnDaysOfMonth", '1","x":"2'),
        ("GuardTimezone", 'UTC","scheduled_time":"'),
        ("LiveFrom", "2027-03-14T03:00:00Z"),
        ("TakesOver", "always"),
        ("RunOn", "none"),
        ("EntryId", "3f9c01ab3f9c"),
        ("OriginalSchedule", '0 3 * * *"'),
        ("OriginalSchedule", "{}"),
        ("Source", "line\nbreak"),
        ("CatchUp", "always"),
        ("Source", "back\\slash"),
        ("EntryId", "xyz"),
        ("MaxErrors", "101%"),
        ("MaxConcurrency", "0"),
        ("DeliveryTimeoutSeconds", "29"),
        ("ExecutionTimeoutSeconds", "172801"),
        ("TopicCommandExecutionFailedArn", "arn:aws:sqs:eu-west-1:123456789012:queue"),
    ],
)
def test_refuses_what_would_break_out_or_not_work(name: str, value: str) -> None:
    assert not _accepts(name, value)


@pytest.mark.parametrize("sign", SIGNS)
def test_no_parameter_of_the_definition_can_hold_what_stands_for_quotes(sign: str) -> None:
    text, own = read("task.yaml")["Resources"]["StateMachine"]["Properties"]["DefinitionString"][
        "Fn::Sub"
    ]
    rules = read("task.yaml")["Parameters"]
    names = set(re.findall(r"\$\{(\w+)\}", text + json.dumps(own))) & rules.keys()
    assert {"Source", "RunAs", "OriginalSchedule", "EC2InstanceTagValue", "LiveFrom"} <= names
    for name in names:
        for value in (sign, f"a{sign}b", f"a={sign}", f"cron({sign})", f"arn:aws:sns:{sign}"):
            assert rules[name]["Type"] == "Number" or not _accepts(name, value), (name, value)


@pytest.mark.parametrize("variant", VARIANTS)
def test_has_one_trigger_for_each_schedule(variant: dict[str, str]) -> None:
    made = task(**variant)
    kind = "AWS::Events::Rule" if variant["Trigger"] == "rule" else "AWS::Scheduler::Schedule"
    types = [made.template["Resources"][name]["Type"] for name in made.resources]
    assert types.count(kind) == (2 if variant["SecondScheduleExpression"] else 1)
    other = {"AWS::Events::Rule", "AWS::Scheduler::Schedule"} - {kind}
    assert types.count(*other) == 0


@pytest.mark.parametrize("enabled", ["true", "false"])
@pytest.mark.parametrize("trigger", ["scheduler", "rule"])
def test_enabled_is_the_state_of_every_trigger(enabled: str, trigger: str) -> None:
    made = task(Enabled=enabled, Trigger=trigger, SecondScheduleExpression="rate(1 hour)")
    names = {"scheduler": ("Schedule", "SecondSchedule"), "rule": ("Rule", "SecondRule")}[trigger]
    states = {made.properties(name)["State"] for name in names}
    assert states == {"ENABLED" if enabled == "true" else "DISABLED"}


@pytest.mark.parametrize("enabled", ["true", "false"])
@pytest.mark.parametrize("catch_up", ["none", "once"])
def test_only_an_enabled_task_that_catches_up_waits_for_hosts(enabled: str, catch_up: str) -> None:
    made = task(Enabled=enabled, CatchUp=catch_up).properties("SendFunction")["Handler"]
    waits = (enabled, catch_up) == ("true", "once")
    assert made == ("index.catching_up" if waits else "index.handler")


def test_both_kinds_of_trigger_give_the_same_input() -> None:
    made = task(
        OnlyOnDaysOfMonth="1,2",
        SecondOnlyOnDaysOfMonth="3",
        GuardTimezone="Asia/Tokyo",
        SecondScheduleExpression="rate(1 hour)",
    )
    for schedule, rule, days in (
        ("Schedule", "Rule", "1,2"),
        ("SecondSchedule", "SecondRule", "3"),
    ):
        wanted = {"scheduled_time": "T", "days_of_month": days, "timezone": "Asia/Tokyo"}
        given = made.properties(schedule)["Target"]["Input"]
        assert json.loads(given.replace("<aws.scheduler.scheduled-time>", "T")) == wanted
        transformer = made.properties(rule)["Targets"][0]["InputTransformer"]
        assert transformer["InputPathsMap"] == {"time": "$.time"}
        assert json.loads(transformer["InputTemplate"].replace("<time>", '"T"')) == wanted


@pytest.mark.parametrize("name", ["Schedule", "SecondSchedule", "Rule", "SecondRule"])
def test_undelivered_starts_are_few_recent_and_kept(name: str) -> None:
    trigger = "rule" if name.endswith("Rule") else "scheduler"
    made = task(Trigger=trigger, SecondScheduleExpression="rate(1 hour)")
    given = made.properties(name)
    target = given["Targets"][0] if trigger == "rule" else given["Target"]
    assert target["RetryPolicy"] == {"MaximumRetryAttempts": 5, "MaximumEventAgeInSeconds": 300}
    assert target["DeadLetterConfig"]["Arn"].endswith(":Undelivered")
    assert made.properties("Undelivered") == {
        "MessageRetentionPeriod": 1_209_600,
        "SqsManagedSseEnabled": True,
    }


def test_what_comes_into_the_queue_rings() -> None:
    made = task()
    alarm = made.properties("UndeliveredAlarm")
    assert RINGS_FOR_ANY.items() <= alarm.items()
    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/SQS", "NumberOfMessagesSent")
    assert alarm["Dimensions"] == [{"Name": "QueueName", "Value": "Undelivered"}]
    assert alarm["AlarmActions"] == [made.parameters["TopicCommandExecutionFailedArn"]]
    assert "UndeliveredAlarm" not in task(TopicCommandExecutionFailedArn="").resources


# what each parameter becomes in the payloads of the two functions
SENT_ON = {
    "task": "RuleName",
    "run_on": "RunOn",
    "tag_name": "EC2InstanceTagName",
    "tag_value": "EC2InstanceTagValue",
    "more_tags": "MoreTags",
    "entry.id": "EntryId",
    "entry.live": "LiveFrom",
    "entry.takes": "TakesOver",
    "overlap": "Overlap",
    "execution_timeout": "ExecutionTimeoutSeconds",
    "delivery_timeout": "DeliveryTimeoutSeconds",
    "command.MaxConcurrency": "MaxConcurrency",
    "command.MaxErrors": "MaxErrors",
    "log_group": "OutputLogGroup",
    "s3.OutputS3BucketName": "OutputS3Bucket",
    "s3.OutputS3KeyPrefix": "RuleName",
}
WAITED_WITH = {
    "task": "RuleName",
    "source": "Source",
    "execution_timeout": "ExecutionTimeoutSeconds",
    "delivery_timeout": "DeliveryTimeoutSeconds",
    "watch": "WatchSeconds",
    "topic": "TopicCommandExecutionSucceededArn",
}


@pytest.mark.parametrize(("state", "wiring"), [("Send", SENT_ON), ("WaitForHosts", WAITED_WITH)])
def test_each_parameter_comes_to_where_it_is_used(state: str, wiring: dict[str, str]) -> None:
    own = {parameter: f"<{parameter}>" for parameter in wiring.values()}
    # more tags than one need a role that is given
    payload = slim(**own).definition()["States"][state]["Parameters"]["Payload"]
    given = {key: value for key, value in _leaves(payload) if str(value).startswith("<")}
    assert given == {key: own[parameter] for key, parameter in wiring.items()}


def _leaves(payload: dict[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in payload.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{before}{key}.")
        else:
            yield before + key, value


@pytest.mark.parametrize(
    ("value", "more", "tags", "where"),
    [
        ("web", "", "role=web", "web"),
        ("a b,c", "", "role=a b,c", "a b,c"),
        ("a,b", "x=c;y=d,e", "role=a,b x=c y=d,e", "role=a,b x=c y=d,e"),
    ],
)
def test_messages_name_the_target_as_it_is_typed(
    value: str, more: str, tags: str, where: str
) -> None:
    states = slim(EC2InstanceTagValue=value, MoreTags=more).definition()["States"]
    payload = states["WaitForHosts"]["Parameters"]["Payload"]
    assert (payload["tag"], payload["where"]) == (tags, where)
    told = states["NoReport"]["Parameters"]["text"]
    assert f"\nTarget     {tags} in 123456789012, eu-west-1\n" in told
    assert f'"host": {{"DataType": "String", "StringValue": "{where}"}}' in json.dumps(states)


def test_both_topics_come_to_where_they_are_told() -> None:
    selected = task(**{GOOD: "<good>", BAD: "<bad>"}).definition()["States"]
    wanted = {"succeeded_topic": "<good>", "failed_topic": "<bad>"}
    assert selected["WaitForHosts"]["ResultSelector"] == {"run.$": "$.Payload.run", **wanted}
    assert selected["DescribeError"]["Parameters"]["failed_topic"] == "<bad>"


def test_each_schedule_has_its_own_zone_and_expression() -> None:
    made = task(
        ScheduleTimezone="Asia/Tokyo",
        SecondScheduleExpression="rate(1 hour)",
        SecondScheduleTimezone="Europe/Paris",
    )
    keys = ("ScheduleExpression", "ScheduleExpressionTimezone")
    both = [[made.properties(name)[key] for key in keys] for name in ("Schedule", "SecondSchedule")]
    assert both == [["cron(0 3 * * ? *)", "Asia/Tokyo"], ["rate(1 hour)", "Europe/Paris"]]


def test_logs_are_kept_as_long_as_asked() -> None:
    made = task(LogRetentionInDays="7")
    assert [made.properties(name)["RetentionInDays"] for name in ("SendLog", "WaitLog")] == [
        "7"
    ] * 2
    for function_name, log in (("SendFunction", "SendLog"), ("WaitFunction", "WaitLog")):
        group = made.properties(log)["LogGroupName"]
        assert made.properties(function_name)["LoggingConfig"] == {"LogGroup": group}


def test_the_command_stands_in_the_environment_as_it_is() -> None:
    command = "echo ${AWS::Region} {{ssm:x}} \"'\n"
    body = read()["Resources"]["SendFunction"]["Properties"]["Environment"]["Variables"]
    assert body == {"COMMAND": {"Ref": "Command"}}
    made = task(Command=command).properties("SendFunction")
    assert made["Environment"]["Variables"] == {"COMMAND": command}


def test_what_messages_show_stands_in_the_environment_as_it_is() -> None:
    given = {"RunAs": "o'neil", "CommandShown": "echo ${AWS::Region} {{ssm:x}} \"'\\"}
    made = task(**given).properties("WaitFunction")
    expected = {"RUN_AS": given["RunAs"], "COMMAND_SHOWN": given["CommandShown"]}
    assert made["Environment"]["Variables"] == expected


def test_the_command_meets_no_sub() -> None:
    text = (CFN / "task.yaml").read_text()
    assert "${Command}" not in text
    assert "${CommandShown}" not in text


@pytest.mark.parametrize("variant", VARIANTS)
def test_statelint_finds_nothing_in_the_definition(variant: dict[str, str]) -> None:
    assert Linter.validate(task(**variant).definition()) == []
    assert Linter.validate(slim(**variant).definition()) == []


def _states() -> dict[str, dict[str, Any]]:
    states: dict[str, dict[str, Any]] = task().definition()["States"]
    return states


def test_stays_with_jsonpath() -> None:
    text = json.dumps(task().definition())
    assert "QueryLanguage" not in text
    assert "Assign" not in text
    assert "{%" not in text


def test_every_task_catches_everything_and_what_it_catches_is_told() -> None:
    """Once a command is known, where it can be seen is told as well."""
    follows = {
        "Send": "NoReport",
        "WaitForHosts": "LinkCommand",
        "ReadReport": "LinkCommand",
        "TellSuccess": "KeepReport",
        "TellFailure": "NotTold",
    }
    tasks = {name: state for name, state in _states().items() if state["Type"] == "Task"}
    assert {name: state["Catch"][-1]["Next"] for name, state in tasks.items()} == follows
    for name, state in tasks.items():
        assert state["Retry"], name
        assert state["Catch"][-1]["ErrorEquals"] == ["States.ALL"]
        caught = {word: each["Next"] for each in state["Catch"] for word in each["ErrorEquals"]}
        # States.ALL does not stand for it; a message of ours is never too large
        too_large = caught.get("States.DataLimitExceeded")
        assert too_large == (None if name.startswith("Tell") else follows[name])
    nexts = {name: state.get("Next") for name, state in _states().items()}
    assert nexts["LinkCommand"] == nexts["KeepReport"] == nexts["ReadCause"] == "NoReport"
    assert nexts["ReadError"] == "ReadCause"
    assert nexts["NoReport"] == "CompleteError"
    assert nexts["CompleteError"] == "DescribeError"
    assert nexts["DescribeError"] == "Judge"


@pytest.mark.parametrize(
    ("state", "name", "goes_on"),
    [
        (
            "Send",
            "SendFunction",
            {
                "Skipped": "Done",
                "HandedOver": "Done",
                "Duplicate": "Done",
                "Unclear": "AskAgain",
                "NotStarted": "ReadError",
            },
        ),
        (
            "WaitForHosts",
            "WaitFunction",
            {"Silent": "Done", "Skipped": "Done", "Report": "ReadReport"},
        ),
    ],
)
def test_what_a_function_raises_leads_on_by_its_name(
    state: str, name: str, goes_on: dict[str, str]
) -> None:
    caught = {
        word: each["Next"] for each in _states()[state]["Catch"] for word in each["ErrorEquals"]
    }
    assert goes_on.items() <= caught.items()
    retried = {word for each in _states()[state]["Retry"] for word in each["ErrorEquals"]}
    own = {
        each.__name__
        for each in vars(function(name)).values()
        if isinstance(each, type) and issubclass(each, Exception) and each.__module__ == name
    }
    inner = {"End", "NoHost", "NotSent"}  # never leave the function
    assert own - inner == set(goes_on) | {each for each in retried if "." not in each}


def test_a_run_that_goes_well_has_three_states() -> None:
    states = _states()
    assert states["Send"]["Next"] == "WaitForHosts"
    assert states["WaitForHosts"]["Next"] == "TellSuccess"
    assert states["TellSuccess"]["End"] is True


def test_every_failure_ends_in_fail_and_only_the_told_one_has_its_name() -> None:
    ends = {name: state for name, state in _states().items() if state["Type"] == "Fail"}
    assert {name: state["Error"] for name, state in ends.items()} == {
        "Failed": "cron2aws.Failed",
        "NotTold": "cron2aws.NotTold",
    }


def test_sending_is_tried_again_only_where_nothing_was_sent_or_can_be_looked_up() -> None:
    names = {name for each in _states()["Send"]["Retry"] for name in each["ErrorEquals"]}
    assert names == {
        "NoAnswer",
        "Lambda.TooManyRequestsException",
        "Lambda.ServiceException",
        "Lambda.AWSLambdaException",
        "Lambda.SdkClientException",
        "Later",
    }
    # what may have been sent must be listed by the next try
    (unclear,) = (
        each
        for each in _states()["Send"]["Retry"]
        if not {"NoAnswer", "Later"} & {*each["ErrorEquals"]}
    )
    assert unclear["IntervalSeconds"] >= 20


def test_hosts_that_are_down_are_waited_for_as_long_as_the_function_says() -> None:
    """It ends the wait itself, and says so: the machine would only say `Later`."""
    (later,) = (each for each in _states()["Send"]["Retry"] if each["ErrorEquals"] == ["Later"])
    wait, most = later["IntervalSeconds"], later["MaxDelaySeconds"]
    waits = [min(wait * later["BackoffRate"] ** nth, most) for nth in range(later["MaxAttempts"])]
    assert sum(waits) > function("SendFunction").WAITS.total_seconds() + 3_600
    assert max(waits) <= 300


@pytest.mark.parametrize("state", ["WaitForHosts", "ReadReport"])
def test_asking_is_tried_again_on_everything_that_passes(state: str) -> None:
    names = {name for each in _states()[state]["Retry"] for name in each["ErrorEquals"]}
    wait = function("WaitFunction")
    raised = {each.__name__ for each in (wait.Soon, wait.StillRunning, wait.NoAnswer)}
    assert names == raised | {
        "States.Timeout",
        "Sandbox.Timedout",
        "Lambda.Unknown",
        "Lambda.TooManyRequestsException",
        "Lambda.ServiceException",
        "Lambda.AWSLambdaException",
        "Lambda.SdkClientException",
    }


def test_waits_as_the_calculation_says() -> None:
    """cron2aws/task/run_cost.py, from which the figures of the documentation come."""
    keys = ("IntervalSeconds", "BackoffRate", "MaxDelaySeconds")
    soon, later, _ = _states()["WaitForHosts"]["Retry"]
    assert (soon["ErrorEquals"], later["ErrorEquals"]) == (["Soon"], ["StillRunning"])
    assert tuple(soon[key] for key in keys) == CHOSEN.soon
    assert tuple(later[key] for key in keys) == CHOSEN.later
    assert CHOSEN.early == function("WaitFunction").EARLY_SECONDS
    assert read()["Parameters"]["WatchSeconds"]["Default"] == CHOSEN.watch
    assert "Jitter" not in json.dumps(_states()["WaitForHosts"])
    # every job ends before the tries do: delivery and execution of 48 hours each, and 15 minutes
    assert (later["MaxAttempts"] - 60) * later["MaxDelaySeconds"] > 2 * 172_800 + 900
    # also where no call watches, of which one takes a second at least
    assert soon["MaxAttempts"] >= CHOSEN.early
    # three events a try, and Step Functions ends an execution at 25,000
    assert 3 * (soon["MaxAttempts"] + later["MaxAttempts"]) < 10_000


def test_tasks_of_one_minute_that_were_refused_do_not_come_again_together() -> None:
    """Without a random delay few get through at each of the same moments (bench/load.py)."""
    refused, *_ = _states()["Send"]["Retry"]
    assert refused["ErrorEquals"] == ["NoAnswer", "Lambda.TooManyRequestsException"]
    assert refused["JitterStrategy"] == "FULL"
    # 300 tasks where SendCommand is taken five times a second: a minute, half of it by luck
    assert refused["MaxAttempts"] * refused["MaxDelaySeconds"] / 2 > 2 * 300 / 5


def test_three_tries_without_an_answer_are_over_before_lambda_gives_up() -> None:
    """So that it is known which call got none; a back-off is at most 1 s, then 2 s."""
    send, wait = function("SendFunction"), function("WaitFunction")
    for name, config in (
        ("SendFunction", send.SEVERAL_TIMES),
        ("SendFunction", send.ONCE),
        ("WaitFunction", wait.PATIENCE),
    ):
        tries = config.retries["total_max_attempts"]
        longest = tries * (config.connect_timeout + config.read_timeout) + 3
        if name == "WaitFunction":
            longest += int(read()["Parameters"]["WatchSeconds"]["MaxValue"])
        assert longest < task().properties(name)["Timeout"] - 20
    assert send.ONCE.retries["total_max_attempts"] == 1


def test_lambda_gives_up_before_the_machine_does() -> None:
    for state, name in (
        ("Send", "SendFunction"),
        ("WaitForHosts", "WaitFunction"),
        ("ReadReport", "WaitFunction"),
    ):
        assert task().properties(name)["Timeout"] < _states()[state]["TimeoutSeconds"]


def test_a_topic_may_be_left_out() -> None:
    silent = task(TopicCommandExecutionSucceededArn="", TopicCommandExecutionFailedArn="")
    assert not {"TellSuccessPolicy", "TellFailurePolicy", "UndeliveredAlarm"} & set(
        silent.resources
    )
    assert Linter.validate(silent.definition()) == []


def test_other_partitions_get_their_own_arns() -> None:
    made = task(
        TopicCommandExecutionSucceededArn="",
        TopicCommandExecutionFailedArn="",
        RunOn="one",
        Trigger="rule",
    )
    made = replace(made, pseudo={**PSEUDO, "AWS::Partition": "aws-cn"})
    everything = json.dumps([made.properties(name) for name in made.resources])
    assert "arn:aws:" not in everything
    assert "arn:aws-cn:states:::lambda:invoke" in everything


@pytest.mark.parametrize(
    ("partition", "region", "site"),
    [
        ("aws", "eu-west-1", "eu-west-1.console.aws.amazon.com"),
        ("aws-cn", "cn-north-1", "console.amazonaws.cn"),
        ("aws-us-gov", "us-gov-west-1", "console.amazonaws-us-gov.com"),
    ],
)
def test_links_lead_to_the_partitions_console(partition: str, region: str, site: str) -> None:
    pseudo = {**PSEUDO, "AWS::Partition": partition, "AWS::Region": region}
    states = replace(task(), pseudo=pseudo).definition()["States"]
    assert states["WaitForHosts"]["Parameters"]["Payload"]["site"] == site
    link = f"Command    https://{site}/systems-manager/run-command/{{}}?region={region}"
    assert f"'{link}'" in states["LinkCommand"]["Parameters"]["line.$"]
    rest = f"/states/home?region={region}#/v2/executions/details/"
    assert f"https://{site}{rest}{{}}" in states["NoReport"]["Parameters"]["text"]
    rule = replace(foundation(), pseudo=pseudo).properties("Untold")["Targets"][0]
    assert f"https://{site}{rest}<execution>" in rule["InputTransformer"]["InputTemplate"]
