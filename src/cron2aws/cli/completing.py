"""What a shell may offer where an argument has no list of choices of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cron2aws.findings import CATALOGUE

if TYPE_CHECKING:
    import click
    from click.shell_completion import CompletionItem


def files(
    _context: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Files and folders, as the shell itself finds them."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def codes(
    _context: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """The codes of findings that begin so, with their titles; none before something is typed."""
    from click.shell_completion import CompletionItem

    found = (row for row in CATALOGUE.values() if row.code.startswith(incomplete.upper()))
    return [CompletionItem(row.code, help=row.title) for row in found if incomplete]
