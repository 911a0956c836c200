"""One command at a time changes things on this host."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cron2aws.app.context import HostContext
from cron2aws.handover.lock import one_at_a_time


@contextmanager
def alone(context: HostContext, command: str, *, way_back: bool = False) -> Iterator[None]:
    """Keep other commands that change something on this host away, from reading to the last change.

    SafetyError where another one is at it; a way back only needs the lock where it can be had. With
    `--sandbox` nothing of this host is changed.
    """
    if context.copies_sources:
        yield
        return
    without = context.console.note if way_back else None
    with one_at_a_time(context.state, command, context.clock.now(), without=without):
        yield
