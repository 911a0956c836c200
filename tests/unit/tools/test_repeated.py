"""What a text says more than once stands in it once; CloudFormation's Fn::Sub puts it back."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stack_template import Rendered, read, task
from tools.repeated import without_repeats

AS_THEY_ARE = {
    "nothing": "",
    "nothing twice": "abc",
    "too short": "abab",
    "what a reference says": "${AReference} ${AReference} ${AReference} ${AReference}",
}
texts = st.lists(
    st.sampled_from(["$", "{", "}", "${A.Arn}", "$$.E", '"Next":"', "States.ALL", "\\n", "é", "x"]),
    max_size=60,
).map("".join)


def put_back(text: str, pieces: dict[str, str]) -> str:
    """As CloudFormation does: one look at the text, and none at what was put."""
    return re.sub(r"\$\{([^}]*)\}", lambda found: pieces.get(found[1], found[0]), text)


@given(texts)
def test_the_same_text_is_put_back(text: str) -> None:
    short, pieces = without_repeats(text)
    assert put_back(short, pieces) == text
    assert not [each for each in pieces.values() if "${" in each]
    assert without_repeats(text) == (short, pieces)
    assert len(json.dumps([short, pieces])) <= len(json.dumps([text, {}]))


@pytest.mark.parametrize("text", AS_THEY_ARE.values(), ids=AS_THEY_ARE)
def test_what_saves_nothing_stays(text: str) -> None:
    assert without_repeats(text) == (text, {})


def test_what_is_long_and_comes_again_stands_there_once() -> None:
    short, pieces = without_repeats('{"Type":"Pass"},${A}{"Type":"Pass"},${B}{"Type":"Pass"}')
    assert short == "${a},${A}${a},${B}${a}"
    assert pieces == {"a": '{"Type":"Pass"}'}


def test_no_name_is_one_of_the_text() -> None:
    short, pieces = without_repeats("is not empty ${a}is not empty ${a}is not empty")
    assert short == "${b} ${a}${b} ${a}${b}"
    assert pieces == {"b": "is not empty"}


def test_the_machine_of_both_templates_is_the_same() -> None:
    rules = read("task.yaml")["Parameters"].items()
    defaults = {name: str(rule.get("Default", "")) for name, rule in rules}
    readable = Rendered(template=read("task.yaml"), parameters=defaults | task().parameters)
    assert uncommented(readable.definition()) == task().definition()


def uncommented(value: object) -> object:
    if isinstance(value, list):
        return [uncommented(each) for each in value]
    if isinstance(value, dict):
        return {key: uncommented(each) for key, each in value.items() if key != "Comment"}
    return value
