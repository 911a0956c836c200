"""What a task holds of a crontab entry: the lines that cfn/functions/runner.sh is given.

    command  = head, `#job`, steps
    head     = comment, `user=`, the daemon's PAM service, what the job's line is known by
               (task/line_identity.py), what prints the job's standard input
    steps    = directory, environment, `exec $SHELL -c COMMAND`

The runner becomes the user and lets that shell read the steps from its standard input, so no value
of the crontab's environment stands in a list of processes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from shlex import quote

from cron2aws.crontab.dialect import Dialect
from cron2aws.crontab.items import Entry
from cron2aws.crontab.rules import StartRules
from cron2aws.task.line_identity import LineIdentity
from cron2aws.task.quoting import is_printable, printf_format, quoted, shown, word
from cron2aws.task.runner import RUNNER
from cron2aws.task.whole import CUT, assign, own

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_SHELLS_OWN = re.compile(
    r"_|c2a_\w+|PATH|IFS|CDPATH|ENV|PS\d|OPT(ARG|IND|ERR)|LANG|LC_\w+|SHELLOPTS|SHLVL|E?UID|PPID|"
    r"BASH(OPTS|PID|_(ALIASES|ARG[CV]0?|CMDS|COMMAND|COMPAT|ENV|EXECUTION_STRING|LINENO|"
    r"LOADABLES_PATH|REMATCH|SOURCE|SUBSHELL|VERSINFO|VERSION|XTRACEFD))?|"
    r"GROUPS|(OLD)?PWD|S?RANDOM|SECONDS|LINENO|EPOCH\w+|FUNCNAME|FUNCNEST|DIRSTACK|PIPESTATUS|HISTCMD|"
    r"POSIXLY_CORRECT|TMOUT|TEXTDOMAIN\w*|LD_\w+",
    re.ASCII,
)
"""Names that some sh acts on, refuses to set or sets itself, those that the loader of `env` would
act on, and the runner's own: `env` sets them, on its way out.
"""

_BY_OPTION = ", --quiet-guards"


@dataclass(frozen=True, kw_only=True)
class Job:
    """What is run: an entry without its schedule."""

    user: str
    command: str
    stdin: str | None
    environment: tuple[tuple[str, str], ...]
    """What the crontab sets, one pair a name."""

    system: bool = False
    """From a system tab: cronie runs root's jobs of these without PAM."""

    guard: bool = False
    """A guard stands in front: where it ends with 1 and prints nothing, nothing was to do."""

    line: LineIdentity | None = None
    """What its line is known by; None where no crontab has a say."""


LONGEST = 172_620
"""Seconds that a job may take: what Run Command allows, less three minutes for the runner's own."""


_BEFORE_ID, _, _BEHIND_ID = assign({"task": "ID", "limit": str(LONGEST)}).partition("ID")
"""Of a run by hand the task's id alone is its own; all else is worked out once."""


@dataclass(frozen=True, kw_only=True)
class Habits:
    """How a daemon starts a job."""

    title: str
    path: str
    """PATH where the crontab sets none."""

    sets_user: bool
    """USER is the user's name, whatever the crontab says; else it is only what the crontab says."""

    start: StartRules

    def __hash__(self) -> int:
        """The generated one would go through all the rules, for each line of a crontab."""
        return hash(self.title)


@lru_cache(maxsize=64)
def habits_of(dialect: Dialect) -> Habits:
    """The habits of a dialect's daemon, as measured on it."""
    return Habits(
        title=dialect.title,
        path=dialect.environment.default_path,
        sets_user="USER" in dialect.environment.protected,
        start=dialect.start,
    )


def command_of(
    entry: Entry,
    dialect: Dialect,
    *,
    entry_id: str,
    line: LineIdentity,
    system: bool = False,
    guard: bool = False,
    by_option: bool = False,
) -> str:
    """The parameter `Command` of an entry: printable UTF-8, for the runner.

    `line`: what the runner finds the entry by; `system`: it stands in a system tab. `guard`: exit
    code 1 without output is a guard's no; `by_option`: for `--quiet-guards`, which a later
    migration finds in the title.
    """
    title = f"cron2aws {entry_id}: {line.tab}"
    title += _BY_OPTION if by_option else ""
    return _written(entry, habits_of(dialect), title=title, system=system, guard=guard, line=line)


