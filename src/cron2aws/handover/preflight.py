"""What must hold before anything is changed: the tagged hosts, and which crontabs were read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from cron2aws.errors import SafetyError
from cron2aws.preflight.facts import Ahead
from cron2aws.preflight.of_hosts import MOST_AHEAD
from cron2aws.spans import span
from cron2aws.task.target import Target

NAMED = 5
"""How many instances a message names."""


class Named(Protocol):
    """An instance."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def name(self) -> str: ...  # noqa: D102


def check_any(target: Target, tagged: Sequence[Named]) -> None:
    """Refuse to enable tasks that would run nowhere."""
    if not tagged:
        raise SafetyError(
            what=f"no instance carries {target.words}",
            why="the tasks would run nowhere",
            fix="tag the instances first, or deploy without --comment-out and --rehearse",
        )


def check_this_host(target: Target, tagged: Sequence[Named], here: str | None) -> None:
    """Refuse to migrate this machine's crontabs unless the target has this machine."""
    if here is None or here not in {instance.id for instance in tagged}:
        told = f"this machine is {here}" if here else "this machine is no EC2 instance"
        raise SafetyError(
            what=f"this host is not one of the instances with {target}",
            why=told,
            fix="name a SOURCE, give tags that this host carries, or let the instances be read "
            "themselves: --from-hosts",
        )


def check_clock(ahead: Ahead | None) -> None:
    """Refuse to hand over by a clock that differs; None: AWS has not told its time."""
    if ahead is None or not ahead.is_surely_beyond(MOST_AHEAD):
        return
    way = "ahead of" if ahead.seconds > 0 else "behind"
    raise SafetyError(
        what=f"this host's clock is {span(timedelta(seconds=abs(ahead.seconds)))} {way} AWS's",
        why="cron and AWS would not mean the same minute, and runs would be lost or made twice",
        fix="set the clock (`chronyc makestep`, `timedatectl`), then run the command again",
    )
