"""Bytes that are no UTF-8, control characters, other locales: escaped, wherever they stand.

Real processes, because the locale and the streams are those of a process.
"""

from __future__ import annotations

import errno
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from rich.console import Console

from cron2aws.cli import boundary
from cron2aws.cli.progress import Display, LiveRun
from cron2aws.cli.terminal import Terminal
from cron2aws.report.model import Paragraph, Report, StyledText, Tone
from cron2aws.report.run import run_text
from cron2aws.report.terminal import terminal_of
from cron2aws.report.text import Style
from cron2aws.sandbox.inside import Sandbox
from tests.calling import command, opened
from tests.functional.cli import cron2aws

FIXTURES = Path(__file__).parents[2] / "fixtures" / "crontabs"
COMMAND = (sys.executable, "-m", "cron2aws")

STRANGE = b"\xff\x1b[31m\x07\xc2\x9b5n\xe2\x80\xae\xe2\x80\xa8\xe5\xa3\xb2"
"""A byte that is no UTF-8, ESC, BEL, a C1 control, a bidi control, LINE SEPARATOR; Japanese."""

SHOWN = r"\udcff\x1b[31m\x07\x9b5n\u202e\u2028"
"""How it is shown, but for the Japanese."""

RAW = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xa8-\xae]|\xff")

LOCALES: Mapping[str, tuple[Mapping[str, str], bytes]] = {
    "UTF-8": ({"LC_ALL": "C.UTF-8"}, "売".encode()),
    "POSIX": (
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        rb"\u58f2|\udce5\udca3\udcb2",
    ),
    "Latin-1": (
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0",
         "PYTHONIOENCODING": "latin-1"}, rb"\u58f2|\udce5\udca3\udcb2"
    ),
}  # fmt: skip
"""Each with how it shows the Japanese: of a file's content, or of a name."""


def run(
    folder: Path, *arguments: str | bytes, locale: str = "UTF-8"
) -> subprocess.CompletedProcess[bytes]:
    """`cron2aws ARGUMENTS` in that folder; exit 70 and raw characters are failures of the test."""
    return checked(start([*COMMAND, *arguments], folder, locale), locale)


def start(
    words: list[str | bytes], folder: Path, locale: str = "UTF-8"
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        words,
        cwd=folder,
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env={
            "PATH": os.environ["PATH"],
            "HOME": "/nowhere",
            "CRON2AWS_STATE": str(folder / "state"),
            "AWS_EC2_METADATA_DISABLED": "true",
            **LOCALES[locale][0],
        },
    )


def checked(
    ran: subprocess.CompletedProcess[bytes], locale: str = "UTF-8"
) -> subprocess.CompletedProcess[bytes]:
    assert ran.returncode != 70, ran.stderr.decode()
    assert b"Traceback" not in ran.stderr
    for text in (ran.stdout, ran.stderr):
        raw = RAW if locale == "UTF-8" else re.compile(rb"[^\n\x20-\x7e\xb7]")
        assert raw.findall(text) == []
    return ran


def in_the_user(root: bytes) -> None:
    _crontab(root, b"0 3 * * * ro" + STRANGE + b"ot job\n")


def in_the_command(root: bytes) -> None:
    _crontab(root, b"0 3 * * * root job " + STRANGE + b"\n")


def in_the_environment(root: bytes) -> None:
    _crontab(root, b"SHELL=/bin/" + STRANGE + b"\n0 3 * * * root job\n")


def in_a_bad_line(root: bytes) -> None:
    _crontab(root, b"61 3 * * * root " + STRANGE + b"\n")


def in_the_file_name(root: bytes) -> None:
    _crontab(root, b"0 3 * * * job\n", path=b"var/spool/cron/crontabs/" + STRANGE)


def in_the_host_name(root: bytes) -> None:
    _crontab(root, b"0 3 * * * root job\n")
    _crontab(root, b"web" + STRANGE + b"\n", path=b"etc/hostname")


def in_the_release(root: bytes) -> None:
    _crontab(root, b"0 3 * * * root job\n")
    _crontab(root, b'PRETTY_NAME="' + STRANGE + b'"\nID=x\n', path=b"etc/os-release")


