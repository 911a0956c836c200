"""Programs that are copied of one form are those that moto's parser makes of each definition."""

from __future__ import annotations

import json
from typing import Any

import pytest
from moto.stepfunctions.parser.asl.parse.asl_parser import (
    AmazonStateLanguageParser,
    ASLParserException,
)

from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.speed.forms import Forms, form_of
from tests.sandboxes import client, deploy, described, task_template

PARSE = AmazonStateLanguageParser.parse
TEXTS = (
    "", "web", "a b", "arn:aws:sns:us-east-1:1:x", 'in "quotes"', "two\nlines\tand a tab",
    "back\\slash \\n", "$.path", "$", "$$.Execution", "States.ALL", "States.Format('{}', $.a)",
    "Pass", "Task", "true", "null", "1", "{}", "é", "\u20ac", "'single'", "a $.path", "{% $x %}",
    "arn:aws:states:::lambda:invoke", "\x7f", "\x01", "/slash/", "$states.input",
)  # fmt: skip


def machine(text: str, **more: object) -> dict[str, Any]:
    call = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {
            "FunctionName": text,
            "Payload": {"a": text, "b.$": "$.x", "c": ["x", text, {"d": text}], "n": 1, "t": True},
        },
        "ResultSelector": {"kept.$": "$.Payload", "literal": text},
        "Next": "B",
    }
    states = {"A": call, "B": {"Type": "Pass", "Parameters": {"x": text}, "End": True, **more}}
    return {"StartAt": "A", "States": states}


def same(one: object, other: object) -> None:
    """Two programs, part for part."""
    assert type(one) is type(other)
    if isinstance(one, dict) and isinstance(other, dict):
        assert list(one) == list(other)
        for key in one:
            same(one[key], other[key])
    elif isinstance(one, list | tuple) and isinstance(other, list | tuple):
        assert len(one) == len(other)
        for pair in zip(one, other, strict=True):
            same(*pair)
    elif hasattr(one, "__dict__") and not isinstance(one, type):
        same(vars(one), vars(other))
    else:
        assert one == other


@pytest.mark.parametrize("ascii_only", [True, False])
def test_whatever_a_text_is_it_stands_where_the_parser_has_it(*, ascii_only: bool) -> None:
    forms = Forms(PARSE)
    for text in TEXTS:
        definition = json.dumps(machine(text), ensure_ascii=ascii_only)
        same(forms.parsed(definition)[0], PARSE(definition)[0])


def test_a_pass_with_a_result_of_its_own() -> None:
    forms = Forms(PARSE)
    for text in TEXTS:
        definition = json.dumps(machine("x", Result={"a": text, "b": [text]}))
        same(forms.parsed(definition)[0], PARSE(definition)[0])


def test_one_form_is_parsed_once_and_another_by_itself() -> None:
    parsed: list[str] = []

    def parse(definition: str) -> object:
        parsed.append(definition)
        return PARSE(definition)

    forms = Forms(parse)
    for text in ("web", "db", "two\nlines"):
        forms.parsed(json.dumps(machine(text)))
    assert len(parsed) == 1
    for more in ({"OutputPath": "$.a"}, {"Comment": "x"}, {"Comment": "y"}):
        forms.parsed(json.dumps(machine("web", **more)))
    assert len(parsed) == 4


@pytest.mark.parametrize(
    "definition",
    [json.dumps(machine(text, Type="Nonsense")) for text in ("web", "db")] + ["{", "[]", '"x"'],
)
def test_what_is_refused_is_refused_in_its_own_words(definition: str) -> None:
    with pytest.raises(ASLParserException) as own:
        PARSE(definition)
    with pytest.raises(ASLParserException) as told:
        Forms(PARSE).parsed(definition)
    assert str(told.value) == str(own.value)


def test_the_machines_of_two_tasks_have_one_form() -> None:
    with Sandbox():
        found = []
        for name, command in (("one", "echo 'a'"), ("two", 'b "c" %d \\ e')):
            deploy(name, task_template(), RuleName=name, Command=command)
            outputs = {
                each["OutputKey"]: each["OutputValue"] for each in described(name)["Outputs"]
            }
            arn = outputs["StateMachineArn"]
            states = client("stepfunctions")
            found.append(states.describe_state_machine(stateMachineArn=arn)["definition"])
    one, two = (form_of(each) for each in found)
    assert one
    assert two
    assert one[0] == two[0]
    assert found[0] != found[1]
