"""Programs that write crontabs, each as its own user would drive it: one job, and one besides it.

A `Wish` says what the job is to be; `state` of each program writes its own input for that, runs it,
and gives back that input. The tab is that of USER, or a file of /etc/cron.d, wherever the program
finds them: record_managers.py puts a folder there.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

USER = "games"
JOB = "/srv/shop/bin/nightly --all"
OTHER = "/srv/shop/bin/tidy"
SPOOL = f"/var/spool/cron/crontabs/{USER}"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What becomes of the job: its line in full, commented out by the program itself, or gone."""

    command: str = JOB
    minute: str = "*"
    reboot: bool = False
    disabled: bool = False
    absent: bool = False


@dataclass(frozen=True, kw_only=True)
class Program:
    """`run` drives it in a folder of its own, `version` prints who it is.

    One that leaves no sign is not known by cron2aws: the job's line counts as the user's.
    """

    name: str
    version: Callable[[], str]
    run: Callable[[Path, Wish], str]
    tab: str = SPOOL
    can_disable: bool = False
    leaves_sign: bool = True


def said(*command: str | Path, folder: Path | None = None, **environment: str) -> str:
    """What a command prints; CalledProcessError where it fails."""
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def ansible(folder: Path, wish: Wish, cron_file: str = "") -> str:
    """A play with two tasks of the module cron."""
    where = f"        user: {USER}\n" + (f"        cron_file: {cron_file}\n" if cron_file else "")
    if wish.absent:
        job = "        state: absent\n"
    else:
        when = "special_time: reboot" if wish.reboot else f'minute: "{wish.minute}"'
        job = f"        {when}\n        job: {wish.command}\n"
        job += "        disabled: true\n" if wish.disabled else ""
    play = (
        "- hosts: localhost\n  gather_facts: false\n  tasks:\n"
        f"    - ansible.builtin.cron:\n        name: nightly\n{where}{job}"
        f"    - ansible.builtin.cron:\n        name: tidy\n{where}"
        f'        minute: "7"\n        hour: "3"\n        job: {OTHER}\n'
    )
    (folder / "play.yml").write_text(play)
    said(
        "ansible-playbook", "-i", "localhost,", "-c", "local", "play.yml",
        "-e", f"ansible_python_interpreter={sys.executable}", folder=folder,
        ANSIBLE_HOME=str(folder / "home"), ANSIBLE_REMOTE_TEMP=str(folder / "temp"),
    )  # fmt: skip
    return play


def ansible_file(folder: Path, wish: Wish) -> str:
    """The same, in a file of /etc/cron.d."""
    return ansible(folder, wish, "shop")


def puppet(folder: Path, wish: Wish) -> str:
    """A manifest with two resources of the type cron."""
    if wish.absent:
        job = "  ensure => absent,\n"
    else:
        special = "reboot" if wish.reboot else "absent"
        when = f"special => '{special}'" + (
            "" if wish.reboot else f",\n  minute => '{wish.minute}'"
        )
        job = f"  command => '{wish.command}',\n  {when},\n"
    manifest = (
        f"cron {{ 'nightly':\n{job}  user => '{USER}',\n}}\n"
        f"cron {{ 'tidy':\n  command => '{OTHER}',\n  minute => '7',\n  hour => '3',\n"
        f"  user => '{USER}',\n}}\n"
    )
    (folder / "site.pp").write_text(manifest)
    places = [f"--{each}dir={folder / each}" for each in ("var", "conf", "run", "log", "ssl")]
    modules = "--modulepath=/usr/share/puppet/modules"
    said("puppet", "apply", modules, *places, "site.pp", folder=folder)
    return manifest


def salt(folder: Path, wish: Wish) -> str:
    """An SLS file with two states, applied by a minion without a master."""
    job: list[dict[str, object]] = [
        {"identifier": "nightly"},
        {"user": USER},
        {"name": wish.command},
    ]
    if not wish.absent:
        job += [{"special": "@reboot"} if wish.reboot else {"minute": wish.minute}]
        job += [{"commented": True}] if wish.disabled else []
    other = [{"identifier": "tidy"}, {"user": USER}, {"name": OTHER}, {"minute": 7}, {"hour": 3}]
    states = {
        "nightly": {"cron.absent" if wish.absent else "cron.present": job},
        "tidy": {"cron.present": other},
    }
    text = json.dumps(states, indent=1)
    (folder / "states").mkdir(exist_ok=True)
    (folder / "states/jobs.sls").write_text(text)
    (folder / "minion").write_text(
        f"root_dir: {folder}/root\nfile_client: local\nid: web-1\n"
        f"file_roots: {{base: [{folder}/states]}}\n"
    )
    said("salt-call", "--local", "-c", folder, "--retcode-passthrough", "state.apply", "jobs")
    return text