def _crontab(root: bytes, data: bytes, path: bytes = b"etc/crontab") -> None:
    name = os.path.join(root, path)  # noqa: PTH118 (bytes)
    os.makedirs(os.path.dirname(name), exist_ok=True)  # noqa: PTH103, PTH120
    with open(name, "wb") as out:  # noqa: PTH123
        out.write(data)


WHERE = (
    in_the_user,
    in_the_command,
    in_the_environment,
    in_a_bad_line,
    in_the_file_name,
    in_the_host_name,
    in_the_release,
)


@pytest.mark.parametrize("where", WHERE)
def test_a_report_shows_escapes(where: Callable[[bytes], None], tmp_path: Path) -> None:
    where(os.fsencode(tmp_path / "tree"))
    table = run(tmp_path, "scan", "tree")
    assert table.returncode == 0
    if where is not in_the_environment:  # the table does not show values
        # of a host's own files only the text is read; a host name ends at LINE SEPARATOR, a blank
        asked = (
            SHOWN
            if where not in {in_the_host_name, in_the_release}
            else r"\x1b[31m\x07\x9b5n\u202e"
        )
        assert asked in table.stdout.decode()
    report = tmp_path / "report"
    for output in ("table", "json"):
        answer = cron2aws(
            "scan", str(tmp_path / "tree"), "-o", output, "--report-file", str(report)
        )
        assert (answer.code, answer.out) == (0, "")
        assert RAW.findall(report.read_bytes()) == []


@pytest.mark.parametrize("locale", ["POSIX", "Latin-1"])
def test_a_locale_without_the_characters_is_shown_escapes(locale: str, tmp_path: Path) -> None:
    tree = os.fsencode(tmp_path) + b"/" + STRANGE
    for where in (in_the_command, in_the_file_name, in_the_host_name):
        where(tree)
    _crontab(tree, b"0 3 * * * ro" + STRANGE + b" job " + STRANGE + b"\n")
    ran = run(tmp_path, "scan", STRANGE, locale=locale)
    assert ran.returncode == 0
    content, name = LOCALES[locale][1].split(b"|")
    assert SHOWN.encode() + content in ran.stdout
    # the ids are those of any other locale
    here = json.loads(run(tmp_path, "scan", "-o", "json", STRANGE, locale=locale).stdout)
    there = json.loads(run(tmp_path, "scan", "-o", "json", STRANGE).stdout)
    assert [each["id"] for each in here["entries"]] == [each["id"] for each in there["entries"]]
    refused = run(tmp_path, "scan", b"no" + STRANGE, locale=locale)
    assert refused.returncode == 3
    assert name in refused.stderr


WORDS: Sequence[tuple[tuple[str | bytes, ...], int]] = (
    (("scan", STRANGE), 3),
    (("scan", b"--" + STRANGE), 2),
    (("scan", "--timezone", STRANGE, "-"), 2),
    (("scan", "--dialect", STRANGE), 2),
    (("scan", "--from", STRANGE), 2),
    (("scan", "--report-file", b"no/" + STRANGE, "-"), 2),
    ((b"sc" + STRANGE,), 2),
    (("explain", STRANGE), 0),
    (("explain", "--from-aws", b"cron(" + STRANGE + b")"), 0),
    (("migrate", "-", "--tag", STRANGE), 2),
    (("migrate", "-", "--tag", "Name=x", "--run-on", STRANGE), 2),
    (("--profile", STRANGE, "status"), 2),
    (("--endpoint-url", STRANGE, "--region", "us-east-1", "status"), 2),
    (("sandbox", "--host", b"a=" + STRANGE), 2),
)
EACH = """\
import importlib, json, os, sys
from cron2aws.cli.main import COMMANDS, main
for name in COMMANDS:
    importlib.import_module(f"cron2aws.cli.{name}")
for number, words in enumerate(json.loads(sys.argv[1])):
    if child := os.fork():
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
        continue
    for stream in (1, 2):
        os.dup2(os.open(f"{number}-{stream}", os.O_WRONLY | os.O_CREAT), stream)
    sys.argv[1:] = words
    main()
"""
"""Commands, each in a fork of one process with the locale and the streams of any: an output's
number is its line's and its descriptor's."""


