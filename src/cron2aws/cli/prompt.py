"""Asking before anything is changed."""

from __future__ import annotations

import sys
from typing import Any

import click


def confirmed(question: str, given: dict[str, Any]) -> bool:
    """`--yes`, or a yes at the prompt; a prompt that nobody can answer counts as no."""
    if given["yes"]:
        return True
    if not sys.stdin.isatty():
        click.echo(f"{question} Nobody can answer here, so no; --yes says yes.", err=True)
        return False
    try:
        return click.confirm(question, err=True)
    except click.Abort as ended:
        if isinstance(ended.__context__, EOFError):  # ^D: no answer, so no; ^C is an interruption
            return False
        raise
