"""The script of an entry, line by line; what it does in real shells is tests/functional's."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.crontab.reader import read_crontab
from cron2aws.task.command import Job, habits_of, has_quiet_guards, render, script
from cron2aws.task.quoting import is_printable

ALICE = Job(user="alice", command="true", stdin=None, environment=())
ROOT = replace(ALICE, user="root")
EVERY_DIALECT = tuple(DIALECTS)


def script_of(job: Job, dialect: str = "debian") -> str:
    return render(job, habits_of(DIALECTS[dialect]), title="cron2aws 3f9c01ab: line 1 of /x")


def steps_of(job: Job, dialect: str = "debian") -> list[str]:
    """What the user's shell reads."""
    text = script_of(job, dialect)
    return text[text.index("exec 3<&-\n") : text.index("\nJOB")].split("\n")


def test_the_first_line_says_whose_job_it_is() -> None:
    crontab = read_crontab(
        b"A=1\n0 3 * * * alice /usr/bin/backup%in\n", DIALECTS["debian"], system=True, user=None
    )
    text = script(
        crontab.entries[0],
        DIALECTS["debian"],
        entry_id="3f9c01ab",
        source="/etc/cron.d/backup",
        system=True,
    )
    first, *_ = text.split("\n")
    assert first == (
        "# cron2aws 3f9c01ab: line 2 of /etc/cron.d/backup, run as Debian's cron 3.0pl1 does"
    )
    job = replace(ALICE, command="/usr/bin/backup", stdin="in\n", environment=(("A", "1"),))
    assert text.split("\n")[1:] == script_of(job).split("\n")[1:]


def test_a_guard_is_a_line_of_its_own_below_the_title() -> None:
    plain, guarded = script_of(ALICE), script_of(replace(ALICE, guard=True))
    assert "guard" not in plain
    title, line, rest = guarded.split("\n", 2)
    assert (f"{title}\n{rest}", line) == (plain, "guard=1")


@pytest.mark.parametrize("source", ["/etc/cron.d/x", "/etc/cron.d/--quiet-guards"])
@pytest.mark.parametrize("by_option", [False, True])
@pytest.mark.parametrize("dialect", EVERY_DIALECT)
def test_a_script_tells_whether_the_option_made_it(
    dialect: str, by_option: bool, source: str
) -> None:
    crontab = read_crontab(
        b"0 3 * * * x -a, --quiet-guards, run as y\n", DIALECTS["debian"], system=False, user="a"
    )
    text = script(
        crontab.entries[0],
        DIALECTS[dialect],
        entry_id="3f9c01ab",
        source=source,
        guard=True,
        by_option=by_option,
    )
    assert has_quiet_guards(text) is by_option
    assert text.split("\n")[1] == "guard=1"


@pytest.mark.parametrize(
    ("job", "dialect", "line"),
    [
        (ALICE, "debian", 'cd "$HOME" 2>/dev/null'),
        (ALICE, "cronie", 'cd "$HOME" || exit'),
        (replace(ALICE, environment=(("HOME", "/srv/a b"),)), "cronie", "cd '/srv/a b' || exit"),
        (replace(ALICE, environment=(("HOME", "~"),)), "debian", "cd './~' 2>/dev/null"),
        (replace(ALICE, environment=(("HOME", "-"),)), "cronie", "cd ./- || exit"),
    ],
)
def test_the_working_directory_is_home_as_the_crontab_has_it(
    job: Job, dialect: str, line: str
) -> None:
    assert steps_of(job, dialect)[1] == line


@pytest.mark.parametrize(
    ("environment", "lines"),
    [
        ((), ["export SHELL=/bin/sh", "export LOGNAME=alice"]),
        ((("SHELL", "/bin/bash"),), ["export SHELL=/bin/bash", "export LOGNAME=alice"]),
        (
            (("USER", "bob"), ("B", "a b")),
            ["export SHELL=/bin/sh", "export USER=bob", "export B='a b'", "export LOGNAME=alice"],
        ),
    ],
)
def test_what_debian_exports(environment: tuple[tuple[str, str], ...], lines: list[str]) -> None:
    steps = steps_of(replace(ALICE, environment=environment))
    assert [line for line in steps if line.startswith("export")] == lines


