"""The script in real shells: what the job gets is what the crontab said, byte for byte.

`su` is a stand-in, so that this runs as anybody; the real one is tests/oracle's.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.crontab.text import encode_text
from cron2aws.task.command import Job, habits_of, render
from tests.surroundings import cannot

SHELLS = {
    "dash": "/bin/dash",
    "bash": "/bin/bash",
    "busybox": "/bin/busybox sh",
}
"""The shells that a host's `/bin/sh` may be: these and no others, wherever the tests run."""


def why_not(shell: str) -> str | None:
    """Why the tests below cannot be run with a shell on this machine."""
    program = SHELLS[shell].split()
    if not Path(program[0]).exists():
        return f"NOT CHECKED WITH {shell}: there is no {program[0]}"
    if shell == "busybox":
        found = subprocess.run([*program, "-c", "command -v su"], capture_output=True, check=False)
        if found.stdout == b"su\n":
            return "NOT CHECKED WITH busybox: this build prefers its own su to that of the tests"
    return None


AGENT = {"PATH": os.defpath, "AWS_SSM_INSTANCE_ID": "i-0abc", "A_LEAK": "yes", "HOME": "/agent"}

SU = """\
#!/bin/sh
# su -s /bin/sh -c COMMAND USER
MAIL=/var/mail/x XDG_SESSION_ID=7 HOME={home} USER="$5" LOGNAME=su exec {shell} -c "$4"
"""
RECORDER = """\
#!{python} -IS
import json, os, sys
def words(name):
    with open(f"/proc/self/{{name}}", "rb") as file:
        return [word.decode("latin-1") for word in file.read().split(b"\\0")[:-1]]
record = {{"argv": words("cmdline")[2:], "environment": words("environ"), "directory": os.getcwd(),
    "umask": os.umask(0), "stdin": sys.stdin.buffer.read().decode("latin-1")}}
with open(os.path.dirname(sys.argv[0]) + "/record", "w") as file:
    json.dump(record, file)
"""


