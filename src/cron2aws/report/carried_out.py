"""What was done of a plan or a rollback, for the person who said yes."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Protocol

from cron2aws.crontab.identity import shown_ids
from cron2aws.handover.came import HostCame
from cron2aws.handover.deploy import Failure
from cron2aws.report.text import quantity

NAMED = 20
"""How many hosts are named."""
AGAIN = "the same command again goes on"


def steps_text(
    done: Sequence[str],
    failed: Sequence[Failure],
    following: str | None,
    *,
    untried: Sequence[str] = (),
    why_untried: str = "",
    hosts: Sequence[HostCame] = (),
) -> str:
    """What was done, what was not and why, and the command that comes next."""
    lines = [f"Done: {quantity(len(done), 'task')}."]
    lines += _hosts(hosts) if hosts else []
    if failed:
        lines += [f"Not done: {quantity(len(failed), 'step')}.", ""]
        ids = shown_ids([*done, *(failure.id for failure in failed)])
        for failure in failed:
            why = textwrap.indent(str(failure.error), "  ")
            lines += [f"error: {ids[failure.id]}: {failure.what}", why]
    if untried:
        lines += ["", f"Not begun: {quantity(len(untried), 'task')}: {why_untried}."]
    if following:
        lines += ["", f"Next: {following}"]
    return "\n".join(lines)


def _hosts(hosts: Sequence[HostCame]) -> list[str]:
    """How many of a fleet's hosts are whole, and why others are not."""
    left = [each for each in hosts if each.is_open or each.why]
    lines = [f"All lines done on {len(hosts) - len(left)} of {quantity(len(hosts), 'host')}."]
    stopped = [each for each in left if not each.untried]
    if stopped:
        lines += ["", f"Not on {quantity(len(stopped), 'host')}:"]
        for each in stopped[:NAMED]:
            lines.append(f"  {each.label}: {_left(each)}")
            lines += [f"    {each.do}"] if each.do else []
        lines += _more(len(stopped))
    waiting = [each.label for each in left if each.untried]
    if waiting:
        lines += ["", f"Not begun, as a wave before failed: {quantity(len(waiting), 'host')}:"]
        lines += [f"  {label}" for label in waiting[:NAMED]]
        lines += _more(len(waiting))
    return lines


def _left(host: HostCame) -> str:
    numbers = (
        (host.left, "as before"),
        (host.amiss, "edited, and not well"),
        (host.unknown, "of which nobody knows whether it was edited"),
    )
    lines = ", ".join(f"{quantity(count, 'line')} {how}" for count, how in numbers if count)
    return ": ".join(each for each in (lines, host.why) if each)


def _more(number: int) -> list[str]:
    return [f"  and {number - NAMED} more"] if number > NAMED else []


class CarriedOut(Protocol):
    """Steps that were carried out, and those that were not."""

    @property
    def done(self) -> Sequence[str]:
        """The ids of steps that were done."""

    @property
    def failed(self) -> Sequence[Failure]:
        """The steps that failed."""

    @property
    def untried(self) -> Sequence[str]:
        """The ids of steps that were not begun."""

    @property
    def why_untried(self) -> str:
        """Why they were not begun."""


def carried_out_text(
    came: CarriedOut, following: str | None, hosts: Sequence[HostCame] = ()
) -> str:
    """The same as `steps_text`, for a value that has the steps."""
    untried, why = came.untried, came.why_untried
    return steps_text(
        came.done, came.failed, following, untried=untried, why_untried=why, hosts=hosts
    )


def how_to_go_on(untried: Sequence[str]) -> str:
    """What to do after a failure of `migrate`; one bad entry must not hold up the rest."""
    if not untried:
        return AGAIN
    return f"mend the cause, then {AGAIN}; or leave the one that failed out with --exclude"


def throttles_text(came: Mapping[str, int]) -> str:
    """How often AWS asked for a pause, and of which operation."""
    each = ", ".join(f"{operation} {count:,}" for operation, count in sorted(came.items()))
    return f"note: AWS asked for a pause {quantity(sum(came.values()), 'time')}: {each}"
