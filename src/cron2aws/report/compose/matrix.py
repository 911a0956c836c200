"""Which hosts have which entries: what is alike in a line, what differs in full.

A report of 500 hosts is as long as they are different, not as they are many.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cron2aws.assess.matrix import JobKey, Matrix, MatrixRow, Variant, job_key, matrix_of
from cron2aws.assess.values import Assessment, Decision
from cron2aws.plan.spread import Spread
from cron2aws.plan.values import Step
from cron2aws.report.compose.words import HOSTS_NAMED, code, fact, names
from cron2aws.report.model import Fact, Facts, Grid, Part, StyledText, Tone
from cron2aws.report.text import quantity
from cron2aws.schedule.trigger import Trigger

WAYS_SHOWN, GROUPS_SHOWN, UNLIKE_SHOWN = 8, 30, 6
LONGEST_COMMAND = 60
TITLE = "Which hosts have which entries"


def matrix(
    found: Assessment, ids: Mapping[str, str], steps: Mapping[JobKey, Step] | None = None
) -> Iterator[Part]:
    """The matrix of several hosts; nothing for one.

    `steps`: what a plan does about entries.
    """
    if len(found.hosts) < 2:
        return
    made = matrix_of(found)
    yield Facts(TITLE, tuple(_in_short(made, found)))
    if not made.unlike:
        return
    yield Grid(
        "Entries in which hosts differ",
        ("id", "entry", "hosts"),
        tuple(_row(row, found, ids, steps or {}) for row in made.unlike),
    )
    yield Grid("Hosts that are alike", ("hosts", "unlike most hosts in"), tuple(_groups(made, ids)))


def _in_short(made: Matrix, found: Assessment) -> Iterator[Fact]:
    alike = len(made.rows) - len(made.unlike)
    every = f"all {len(made.hosts):,} hosts"
    yield fact("alike", f"{quantity(alike, 'entry', 'entries')} on {every}")
    if made.unlike:
        said = quantity(len(made.unlike), "entry", "entries")
        yield fact("unlike", StyledText(f"{said}, see below", Tone.DOUBTFUL))
    if found.unread:
        count = quantity(len(found.unread), "host")
        told = f"{count} could not be read: nobody knows which entries they have"
        yield fact("not known", StyledText(told, Tone.DOUBTFUL))


Cells = tuple[tuple[StyledText, ...], ...]


def _row(
    row: MatrixRow, found: Assessment, ids: Mapping[str, str], steps: Mapping[JobKey, Step]
) -> Cells:
    entry = row.first
    hosts = [StyledText(f"{_who(way.hosts)}: {way.description}") for way in row.ways[:WAYS_SHOWN]]
    if len(row.ways) > WAYS_SHOWN:
        hosts.append(
            StyledText(f"and {len(row.ways) - WAYS_SHOWN:,} more ways; `-o json` has them all")
        )
    if row.without:
        hosts.append(StyledText(f"without it: {_who(row.without)}", Tone.DOUBTFUL))
        hosts += _spread(row, len(found.unread), steps.get(job_key(entry)))
    command = entry.shown_command
    if len(command) > LONGEST_COMMAND:
        command = f"{command[:LONGEST_COMMAND]}..."
    return (
        (code(ids[entry.id]),),
        (StyledText(f"{entry.source}, {entry.entry.user}"), code(command)),
        tuple(hosts),
    )


def _spread(row: MatrixRow, not_known: int, step: Step | None) -> Iterator[StyledText]:
    """What each RunOn would change, where one task can do what the hosts do."""
    if step is not None:
        yield StyledText(f"run on {step.run_on}; {step.spread.words}")
    elif len(row.ways) == 1 and row.first.decision is Decision.MIGRATE:
        having = Spread(having=row.ways[0].hosts, without=row.without, not_known=not_known)
        yield StyledText(having.words)


def _who(hosts: Sequence[str]) -> str:
    """Few hosts by their names, many by their number: the others are named."""
    return f"{len(hosts):,} hosts" if len(hosts) > HOSTS_NAMED else names(hosts)


def on_hosts(found: Assessment) -> Mapping[JobKey, str]:
    """On which hosts each entry stands, in a line; nothing for one host."""
    if len(found.hosts) < 2:
        return {}
    return {job_key(row.first): _in_a_line(row, len(found.hosts)) for row in matrix_of(found).rows}


def _in_a_line(row: MatrixRow, hosts: int) -> str:
    having = [host for way in row.ways for host in way.hosts]
    told = f"{row.having:,} of {hosts:,}: {names(having)}" if row.without else f"all {hosts:,}"
    unlike = f"; in {len(row.ways):,} ways" if len(row.ways) > 1 else ""
    return f"{told}{unlike}" + (f"; without it: {names(row.without)}" if row.without else "")


def _groups(made: Matrix, ids: Mapping[str, str]) -> Iterator[Cells]:
    unlike = _unlike(made, ids)
    groups = made.alike
    for group in groups[:GROUPS_SHOWN]:
        said = unlike[group[0]]
        more = len(said) - UNLIKE_SHOWN
        shown = [*said[:UNLIKE_SHOWN], *([f"and {more:,} more"] if more > 0 else [])]
        named = names(group)
        yield (
            (StyledText(f"{len(group):,}: {named}" if len(group) > 1 else named),),
            tuple(map(StyledText, shown)) if shown else (StyledText("-"),),
        )
    more = len(groups) - GROUPS_SHOWN
    if more > 0:
        left = sum(map(len, groups[GROUPS_SHOWN:]))
        told = f"and {more:,} more groups of {quantity(left, 'host')}; `-o json` has them all"
        yield ((StyledText(told),), (StyledText("-"),))


def _due(way: Variant) -> tuple[Trigger, ...]:
    return way.first.conversion.triggers


def _unlike(made: Matrix, ids: Mapping[str, str]) -> Mapping[str, list[str]]:
    """By host, what it has otherwise than most hosts, or lacks as few do."""
    found: dict[str, list[str]] = {host: [] for host in made.hosts}
    for row in made.unlike:
        id_, most = ids[row.first.id], row.ways[0]
        few_have_it = len(row.without) > row.having
        for way in row.ways if few_have_it else row.ways[1:]:
            has = "otherwise"
            if way.first.schedule != most.first.schedule:
                has = "at another time"
            elif way.first.timezone != most.first.timezone and _due(way) != _due(most):
                has = "in another zone"
            said = f"{id_}: {'has it, as few do' if few_have_it else has}"
            for host in way.hosts:
                found[host].append(said)
        for host in () if few_have_it else row.without:
            found[host].append(f"{id_}: lacks it")
    return found
