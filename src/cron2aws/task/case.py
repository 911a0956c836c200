"""An entry as the checks of commands see it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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

    @property
    def environment(self) -> dict[str, str]:
        """What the crontab sets."""
        return dict(self.entry.environment)

    @property
    def programs(self) -> Iterator[tuple[Simple, str, tuple[str, ...]]]:
        """Each program by its name, wrappers too, with the words behind it."""
        for simple in self.commands:
            for words in simple.chain:
                yield simple, name_of(words[0]), words[1:]


def short(text: str) -> str:
    """A command in a sentence: masked, on one line, not too long."""
    line = " ".join(mask(text).split())
    return f"`{line if len(line) <= 60 else line[:57] + '...'}`"
