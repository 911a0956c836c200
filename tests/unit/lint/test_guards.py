"""Guards in front of jobs: what they read, what their no comes to, and which schedule says it."""

from __future__ import annotations

import pytest

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.crontab.items import Entry
from cron2aws.crontab.reader import read_crontab
from cron2aws.findings import CATALOGUE
from cron2aws.lint.guards import CommandGuard, guard_of
from cron2aws.lint.inspect import inspect
from cron2aws.lint.questions import Reads
from cron2aws.lint.skips import says_no_quietly
from cron2aws.lint.words import simple_commands
from cron2aws.schedule import days

CLOCK, FILE, LOCK, PROCESSES, HOST = Reads


def guard(command: str) -> CommandGuard | None:
    return guard_of(simple_commands(command))


@pytest.mark.parametrize(
    ("command", "text", "reads", "refusal"),
    [
        ('[ "$(date +%d -d tomorrow)" = 01 ] && x', "[ $(date +%d -d tomorrow) = 01 ]", CLOCK, 1),
        ("test $(date +%u) -eq 2 && x", "test $(date +%u) -eq 2", CLOCK, 1),
        ("expr $(date +%W) % 2 >/dev/null && x", "expr $(date +%W) % 2", CLOCK, 1),
        ("expr $(date +%W) % 2 || x", "expr $(date +%W) % 2", CLOCK, 0),
        ("date +%u | grep -q 2 && x", "date +%u | grep -q 2", CLOCK, 1),
        ("flock -n L x", "flock -n L", LOCK, 1),
        ("/usr/bin/flock -xn L -c x", "/usr/bin/flock -xn L", LOCK, 1),
        ("flock -w 10 L x", "flock -w 10 L", LOCK, 1),
        ("flock -n -E 75 L x", "flock -n -E 75 L", LOCK, 75),
        ("flock -n -E 0 L x", "flock -n -E 0 L", LOCK, 0),
        ("flock -nE 75 L x", "flock -nE 75 L", LOCK, 75),
        ("flock -xnE75 L x", "flock -xnE75 L", LOCK, 75),
        ("flock -E 75 -w 5 L x", "flock -E 75 -w 5 L", LOCK, 75),
        ("flock -n --conflict-exit-code 4 L x", "flock -n --conflict-exit-code 4 L", LOCK, 4),
        ("flock -n --conflict-exit-code=4 L x", "flock -n --conflict-exit-code=4 L", LOCK, 4),
        ("flock -xw 10 L x", "flock -xw 10 L", LOCK, 1),
        ("flock --timeout 10 L x", "flock --timeout 10 L", LOCK, 1),
        ("flock -nx L x", "flock -nx L", LOCK, 1),
        ("( flock -n -E 5 9 || exit; x ) 9>L", "flock -n -E 5 9", LOCK, 5),
        ("( flock -n -E 5 9 && x ) 9>L", "flock -n -E 5 9", LOCK, 5),
        ("{ flock -n 9 && x; } 9>L", "flock -n 9", LOCK, 1),
        ("(flock -n L x) >log", "flock -n L", LOCK, 1),
        ("[ -f a ] && x; >log", "[ -f a ]", FILE, 0),
        ("cd /x && flock -n L x", "flock -n L", LOCK, 1),
        ("flock -n L x || true", "flock -n L", LOCK, 0),
        ("( flock -n 9 || exit 1; x ) 9>L", "flock -n 9", LOCK, 1),
        ("setlock -n L x", "setlock -n L", LOCK, 111),
        ("setlock -nx L x", "setlock -nx L", LOCK, 0),
        ("run-one x", "run-one", LOCK, 1),
        ("[ -x P ] && P", "[ -x P ]", FILE, 1),
        ("test -x P && P --all | y", "test -x P", FILE, 1),
        ("cd /x; [ -f a ] && [ ! -f b ] && x", "[ -f a ] && [ ! -f b ]", FILE, 1),
        ("[ -f a ] && (x; y)", "[ -f a ]", FILE, 1),
        ("[ -f a ] && { x; y; }", "[ -f a ]", FILE, 1),
        ("[ -f a ] || exit; x", "[ -f a ]", FILE, 1),
        ("[ -f a ] || exit 3; x", "[ -f a ]", FILE, 3),
        ("[ -f a ] || exit 0; x", "[ -f a ]", FILE, 0),
        ("[ -f a ] && x; y", "[ -f a ]", FILE, 0),
        ("[ -f a ] && x || true", "[ -f a ]", FILE, 0),
        ("[ -f a ] && x &", "[ -f a ]", FILE, 0),
        ("if [ -f a ]; then x; fi", "[ -f a ]", FILE, 0),
        ("grep -q a /f && x", "grep -q a /f", FILE, 1),
        ("command -v x >/dev/null && x", "command -v x", FILE, 1),
        ("bash -c '[ -f a ] && x'", "[ -f a ]", FILE, 1),
        ("pgrep x >/dev/null && y", "pgrep x", PROCESSES, 1),
        ("! pgrep x && y", "! pgrep x", PROCESSES, 1),
        ("pgrep x >/dev/null || x", "pgrep x", PROCESSES, 0),
        ("ps ax | grep -q x && y", "ps ax | grep -q x", PROCESSES, 1),
        ('[ -z "$(pidof x)" ] && x', "[ -z $(pidof x) ]", PROCESSES, 1),
        ("mountpoint -q /m && x", "mountpoint -q /m", HOST, 32),
        ("systemctl is-active -q x && y", "systemctl is-active -q x", HOST, 3),
        ("systemctl is-enabled -q x && y", "systemctl is-enabled -q x", HOST, 1),
        ("getent passwd x && y", "getent passwd x", HOST, 2),
        ("getent passwd x || exit; y", "getent passwd x", HOST, 2),
        ("! getent passwd x && y", "! getent passwd x", HOST, 1),
        ("[ -f a ] && getent passwd x && y", "[ -f a ] && getent passwd x", FILE, 2),
        ('[ "$(hostname)" = web1 ] && x', "[ $(hostname) = web1 ]", HOST, 1),
    ],
)
def test_what_a_guard_reads_and_what_its_no_comes_to(
    command: str, text: str, reads: Reads, refusal: int
) -> None:
    found = guard(command)
    assert found is not None
    assert (found.text, found.reads, found.refusal) == (text, reads, refusal)


