"""The word that a task is called by: what its command runs in the end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cron2aws.task.slug import slug, slug_of


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("/usr/local/bin/backup.sh --all", "backup-sh"),
        ("/opt/x/", "x"),
        ("$HOME/bin/x.sh", "x-sh"),
        ("LANG=C TZ=UTC /opt/x/Invoices.py", "invoices-py"),
        ("VAR=1 x", "x"),
        ('/opt/"my dir"/run.sh', "run-sh"),
        ("DAY=$(date +%F) /opt/x", "x"),
        ("/opt/x >/var/log/y.log 2>&1", "x"),
        ("2>&1 123", "task"),
        ("", "task"),
        ("/opt/ünïcode/näme", "n-me"),
        ("A" * 90, "a" * 40),
    ],
)
def test_it_is_the_programs_name(command: str, name: str) -> None:
    assert slug_of(command) == name


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("timeout 5 x", "x"),
        ("flock -n /l /opt/backup.sh", "backup-sh"),
        ("nice -n 10 ionice -c3 /bin/x", "x"),
        ("sudo -u postgres pg_dump shop", "pg-dump"),
        ("env A=1 /opt/x", "x"),
        ("bundle exec rake db:x", "rake"),
        ("bundle install --quiet", "bundle"),
        ("/usr/bin/env python3 /opt/report.py", "python3"),
        ("python3 /opt/report.py", "python3"),  # the same run has the same name
        ("sudo", "sudo"),
    ],
)
def test_wrappers_are_looked_through(command: str, name: str) -> None:
    assert slug_of(command) == name


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("cd /x && ./run.sh", "run-sh"),
        ("cd /x || exit 1; ./run.sh", "run-sh"),
        ("sleep 30; x", "x"),
        (". /etc/profile; /opt/x", "x"),
        ("if [ -x /a/b ]; then /a/b; fi", "b"),
        ('[ "$(date +%u)" = 1 ] && x', "x"),
        ("[ -x /usr/sbin/anacron ] || /usr/sbin/x", "x"),
        ("test -e P && Q", "q"),
        ('[ "$(date +%d -d tomorrow)" = 01 ] && x', "x"),
        ("expr $(date +%W) % 2 >/dev/null || x", "x"),
        ("date +%u | grep -q 2 && x", "x"),
        ("pgrep y >/dev/null || x", "x"),
        ("! pgrep y && x", "x"),
        ("grep -q a /f && x", "x"),
        ("command -v x >/dev/null && x", "x"),
        ("mountpoint -q /m && x", "x"),
        ("( flock -n 9 || exit 1; x ) 9>/l", "x"),
        ("case $(date +%u) in 2) x;; esac", "x"),
        ("while true; do x; sleep 10; done", "x"),
        ("pgrep y", "pgrep"),  # the job itself
        ("grep a /f", "grep"),
        ("x | grep y", "x"),
        ("for i in 1 2; do /opt/run $i; done", "run"),
        ('while read line; do /opt/x "$line"; done </etc/list', "x"),
        ("sleep 30", "sleep"),
        ("cd /x", "cd"),
    ],
)
def test_what_only_prepares_the_run_is_passed_over(command: str, name: str) -> None:
    assert slug_of(command) == name


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("exec nice -n 10 /bin/sh /opt/x/nightly.sh", "nightly-sh"),
        ("bash -e /opt/x.sh -c its-own-option", "x-sh"),
        ("bash -lc 'cd /srv && exec ./run.sh'", "run-sh"),
        ("""sh -c "sh -c 'exec /opt/x'" """, "x"),
        ("su - app -c '/opt/x.sh --all'", "x-sh"),
        ("su -s /bin/sh -c x app", "x"),
        ("flock -w 5 /l -c '/opt/x --all'", "x"),
        ("flock /l /opt/x -c its-own-option", "x"),
        ("su app", "su"),
        ("bash -c", "task"),
    ],
)
def test_a_shell_is_looked_through_to_what_it_runs(command: str, name: str) -> None:
    assert slug_of(command) == name


@pytest.mark.parametrize(
    ("name", "word"),
    [("Night_Job", "night-job"), ("sleep", "sleep"), ("--", "task"), ("x" * 50, "x" * 40)],
)
def test_a_given_name_is_no_command(name: str, word: str) -> None:
    assert slug(name) == word


@given(st.text(max_size=300))
def test_any_text_has_a_word(command: str) -> None:
    found = slug_of(command)
    assert 0 < len(found) <= 40
    assert found == slug(found)