def test_cronie_sets_user_whatever_the_crontab_says() -> None:
    steps = steps_of(replace(ALICE, environment=(("A", "1"),)), "cronie")
    assert "export USER=alice" in steps
    assert steps_of(ALICE)[2].startswith("unset MAIL USER ")


@pytest.mark.parametrize(
    ("job", "dialect", "lines"),
    [
        (ALICE, "debian", ["exec /usr/bin/env -u _ -u SHLVL PATH=/usr/bin:/bin /bin/sh -c true"]),
        (
            ALICE,
            "cronie-1.7",
            ["exec /usr/bin/env -u _ -u SHLVL PATH=/usr/bin:/bin:/usr/sbin:/sbin /bin/sh -c true"],
        ),
        (
            replace(ALICE, environment=(("PATH", "/x:$PATH"), ("UID", "0"), ("a b", "c"))),
            "debian",
            ["exec /usr/bin/env -u _ -u SHLVL PATH='/x:$PATH' UID=0 'a b=c' /bin/sh -c true"],
        ),
        (
            replace(ALICE, environment=(("SHELL", "bash"),)),
            "debian",
            ["exec /usr/bin/env -u _ -u SHLVL PATH=/usr/bin:/bin ./bash -c true"],
        ),
        (
            replace(ALICE, command="cat", stdin="a\nb\n"),
            "debian",
            [
                "printf %s 'a",
                "b",
                "' |",
                "/usr/bin/env -u _ -u SHLVL PATH=/usr/bin:/bin /bin/sh -c cat",
            ],
        ),
        (
            replace(ALICE, command="cat", stdin="a\x01\n"),
            "debian",
            [
                "printf 'a\\001",
                "' |",
                "/usr/bin/env -u _ -u SHLVL PATH=/usr/bin:/bin /bin/sh -c cat",
            ],
        ),
        (
            replace(ALICE, command="cat", stdin=""),
            "debian",
            ["exec /usr/bin/env -u _ -u SHLVL PATH=/usr/bin:/bin /bin/sh -c cat"],
        ),
    ],
)
def test_how_the_job_is_started(job: Job, dialect: str, lines: list[str]) -> None:
    assert steps_of(job, dialect)[-len(lines) :] == lines


@pytest.mark.parametrize("name", ["SECRET", "DB_PASSWORD", "AWS_SECRET_ACCESS_KEY", "PGPASSWORD"])
def test_no_value_that_may_be_a_secret_stands_in_a_list_of_processes(name: str) -> None:
    text = script_of(replace(ALICE, environment=((name, "hunter2"),)))
    assert [line for line in text.split("\n") if "hunter2" in line] == [f"export {name}=hunter2"]


@pytest.mark.parametrize("job", [ALICE, replace(ROOT, system=False), replace(ROOT, system=True)])
@pytest.mark.parametrize("dialect", EVERY_DIALECT)
def test_who_gets_a_session(job: Job, dialect: str) -> None:
    text = script_of(job, dialect)
    cronie = dialect.startswith("cronie")
    without = job.user == "root" and job.system and cronie
    assert (" su -s /bin/sh -c " in text) is not without
    assert ("/etc/environment" in text) is (cronie and not without)
    assert ("getent shadow" in text) is (cronie and not without)
    assert ("/etc/locale.conf" in text) is cronie


def test_an_input_cannot_end_the_here_document() -> None:
    text = script_of(replace(ALICE, stdin="x\nJOB\nJOB_\n"))
    assert "3<<'JOB__'" in text
    assert "\nJOB__\n" in text


@pytest.mark.parametrize("dialect", EVERY_DIALECT)
def test_the_script_leaves_room_for_the_command(dialect: str) -> None:
    """A stack parameter and a function's environment take 4,096 bytes."""
    assert len(script_of(ALICE, dialect)) < 1650


ANY_TEXT = st.binary(max_size=30).map(
    lambda data: data.replace(b"\0", b"").decode("utf-8", "surrogateescape")
)


@given(command=ANY_TEXT, stdin=ANY_TEXT, name=ANY_TEXT, value=ANY_TEXT, source=ANY_TEXT)
def test_every_script_can_travel(
    command: str, stdin: str, name: str, value: str, source: str
) -> None:
    job = replace(ALICE, command=command, stdin=stdin, environment=((name, value),))
    text = render(job, habits_of(DIALECTS["cronie"]), title=source)
    assert is_printable(text)
    assert text.encode("utf-8")
    assert "{{" not in text
