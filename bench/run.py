"""`make bench`: the figures of bench/README.md, ours and the peer's in turn, in one run."""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FILES, LINES, SCHEDULES, ROUNDS, SEED = 10, 1_000, 650, 3, 1

READ = """
import sys, crontab
print(sum(len(list(crontab.CronTab(tabfile=path, user=False))) for path in sys.argv[1:]))
"""
WITHOUT = """
import sys
import cron2aws.crontab.witness, cron2aws.schedule.proof
proof = cron2aws.schedule.proof
proof.witness = lambda *_: proof.Testimony(agreement=proof.Agreement.AGREES)
cron2aws.crontab.witness.second_reading = lambda *_: None
from cron2aws.cli.main import main
main(sys.argv[1:])
"""


def schedule(pick: random.Random) -> str:
    minute, hour = pick.randrange(60), pick.randrange(24)
    day, weekday = pick.randrange(1, 29), pick.choice(["1-5", "0", "mon", "6,0", "*/2", "5"])
    return pick.choice(
        [
            f"{minute} {hour} * * *",
            f"*/{pick.choice([2, 3, 5, 7, 10, 15, 20, 30])} * * * *",
            f"{minute} * * * *",
            f"{minute} {hour} * * {weekday}",
            f"{minute} {hour} {day} * *",
            f"{minute} {hour} {day} * {weekday}",
            f"{minute} {pick.randrange(10)}-{pick.randrange(11, 23)} * * 1-5",
            f"{minute} {hour} 1 {pick.choice(['*/3', 'jan', '1,7'])} *",
        ]
    )


def generate(folder: Path) -> list[str]:
    """Ten user crontabs; every distinct schedule stands in them."""
    pick = random.Random(SEED)  # noqa: S311 (the same crontabs each time)
    wanted: dict[str, None] = {}
    while len(wanted) < SCHEDULES:
        wanted[schedule(pick)] = None
    chosen = [*wanted, *pick.choices(list(wanted), k=FILES * LINES - len(wanted))]
    pick.shuffle(chosen)
    paths = []
    for number in range(FILES):
        part = chosen[number * LINES : (number + 1) * LINES]
        path = folder / f"app{number}"
        path.write_text(
            "".join(
                f"{text} /srv/app/bin/job-{number}-{n} --shard {n} >/dev/null 2>&1\n"
                for n, text in enumerate(part)
            )
        )
        paths.append(str(path))
    return paths


def measure(command: list[str]) -> tuple[float, float]:
    """Seconds of wall time, and the peak resident set in MiB, of one process."""
    begin = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
    seconds = time.perf_counter() - begin
    if status:
        sys.exit(f"{command[:3]} ended with {status}")
    return seconds, usage.ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="leave the crontabs in this folder")
    keep = parser.parse_args().keep
    with tempfile.TemporaryDirectory() as temporary:
        folder = keep or Path(temporary)
        folder.mkdir(exist_ok=True)
        report(generate(folder))


def report(paths: list[str]) -> None:
    python = sys.executable
    ours = str(Path(python).with_name("cron2aws"))
    arguments = ["scan", "-o", "json", "--dialect", "cronie", "--timezone", "UTC"]
    arguments += ["--user", "app", "--format-of", "user", *paths]
    commands = {
        "python-crontab reads": [python, "-c", READ, *paths],
        "scan": [ours, *arguments],
        "scan, no witness": [python, "-c", WITHOUT, *arguments],
        "import click": [python, "-c", "import click"],
        "cron2aws --version": [ours, "--version"],
    }
    best = dict.fromkeys(commands, float("inf"))
    memory = 0.0
    for _ in range(ROUNDS):
        for name, command in commands.items():
            seconds, peak = measure(command)
            best[name] = min(best[name], seconds)
            memory = max(memory, peak if name == "scan" else 0)
    reads, click = best["python-crontab reads"], best["import click"]
    print(f"{FILES * LINES:,} entries, {SCHEDULES} distinct schedules, best of {ROUNDS}\n")
    for name, seconds in best.items():
        print(f"{name:24}{seconds:8.2f} s")
    print(f"\nscan / reads             {best['scan'] / reads:8.1f} (at most 10)")
    print(f"scan, no witness / reads {best['scan, no witness'] / reads:8.1f} (at most 3)")
    print(f"--version / import click {best['cron2aws --version'] / click:8.1f} (at most 1.5)")
    print(f"memory of scan           {memory:8.0f} MiB (at most 200)")


if __name__ == "__main__":
    main()
