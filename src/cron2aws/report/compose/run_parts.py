"""Jobs of yours that stand in no crontab: scripts that run-parts runs, and lines of anacron."""

from __future__ import annotations

from collections.abc import Iterator

from cron2aws.assess.values import Assessment
from cron2aws.lint.secrets import mask
from cron2aws.report.compose.words import code, fact, names
from cron2aws.report.model import Fact, Facts, Grid, Part, StyledText, Tone
from cron2aws.report.text import quantity

SCRIPTS_SHOWN = 40
TITLE = "Jobs of yours that run-parts runs"


def run_parts(found: Assessment) -> Iterator[Part]:
    """The scripts that no package owns, each with the line that would replace it."""
    several = len(found.hosts) > 1
    on: dict[tuple[str, str, str | None, bool], list[str]] = {}
    packages: set[str] = set()
    for one in found.hosts:
        for script, line in one.host.own_scripts:
            why = script.passed_over(one.host.dialect)
            on.setdefault((script.path, why, line, script.asked), []).append(one.host.label)
        packages |= {each.path for each in one.host.scripts if each.is_packages}
    if on:
        columns = ("script", *(("hosts",) if several else ()), "runs", "line instead")
        rows = [
            (
                (
                    code(path),
                    *([] if asked else [StyledText("whose it is nobody could say", Tone.ASIDE)]),
                ),
                *(((StyledText(names(hosts)),),) if several else ()),
                (StyledText(f"no: {why}", Tone.DOUBTFUL) if why else StyledText("yes"),),
                (_line(line, is_run=not why),),
            )
            for (path, why, line, asked), hosts in sorted(on.items(), key=lambda row: row[0][0])
        ]
        yield Grid(TITLE, columns, tuple(rows[:SCRIPTS_SHOWN]))
        yield Facts("", tuple(_besides(len(rows) - SCRIPTS_SHOWN, len(packages))))
    yield from _anacron(found, several=several)


def _line(line: str | None, *, is_run: bool) -> StyledText:
    if not is_run:
        return StyledText("-")
    if line is None:
        return StyledText("nothing here runs its folder", Tone.DOUBTFUL)
    return code(line)


def _besides(more: int, packages: int) -> Iterator[Fact]:
    if more > 0:
        yield fact("more", f"{quantity(more, 'script')} more; `-o json` has them all")
    if packages:
        yield fact("besides", f"{quantity(packages, 'script')} of packages, which stay")
    yield fact(
        "to migrate one",
        "move it where the line says, write the line into /etc/crontab, and scan again; "
        "in its folder it would run twice",
    )


def _anacron(found: Assessment, *, several: bool) -> Iterator[Part]:
    on: dict[tuple[str, str, str], list[str]] = {}
    for one in found.hosts:
        for job in one.host.anacron.jobs if one.host.anacron else ():
            every = f"every {job.period} days" if job.period.isdecimal() else job.period
            every = "every day" if job.period == "1" else every
            on.setdefault((job.name, every, job.command), []).append(one.host.label)
    if on:
        columns = ("job", *(("hosts",) if several else ()), "due", "command")
        yield Grid(
            "Jobs of anacron, which stay with the host",
            columns,
            tuple(
                (
                    (StyledText(name),),
                    *(((StyledText(names(hosts)),),) if several else ()),
                    (StyledText(every),),
                    (code(mask(command)),),
                )
                for (name, every, command), hosts in on.items()
            ),
        )
