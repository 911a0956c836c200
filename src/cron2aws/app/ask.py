"""Asking before anything is changed."""

from __future__ import annotations

from cron2aws.app.context import Context

NOTHING_CHANGED = "Nothing was changed."


def agreed(context: Context, question: str, *, yes: bool) -> bool:
    """Whether `--yes` or a yes at the prompt allows it; where not, says that nothing was done."""
    if yes or context.console.confirmed(question):
        return True
    context.console.note(NOTHING_CHANGED)
    return False
