"""What has come of a plan or a rollback, for the person who said yes."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Protocol

from cron2aws.crontab.identity import shown_ids
from cron2aws.handover.deploy import Failure
from cron2aws.report.text import sentence

AGAIN = "the same command again goes on"


def outcome_text(
    done: Sequence[str],
    failed: Sequence[Failure],
    following: str | None,
    *,
    untried: Sequence[str] = (),
    why_untried: str = "",
) -> str:
    """What was done, what was not and why, and the command that comes next."""
    lines = [f"Done: {sentence(len(done), 'task')}."]
    if failed:
        lines += [f"Not done: {sentence(len(failed), 'step')}.", ""]
        ids = shown_ids([*done, *(failure.id for failure in failed)])
        for failure in failed:
            why = textwrap.indent(str(failure.error), "  ")
            lines += [f"error: {ids[failure.id]}: {failure.what}", why]
    if untried:
        lines += ["", f"Not begun: {sentence(len(untried), 'task')}: {why_untried}."]
    if following:
        lines += ["", f"Next: {following}"]
    return "\n".join(lines)


class Came(Protocol):
    """What has come of steps that were carried out."""

    @property
    def done(self) -> Sequence[str]:
        """Those that were done."""

    @property
    def failed(self) -> Sequence[Failure]:
        """Those that failed."""

    @property
    def untried(self) -> Sequence[str]:
        """Those that were not begun."""

    @property
    def why_untried(self) -> str:
        """And why."""


def came_text(came: Came, following: str | None) -> str:
    """`outcome_text` of a value."""
    untried, why = came.untried, came.why_untried
    return outcome_text(came.done, came.failed, following, untried=untried, why_untried=why)


def again(untried: Sequence[str]) -> str:
    """What goes on after a failure of `migrate`; a fault of one entry must not hold up the rest."""
    if not untried:
        return AGAIN
    return f"mend the cause, then {AGAIN}; or leave the one that failed out with --exclude"


def throttles_text(came: Mapping[str, int]) -> str:
    """How often AWS asked for a pause, and of which operation."""
    each = ", ".join(f"{operation} {count:,}" for operation, count in sorted(came.items()))
    return f"note: AWS asked for a pause {sentence(sum(came.values()), 'time')}: {each}"
