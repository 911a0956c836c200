"""Whether a deletion of a plan in a file may still be made.

Pure. Only the host of a crontab can tell that a line still is gone, so elsewhere nothing is
deleted.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from cron2aws.plan.moved import Now, Part
from cron2aws.plan.recorded import RecordedDeletion
from cron2aws.plan.recording import basis_of, digest_of
from cron2aws.plan.values import Deployed


@dataclass(frozen=True, kw_only=True)
class DeletionVerdict:
    """What is to be done of a deletion: without a stack nothing, as `why` or `waits` say.

    Without any of them it was done before.
    """

    recorded: RecordedDeletion
    stack: Deployed | None = None
    why: str = ""
    waits: str = ""
    note: str = ""
    left: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """On no host of a fleet anything is left: a deletion is done whole, or not."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is left out, with the place."""
        return (f"{self.recorded.place}: {self.why}",) if self.why else ()


def judge_deletion(
    recorded: RecordedDeletion, now: Now, part: Part, gone: Collection[str]
) -> DeletionVerdict:
    """What can be done of a deletion; `gone` are the names of stacks whose line surely is gone."""
    stack, name = now.stacks.get(recorded.stack_name), recorded.stack_name
    if stack is None:
        return DeletionVerdict(recorded=recorded)
    if stack.stack_id != recorded.stack.stack_id or stack.id != recorded.id:
        return _moved(recorded, f"stack {name} was deleted and made anew")
    if now.entries is not None and name not in gone:
        return _moved(recorded, "its line stands again, or it is not sure that it is gone")
    if not _is_as_it_was(recorded, stack):
        return _moved(recorded, f"stack {name} has other parameters, tags or another template")
    if now.entries is None:
        waits = "its deletion, as only the host can tell that its line still is gone"
        return DeletionVerdict(recorded=recorded, waits=waits)
    if part is Part.EDITS:
        return DeletionVerdict(recorded=recorded, waits="its deletion, which is no edit")
    return DeletionVerdict(recorded=recorded, stack=stack)


def _moved(recorded: RecordedDeletion, why: str) -> DeletionVerdict:
    return DeletionVerdict(recorded=recorded, why=why)


def _is_as_it_was(recorded: RecordedDeletion, stack: Deployed) -> bool:
    """Whether it is the stack that was reviewed; its schedule is stopped first, and may be so."""
    was, now = recorded.stack, basis_of(stack)
    stopped = digest_of({**stack.parameters, "Enabled": "true"})
    hidden = None in (now.template, was.template)
    return (
        was.parameters in (now.parameters, stopped)
        and was.tags == now.tags
        and (hidden or was.template == now.template)
    )