def script_of(command: str, entry_id: str) -> str:
    """The whole text for a run by hand: what a host gets, without a minute and a ledger."""
    return own_script_of(command, entry_id) + RUNNER


def own_script_of(command: str, entry_id: str) -> str:
    """The part of `script_of` that is the entry's own: everything before the runner."""
    return own(command, f"{_BEFORE_ID}{quote(entry_id)}{_BEHIND_ID}")


def has_quiet_guards(command: str) -> bool:
    """Whether a task with this `Command` was made with `--quiet-guards`."""
    return f"{_BY_OPTION}, run as " in command.partition("\n")[0]


def render(job: Job, habits: Habits, *, title: str) -> str:
    """The parameter `Command` of a job; `title` is its first line.

    A head for root, who becomes the user, and the steps that the user's shell reads.
    """
    return _written(job, habits, title=title, system=job.system, guard=job.guard, line=job.line)


def _written(
    what: Entry | Job,
    habits: Habits,
    *,
    title: str,
    system: bool,
    guard: bool,
    line: LineIdentity | None,
) -> str:
    service, before, shell, handed = _surroundings(
        what.user, what.environment, habits, system=system
    )
    return (
        f"# {shown(title)}, run as {habits.title} does\n"
        f"user={word(what.user)} pam={service}{' guard=1' if guard else ''}\n"
        f"{_line(line, habits, system=system)}"
        f"{_input(what.stdin)}"
        f"{CUT}\n"
        f"{before}c2a_run {shell} {word(what.command)}{handed}"
    )


def _line(line: LineIdentity | None, habits: Habits, *, system: bool) -> str:
    if line is None:
        return ""
    return f"{line.head()}{' sys=1' if system else ''} daemon={habits.start.pam_service}\n"


def _input(stdin: str | None) -> str:
    if not stdin:
        return ""
    text = f"%s {quoted(stdin)}" if is_printable(stdin) else printf_format(stdin)
    # no line of it divides the command: root would read what is the user's
    text = text.replace(f"\n{CUT}", f"\n''{CUT}")
    return f"stdin() {{ printf {text}; }}\n"


@lru_cache(maxsize=1024)
def _surroundings(
    user: str, environment: tuple[tuple[str, str], ...], habits: Habits, *, system: bool
) -> tuple[str, str, str, str]:
    """The PAM service, what stands before a job, its shell, and the settings that `env` hands it.

    The same for most of a crontab. What the user's shell reads has one statement a line.
    """
    session = habits.start.pam_for_system_root or not (system and user == "root")
    settings = {"SHELL": "/bin/sh", "PATH": habits.path, **dict(environment), "LOGNAME": user}
    if habits.sets_user:
        settings["USER"] = user
    exported = {name: value for name, value in settings.items() if _can_export(name)}
    handed = [_setting(name, settings[name]) for name in settings if name not in exported]
    lines = [
        _directory(settings.get("HOME"), habits),
        *(f"export {_setting(name, value)}" for name, value in exported.items()),
    ]
    before = "".join(f"{line}\n" for line in lines)
    service = habits.start.pam_service if session else ""
    return service, before, _shell(settings["SHELL"]), "".join(f" {each}" for each in handed)


def _directory(home: str | None, habits: Habits) -> str:
    """The daemon's chdir() knows neither `~` nor CDPATH, and `..` of a link is where it leads.

    And it knows no empty one, which `cd` takes for the directory that it is in.
    """
    written = home if home is None or home.startswith("/") else f"./{home}"
    where = '"$HOME"' if written is None else word(written)
    if not habits.start.needs_home:
        return f"cd -P {where} 2>/dev/null"
    return f"c2a_home {where if home != '' else word('')}"


def _can_export(name: str) -> bool:
    return bool(_IDENTIFIER.fullmatch(name)) and not _SHELLS_OWN.fullmatch(name)


def _setting(name: str, value: str) -> str:
    return f"{name}={word(value)}" if _IDENTIFIER.fullmatch(name) else word(f"{name}={value}")


def _shell(shell: str) -> str:
    """The daemon's execle() does not search PATH."""
    return word(shell if "/" in shell or not shell else f"./{shell}")
