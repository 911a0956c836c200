"""cfn/foundation.yaml: who is told of what no task can tell, and who may tell it."""

from __future__ import annotations

from typing import Any

import pytest

from cron2aws.app.setup import ADDRESS
from cron2aws.schedule.days import ALL_DAYS
from cron2aws.schedule.eventbridge import ALL_YEARS, EventBridgeCron, parse_aws
from cron2aws.task.foundation import FOUNDATION_PARAMETERS, TEMPLATE_VERSION, Tell
from tests.iam import allowed
from tests.stack_template import RINGS_FOR_ANY, foundation, read

FAILED_TOPIC = "arn:aws:sns:eu-west-1:123456789012:a-stack-failed"


@pytest.mark.parametrize(
    ("detail", "told"),
    [
        ({"status": "TIMED_OUT"}, True),
        ({"status": "ABORTED", "error": None}, True),
        ({"status": "FAILED", "error": "States.Runtime"}, True),
        ({"status": "FAILED", "error": "cron2aws.NotTold"}, True),
        ({"status": "FAILED"}, True),
        ({"status": "FAILED", "error": "cron2aws.Failed"}, False),
        ({"status": "SUCCEEDED"}, False),
        ({"status": "RUNNING"}, False),
        ({"status": "ABORTED", "machine": "somebody-elses"}, False),
    ],
)
def test_the_account_rule_tells_what_no_machine_could(detail: dict[str, Any], told: bool) -> None:
    machine = detail.pop("machine", "cron2aws-web-backup")
    arn = f"arn:aws:states:eu-west-1:123456789012:stateMachine:{machine}"
    pattern = foundation().properties("Untold")["EventPattern"]
    event = {
        "source": "aws.states",
        "detail-type": "Step Functions Execution Status Change",
        "detail": {**detail, "stateMachineArn": arn},
    }
    assert _fits(pattern, event) is told


def _fits(pattern: dict[str, Any], event: dict[str, Any]) -> bool:
    """EventBridge's patterns, as far as this rule uses them."""
    for key, wanted in pattern.items():
        if key == "$or":
            fits = any(_fits(each, event) for each in wanted)
        elif isinstance(wanted, dict):
            fits = _fits(wanted, event[key])
        else:
            fits = any(_fits_value(each, key, event) for each in wanted)
        if not fits:
            return False
    return True


def _fits_value(wanted: Any, key: str, event: dict[str, Any]) -> bool:
    match wanted:
        case {"exists": exists}:
            return bool((key in event) is exists)
        case {"prefix": prefix}:
            return str(event.get(key)).startswith(prefix)
        case {"anything-but": other}:
            return key in event and event[key] != other
        case _:
            return bool(event.get(key) == wanted)


def test_the_command_takes_the_addresses_that_the_template_takes() -> None:
    assert read("foundation.yaml")["Parameters"]["Email"]["AllowedPattern"] == f"^({ADDRESS})?$"


def test_topics_take_an_address_or_none() -> None:
    assert "FailureMail" not in foundation().resources
    assert "FailureMail" in foundation(Email="ops@example.com").resources
    assert "SuccessMail" not in foundation(Email="ops@example.com", Tell="failures").resources
    assert "SuccessMail" not in foundation(Tell="all").resources
    for tell in ("output", "all"):
        both = foundation(Email="ops@example.com", Tell=tell)
        for name, topic in (("SuccessMail", "succeeded"), ("FailureMail", "failed")):
            mail = both.properties(name)
            assert (mail["Endpoint"], mail["Protocol"]) == ("ops@example.com", "email")
            assert mail["TopicArn"].endswith(f"-{topic}")


def test_an_address_is_mailed_as_cron_mailed_unless_it_is_said_otherwise() -> None:
    assert read("foundation.yaml")["Parameters"]["Tell"]["Default"] == Tell.OUTPUT
    assert tuple(read("foundation.yaml")["Parameters"]["Tell"]["AllowedValues"]) == tuple(Tell)


def test_failures_are_filtered_by_nothing_as_the_rule_and_alarms_set_no_attributes() -> None:
    for tell in Tell:
        mail = foundation(Email="ops@example.com", Tell=tell).properties("FailureMail")
        assert set(mail) == {"TopicArn", "Protocol", "Endpoint"}


