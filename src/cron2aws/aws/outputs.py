"""The output of an execution, in the machine's own words, however it ended."""

from __future__ import annotations

import json
from collections.abc import Mapping

from cron2aws.aws.records import Record

ENDS = {
    "Silent": "succeeded",
    "Skipped": "skipped",
    "Duplicate": "duplicate",
    "HandedOver": "handed-over",
}
"""What an execution came to that ended well, by the error which its output is where nobody is told.

An execution of the machine before this one has the word itself in its output.
"""


def own_output(described: Record) -> Record:
    """The output of DescribeExecution, with `error` and `cause` where it failed.

    Where it ended by an error that is its outcome, that is the outcome of its `run`.
    """
    output = described.document("output").fields if described.text_or_none("output") else {}
    why = {name: described.text_or_none(name) for name in ("error", "cause")}
    told = {**_read(output), **{name: said for name, said in why.items() if said}}
    found = Record(fields=told, came=described.came)
    found.record_or_none("run")  # whoever reads on relies on it
    return found


def given_to(described: Record) -> Mapping[str, object]:
    """The input of DescribeExecution; empty where somebody gave it something else than a map."""
    try:
        found = json.loads(described.text_or_none("input") or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _read(output: Mapping[str, object]) -> dict[str, object]:
    """An output as the machine's own, also where it is the error by which the machine went on."""
    outcome = ENDS.get(str(output.get("Error")))
    if outcome is None:
        return dict(output)
    return {"run": {**_said(output.get("Cause")), "outcome": outcome}}


def _said(cause: object) -> dict[str, object]:
    """What the function said: JSON in what Lambda says; nothing where it is another text."""
    try:
        said = json.loads(json.loads(str(cause))["errorMessage"])
    except (ValueError, TypeError, KeyError):
        return {}
    return said if isinstance(said, dict) else {}
