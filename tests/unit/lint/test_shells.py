"""Commands that take bash or cron for granted."""

from __future__ import annotations

import pytest

from tests.unit.lint.test_inspect import found

UNKNOWN = "/bin/sh does not know it"


def told(text: str, code: str, dialect: str = "debian") -> str | None:
    return dict(found(text, dialect)).get(code)


@pytest.mark.parametrize(
    ("command", "what"),
    [
        ("source /etc/profile; x", "`source`"),
        ("cd /x && source venv/bin/activate && y", "`source`"),
        ("[[ -f a ]] && x", "`[[`"),
        ("[ $a == b ] && x", "`==` in `[`"),
        ("test a == b && x", "`==` in `test`"),
        ("x &> /srv/log", "`&>`"),
        ("x &>> /srv/log", "`&>>`"),
        ("x >& /srv/log", "`>&`"),
        ("touch /srv/{1..3}", "braces that stand for a list (`{1..3}`)"),
        ("cp /srv/a{,.old}", "braces that stand for a list (`{,.old}`)"),
        ("diff <(x) <(y)", "a process as a file (`<(`)"),
        ("x > >(y)", "a process as a file (`>(`)"),
        ("x <<< y", "a here-string (`<<<`)"),
        ("x |& y", "a pipe for both outputs (`|&`)"),
        ("a=(1 2); x", "an array (`a=(`)"),
        ("function f { x; }; f", "`function`"),
        ("declare -i a; x", "`declare`"),
        ("x ${a:0:3}", "`${a:0`"),
        ('x "${a//b/c}"', "`${a/`"),
        ("x ${a[0]}", "`${a[`"),
        ("x ${a^^}", "`${a^`"),
        ("x $'a\\tb'", "`$'`"),
        ("x --seed $RANDOM", "`$RANDOM`"),
    ],
)
def test_what_debians_sh_does_not_know(command: str, what: str) -> None:
    assert told(command, "C322") == f"{what}: {UNKNOWN}"
    assert told(f"SHELL=/bin/bash\n{command}", "C322") is None
    assert told(command, "C322", "cronie") is None  # its hosts' sh is bash


@pytest.mark.parametrize(
    "command",
    [
        ". /etc/profile; x",
        "[ -f a ] && [ b = c ] && x",
        "x > /srv/log 2>&1",
        "x >&2",
        "bash -c 'source y; [[ -f a ]] && x &> z'",
        "awk '{print $1,$2}' /f > /g",
        'x "a{b,c}" "<(y)" "[[ z ]]"',
        "find /x -exec y {} \\;",
        "x ${a:-b} ${a#b} ${a%c} $(y)",
        "echo source '==' function",
        "grep 'a$' /f > /g",
        "{ x; y; } > /f",
        "(x; y) > /f",
    ],
)
def test_what_any_shell_knows(command: str) -> None:
    assert told(command.replace("%", "\\%"), "C322") is None


@pytest.mark.parametrize(
    ("command", "what"),
    [
        ("crontab /srv/tab", "`crontab /srv/tab`"),
        ("(crontab -l; echo x) | crontab -", "`crontab -`"),
        ("crontab -r", "`crontab -r`"),
        ("sh -c 'x | crontab -'", "`crontab -`"),
        ("crontab -u app /srv/tab", "`crontab -u app /srv/tab`"),
        ("cp /srv/x /etc/cron.d/x", "`cp /srv/x /etc/cron.d/x`"),
        ("sed -i s/a/b/ /etc/crontab", "`sed -i s/a/b/ /etc/crontab`"),
        ("x > /etc/cron.d/x", "`>/etc/cron.d/x`"),
        ("x | sudo tee /var/spool/cron/root", "`tee /var/spool/cron/root`"),
        ("crontab -l > /srv/backup", None),
        ("cp /etc/crontab /srv/backup", None),
        ("sed s/a/b/ /etc/crontab > /srv/x", None),
        ("x > /etc/cron.daily/x", None),
    ],
)
def test_jobs_that_write_crontabs(command: str, what: str | None) -> None:
    assert told(command, "C323") == what


@pytest.mark.parametrize(
    ("command", "what"),
    [
        ("pgrep cron > /dev/null || x", "`pgrep cron`"),
        ("pidof crond || x", "`pidof crond`"),
        ("ps ax | grep '[c]ron' || x", "`grep [c]ron`"),
        ("ps -ef | grep -c cron", "`grep -c cron`"),
        ("ps -o comm= $PPID", "`$PPID`"),
        ("ps ax | grep cron.php", None),
        ("grep cron /var/log/syslog", None),
        ("pgrep -f cron.sh", None),
    ],
)
def test_jobs_that_look_for_cron(command: str, what: str | None) -> None:
    assert told(command, "C324") == what
