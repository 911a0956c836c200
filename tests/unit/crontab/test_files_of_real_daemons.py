"""Every small file that real daemons were shown: loaded, jobs, environment and errors by line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.crontab.percent import split_command
from cron2aws.crontab.reader import read_crontab
from cron2aws.crontab.text import decode_bytes, encode_text

CASES: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "data" / "files.json").read_text("utf-8")
)
MEASURED = ("debian", "cronie-1.4", "cronie", "cronie-1.7")
SET_BY_DAEMON = {"SHELL", "HOME", "PATH", "LOGNAME", "USER"}


def of_latin_1(text: str) -> str:
    """The data holds bytes as Latin-1 characters."""
    return decode_bytes(text.encode("latin-1"))


def test_all_files_are_there() -> None:
    assert len(CASES) == 88
    assert {dialect for case in CASES.values() for dialect in case["result"]} == set(MEASURED)


@pytest.mark.parametrize("dialect", MEASURED)
@pytest.mark.parametrize("name", CASES)
def test_read_as_the_daemon_did(name: str, dialect: str) -> None:
    rules = DIALECTS[dialect]
    data = CASES[name]["text"].encode("latin-1")
    result = CASES[name]["result"][dialect]

    crontab = read_crontab(data, rules, system=name.startswith("system/"), user="root")

    assert encode_text(crontab.text) == data
    assert crontab.loaded is result["accepted"]
    if crontab.loaded:
        assert [(e.line, e.user, e.raw_command, e.quiet) for e in crontab.entries] == [
            (job["line"], job["user"], of_latin_1(job["cmd"]), "DONT_LOG" in job["flags"])
            for job in result["jobs"]
        ]
    for entry, job in zip(crontab.entries, result["jobs"], strict=crontab.loaded):
        theirs = dict(of_latin_1(pair).split("=", 1) for pair in job["env"])
        ours = dict(entry.environment)
        assert {k: v for k, v in theirs.items() if k not in SET_BY_DAEMON - set(ours)} == ours
        assert (entry.command, entry.stdin) == split_command(
            entry.raw_command, unescapes_backslash=dialect == "debian"
        )


@pytest.mark.parametrize("dialect", MEASURED)
@pytest.mark.parametrize("name", CASES)
def test_errors_as_the_daemon_told_them(name: str, dialect: str) -> None:
    told = CASES[name]["result"][dialect]["errors"]
    crontab = read_crontab(
        CASES[name]["text"].encode("latin-1"),
        DIALECTS[dialect],
        system=name.startswith("system/"),
        user="root",
        known_user={"root", "root%x", "0", "root/daemon"}.__contains__
        if dialect in {"cronie", "cronie-1.7"}
        else {"root"}.__contains__,
    )

    errors = [
        f"line {line.line}: {line.message.split(':')[0]}"
        for line in crontab.unreadable
        if line.code != "C108"
    ]
    if dialect == "debian":
        errors = errors[:1]  # the daemon stops there

    assert errors == [error for error in told if error.startswith("line ")]
    if dialect != "cronie-1.4":  # which says nothing about it
        missing = any("issing newline before EOF" in error for error in told)
        assert missing is any(line.code == "C108" for line in crontab.unreadable)
    delays = any("RANDOM_DELAY" in error for error in told)
    assert delays is any(found.code == "C114" for found in crontab.findings)
