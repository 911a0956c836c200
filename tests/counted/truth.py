"""What `status` says, beside what the files and stacks really are."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from boto3.session import Session

from tests.counted.host import Host

MARK = re.compile(rb"^ ?# cron2aws:([0-9a-f]+)@\S* \S+/(\S+) \| .*", re.MULTILINE)
NEEDS_NOBODY = {"handed over", "rehearsing", "cron runs it", "no run yet"}


@dataclass(frozen=True, kw_only=True)
class Stated:
    """`false` are the words that are not so: `handed over` of what runs nowhere, and the like."""

    code: int | None
    words: Mapping[str, int]
    nowhere: int
    false: tuple[str, ...]

    def __str__(self) -> str:
        words = ", ".join(f"{word} {number}" for word, number in sorted(self.words.items()))
        return f"exit {self.code}: {words or 'no task'}"


def ask(host: Host, number: str) -> Stated:
    """Run `status` on the host, and look at what it says."""
    log = host.folder / f"status-{number}.log"
    command = host.cron2aws("status", "-o", "json", log=log)
    data = b"\n".join(host.bytes_now().values())
    return stated_of(command.wait(), command.words, data, host.url)


def stated_of(code: int | None, words: str, data: bytes, url: str) -> Stated:
    """`status` ended with that code and those words; `data` is what the crontabs hold."""
    rows = _rows(words)
    marked = {found[0].decode() for found in _marks(data)}
    stacks = {each["StackName"]: each for each in _stacks(url)}
    runs = {
        _of(each, "EntryId"): name
        for name, each in stacks.items()
        if _of(each, "Enabled") == "true" and each["StackStatus"].endswith("_COMPLETE")
    }
    nowhere = marked - set(runs)
    said = {row["id"]: row["standing"] for row in rows}
    false = [
        f"{each}: {said.get(each, 'not shown')}, and it runs nowhere"
        for each in sorted(nowhere)
        if said.get(each, "handed over") in NEEDS_NOBODY
    ]
    false += [
        f"{row['id']}: {row['standing']}, and cron runs it"
        for row in rows
        if row["standing"] == "handed over" and row["host"] and row["id"] not in marked
    ]
    return Stated(code=code, words=Counter(said.values()), nowhere=len(nowhere), false=tuple(false))


def _marks(data: bytes) -> list[tuple[bytes, ...]]:
    return [(found[1], found[2]) for found in MARK.finditer(data)]


def _rows(words: str) -> list[dict[str, Any]]:
    start = words.find("{")
    try:
        document = json.JSONDecoder().raw_decode(words[start:])[0] if start >= 0 else {}
    except ValueError:
        return []
    return list(document.get("tasks", []))


def _stacks(url: str) -> list[dict[str, Any]]:
    session = Session("sandbox", "sandbox", region_name="us-east-1")
    client: Any = session.client("cloudformation", endpoint_url=url)
    found = client.get_paginator("describe_stacks").paginate()
    return [dict(stack) for page in found for stack in page["Stacks"]]


def _of(stack: Mapping[str, Any], name: str) -> str:
    given = {each["ParameterKey"]: each.get("ParameterValue", "") for each in stack["Parameters"]}
    return str(given.get(name, ""))
