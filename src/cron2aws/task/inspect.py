"""What there is to say about an entry's command: findings C301 to C360.

Nothing here changes what runs; C340 asks for a decision, C360 leaves the entry to its host.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import takewhile

from cron2aws.crontab.dialect import Dialect
from cron2aws.crontab.items import Entry
from cron2aws.findings import Finding
from cron2aws.schedule.cron import CronSchedule
from cron2aws.task.crowd import crowded
from cron2aws.task.plumbing import plumbing
from cron2aws.task.secrets import find_secrets, mask, secret_in_setting
from cron2aws.task.words import Simple, name_of, simple_commands, unfinished

__all__ = ["crowded", "inspect"]


@dataclass(frozen=True, kw_only=True)
class Case:
    """An entry as the checks see it."""

    entry: Entry
    dialect: Dialect
    commands: tuple[Simple, ...]
    host: str | None

    @property
    def environment(self) -> dict[str, str]:
        """What the crontab sets."""
        return dict(self.entry.environment)

    @property
    def programs(self) -> Iterator[tuple[Simple, str, tuple[str, ...]]]:
        """Each program by its name, wrappers too, with the words behind it."""
        for simple in self.commands:
            for words in simple.chain:
                yield simple, name_of(words[0]), words[1:]


def inspect(
    entry: Entry,
    dialect: Dialect,
    *,
    entry_id: str,
    allowed: Collection[str] = (),
    host: str | None = None,
) -> tuple[Finding, ...]:
    """The findings about an entry's command, in the order of their codes.

    `allowed` holds the ids of entries whose secrets may leave the host; `host` is its own name.
    """
    commands = simple_commands(entry.command)
    secret = _secret(entry, allowed=entry_id in allowed)
    reason = plumbing(commands)
    if reason is not None:
        return (*secret, Finding(code="C360", detail=reason))
    case = Case(entry=entry, dialect=dialect, commands=commands, host=host)
    told = (
        Finding(code=code, detail=detail)
        for code, check in _CHECKS.items()
        if (detail := check(case)) is not None
    )
    return (*told, *secret)


def _secret(entry: Entry, *, allowed: bool) -> tuple[Finding, ...]:
    """Says what it is and where, never the secret itself."""
    found = [f"{secret.kind} in the command" for secret in find_secrets(entry.command)]
    found += [f"{secret.kind} in its input" for secret in find_secrets(entry.stdin or "")]
    settings = (secret_in_setting(name, value) for name, value in entry.environment)
    found += [kind for kind in settings if kind is not None]
    if not found:
        return ()
    return (Finding(code="C341" if allowed else "C340", detail=", ".join(dict.fromkeys(found))),)


def _short(text: str) -> str:
    """For a sentence: masked, on one line, not too long."""
    line = " ".join(mask(text).split())
    return f"`{line if len(line) <= 60 else line[:57] + '...'}`"


# --- % and the environment

_DATE_FORMAT = re.compile(r"[YmdHMSFTjsyuBbaAeNkRDGVwzZp][\W_%]")


def _cut(case: Case) -> str | None:
    if case.entry.stdin is None or not _is_cut(case.entry):
        return None
    return (
        f"{case.dialect.title} runs {_short(case.entry.command)} and gives it "
        f"{_short(case.entry.stdin)} to read"
    )


def _input(case: Case) -> str | None:
    stdin = case.entry.stdin
    if stdin is None or _is_cut(case.entry):
        return None
    return f"what follows the first `%` is read by {_short(case.entry.command)}"


def _is_cut(entry: Entry) -> bool:
    """An open quote, or a date's format: nobody meant that."""
    is_date = "date" in entry.command and _DATE_FORMAT.match((entry.stdin or "") + " ")
    return bool(unfinished(entry.command) or is_date)


_EXPANSION = re.compile(r"\$\{?[A-Za-z_]\w*\}?|\$\(|`|(?:^|:)~/")


def _not_expanded(case: Case) -> str | None:
    """Only where it matters: a search path, or a name that the command uses."""
    for name, value in case.entry.environment:
        expansion = _EXPANSION.search(value)
        used = re.search(rf"\$\{{?{re.escape(name)}\b", case.entry.command)
        if expansion and (used or name.endswith("PATH") or name in {"HOME", "SHELL"}):
            return f"{name} holds `{expansion[0].lstrip(':')}` as it is written"
    return None


# --- what a program needs

