"""`cron2aws completion`."""

from __future__ import annotations

import click

from cron2aws.cli.command import command
from cron2aws.cli.shell import Shell
from cron2aws.cli.terminal import Terminal

PROGRAM = "cron2aws"
SHELLS = ("bash", "zsh", "fish")


@command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(ctx: click.Context, /, *, shell: str) -> None:
    """Print the completion script of a shell.

    It completes commands, options, choices and files when Tab is pressed, and asks nothing of AWS.
    For bash put `eval "$(cron2aws completion bash)"` into ~/.bashrc, for zsh the same with zsh into
    ~/.zshrc behind compinit; for fish `cron2aws completion fish | source` into
    ~/.config/fish/config.fish.
    """
    started: Shell = ctx.obj
    Terminal(plain=started.plain).result([script(shell)])


def script(shell: str) -> str:
    """The shell's script: it asks this program, by a variable, what may stand at the cursor."""
    from click.shell_completion import get_completion_class

    from cron2aws.cli.main import cli

    kind = get_completion_class(shell)
    if kind is None:
        message = f"click knows no {shell}"
        raise LookupError(message)
    made = kind(cli, {}, PROGRAM, f"_{PROGRAM.upper()}_COMPLETE")
    # not `source()`: it starts a bash to ask for its version
    return (made.source_template % made.source_vars()).strip("\n") + "\n"
