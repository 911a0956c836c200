"""The command `cron2aws`: sub-commands, loaded when they are used, and the one error boundary."""

from __future__ import annotations

import errno
import gc
import importlib
import io
import sys
from typing import TYPE_CHECKING, Any, NoReturn

import click

import cron2aws
from cron2aws.app.interrupts import INTERRUPTS
from cron2aws.cli import streams
from cron2aws.cli.carry_out_command import GIVEN
from cron2aws.cli.command import OPTIONS_OF_ALL, shell_before_command
from cron2aws.errors import Cron2AwsError, Interrupted, UsageError
from cron2aws.escapes import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.shell_completion import CompletionItem

    from cron2aws.app.context import Context

COMMANDS = {
    "scan": "Show what is on hosts, and what each entry would become.",
    "show": "Show everything about one entry.",
    "calendar": "Show what runs when.",
    "explain": "Explain a schedule, with proof, or the code of a finding.",
    "doctor": "Check whether hosts and account can take the tasks.",
    "migrate": "Make a task of every entry, and hand over.",
    "apply": "Carry out a plan as it was reviewed.",
    "export": "Write the stacks as files, for a pipeline.",
    "status": "Show who runs each job.",
    "run": "Run a task now and show its output.",
    "history": "Show the last runs of tasks.",
    "enable": "Enable the schedules of tasks.",
    "disable": "Disable the schedules of tasks.",
    "rollback": "Put the lines of tasks back, and delete their stacks.",
    "setup": "Make what tasks share: the foundation, and a target's roles.",
    "upgrade": "Upgrade tasks, and what they share, to this release.",
    "sandbox": "Serve a local AWS to try things out.",
    "completion": "Print the completion script of a shell.",
}
"""Each is the object of that name in the module of that name beside this one.

What each does is the first sentence of its own help, here once more: the list of commands must not
wait for their modules.
"""


class LazyGroup(click.Group):
    """Imports a sub-command's module when it is asked for: `--version` must not wait for boto3."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,  # noqa: ANN401 (click's)
    ) -> click.Context:
        """The context of a command line, which is kept as it was given."""
        given = tuple(args)
        ctx = super().make_context(info_name, args, parent, **extra)
        ctx.meta[GIVEN] = given
        return ctx

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

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The commands with their first sentences, none of them imported."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, does.rstrip(".")) for name, does in COMMANDS.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands and options that may stand here, no command imported."""
        from click.shell_completion import CompletionItem

        names = [name for name in COMMANDS if name.startswith(incomplete)]
        found = [CompletionItem(name, help=COMMANDS[name].rstrip(".")) for name in names]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The sub-command that is meant; a usage error that names those of a like name."""
        if args[0] not in COMMANDS and not ctx.resilient_parsing:
            _fail_with_near_misses(ctx, args[0])
        return super().resolve_command(ctx, args)


def _fail_with_near_misses(ctx: click.Context, name: str) -> None:
    import difflib  # slow to import, and nearly never needed

    if near := difflib.get_close_matches(name, COMMANDS):
        ctx.fail(f"No such command '{name}'. Did you mean {' or '.join(near)}?")


@click.group(
    cls=LazyGroup,
    params=list(OPTIONS_OF_ALL),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(cron2aws.__version__, prog_name="cron2aws")
@click.pass_context
def cli(ctx: click.Context, /, **given: Any) -> None:  # noqa: ANN401
    """Move cron jobs from EC2 hosts to AWS: read, convert, prove, deploy, hand over, and back.

    To begin with: `cron2aws scan` changes nothing and needs no AWS; then `cron2aws migrate
    --tag Name=web --dry-run` shows the plan.
    """
    ctx.obj = shell_before_command(ctx.obj, given)


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and leave with an exit code of docs/reference/exit-codes.md."""
    streams.open_all()
    # what thousands of lines become lives to the end: Python's collector would go through all of it
    # again and again for the little that is garbage, and once more on the way out
    gc.set_threshold(200_000)
    with INTERRUPTS.listening():
        code = run(arguments, _report_bug)
    streams.flush_all()
    gc.freeze()
    sys.exit(code)


def run(
    arguments: list[str] | None,
    report_bug: Callable[[Exception], int],
    *,
    context: Context | None = None,
) -> int:
    """Run the command line; the exit code comes back, nothing is raised.

    With a `context` that is open already the commands work on it, not on the AWS of the options.
    """
    streams.escape_what_the_locale_lacks()
    try:
        return call(arguments, context)
    except click.ClickException as wrong:
        streams.say(_shown(wrong))
        return UsageError.exit_code
    except (KeyboardInterrupt, click.Abort):
        if INTERRUPTS.exit_code is None:  # its own handler has answered else
            streams.say("cron2aws: interrupted")
        return INTERRUPTS.exit_code or Interrupted.exit_code
    except Cron2AwsError as expected:
        streams.say(f"cron2aws: {_on_its_lines(expected)}")
        return expected.exit_code
    except SystemExit:  # click's, for the BrokenPipeError of a page of help
        streams.discard_output(sys.stdout)
        # a reader that has seen enough (`| head`) is no failure
        return INTERRUPTS.exit_code or 0
    except Exception as bug:
        if isinstance(bug, OSError) and INTERRUPTS.exit_code is not None:
            return INTERRUPTS.exit_code  # click ends its line on a terminal that has gone
        if isinstance(bug, OSError) and bug.errno == errno.ENOSPC:
            streams.discard_output(sys.stdout)
            streams.say(f"cron2aws: {streams.unwritable(bug)}")
            return UsageError.exit_code
        return report_bug(bug)


def call(arguments: list[str] | None, context: Context | None = None) -> int:
    """Run the command line, and raise whatever it raises; the exit code comes back."""
    # without standalone mode, click hands back what `ctx.exit` was given
    code = cli.main(args=arguments, prog_name="cron2aws", standalone_mode=False, obj=context)
    return code if isinstance(code, int) else 0


def _on_its_lines(error: Cron2AwsError) -> Cron2AwsError:
    """The error; a line end in a name must not look like a hint of ours. AWS's words have lines."""
    fix = printable(error.fix) if error.fix else None
    why = error.why.replace("\n", "\n  ") if error.why else None
    return Cron2AwsError(printable(error.what), why=why, fix=fix)


def _shown(wrong: click.ClickException) -> str:
    """What click would print itself: it may hold the user's own words."""
    out = io.StringIO()
    wrong.show(file=out)
    return out.getvalue().rstrip("\n")


def _report_bug(bug: Exception) -> int:
    from cron2aws.cli.boundary import report_bug  # what it needs is not needed otherwise

    return report_bug(bug)
