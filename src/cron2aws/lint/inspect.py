"""What there is to say about an entry's command: findings C301 to C360.

Nothing here changes what runs; C316, C317 and C340 ask for a decision, C360 leaves the entry to its
host.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from cron2aws.crontab.dialect import Dialect
from cron2aws.crontab.items import Entry
from cron2aws.findings import Finding
from cron2aws.lint.agents import stops_agent, stops_host
from cron2aws.lint.case import Case, case_of, short
from cron2aws.lint.clock_reading import last_minute, quiet_guard, within_the_minute
from cron2aws.lint.needs import background, interactive, other_user, relative
from cron2aws.lint.outlets import log_file, mail, message, thrown_away
from cron2aws.lint.plumbing import plumbing
from cron2aws.lint.secrets import (
    find_input_secrets,
    find_secrets,
    mask_input,
    secret_in_setting,
)
from cron2aws.lint.shells import bash_only, looks_for_cron, rewrites_crontabs
from cron2aws.lint.skips import loud_guard, skipped, taken_at_its_word
from cron2aws.lint.tokens import unfinished
from cron2aws.lint.words import simple_commands
from cron2aws.schedule.bounds import MINUTE
from cron2aws.schedule.cron import CronSchedule

Check = Callable[[Case], str | None]


def inspect(
    entry: Entry,
    dialect: Dialect,
    *,
    entry_id: str,
    allowed: Collection[str] = (),
    host: str | None = None,
    quiet: bool = False,
) -> tuple[Finding, ...]:
    """The findings about an entry's command, in the order of their codes.

    `allowed` holds the ids of entries whose secrets may leave the host; `host` is its own name.
    `quiet`: exit code 1 without output is to be a skipped run.
    """
    commands = simple_commands(entry.command)
    secret = _secret(entry, allowed=entry_id in allowed)
    if entry.findings and any(found.code == "C360" for found in entry.findings):
        return secret  # the whole file is a package's
    reason = plumbing(commands)
    if reason is not None:
        return (*secret, Finding(code="C360", detail=reason))
    case = case_of(entry, dialect, commands, host=host, quiet=quiet)
    told = [
        Finding(code=code, detail=detail)
        for code, check in checks_for(case)
        if (detail := check(case)) is not None
    ]
    return (*told, *secret)


def _secret(entry: Entry, *, allowed: bool) -> tuple[Finding, ...]:
    """Says what it is and where, never the secret itself."""
    found = [f"{secret.kind} in the command" for secret in find_secrets(entry.command)]
    if entry.stdin:
        secrets = find_input_secrets(entry.command, entry.stdin)
        found += [f"{secret.kind} in its input" for secret in secrets]
    for name, value in entry.environment:
        kind = secret_in_setting(name, value)
        found += [kind] if kind is not None else []
    if not found:
        return ()
    return (Finding(code="C341" if allowed else "C340", detail=", ".join(dict.fromkeys(found))),)


# --- % and the environment

_DATE_FORMAT = re.compile(r"[YmdHMSFTjsyuBbaAeNkRDGVwzZp][\W_%]")


def _cut(case: Case) -> str | None:
    if case.entry.stdin is None or not _is_cut(case.entry):
        return None
    return (
        f"{case.dialect.title} runs {short(case.entry.command)} and gives it "
        f"{short(mask_input(case.entry.command, case.entry.stdin))} to read"
    )


def _input(case: Case) -> str | None:
    stdin = case.entry.stdin
    if stdin is None or _is_cut(case.entry):
        return None
    return f"what follows the first `%` is read by {short(case.entry.command)}"


def _is_cut(entry: Entry) -> bool:
    """An open quote, or a date's format: nobody meant that."""
    is_date = "date" in entry.command and _DATE_FORMAT.match((entry.stdin or "") + " ")
    return bool(unfinished(entry.command) or is_date)


_EXPANSION = re.compile(r"\$\{?[A-Za-z_]\w*\}?|\$\(|`|(?:^|:)~/")