@pytest.mark.parametrize(
    ("command", "dash", "others"),
    [
        ("command -v x >/dev/null && x", 127, 1),
        ("sh -c 'command -v x && x'", 127, 1),
        ("bash -c 'command -v x && x'", 1, 1),
        ("type x >/dev/null && x", 127, 1),
        ("[ -f a ] && x", 1, 1),
    ],
)
def test_the_shell_that_asks_decides_too(command: str, dash: int, others: int) -> None:
    for is_dash, code in ((True, dash), (False, others)):
        found = guard_of(simple_commands(command), dash=is_dash)
        assert found is not None
        assert found.refusal == code


@pytest.mark.parametrize(
    ("command", "speaks"),
    [
        ("[ -f a ] && x", False),
        ("pgrep x && y", False),
        ("grep a /f && y", False),
        ("expr 1 = 2 && x", True),
        ("expr 1 = 2 >/dev/null && x", False),
        ("expr 1 = 2 >&2 && x", True),
        ("kill -0 5 && x", True),
        ("kill -0 5 >/dev/null && x", True),
        ("kill -0 5 2>/dev/null && x", False),
        ("which x && x", True),  # Red Hat's says so on standard error
        ("which x >/dev/null 2>&1 && x", False),
        ("type x 2>/dev/null && x", True),
        ("type x >/dev/null 2>&1 && x", False),
        ("mountpoint /m && x", True),
        ("mountpoint -q /m && x", False),
        ("cmp a b && x", True),
        ("cmp -s a b && x", False),
        ("ps -C x | grep -q x && y", False),
        ("ps -C x && y", True),
        ("! pgrep x && y", True),  # it finds one, tells it, and that is the no
        ("! pgrep x >/dev/null && y", False),
        ("! grep -q a /f && y", False),
        ("! grep a /f && y", True),
        ("pgrep x && [ -f a ] && y", True),
        ("pgrep x >/dev/null && [ -f a ] && y", False),
        ("flock -n L x", False),
        ("flock --verbose -n L x", True),
    ],
)
def test_whether_a_no_prints_something(command: str, speaks: bool) -> None:
    found = guard(command)
    assert found is not None
    assert found.speaks is speaks


@pytest.mark.parametrize(
    "command",
    [
        "",
        "x",
        "x && y",
        "cd /x && y",
        "test -f a",  # nothing follows: it is the job
        "[ -f a ] && x || y",  # something is done either way
        "if [ -f a ]; then x; else y; fi",
        "while [ -f a ]; do x; done",
        "flock L x",  # waits
        "flock -n L",
        "x; [ -f a ] && y",
        "command x && y",
        "kill 5 && x",
        "systemctl restart x && y",
        "echo '[ -f a ] && x'",
    ],
)
def test_what_is_no_guard(command: str) -> None:
    assert guard(command) is None


