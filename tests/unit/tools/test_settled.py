"""What is left of a template where some parameters are known to be given."""

from __future__ import annotations

from typing import Any

import pytest

from tools.settled import settled, with_short_conditions

OWN = {"Fn::Equals": [{"Ref": "RoleArn"}, ""]}
NO_VALUE = {"Ref": "AWS::NoValue"}


def template(value: Any, **conditions: Any) -> dict[str, Any]:
    return {
        "Metadata": {"Kept": True},
        "Parameters": {
            "RoleArn": {"Type": "String", "Default": "", "AllowedPattern": "^(a|b)?$"},
            "Path": {"Type": "String", "Default": ""},
            "Told": {"Type": "String", "Default": ""},
            "Never": {"Type": "String", "Default": ""},
        },
        "Conditions": {"Own": OWN, "HasTold": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Told"}, ""]}]}}
        | conditions,
        "Rules": {"R": {}},
        "Resources": {
            "Role": {"Type": "Role", "Condition": "Own", "Properties": {"Path": {"Ref": "Path"}}},
            "Thing": {"Type": "Thing", "Properties": {"Value": value}},
        },
        "Outputs": {"O": {"Condition": "Own", "Value": "x"}},
    }


def left_of(value: Any, **conditions: Any) -> Any:
    made = settled(template(value, **conditions), {"RoleArn"})
    return made["Resources"]["Thing"]["Properties"].get("Value", "gone")


ROLE, TOLD = {"Ref": "RoleArn"}, {"Ref": "Told"}
CASES: dict[str, tuple[Any, Any]] = {
    "the given one of two": ({"Fn::If": ["Own", "own", ROLE]}, ROLE),
    "what cannot be judged": ({"Fn::If": ["HasTold", TOLD, ""]}, {"Fn::If": ["HasTold", TOLD, ""]}),
    "no value": ({"Fn::If": ["Own", "own", NO_VALUE]}, "gone"),
    "no value in a list": ([{"Fn::If": ["Own", "own", NO_VALUE]}, "x"], ["x"]),
    "no value that may be one": (
        {"Fn::If": ["HasTold", TOLD, NO_VALUE]},
        {"Fn::If": ["HasTold", TOLD, NO_VALUE]},
    ),
    "both in one": (
        {"Fn::If": ["HasTold", {"Fn::If": ["Own", "own", ROLE]}, NO_VALUE]},
        {"Fn::If": ["HasTold", ROLE, NO_VALUE]},
    ),
    "and with what is false": ({"Fn::If": ["Both", "yes", "no"]}, "no"),
    "and with what is true": ({"Fn::If": ["Neither", "yes", "no"]}, None),
}
AND = {
    "Both": {"Fn::And": [{"Condition": "Own"}, {"Condition": "HasTold"}]},
    "Neither": {"Fn::And": [{"Fn::Not": [{"Condition": "Own"}]}, {"Condition": "HasTold"}]},
}


@pytest.mark.parametrize(("value", "expected"), CASES.values(), ids=CASES)
def test_what_is_left_of_a_value(value: Any, expected: Any) -> None:
    if expected is None:  # it depends on the other one alone
        made = settled(template(value, **AND), {"RoleArn"})
        assert made["Conditions"] == {"Neither": {"Fn::Not": [{"Fn::Equals": [TOLD, ""]}]}}
    else:
        assert left_of(value, **AND) == expected


def test_what_nothing_refers_to_any_more_goes_and_what_nothing_referred_to_stays() -> None:
    made = settled(template({"Fn::Sub": "x ${Told}"}), {"RoleArn"})
    assert set(made["Resources"]) == {"Thing"}
    assert (made["Outputs"], made["Conditions"]) == ({}, {})
    assert "Rules" not in made
    assert "Path" not in made["Parameters"]
    assert {"Told", "Never"} <= set(made["Parameters"])


def test_what_is_given_has_no_default_and_is_not_empty() -> None:
    made = settled(template(ROLE), {"RoleArn"})
    assert made["Parameters"]["RoleArn"] == {"Type": "String", "AllowedPattern": "^(a|b)$"}


def test_nothing_given_is_the_template_without_rules() -> None:
    before = template({"Fn::If": ["HasTold", ROLE, NO_VALUE]}) | {"Rules": {}}
    del before["Rules"]
    assert settled(before, set()) == before


def test_conditions_get_short_names_and_a_policys_condition_keeps_its_own() -> None:
    policy = {"Condition": {"StringEquals": {"Own": "x"}}, "Say": {"Fn::If": ["Own", "a", "b"]}}
    made = with_short_conditions(template(policy, **AND))
    assert set(made["Conditions"]) == {"A", "B", "C", "D"}
    assert made["Resources"]["Role"]["Condition"] == "A"
    assert made["Conditions"]["C"] == {"Fn::And": [{"Condition": "A"}, {"Condition": "B"}]}
    left = made["Resources"]["Thing"]["Properties"]["Value"]
    assert left == {"Condition": policy["Condition"], "Say": {"Fn::If": ["A", "a", "b"]}}


def test_what_is_absent_is_empty_and_no_parameter_any_more() -> None:
    before = template([{"Fn::Sub": "a${Told}b${Path}"}, {"Fn::If": ["HasTold", TOLD, "no"]}])
    made = settled(before, set(), {"Told"})
    assert made["Resources"]["Thing"]["Properties"]["Value"] == [{"Fn::Sub": "ab${Path}"}, "no"]
    assert "Told" not in made["Parameters"]
    assert set(made["Conditions"]) == {"Own"}
