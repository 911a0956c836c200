"""A fleet of hosts that ought to be the same, and are not: which differences it has is known.

The hosts are copies of fixtures/crontabs/debian-web. In one host each something is planted that
changes what runs there; some others are written otherwise and mean the same. Nothing is random.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

BASE = Path(__file__).parents[1] / "fixtures" / "crontabs" / "debian-web"
HOSTS = 30

CRONTAB, SHOP, BACKUP = "/etc/crontab", "/etc/cron.d/shop", "/etc/cron.d/backup"
ROOTS, SHOPS = "/var/spool/cron/crontabs/root", "/var/spool/cron/crontabs/shop"

Job = tuple[str, str]
"""A crontab, and a word of the command that no other command in it has."""

HOURLY: frozenset[Job] = frozenset(
    {(CRONTAB, "cron.hourly"), (CRONTAB, "check-disk"), (SHOP, "queue:work"), (SHOP, "warm-cache")}
)
"""The jobs that are due at the same minutes of every hour, in whichever zone."""

WITHOUT_TIME: frozenset[Job] = frozenset({(ROOTS, "mount-scratch")})

JOBS: tuple[Job, ...] = (
    *((CRONTAB, word) for word in ("cron.hourly", "cron.daily", "check-disk", "verify-backups")),
    *((SHOP, word) for word in ("queue:work", "invoices", "stock", "report:month", "warm-cache")),
    *((BACKUP, word) for word in ("mysqldump", "find /var/backups")),
    *((ROOTS, word) for word in ("mount-scratch", "renew-certificates", "logrotate")),
    (f"{SHOP}.dpkg-old", "never-runs"),
    *((SHOPS, word) for word in ("orders:sync", "books:close", "Open orders")),
)


@dataclass(frozen=True, kw_only=True)
class Planted:
    """A difference on one host; `told` stands in how a report says the host has those jobs."""

    host: str
    what: str
    lacks: frozenset[Job] = frozenset()
    """The jobs that it lacks, and all other hosts have."""

    alone: frozenset[Job] = frozenset()
    """The jobs that it has, and no other host."""

    otherwise: frozenset[Job] = frozenset()
    """The jobs that it has in another way than all other hosts."""

    told: str = ""


@dataclass(frozen=True, kw_only=True)
class Fleet:
    """The file trees of the hosts by their names, and what is planted in them."""

    trees: Mapping[str, Path]
    planted: tuple[Planted, ...]


Files = dict[str, str]
Edit = Callable[[Files], None]


def _swap(path: str, old: str, new: str) -> Edit:
    def edit(files: Files) -> None:
        if files[path].count(old) != 1:
            message = f"{old!r} stands {files[path].count(old)} times in {path}"
            raise AssertionError(message)
        files[path] = files[path].replace(old, new)

    return edit


def _drop(path: str, word: str) -> Edit:
    def edit(files: Files) -> None:
        lines = files[path].splitlines(keepends=True)
        kept = [line for line in lines if word not in line]
        if len(kept) != len(lines) - 1:
            message = f"{word!r} is not in one line of {path}"
            raise AssertionError(message)
        files[path] = "".join(kept)

    return edit


def _add(path: str, text: str) -> Edit:
    def edit(files: Files) -> None:
        files[path] = files.get(path, "") + text

    return edit


def _remove(path: str) -> Edit:
    def edit(files: Files) -> None:
        del files[path]

    return edit


def _of(path: str) -> frozenset[Job]:
    return frozenset(job for job in JOBS if job[0] == path)


def _jobs(*jobs: Job) -> frozenset[Job]:
    return frozenset(jobs)


OTHER_DAEMON = 'ID=amzn\nNAME="Amazon Linux"\nVERSION_ID="2023"\n'

_PLANTED: tuple[tuple[int, str, Edit, dict[str, frozenset[Job]], str], ...] = (
    (1, "a line is missing", _drop(SHOP, "stock:import"), {"lacks": _jobs((SHOP, "stock"))}, ""),
    (2, "a line is missing", _drop(ROOTS, "logrotate"), {"lacks": _jobs((ROOTS, "logrotate"))}, ""),
    (3, "a line is commented out by hand", _swap(CRONTAB, "*/10 *", "#*/10 *"),
     {"lacks": _jobs((CRONTAB, "check-disk"))}, ""),
    (4, "a line is commented out by hand", _swap(SHOPS, "0 9-17", "# 0 9-17"),
     {"lacks": _jobs((SHOPS, "orders:sync"))}, ""),
    (5, "a file is missing", _remove(BACKUP), {"lacks": _of(BACKUP)}, ""),
    (6, "a user's crontab is missing", _remove(SHOPS), {"lacks": _of(SHOPS)}, ""),
    (7, "another hour", _swap(SHOP, "15 2 * * *", "15 4 * * *"),
     {"otherwise": _jobs((SHOP, "invoices"))}, "`15 4 * * *`"),
    (8, "another minute", _swap(BACKUP, "40 1", "41 1"),
     {"otherwise": _jobs((BACKUP, "mysqldump"))}, "`41 1 * * *`"),
    (9, "other days", _swap(SHOP, "30 3 * * 1-5", "30 3 * * *"),
     {"otherwise": _jobs((SHOP, "stock"))}, "`30 3 * * *`"),
    (10, "more often", _swap(SHOP, "*/5 *", "*/4 *"),
     {"otherwise": _jobs((SHOP, "queue:work"))}, "`*/4 * * * *`"),
    (11, "a macro for another time", _swap(ROOTS, "@weekly", "@daily"),
     {"otherwise": _jobs((ROOTS, "renew-certificates"))}, "`@daily`"),
    (12, "another zone", _swap("/etc/timezone", "UTC", "Europe/Berlin"),
     {"otherwise": frozenset(JOBS) - HOURLY - WITHOUT_TIME}, "in Europe/Berlin"),
    (13, "a variable more", _swap(BACKUP, "SHELL=", "TMPDIR=/scratch\nSHELL="),
     {"otherwise": _of(BACKUP)}, "with TMPDIR=/scratch"),
    (14, "another value of a variable", _swap(SHOP, "APP_ENV=production", "APP_ENV=staging"),
     {"otherwise": _of(SHOP)}, "with APP_ENV=staging"),
    (15, "a variable less", _swap(SHOPS, "HOME=/srv/shop\n", ""),
     {"otherwise": _of(SHOPS)}, "without HOME"),
    (16, "a line is left to the host", _swap(CRONTAB, "0 4\t1-7", "# cron2aws: ignore\n0 4\t1-7"),
     {"otherwise": _jobs((CRONTAB, "verify-backups"))}, "to keep"),
    (17, "a note sets something", _swap(ROOTS, "5 0 *", "# cron2aws: overlap=skip\n5 0 *"),
     {"otherwise": _jobs((ROOTS, "logrotate"))}, "with overlap=skip"),
    (18, "another name", _swap(SHOP, "name=monthly-report", "name=report"),
     {"otherwise": _jobs((SHOP, "report:month"))}, "named report"),
    (19, "a program writes the line", _swap(BACKUP, "10 3 *", "#Ansible: tidy\n10 3 *"),
     {"otherwise": _jobs((BACKUP, "find /var/backups"))}, "written by Ansible"),
    (20, "a further line", _add(ROOTS, "50 4 * * * /usr/local/sbin/only-here\n"),
     {"alone": _jobs((ROOTS, "only-here"))}, ""),
    (21, "a further file", _add("/etc/cron.d/old", "0 1 * * * root /opt/old/run\n"),
     {"alone": _jobs(("/etc/cron.d/old", "/opt/old/run"))}, ""),
    (22, "the same command a second time", _add(ROOTS, "7 7 7 7 * /usr/local/sbin/mount-scratch\n"),
     {"otherwise": WITHOUT_TIME, "alone": WITHOUT_TIME}, "beside others"),
    (23, "another user", _swap(CRONTAB, "7\troot", "7\tbackup-agent"),
     {"lacks": _jobs((CRONTAB, "verify-backups")),
      "alone": _jobs((CRONTAB, "verify-backups"))}, ""),
    (24, "another command", _swap(CRONTAB, "--warn 80", "--warn 90"),
     {"lacks": _jobs((CRONTAB, "check-disk")), "alone": _jobs((CRONTAB, "check-disk"))}, ""),
    (25, "a guard that is quiet", _swap(SHOPS, "45 23", "# cron2aws: guard\n45 23"),
     {"otherwise": _jobs((SHOPS, "books:close"))}, "with a quiet guard"),
)  # fmt: skip
"""By the number of the host."""

TURNED = "APP_HOME=/srv/shop\nAPP_ENV=production"
_HARMLESS: tuple[tuple[int, Edit], ...] = (
    (26, _swap(CRONTAB, "# the disk fills up", "# a further comment\n\n# the disk fills up")),
    (27, _swap(SHOP, "APP_ENV=production\nAPP_HOME=/srv/shop", TURNED)),
    (28, _swap(BACKUP, "40 1 * * *\troot\t", "40  1\t* *  *   root\t")),
    (29, _add(SHOPS, "\n# 0 7 * * * bin/console never:again")),
)  # fmt: skip
"""Written otherwise, and the same jobs."""


def make_fleet(folder: Path, more: Mapping[str, str] | None = None, count: int = HOSTS) -> Fleet:
    """The hosts `web-01`, `web-02`, ... below a folder.

    `more`: texts by path that each host has as well; what is planted in the first hosts is the
    same whatever the count.
    """
    edits: dict[int, list[Edit]] = {}
    planted: list[Planted] = []
    for number, what, edit, jobs, told in _PLANTED:
        if number <= count:
            edits.setdefault(number, []).append(edit)
            planted.append(Planted(host=name_of(number), what=what, told=told, **jobs))
    for number, edit in _HARMLESS:
        edits.setdefault(number, []).append(edit)
    trees = {}
    for number in range(1, count + 1):
        name = name_of(number)
        tree = Path(shutil.copytree(BASE, folder / name))
        files: Files = {
            f"/{path.relative_to(tree)}": path.read_text(encoding="utf-8")
            for path in sorted(tree.rglob("*"))
            if path.is_file()
        }
        files |= {"/etc/hostname": f"{name}\n", **(more or {})}
        before = dict(files)
        for edit in edits.get(number, ()):
            edit(files)
        for path in before.keys() - files.keys():
            (tree / path[1:]).unlink()
        for path, text in files.items():
            (tree / path[1:]).parent.mkdir(parents=True, exist_ok=True)
            (tree / path[1:]).write_text(text, encoding="utf-8")
        trees[name] = tree
    return Fleet(trees=trees, planted=tuple(planted))


def name_of(number: int) -> str:
    """`web-07`."""
    return f"web-{number:02}"
