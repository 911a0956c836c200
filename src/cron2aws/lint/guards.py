"""Guards: questions in front of a job that decide, run by run, whether there is anything to do.

    guard = question "&&" job / question "||" job / question "||" "exit" [code] ";" job
          / "if" question ";" "then" job ";" "fi" / "flock -n" file job

cron says nothing where a guard says no. A task tells an exit code other than 0 as a failure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from cron2aws.lint.conditions import days_of_yes
from cron2aws.lint.inner import inner_command
from cron2aws.lint.locks import refusal_of
from cron2aws.lint.questions import Reads, reads_of
from cron2aws.lint.refusals import code_of_no, speaks
from cron2aws.lint.words import Simple, name_of, simple_commands
from cron2aws.schedule.days import ALL_DAYS


@dataclass(frozen=True, kw_only=True)
class CommandGuard:
    """One or more tests in front of a job, all of which must succeed for it to run."""

    text: str
    reads: Reads
    refusal: int
    """The exit code of the whole command where it says no; 0 is no failure."""

    speaks: bool = False
    """Something may be printed by then."""

    days: int | None = None
    """The kinds of day on which it lets the job run, where it asks for these alone."""


@dataclass(frozen=True, kw_only=True)
class _Question:
    """A pipeline that only asks, between two places in the list of commands."""

    first: int
    last: int
    reads: Reads
    days: int | None
    no: int
    """Its exit code where it says no."""

    speaks_no: bool
    speaks_yes: bool


_PREPARES = frozenset(
    ("cd", "pushd", "export", "set", "unset", "umask", "ulimit", ".", "source", "sleep")
)
_CONNECTED = frozenset(("&&", "|", "|&"))
_LEAVES = frozenset(("exit", "return"))


def guard_of(commands: Sequence[Simple], *, dash: bool = False) -> CommandGuard | None:
    """The guard in front of the job in these commands, or None; `dash`: in Debian's sh."""
    if len(commands) > 1 and _is_of_a_group(commands[-1], commands[-2]):
        commands = commands[:-1]
    if len(commands) != 1:
        return _leading(commands, dash=dash) or _locking(commands)
    found = _locking(commands) if len(commands[0].chain) > 1 else None
    if found:
        return found
    inner = inner_command(commands[0])
    if not inner:
        return None
    named = name_of(commands[0].program) in {"sh", "dash"}
    return guard_of(simple_commands(inner), dash=dash and named)


def _is_of_a_group(last: Simple, before: Simple) -> bool:
    """Whether it is only where a group's files are: `( ... ) 9>lock`, `{ ...; } >log`."""
    runs = last.words or last.assignments
    return not runs and (before.end == ")" or last.opens == ("}",))


def questions_in_front(commands: Sequence[Simple]) -> int:
    """How many commands at the beginning only prepare or test, before one does something."""
    questions = _questions(commands)
    return questions[-1].last + 1 if questions else 0


def _leading(commands: Sequence[Simple], *, dash: bool) -> CommandGuard | None:
    questions = _questions(commands, dash=dash)
    return _guard(commands, questions) if questions else None


def _questions(commands: Sequence[Simple], *, dash: bool = False) -> list[_Question]:
    settings: dict[str, str] = {}
    place = 0
    while place < len(commands) and _prepares(commands[place]):
        pairs = (each.partition("=") for each in commands[place].assignments)
        settings |= {name: value for name, _, value in pairs}
        place += 1
    found: list[_Question] = []
    while (question := _question(commands, place, settings, dash=dash)) is not None:
        found.append(question)
        place = question.last + 1
        if commands[question.last].end != "&&" or "then" in commands[place].opens:
            break
    return found


def _prepares(simple: Simple) -> bool:
    if simple.opens or simple.end in {"|", "&", "||"}:
        return False
    return not simple.words or name_of(simple.words[0]) in _PREPARES