def _not_expanded(case: Case) -> str | None:
    """Only where it matters: a search path, or a name that the command uses."""
    for name, value in case.entry.environment:
        expansion = _EXPANSION.search(value)
        if expansion and _matters(name, case.entry.command):
            return f"{name} holds `{expansion[0].lstrip(':')}` as it is written"
    return None


def _matters(name: str, command: str) -> bool:
    if name.endswith("PATH") or name in {"HOME", "SHELL"}:
        return True
    return re.search(rf"\$\{{?{re.escape(name)}\b", command) is not None


# --- more than one host, more than one run

_LOCKS = frozenset(
    ("flock", "lockfile", "lockrun", "setlock", "solo", "run-one", "dotlockfile", "lckdo")
)
_LOCK_FILE = re.compile(r"(?:/var|/run)/lock/\S+|(?<![\w./-])[\w./-]+\.lock\b")


def _lock(case: Case) -> str | None:
    for _, name, _ in case.programs:
        if name in _LOCKS:
            return f"`{name}`"
    command = case.entry.command
    file = _LOCK_FILE.search(command) if "lock" in command else None
    return f"`{file[0]}`" if file else None


_JITTER = re.compile(r"\bsleep\b[^;&|]*?(?:RANDOM|\brand\b|\brandom\b|\bshuf\b|\bjot\b)")


def _jitter(case: Case) -> str | None:
    command = case.entry.command
    match = _JITTER.search(command) if "sleep" in command else None
    if not match:
        return None
    if "RANDOM" in match[0] and case.is_dash:
        return f"{short(match[0])}; but RANDOM is empty in Debian's sh"
    return short(match[0])


_LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")
_LOCAL = re.compile(rf"(?<![\w.@-])(?:{'|'.join(map(re.escape, _LOCAL_NAMES))})(?![\w.-])")


def _local(case: Case) -> str | None:
    command = case.entry.command
    if any(map(command.__contains__, _LOCAL_NAMES)) and (match := _LOCAL.search(command)):
        return f"a service on `{match[0]}`"
    name = case.host or ""
    if len(name) <= 3 or name not in command:
        return None
    alone = re.search(rf"(?<![\w./-]){re.escape(name)}(?![\w-])", command)
    return f"the host's own name `{name}`" if alone else None


def _few_hours(case: Case) -> str | None:
    timing = case.entry.timing
    if not isinstance(timing, CronSchedule) or timing.minutes != MINUTE.every:
        return None
    hours = timing.hours.bit_count()
    if not 0 < hours <= 3 or timing.never:
        return None
    return f"`{case.entry.schedule_text}` is due {60 * hours} times on each of its days"


BY_CODE: dict[str, Check] = {
    "C301": _cut,
    "C302": _input,
    "C303": _not_expanded,
    "C304": relative,
    "C305": interactive,
    "C306": background,
    "C307": other_user,
    "C308": log_file,
    "C309": thrown_away,
    "C310": _lock,
    "C311": _jitter,
    "C312": _local,
    "C313": _few_hours,
    "C315": mail,
    "C316": stops_host,
    "C317": stops_agent,
    "C318": loud_guard,
    "C319": quiet_guard,
    "C320": message,
    "C321": within_the_minute,
    "C322": bash_only,
    "C323": rewrites_crontabs,
    "C324": looks_for_cron,
    "C325": last_minute,
    "C326": skipped,
    "C327": taken_at_its_word,
}
"""One detail at most for each: what was seen, or None."""

_OF_MORE = frozenset(("C301", "C302", "C303", "C318", "C319", "C326", "C327"))
_CHECKS = tuple(BY_CODE.items())
_CHECKS_OF_ANY = tuple((code, check) for code, check in _CHECKS if code not in _OF_MORE)


def checks_for(case: Case) -> Sequence[tuple[str, Check]]:
    """The checks that can find something: most entries have no input, setting or guard."""
    entry = case.entry
    has_more = entry.stdin is not None or entry.environment or entry.guard or case.guard is not None
    return _CHECKS if has_more else _CHECKS_OF_ANY