TUESDAYS = days.WEEKDAY[2]


@pytest.mark.parametrize(
    ("command", "on"),
    [
        ("[ $(date +%u) = 2 ] && x", TUESDAYS),
        ("[ $(date +%u) -eq 02 ] && x", TUESDAYS),
        ("[ $(date +%a) == Tue ] && x", TUESDAYS),
        ("[[ $(date +%A) == Tuesday ]] && x", TUESDAYS),
        ("! [ $(date +%u) -ne 2 ] && x", TUESDAYS),
        ("[ ! $(date +%u) -ne 2 ] && x", TUESDAYS),
        ("[ $(date +%u) != 2 ] || x", TUESDAYS),
        ("[ $(date +%u) = 2 ] || exit 0; x; y", TUESDAYS),
        ("if [ `date +%w` = 2 ]; then x; y; fi", TUESDAYS),
        ("if test $(date +%u) -lt 3 && test $(date +%u) -gt 1; then x; fi", TUESDAYS),
        ("[ $(date +%u) -gt 1 -a $(date +%u) -lt 3 ] && x", TUESDAYS),
        ("[ $(date +%u) -le 2 ] && [ $(date +%u) -ge 2 ] && x", TUESDAYS),
        ("D=$(date +%u); [ $D = 2 ] && x", TUESDAYS),
        ("D=`date +%u` && [ ${D} = 2 ] && x", TUESDAYS),
        ("expr $(date +%u) = 2 >/dev/null && x", TUESDAYS),
        ("[ x$(date +%u) = x2 ] && x", TUESDAYS),
        ("[ $(date +%u) = 2 -o $(date +%u) = 3 ] && x", TUESDAYS | days.WEEKDAY[3]),
        ("[ $(date +%m%d) = 1231 ] && x", days.DAY[31] & days.IN_MONTH[12]),
        ("[ $(date +%m) != $(date -d tomorrow +%m) ] && x", days.LAST_DAY),
        # where the day alone does not decide, or decides of a part of the job only
        ("[ $(date +%u) = 2 ] && x; y", None),
        ("[ $(date +%u) = 2 ] && [ -f a ] && x", None),
        ("[ $(date +%u) = $TODAY ] && x", None),
        ("[ $(date +%F) = 2026-11-28 ] && x", None),
        ("[ $(date +%u) = [23] ] && x", None),
        ("[ $(date +%e) = 9 ] && x", None),  # the blank in front depends on quotes
        ("[[ $(date +%u) =~ 2 ]] && x", None),
        ("[ $(date +%a) -eq 2 ] && x", None),
        ("[ $(date +%u) ] && x", None),
        ("[ 1 = 1 ] && x", None),
        ("date +%u | grep -q 2 && x", None),
    ],
)
def test_the_days_on_which_the_job_runs(command: str, on: int | None) -> None:
    found = guard(command)
    assert found is not None
    assert found.days == on


GUARDS = {"C318", "C326", "C327"}


def entry_of(schedule: str, command: str, settings: str = "", dialect: str = "debian") -> Entry:
    line = command.replace("%", "\\%")
    data = f"{settings}{schedule} {line}\n".encode()
    return read_crontab(data, DIALECTS[dialect], system=False, user="app").entries[-1]


def told(
    schedule: str,
    command: str,
    settings: str = "",
    dialect: str = "debian",
    *,
    quiet: bool = False,
) -> dict[str, str]:
    entry = entry_of(schedule, command, settings, dialect)
    found = inspect(entry, DIALECTS[dialect], entry_id="x", quiet=quiet)
    return {f.code: f.detail for f in found}


LAST = '[ "$(date +%d -d tomorrow)" = 01 ] && x'


