"""What is fuzzed: bytes are read, converted, proved and reported in each format."""

from __future__ import annotations

import io
from collections.abc import Mapping
from contextlib import redirect_stderr
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import strategies as st

from cron2aws.app.options import (
    CrontabFormat,
    HostOptions,
    ScanOptions,
    ScheduleOptions,
    SourceOptions,
    Sources,
)
from cron2aws.app.scan import scan
from cron2aws.errors import Bug, Cron2AwsError
from cron2aws.report.formats import FORMATS, Format
from cron2aws.report.text import Style
from cron2aws.schedule.trigger import TriggerKind
from tests.fuzz.made import CRONTABS


@dataclass(frozen=True, kw_only=True)
class Case:
    """A crontab, and how it is read."""

    data: bytes
    dialect: str
    format_of: CrontabFormat | None
    timezone: str
    trigger: TriggerKind | None
    prefer_rate: bool
    width: int


CASES: st.SearchStrategy[Case] = st.builds(
    Case,
    data=CRONTABS,
    dialect=st.sampled_from(("debian", "cronie")),
    format_of=st.sampled_from((None, *CrontabFormat)),
    timezone=st.sampled_from(("UTC", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe")),
    trigger=st.sampled_from((None, *TriggerKind)),
    prefer_rate=st.booleans(),
    width=st.sampled_from((20, 60, 80, 200)),
)


class FaultError(Exception):
    """What was found: something that is no refusal of the project's has left, or a report is odd.

    Its cause is what left.
    """


class StillClock:
    """The same moment for every case; nothing waits in a scan."""

    def now(self) -> datetime:
        return datetime(2026, 11, 29, 12, tzinfo=UTC)

    def sleep_until(self, moment: datetime) -> None:
        raise AssertionError(moment)


def run(case: Case, file: Path, formats: Mapping[str, Format] = FORMATS) -> bool:
    """Whether the case came to reports; what the project refuses is no fault, all else is one."""
    file.write_bytes(case.data)
    asked = ScanOptions(
        sources=Sources(
            named=(str(file),),
            host=HostOptions(dialect=case.dialect, timezone=case.timezone),
            source=SourceOptions(format_of=case.format_of, user="alice"),
        ),
        schedule=ScheduleOptions(trigger=case.trigger, prefer_rate=case.prefer_rate),
    )
    try:
        with redirect_stderr(io.StringIO()):
            found = scan(asked, StillClock()).survey
            for form in formats.values():
                text = "".join(form.write(found, Style(width=case.width, everything=True)))
                _check_text(text, form)
    except FaultError:
        raise
    except Bug as bug:  # the project's own word for a fault of its own
        raise FaultError(str(bug)) from bug
    except Cron2AwsError:
        return False
    except Exception as left:
        message = f"{type(left).__name__}: {left}"
        raise FaultError(message) from left
    return True


def _check_text(text: str, form: Format) -> None:
    if not text.endswith("\n"):
        message = f"{type(form).__name__} ends without a newline"
        raise FaultError(message)
    text.encode()  # no half of a character, whatever the bytes were