def test_what_does_not_even_come_into_a_queue_rings() -> None:
    alarm = foundation().properties("Lost")
    assert RINGS_FOR_ANY.items() <= alarm.items()
    lost = "InvocationsFailedToBeSentToDeadLetterCount"
    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/Scheduler", lost)
    assert alarm["Dimensions"] == [{"Name": "ScheduleGroup", "Value": "default"}]
    assert alarm["AlarmActions"] == [FAILED_TOPIC]


@pytest.mark.parametrize(
    ("service", "context", "may"),
    [
        ("events", {"aws:SourceArn": "arn:aws:events:eu-west-1:123456789012:rule/Untold"}, True),
        ("events", {"aws:SourceArn": "arn:aws:events:eu-west-1:123456789012:rule/other"}, False),
        ("events", {}, False),
        ("cloudwatch", {"aws:SourceAccount": "123456789012"}, True),
        ("cloudwatch", {"aws:SourceAccount": "999999999999"}, False),
        ("cloudwatch", {}, False),
        ("lambda", {"aws:SourceAccount": "123456789012"}, False),
    ],
)
def test_only_our_rule_and_this_accounts_alarms_publish_by_themselves(
    service: str, context: dict[str, str], may: bool
) -> None:
    given = foundation().properties("FailedTopicPolicy")
    assert given["Topics"] == [FAILED_TOPIC]
    statements = [
        each
        for each in given["PolicyDocument"]["Statement"]
        if each["Principal"] == {"Service": f"{service}.amazonaws.com"}
    ]
    assert allowed(statements, "sns:Publish", FAILED_TOPIC, context) is may
    assert not allowed(statements, "sns:Subscribe", FAILED_TOPIC, context)


def test_the_rule_tells_the_topic_for_failures() -> None:
    assert [each["Arn"] for each in foundation().properties("Untold")["Targets"]] == [FAILED_TOPIC]


def test_the_foundations_parameters_and_version_are_those_that_the_program_knows() -> None:
    assert tuple(sorted(read("foundation.yaml")["Parameters"])) == tuple(
        sorted(FOUNDATION_PARAMETERS)
    )
    for name in ("foundation.yaml", "target.yaml", "documents.yaml", "task.yaml"):
        assert read(name)["Metadata"]["cron2aws"]["Version"] == TEMPLATE_VERSION


def test_once_a_day_a_rule_asks_what_did_not_start_and_needs_no_role_for_it() -> None:
    made = foundation()
    rule, may = made.properties("SilenceDaily"), made.properties("SilencePermission")
    [target] = rule["Targets"]
    assert "RoleArn" not in target
    assert target["Arn"] == made.resolve({"Fn::GetAtt": "SilenceFunction.Arn"})
    assert may["SourceArn"] == made.resolve({"Fn::GetAtt": "SilenceDaily.Arn"})
    daily = parse_aws(rule["ScheduleExpression"])
    assert isinstance(daily, EventBridgeCron)
    assert (daily.on, daily.at.bit_count(), daily.years) == (ALL_DAYS, 1, ALL_YEARS)


def test_where_that_fails_or_is_not_even_asked_is_told() -> None:
    made = foundation()
    function = [{"Name": "FunctionName", "Value": "cron2aws-silence"}]
    failed, stopped = made.properties("SilenceFailed"), made.properties("SilenceStopped")
    assert RINGS_FOR_ANY.items() <= failed.items()
    assert failed["Dimensions"] == stopped["Dimensions"] == function
    assert (failed["MetricName"], stopped["MetricName"]) == ("Errors", "Invocations")
    assert failed["AlarmActions"] == stopped["InsufficientDataActions"] == [FAILED_TOPIC]
    # all is missing only once longer than from one day's to the next
    assert stopped["TreatMissingData"] == "missing"
    assert 86_400 < stopped["Period"] * stopped["EvaluationPeriods"] <= 604_800
    assert stopped["Period"] >= 3_600  # of shorter ones a day at most
    kept = made.properties("SilenceFunction")["DeadLetterConfig"]["TargetArn"]
    assert kept == made.output("UndeliveredQueueArn")