def _question(
    commands: Sequence[Simple], first: int, settings: Mapping[str, str], *, dash: bool
) -> _Question | None:
    """The pipeline from `first` on, if its last command only asks, and something follows it."""
    last = first
    while last < len(commands) and commands[last].end in {"|", "|&"}:
        last += 1
    if last + 1 >= len(commands) or not commands[last].words:
        return None
    words = tuple(_filled(word, settings) for word in commands[last].words)
    reads = reads_of(words, commands[first:last])
    if reads is None or {"while", "until"} & set(commands[first].opens):
        return None
    yes = days_of_yes(words) if first == last else None
    negated = "!" in commands[first].opens
    if yes is not None and negated:
        yes = ALL_DAYS & ~yes
    return _Question(
        first=first,
        last=last,
        reads=reads,
        days=yes,
        no=1 if negated else code_of_no(words, dash=dash),
        speaks_no=speaks(commands[last], yes=negated),
        speaks_yes=speaks(commands[last], yes=not negated),
    )


def _filled(word: str, settings: Mapping[str, str]) -> str:
    """With the values that the command itself gave to variables."""
    return re.sub(r"\$(?:(\w+)|\{(\w+)\})", lambda m: settings.get(m[1] or m[2], m[0]), word)


def _guard(commands: Sequence[Simple], questions: Sequence[_Question]) -> CommandGuard | None:
    first, last = questions[0], questions[-1]
    asked, place = commands[last.last], last.last + 1
    following, rest = commands[place], commands[place:]
    yes = _days(questions)
    refusal = 0
    if "if" in commands[first.first].opens:
        if asked.end == "||" or any({"else", "elif"} & set(each.opens) for each in rest):
            return None
        group = commands[first.first].groups
        whole = all(each.groups[: len(group)] == group for each in rest)
    elif asked.end == "||" and following.words and following.words[0] in _LEAVES:
        code = following.words[1] if len(following.words) > 1 else str(last.no)
        refusal, whole = int(code) % 256 if code.isdigit() else 1, len(questions) == 1
    elif asked.end == "||":
        whole = len(questions) == 1 and _is_one_list(commands, last.last + 1)
        yes = ALL_DAYS & ~yes if yes is not None else None
    elif asked.end == "&&":
        whole = _is_one_list(commands, last.last)
        if not whole and _has_otherwise(rest, asked):
            return None
        refusal = max(each.no for each in questions) if whole else 0
    else:
        return None
    text = _text(commands[first.first : place])
    clock = next((each.reads for each in questions if each.reads is Reads.CLOCK), first.reads)
    return CommandGuard(
        text=text,
        reads=clock,
        refusal=refusal,
        speaks=any(each.speaks_no for each in questions)
        or any(each.speaks_yes for each in questions[:-1]),
        days=yes if whole else None,
    )


def _days(questions: Sequence[_Question]) -> int | None:
    """Where all ask for the day, those on which all say yes."""
    found = ALL_DAYS
    for each in questions:
        if each.days is None:
            return None
        found &= each.days
    return found


def _is_one_list(commands: Sequence[Simple], place: int) -> bool:
    """Whether all that follows is joined by `&&` and `|`, so that its first no is the last word."""
    depth = len(commands[place].groups)
    joined = all(
        before.end in _CONNECTED
        for before, each in pairwise(commands[place:])
        if len(each.groups) <= depth
    )
    return joined and commands[-1].end != "&"


def _has_otherwise(rest: Sequence[Simple], asked: Simple) -> bool:
    """`question && this || that`: something is done either way, unless `that` is nothing."""
    for before, each in pairwise(rest):
        if before.end == "||" and len(each.groups) <= len(asked.groups):
            return not each.words or each.words[0] not in {"true", ":", "exit"}
    return False


def _text(commands: Sequence[Simple]) -> str:
    """The questions as they stand, near enough."""
    parts: list[str] = []
    for each in commands:
        parts += ["!"] if "!" in each.opens else []
        parts += [*each.words, each.end]
    return " ".join(parts[:-1])


def _locking(commands: Sequence[Simple]) -> CommandGuard | None:
    """`flock -n` and its like, which give up where the lock is held."""
    for place, simple in enumerate(commands):
        for words, following in pairwise(simple.chain):
            refusal = refusal_of(words[: len(words) - len(following)])
            if refusal is not None:
                ends = simple.end != "||" and _is_one_list(commands, place)
                text = " ".join(words[: len(words) - len(following)]).removesuffix(" -c")
                return CommandGuard(
                    text=text,
                    reads=Reads.LOCK,
                    refusal=refusal if ends else 0,
                    speaks="--verbose" in words[: len(words) - len(following)],
                )
    return None
