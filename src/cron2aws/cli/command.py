"""A command of cron2aws: it takes the options of all commands, before its name or behind it."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from cron2aws.app.aws_options import AwsOptions
from cron2aws.cli.shell import Shell

if TYPE_CHECKING:
    from cron2aws.app.context import Context


OPTIONS_OF_ALL = (
    click.Option(["--profile"], metavar="NAME", help="The AWS profile to use."),
    click.Option(["--region"], metavar="REGION", help="The AWS region to use."),
    click.Option(
        ["--endpoint-url"], metavar="URL", help="Where AWS answers, for example a sandbox."
    ),
    click.Option(
        ["--sandbox"], is_flag=True, help="Use an AWS in this process; sources are copied first."
    ),
    click.Option(
        ["--run-commands"],
        is_flag=True,
        help="With --sandbox: really run the jobs (dangerous).",
    ),
    click.Option(["-v", "--verbose"], count=True, help="Show each call to AWS as it is made."),
    click.Option(["--no-color", "plain"], is_flag=True, help="No colours; NO_COLOR does the same."),
)
"""Each has the name of its field of AwsOptions, or of Shell."""


def shell_before_command(context: Context | None, given: dict[str, Any]) -> Shell:
    """The Shell made of the options that stand before the command's name."""
    plain = given.pop("plain")
    return Shell(aws=AwsOptions(**given), plain=plain, opened=context)


def shell_with(shell: Shell, given: dict[str, Any]) -> Shell:
    """The Shell with the options behind the command's name: a value there wins, `-v` adds."""
    said = {name: value for name, value in given.items() if value not in (None, False)}
    said["verbose"] = shell.aws.verbose + (given.get("verbose") or 0)
    plain = bool(said.pop("plain", shell.plain))
    return replace(shell, aws=replace(shell.aws, **said), plain=plain)


class Command(click.Command):
    """A command with the options of all commands; its help lists these in one line."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Its own, and those of all commands; its own wins where both have the name."""
        return [*super().get_params(ctx), *self._of_all()]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does; options of all commands go to the Shell, not to the command."""
        rest = super().parse_args(ctx, args)
        given = {str(each.name): ctx.params.pop(str(each.name), None) for each in self._of_all()}
        ctx.obj = shell_with(ctx.obj or Shell(), given)
        return rest

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Its own options with their helps; of the others the names."""
        own = [each for each in super().get_params(ctx) if isinstance(each, click.Option)]
        records = [each.get_help_record(ctx) for each in own]
        with formatter.section("Options"):
            formatter.write_dl([each for each in records if each])
        with formatter.section("Options of all commands (see cron2aws --help)"):
            names = " ".join(each.opts[0] for each in self._of_all())
            room = formatter.width - formatter.current_indent
            for line in textwrap.wrap(names, room, break_on_hyphens=False):
                formatter.write_text(line)

    def _of_all(self) -> list[click.Option]:
        own = {param.name for param in self.params}
        return [each for each in OPTIONS_OF_ALL if each.name not in own]


def command() -> Callable[[Callable[..., Any]], Command]:
    """The decorator `click.command`, for a command of cron2aws."""
    return click.command(cls=Command)
