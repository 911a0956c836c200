"""A job line behind its environment check: schedule, user, options, command.

    job = ["-"] schedule 1*blank [user 1*blank] [option 1*blank] command
    schedule = five fields / "@" nickname
    option = "-n"

The user stands in system tabs only, the dash with cronie only, the option with cronie 1.7 only.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

from cron2aws.crontab.dialect import Dialect
from cron2aws.crontab.percent import split_command
from cron2aws.crontab.text import NUL, byte_length, skip_blanks
from cron2aws.schedule.bounds import FIELDS, Field
from cron2aws.schedule.cron import BadSchedule, Timing, read_timing
from cron2aws.schedule.fields import BLANKS, Grammar

_SCHEDULE = re.compile(r"-?@[^ \t\0]*|[^ \t]+(?:[ \t]+[^ \t]+){0,4}")
_OPTION = re.compile(r"-n[ \t]+")
_FF = "\udcff"
_WORD = re.compile(r"[^ \t]+")
_COMPLETE = re.compile(
    r"(?:[A-Za-z0-9*/-]*,)*(?:\*(?:/[0-9]+)?|[A-Za-z0-9]+(?:-[A-Za-z0-9]+(?:/[0-9]+)?)?)"
)
_USER = re.compile(r"(?![0-9]+\Z)[^-\0-\x20\x7f%/:*][^\0-\x20\x7f%/:*,;!?=#\"'`&|<>()\[\]{}]*")


class JobLine(NamedTuple):
    """A job line as the daemon reads it; `end` is the offset behind its command.

    A named tuple: one is made for each line of a crontab.
    """

    schedule_text: str
    timing: Timing
    user: str
    known_user: bool
    raw_command: str
    command: str
    stdin: str | None
    quiet: bool
    mail_only_on_failure: bool
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class BadJob:
    """Why the daemon refuses a job line; before its colon `message` has the daemon's own words."""

    code: str
    message: str


_NO_COMMAND = BadJob(code="C105", message="bad command: the line ends without a command")
_SIXTH_FIELD = BadJob(
    code="C105",
    message="bad command: what follows the schedule begins with `*`, like a sixth field",
)
_DASH = BadJob(code="C107", message="bad option: only root's jobs may begin with `-`")
_UNKNOWN_OPTION = BadJob(
    code="C107",
    message="bad option: a command that begins with `-` is an option, and only `-n` is one, once",
)


def looks_like_a_user(name: str) -> bool:
    """Whether a name can be a user's, where no etc/passwd tells: no number, no path, no list."""
    return _USER.fullmatch(name) is not None


@lru_cache(maxsize=4096)
def _read_schedule(text: str, grammar: Grammar, *, dash: bool) -> tuple[Timing, int] | BadSchedule:
    """Remembered: a host has the same schedules in several files."""
    return read_timing(text, 0, grammar, dash=dash)


def _end_at_ff(
    line: str, start: int, timing: tuple[Timing, int] | BadSchedule
) -> tuple[Timing, int] | BadSchedule:
    """Debian's daemon keeps a read character in a `char`, in which 0xFF equals EOF."""
    if line[start] == "@":
        return timing
    read = _fields_before(timing.field) if isinstance(timing, BadSchedule) else [*FIELDS]
    for found in re.finditer(_FF, line[start:]):
        words = _WORD.findall(line, start, start + found.start())
        in_word = bool(words) and line[start + found.start() - 1] not in BLANKS
        if in_word and not _COMPLETE.fullmatch(words[-1]):
            continue  # the daemon skips what follows a complete number
        if len(words) > len(FIELDS):
            break
        field = FIELDS[max(len(words), 1) - 1]
        if field in read:
            why = "the byte 0xFF in it or behind it ends the file"
            end = start + found.start()
            return BadSchedule(field=field.name, value="", why=why, start=start, end=end)
    return timing


def _fields_before(name: str) -> list[Field]:
    return list(takewhile(lambda field: field.name != name, FIELDS))


