"""What must hold before anything is changed: the tagged hosts, and which crontabs were read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from cron2aws.errors import SafetyError
from cron2aws.task.task import Target

NAMED = 5
"""How many instances a message names."""


class Named(Protocol):
    """An instance."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def name(self) -> str: ...  # noqa: D102


def check_hosts(
    target: Target, tagged: Sequence[Named], read: Collection[str], *, only_this_host: bool
) -> None:
    """Refuse to let tasks run where a host's own copy of the lines would go on running.

    `read` holds the instances whose crontabs were read. With `only_this_host` the user says that
    no other host has these lines.
    """
    if not tagged:
        raise SafetyError(
            what=f"no instance carries the tag {target}",
            why="the tasks would run nowhere",
            fix="tag the instances first, or deploy without --comment-out and --enable",
        )
    unread = [instance for instance in tagged if instance.id not in read]
    if unread and not only_this_host:
        names = ", ".join(f"{instance.name} ({instance.id})" for instance in unread[:NAMED])
        more = f" and {len(unread) - NAMED} more" if len(unread) > NAMED else ""
        raise SafetyError(
            what=f"{target} matches instances whose crontabs were not read: {names}{more}",
            why="their own copies of these lines would go on running",
            fix="run this on the host without a SOURCE, or say --only-this-host if no other host "
            "has them",
        )


def check_this_host(target: Target, tagged: Sequence[Named], here: str | None) -> None:
    """Refuse to migrate this machine's crontabs unless the tag means this machine."""
    if here is None or here not in {instance.id for instance in tagged}:
        told = f"this machine is {here}" if here else "this machine is no EC2 instance"
        raise SafetyError(
            what=f"this host is not one of the instances with {target}",
            why=told,
            fix="name a SOURCE, or give the tag that this host carries",
        )
