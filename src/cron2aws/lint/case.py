"""An entry as the checks of commands see it."""

from __future__ import annotations

import re
from typing import NamedTuple

from cron2aws.crontab.dialect import Dialect
from cron2aws.crontab.items import Entry
from cron2aws.lint.guards import CommandGuard, guard_of
from cron2aws.lint.inner import inner_command, programs_within
from cron2aws.lint.secrets import mask
from cron2aws.lint.words import Simple, name_of


class Case(NamedTuple):
    """An entry as the checks see it."""

    entry: Entry
    dialect: Dialect
    environment: dict[str, str]
    """What the crontab sets."""

    commands: tuple[Simple, ...]
    programs: tuple[tuple[Simple, str, tuple[str, ...]], ...]
    """Each program by its name, wrappers too, with the words behind it."""

    within: tuple[tuple[Simple, str, tuple[str, ...]], ...]
    """`programs`, and those of the texts that shells are given."""

    guard: CommandGuard | None
    """What decides, run by run, whether the job does anything."""

    shell: str
    """The shell that the daemon hands the command to."""

    is_dash: bool
    """Whether that shell is Debian's sh."""

    host: str | None
    quiet: bool = False
    """Exit code 1 without output is a skipped run, by a note or an option."""


def case_of(
    entry: Entry,
    dialect: Dialect,
    commands: tuple[Simple, ...],
    *,
    host: str | None,
    quiet: bool = False,
) -> Case:
    """The case of an entry that runs these commands on `host`, if it has a name."""
    programs = tuple(
        [(each, name_of(words[0]), words[1:]) for each in commands for words in each.chain]
    )
    environment = dict(entry.environment)
    shell = environment.get("SHELL", "/bin/sh")
    is_dash = not dialect.start.sh_has_random and name_of(shell) in {"sh", "dash"}
    within = tuple(programs_within(commands)) if any(map(inner_command, commands)) else programs
    guard = guard_of(commands, dash=is_dash)
    # by position, as one is made for each line of a crontab: names double the time
    return Case(
        entry, dialect, environment, commands, programs, within, guard, shell, is_dash, host, quiet
    )


def short(text: str) -> str:
    """A command in a sentence: masked, not too long; reports show what no terminal would."""
    line = re.sub("[ \n]+", " ", mask(text)).strip(" ")
    return f"`{line if len(line) <= 60 else line[:57] + '...'}`"