_INTERPRETERS = re.compile(r"(?:ba|da|k|z)?sh|source|\.|python[\d.]*|perl|ruby|php[\d.]*|node")
_SCRIPT = re.compile(r"[\w.-][^$`=]*\.(?:sh|py|pl|rb|php|js)|[\w.-]+/[^$`=]+")
_RELATIVE = re.compile(r"[\w.][^$`:=]*/[^$`]*")


def _relative(case: Case) -> str | None:
    """Up to the first change of directory: what comes behind it is relative to that."""
    for _, name, arguments in case.programs:
        if name in {"cd", "pushd"}:
            path = arguments[0] if arguments else "~"
            return f"`cd {path}`" if re.match(r"[\w.]", path) else None
        if _INTERPRETERS.fullmatch(name):
            script = next((each for each in arguments if not each.startswith("-")), "")
            if "-c" not in arguments and "-m" not in arguments and _SCRIPT.fullmatch(script):
                return f"`{script}`"
    for simple in case.commands:
        paths = [simple.program, *(each.target for each in simple.redirections)]
        for path in paths:
            if _RELATIVE.fullmatch(path):
                return f"`{path}`"
    return None


_TERMINAL = frozenset(
    ("vi", "vim", "nvim", "nano", "less", "more", "htop", "dialog", "whiptail", "passwd", "mc")
)
_DISPLAY = frozenset(
    ("notify-send", "zenity", "xmessage", "xdotool", "xset", "xrandr", "xterm", "xdg-open", "scrot")
)
_BROWSERS = frozenset(("firefox", "chromium", "google-chrome"))
_TTY_OPTION = re.compile(r"-[a-z]*t[a-z]*|--tty")


def _interactive(case: Case) -> str | None:
    if "DISPLAY" in case.environment:
        return "the crontab sets DISPLAY"
    for simple, name, arguments in case.programs:
        if any(each.startswith("DISPLAY=") for each in (*simple.assignments, *simple.words)):
            return f"`{name}` gets a DISPLAY"
        if name in _TERMINAL:
            return f"`{name}` asks for a terminal"
        headless = any(each.startswith("--headless") for each in arguments)
        if name in _DISPLAY or (name in _BROWSERS and not headless):
            return f"`{name}` opens a window"
        if _asks_for_terminal(name, arguments):
            return f"`{name}` is told to take a terminal"
    return None


_CONTAINERS = frozenset(("docker", "podman", "kubectl", "docker-compose"))


def _asks_for_terminal(name: str, arguments: tuple[str, ...]) -> bool:
    if name == "top":
        return not any(each.startswith("-") and "b" in each for each in arguments)
    if name in _CONTAINERS and {"exec", "run"} & set(arguments):
        start = min(arguments.index(verb) for verb in ("exec", "run") if verb in arguments)
        options = _leading_options(arguments[start + 1 :])
        if name == "docker-compose" or "compose" in arguments[:start]:
            return "-T" not in options  # compose takes a terminal where it is not told otherwise
        return any(_TTY_OPTION.fullmatch(each) for each in options)
    return name in {"screen", "tmux"} and bool(arguments) and arguments[0] in {"-r", "-x", "attach"}


def _leading_options(words: tuple[str, ...]) -> list[str]:
    return list(takewhile(lambda word: word.startswith("-"), words))


_DETACHES = frozenset(("nohup", "setsid", "disown", "daemonize", "start-stop-daemon"))


def _background(case: Case) -> str | None:
    names = {name for _, name, _ in case.programs}
    if "wait" in names:
        return None
    for simple, name, arguments in case.programs:
        if simple.end == "&":
            return f"{_short(' '.join(simple.words))} with `&`"
        if name in _DETACHES:
            return f"`{name}`"
        detached = any(re.fullmatch(r"-d\w*", each) for each in arguments)
        if name in {"screen", "tmux"} and detached:
            return f"`{name}` without its terminal"
    return None


_SWITCHES = frozenset(("sudo", "su", "doas", "runuser", "gosu", "setuidgid", "chpst"))


def _other_user(case: Case) -> str | None:
    return next((f"`{name}`" for _, name, _ in case.programs if name in _SWITCHES), None)


_STOPS = frozenset(("shutdown", "reboot", "poweroff", "halt"))


def _stops_host(case: Case) -> str | None:
    for _, name, arguments in case.programs:
        if name in _STOPS and "-c" not in arguments:
            return f"`{name}`"
        stop = next((each for each in arguments if each in _STOPS), None)
        if name == "systemctl" and stop:
            return f"`systemctl {stop}`"
        if name in {"init", "telinit"} and arguments[:1] in {("0",), ("6",)}:
            return f"`{name} {arguments[0]}`"
    return None


# --- where output goes

