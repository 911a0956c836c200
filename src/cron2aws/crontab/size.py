"""What makes a daemon drop a file for its size.

Debian's daemon takes so many lines; cronie since 1.5.3 (CVE-2019-9705) counts the entries, the
variables and the bytes of comments in a row of a user's crontab, not of root's system tabs.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from cron2aws.crontab.items import Blank, Comment, Entry, Item, Unreadable, Variable
from cron2aws.crontab.rules import FileRules
from cron2aws.crontab.text import byte_length
from cron2aws.schedule.fields import BLANKS


def check_size(items: tuple[Item, ...], rules: FileRules, *, system: bool) -> tuple[str, ...]:
    """Why the daemon drops the whole file, one sentence each."""
    last = next((item.line for item in reversed(items) if not _is_comment(item)), 0)
    reasons = [_over("lines", last, rules.last_line)]
    if not system:
        active = sum(isinstance(item, Entry) and item.mark is None for item in items)
        reasons.append(_over("entries", active, rules.max_user_entries))
        variables = sum(isinstance(item, Variable) for item in items)
        reasons.append(_over("environment lines", variables, rules.max_user_variables))
        if rules.max_user_comment_bytes is not None:
            longest = longest_comment(items)
            limit = rules.max_user_comment_bytes
            reasons.append(_over("bytes of comments in a row", longest, limit))
    return tuple(reason for reason in reasons if reason)


def _is_comment(item: Item) -> bool:
    """Whether the daemon skips the line; a mark makes a comment of an entry."""
    match item:
        case Blank() | Comment():
            return True
        case Entry():
            return item.mark is not None
        case Variable() | Unreadable():
            return False
        case _:
            assert_never(item)


def _over(what: str, count: int, limit: int | None) -> str | None:
    return f"{count} {what}, {limit} at most" if limit is not None and count > limit else None


def longest_comment(items: Iterable[Item]) -> int:
    """The most bytes that the daemon skips in a row, as it counts them.

    Comments and empty lines with their newlines, the blanks before a line, and that line's first
    character, which is read to see that it is no comment.
    """
    longest = run = 0
    for item in items:
        if _is_comment(item):
            # `text` lacks a mark's characters, each of which is one byte
            run += item.end - item.start - len(item.text) + byte_length(item.text) + 1
        else:
            blanks = len(item.text) - len(item.text.lstrip(BLANKS))
            longest, run = max(longest, run + blanks + 1), 0
    return max(longest, run)
