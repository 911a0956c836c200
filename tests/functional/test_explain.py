"""`cron2aws explain` from the command line to its answers."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from cron2aws.cli import main
from cron2aws.errors import Cron2AwsError
from tests.functional.cli import cron2aws

COMMON = ["--dialect", "debian", "--from", "2026-11-23"]


def explain(*arguments: str, given: bytes | None = None) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(main.cli, ["explain", *COMMON, *arguments], input=given)


def answers(*arguments: str, given: bytes | None = None) -> list[dict[str, Any]]:
    found = explain("-o", "json", *arguments, given=given)
    assert found.exit_code == 0, found.output
    return [json.loads(line) for line in found.stdout.splitlines()]


FIELDS = [
    "schema", "expression", "dialect", "dialect_from", "timezone", "trigger", "verdict",
    "triggers", "proof", "clock_changes", "next", "meaning", "findings",
]  # fmt: skip


def test_the_object_is_the_documented_one() -> None:
    (found,) = answers("--timezone", "Asia/Tokyo", "0 3 13 * 5")
    others = [n for n in range(1, 32) if n != 13]
    assert found == {
        "schema": "cron2aws.explain/1",
        "expression": "0 3 13 * 5",
        "dialect": "debian",
        "dialect_from": "--dialect",
        "timezone": "Asia/Tokyo",
        "trigger": "scheduler",
        "verdict": "exact",
        "triggers": [
            {"expression": "cron(0 3 13 * ? *)", "timezone": "Asia/Tokyo", "guard": None},
            {
                "expression": "cron(0 3 ? * FRI *)",
                "timezone": "Asia/Tokyo",
                "guard": {"days_of_month": others, "timezone": "Asia/Tokyo"},
            },
        ],
        "proof": {"method": "calendar", "days_checked": 146097, "croniter": "agrees"},
        "clock_changes": [],
        "next": [
            "2026-11-27T03:00:00+09:00",
            "2026-12-04T03:00:00+09:00",
            "2026-12-11T03:00:00+09:00",
            "2026-12-13T03:00:00+09:00",
            "2026-12-18T03:00:00+09:00",
        ],
        "meaning": "at 03:00 on day 13 of the month and on Friday",
        "findings": [],
    }
    assert list(found) == FIELDS


@pytest.mark.parametrize(
    ("expression", "verdict"),
    [
        ("0 3 * * *", "exact"),
        ("0 2,3 * * *", "differs"),
        ("0 0 30 2 *", "never"),
        ("@reboot", "refused"),
        ("61 * * * *", "invalid"),
    ],
)
def test_every_field_stands_whatever_the_verdict(expression: str, verdict: str) -> None:
    (found,) = answers("--timezone", "America/New_York", expression)
    assert list(found) == FIELDS
    assert found["verdict"] == verdict
    assert bool(found["triggers"]) is (verdict in {"exact", "differs"})
    assert all(
        list(each) == ["code", "level", "title", "detail", "help"] for each in found["findings"]
    )


def test_differing_moments_stand_one_by_one() -> None:
    (found,) = answers("--timezone", "America/New_York", "0 2,3 * * *")
    assert found["clock_changes"][0] == {
        "local": "2027-03-14T02:00",
        "cron": "runs at 03:00",
        "aws": "skipped",
    }


def test_options_reach_the_conversion() -> None:
    (rule,) = answers("--timezone", "Asia/Tokyo", "--trigger", "rule", "0 1 1 * *")
    assert (rule["trigger"], rule["triggers"][0]["timezone"]) == ("rule", "UTC")
    assert rule["triggers"][0]["expression"] == "cron(0 16 L * ? *)"
    (rate,) = answers("--timezone", "UTC", "--prefer-rate", "*/5 * * * *")
    assert rate["triggers"][0]["expression"] == "rate(5 minutes)"


def test_standard_input_is_answered_line_by_line() -> None:
    given = b"0 3 * * *\nbad\n\n\xff\xfe * * * *\n* * * * *\r\n@daily"
    found = answers("--timezone", "UTC", "-", given=given)
    assert [each["verdict"] for each in found] == [
        "exact",
        "invalid",
        "invalid",  # an empty line is an answer too
        "invalid",
        "exact",  # Debian's daemon skips what follows a `*`
        "exact",
    ]
    assert answers("-", given=b"") == []


def test_named_expressions_and_standard_input_keep_their_order() -> None:
    found = answers("@daily", "-", "@hourly", given=b"@weekly\n")
    assert [each["expression"] for each in found] == ["@daily", "@weekly", "@hourly"]


@settings(max_examples=60)
@given(st.binary(max_size=80))
def test_any_bytes_are_answered_a_line_each(data: bytes) -> None:
    found = answers("--timezone", "Europe/London", "-", given=data)
    assert len(found) == len(data.removesuffix(b"\n").split(b"\n") if data else [])


def test_the_table_says_it_all() -> None:
    found = explain("--timezone", "America/New_York", "0 3 13 * 5", "15,45 2 * * *", "61 * * * *")
    assert found.exit_code == 0
    for words in (
        "cron(0 3 ? * FRI *) in America/New_York, only on days 1-12 and 14-31 of the month",
        "at 03:00 on day 13 of the month and on Friday (America/New_York)",
        "146,097 days, the whole calendar; croniter agrees",
        "Fri 2026-11-27 03:00 America/New_York = Fri 2026-11-27 08:00 UTC",
        "2027-03-14T02:15  cron runs at 03:00, AWS: skipped",
        "and 4 more moments; `-o json` lists them all",
        "error: The daemon rejects this schedule: minute `61`: 61 is not 0-59 (debian)",
        "hint: Correct the field that the detail names",
    ):
        assert words in found.stdout, words
    assert "\x1b" not in found.stdout  # a pipe has no colours


def test_control_characters_are_shown_not_sent() -> None:
    found = explain("-", given=b"\x1b[31m * * * *\n")
    assert "\x1b" not in found.stdout
    assert "\\x1b[31m * * * *" in found.stdout


def test_the_other_way() -> None:
    (found,) = answers("--from-aws", "--timezone", "Asia/Tokyo", "cron(0 3 ? * FRI *)")
    assert found["schema"] == "cron2aws.explain-aws/1"
    assert (found["verdict"], found["meaning"]) == ("valid", "at 03:00 on Friday")
    assert found["next"][0] == "2026-11-27T03:00:00+09:00"
    table = explain(
        "--from-aws", "--timezone", "Asia/Tokyo", "cron(0 3 L * ? *)", "cron(* * * * * *)"
    )
    assert "on the last day of the month" in table.stdout
    assert "exactly one of day-of-month and day-of-week is `?`" in table.stdout


def test_a_rule_fires_in_utc_the_other_way_too() -> None:
    (found,) = answers("--from-aws", "--trigger", "rule", "--timezone", "Asia/Tokyo", "rate(1 day)")
    assert found["timezone"] == "UTC"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["0 3 * * *"], 0),
        (["0 3 * * *", "@reboot"], 1),
        (["bad"], 1),
        (["--from-aws", "cron(0 3 * * ? *)"], 0),
        (["--from-aws", "cron()"], 1),
    ],
)
def test_strict_asks_for_a_decision(arguments: list[str], code: int) -> None:
    assert explain("--timezone", "UTC", "--strict", *arguments).exit_code == code
    assert explain("--timezone", "UTC", *arguments).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--timezone", "America/New_Yrok", "* * * * *"], ["no time zone", "America/New_York"]),
        (["--from", "0001-01-01", "@daily"], ["--from 0001-01-01", "1970 to 2199"]),
        (["--from", "9999-12-31", "@daily"], ["--from 9999-12-31", "1970 to 2199"]),
        ([], ["no expression", "standard input"]),
    ],
)
def test_what_cannot_be_followed_exits_2(arguments: list[str], words: list[str]) -> None:
    found = explain(*arguments)
    assert isinstance(found.exception, Cron2AwsError)
    assert found.exception.exit_code == 2
    assert all(word in str(found.exception) for word in words)


def test_a_day_that_is_none_exits_2() -> None:
    found = CliRunner().invoke(main.cli, ["explain", "--from", "tomorrow", "* * * * *"])
    assert found.exit_code == 2
    assert "2027-03-14" in found.stderr


def test_the_report_file_is_the_users_own(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    found = explain("--timezone", "UTC", "-o", "json", "--report-file", str(report), "@daily")
    assert (found.exit_code, found.stdout) == (0, "")
    assert json.loads(report.read_text())["expression"] == "@daily"
    assert stat.S_IMODE(report.stat().st_mode) == 0o600


def test_today_is_the_default() -> None:
    found = CliRunner().invoke(
        main.cli, ["explain", "-o", "json", "--timezone", "UTC", "* * * * *"]
    )
    assert len(json.loads(found.stdout)["next"]) == 5


def test_nothing_heavy_is_loaded_before_it_is_used(tmp_path: Path) -> None:
    """What needs no AWS waits for no boto3, and what shows no table not for rich."""
    crontab = tmp_path / "crontab"
    crontab.write_text("5 4 * * * /srv/job\n")
    run = "import sys; from cron2aws.cli.main import run; run"
    heavy = "print(sorted({'boto3', 'croniter', 'moto', 'rich'} & set(sys.modules)))"
    for code, loaded in (
        ("import sys, cron2aws.cli.main", "[]"),
        ("import sys, cron2aws.cli.explain, cron2aws.cli.scan", "[]"),
        (f"{run}(['explain', '@daily'], print)", "['croniter', 'rich']"),
        (f"{run}(['explain', '-o', 'json', '@daily'], print)", "['croniter']"),
        (f"{run}(['scan', '-o', 'json', {str(crontab)!r}], print)", "['croniter']"),
    ):
        words = [sys.executable, "-c", f"{code}\n{heavy}"]
        ran = subprocess.run(words, capture_output=True, text=True, check=True)
        assert ran.stdout.splitlines()[-1] == loaded


def test_a_scan_as_json_loads_nothing_of_plans_and_tasks(tmp_path: Path) -> None:
    crontab = tmp_path / "crontab"
    crontab.write_text("5 4 * * * /srv/job\n")
    code = (
        "import sys; from cron2aws.cli.main import run\n"
        f"run(['scan', '-o', 'json', {str(crontab)!r}], print)\n"
        "late = {'cron2aws.plan.values', 'cron2aws.handover', 'cron2aws.report.model'}\n"
        "print(sorted(late & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "[]"


# --- the codes of findings


def test_a_code_is_told_without_knowing_this_host() -> None:
    answer = cron2aws("explain", "c314", "--timezone", "No/Where")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("C314 More jobs in a minute than the agent runs at once\n")


def test_codes_and_expressions_are_answered_in_order() -> None:
    answer = cron2aws("explain", "-o", "json", "-", "C402", stdin=b"C101\n@daily\nC999\n")
    told = [json.loads(line) for line in answer.out.splitlines()]
    assert [each.get("code") or each["verdict"] for each in told] == [
        "C101", "exact", "invalid", "C402",
    ]  # fmt: skip


@pytest.mark.parametrize("strict", [(), ("--strict",)])
def test_an_error_that_is_asked_about_is_no_entry_to_decide_on(strict: tuple[str, ...]) -> None:
    assert cron2aws("explain", "C102", *strict).code == 0


@pytest.mark.parametrize("code", ["C999", "c3140", "C1", "x12", "C000000314"])
def test_an_unknown_code_is_refused_with_those_like_it(code: str) -> None:
    answer = cron2aws("explain", code)
    assert (answer.code, answer.out) == (2, "")
    assert f"no finding has the code {code}: similar ones are C" in answer.err
    assert "hint: for example `cron2aws explain C" in answer.err