_NO_FILE = re.compile(r"[0-9]*-?|/dev/.*|/proc/.*|&.*", re.DOTALL)
_LOG = re.compile(r".*(?:log|\.out|\.err)\b.*", re.DOTALL | re.IGNORECASE)


def _log_file(case: Case) -> str | None:
    for simple in case.commands:
        for each in simple.redirections:
            is_log = each.operator.endswith(">>") or _LOG.fullmatch(each.target)
            if each.writes and is_log and not _NO_FILE.fullmatch(each.target):
                return f"`{each.target}`"
        if simple.words and name_of(simple.words[0]) == "tee":
            path = next((each for each in simple.words[1:] if not each.startswith("-")), None)
            if path and not _NO_FILE.fullmatch(path):
                return f"`{path}`"
    return None


def _thrown_away(case: Case) -> str | None:
    if not case.commands or not _is_silent(case.commands[-1]):
        return None
    return "both outputs of the last command go to /dev/null"


def _is_silent(simple: Simple) -> bool:
    """Redirections count from left to right: `2>&1 >/dev/null` leaves errors alone."""
    out, err = "", ""
    for each in simple.redirections:
        if each.operator in {"&>", "&>>"} or (each.operator == ">&" and each.target not in "12"):
            out = err = each.target
        elif each.operator in {">", ">>", "1>", "1>>"}:
            out = each.target
        elif each.operator in {"2>", "2>>"}:
            err = each.target
        elif (each.operator, each.target) == ("2>&", "1"):
            err = out
        elif (each.operator, each.target) in {(">&", "2"), ("1>&", "2")}:
            out = err
    return out == err == "/dev/null"


def _mail(case: Case) -> str | None:
    receiver = case.environment.get("MAILTO")
    if _thrown_away(case):
        return None  # no output, no mail
    if receiver is None:
        return "cron mails only failures (`-n`)" if case.entry.mail_only_on_failure else None
    if not receiver:
        return "MAILTO is empty: cron mails no output, the notifications will carry it"
    return f"cron mails output to {receiver}, SNS takes the place of that"


# --- more than one host, more than one run

_LOCKS = frozenset(
    ("flock", "lockfile", "lockrun", "setlock", "solo", "run-one", "dotlockfile", "lckdo")
)
_LOCK_FILE = re.compile(r"(?:/var|/run)/lock/\S+|[\w./-]+\.lock\b")


def _lock(case: Case) -> str | None:
    found = next((f"`{name}`" for _, name, _ in case.programs if name in _LOCKS), None)
    file = _LOCK_FILE.search(case.entry.command)
    return found or (f"`{file[0]}`" if file else None)


_JITTER = re.compile(r"\bsleep\b[^;&|]*?(?:RANDOM|\brand\b|\brandom\b|\bshuf\b|\bjot\b)")


def _jitter(case: Case) -> str | None:
    match = _JITTER.search(case.entry.command)
    if not match:
        return None
    shell = case.environment.get("SHELL", "/bin/sh")
    if "RANDOM" in match[0] and case.dialect.name == "debian" and name_of(shell) in {"sh", "dash"}:
        return f"{_short(match[0])}; but RANDOM is empty in Debian's sh"
    return _short(match[0])


_LOCAL = re.compile(r"(?<![\w.@-])(?:localhost|127\.0\.0\.1|\[::1\])(?![\w.-])")


def _local(case: Case) -> str | None:
    match = _LOCAL.search(case.entry.command)
    if match:
        return f"a service on `{match[0]}`"
    name = case.host or ""
    if len(name) > 3 and re.search(rf"(?<![\w./-]){re.escape(name)}(?![\w-])", case.entry.command):
        return f"the host's own name `{name}`"
    return None


def _few_hours(case: Case) -> str | None:
    timing = case.entry.timing
    if not isinstance(timing, CronSchedule) or timing.minutes != (1 << 60) - 1:
        return None
    hours = timing.hours.bit_count()
    if not 0 < hours <= 3 or timing.never:
        return None
    return f"`{case.entry.schedule_text}` is due {60 * hours} times on each of its days"


_CHECKS: dict[str, Callable[[Case], str | None]] = {
    "C301": _cut,
    "C302": _input,
    "C303": _not_expanded,
    "C304": _relative,
    "C305": _interactive,
    "C306": _background,
    "C307": _other_user,
    "C308": _log_file,
    "C309": _thrown_away,
    "C310": _lock,
    "C311": _jitter,
    "C312": _local,
    "C313": _few_hours,
    "C315": _mail,
    "C316": _stops_host,
}
"""One detail at most for each: what was seen, or None."""
