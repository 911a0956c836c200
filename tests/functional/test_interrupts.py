"""Signals: answered at once, never in what makes things safe, and by the shell's exit codes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

READS = """
import signal, sys
from cron2aws.cli.main import main

class Keyboard:
    buffer = property(lambda self: self)
    def read(self):
        print("here", flush=True)
        signal.pause()

sys.stdin = Keyboard()
main(["scan", "-"])
"""
HOLDS = """
import os, signal, sys
from cron2aws.app.interrupts import INTERRUPTS, Ended

def pause(word):
    print(word, flush=True)
    sys.stdin.readline()  # goes on when a signal has been handled

with INTERRUPTS.listening():
    try:
        with INTERRUPTS.held():
            pause("here")
            pause("here")
            with INTERRUPTS.held():
                pass
            print("safe", flush=True)
        print("not here", flush=True)
    except Ended:
        pause("ending")
        print("cleaned", flush=True)
sys.exit(INTERRUPTS.exit_code)
"""
ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": "/nowhere", "PYTHONDONTWRITEBYTECODE": "1"}
CODES = [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]


@contextmanager
def program(text: str, stderr: int = subprocess.PIPE) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [sys.executable, "-c", text],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        env=ENVIRONMENT,
    ) as child:
        try:
            yield child
        finally:
            child.kill()


def line(child: subprocess.Popen[bytes]) -> bytes:
    assert child.stdout
    return child.stdout.readline().strip()


def told(child: subprocess.Popen[bytes]) -> bytes:
    assert child.stderr
    return child.stderr.readline().strip()


def enter(child: subprocess.Popen[bytes]) -> None:
    assert child.stdin
    child.stdin.write(b"\n")
    child.stdin.flush()


@pytest.mark.parametrize(("number", "code"), CODES)
def test_a_command_is_ended(number: signal.Signals, code: int) -> None:
    with program(READS) as child:
        assert line(child) == b"here"
        child.send_signal(number)
        out, err = child.communicate()
    assert (child.returncode, out, err.strip()) == (code, b"", b"cron2aws: interrupted")


@pytest.mark.parametrize(("number", "code"), CODES)
def test_nobody_reads_any_more(number: signal.Signals, code: int) -> None:
    """The terminal was closed, or `2>&1 | head` has gone: the code is the same."""
    reader, writer = os.pipe()
    with program(READS, stderr=writer) as child:
        os.close(writer)
        os.close(reader)
        assert line(child) == b"here"
        child.send_signal(number)
        child.communicate()
    assert child.returncode == code


@pytest.mark.parametrize(("number", "code"), CODES)
def test_what_is_held_comes_to_its_end(number: signal.Signals, code: int) -> None:
    """Each signal is answered while it goes on; the first one decides the code."""
    first = b"cron2aws: interrupted: finishing first what makes things safe"
    with program(HOLDS) as child:
        for _ in range(2):
            assert line(child) == b"here"
            child.send_signal(number)
            assert told(child) == first
            number = signal.SIGTERM
            enter(child)
        assert line(child) == b"safe"
        assert line(child) == b"ending"
        child.send_signal(signal.SIGINT)
        assert told(child) == b"cron2aws: still ending: finishing first what makes things safe"
        enter(child)
        assert line(child) == b"cleaned"
        child.communicate()
    assert child.returncode == code


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT])
def test_a_signal_that_was_ignored_stays_ignored(number: signal.Signals) -> None:
    """`nohup cron2aws ...`, or one in the background of a script."""
    ignores = f"import signal\nsignal.signal({int(number)}, signal.SIG_IGN)\n"
    with program(
        ignores + READS.replace("signal.pause()", "return sys.__stdin__.readline().encode()")
    ) as child:
        assert line(child) == b"here"
        child.send_signal(number)
        out, err = child.communicate(b"0 3 * * * x\n")
    assert child.returncode == 0, err
    assert b"entries     1\n" in out