class JobReader:
    """Reads the job lines of one file."""

    def __init__(
        self,
        dialect: Dialect,
        *,
        system: bool,
        user: str | None,
        known_user: Callable[[str], bool] | None,
    ) -> None:
        self._dialect = dialect
        self._rules = dialect.line
        self._system = system
        self._user = user or ""
        self._known_user = known_user or looks_like_a_user
        self._dash = self._rules.dash and (system or user in {None, "root"})
        self._timings: dict[str, tuple[Timing, int] | BadSchedule] = {}

    def read(self, line: str, start: int) -> JobLine | BadJob:
        """Read the job whose first non-blank is at `start`."""
        quiet = self._rules.dash and line[start] == "-"
        if quiet and not self._dash:
            return _DASH
        timing = self._timing(line, start)
        if self._rules.ff_ends_file and line.find(_FF, start) >= 0:
            timing = _end_at_ff(line, start, timing)
        if isinstance(timing, BadSchedule):
            code = "C103" if timing.field == "time specifier" else "C102"
            return BadJob(code=code, message=f"bad {timing.field}: {timing.why}")
        behind = start + timing[1]
        user = self._read_user(line, skip_blanks(line, behind))
        if isinstance(user, BadJob):
            return user
        name, known, position = user
        option = self._read_option(line, position)
        if isinstance(option, BadJob):
            return option
        end = line.find(NUL, option)
        raw = line[option:] if end < 0 else line[option:end]
        if problem := self._too_long(raw):
            return problem
        command, stdin = split_command(raw, unescapes_backslash=self._rules.unescapes_backslash)
        schedule, only_on_failure = line[start + quiet : behind], option != position
        end = option + len(raw)
        # by position, as one is made for each line of a crontab: names double the time
        return JobLine(
            schedule, timing[0], name, known, raw, command, stdin, quiet, only_on_failure, end
        )

    def _timing(self, line: str, start: int) -> tuple[Timing, int] | BadSchedule:
        # each field is one word to every daemon, so the words alone decide
        words = _SCHEDULE.match(line, start)
        text = words[0] if words else line[start:]
        timing = self._timings.get(text)
        if timing is None:
            timing = _read_schedule(text, self._dialect.grammar, dash=self._dash)
            self._timings[text] = timing
        return timing

    def _read_user(self, line: str, position: int) -> tuple[str, bool, int] | BadJob:
        """The user, whether the host has him, and where the command begins."""
        if not self._rules.empty_command and position == len(line):
            return _NO_COMMAND
        if line.startswith("*", position) and not (self._system and self._rules.star_user):
            return _SIXTH_FIELD
        if not self._system:
            return self._user, True, position
        keeps_blanks = self._rules.blanks_before_command
        # where blanks are kept, strchr() looks for the name's end and finds a NUL, too
        ends = f"{BLANKS}{NUL}" if keeps_blanks else BLANKS
        stop = position
        while stop < len(line) and line[stop] not in ends:
            stop += 1
        name = line[position:stop]
        if stop == len(line) and self._rules.empty_command:
            # Debian's daemon reads the name on into the next line: no user has a newline in it
            return BadJob(code="C104", message=f"bad username: `{name}` ends the line")
        command = stop + 1 if keeps_blanks else skip_blanks(line, stop)
        if stop == len(line) or (command >= len(line) and not keeps_blanks):
            return _NO_COMMAND
        known = self._known_user(name)
        if not known and self._rules.unknown_user_is_error:
            return BadJob(code="C104", message=f"bad username: there is no user `{name}`")
        return name, known, command

    def _read_option(self, line: str, position: int) -> int | BadJob:
        """Where the command begins behind `-n`, which cronie 1.7 takes for an option of its own."""
        if not (self._rules.options and line.startswith("-", position)):
            return position
        option = _OPTION.match(line, position)
        if option is None or line.startswith("-", option.end()):
            return _UNKNOWN_OPTION
        return option.end() if option.end() < len(line) else _NO_COMMAND

    def _too_long(self, command: str) -> BadJob | None:
        limit = self._rules.max_command
        if limit is None or byte_length(command) <= limit:
            return None
        why = f"{byte_length(command)} bytes, and {self._dialect.title} takes {limit}"
        return BadJob(code="C106", message=f"command too long: {why}")
