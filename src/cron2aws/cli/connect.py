"""The Context of a command: with the AWS that its options name, or the caller's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from cron2aws.cli.shell import Shell

if TYPE_CHECKING:  # a scan of files goes without them
    from cron2aws.app.context import Console, Context, HostContext, PlaceOf


@contextmanager
def connect(shell: Shell, console: Console, *, asks_here: bool = False) -> Iterator[Context]:
    """What the command works on; AwsError where AWS does not say who we are."""
    if shell.opened is not None:
        with _throttles_told(replace(shell.opened, console=console)) as context:
            yield context
        return
    from cron2aws.app.opening import open_context  # boto3: help and completion go without

    with (
        open_context(shell.aws, console, asks_here=asks_here) as opened,
        _throttles_told(opened) as context,
    ):
        yield context


@contextmanager
def _throttles_told(context: Context) -> Iterator[Context]:
    """What AWS refused for a while is told at the end, whichever end that is."""
    before = Counter(context.throttled())
    try:
        yield context
    finally:
        came = Counter(context.throttled()) - before
        if came:
            from cron2aws.report.carried_out import throttles_text

            context.console.note(throttles_text(came))


def on_this_host(shell: Shell, console: Console) -> HostContext:
    """What a command works on that asks nothing of AWS."""
    if shell.opened is not None:
        return replace(shell.opened, console=console)
    from cron2aws.app.opening import host_context

    return host_context(console, copies_sources=shell.aws.sandbox)


def places(shell: Shell, console: Console) -> PlaceOf:
    """What tells the account and region; AWS is asked only where no account is given."""
    opened = shell.opened
    if opened is not None:
        return lambda account: replace(opened.place, account=account or opened.place.account)
    from cron2aws.app.opening import open_place

    return partial(open_place, shell.aws, console)
