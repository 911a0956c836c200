r"""What Run Command hands to `sh`, as root: one crontab entry, run as its daemon runs it.

    script   = comment, output held back, switch of user, job, report
    switch   = su, which opens a PAM session and reads nothing: its input is /dev/null
    job      = directory, environment, `$SHELL -c COMMAND` with its standard input

The user's shell reads the job from descriptor 3, so that no value of the crontab's environment
stands in a list of processes.  The first line of standard output is
`[cron2aws] exit=CODE seconds=N`, with the job's true exit code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from cron2aws.crontab.dialect import Dialect
from cron2aws.crontab.items import Entry
from cron2aws.crontab.rules import StartRules
from cron2aws.task.output import HOLD_BACK, REDIRECTION, report
from cron2aws.task.quoting import is_printable, printf_format, quoted, shown, word

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_SHELLS_OWN = re.compile(
    r"_|PATH|IFS|CDPATH|ENV|PS\d|OPT\w+|LANG|LC_\w+|BASH\w*|SHELLOPTS|SHLVL|E?UID|PPID|GROUPS|"
    r"(OLD)?PWD|S?RANDOM|SECONDS|LINENO|EPOCH\w+|FUNCNAME|FUNCNEST|DIRSTACK|PIPESTATUS|HISTCMD|"
    r"POSIXLY_CORRECT|TMOUT|TEXTDOMAIN\w*",
    re.ASCII,
)
"""Names that some sh acts on, refuses to set or sets itself: `env` sets them, on its way out."""


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


@dataclass(frozen=True, kw_only=True)
class Habits:
    """How a daemon starts a job."""

    title: str
    path: str
    """PATH where the crontab sets none."""

    sets_user: bool
    """USER is the user's name, whatever the crontab says; else it is only what the crontab says."""

    start: StartRules


def habits_of(dialect: Dialect) -> Habits:
    """The habits of a dialect's daemon, as measured on it."""
    return Habits(
        title=dialect.title,
        path=dialect.environment.default_path,
        sets_user="USER" in dialect.environment.protected,
        start=dialect.start,
    )


def script(
    entry: Entry,
    dialect: Dialect,
    *,
    entry_id: str,
    source: str,
    system: bool = False,
    whole_output: bool = False,
) -> str:
    """The whole script of an entry: printable UTF-8, complete, for `sh` run by root.

    `system`: the entry stands in a system tab. `whole_output`: behind what is told, all output
    that was kept follows, for a log group or a bucket.
    """
    job = Job(
        user=entry.user,
        command=entry.command,
        stdin=entry.stdin,
        environment=entry.environment,
        system=system,
    )
    title = f"cron2aws {entry_id}: line {entry.line} of {source}"
    return render(job, habits_of(dialect), title=title, whole_output=whole_output)


def render(job: Job, habits: Habits, *, title: str, whole_output: bool = False) -> str:
    """The script of a job; `title` is what its first line says of it."""
    switch, before, shell = _surroundings(job.user, job.environment, habits, system=job.system)
    steps = f"{before}{_start(job, shell)}\n"
    mark = _end_mark(steps)
    return (
        f"# {shown(title)}, run as {habits.title} does\n"
        f"{HOLD_BACK}"
        "cd /var/spool/cron 2>/dev/null || cd /\n"
        "umask 022\n"
        # the pipes are opened before the shell forks to write the job: busybox takes the end of
        # that child while it waits for a reader for a failure, and the job would not run
        "{\n"
        "{\n"
        f"{switch}"
        f"}} 3<<'{mark}'\n"
        f"{steps}"
        f"{mark}\n"
        f"}} {REDIRECTION}\n"
        f"{report(whole=whole_output)}"
    )


_SHELL = "sh -c 'eval \"$(/bin/cat <&3)\"'"
_NO_SESSION = f"""\
  HOME=~root
  env -i PATH="$PATH" HOME="$HOME" setsid -w {_SHELL}
"""
_SESSION = f'  env -i PATH="$PATH" su -s /bin/{_SHELL} {{user}}\n'
_UNLESS_EXPIRED = """\
  # shadow(5): days of the last change and of expiry, as pam_unix judges them
  getent shadow {user} | awk -F: -v d=$((s/86400)) '
    $3=="0" || $3>0 && $5!="" && d-$3>$5 || $8!="" && d>=$8 {{print "account expired"; exit 1}}' &&
"""