@pytest.mark.parametrize(
    ("schedule", "command", "expression"),
    [
        ("59 23 28-31 * *", LAST, "cron(59 23 L * ? *)"),
        ("0 3 28-31 * *", LAST, "cron(0 3 L * ? *)"),
        ("0 3 * * *", LAST, "cron(0 3 L * ? *)"),
        ("0 3 28-31 1,2 *", LAST, "cron(0 3 L 1,2 ? *)"),
        ("0 3 8-14 * *", "test $(date +%u) -eq 2 && x", "cron(0 3 ? * TUE#2 *)"),
        ("0 3 * * 0", "[ $(date +%d) -le 7 ] && x", "cron(0 3 ? * SUN#1 *)"),
        ("0 3 * * 5", "[ $(date +%m) != $(date -d '7 days' +%m) ] && x", "cron(0 3 ? * 6L *)"),
        ("*/5 8-18 * * *", "[ $(date +%u) -lt 6 ] && x", "cron(0/5 8-18 ? * MON-FRI *)"),
        ("0 3 29-31 * *", LAST, None),  # February has no 29th in most years
        ("0 3 1-7 * *", LAST, None),  # never
        ("0 3 * * *", "[ $(date +%u) -lt 8 ] && x", None),  # always: the guard changes nothing
        ("0 3 * * 1", "expr $(date +%W) % 2 >/dev/null && x", None),  # every other week
        ("0 3 15 * *", "[ $(date +%u) -lt 6 ] && x", None),
        ("@reboot", LAST, None),
    ],
)
def test_a_schedule_of_eventbridges_is_offered_where_it_is_proved(
    schedule: str, command: str, expression: str | None
) -> None:
    detail = told(schedule, command)["C318"]
    assert detail.startswith("`")
    assert "a task tells exit code 1 as a failure" in detail
    offer = f"`{expression}` fires on exactly the days on which the two together let it run"
    assert (f"{offer} (proved over 146,097 days)" in detail) is bool(expression)
    assert ("cron(" in detail) is bool(expression)


@pytest.mark.parametrize(
    ("settings", "command", "dialect"),
    [
        ("TZ=Asia/Tokyo\n", LAST, "debian"),
        ("CRON_TZ=Asia/Tokyo\n", LAST, "cronie"),
        ("", "export TZ=Asia/Tokyo; " + LAST, "debian"),
    ],
)
def test_nothing_is_offered_where_the_guard_asks_another_clock(
    settings: str, command: str, dialect: str
) -> None:
    assert "cron(" not in told("0 3 28-31 * *", command, settings, dialect)["C318"]


def test_a_guard_that_fails_nobody_is_told_of_for_its_schedule_alone() -> None:
    found = told("0 3 8-14 * *", "if [ $(date +%u) = 2 ]; then x; fi")
    assert "C318" not in found
    assert "cron(0 3 ? * TUE#2 *)" in found["C319"]
    assert "C319" not in told("0 3 * * *", "if [ -f a ]; then x; fi")


@pytest.mark.parametrize(
    ("schedule", "command", "detail"),
    [
        (
            "59 23 28-31 * *",
            LAST,
            (
                "the clock is read at 23:59, and a start a little later falls into the next day:"
                " `%d` then tells the next day, and the guard decides by that"
            ),
        ),
        (
            "59 23 * * *",
            "tar cf /b/$(date +%F).tar /srv",
            (
                "the clock is read at 23:59, and a start a little later falls into the next day:"
                " `%F` then tells the next day"
            ),
        ),
        (
            "59 * * * *",
            "x $(date +%Y%m%d-%H)",
            (
                "the clock is read at 23:59, and a start a little later falls into the next day:"
                " `%Y%m%d-%H` then tells the next day"
            ),
        ),
        (
            "29,59 8-18 * * *",
            "x `date +%H`",
            (
                "the clock is read at minute 59, and a start a little later falls into the next"
                " hour: `%H` then tells the next hour"
            ),
        ),
        ("59 8 * * *", "x $(date +%F)", None),
        ("58 23 28-31 * *", LAST, None),
        ("* * * * *", "x $(date +%F)", None),  # the next minute is its own as well
        ("59 23 * * *", "x", None),
        ("59 23 * * *", "echo $(date)", None),
        ("59 23 * * *", "x --update +%d", None),
    ],
)
def test_the_clock_is_read_in_the_last_minute(
    schedule: str, command: str, detail: str | None
) -> None:
    assert told(schedule, command).get("C325") == detail


