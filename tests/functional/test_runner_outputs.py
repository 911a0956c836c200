"""What the runner keeps and tells of a job's outputs, in real shells."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tests.shells import JOB, Ended, Host, command_of, ended, run_on
from tests.surroundings import cannot

MOST, KEPT = 8 * 1024**2, 4 * 1024**2
"""Bytes of an output on disk before it is shortened, and after."""

FAST_SLEEP = "#!/bin/sh\n# what the runner waits is a moment\nexec /bin/sleep .02\n"


@pytest.fixture
def quick(host: Host, tmp_path: Path) -> Host:
    """A host of its own, whose runner looks often."""
    made = replace(host, folder=tmp_path)
    made.lay_out()
    made.stand_in("sleep", FAST_SLEEP)
    return made


def numbers(last: int) -> bytes:
    return b"".join(b"%d\n" % n for n in range(1, last + 1))


def told_of(run: Ended) -> tuple[int, int, str]:
    return int(run.said["out"]), int(run.said["err"]), run.said["dropped"]


def test_long_outputs_end_with_their_last_lines(hosts: list[Host]) -> None:
    job = replace(JOB, command="seq 1 200000; seq 1 9000 >&2")
    out, err = numbers(200_000), numbers(9_000)
    for run in run_on(hosts, job):
        assert told_of(run) == (len(out), len(err), "0")
        assert len(run.stdout) == 24_000
        assert out.endswith(run.output)
        assert len(run.stderr) == 7_900
        assert err.endswith(run.stderr)


@pytest.mark.parametrize("over", [-1, 0, 1])
def test_an_output_is_told_whole_up_to_its_last_byte(host: Host, over: int) -> None:
    command = "head -c 20000 /dev/zero; head -c 1000 /dev/zero >&2"
    first = len(host.run(replace(JOB, command=command)).first)
    room = 24_000 - first - 1
    run = host.run(replace(JOB, command=f"printf '%0{room + over}d' 0; printf '%07900d' 0 >&2"))
    assert len(run.first) == first
    assert len(run.output) == min(room, room + over)
    assert len(run.stderr) == 7_900


def test_bytes_without_a_newline_or_a_form_come_as_they_are(host: Host) -> None:
    octal = "".join(f"\\{byte:03o}" for byte in range(256))
    run = host.run(replace(JOB, command=f"printf '{octal}'; printf '{octal}' >&2"))
    every = bytes(range(256))
    assert (run.output, run.stderr, told_of(run)) == (every, every, (256, 256, "0"))


def test_the_whole_output_follows_what_is_told(hosts: list[Host]) -> None:
    job = replace(JOB, command="seq 1 100000; seq 1 9000 >&2")
    for run in run_on(hosts, job, whole="1"):
        told, whole = run.stdout.split(b"[cron2aws] whole output\n")
        assert len(told) <= 24_000
        assert whole == numbers(100_000)
        told, whole = run.stderr.split(b"[cron2aws] whole output\n")
        assert len(told) <= 8_000
        assert whole == numbers(9_000)


def has_holes(folder: Path) -> bool:
    """Whether `fallocate -p` works here."""
    (folder / "try").write_bytes(b"x" * 8192)
    asked = ["fallocate", "-p", "-o", "0", "-l", "4096", str(folder / "try")]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


# the machine's own, and what is free then: all of it has to read as nothing
FALLOCATE = """\
#!/bin/sh
PATH=/usr/bin:/bin
fallocate "$@" || exit
[ -z "$(head -c "$5" "$6" | tr -d '\\0')" ] && echo "$5" >>{folder}/cuts
"""
# goes on when the runner has shortened what is too long; else the limit ends the job
WRITES_A_LOT = """\
for n in 1 2 3; do
  yes "line $n" | head -c 9437184
  until [ $((n * 9437184 - $(tail -n 1 {folder}/cuts))) -le 8388608 ]; do sleep .02; done
