"""Records what programs that write crontabs make of a tab with lines of cron2aws beside theirs.

    python3 -m tests.oracle.record_managers [NAME]...

Writes tests/data/managers/NAME.json for each that is there (managers_at_work.py), all by default.
Needs root, `unshare`, Debian's cron, and the programs on PATH: ansible-core and salt of PyPI, the
packages puppet-agent, puppet-module-puppetlabs-cron-core, ruby-whenever and cfengine3, and in
PYTHON_WITH_CRONTAB a python with python-crontab. Each has a spool and an /etc/cron.d of its own.
"""

from __future__ import annotations

import grp
import json
import os
import pwd
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from cron2aws.crontab.edit import comment_out, restore
from cron2aws.crontab.mark import Mark
from tests.oracle.managers_at_work import JOB, PROGRAMS, SPOOL, USER, Program, Wish, is_there

MODULE = "tests.oracle.record_managers"
DATA = Path(__file__).parents[1] / "data/managers"
ABOVE, BELOW = "/srv/shop/bin/above", "/srv/shop/bin/below"
"""Two jobs of the user's own, around the program's."""
MARKED, BACK = "the user's own lines are marked", "the user's own lines are back"
STEPS = (
    ("the same again", Wish()),
    (MARKED, None),
    ("with the marks", Wish()),
    ("dropped", Wish(absent=True)),
    ("dropped, and again", Wish(absent=True)),
    ("written again", Wish()),
    ("another schedule", Wish(minute="*/2")),
    ("another command", Wish(minute="*/2", command="/srv/shop/bin/nightly --some")),
    ("as before", Wish()),
    ("disabled", Wish(disabled=True)),
    ("enabled", Wish()),
    ("at the start of the host", Wish(reboot=True)),
    ("each minute again", Wish()),
    ("dropped at last", Wish(absent=True)),
    (BACK, None),
    ("after that", Wish(absent=True)),
    ("and written again", Wish()),
    ("disabled, to be dropped", Wish(disabled=True)),
    ("dropped while it was disabled", Wish(absent=True)),
)
INNER = """
set -e
mount --make-rprivate /
mount --bind "$1/spool" /var/spool/cron/crontabs
mount --bind "$1/cron.d" /etc/cron.d
shift
exec "$@"
"""


def own(program: Program, command: str) -> bytes:
    """A line of the user's, its blanks as nobody else writes them."""
    user = f"{USER} " if program.tab.startswith("/etc/") else ""
    return f"*  *\t* * *  {user}{command}\n".encode()


def marked(program: Program, data: bytes) -> bytes:
    """The lines that `migrate --comment-out` takes for the user's own, commented out."""
    jobs = (ABOVE, BELOW) if program.leaves_sign else (ABOVE, BELOW, JOB)
    found = {
        number: Mark(
            id=f"{number:016x}",
            account="123456789012",
            region="eu-central-1",
            stack=f"cron2aws-web-1-{number}",
            minute="2026-12-01T03:00Z",
        )
        for number, line in enumerate(data.split(b"\n"), 1)
        if any(job.encode() in line for job in jobs)
    }
    return comment_out(data, found)


def unmarked(data: bytes) -> bytes:
    """The same lines, as a rollback brings them back."""
    ids = [
        line.split(b"cron2aws:")[1][:16].decode()
        for line in data.split(b"\n")
        if b"# cron2aws:" in line
    ]
    return restore(data, ids)


def steps(program: Program, folder: Path) -> Iterator[dict[str, object]]:
    """Each step, with the bytes before and after it."""
    tab = Path(program.tab)

    def write(data: bytes) -> None:
        tab.write_bytes(data)
        if program.tab == SPOOL:
            os.chown(tab, pwd.getpwnam(USER).pw_uid, grp.getgrnam("crontab").gr_gid)
        tab.chmod(0o600 if program.tab == SPOOL else 0o644)

    write(own(program, ABOVE))
    text = program.run(folder, Wish())
    write(tab.read_bytes() + own(program, BELOW))
    yield {"title": "made", "input": text, "after": tab.read_text()}
    for title, wish in STEPS:
        if wish and wish.disabled and not program.can_disable:
            continue
        before, text = tab.read_bytes(), ""
        if wish is not None:
            text = program.run(folder, wish)
        elif title == MARKED:
            write(marked(program, before))
        else:
            write(unmarked(before))
        yield {"title": title, "input": text, "after": tab.read_text()}


def inside(name: str, folder: Path) -> None:
    """In the namespace: run it, and write what it did."""
    program = PROGRAMS[name]
    document = {
        "program": program.version(),
        "user": USER,
        "leaves_sign": program.leaves_sign,
        "tab": program.tab,
        "steps": list(steps(program, folder)),
    }
    text = json.dumps(document, indent=1, ensure_ascii=False)
    (DATA / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def main(names: list[str]) -> None:
    for name in names or PROGRAMS:
        if not is_there(PROGRAMS[name]):
            sys.stderr.write(f"{name} is not here: its record stays as it is\n")
            continue
        with tempfile.TemporaryDirectory() as folder:
            for each in ("spool", "cron.d", "work"):
                (Path(folder) / each).mkdir()
            again = [sys.executable, "-m", MODULE, "--inside", name, f"{folder}/work"]
            shell = ["unshare", "--mount", "sh", "-c", INNER, "sh", folder]
            subprocess.run([*shell, *again], check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inside"]:
        inside(sys.argv[2], Path(sys.argv[3]))
    else:
        main(sys.argv[1:])