@dataclass(frozen=True, kw_only=True)
class Host:
    """A folder with a `su` that becomes nobody else, for one shell that does it all."""

    shell: str
    folder: Path

    @property
    def command(self) -> str:
        return SHELLS[self.shell]

    @property
    def recorder(self) -> str:
        return str(self.folder / "recorder")

    def start(self, text: str) -> subprocess.Popen[bytes]:
        path = self.folder / "script"
        path.write_text(text, encoding="utf-8")
        environment = {**AGENT, "PATH": f"{self.folder}:{os.defpath}"}
        return subprocess.Popen(
            [*self.command.split(), str(path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            cwd="/usr/bin",
        )

    def run(
        self, job: Job, dialect: str = "debian", *, whole_output: bool = False
    ) -> tuple[int, str, str]:
        habits = habits_of(DIALECTS[dialect])
        process = self.start(render(job, habits, title="test", whole_output=whole_output))
        stdout, stderr = process.communicate()
        return process.returncode, stdout.decode(), stderr.decode()


def executable(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


@pytest.fixture(scope="module")
def hosts(tmp_path_factory: pytest.TempPathFactory) -> list[Host]:
    made = []
    for shell in (shell for shell in SHELLS if not why_not(shell)):
        host = Host(shell=shell, folder=tmp_path_factory.mktemp(shell))
        executable(host.folder / "su", SU.format(home=host.folder, shell=host.command))
        executable(host.folder / "recorder", RECORDER.format(python=sys.executable))
        made.append(host)
    assert made
    return made


@pytest.fixture(params=SHELLS)
def host(request: pytest.FixtureRequest, hosts: list[Host]) -> Host:
    if reason := why_not(request.param):
        cannot(reason)
    return next(host for host in hosts if host.shell == request.param)


JOB = Job(user="alice", command="true", stdin=None, environment=())


def text_of(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def bytes_without(forbidden: bytes, *, least: int = 0) -> st.SearchStrategy[str]:
    """Whatever a line can hold; bytes that mean something to a shell come up more often."""
    signs = st.one_of(
        st.sampled_from(list(b"'\"\\$`%{}!*?~#&;|<>() \t\r\x01\x7f\x80\x81\x88\xff=-:[]^")),
        st.integers(1, 255),
    ).filter(lambda sign: sign not in forbidden)
    text = st.sampled_from(["{{ssm:x}}", "${HOME}", "{{resolve:ssm:y}}", "caf\u00e9 \u4e2d", "$$"])
    raw = st.lists(signs, min_size=least, max_size=16).map(lambda data: text_of(bytes(data)))
    return st.one_of(raw, text)


NAMES = st.one_of(
    st.sampled_from(["A", "T", "UID", "IFS", "LANG", "LC_ALL", "PWD", "OPTIND", "PPID", "ENV"]),
    st.sampled_from(["_", "PATH", "HOME", "USER", "MAIL", "SHLVL", "BASH_ENV", "CDPATH", "t", "x"]),
    bytes_without(b"=\n", least=1).filter(lambda name: name not in ("SHELL", "LOGNAME")),
)
JOBS = st.builds(
    replace,
    st.just(JOB),
    command=bytes_without(b"\n"),
    stdin=st.one_of(st.none(), bytes_without(b"")),
    environment=st.dictionaries(NAMES, bytes_without(b"\n"), max_size=4).map(
        lambda pairs: tuple(pairs.items())
    ),
)


def wanted(job: Job, host: Host) -> Mapping[str, str]:
    defaults = {"PATH": "/usr/bin:/bin", "HOME": str(host.folder)}
    return {**defaults, **dict(job.environment), "SHELL": host.recorder, "LOGNAME": "alice"}


def latin(text: str) -> str:
    return encode_text(text).decode("latin-1")


@settings(
    max_examples=settings().max_examples // 2,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(job=JOBS)
def test_the_job_gets_every_byte(job: Job, hosts: list[Host]) -> None:
    habits = habits_of(DIALECTS["debian"])
    running = []
    for host in hosts:
        (host.folder / "record").unlink(missing_ok=True)
        own = replace(job, environment=(*job.environment, ("SHELL", host.recorder)))
        running.append(host.start(render(own, habits, title="test")))
    for host, process, (stdout, stderr) in [
        (host, process, process.communicate()) for host, process in zip(hosts, running, strict=True)
    ]:
        assert (process.returncode, stderr) == (0, b""), (host.shell, stdout)
        record = json.loads((host.folder / "record").read_text())
        assert record["argv"] == [host.recorder, "-c", latin(job.command)], host.shell
        expected = [f"{latin(n)}={latin(v)}" for n, v in wanted(job, host).items()]
        assert sorted(record["environment"]) == sorted(expected), host.shell
        assert record["stdin"] == latin(job.stdin or ""), host.shell
        assert record["umask"] == 0o022


def test_output_and_code_come_back_the_code_first(host: Host) -> None:
    code, stdout, stderr = host.run(replace(JOB, command="echo out; echo err >&2; exit 3"))
    first, rest = stdout.split("\n", 1)
    assert first.startswith("[cron2aws] exit=3 seconds=")
    assert (code, rest, stderr) == (3, "out\n", "err\n")


@pytest.mark.parametrize("code", [137, 168, 169, 194])
def test_no_code_that_the_agent_acts_on_gets_through(host: Host, code: int) -> None:
    seen, stdout, _ = host.run(replace(JOB, command=f"exit {code}"))
    assert seen == 1
    assert stdout.startswith(f"[cron2aws] exit={code} seconds=")


def test_long_outputs_end_with_their_last_lines(host: Host) -> None:
    command = "seq 1 1500000; seq 1 9000 >&2"
    code, stdout, stderr = host.run(replace(JOB, command=command))
    assert code == 0
    assert 23_000 < len(stdout) <= 24_000
    assert 7_000 < len(stderr) <= 8_000
    assert stdout.startswith("[cron2aws] exit=0")
    assert stdout.endswith("\n1499999\n1500000\n")
    assert stderr.endswith("\n8999\n9000\n")


def test_the_whole_output_follows_what_is_told(host: Host) -> None:
    command = "seq 1 100000; seq 1 9000 >&2"
    _, stdout, stderr = host.run(replace(JOB, command=command), whole_output=True)
    told, whole = stdout.split("[cron2aws] whole output\n")
    assert len(told) <= 24_000
    assert whole == "".join(f"{n}\n" for n in range(1, 100_001))
    told, whole = stderr.split("[cron2aws] whole output\n")
    assert len(told) <= 8_000
    assert whole == "".join(f"{n}\n" for n in range(1, 9_001))


def test_what_the_job_leaves_running_is_not_waited_for(host: Host) -> None:
    """Nor is it killed by its next line of output, when nobody reads any more."""
    proof = host.folder / "proof"
    go_on = host.folder / "go-on"
    os.mkfifo(go_on)
    command = f"(read x <{go_on}; echo more; echo yes >{proof}; echo >{go_on}) & echo started"
    code, stdout, _ = host.run(replace(JOB, command=command))
    assert (code, stdout.split("\n")[1:]) == (0, ["started", ""])
    go_on.write_text("now\n")
    assert go_on.read_text() == "\n"  # it came so far
    assert proof.read_text() == "yes\n"


def test_a_job_that_reads_no_input_is_none_the_worse(host: Host) -> None:
    code, _, stderr = host.run(replace(JOB, command="exit 0", stdin="x\n" * 2000))
    assert (code, stderr) == (0, "")


def test_a_job_runs_however_slowly_its_outputs_are_awaited(host: Host) -> None:
    """Busybox gave up on a pipe when a child of its own ended while it waited for a reader.

    Such a child writes what is too long for a pipe's buffer. The job was not run, in about one of
    thirty times: hence the many, and the look at the text.
    """
    job = replace(JOB, command="cat >/dev/null; echo ran", stdin="x\n" * 4000)
    text = render(job, habits_of(DIALECTS["debian"]), title="test")
    assert [line for line in text.split("\n") if "<<" in line] == ["} 3<<'JOB'"]
    for _ in range(30 if host.shell == "busybox" else 2):
        code, stdout, stderr = host.run(job)
        assert (code, stdout.split("\n")[1:], stderr) == (0, ["ran", ""], "")


@pytest.mark.parametrize(
    ("dialect", "home", "ran"),
    [
        ("debian", "/nonexistent", True),
        ("cronie", "/nonexistent", False),
        ("cronie", "/", True),
    ],
)
def test_a_missing_home(host: Host, dialect: str, home: str, ran: bool) -> None:
    job = replace(JOB, command="pwd", environment=(("HOME", home),))
    code, stdout, _ = host.run(job, dialect)
    assert ((code == 0), len(stdout.split("\n")) == 3) == (ran, ran)


def test_nothing_is_left_in_the_temporary_folder(host: Host, tmp_path: Path) -> None:
    text = render(JOB, habits_of(DIALECTS["debian"]), title="test")
    text = f"TMPDIR={tmp_path}\nexport TMPDIR\n{text}"
    assert host.start(text).communicate()[0].startswith(b"[cron2aws] exit=0")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("shell", SHELLS)
def test_the_real_su(shell: str) -> None:
    """A busybox that prefers its own applets to PATH (Debian's busybox-static) takes its own."""
    program = SHELLS[shell].split()
    if os.geteuid() != 0 or not Path(program[0]).exists():
        cannot(f"NOT CHECKED WITH THE REAL su: not root, or there is no {program[0]}")
    command = """id -un; printf '%s\\n' "$A" "$SHELL" "$0"; cat; exit 3"""
    job = Job(user="daemon", command=command, stdin="in\n", environment=(("A", "x  y'"),))
    ran = subprocess.run(
        [*program, "-c", render(job, habits_of(DIALECTS["debian"]), title="test")],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        check=False,
    )
    _, *said = ran.stdout.decode().splitlines()
    wanted = ["daemon", "x  y'", "/bin/sh", "/bin/sh", "in"]
    assert (said, ran.stderr, ran.returncode) == (wanted, b"", 3)