@pytest.mark.parametrize(
    ("schedule", "command", "detail"),
    [
        (
            "* * * * *",
            "sleep 30; x",
            "`sleep 30` counts seconds from a start that wanders by up to a minute",
        ),
        (
            "*/2 * * * *",
            "(sleep 15s && x)",
            "`sleep 15s` counts seconds from a start that wanders by up to a minute",
        ),
        (
            "* * * * *",
            "for i in 1 2 3 4 5; do x; sleep 10; done",
            "`sleep 10` counts seconds from a start that wanders by up to a minute",
        ),
        (
            "* * * * *",
            "timeout 58 x",
            "`timeout 58 x` counts seconds from a start that wanders by up to a minute",
        ),
        (
            "0 3 * * *",
            "while true; do x; sleep 10; done",
            "`while true` goes on and holds one of the agent's workers",
        ),
        (
            "@hourly",
            "until false; do x; done",
            "`until false` goes on and holds one of the agent's workers",
        ),
        ("0 3 * * *", "sleep 30; x", None),
        ("* * * * *", "x; sleep 5", None),
        ("* * * * *", "sleep 90; x", None),
        ("* * * * *", "timeout 10 x", None),
        ("* * * * *", "while read a; do x $a; done </f", None),
        ("* * * * *", "x", None),
    ],
)
def test_seconds_that_are_counted(schedule: str, command: str, detail: str | None) -> None:
    assert told(schedule, command).get("C321") == detail


NOT_TODAY = '[ "$(date +%u)" = 2 ] && x'
SKIPPED = "exit code 1 without output is a skipped run"


@pytest.mark.parametrize(
    ("command", "noted", "option", "codes"),
    [
        # command, whether the note stands above it, whether the option fits it, what is told
        ("[ -f a ] && rm a", False, True, {"C318"}),
        ("[ -f a ] && rm a", True, True, {"C326"}),
        ("flock -n L rm a", True, True, {"C326"}),
        ("flock -n -E 75 L rm a", False, False, {"C318"}),
        ("flock -n -E 75 L rm a", True, False, {"C318", "C327"}),
        ("flock -n -E 0 L rm a", False, False, set()),
        ("flock -n -E 0 L rm a", True, False, {"C327"}),
        ("if [ -f a ]; then rm a; fi", True, False, {"C327"}),
        ("expr 1 = 2 && rm a", False, False, {"C318"}),
        ("expr 1 = 2 && rm a", True, False, {"C318", "C327"}),
        ("expr 1 = 2 >/dev/null && rm a", True, True, {"C326"}),
        ("rm a", False, False, set()),
        ("rm a", True, False, {"C327"}),
    ],
)
def test_what_the_note_and_the_option_do(
    command: str, noted: bool, option: bool, codes: set[str]
) -> None:
    note = "# cron2aws: guard\n" if noted else ""
    assert told("0 3 * * *", command, note, quiet=noted).keys() & GUARDS == codes
    assert says_no_quietly(entry_of("0 3 * * *", command), DIALECTS["debian"]) is option
    if option and not noted:
        assert told("0 3 * * *", command, quiet=True).keys() & GUARDS == {"C326"}


def test_who_made_the_guard_quiet_is_told_and_the_schedule_is_offered_all_the_same() -> None:
    by_note = told("0 3 8-14 * *", NOT_TODAY, "# cron2aws: guard\n", quiet=True)["C326"]
    assert f"reads the clock; by the note `guard` {SKIPPED}; `cron(0 3 ? * TUE#2 *)`" in by_note
    by_option = told("0 3 8-14 * *", NOT_TODAY, quiet=True)["C326"]
    assert f"by `--quiet-guards` {SKIPPED}; `cron(0 3 ? * TUE#2 *)`" in by_option


@pytest.mark.parametrize(
    ("command", "detail"),
    [
        ("rm a", "no guard is seen in front of the job; "),
        ("flock -n -E 75 L x", "`flock -n -E 75 L` ends the command with 75 for a no, not 1; "),
        ("kill -0 5 && x", "`kill -0 5` may print something where it says no; "),
    ],
)
def test_a_note_without_its_guard_is_taken_at_its_word(command: str, detail: str) -> None:
    found = told("0 3 * * *", command, "# cron2aws: guard\n", quiet=True)
    assert found["C327"] == f"{detail}{SKIPPED}, whatever ended so"


@pytest.mark.parametrize(
    ("command", "hint"),
    [
        ("[ -f a ] && x", "a task tells exit code 1 as a failure"),
        (
            "flock -n -E 75 L x",
            (
                "a task tells exit code 75 as a failure, with the note `guard` too, which is about"
                " exit code 1"
            ),
        ),
        (
            "kill -0 5 && x",
            (
                "a task tells exit code 1 as a failure; it may print something then: for the note"
                " `guard` send that to /dev/null"
            ),
        ),
    ],
)
def test_what_is_told_of_a_guard_that_is_a_failure(command: str, hint: str) -> None:
    assert told("0 3 * * *", command)["C318"].endswith(f"nothing is done, and {hint}")
    for word in ("`# cron2aws: guard`", "`--quiet-guards`", "if GUARD; then JOB; fi"):
        assert word in CATALOGUE["C318"].help
