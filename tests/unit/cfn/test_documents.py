"""cfn/documents.yaml: what hosts are sent is the scripts, and a value is never more than a word."""

from __future__ import annotations

import json
import re
import string
import subprocess
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cron2aws.errors import Bug
from cron2aws.handover.patch import MOST
from cron2aws.task.documents import DOCUMENTS, EDIT, READ, Document, with_values
from tests.stack_template import read
from tools.pack_documents import script_of, source_of

DOCUMENT_MOST = 65_536
"""Bytes of a document ("AWS Systems Manager endpoints and quotas": 64 KB)."""
HARMLESS = set(string.ascii_letters + string.digits + "+/=_-.,:")
"""What no shell reads as more than a part of a word, in quotes or without."""
TEMPLATE = read("documents.yaml")
ALL = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda each: each.name)


def properties(document: Document) -> dict[str, Any]:
    found = [each["Properties"] for each in TEMPLATE["Resources"].values()]
    [mine] = [each for each in found if each["Name"] == document.name]
    return dict(mine)


def test_it_makes_the_documents_of_the_table_and_nothing_else() -> None:
    assert {each["Type"] for each in TEMPLATE["Resources"].values()} == {"AWS::SSM::Document"}
    names = [each["Properties"]["Name"] for each in TEMPLATE["Resources"].values()]
    assert names == [each.name for each in DOCUMENTS]


@ALL
def test_an_update_makes_a_version_beside_the_one_that_is_there(document: Document) -> None:
    """Replace fails where the document has a name (cloudformation-coverage-roadmap#339)."""
    assert properties(document)["UpdateMethod"] == "NewVersion"


@ALL
def test_the_script_is_the_source_but_for_comments_and_values(document: Document) -> None:
    content = properties(document)["Content"]
    assert len(json.dumps(content)) < DOCUMENT_MOST
    [step] = content["mainSteps"]
    assert step["action"] == "aws:runShellScript"
    assert step["inputs"]["timeoutSeconds"] == str(document.seconds)
    [script] = step["inputs"]["runCommand"]
    assert script == script_of(document)
    source = source_of(document)
    once = dict.fromkeys(document.slots, "1")
    assert as_bash_reads(with_values(script, once)) == as_bash_reads(with_values(source, once))


def as_bash_reads(script: str) -> str:
    """Its commands, as bash prints those of a function."""
    ran = subprocess.run(
        ["bash", "-c", f"script() {{\n{script}\n}}\ndeclare -f script"],
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout


@ALL
def test_only_parameters_are_written_into_it(document: Document) -> None:
    content = properties(document)["Content"]
    [script] = content["mainSteps"][0]["inputs"]["runCommand"]
    assert sorted(re.findall(r"\{\{.*?\}\}", script)) == sorted(
        f"{{{{ {name} }}}}" for name in document.slots
    )
    assert content["parameters"].keys() == document.slots.keys()
    for name, slot in document.slots.items():
        assert content["parameters"][name] == {
            "type": "String",
            "description": slot.meaning,
            "allowedPattern": slot.pattern,
        }
        assert re.search(rf"^{name}=('?)\{{\{{ {name} \}}\}}\1$", script, re.MULTILINE)


def test_the_longest_patch_has_room_beside_the_script() -> None:
    content = properties(EDIT)["Content"]
    assert len(json.dumps(content)) + len(json.dumps({"patch": ["x" * MOST]})) < DOCUMENT_MOST


SLOTS = [(each, name) for each in DOCUMENTS for name in each.slots]
IDS = [f"{each.name} {name}" for each, name in SLOTS]


@pytest.mark.parametrize(("document", "name"), SLOTS, ids=IDS)
@given(data=st.data())
def test_what_a_pattern_lets_through_is_a_word(
    document: Document, name: str, data: st.DataObject
) -> None:
    pattern = document.slots[name].pattern
    assert pattern.startswith("^")
    assert pattern.endswith("$")
    # a `$` stands before a line feed at the end as well, in Java's expressions as in these
    value = data.draw(st.from_regex(pattern))
    assert set(value.removesuffix("\n")) <= HARMLESS
    assert not value.startswith("-")


@pytest.mark.parametrize(("document", "name"), SLOTS, ids=IDS)
@pytest.mark.parametrize("sign", sorted(set(map(chr, range(1, 256))) - HARMLESS))
def test_no_other_sign_is_let_through(document: Document, name: str, sign: str) -> None:
    pattern = document.slots[name].pattern
    for value in (f"1{sign}1", f"{sign}1", sign, f"1{sign}", f"1\n{sign}", f"{sign}\n1"):
        if sign != "\n" or not value.endswith("\n"):
            assert not re.search(pattern, value), value


@pytest.mark.parametrize("value", ["0", "01", "1000", "", "-1", "1 ", " 1"])
def test_a_piece_is_a_number_that_no_shell_reads_as_octal(value: str) -> None:
    assert not re.search(READ.slots["piece"].pattern, value)


def test_values_keep_their_quotes_and_their_lines() -> None:
    script = "a='x'\nb=1\nc=\n"
    assert with_values(script, {"a": "y", "b": "2"}) == "a='y'\nb=2\nc=\n"
    assert with_values(script, {"c": r"\1\g<0>"}) == "a='x'\nb=1\nc=\\1\\g<0>\n"
    for wrong, text in (("d", script), ("a", f"{script}a=''\n")):
        with pytest.raises(Bug, match=f"lines of the script set {wrong}"):
            with_values(text, {wrong: "1"})
