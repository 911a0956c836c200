"""Entries as JSON: what several of them share is encoded once, and reads the same in each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from cron2aws.report.json_entry import EntryWriter
from cron2aws.schedule.trigger import Trigger
from tests.making import assessment_of


class Counted(tuple[Trigger, ...]):  # noqa: SLOT001 (it has to keep its count)
    """Triggers that know how often somebody went through them."""

    rounds = 0

    def __iter__(self) -> Iterator[Trigger]:
        self.rounds += 1
        return super().__iter__()


def test_a_conversion_of_several_entries_is_encoded_once() -> None:
    first, second = assessment_of("0 3 * * * root backup\n0 3 * * * root tidy\n").entries
    triggers = Counted(first.conversion.triggers)
    shared = replace(first.conversion, triggers=triggers)
    writer = EntryWriter()
    texts = ["".join(writer.pieces(each._replace(conversion=shared))) for each in (first, second)]
    assert triggers.rounds == 1
    assert texts == ["".join(EntryWriter().pieces(each)) for each in (first, second)]


def test_each_entry_has_its_own_conversion() -> None:
    found = assessment_of("0 3 * * * root backup\n5 4 * * * root backup\n")
    writer = EntryWriter()
    told = [json.loads("".join(writer.pieces(each))) for each in found.entries]
    assert [each["triggers"][0]["expression"] for each in told] == [
        "cron(0 3 * * ? *)",
        "cron(5 4 * * ? *)",
    ]


STRANGE = (
    "é='a \"b\"'\n"
    "* * * * * root printf '\\303\\t\\\\' \"ü\"%in%put\n"
    "0 0 30 2 * root never\n"
    "#Ansible: tidy\n"
    "0 3 * * * root tidy \udcff\x01\n"
    "# cron2aws:0123abcd 123456789012/eu-west-1/cron2aws-web | 5 4 * * * root moved\n"
)


def test_an_entry_is_written_as_json_dumps_writes_it() -> None:
    writer = EntryWriter()
    texts = ["".join(writer.pieces(each)) for each in assessment_of(STRANGE).entries]
    assert texts == [json.dumps(json.loads(text)) for text in texts]
    told = [json.loads(text) for text in texts]
    assert [each["script"] is None for each in told] == [False, True, False, False]
    assert [each["stdin"] for each in told] == ["in\nput\n", None, None, None]
    assert [each["written_by"] for each in told] == [None, None, "Ansible", None]
    assert [each["state"] for each in told] == ["active", "active", "active", "migrated"]
    assert told[0]["environment"] == {"é": 'a "b"'}