def _switch(user: str, habits: Habits, *, session: bool) -> str:
    if not session:
        return _NO_SESSION
    check = "" if habits.start.su_is_enough else _UNLESS_EXPIRED
    return (check + _SESSION).format(user=word(user))


_FILES = "/etc/environment /etc/locale.conf"
_READ_SETTINGS = r"""eval "$(sed -En "
  s/#.*//
  s/^ *(export )?([A-Za-z_]\w*)=[\"']?([^']*[^'\" ])?[\"']? *$/export \2='\3'/p
" {files} 2>/dev/null)"
""".rstrip()
"""As pam_env reads them; a value with a single quote inside is passed over."""


@lru_cache(maxsize=1024)
def _surroundings(
    user: str, environment: tuple[tuple[str, str], ...], habits: Habits, *, system: bool
) -> tuple[str, str, str]:
    """The same for most of a crontab: the switch of user, what stands before a job, its shell.

    What the user's shell reads has one statement a line.
    """
    session = habits.start.pam_for_system_root or not (system and user == "root")
    settings = {"SHELL": "/bin/sh", "PATH": habits.path, **dict(environment), "LOGNAME": user}
    if habits.sets_user:
        settings["USER"] = user
    exported = {name: value for name, value in settings.items() if _can_export(name)}
    handed = [_setting(name, settings[name]) for name in settings if name not in exported]
    lines = [
        "exec 3<&-",
        *_directory(settings.get("HOME"), habits),
        *_clean(habits),
        *_settings_of_files(habits, session=session),
        *(f"export {_setting(name, value)}" for name, value in exported.items()),
    ]
    before = "".join(f"{line}\n" for line in lines)
    return _switch(user, habits, session=session), before, _shell(settings["SHELL"], handed)


def _directory(home: str | None, habits: Habits) -> list[str]:
    """The daemon's chdir() knows neither `~` nor CDPATH, so a relative HOME stays one."""
    where = '"$HOME"' if home is None else word(home if home.startswith("/") else f"./{home}")
    return [f"cd {where} || exit" if habits.start.needs_home else f"cd {where} 2>/dev/null"]


def _clean(habits: Habits) -> list[str]:
    """Names that su, its PAM modules and the shells have set and the daemon has not."""
    names = ["unset MAIL USER PWD OLDPWD"]
    if not habits.start.login_session:
        names.append("unset XDG_RUNTIME_DIR XDG_SESSION_CLASS XDG_SESSION_ID XDG_SESSION_TYPE")
    return names


def _settings_of_files(habits: Habits, *, session: bool) -> list[str]:
    if habits.start.su_is_enough:
        return []
    files = _FILES if session else "/etc/locale.conf"
    return [_READ_SETTINGS.format(files=files)]


def _can_export(name: str) -> bool:
    return bool(_IDENTIFIER.fullmatch(name)) and not _SHELLS_OWN.fullmatch(name)


def _setting(name: str, value: str) -> str:
    return f"{name}={word(value)}" if _IDENTIFIER.fullmatch(name) else word(f"{name}={value}")


def _shell(shell: str, settings: list[str]) -> str:
    # execle() does not search PATH; bash sets SHLVL and _ at the very end
    program = shell if "/" in shell else f"./{shell}"
    return " ".join(["/usr/bin/env -u _ -u SHLVL", *settings, word(program)])


def _start(job: Job, shell: str) -> str:
    run = f"{shell} -c {word(job.command)}"
    return f"{_write(job.stdin)} |\n{run}" if job.stdin else f"exec {run}"


def _write(stdin: str) -> str:
    if is_printable(stdin):
        return f"printf %s {quoted(stdin)}"
    return f"printf {printf_format(stdin)}"


def _end_mark(steps: str) -> str:
    """A word that ends the here-document and is no line of it."""
    mark = "JOB"
    if mark in steps:
        lines = steps.split("\n")
        while mark in lines:
            mark += "_"
    return mark
