"""Asking before anything is changed."""

from __future__ import annotations

from cron2aws.app.context import HostContext

NOTHING_CHANGED = "Nothing was changed."


def agreed(context: HostContext, question: str, *, yes: bool) -> bool:
    """Whether `--yes` or a yes at the prompt allows it; a no says that nothing was changed.

    UsageError where nobody can answer.
    """
    if yes or context.console.confirmed(question):
        return True
    context.console.note(NOTHING_CHANGED)
    return False