done
echo end"""


def test_of_what_is_too_long_the_end_is_kept_and_the_rest_counted(quick: Host) -> None:
    """At most 8 MiB stay on disk after a look, 4 of what was shortened just then."""
    if not has_holes(quick.folder):
        cannot(f"NOT CHECKED: {quick.folder} lies on a file system without holes")
    quick.stand_in("fallocate", FALLOCATE.format(folder=quick.folder))
    cuts = quick.folder / "cuts"
    cuts.write_text("0\n")
    command = one_line(WRITES_A_LOT.format(folder=quick.folder))
    run = quick.run(replace(JOB, command=command), whole="1", limit="60")
    written = b"".join((b"line %d\n" % n * 1_348_170)[: 9 * 1024**2] for n in (1, 2, 3)) + b"end\n"
    assert (run.said["exit"], run.said.get("ended")) == ("0", None)
    out, err, dropped = told_of(run)
    assert (out, err, dropped) == (len(written), 0, cuts.read_text().split()[-1])
    told, whole = run.stdout.split(b"[cron2aws] whole output\n")
    assert len(told) == 24_000
    word = b"[cron2aws] the first %s bytes of it were not kept\n" % dropped.encode()
    assert whole == word + written[int(dropped) :]
    assert KEPT < out - int(dropped) <= MOST + len(b"end\n")


def one_line(text: str) -> str:
    """As a crontab has it."""
    return "; ".join(text.split("\n")).replace("do;", "do")


def test_no_byte_is_counted_twice_where_holes_cannot_be_made(quick: Host) -> None:
    """Without `fallocate` all of it goes, and the report says that it was at least so much."""
    quick.stand_in("fallocate", "#!/bin/sh\nexit 1\n")
    sleeps = quick.folder / "sleeps"
    quick.stand_in("sleep", FAST_SLEEP.replace("exec", f"echo >>{sleeps}\nexec"))
    # 9 MiB, then nothing while the runner looks five times more
    command = one_line(
        "head -c 9437184 /dev/zero\n"
        'until [ "$(stat -L -c %s /proc/self/fd/1)" -le 1048576 ]; do sleep .02; done\n'
        f"n=$(wc -l <{sleeps})\n"
        f"until [ $(wc -l <{sleeps}) -gt $((n + 5)) ]; do sleep .02; done\n"
        "echo end\nhead -c 3 /dev/zero >&2"
    )
    run = quick.run(replace(JOB, command=command), whole="1", limit="60")
    assert run.said.get("ended") is None
    out, err, dropped = told_of(run)
    lost = int(dropped.removesuffix("+"))
    assert (dropped, err) == (f"{lost}+", 3)
    # what was written between the look and the cut is what "at least" is for
    assert MOST < lost < out <= 9 * 1024**2 + 4
    told, whole = run.output.split(b"[cron2aws] whole output\n")
    word, rest = whole.split(b"\n", 1)
    assert word == b"[cron2aws] at least the first %d bytes of it were not kept" % lost
    assert (len(rest), rest.strip(b"\0")) == (out - lost, b"end\n")
    assert rest.endswith(told)
    assert run.stderr == b"\0\0\0[cron2aws] whole output\n\0\0\0"


@pytest.mark.parametrize("code", [0, 3])
def test_a_job_may_cut_its_own_outputs_short(host: Host, code: int) -> None:
    """As under a daemon that has them in a file."""
    command = f"echo gone; : >/dev/stdout; echo gone >&2; : >/dev/stderr; exit {code}"
    run = host.run(replace(JOB, command=command))
    assert (run.said["outcome"], run.said["exit"]) == ("ran", str(code))
    assert (run.code, run.output, run.stderr, told_of(run)) == (code, b"", b"", (0, 0, "0"))


def test_a_job_may_close_its_outputs(host: Host) -> None:
    run = host.run(replace(JOB, command="exec >&- 2>&-; exit 3"))
    assert (run.said["outcome"], run.said["exit"], told_of(run)) == ("ran", "3", (0, 0, "0"))


def test_where_there_is_no_place_for_outputs_the_job_runs_and_the_report_says_so(
    host: Host, tmp_path: Path
) -> None:
    own = replace(host, folder=tmp_path)
    own.lay_out()
    for name in ("var/lib", "dev/shm", "run"):
        (tmp_path / name).rmdir()
        (tmp_path / name).write_text("no folder")
    run = own.run(replace(JOB, command=f"echo lost; echo ran >{tmp_path}/proof; exit 3"))
    assert (tmp_path / "proof").read_text() == "ran\n"
    told = (run.said["outcome"], run.said["exit"], run.said["lost"])
    assert (run.code, told) == (3, ("ran", "3", "1"))
    assert (run.output, run.stderr) == (b"", b"")


def test_what_the_job_leaves_running_is_not_waited_for(host: Host, tmp_path: Path) -> None:
    """Nor is it killed by its next line of output, when nobody reads any more."""
    proof, go_on = tmp_path / "proof", tmp_path / "go-on"
    subprocess.run(["mkfifo", go_on], check=True)
    command = f"(read x <{go_on}; echo more; echo yes >{proof}; echo >{go_on}) & echo started"
    run = host.run(replace(JOB, command=command))
    assert (run.code, run.output) == (0, b"started\n")
    go_on.write_text("now\n")
    assert go_on.read_text() == "\n"  # it came so far
    assert proof.read_text() == "yes\n"


def test_the_runner_lets_go_of_the_agents_pipes(host: Host) -> None:
    """What stays of the job and of the runner would keep the agent waiting."""
    process = host.start(host.text(command_of(replace(JOB, command="sleep 1000 & echo $!"))))
    run = ended(process)
    subprocess.run(["kill", run.output.strip()], check=True)  # it lives