def whenever(folder: Path, wish: Wish) -> str:
    """A schedule.rb, as Capistrano has it written at a deployment."""
    when = ":reboot" if wish.reboot else f"'{wish.minute} * * * *'"
    job = "" if wish.absent else f"every {when} do\n  command '{wish.command}'\nend\n"
    other = f"every '7 3 * * *' do\n  command '{OTHER}'\nend\n"
    (folder / "config").mkdir(exist_ok=True)
    (folder / "config/schedule.rb").write_text(job + other)
    said("whenever", "--update-crontab", "shop", "--user", USER, folder=folder)
    return job + other


PYTHON_CRONTAB = """\
from crontab import CronTab
tab = CronTab(user={user!r})
def keep(comment, command, schedule, enabled=True):
    job = next(tab.find_comment(comment), None) or tab.new(command=command, comment=comment)
    job.set_command(command)
    job.setall(schedule)
    job.enable(enabled)
{job}
keep("tidy", {other!r}, "7 3 * * *")
tab.write()
"""


def python_crontab(folder: Path, wish: Wish) -> str:
    """A program that finds its job by the comment behind it."""
    when = "@reboot" if wish.reboot else f"{wish.minute} * * * *"
    job = f'keep("nightly", {wish.command!r}, {when!r}, {not wish.disabled})'
    if wish.absent:
        job = 'tab.remove_all(comment="nightly")'
    program = PYTHON_CRONTAB.format(user=USER, other=OTHER, job=job)
    (folder / "write.py").write_text(program)
    said(os.environ.get("PYTHON_WITH_CRONTAB", sys.executable), "write.py", folder=folder)
    return program


CFENGINE = """\
body common control {{ bundlesequence => {{ "shop" }}; }}
body edit_defaults plain {{ edit_backup => "false"; empty_file_before_editing => "false"; }}
bundle edit_line jobs {{
  {job}
  insert_lines: "7 3 * * * {other}";
}}
bundle agent shop {{
  files: "{tab}" create => "true", edit_line => jobs, edit_defaults => plain;
}}
"""


def cfengine(folder: Path, wish: Wish) -> str:
    """A promise of lines; without one, of no such line."""
    when = "@reboot" if wish.reboot else f"{wish.minute} * * * *"
    job = f'insert_lines: "{when} {wish.command}";'
    if wish.absent:
        job = f'delete_lines: "[^#]* {wish.command}";'
    policy = CFENGINE.format(job=job, other=OTHER, tab=SPOOL)
    (folder / "policy.cf").write_text(policy)
    (folder / "policy.cf").chmod(0o600)
    said("cf-agent", "-K", "-f", folder / "policy.cf")
    return policy


def _first_line(*command: str) -> Callable[[], str]:
    return lambda: said(*command).splitlines()[0]


def _version_of_puppet() -> str:
    kept = Path("/usr/share/puppet/modules/cron_core/metadata.json")
    module = json.loads(kept.read_text())
    return f"puppet {said('puppet', '--version').strip()}, {module['name']} {module['version']}"


def _version_of_python_crontab() -> str:
    python = os.environ.get("PYTHON_WITH_CRONTAB", sys.executable)
    asked = "from importlib.metadata import version; print(version('python-crontab'))"
    return f"python-crontab {said(python, '-c', asked).strip()}"


_ANSIBLE = _first_line("ansible-playbook", "--version")
PROGRAMS = {
    each.name: each
    for each in (
        Program(name="ansible-playbook", version=_ANSIBLE, run=ansible, can_disable=True),
        Program(
            name="ansible-playbook-file",
            version=_ANSIBLE,
            run=ansible_file,
            tab="/etc/cron.d/shop",
            can_disable=True,
        ),
        Program(name="puppet", version=_version_of_puppet, run=puppet),
        Program(
            name="salt", version=_first_line("salt-call", "--version"), run=salt, can_disable=True
        ),
        Program(name="whenever", version=_first_line("whenever", "--version"), run=whenever),
        Program(
            name="python-crontab",
            version=_version_of_python_crontab,
            run=python_crontab,
            can_disable=True,
            leaves_sign=False,
        ),
        Program(
            name="cfengine",
            version=_first_line("cf-agent", "--version"),
            run=cfengine,
            leaves_sign=False,
        ),
    )
}


def is_there(program: Program) -> bool:
    """Whether it can be run here."""
    try:
        program.version()
    except (OSError, subprocess.CalledProcessError, IndexError):
        return False
    return shutil.which("unshare") is not None
