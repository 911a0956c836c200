"""Commands that are advised: they can be pasted where the advice is given."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from cron2aws.task.target import Target


@dataclass(frozen=True, kw_only=True)
class Advice:
    """What the command that advises was given, so that those it advises work on the same."""

    before: tuple[str, ...] = ()
    """The options before the command that say which AWS, with their values."""

    named: tuple[str, ...] = ()
    """The SOURCEs that were named."""

    how: tuple[str, ...] = ()
    """The options that say how they are read, with their values."""

    hosts: tuple[str, ...] = ()
    """The options that say which hosts were read themselves, through Run Command."""

    def migrate(self, target: Target, *options: str) -> str:
        """`migrate` of the same lines."""
        remote = self.hosts[:1]  # its target says which
        return self._said("migrate", *remote, *self.named, *self.how, *target.options, *options)

    def rollback(self, *tasks: str) -> str:
        """`rollback` of tasks; of all tasks of the lines where none is named."""
        sources = (word for each in self.named for word in ("--source", each))
        return self._said("rollback", *tasks, *self.hosts, *sources, *self.how)

    def status(self) -> str:
        """`status` of the same lines."""
        return self._said("status", *self.hosts, *self.named, *self.how)

    def read_again(self, command: str, *options: str) -> str:
        """Another command that reads the same lines; `options` say of which hosts."""
        return self._said(command, *self.hosts[:1], *self.named, *self.how, *options)

    def setup(self, *options: str) -> str:
        """`setup`, which reads no lines."""
        return self._said("setup", *options)

    def of_task(self, command: str, task: str) -> str:
        """`run`, `enable` or `disable`, which read no lines."""
        return self._said(command, task)

    def _said(self, *words: str) -> str:
        return shlex.join(["cron2aws", *self.before, *words])


PLAIN = Advice()
"""On the host of the lines, by the SDK's own choice of AWS."""
