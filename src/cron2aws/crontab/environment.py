r"""Environment lines, and what they add up to.

    setting = name *space "=" *space value
    name    = quote *( not that quote, not "=" ) quote / *( not space, not "=" )
    value   = quote *( not that quote ) quote *space / *any

A value that begins with a quote must end with the same one and blanks, else the line is read as
a job.  Nothing is expanded, nothing escaped, nothing is a comment.  An unquoted value loses its
trailing blanks.  Spaces are C's `isspace`, so that the CR of a CRLF line goes too.
"""

from __future__ import annotations

import re

from cron2aws.crontab.rules import EnvironmentRules
from cron2aws.crontab.text import SPACES, cut_bytes
from cron2aws.schedule.days import MINUTES_IN_DAY

_SETTING = re.compile(
    r"""(?:(?P<quote>["'])(?P<quoted>(?:(?!(?P=quote))[^=])*)(?P=quote)
        |(?P<bare>[^"'=\s][^=\s]*|))
        [ \t\n\v\f\r]*=[ \t\n\v\f\r]*(?P<value>.*)""".replace(r"\s", r" \t\n\v\f\r"),
    re.DOTALL | re.VERBOSE,
)
_QUOTES = "\"'"

NameAndValue = tuple[str, str]


def read_setting(text: str, rules: EnvironmentRules) -> NameAndValue | None:
    """Name and value of an environment line that begins at its first non-blank, or None."""
    if "=" not in text:
        return None  # nearly always
    match = _SETTING.match(cut_bytes(text, rules.max_bytes))
    if match is None:
        return None
    value = _read_value(match["value"], rules)
    if value is None:
        return None
    return match["quoted"] if match["bare"] is None else match["bare"], value


def _read_value(text: str, rules: EnvironmentRules) -> str | None:
    if not text:
        return text if rules.empty_value else None
    if text[0] not in _QUOTES:
        return text.rstrip(SPACES)
    end = text.find(text[0], 1)
    if end < 0 or text[end + 1 :].strip(SPACES):
        return None
    value = text[1:end]
    return _clean(value) if rules.cleans_quoted_value else value


def _clean(value: str) -> str:
    value = value.rstrip(SPACES)
    if len(value) >= 2 and value[0] in _QUOTES and value[-1] == value[0]:
        return value[1:-1]
    return value


class Environment:
    """What is in force at a point of a file: later settings override, in place."""

    def __init__(self, rules: EnvironmentRules) -> None:
        self._rules = rules
        self._settings: dict[str, str] = {}
        self._for_jobs: tuple[NameAndValue, ...] | None = ()
        self.cron_tz: str | None = None
        """The zone of the schedules from here on, where the daemon knows CRON_TZ."""
        self.random_delay: int | None = 0
        """RANDOM_DELAY in minutes, 0 where unset or unknown to the daemon, None where invalid."""

    def set(self, name: str, value: str) -> None:
        """From here on NAME is VALUE."""
        self._settings[name] = value
        self._for_jobs = None
        if name == "CRON_TZ" and self._rules.cron_tz:
            self.cron_tz = value or None
        elif name == "RANDOM_DELAY" and self._rules.random_delay:
            self.random_delay = read_minutes(value)

    @property
    def for_jobs(self) -> tuple[NameAndValue, ...]:
        """The last value of each name, in order of first setting; without the daemon's own."""
        if self._for_jobs is None:
            kept = self._settings.items()
            self._for_jobs = tuple(p for p in kept if p[0] not in self._rules.protected)
        return self._for_jobs


_NUMBER = re.compile(r"[ \t\n\v\f\r]*([+-]?[0-9]+)")


def read_minutes(text: str) -> int | None:
    """RANDOM_DELAY as C's `strtol` reads it: 0 for junk; None for what is not 0 to 1440."""
    match = _NUMBER.match(text)
    if match is None:
        return 0
    digits = match[1]
    minutes = int(digits) if len(digits) < 20 else -1
    return minutes if 0 <= minutes <= MINUTES_IN_DAY else None
