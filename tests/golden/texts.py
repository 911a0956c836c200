"""Goldens of texts that no width changes: outcomes, runs, progress, and colours."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from rich.console import Console

from cron2aws.app.carry_out import midway
from cron2aws.assess.values import Assessment
from cron2aws.aws.commands import HostState
from cron2aws.cli.progress import Display
from cron2aws.errors import AwsError, SafetyError
from cron2aws.handover.deploy import Failure
from cron2aws.plan.values import Plan
from cron2aws.report.carried_out import steps_text
from cron2aws.report.document import Document
from cron2aws.report.formats import FORMATS
from cron2aws.report.run import NOT_TOLD, progress_text, run_text
from cron2aws.report.text import Style
from tests.documents import document
from tests.golden.calendars import CASES as CALENDARS
from tests.golden.calendars import of_web
from tests.golden.explanations import CASES, answered
from tests.golden.golden import Golden, titled
from tests.golden.hosts import assessed, host
from tests.golden.plans import orphaned, planned, problems, updated
from tests.golden.reports import SCANNED
from tests.golden.screen import Screen
from tests.golden.statuses import every_standing
from tests.making import assessment_of

FROM_AWS = ("from-aws", "from-aws-invalid")
STACK = "cron2aws-web-backup-ea68b89a"


def texts() -> Iterator[Golden]:
    """One golden a kind of text."""
    yield Golden(name="text/outcome", make=lambda _: titled(_outcomes()))
    yield Golden(name="text/run", make=lambda _: titled(_runs()))
    yield Golden(name="text/run-in-progress", make=lambda _: titled(_in_progress()))
    yield Golden(name="text/progress-in-a-pipe", make=lambda _: titled(_progress()))
    yield Golden(name="text/colours", make=lambda folder: titled(_colours(folder)))


def _outcomes() -> dict[str, str]:
    refused = Failure(
        id="ea68b89a",
        what=f"create {STACK}",
        error=AwsError(
            f"creating stack {STACK} failed", why="AccessDenied: no", fix="add the permission"
        ),
    )
    changed = Failure(
        id="0e001f8b",
        what="rewriting /etc/crontab",
        error=SafetyError("/etc/crontab has changed since it was read"),
    )
    return {
        "one": steps_text(["0e001f8b"], [], "cron2aws status"),
        "nothing that comes next": steps_text(["0e001f8b", "ea68b89a"], [], None),
        "one failure": steps_text(["0e001f8b"], [refused], "the same command again goes on"),
        "nothing but failures": steps_text([], [refused, changed], None),
    }


def _runs() -> dict[str, str]:
    def told(status: str, output: dict[str, Any]) -> str:
        return run_text(STACK, status, output)

    message = "Task    web-backup\nResult  failed on 1 of 2 hosts\n\n  | \x1b[31mred\x1b[0m"
    return {
        "succeeded": told("SUCCEEDED", {"run": {"outcome": "succeeded", "message": "Result ok"}}),
        "failed": told("FAILED", {"run": {}, "error": "Failed", "cause": message}),
        "skipped": told(
            "SUCCEEDED", {"run": {"outcome": "skipped", "reason": "not due on day 13"}}
        ),
        "nothing to do": told(
            "SUCCEEDED",
            {"run": {"outcome": "skipped", "command_id": "c", "reason": "cron runs it"}},
        ),
        "timed out, untold": told("TIMED_OUT", {}),
        "nobody was told": told("FAILED", {"error": NOT_TOLD, "cause": "exit code 2"}),
    }


def _in_progress() -> dict[str, str]:
    hosts = [
        HostState(id=f"i-{number:017x}", name=f"web-{number}", status="InProgress")
        for number in range(12)
    ]
    return {
        "no host yet": progress_text(STACK, timedelta(seconds=0.4), ()),
        "this clock is behind AWS's": progress_text(STACK, timedelta(seconds=-3), ()),
        "a host without a name, and a strange one": progress_text(
            STACK,
            timedelta(seconds=61),
            [
                HostState(id="i-1", name="", status="Pending"),
                HostState(id="i-2", name="[b]\x1b", status="Delayed"),
            ],
        ),
        "nearly an hour": progress_text(STACK, timedelta(seconds=3_599), ()),
        "ten hosts": progress_text(STACK, timedelta(seconds=3_725), hosts[:10]),
        "twelve hosts": progress_text(STACK, timedelta(hours=48), hosts),
    }


MIDWAY = midway(planned(assessment_of("0 3 * * * root backup\n")))


def _progress() -> dict[str, str]:
    def shown(*, ends: BaseException | None) -> str:
        screen = Screen(is_terminal=False)
        console = Console(file=screen, no_color=True, highlight=False, soft_wrap=True)
        with contextlib.suppress(BaseException), Display(console, midway=MIDWAY) as progress:
            progress.begin("deploying", 2)
            progress.done("cron2aws-web-[b]-1")
            progress.done("cron2aws-web-tidy-2")
            progress.begin("changing", 0)
            progress.say("rewrote /etc/crontab: from 2026-11-23T12:04Z on the tasks run its jobs")
            if ends:
                raise ends
        return screen.getvalue()

    return {
        "to its end": shown(ends=None),
        "interrupted": shown(ends=KeyboardInterrupt()),
        "refused": shown(ends=SafetyError("no")),
        "a bug": shown(ends=ValueError("no")),
    }


def _colours(folder: Path) -> dict[str, str]:
    text = SCANNED["every-verdict"]
    lines = host(folder / "scan", {"/etc/crontab": text}, zone="Australia/Lord_Howe")
    bad = host(folder / "bad", {"/etc/crontab": SCANNED["secrets-are-masked"]})
    documents: dict[str, Document | Assessment | Plan] = {
        "scan": assessed(lines),
        "scan of a file that the daemon ignores": assessed(bad),
        "scan of no jobs": assessed(host(folder / "none", {"/etc/crontab": "# nothing\n"})),
        "plan": problems(folder / "plan"),
        "update": updated(folder / "update"),
        "orphans": orphaned(folder / "orphans"),
        "status": every_standing(folder / "status"),
        "calendar": of_web(folder / "calendar", *CALENDARS["day-of-a-change-back"]),
        **{
            f"explain {name}": answered(CASES[name])
            for name in ("exact", "differs", "never", "refused", "invalid", *FROM_AWS)
        },
    }
    style = Style(width=120, color=True)
    return {
        name: "".join(FORMATS["table"].write(document(value), style)).replace("\x1b", "␛")
        for name, value in documents.items()
    }
