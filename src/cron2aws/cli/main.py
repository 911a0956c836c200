"""The command `cron2aws`: sub-commands, loaded when they are used, and the one error boundary."""

from __future__ import annotations

import contextlib
import errno
import importlib
import os
import sys
from typing import TYPE_CHECKING, Any, NoReturn

import click

import cron2aws
from cron2aws.errors import Cron2AwsError, Interrupted, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

COMMANDS = (
    "scan",
    "explain",
    "migrate",
    "status",
    "run",
    "enable",
    "disable",
    "rollback",
    "topics",
    "sandbox",
)
"""Each is the object of that name in the module of that name beside this one."""


class LazyGroup(click.Group):
    """Imports a sub-command's module when it is asked for: `--version` must not wait for boto3."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The sub-commands, in the order of a migration."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The sub-command, or None where there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"cron2aws.cli.{cmd_name}")
        command = getattr(module, cmd_name)
        if not isinstance(command, click.Command):
            message = f"cron2aws.cli.{cmd_name} has no command"
            raise TypeError(message)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The sub-command that is meant; a usage error that names those of a like name."""
        if args[0] not in COMMANDS:
            _fail_with_near_misses(ctx, args[0])
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401
        """Run the sub-command; a reader that has seen enough (`| head`) is no failure."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # or Python itself would complain at its end, when it flushes
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0


def _fail_with_near_misses(ctx: click.Context, name: str) -> None:
    import difflib  # slow to import, and nearly never needed

    if near := difflib.get_close_matches(name, COMMANDS):
        ctx.fail(f"No such command '{name}'. Did you mean {' or '.join(near)}?")


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--profile", metavar="P", help="The AWS profile.")
@click.option("--region", metavar="R", help="The AWS region.")
@click.option("--endpoint-url", metavar="U", help="Where AWS answers, for instance a sandbox.")
@click.option("--sandbox", is_flag=True, help="An AWS in this process; sources are copied first.")
@click.option(
    "--run-commands", is_flag=True, help="With --sandbox: really run the jobs (dangerous)."
)
@click.option("-v", "--verbose", count=True, help="Show each step as it is written to the journal.")
@click.option("--no-color", is_flag=True, help="No colours; NO_COLOR does the same.")
@click.version_option(cron2aws.__version__, prog_name="cron2aws")
@click.pass_context
def cli(ctx: click.Context, /, **options: object) -> None:
    """Move cron jobs from EC2 hosts to AWS: read, convert, prove, deploy, hand over, and back.

    To begin with: `cron2aws scan` changes nothing and needs no AWS; then `cron2aws migrate
    --tag Name=web --dry-run` shows the plan.
    """
    ctx.obj = dict(options)


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and leave with an exit code of docs/reference/exit-codes.md."""
    sys.exit(run(arguments, _report_bug))


def _report_bug(bug: Exception) -> int:
    from cron2aws.cli.boundary import report_bug

    return report_bug(bug)


def _no_space() -> int:
    """A disk is full, as a rule that of the output: nobody's bug."""
    full = UsageError(what="something cannot be written", why=os.strerror(errno.ENOSPC))
    with contextlib.suppress(OSError):
        click.echo(f"cron2aws: {full}", err=True)
    # or Python itself would complain at its end, when it flushes
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return full.exit_code


def run(arguments: list[str] | None, report_bug: Callable[[Exception], int]) -> int:
    """Run the command line; the exit code comes back, nothing is raised."""
    try:
        # without standalone mode, click hands back what `ctx.exit` was given
        code = cli.main(args=arguments, prog_name="cron2aws", standalone_mode=False)
    except click.ClickException as wrong:
        wrong.show()
        code = 2
    except (KeyboardInterrupt, click.Abort):
        click.echo("cron2aws: interrupted", err=True)
        code = Interrupted.exit_code
    except Cron2AwsError as expected:
        click.echo(f"cron2aws: {expected}", err=True)
        code = expected.exit_code
    except Exception as bug:
        code = _no_space() if getattr(bug, "errno", None) == errno.ENOSPC else report_bug(bug)
    return code if isinstance(code, int) else 0
