"""What a task holds of an entry, line by line; tests/functional has what real shells do with it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.crontab.reader import read_crontab
from cron2aws.task.command import Job, command_of, habits_of, has_quiet_guards, render
from cron2aws.task.line_identity import LineIdentity
from cron2aws.task.quoting import is_printable
from cron2aws.task.template import too_long
from cron2aws.task.whole import CUT

ALICE = Job(user="alice", command="true", stdin=None, environment=())
ROOT = replace(ALICE, user="root")
EVERY_DIALECT = tuple(DIALECTS)


def rendered(job: Job, dialect: str = "debian") -> str:
    return render(job, habits_of(DIALECTS[dialect]), title="cron2aws 3f9c01ab: /x")


def head_of(job: Job, dialect: str = "debian") -> list[str]:
    """What root's shell reads."""
    return rendered(job, dialect).partition(f"\n{CUT}\n")[0].split("\n")


def steps_of(job: Job, dialect: str = "debian") -> list[str]:
    """What the user's shell reads."""
    return rendered(job, dialect).partition(f"\n{CUT}\n")[2].split("\n")


LINE = LineIdentity(tab="/etc/cron.d/backup", command="/usr/bin/backup%in", schedule="0 3 * * *")


def test_the_first_line_says_whose_job_it_is() -> None:
    crontab = read_crontab(
        b"A=1\n0 3 * * * alice /usr/bin/backup%in\n", DIALECTS["debian"], system=True, user=None
    )
    text = command_of(
        crontab.entries[0],
        DIALECTS["debian"],
        entry_id="3f9c01ab",
        line=LINE,
        system=True,
    )
    first, *_ = text.split("\n")
    assert first == ("# cron2aws 3f9c01ab: /etc/cron.d/backup, run as Debian's cron 3.0pl1 does")
    job = replace(
        ALICE,
        command="/usr/bin/backup",
        stdin="in\n",
        environment=(("A", "1"),),
        system=True,
        line=LINE,
    )
    assert text.split("\n")[1:] == rendered(job).split("\n")[1:]


@pytest.mark.parametrize("source", ["/etc/cron.d/x", "/etc/cron.d/--quiet-guards"])
@pytest.mark.parametrize("by_option", [False, True])
@pytest.mark.parametrize("dialect", EVERY_DIALECT)
def test_a_command_tells_whether_the_option_made_it(
    dialect: str, by_option: bool, source: str
) -> None:
    crontab = read_crontab(
        b"0 3 * * * x -a, --quiet-guards, run as y\n", DIALECTS["debian"], system=False, user="a"
    )
    text = command_of(
        crontab.entries[0],
        DIALECTS[dialect],
        entry_id="3f9c01ab",
        line=LINE._replace(tab=source),
        guard=True,
        by_option=by_option,
    )
    assert has_quiet_guards(text) is by_option
    assert text.split("\n")[1].endswith(" guard=1")


@pytest.mark.parametrize(
    ("job", "dialect", "line"),
    [
        (ALICE, "debian", "user=alice pam=cron"),
        (replace(ALICE, system=True), "debian", "user=alice pam=cron"),
        (replace(ROOT, system=True), "debian", "user=root pam=cron"),
        (ROOT, "debian", "user=root pam=cron"),
        (ALICE, "cronie", "user=alice pam=crond"),
        (replace(ALICE, system=True), "cronie", "user=alice pam=crond"),
        # root's own crontab has a session of PAM, a system crontab has none
        (ROOT, "cronie", "user=root pam=crond"),
        (replace(ROOT, system=True), "cronie", "user=root pam="),
        (replace(ALICE, guard=True), "debian", "user=alice pam=cron guard=1"),
        (replace(ROOT, system=True, guard=True), "cronie", "user=root pam= guard=1"),
        (replace(ALICE, user="a b"), "debian", "user='a b' pam=cron"),
    ],
)
def test_whose_job_it_is_and_by_which_session(job: Job, dialect: str, line: str) -> None:
    assert head_of(job, dialect)[1] == line


@pytest.mark.parametrize("dialect", EVERY_DIALECT)
def test_each_daemon_opens_the_session_that_its_package_says(dialect: str) -> None:
    service = "crond" if dialect.startswith("cronie") else "cron"
    assert head_of(ALICE, dialect)[1] == f"user=alice pam={service}"


@pytest.mark.parametrize(
    ("stdin", "lines"),
    [
        (None, []),
        ("", []),
        ("a\nb\n", ["stdin() { printf %s 'a", "b", "'; }"]),
        ("#job\n", ["stdin() { printf %s '#job", "'; }"]),
        # a line that divides the command would let root read what is the user's
        ("a\n#job\n", ["stdin() { printf %s 'a", "''#job", "'; }"]),
        ("\x01\n#job", ["stdin() { printf '\\001", "''#job'; }"]),
        ("it's {{x}}", ["stdin() { printf %s 'it'\\''s {''{x}}'; }"]),
        ("a\x01%\n", ["stdin() { printf 'a\\001%%", "'; }"]),
    ],
)
def test_the_standard_input_is_a_function_of_the_head(stdin: str | None, lines: list[str]) -> None:
    text = rendered(replace(ALICE, stdin=stdin))
    title, whose, *_ = text.split("\n")
    before = "\n".join([title, whose, *lines, CUT, ""])
    assert text.startswith(before)
    assert text.removeprefix(before) == "\n".join(steps_of(ALICE))


