"""Files that are no crontab of cron's: told once, by what they look like.

A file is one only where its lines say so together: a crontab with a bad line in it stays a crontab.
So each bad line must have the form, and no good line be left that has it not.  Forms are those of
anacrontab(5), fcrontab(5), dcron's crontab(1), supercronic's README, Jenkins' "build periodically",
systemd-cron's crontab(5), systemd.timer(5) and OpenBSD's crontab(5).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cron2aws.crontab.items import Crontab, Entry, Unreadable
from cron2aws.crontab.text import NUL
from cron2aws.findings import Finding

_MAGIC = ("\x7fELF", "\udc1f\udc8b", "\x1f\udc8b", "PK\x03\x04", "\udc89PNG", "SQLite format 3")
_FIELD = r"[0-9*,/-]+"
_STEP = rf"{_FIELD}[ \t]+"


@dataclass(frozen=True, kw_only=True)
class _Form:
    """How the lines of another program's table look; `least` many of them make it one."""

    title: str
    line: re.Pattern[str]
    least: int = 1


_ANACRON = "anacron's (anacrontab(5): days, delay, name, command)"
_FORMS = (
    _Form(
        title=_ANACRON,
        line=re.compile(
            r"(?:\d+|@(?:daily|weekly|monthly|yearly|annually))[ \t]+\d+[ \t]+"
            r"(?=[\w.-]*[A-Za-z])[\w.-]+[ \t]+\S.*"
        ),
        least=2,
    ),
    _Form(
        title="fcron's",
        line=re.compile(
            r"&.*|![a-z].*|@[ \t]+\d.*|@\d+[smhdw].*|@[a-z]+(?:\([^)]*\)|,[a-z]).*"
            r"|%(?:hours|middaily|nightly|daily|days|weekly|monthly|mons|dow|midhours)\b.*"
        ),
    ),
    _Form(
        title="dcron's",
        line=re.compile(
            r"@noauto\b.*|@[a-z]+[ \t]+(?:ID|FREQ|AFTER|WAIT|FIRST)=.*"
            rf"|(?:{_STEP}){{5}}(?:ID|FREQ|AFTER|WAIT)=.*"
        ),
    ),
    _Form(
        title="supercronic's, with an interval or seconds",
        line=re.compile(rf"@every[ \t]+[0-9.]+(?:ns|us|ms|s|m|h).*|(?:{_STEP}){{6,7}}\S.*"),
        least=2,
    ),
    _Form(title="supercronic's (`@every`)", line=re.compile(r"@every[ \t]+[0-9.]+[a-z].*")),
    _Form(
        title="Jenkins'",
        line=re.compile(
            r"(?=[^#]*\bH)(?:(?:H(?:\([0-9]+-[0-9]+\))?(?:/\d+)?|[A-Z0-9*,/-]+)[ \t\r]*){5}"
        ),
    ),
    _Form(
        title="systemd-cron's",
        line=re.compile(r"@(?:minutely|quarterly|(?:semi|bi)-?annually|anually|every-minute)\b.*"),
    ),
    _Form(
        title="a timer or service of systemd",
        line=re.compile(r"\[(?:Unit|Timer|Service|Install)\]\s*"),
    ),
    _Form(
        title="OpenBSD's or a later cronie's, with `~`",
        line=re.compile(r"(?=\S*(?:[ \t]+\S+){0,4}~)(?:[0-9A-Za-z*,/~-]+[ \t]+){5}\S.*"),
        least=2,
    ),
)


def foreign_format(crontab: Crontab, *, path: str) -> Finding | None:
    """C128 if a file is not a crontab, else None; `crontab` is what the daemon reads in it."""
    if any(entry.mark for entry in crontab.entries):
        return None
    by_name = path.endswith("/anacrontab") and bool(crontab.items)
    if not crontab.unreadable and not by_name:
        return None
    title = (
        _ANACRON
        if by_name
        else _by_lines(crontab) or (None if crontab.entries else _by_content(crontab))
    )
    if title is None:
        return None
    told = f"it looks like {title}; the daemon runs {_what_runs(crontab)}"
    return Finding(code="C128", detail=f"{path}: {told}" if path == "-" else told)