def test_words_of_the_command_line_are_shown_as_escapes(tmp_path: Path) -> None:
    words = json.dumps([[os.fsdecode(word) for word in arguments] for arguments, _ in WORDS])
    ended = start([sys.executable, "-c", EACH, words], tmp_path)
    assert ended.stderr == b""
    codes = list(map(int, ended.stdout.split()))
    assert codes == [code for _, code in WORDS]
    for number, code in enumerate(codes):
        out, err = ((tmp_path / f"{number}-{stream}").read_bytes() for stream in (1, 2))
        ran = checked(subprocess.CompletedProcess(words, code, out, err))
        # click quotes some of them as Python does: \\udcff or \udcff, \x1b in both
        assert rb"\x1b[31m" in ran.stdout + ran.stderr, WORDS[number]


def test_a_line_end_in_a_name_is_no_hint() -> None:
    answer = cron2aws("scan", "/nowhere/x\n\nhint: run y")
    assert answer.code == 3
    assert answer.err == (
        "cron2aws: /nowhere/x\\x0a\\x0ahint: run y cannot be read: No such file or directory\n"
        "\nhint: check the path: SOURCE is a crontab, a folder of crontabs, a folder with a host's "
        "files, or a saved scan\n"
    )


def test_a_hand_over_of_strange_lines(tmp_path: Path) -> None:
    tree = os.fsencode(tmp_path) + b"/tree[/b]" + STRANGE
    in_the_command(tree)
    in_the_file_name(tree)
    in_the_host_name(tree)
    name = b"tree[/b]" + STRANGE
    given = ("--tag", "Role=x", "--comment-out", "--yes", "--dialect", "debian")
    ran = run(tmp_path, "--sandbox", "-v", "migrate", name, *given, locale="Latin-1")
    assert ran.returncode == 0
    assert b"Done: 2 tasks." in ran.stderr
    assert b"aws: cloudformation CreateStack\n" in ran.stderr
    # a name in a locale without its characters: byte by byte
    assert rb"rewrote /var/spool/cron/crontabs/\udcff\x1b[31m\x07\udcc2\udc9b5n" in ran.stderr


class Keyboard(io.StringIO):
    """A terminal at which somebody types."""

    def isatty(self) -> bool:
        return True


def test_a_question_shows_escapes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Keyboard("y\n"))
    assert Terminal().confirmed("Mail \x1b[31m@x?")
    assert capsys.readouterr().err.startswith(r"Mail \x1b[31m@x? [y/N]: ")


def test_a_bug_report_shows_escapes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path))
    assert boundary.report_bug(ValueError("\x1b[2J\udcff\u202e")) == 70
    assert "this is a bug: ValueError: \\x1b[2J\\udcff\\u202e\n" in capsys.readouterr().err
    (report,) = tmp_path.rglob("*.txt")
    assert r"ValueError: \x1b[2J\udcff\u202e" in report.read_text()


@pytest.mark.parametrize("in_terminal", [True, False])
def test_progress_shows_brackets_and_escapes_as_they_are(in_terminal: bool) -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=in_terminal, width=200, color_system=None)
    with Display(console, midway="") as display:
        display.begin("[/b][red]", 1)
        display.done("/srv/[/b]/[red]x:smile:\x1b[2J")
        display.say("rewrote [link=x]\u202e")
    shown = re.sub(r"\x1b\[[?0-9;]*[A-Za-z]", "", out.getvalue())
    assert r"  done: /srv/[/b]/[red]x:smile:\x1b[2J" in shown
    assert r"rewrote [link=x]\u202e" in shown


def test_a_cell_that_was_not_escaped_is_escaped_at_the_end() -> None:
    told = StyledText("[b]x\x1b[2J\u202e\udcff", Tone.BAD)
    report = Report(title="a\x07", parts=(Paragraph(told),))
    shown = "".join(terminal_of(report, Style(width=80, color=True)))
    assert "\x1b[31m[b]x\\x1b[2J\\u202e\\udcff" in shown
    assert "\x07" not in shown


def test_a_run_shows_escapes() -> None:
    seen: list[str] = []
    LiveRun(lambda text: seen.append(text.plain)).show("[/b]\x1b[2J", timedelta(seconds=1), ())
    assert seen == [r"[/b]\x1b[2J: running for 1 s"]
    said = run_text("s\x1b", "FAILED", {"cause": "\x1b[2J\nsecond\u2028"})
    assert said == "s\\x1b: failed\n\n\\x1b[2J\nsecond"


