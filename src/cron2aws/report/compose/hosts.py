"""The head of a report: which hosts and files it is about, and what was not looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from cron2aws.assess.values import Assessment, Host, UnreadHost
from cron2aws.crontab.items import Blank, Comment, Entry, Unreadable, Variable
from cron2aws.crontab.tab import Tab
from cron2aws.report.compose.words import code, fact, names
from cron2aws.report.model import Fact, Facts, Grid, Part, StyledText, Tone
from cron2aws.report.text import quantity

FILES_SHOWN = 40
HOSTS_SHOWN = 20
DIGITS = 12
"""Of a digest: enough to see that two are not the same."""


def host_facts(hosts: Iterable[Host]) -> Iterator[Fact]:
    """Each host: its daemon, its zone, and what they are known by; of many those alike as one."""
    found = list(hosts)
    places = sorted({f"{each.account}, {each.region}" for each in found if each.account})
    if places:
        yield fact("read in", *places)
    if len(found) <= HOSTS_SHOWN:
        yield fact("hosts" if len(found) != 1 else "host", *map(_host, found))
        return
    alike: dict[str, list[str]] = {}
    for each in found:
        alike.setdefault(_read_as(each), []).append(each.label)
    groups = sorted(alike.items(), key=lambda group: len(group[1]), reverse=True)
    rows = [f"{quantity(len(of), 'host')}: {said}: {names(of)}" for said, of in groups]
    more = len(rows) - HOSTS_SHOWN
    further = [f"and {more:,} more ways; `-o json` has them all"] if more > 0 else []
    yield fact("hosts", *rows[:HOSTS_SHOWN], *further)


def unread_hosts(unread: Sequence[UnreadHost]) -> Iterator[Fact]:
    """The hosts that could not be read, each with the reason."""
    if unread:
        rows = [f"{each.label}: {each.why}" for each in unread[:HOSTS_SHOWN]]
        others = len(unread) - len(rows)
        more = [f"and {quantity(others, 'other')}"] if others else []
        count = StyledText(f"{quantity(len(unread), 'host')} of the fleet", Tone.DOUBTFUL)
        yield fact("not read", count, *rows, *more)


def _host(host: Host) -> str:
    return f"{host.label}: {_read_as(host)}"


def _read_as(host: Host) -> str:
    known, zone = _by(host.dialect_from), _by(host.timezone_from)
    crontabs = quantity(len(host.tabs), "crontab")
    daemon = f"read as {host.dialect.title} does{known}"
    return f"{daemon}, {host.timezone}{zone}, {crontabs}"


def _by(known: str) -> str:
    return f" (by {known})" if known else ""


def files(found: Assessment) -> Grid:
    """Every line of every file: what it is; of very many files the sums."""
    several = len(found.hosts) > 1
    rows = [
        (f"{one.host.label}: {tab.path}" if several else tab.path, tab)
        for one in found.hosts
        for tab in one.host.tabs
    ]
    columns = ("crontab", "lines", "jobs", "variables", "comments, blank", "not read", "sha256")
    if len(rows) > FILES_SHOWN:
        every = ("all", *_counts(tab for _, tab in rows))
        return Grid(_FILES, columns[:-1], (_row(every),))
    return Grid(
        _FILES,
        columns,
        tuple(_row((name, *_counts([tab]), tab.sha256[:DIGITS])) for name, tab in rows),
    )


_FILES = "Every line of the crontabs"


def _row(cells: Sequence[str]) -> tuple[tuple[StyledText, ...], ...]:
    return tuple((StyledText(cell, code=number == 0),) for number, cell in enumerate(cells))


def _counts(tabs: Iterable[Tab]) -> tuple[str, ...]:
    kinds: Counter[type] = Counter()
    lines = 0
    for tab in tabs:
        kinds.update(type(item) for item in tab.crontab.items)
        lines += tab.lines
    comments = kinds[Comment] + kinds[Blank]
    counts = (lines, kinds[Entry], kinds[Variable], comments, kinds[Unreadable])
    return tuple(f"{count:,}" for count in counts)


def not_looked_at(found: Assessment, *, undo: str = "cron2aws rollback") -> Iterator[Part]:
    """What may also run jobs on these hosts; and how to undo what a migration does."""
    entries = [each for each in found.entries if not each.migrated]
    root = sum(each.entry.user == "root" for each in entries)
    managed = Counter(each.entry.managed.manager for each in entries if each.entry.managed)
    left_out = sum(len(each.left_out) for each in found.hosts)
    written = ", ".join(f"{name} ({count})" for name, count in sorted(managed.items()))
    facts = [
        fact(
            "not read",
            "systemd timers (see them with `systemctl list-timers --all`)",
            "jobs of at (`atq`)",
            "what the jobs' own scripts do",
        ),
        fact("as root", f"{root:,} of {quantity(len(entries), 'job')}"),
    ]
    if unread := found.unread:
        said = f"{quantity(len(unread), 'host')} that could not be read: what they run is not here"
        facts.append(fact("hosts", StyledText(said, Tone.DOUBTFUL)))
    if left_out:
        said = f"{quantity(left_out, 'entry', 'entries')} by --only and --exclude"
        facts.append(fact("left out", StyledText(said, Tone.DOUBTFUL)))
    if written:
        facts.append(fact("written by", written))
    facts += [
        fact(
            "no host up",
            "a task whose hosts are all down at its minute does not run later, as under cron, but "
            "with catch-up=once; the failure is told",
        ),
        fact(
            "undo",
            code(undo),
            "puts every line back as it was, byte for byte, and deletes the stacks",
        ),
    ]
    yield Facts("What was not looked at, and what to know", tuple(facts))
