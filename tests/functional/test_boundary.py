"""How a command ends: what the user sees, the exit code, and what is left behind."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import re
import signal
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import click
import pytest
from rich.console import Console

from cron2aws import __version__
from cron2aws.cli import boundary, main
from cron2aws.cli.progress import Display
from cron2aws.errors import (
    AwsError,
    Cron2AwsError,
    DecisionNeeded,
    PartlyApplied,
    SafetyError,
    SourceError,
    TaskFailed,
    UsageError,
)
from tests.functional.cli import cron2aws

COMMAND = [sys.executable, "-m", "cron2aws"]
ANSI = re.compile(r"\x1b\[[0-9;]*m")
MANY = b"".join(b"%d 3 * * * root /opt/job-%d\n" % (n % 60, n) for n in range(400))
SYSTEM = ("--dialect", "debian", "--timezone", "UTC", "--format-of", "system")


class Ending(click.Command):
    """A command that ends as it is told to."""

    error: BaseException = KeyError("secret")

    def __init__(self) -> None:
        super().__init__("scan")

    def invoke(self, ctx: click.Context) -> None:  # noqa: ARG002
        raise self.error


@pytest.fixture
def ending(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Ending:
    command = Ending()
    monkeypatch.setattr(main.LazyGroup, "get_command", lambda *_: command)
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))
    return command


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (DecisionNeeded, 1),
        (UsageError, 2),
        (SourceError, 3),
        (SafetyError, 4),
        (AwsError, 5),
        (PartlyApplied, 6),
        (TaskFailed, 7),
    ],
)
def test_an_expected_failure_says_what_why_and_what_to_do(
    ending: Ending, capsys: pytest.CaptureFixture[str], error: type[Cron2AwsError], code: int
) -> None:
    ending.error = error("it broke", why="it was old", fix="mend it")
    assert main.run(["scan"], boundary.report_bug) == code
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == "cron2aws: it broke: it was old\n\nhint: mend it\n"


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()])
def test_an_interruption_is_told_in_a_line(
    ending: Ending, capsys: pytest.CaptureFixture[str], error: BaseException
) -> None:
    ending.error = error
    assert main.run(["scan"], boundary.report_bug) == 130
    assert capsys.readouterr().err.strip() == "cron2aws: interrupted"


def test_a_bug_leaves_a_report_for_its_owner_alone(
    ending: Ending, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    ending.error = KeyError("no such thing")
    assert main.run(["scan"], boundary.report_bug) == 70
    err = capsys.readouterr().err
    assert "this is a bug: KeyError: 'no such thing'" in err
    assert "Traceback" not in err
    (report,) = (tmp_path / "state").rglob("*.txt")
    assert str(report) in err
    assert report.stat().st_mode & 0o777 == 0o600
    assert report.parent.stat().st_mode & 0o777 == 0o700
    text = report.read_text()
    assert "Traceback" in text
    assert text.startswith("cron2aws ")


def test_a_bug_whose_report_cannot_be_written_is_shown_whole(
    ending: Ending,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "file"))
    assert main.run(["scan"], boundary.report_bug) == 70
    assert "Traceback" in capsys.readouterr().err
    assert isinstance(ending.error, KeyError)


def test_a_command_that_says_nothing_of_its_end_ends_well() -> None:
    assert cron2aws("--version").code == 0
    assert cron2aws("scan", "--help").code == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("migrat",), "No such command 'migrat'. Did you mean migrate?"),
        (("able",), "Did you mean enable or disable?"),
        (("frobnicate",), "No such command 'frobnicate'"),
        (("--nonsense",), "No such option"),
        (("scan", "--tiemzone", "UTC"), "--timezone"),
        (("migrate", "/etc/crontab"), "--tag"),
    ],
)
def test_a_wrong_command_line_names_the_near_misses(arguments: tuple[str, ...], told: str) -> None:
    answer = cron2aws(*arguments)
    assert answer.code == 2
    assert told in answer.err
    assert answer.out == ""


def test_a_module_without_its_command_is_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(main, "COMMANDS", (*main.COMMANDS, "options"))
    context = click.Context(main.cli, **main.cli.context_settings)
    monkeypatch.setattr("cron2aws.cli.options.options", "no command", raising=False)
    with pytest.raises(TypeError, match="has no command"):
        main.cli.get_command(context, "options")


def environment(**more: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": "/nowhere", "PYTHONDONTWRITEBYTECODE": "1", **more}


@pytest.fixture
def many(tmp_path: Path) -> Path:
    path = tmp_path / "many"
    path.write_bytes(MANY)
    return path


def test_a_reader_that_has_seen_enough_is_no_failure(many: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "scan", "-o", "json", *SYSTEM, str(many)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as child:
        assert child.stdout
        assert child.stderr
        assert child.stdout.readline().startswith(b"{")
        child.stdout.close()
        err = child.stderr.read()
    assert (child.returncode, err) == (0, b"")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",),
        ("scan", "--help"),
        ("--version",),
        ("scan", *SYSTEM, "-"),
        # exit 1 would say that an entry needs a decision
        ("scan", *SYSTEM, "-", "--report-file", "/dev/stdout"),
    ],
)
def test_a_reader_that_has_gone_before_is_no_failure(arguments: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ran = subprocess.run(
        [*COMMAND, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=writing,
        stderr=subprocess.PIPE,
        env=environment(),
        check=False,
    )
    os.close(writing)
    assert (ran.returncode, ran.stderr) == (0, b"")


@pytest.mark.parametrize(
    ("closed", "named", "why"),
    [
        ("spool", "", "/var/spool/cron: Permission denied"),
        ("", "", "tree cannot be read: Permission denied"),
        ("etc", "etc/crontab", "etc/crontab cannot be read: Permission denied"),
    ],
)
def test_a_folder_that_one_may_not_enter_is_no_bug(
    tmp_path: Path, closed: str, named: str, why: str
) -> None:
    tree = tmp_path / "tree"
    spool = tree / "var/spool/cron"  # as Red Hat's family has it, of mode 0700
    spool.mkdir(parents=True)
    (tree / "etc").mkdir()
    (tree / "etc/os-release").write_text("ID=rhel\nVERSION_ID=9\n")
    (tree / "etc/crontab").write_text("0 3 * * * root x\n")
    folder = spool if closed == "spool" else tree / closed
    folder.chmod(0)
    without = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
    ran = subprocess.run(
        [*(without if os.geteuid() == 0 else []), *COMMAND, "scan", str(tree / named)],
        env=environment(CRON2AWS_STATE=str(tmp_path / "state")),
        capture_output=True,
        text=True,
        check=False,
    )
    folder.chmod(0o700)
    assert (ran.returncode, ran.stdout) == (3, "")
    assert why in ran.stderr
    assert not (tmp_path / "state").exists()


def test_links_that_lead_to_each_other_are_no_bug(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    answer = cron2aws("scan", str(tmp_path / "loop/crontab"))
    assert answer.code == 3
    assert "Too many levels of symbolic links" in answer.err


def test_the_version_waits_for_nothing() -> None:
    heavy = ["boto3", "botocore", "moto", "rich", "croniter", "crontab", "platformdirs"]
    code = (
        "import sys\n"
        "from cron2aws.cli.main import run\n"
        "assert run(['--version'], print) == 0\n"
        f"print([name for name in {heavy} if name in sys.modules])\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True, env=environment()
    )
    assert told.stdout.splitlines() == [f"cron2aws, version {__version__}", "[]"]


class Terminal:
    """A command in a terminal of 100 columns; what it showed, and its exit code."""

    def __init__(self, *arguments: str, **more: str) -> None:
        mine, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, (50, 100))
        fcntl.fcntl(mine, fcntl.F_SETFD, fcntl.FD_CLOEXEC)
        env = environment(**{"TERM": "xterm-256color", **more})
        child = subprocess.Popen(
            [*COMMAND, *arguments], stdin=theirs, stdout=theirs, stderr=theirs, env=env
        )
        os.close(theirs)
        self.shown = "".join(read_all(mine))
        self.code = child.wait()


def read_all(descriptor: int) -> Iterator[str]:
    with os.fdopen(descriptor, "rb", buffering=0) as terminal:
        while data := _some(terminal):
            yield data.decode("utf-8", "replace")


def _some(terminal: IO[bytes]) -> bytes:
    try:
        return terminal.read(65536)
    except OSError:  # Linux tells the end of a terminal so
        return b""


@pytest.mark.parametrize(
    ("option", "more", "colours"),
    [
        ((), {}, True),
        ((), {"NO_COLOR": "1"}, False),
        ((), {"TERM": "dumb"}, False),
        (("--no-color",), {}, False),
    ],
)
def test_colours_where_they_are_wanted(
    tmp_path: Path, option: tuple[str, ...], more: dict[str, str], colours: bool
) -> None:
    path = tmp_path / "jobs"
    path.write_bytes(b"0 3 * * * root good\n61 * * * * root bad\n")
    answer = Terminal(*option, "scan", *SYSTEM, str(path), **more)
    assert answer.code == 0
    assert bool(ANSI.search(answer.shown)) is colours
    assert max(len(line) for line in ANSI.sub("", answer.shown).splitlines()) <= 100


def test_a_pipe_gets_no_colours(tmp_path: Path) -> None:
    path = tmp_path / "jobs"
    path.write_bytes(b"61 * * * * root bad\n")
    told = subprocess.run(
        [*COMMAND, "scan", *SYSTEM, str(path)],
        capture_output=True,
        check=True,
        text=True,
        env=environment(TERM="xterm-256color", CLICOLOR_FORCE="0"),
    )
    assert not ANSI.search(told.stdout + told.stderr)


@pytest.mark.parametrize("arguments", [("explain", "* * * * *"), ("--help",)])
def test_a_full_disk_is_no_bug(arguments: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "cron2aws", *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            env=environment(),
            check=False,
        )
    assert ran.returncode == 2
    assert ran.stderr == b"cron2aws: the output cannot be written: No space left on device\n"


READS_FOR_EVER = """
import signal, sys
from cron2aws.cli.main import main