@pytest.mark.parametrize(
    ("job", "dialect", "line"),
    [
        (ALICE, "debian", 'cd -P "$HOME" 2>/dev/null'),
        (ALICE, "cronie", 'c2a_home "$HOME"'),
        (replace(ALICE, environment=(("HOME", "/a b"),)), "cronie", "c2a_home '/a b'"),
        (replace(ALICE, environment=(("HOME", "~"),)), "debian", "cd -P './~' 2>/dev/null"),
        (replace(ALICE, environment=(("HOME", "-"),)), "cronie", "c2a_home ./-"),
        # empty: cronie does not run the job, Debian's cron runs it where it is itself
        (replace(ALICE, environment=(("HOME", ""),)), "cronie", "c2a_home ''"),
        (replace(ALICE, environment=(("HOME", ""),)), "debian", "cd -P ./ 2>/dev/null"),
    ],
)
def test_the_working_directory_is_home_as_the_crontab_has_it(
    job: Job, dialect: str, line: str
) -> None:
    assert steps_of(job, dialect)[0] == line


@pytest.mark.parametrize(
    ("environment", "lines"),
    [
        ((), ["export SHELL=/bin/sh", "export LOGNAME=alice"]),
        ((("SHELL", "/bin/bash"),), ["export SHELL=/bin/bash", "export LOGNAME=alice"]),
        (
            (("USER", "bob"), ("B", "a b")),
            ["export SHELL=/bin/sh", "export USER=bob", "export B='a b'", "export LOGNAME=alice"],
        ),
        ((("LOGNAME", "bob"),), ["export SHELL=/bin/sh", "export LOGNAME=alice"]),
    ],
)
def test_what_debian_exports(environment: tuple[tuple[str, str], ...], lines: list[str]) -> None:
    assert steps_of(replace(ALICE, environment=environment))[1:-1] == lines


def test_cronie_sets_user_whatever_the_crontab_says() -> None:
    for environment in ((), (("USER", "bob"),)):
        job = replace(ALICE, environment=environment)
        assert "export USER=alice" in steps_of(job, "cronie")
        assert "export USER=alice" not in steps_of(job)


@pytest.mark.parametrize(
    ("job", "dialect", "line"),
    [
        (ALICE, "debian", "c2a_run /bin/sh true PATH=/usr/bin:/bin"),
        (ALICE, "cronie-1.7", "c2a_run /bin/sh true PATH=/usr/bin:/bin:/usr/sbin:/sbin"),
        (
            replace(ALICE, environment=(("PATH", "/x:$PATH"), ("UID", "0"), ("a b", "c"))),
            "debian",
            "c2a_run /bin/sh true PATH='/x:$PATH' UID=0 'a b=c'",
        ),
        (
            replace(ALICE, environment=(("PWD", "/"), ("c2a_text", "x"), ("OLDPWD", ""))),
            "debian",
            "c2a_run /bin/sh true PATH=/usr/bin:/bin PWD=/ c2a_text=x OLDPWD=''",
        ),
        (
            replace(ALICE, environment=(("SHELL", "bash"),)),
            "debian",
            "c2a_run ./bash true PATH=/usr/bin:/bin",
        ),
        (
            replace(ALICE, command="echo 'a' $HOME"),
            "debian",
            "c2a_run /bin/sh 'echo '\\''a'\\'' $HOME' PATH=/usr/bin:/bin",
        ),
        (
            replace(ALICE, command="\x01"),
            "debian",
            "c2a_run /bin/sh \"$(printf '\\001')\" PATH=/usr/bin:/bin",
        ),
    ],
)
def test_how_the_job_is_started(job: Job, dialect: str, line: str) -> None:
    assert steps_of(job, dialect)[-1] == line


@pytest.mark.parametrize("name", ["SECRET", "DB_PASSWORD", "OPTIONS", "OPT_DB", "BASH_PW"])
def test_no_value_that_may_be_a_secret_stands_in_a_list_of_processes(name: str) -> None:
    steps = steps_of(replace(ALICE, environment=((name, "hunter2"),)))
    assert [line for line in steps if "hunter2" in line] == [f"export {name}=hunter2"]


@pytest.mark.parametrize("dialect", EVERY_DIALECT)
def test_a_command_of_3000_bytes_fits(dialect: str) -> None:
    """And of 998, which is Debian's limit, with as much for the crontab's variables."""
    words = """find "/srv/a b" -name '*.log' -exec gzip {} + """
    assert too_long(rendered(replace(ALICE, command=(words * 100)[:3000]), dialect)) is None
    environment = tuple((f"NAME_{n}", "value/" * 20) for n in range(16))
    job = replace(ALICE, command=(words * 100)[:998], environment=environment)
    assert too_long(rendered(job, dialect)) is None


ANY_TEXT = st.binary(max_size=30).map(
    lambda data: data.replace(b"\0", b"").decode("utf-8", "surrogateescape")
)


@given(command=ANY_TEXT, stdin=ANY_TEXT, name=ANY_TEXT, value=ANY_TEXT, source=ANY_TEXT)
def test_every_command_can_travel(
    command: str, stdin: str, name: str, value: str, source: str
) -> None:
    job = replace(ALICE, command=command, stdin=stdin, environment=((name, value),))
    text = render(job, habits_of(DIALECTS["cronie"]), title=source)
    assert is_printable(text)
    assert text.encode("utf-8")
    assert "{{" not in text
