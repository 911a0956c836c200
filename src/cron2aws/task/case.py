"""An entry as the checks of commands see it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from cron2aws.crontab.dialect import Dialect
from cron2aws.crontab.items import Entry
from cron2aws.task.secrets import mask
from cron2aws.task.words import Simple, name_of


@dataclass(frozen=True, kw_only=True)
class Case:
    """An entry as the checks see it."""

    entry: Entry
    dialect: Dialect
    commands: tuple[Simple, ...]
    host: str | None

    @cached_property
    def environment(self) -> dict[str, str]:
        """What the crontab sets."""
        return dict(self.entry.environment)

    @cached_property
    def programs(self) -> tuple[tuple[Simple, str, tuple[str, ...]], ...]:
        """Each program by its name, wrappers too, with the words behind it."""
        return tuple(
            (simple, name_of(words[0]), words[1:])
            for simple in self.commands
            for words in simple.chain
        )


def short(text: str) -> str:
    """A command in a sentence: masked, on one line, not too long."""
    line = " ".join(mask(text).split())
    return f"`{line if len(line) <= 60 else line[:57] + '...'}`"