def _what_runs(crontab: Crontab) -> str:
    if crontab.loaded and crontab.entries:
        first = crontab.entries[0].line
        return f"{len(crontab.entries)} of its lines all the same, line {first} for one"
    return "none of it"


def _by_lines(crontab: Crontab) -> str | None:
    texts = [(item.text.strip(" \t"), item) for item in crontab.items]
    lines = [(text, item) for text, item in texts if isinstance(item, Entry | Unreadable)]
    for form in _FORMS:
        fits = [form.line.fullmatch(text) is not None for text, _ in lines]
        if all(fits) and len(fits) >= form.least:
            return form.title
    return None


def _by_content(crontab: Crontab) -> str | None:
    """A file without one line that the daemon could run."""
    return next((title for title, fits in _CONTENTS if fits(crontab)), None)


def _is_script(crontab: Crontab) -> bool:
    return crontab.text.startswith("#!")


def _is_binary(crontab: Crontab) -> bool:
    text = crontab.text[:4096]
    strange = sum(c < "\t" or "\r" < c < " " or "\udc80" <= c <= "\udcff" for c in text)
    return text.startswith(_MAGIC) or (NUL in text and strange * 10 > len(text) * 3)


def _is_json(crontab: Crontab) -> bool:
    if not crontab.text.lstrip().startswith(("{", "[")):
        return False
    try:
        json.loads(crontab.text)
    except (ValueError, RecursionError):
        return False
    return True


_MARKUP = re.compile(r"\s*<(?:!doctype|html|\?xml)\b.*", re.DOTALL | re.IGNORECASE)
_YAML = re.compile(
    r"---|(?:- )*[\"']?[A-Za-z_][\w./-]*[\"']?:(?:[ \t].*)?|- .*|[\"']?[^ ]+[\"']?,?"
)
_KEY = re.compile(r"(?:- )*[\"']?[A-Za-z_][\w./-]*[\"']?:(?:[ \t].*)?")
_UNIT = re.compile(r"\s*(?:[#;].*\n\s*)*\[(?:Unit|Timer|Service|Install)\]\s*\n")
_WORDS = re.compile(
    r"[A-Z(\"'`=*-][A-Za-z'`\"()=*_-]*(?:[ ,.:;!?-].*)?|[a-z][a-z'-]+[ ,.:].*|[=~*-]+"
)
_FEW = 3


def _is_markup(crontab: Crontab) -> bool:
    return _MARKUP.fullmatch(crontab.text) is not None


def _is_unit(crontab: Crontab) -> bool:
    return _UNIT.match(crontab.text) is not None


def _is_yaml(crontab: Crontab) -> bool:
    lines = _bad_lines(crontab)
    keys = sum(_KEY.fullmatch(line) is not None for line in lines)
    return keys >= _FEW and all(_YAML.fullmatch(line) for line in lines)


def _is_prose(crontab: Crontab) -> bool:
    """Sentences: nothing that begins like a schedule."""
    lines = _bad_lines(crontab)
    sentences = sum(" " in line for line in lines)
    return sentences >= _FEW and all(_WORDS.fullmatch(line) for line in lines)


def _bad_lines(crontab: Crontab) -> Sequence[str]:
    return [line.text.strip() for line in crontab.unreadable]


_CONTENTS: tuple[tuple[str, Callable[[Crontab], bool]], ...] = (
    ("a script", _is_script),
    ("a binary file", _is_binary),
    ("JSON", _is_json),
    ("HTML or XML", _is_markup),
    ("a timer or service of systemd", _is_unit),
    ("YAML", _is_yaml),
    ("a text for people", _is_prose),
)
