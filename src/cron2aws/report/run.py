"""What came of a run that was started by hand."""

from __future__ import annotations

from typing import Any

from cron2aws.report.text import printable


def run_text(stack_name: str, status: str, output: dict[str, Any]) -> str:
    """The report that the task itself writes for its topics, or why there is none."""
    run = output.get("run", {})
    message = run.get("message") or output.get("cause") or "it sent no command"
    shown = "\n".join(printable(line) for line in str(message).splitlines())
    return f"{stack_name}: {status.lower()}\n\n{shown}"
