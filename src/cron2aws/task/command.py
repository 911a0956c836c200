r"""What Run Command hands to `sh`, as root: one crontab entry, run as its daemon runs it.

    script   = comment, holding back of output, switch of user, report
    switch   = su, which opens a PAM session and reads nothing: its input is /dev/null
    job      = directory, environment, `$SHELL -c COMMAND` with its standard input; the user's
               shell reads it from descriptor 3, so that no value stands in a list of processes

The first line of standard output is `[cron2aws] exit=CODE seconds=N`, the job's true exit code;
then come the last lines of both outputs, within what GetCommandInvocation keeps (its first 24,000
and 8,000 characters).  Exit codes that the agent acts on itself become 1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cron2aws.crontab.dialect import Dialect
from cron2aws.crontab.items import Entry
from cron2aws.task.quoting import is_printable, printf_format, quoted, shown, word

STDOUT_BYTES, STDERR_BYTES = 23_900, 7_900

AGENT_CODES = (137, 168, 169, 194)
"""Told as timed out; forced to success; failed whatever else; the host is rebooted (AWS's page on
rebooting from scripts, and the agent's source)."""

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_SHELLS_OWN = re.compile(
    r"_|PATH|IFS|CDPATH|ENV|PS\d|OPT\w+|LANG|LC_\w+|BASH\w*|SHELLOPTS|SHLVL|E?UID|PPID|GROUPS|"
    r"(OLD)?PWD|S?RANDOM|SECONDS|LINENO|EPOCH\w+|FUNCNAME|FUNCNEST|DIRSTACK|PIPESTATUS|HISTCMD|"
    r"POSIXLY_CORRECT|TMOUT|TEXTDOMAIN\w*",
    re.ASCII,
)
"""Names that a shell acts on, refuses to set or sets itself: `env` sets them, on its way out."""


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

    spool: str
    """The daemon's own directory."""

    needs_home: bool
    """A job whose HOME cannot be entered is not run; else it runs in the spool."""

    sets_user: bool
    """USER is the user's name, whatever the crontab says."""

    pam_for_root: bool
    """Root's jobs in system tabs have a PAM session too."""


def habits_of(dialect: Dialect) -> Habits:
    """The habits of a dialect's daemon, as measured on it."""
    is_debian = dialect.name == "debian"
    return Habits(
        title=dialect.title,
        path=dialect.environment.default_path,
        spool="/var/spool/cron",
        needs_home=not is_debian,
        sets_user="USER" in dialect.environment.protected,
        pam_for_root=is_debian,
    )


def script(
    entry: Entry, dialect: Dialect, *, entry_id: str, source: str, system: bool = False
) -> str:
    """The whole script of an entry: printable UTF-8, complete, run by `sh` as root."""
    job = Job(
        user=entry.user,
        command=entry.command,
        stdin=entry.stdin,
        environment=entry.environment,
        system=system,
    )
    title = f"cron2aws {entry_id}: line {entry.line} of {source}"
    return render(job, habits_of(dialect), title=title)


def render(job: Job, habits: Habits, *, title: str) -> str:
    """The script of a job; `title` is what its first line says of it."""
    inner = "\n".join(_inner(job, habits))
    mark = _mark(inner)
    return "\n".join(
        (
            f"# {shown(title)}, run as {habits.title} does",
            _HOLD_BACK,
            f"cd {habits.spool} || cd /",
            "umask 022",
            *_switch(job, habits, mark),
            inner,
            mark,
            _REPORT,
        )
    )


_HOLD_BACK = """\
t=$(mktemp -d) || exit 1
keep() (  # the last 4 to 12 MB of an output, dd writes each piece at once
  cd "$t" || exit
  exec <$1 >/dev/null 2>&1
  while dd bs=4k count=1000 of=$1.new; [ -s $1.new ]; do
    mv $1.cur $1.old
    mv $1.new $1.cur
  done
  touch $1.end
  cat  # what a process left behind still writes
)
last() { cat $t/$1.old $t/$1.cur $t/$1.new 2>/dev/null | tail -c $2; }
mkfifo $t/1 $t/2
keep 1 &
keep 2 &
s=$(date +%s)"""

_REPORT = f"""\
c=$?
i=0
until [ -e $t/1.end -a -e $t/2.end -o $i = 20 ]; do
  i=$((i+1))
  sleep .1
done
echo "[cron2aws] exit=$c seconds=$(($(date +%s)-s))"
last 1 {STDOUT_BYTES}
last 2 {STDERR_BYTES} >&2
rm -r $t
case $c in {"|".join(map(str, AGENT_CODES))}) exit 1;; esac  # the agent acts on these
exit $c
"""


def _switch(job: Job, habits: Habits, mark: str) -> tuple[str, ...]:
    tail = f"3<<'{mark}' </dev/null >$t/1 2>$t/2"
    read = "'eval \"$(/bin/cat <&3)\"'"
    return (f'env -i PATH="$PATH" su -s /bin/sh -c {read} {word(job.user)} {tail}',)


def _inner(job: Job, habits: Habits) -> list[str]:
    """What the user's shell reads: one statement a line."""
    settings = {"SHELL": "/bin/sh", "PATH": habits.path, **dict(job.environment)}
    settings["LOGNAME"] = job.user
    if habits.sets_user:
        settings["USER"] = job.user
    program = settings["SHELL"]
    exported = {name: value for name, value in settings.items() if _can_export(name)}
    handed = [_setting(name, value) for name, value in settings.items() if name not in exported]
    run = " ".join(["/usr/bin/env -u _", *handed, word(program), "-c", word(job.command)])
    return [
        "exec 3<&-",
        _directory(settings.get("HOME"), habits),
        "unset MAIL USER PWD OLDPWD SHLVL XDG_RUNTIME_DIR XDG_SESSION_ID XDG_SESSION_CLASS XDG_SESSION_TYPE",
        *(f"export {_setting(name, value)}" for name, value in exported.items()),
        f"exec {run}" if not job.stdin else f"{_write(job.stdin)} |\n{run}",
    ]


def _directory(home: str | None, habits: Habits) -> str:
    where = '"$HOME"' if home is None else word(home)
    return f"cd {where} || exit" if habits.needs_home else f"cd {where} 2>/dev/null"


def _can_export(name: str) -> bool:
    return bool(_IDENTIFIER.fullmatch(name)) and not _SHELLS_OWN.fullmatch(name)


def _setting(name: str, value: str) -> str:
    return f"{name}={word(value)}" if _IDENTIFIER.fullmatch(name) else word(f"{name}={value}")


def _write(stdin: str) -> str:
    if is_printable(stdin):
        return f"printf %s {quoted(stdin)}"
    return f"printf {printf_format(stdin)}"


def _mark(inner: str) -> str:
    """A word that ends the here-document and is no line of it."""
    lines = inner.split("\n")
    mark = "JOB"
    while mark in lines:
        mark += "_"
    return mark