class Keyboard:
    buffer = property(lambda self: self)
    def read(self):
        print("reading", flush=True)
        signal.pause()

sys.stdin = Keyboard()
main(["scan", "-"])
"""


def test_a_real_interruption_ends_with_130() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", READS_FOR_EVER],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as child:
        assert child.stdout
        assert child.stderr
        assert child.stdout.readline() == b"reading\n"
        child.send_signal(signal.SIGINT)
        err = child.stderr.read()
    assert (child.returncode, err.strip()) == (130, b"cron2aws: interrupted")


AGAIN = "The same command again goes on."


class TestProgress:
    """Progress is told, and never in the way."""

    def test_plain_lines_where_there_is_no_terminal(self) -> None:
        told = io.StringIO()
        with Display(Console(file=told), midway=AGAIN) as display:
            display.begin("deploying", 2)
            display.done("[one]")
            display.begin("nothing", 0)
            display.say("and on")
        assert told.getvalue() == "deploying: 2\n  done: [one]\nand on\n"

    def test_what_takes_long_is_told_with_how_far_it_is_and_what_is_left(self) -> None:
        told, passed = io.StringIO(), [0.0]
        with Display(Console(file=told), midway=AGAIN, seconds=lambda: passed[0]) as display:
            display.begin("deploying", 1000)
            display.done("one")
            passed[0] = 30
            display.failed("two")
            for number in range(997):
                display.done(str(number))
            passed[0] = 40
            display.done("last but none")
            display.begin("deleting", 2)
            display.done("at once")
        lines = told.getvalue().splitlines()
        assert lines[:3] == [
            "deploying: 1000",
            "  done: one",
            "  failed: two (2 of 1000, about 4 h 10 min left)",
        ]
        assert lines[-3:] == ["  done: last but none", "deleting: 2", "  done: at once"]

    @pytest.mark.parametrize(
        ("error", "told"), [(KeyboardInterrupt, True), (KeyError, True), (SafetyError, False)]
    )
    def test_what_ends_midway_says_how_to_go_on(
        self, error: type[BaseException], told: bool
    ) -> None:
        out = io.StringIO()
        with pytest.raises(error), Display(Console(file=out), midway=AGAIN):
            raise error(told)
        assert ("again goes on" in out.getvalue()) is told

    def test_a_reader_that_has_gone_does_not_end_it(self) -> None:
        class Gone(io.StringIO):
            def write(self, text: str) -> int:
                del text
                raise BrokenPipeError

        with Display(Console(file=Gone(), force_terminal=False), midway=AGAIN) as display:
            display.begin("deploying", 1)
            display.done("one")
            display.say("and on")
