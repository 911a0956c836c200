"""The manual page, made of the help texts: man/cron2aws.1.

    python -m tools.man_page [--check]

It is one page for all commands, in the macros of man(7), and has no date: the same help texts make
the same bytes.
"""

from __future__ import annotations

import inspect
import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import click

import cron2aws
from cron2aws import errors
from cron2aws.cli.main import COMMANDS, cli

PAGE = Path(__file__).parent.parent / "man" / "cron2aws.1"
WIDE = 10_000
"""Columns: man breaks the lines itself."""
ENVIRONMENT = (
    ("AWS_PROFILE, AWS_DEFAULT_REGION, AWS_ENDPOINT_URL, ...",
     "Which AWS, as for every program of its SDK; options come first."),
    ("NO_COLOR", "Set to anything: no colours. The same holds for TERM=dumb, and in a pipe."),
    ("CRON2AWS_STATE", "The folder for backups, locks and reports of bugs."),
)  # fmt: skip
SEE_ALSO = ("aws(1)", "crontab(1)", "crontab(5)", "cron(8)")


def main() -> None:
    """Write the page, or end with 1 where it is not what the help texts give."""
    made = page()
    if sys.argv[1:] == ["--check"]:
        if not PAGE.exists() or PAGE.read_text(encoding="ascii") != made:
            sys.exit(f"not what the help texts give: {PAGE.name}; make docs")
        return
    PAGE.write_text(made, encoding="ascii", newline="\n")


def page() -> str:
    """The whole page."""
    return "\n".join(_lines()) + "\n"


def text(said: str) -> str:
    """What is printed as it stands; `code` is bold."""
    parts = re.split(r"`([^`]+)`", said)
    return "".join(
        rf"\fB{plain(each)}\fP" if number % 2 else plain(each) for number, each in enumerate(parts)
    )


def plain(said: str) -> str:
    """Escaped: no sign of it means anything to roff, but for a dot that begins a line."""
    known = {"\\": r"\e", "-": r"\-", "'": r"\(aq", "`": r"\(ga", "^": r"\(ha", "~": r"\(ti"}
    return "".join(
        known.get(sign, sign if sign.isascii() else rf"\[u{ord(sign):04X}]") for sign in said
    )


def filled(made: str) -> Iterator[str]:
    """Text in lines of the source, a sentence on a line of its own: roff widens its blank."""
    for sentence in re.split(r"(?<=[a-z)`P0-9]\.) (?=[A-Z\\])", made):
        for line in textwrap.wrap(sentence, 79, break_long_words=False, break_on_hyphens=False):
            yield rf"\&{line}" if line.startswith(".") else line


def _lines() -> Iterator[str]:
    top = click.Context(cli, info_name="cron2aws", terminal_width=WIDE, **cli.context_settings)
    first, *more = paragraphs(cli)
    yield r".\" Made by `make docs` from the help texts."
    yield f'.TH CRON2AWS 1 "" "cron2aws {plain(cron2aws.__version__)}" "User Commands"'
    yield ".SH NAME"
    yield from filled(rf"cron2aws \- {text(first[0].lower() + first[1:].removesuffix('.'))}")
    yield ".SH SYNOPSIS"
    yield r"\fBcron2aws\fP [\fIoption\fP ...] \fIcommand\fP [\fIargument\fP ...]"
    yield ".SH DESCRIPTION"
    yield from _joined([first, *more])
    yield ".SH OPTIONS"
    yield from filled(text("All but `--version` stand before the command or behind it."))
    for option in cli.get_params(top):
        yield from _option(option, top)
    yield ".SH COMMANDS"
    for name in COMMANDS:
        command = cli.get_command(top, name)
        if command is not None:
            yield from _command(name, command, top)
    yield ".SH EXIT STATUS"
    yield from _item("0", "Done, or nothing to do.")
    for kind in sorted(_kinds(errors.Cron2AwsError), key=lambda kind: kind.exit_code):
        yield from _item(str(kind.exit_code), inspect.cleandoc(kind.__doc__ or ""))
    yield ".SH ENVIRONMENT"
    for names, said in ENVIRONMENT:
        yield from _item(names, said)
    yield ".SH SEE ALSO"
    pages = (re.sub(r"^(\w+)(\(\d\))$", r"\\fB\1\\fP\2", each) for each in SEE_ALSO)
    yield ", ".join(pages)


def _command(name: str, command: click.Command, top: click.Context) -> Iterator[str]:
    context = click.Context(
        command, info_name=name, parent=top, terminal_width=WIDE, **command.context_settings
    )
    yield f".SS {plain(name)}"
    usage = " ".join(command.collect_usage_pieces(context))
    yield rf"\fBcron2aws {plain(name)}\fP {plain(usage)}"
    yield ".PP"
    yield from _joined(paragraphs(command))
    for param in command.params:
        yield from _option(param, context)


def _option(param: click.Parameter, context: click.Context) -> Iterator[str]:
    told = param.get_help_record(context) if isinstance(param, click.Option) else None
    if told:
        yield from _item(*told)


def _item(term: str, said: str) -> Iterator[str]:
    yield ".TP"
    yield rf"\fB{plain(term)}\fP".replace("|", r"\:|")  # where a long list may be broken
    yield from filled(text(" ".join(said.split())))


def _joined(found: list[str]) -> Iterator[str]:
    for number, each in enumerate(found):
        if number:
            yield ".PP"
        yield from filled(text(each))


def paragraphs(command: click.Command) -> list[str]:
    """Those of its help, each on one line."""
    return [" ".join(each.split()) for each in (command.help or "").split("\n\n")]


def _kinds(root: type[errors.Cron2AwsError]) -> Iterator[type[errors.Cron2AwsError]]:
    for kind in root.__subclasses__():
        yield kind
        yield from _kinds(kind)


if __name__ == "__main__":
    main()
