"""`make bench`: the figures of bench/README.md, ours and the peer's in turn, in one run."""

from __future__ import annotations

import argparse
import compileall
import importlib.util
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FILES, LINES, SCHEDULES, ROUNDS, SEED = 10, 1_000, 650, 3, 1
GROWTH = (1_000, 10_000, 50_000)
EQUAL = 2_000

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
    wanted = distinct(pick)
    chosen = [*wanted, *pick.choices(wanted, k=FILES * LINES - len(wanted))]
    pick.shuffle(chosen)
    return write(folder, "app", chosen)


def distinct(pick: random.Random) -> list[str]:
    wanted: dict[str, None] = {}
    while len(wanted) < SCHEDULES:
        wanted[schedule(pick)] = None
    return list(wanted)


def crowd(folder: Path, entries: int) -> list[str]:
    """One entry in five is due every minute: each minute of the day has too many jobs."""
    pick = random.Random(SEED)  # noqa: S311
    wanted = distinct(pick)
    chosen = [pick.choice(wanted) if n % 5 else "* * * * *" for n in range(entries)]
    return write(folder, f"crowd{entries}-", chosen)


def write(folder: Path, name: str, schedules: list[str]) -> list[str]:
    """User crontabs of 1,000 lines, the most that cronie reads."""
    paths = []
    for number, start in enumerate(range(0, len(schedules), LINES)):
        path = folder / f"{name}{number}"
        path.write_text(
            "".join(
                f"{text} /srv/app/bin/job-{number}-{n} --shard {n} >/dev/null 2>&1\n"
                for n, text in enumerate(schedules[start : start + LINES])
            )
        )
        paths.append(str(path))
    return paths


def lines(folder: Path, name: str, command: str) -> list[str]:
    path = folder / name
    path.write_text("".join(f"5 4 * * * {command.format(n)}\n" for n in range(EQUAL)))
    return [str(path)]


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
    compile_ours()
    with tempfile.TemporaryDirectory() as temporary:
        folder = keep or Path(temporary)
        folder.mkdir(exist_ok=True)
        report(generate(folder))
        more(folder)


def compile_ours() -> None:
    """Installers leave bytecode, so python-crontab has it; a tree of sources need not."""
    package = importlib.util.find_spec("cron2aws")
    if package is None or not package.submodule_search_locations:
        sys.exit("cron2aws is not installed here")
    for folder in package.submodule_search_locations:
        compileall.compile_dir(folder, quiet=1)


def reading(paths: list[str]) -> list[str]:
    return [sys.executable, "-c", READ, *paths]


def scanning(paths: list[str], output: str = "json") -> list[str]:
    ours = str(Path(sys.executable).with_name("cron2aws"))
    arguments = ["scan", "-o", output, "--dialect", "cronie", "--timezone", "UTC"]
    return [ours, *arguments, "--user", "app", "--format-of", "user", *paths]


def best_of(commands: dict[str, list[str]], rounds: int = ROUNDS) -> dict[str, tuple[float, float]]:
    """The least seconds of each, in turn, and the most memory."""
    best = dict.fromkeys(commands, (float("inf"), 0.0))
    for _ in range(rounds):
        for name, command in commands.items():
            seconds, peak = measure(command)
            best[name] = min(best[name][0], seconds), max(best[name][1], peak)
    return best


def more(folder: Path) -> None:
    crowded = crowd(folder, FILES * LINES)
    found = best_of(
        {
            "python-crontab reads": reading(crowded),
            "scan": scanning(crowded),
            "table": scanning(crowded, "table"),
            "equal": scanning(lines(folder, "equal", "/srv/job >/dev/null 2>&1")),
            "different": scanning(lines(folder, "different", "/srv/job-{} >/dev/null 2>&1")),
        }
    )
    seconds = {name: each[0] for name, each in found.items()}
    reads = seconds["python-crontab reads"]
    print(f"\n{FILES * LINES:,} entries, one in five every minute\n")
    for name, each in seconds.items():
        print(f"{name:24}{each:8.2f} s")
    print(f"\nscan / reads             {seconds['scan'] / reads:8.1f} (at most 3)")
    print(f"table / reads            {seconds['table'] / reads:8.1f} (at most 5)")
    equal = seconds["equal"] / seconds["different"]
    print(f"{EQUAL:,} equal / different  {equal:8.1f} (at most 1.5)")
    print("\nentries      scan        table")
    for entries in GROWTH:
        paths = crowd(folder, entries)
        grown = best_of({"json": scanning(paths), "table": scanning(paths, "table")}, 1)
        told = (f"{each[0]:7.2f} s {each[1]:4.0f} MiB" for each in grown.values())
        print(f"{entries:<7,} {'  '.join(told)}")


def report(paths: list[str]) -> None:
    python = sys.executable
    scan = scanning(paths)
    found = best_of(
        {
            "python-crontab reads": reading(paths),
            "scan": scan,
            "scan, no witness": [python, "-c", WITHOUT, *scan[1:]],
            "import click": [python, "-c", "import click"],
            "cron2aws --version": [scan[0], "--version"],
        }
    )
    best = {name: each[0] for name, each in found.items()}
    memory = found["scan"][1]
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
