"""A run's part on each of its hosts, read from the machine's output and from its message."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from cron2aws.task.outcomes import OUTCOMES


@dataclass(frozen=True, kw_only=True)
class Printed:
    """What a job wrote, as Systems Manager keeps it: the first 24,000 and 8,000 characters."""

    out: str
    err: str


@dataclass(frozen=True, kw_only=True)
class Part:
    """What a run came to on one host; `outcome` is a word of cfn/functions/outcomes.txt.

    It is empty where the host was told of in words that this version does not know.
    """

    instance: str
    name: str = ""
    outcome: str = ""
    exit: int | None = None
    seconds: int | None = None
    printed: Printed | None = None
    """What it wrote, where that was asked for; None where Systems Manager has it no more."""


_SIGN = r"(?:FAILED|ok    |      ) (?P<id>m?i-[0-9a-f]+)(?: (?P<name>.*?))?: (?P<words>.+)"
_HOST = re.compile(_SIGN)
_TOOK = re.compile(r"  took (?:(\d+) h ?)?(?:(\d+) min ?)?(?:(\d+) s)?")


def _kinds() -> list[tuple[re.Pattern[str], str]]:
    """Each outcome with its words as a message has them, the special before the general."""
    found = []
    for row in OUTCOMES.partition("\n\n")[0].splitlines()[::2]:
        outcome, _, _, words = row.split("|")
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(words))
        found.append((re.compile(pattern), outcome))
    return found


_KINDS = _kinds()


def parts_of(hosts: object, message: str) -> tuple[Part, ...]:
    """The hosts of a run: as its output has them, and as the message tells of them."""
    told = _told(message)
    given = hosts if isinstance(hosts, Mapping) else {}
    for host, words in given.items():
        outcome, *facts = str(words).split() or [""]
        known = dict(fact.split("=", 1) for fact in facts if "=" in fact)
        before = told.get(str(host), Part(instance=str(host)))
        told[str(host)] = replace(
            before,
            outcome=outcome,
            exit=before.exit if (code := _number(known.get("exit"))) is None else code,
            seconds=before.seconds if (took := _number(known.get("seconds"))) is None else took,
        )
    return sorted_parts(told.values())


def sorted_parts(parts: Iterable[Part]) -> tuple[Part, ...]:
    """By the names of the hosts."""
    return tuple(sorted(parts, key=lambda part: (part.name, part.instance)))


def _told(message: str) -> dict[str, Part]:
    """What a job prints stands behind `|` or `!`, so no line of its own is taken for a host's."""
    found: dict[str, Part] = {}
    last = ""
    for line in message.splitlines():
        if host := _HOST.fullmatch(line):
            last = host["id"]
            found[last] = _part(host)
        elif last and (took := _TOOK.fullmatch(line)):
            hours, minutes, seconds = (int(each or 0) for each in took.groups())
            found[last] = replace(found[last], seconds=hours * 3600 + minutes * 60 + seconds)
    return found


def _part(host: re.Match[str]) -> Part:
    for pattern, outcome in _KINDS:
        if words := pattern.fullmatch(host["words"]):
            facts = words.groupdict()
            return Part(
                instance=host["id"],
                name=host["name"] or "",
                outcome=outcome or facts.get("outcome", ""),
                exit=_exit(host["words"], facts),
            )
    return Part(instance=host["id"], name=host["name"] or "")


def _exit(words: str, facts: Mapping[str, str]) -> int | None:
    return 0 if words.endswith("exit code 0") else _number(facts.get("exit"))


def _number(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"-?\d{1,9}", text) else None


# --- what a job wrote

_FIRST_LINE = re.compile(r"\[cron2aws\] ((?=.*\bexit=)\w+=.*)\n?")
_WHOLE_OUTPUT = re.compile(r"^\[cron2aws\] whole output$", re.MULTILINE)
_AGENTS_LINE = re.compile(r"\n?failed to run commands: (exit status -?\d+|signal: [^\n]*)\s*\Z")
_TOLD_BYTES = {"out": 23_000, "err": 7_900}
"""These four are as in cfn/functions/wait.py, which reads the same."""


def with_output(part: Part, out: str, err: str) -> Part:
    """The part with what the job itself wrote, as Systems Manager has it of that host.

    The runner's first line is taken off, and tells the exit code and the seconds; so is what is
    there only for a log group or a bucket, and the agent's own line.
    """
    line = _FIRST_LINE.match(out)
    head = line[1].partition(" reason=")[0] if line else ""
    facts = dict(word.split("=", 1) for word in head.split() if "=" in word)
    code, took = _number(facts.get("exit")), _number(facts.get("seconds"))
    told = _of_the_job(out[line.end() :] if line else out, "out", facts)
    return replace(
        part,
        outcome=facts.get("outcome") or part.outcome,
        exit=part.exit if code is None else code,
        seconds=part.seconds if took is None else took,
        printed=Printed(out=told, err=_AGENTS_LINE.sub("", _of_the_job(err, "err", facts))),
    )


def _of_the_job(text: str, which: str, facts: Mapping[str, str]) -> str:
    written = facts.get(which, "")
    least = min(int(written), _TOLD_BYTES[which]) if written.isdecimal() else 0
    for mark in _WHOLE_OUTPUT.finditer(text):
        if len(text[: mark.start()].encode(errors="replace")) >= least:
            return text[: mark.start()]
    return text
