"""cfn/target.yaml: whom the role that sends reaches, whatever tags a target has."""

from __future__ import annotations

import json
import re

import botocore.session
import pytest

from tests.iam import allowed
from tests.role_calls import INSTANCE
from tests.stack_template import Rendered, foundation, read, target

INLINE_LIMIT = 10_240
"""Characters of all inline policies of a role; IAM does not count white space."""
FIVE = {
    f"Tag{n}{part}": value
    for n, (key, values) in enumerate(
        [
            ("Name", "a,b"),
            ("role", "web"),
            ("aws:autoscaling:groupName", "x y"),
            ("Tier=1", "1,2,3"),
            ("env", "prod"),
        ],
        1,
    )
    for part, value in (("Name", key), ("Values", values))
}
ALL_FIVE = {
    "ssm:resourceTag/Name": "b",
    "ssm:resourceTag/role": "web",
    "ssm:resourceTag/aws:autoscaling:groupName": "x y",
    "ssm:resourceTag/Tier=1": "3",
    "ssm:resourceTag/env": "prod",
}


def reaches(made: Rendered, tags: dict[str, str]) -> bool:
    return allowed(made.policy("SendRole"), "ssm:SendCommand", INSTANCE, tags)


def test_a_host_has_any_value_of_each_of_the_keys() -> None:
    made = target(**FIVE)
    assert reaches(made, ALL_FIVE)
    for key in ALL_FIVE:
        assert not reaches(made, {k: v for k, v in ALL_FIVE.items() if k != key}), key
        assert not reaches(made, ALL_FIVE | {key: "other"}), key


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_fewer_keys_ask_for_fewer_tags(count: int) -> None:
    left = {f"Tag{n}{part}" for n in range(1, count + 1) for part in ("Name", "Values")}
    made = target(**{name: value for name, value in FIVE.items() if name in left})
    wanted = dict(list(ALL_FIVE.items())[:count])
    assert reaches(made, wanted)
    assert not reaches(made, dict(list(wanted.items())[1:]))


def test_two_hundred_names_fit_the_policy_and_the_parameter() -> None:
    names = [f"ip-10-{at:03}-web-{at:03}a" for at in range(200)]
    made = target(Tag1Name="Name", Tag1Values=",".join(names))
    assert accepts("Tag1Values", made.parameters["Tag1Values"])
    assert len(made.parameters["Tag1Values"]) <= 4096
    assert reaches(made, {"ssm:resourceTag/Name": names[-1]})
    size = sum(
        len(re.sub(r"\s", "", each["PolicyDocument"]))
        for each in made.properties("SendRole")["Policies"]
    )
    assert size < INLINE_LIMIT / 2


def test_the_deploy_role_fits_too() -> None:
    made = target(KmsKeyArn="arn:aws:kms:eu-west-1:123456789012:key/1234abcd")
    policy = made.properties("DeployRole")["Policies"][0]["PolicyDocument"]
    assert len(re.sub(r"\s", "", json.dumps(policy))) < INLINE_LIMIT / 2


def test_a_command_takes_fifty_values_and_five_keys() -> None:
    """So a target of 200 names is run by four tasks; the role would do for all of them."""
    ssm = botocore.session.get_session().get_service_model("ssm")
    assert ssm.shape_for("Targets").metadata["max"] == 5
    assert ssm.shape_for("TargetValues").metadata["max"] == 50


def accepts(name: str, value: str) -> bool:
    return bool(re.fullmatch(read("target.yaml")["Parameters"][name]["AllowedPattern"], value))


@pytest.mark.parametrize("value", ['a"', "a,", ",a", "a,,b", "", "a\\", "*", "${x}", "é"])
def test_no_value_breaks_out_of_the_policy(value: str) -> None:
    assert not accepts("Tag1Values", value)


@pytest.mark.parametrize("name", ["DeployRole", "SendRole"])
@pytest.mark.parametrize("given", [{}, {"RolePath": "/of/us/", "PermissionsBoundary": "arn:b"}])
def test_roles_have_the_path_and_the_boundary_of_a_company(
    name: str, given: dict[str, str]
) -> None:
    role = target(**given).properties(name)
    assert role["Path"] == given.get("RolePath", "/cron2aws/eu-west-1/")
    assert role.get("PermissionsBoundary") == given.get("PermissionsBoundary")
    assert "RoleName" not in role


@pytest.mark.parametrize("name", ["foundation.yaml", "target.yaml"])
def test_what_tasks_live_by_stays_when_its_stack_goes(name: str) -> None:
    kept = {"AWS::IAM::Role", "AWS::SNS::Topic", "AWS::SQS::Queue"}
    for logical, body in read(name)["Resources"].items():
        policies = body.get("DeletionPolicy"), body.get("UpdateReplacePolicy")
        stays = body["Type"] in kept and logical != "SilenceRole"  # of this stack's own function
        # what a creation made that failed goes again: its names would be in the next one's way
        assert policies == (("RetainExceptOnCreate", "Retain") if stays else (None, None)), logical


def test_the_foundation_takes_the_place_of_the_topics_of_before() -> None:
    """Same names, so that a stack of the release before is brought up to date, not made anew."""
    older = read("../tests/data/releases/1/topics.yaml")
    now = read("foundation.yaml")
    assert older["Parameters"].keys() <= now["Parameters"].keys()
    assert older["Outputs"].keys() <= now["Outputs"].keys()
    for logical, body in older["Resources"].items():
        assert now["Resources"][logical]["Type"] == body["Type"], logical
    before = Rendered(template=older, parameters={"Email": "a@b.c", "Tell": "all"})
    after = foundation(Email="a@b.c", Tell="all")
    for logical in before.resources:
        assert before.properties(logical).items() <= after.properties(logical).items(), logical


def test_a_companys_topics_are_told_instead() -> None:
    own = {"FailedTopicArn": "arn:x:failed", "SucceededTopicArn": "arn:x:succeeded"}
    made = foundation(Email="a@b.c", Tell="all", **own)
    assert not {"FailedTopic", "SucceededTopic", "FailedTopicPolicy"} & set(made.resources)
    assert made.output("TopicCommandExecutionFailedArn") == "arn:x:failed"
    for alarm in ("Lost", "UndeliveredAlarm"):
        assert made.properties(alarm)["AlarmActions"] == ["arn:x:failed"]
    assert made.properties("Untold")["Targets"][0]["Arn"] == "arn:x:failed"
    assert made.properties("SuccessMail")["TopicArn"] == "arn:x:succeeded"
    for arn in own.values():
        assert allowed(made.policy("MachineRole"), "sns:Publish", arn)