class Gone(io.StringIO):
    """A stream whose reader has gone."""

    def write(self, text: str) -> int:
        del text
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    def flush(self) -> None:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")


class TestNobodyListens:
    """Output never decides what happens."""

    @pytest.mark.parametrize("stream", [Gone(), None])
    def test_what_is_said_is_left_out(
        self, stream: io.StringIO | None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "stderr", stream)
        terminal = Terminal()
        terminal.note("aws: step")
        with terminal.progress(midway="") as progress:
            progress.begin("deploying", 2)
            progress.done("one")
            progress.say("two")
        with terminal.watching("task") as display:
            display.show("task", timedelta(seconds=1), ())

    def test_a_terminal_that_has_gone_ends_no_work(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        console = Console(file=Gone(), force_terminal=True)
        with Display(console, midway="") as display:
            display.begin("deploying", 1)
            display.done("one")
        print("a result")  # noqa: T201 (rich would have sent standard output nowhere)
        assert capsys.readouterr().out == "a result\n"

    def test_what_was_done_is_done_where_it_cannot_be_told(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with Path("/dev/full").open("w") as full:
            monkeypatch.setattr(sys, "stdout", full)
            Terminal().result(["x is enabled\n"])
        said = "the output cannot be written: No space left on device\n"
        assert capsys.readouterr().err == said

    @pytest.mark.parametrize("both", [False, True])
    def test_a_hand_over_goes_on_to_its_end(self, tmp_path: Path, both: bool) -> None:
        tree = Path(shutil.copytree(FIXTURES / "tokyo-reports", tmp_path / "t[b]"))
        given = ("--tag", "Name=x", "--comment-out", "--yes")
        reading, writing = os.pipe()
        os.close(reading)
        script = 'exec "$@" >&- 2>&-' if both else 'exec "$@" >&-'
        ran = subprocess.run(
            ["sh", "-c", script, "sh", *COMMAND, "--sandbox", "-v", "migrate", str(tree), *given],
            stdin=subprocess.DEVNULL,
            stderr=writing,
            env={"PATH": os.environ["PATH"], "CRON2AWS_STATE": str(tmp_path / "state")},
            check=False,
        )
        os.close(writing)
        assert ran.returncode == 0
        (backup,) = (tmp_path / "state/backups").glob("*/*")  # of its very last step
        assert b"cron2aws:" not in backup.read_bytes()

    def test_there_and_back_with_nobody_at_either_end(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tree = Path(shutil.copytree(FIXTURES / "tokyo-reports", tmp_path / "t[/b]"))
        crontab = tree / "var/spool/cron/crontabs/reports"
        before = crontab.read_bytes()
        given = ("--tag", "Name=x", "--comment-out", "--yes")
        with Sandbox() as sandbox:
            made = opened(sandbox)
            context = replace(made, backups=tmp_path / "backups")
            monkeypatch.setattr(sys, "stdout", Gone())
            monkeypatch.setattr(sys, "stderr", Gone())
            assert command(context, "migrate", str(tree), *given) == 0
            assert crontab.read_bytes().count(b"# cron2aws:") == 3
            assert len(context.stacks.deployed()) == 3
            assert command(context, "status", str(tree)) == 0
            assert command(context, "rollback", "--source", str(tree), "--yes") == 0
            assert context.stacks.deployed() == ()
        assert crontab.read_bytes() == before

    @pytest.mark.parametrize(
        ("arguments", "ending"),
        [
            (("explain", "@daily"), ">&-"),
            (("explain", "@daily"), "1</dev/null"),
            (("--help",), "1</dev/null"),
            (("--version",), "<&- >&- 2>&-"),
            (("scan", "-"), "<&- 2>&- >&-"),
        ],
    )
    def test_closed_streams_are_no_failure(self, arguments: tuple[str, ...], ending: str) -> None:
        ran = subprocess.run(
            ["sh", "-c", f'exec "$@" {ending}', "sh", *COMMAND, *arguments],
            env={"PATH": os.environ["PATH"]},
            capture_output=True,
            check=False,
        )
        assert (ran.returncode, ran.stderr) == (0, b"")
