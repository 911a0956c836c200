"""The person at the terminal: results to standard output or a file, all else to standard error.

Output never decides what happens: a reader that has gone ends nothing.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING

import click

from cron2aws.cli.streams import harmless, is_terminal, listening, say, tell
from cron2aws.errors import UsageError
from cron2aws.report.document import Document
from cron2aws.report.formats import DEFAULT, FORMATS
from cron2aws.report.text import WIDE, Style

if TYPE_CHECKING:
    from rich.console import Console
    from rich.status import Status

    from cron2aws.cli.progress import Display, HiddenRun, LiveRun


@dataclass(frozen=True, kw_only=True)
class OutputOptions:
    """The form of the report, and where it goes: standard output without a file."""

    output: str = DEFAULT
    report_file: Path | None = None
    everything: bool = False
    """Each entry, also where there are very many."""


class Terminal:
    """The Console of the use-cases."""

    def __init__(
        self,
        output: OutputOptions | None = None,
        *,
        plain: bool = False,
        sources: Sequence[str] = (),
    ) -> None:
        """`plain`: without colours; a report is never written over one of the `sources`."""
        self._output = output or OutputOptions()
        self._plain = plain or "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb"
        self._sources = [Path(name) for name in sources]

    def note(self, text: str) -> None:
        """Say something that is not a result."""
        say(text)

    def show(self, document: Document) -> None:
        """Write a report, in the format and to the place that the options name."""
        form = FORMATS[self._output.output]
        pieces = form.write(document, self._style())
        if self._output.report_file:
            from cron2aws.app.report_file import write_report  # few reports go to a file

            with suppress(BrokenPipeError):  # whoever reads a pipe may have seen enough
                write_report(self._output.report_file, pieces, sources=self._sources)
        else:
            tell(pieces)

    def result(self, pieces: Iterable[str]) -> None:
        """Tell on standard output what was done: it is done, even if that cannot be written.

        A piece is text, with its newlines; a report goes by `show`.
        """
        try:
            tell(map(harmless, pieces))
        except UsageError as refused:
            say(str(refused))

    @property
    def shows_tables(self) -> bool:
        """Whether results are tables, for a person to read."""
        return FORMATS[self._output.output].is_for_eyes and not self._output.report_file

    def confirmed(self, question: str) -> bool:
        """Ask, and return whether the answer is yes; UsageError where nobody can answer."""
        if not is_terminal(sys.stdin):
            raise _unanswered(question, "standard input is not a terminal")
        try:
            return click.confirm(harmless(question), err=True)
        except OSError as unseen:
            raise _unanswered(question, "standard error cannot be written") from unseen
        except click.Abort as ended:
            if isinstance(ended.__context__, EOFError):  # ^D; ^C interrupts
                self.note("")  # ends the line of the question, as Enter would have
                raise _unanswered(question, "the input ended") from ended
            raise

    def progress(self, *, midway: str) -> Display:
        """A bar in a terminal, plain lines elsewhere."""
        from cron2aws.cli.progress import Display  # rich: JSON goes without

        return Display(self._standard_error(), midway=midway)

    @contextmanager
    def working(self, what: str, *, after: float = 1.0) -> Iterator[None]:
        """Say in a terminal what takes long, once it has taken `after` seconds."""
        if not is_terminal(sys.stderr):
            yield
            return
        begun: list[Status] = []

        def begin() -> None:
            status = self._standard_error().status(f"{what} ...")
            status.start()
            begun.append(status)

        timer = Timer(after, begin)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()
            for status in begun:
                status.stop()

    @contextmanager
    def watching(self, stack_name: str) -> Iterator[LiveRun | HiddenRun]:
        """What shows a run that goes on: its time and its hosts, in a terminal."""
        from cron2aws.cli.progress import HiddenRun, LiveRun, shown

        shown_on = self._standard_error()
        if not shown_on.is_terminal:
            yield HiddenRun()
            return
        with shown_on.status(shown(f"{stack_name}: running")) as status:
            yield LiveRun(status.update)

    def _standard_error(self) -> Console:
        from rich.console import Console

        return Console(
            file=listening(sys.stderr),
            force_terminal=is_terminal(sys.stderr),  # FORCE_COLOR makes no terminal of a log file
            no_color=self._plain or None,
            highlight=False,
            soft_wrap=True,
        )

    def _style(self) -> Style:
        """Width and colours of where the report goes."""
        in_terminal = is_terminal(sys.stdout) and not self._output.report_file
        width = shutil.get_terminal_size((WIDE, 50)).columns if in_terminal else WIDE
        return Style(
            width=width,
            color=in_terminal and not self._plain,
            everything=self._output.everything,
        )


def _unanswered(question: str, why: str) -> UsageError:
    return UsageError(
        what=f"nobody can answer `{question}` here",
        why=f"{why}; nothing was changed",
        fix="give --yes, or run it in a terminal",
    )
