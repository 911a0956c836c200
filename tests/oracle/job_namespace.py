"""Runs jobs twice, by Debian's cron daemon and by scripts as the SSM agent runs them.

    unshare --mount python3 job_namespace.py FOLDER

FOLDER holds `etc`, `home`, `opt` (with the shell that records its job in `opt/out`), `spool`,
`scripts` and `wanted`, how many jobs the daemon is to run. What was recorded goes to `daemon` and
`ours`. The jobs are @reboot jobs: those start with the daemon, by the same code as all others.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

PATIENCE = 10.0
OPEN_FILES = 1024
"""systemd starts the daemon and the agent alike with this soft limit (DefaultLimitNOFILE)."""
AGENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "AWS_SSM_INSTANCE_ID": "i-0abc",
    "AWS_SSM_REGION_NAME": "eu-west-1",
}


def mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)


def hide_the_machine(folder: Path) -> None:
    mount("--make-rprivate", "/")
    for name, place in (
        ("etc", "/etc"),
        ("home", "/home"),
        ("opt", "/opt"),
        ("spool", "/var/spool/cron"),
    ):
        mount("--bind", str(folder / name), place)
    mount("-t", "tmpfs", "tmpfs", "/run")


def recorded() -> int:
    return len(list(Path("/opt/out").glob("*/done")))


def run_daemon(wanted: int) -> None:
    with subprocess.Popen(["/usr/sbin/cron", "-f"], env=AGENT, cwd="/") as daemon:
        end = time.monotonic() + PATIENCE
        while recorded() < wanted and time.monotonic() < end and daemon.poll() is None:
            time.sleep(0.05)  # noqa: TID251
        time.sleep(0.2)  # noqa: TID251 (for a job that was not to run)
        daemon.terminate()


def run_script(path: Path) -> None:
    ran = subprocess.run(
        ["sh", path],
        env=AGENT,
        cwd="/usr/bin",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )
    path.with_suffix(".out").write_bytes(ran.stdout + ran.stderr)


def main(folder: Path) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, hard))
    hide_the_machine(folder)
    scripts = sorted((folder / "scripts").iterdir())
    wanted = int((folder / "wanted").read_text())
    if wanted:
        run_daemon(wanted)
    Path("/opt/out").rename("/opt/daemon")
    Path("/opt/out").mkdir()
    Path("/opt/out").chmod(0o1777)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run_script, scripts))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
