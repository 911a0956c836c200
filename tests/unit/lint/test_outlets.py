"""What becomes of output: the message itself, a mail, or nothing to tell."""

from __future__ import annotations

import pytest

from cron2aws.findings import CATALOGUE, Level
from tests.unit.lint.test_inspect import all_found

SILENT = ", with `--tell failures` it falls silent where it ends with 0"
INSTEAD = (
    "cron mails all that it prints to ops@x; "
    "once it is a task, `cron2aws setup --tell output --email ops@x` tells that and failures"
)
PERHAPS = (
    "cron mails all that it prints to the mailbox of `app` on its host (no MAILTO); "
    "once it is a task, `cron2aws setup --tell output --email ADDRESS` tells that and failures"
)
TO_OPS, TO_USER = INSTEAD + SILENT, PERHAPS + SILENT
NOBODY = "cron throws its output away (MAILTO is empty); once it is a task, failures are told"


def told(command: str, settings: str = "") -> list[tuple[str, str]]:
    found = all_found(f"{settings}5 4 * * * {command}")
    return [each for each in found if each[0] in {"C315", "C320"}]


@pytest.mark.parametrize(
    "command",
    [
        "df -h | awk '$5+0 > 90'",
        "grep -c ERROR /var/log/x",
        "x > /dev/null || echo failed",
        "cd /x && ls",
        "find /srv -mtime +90",
        "sh -c 'df -h'",
        "systemctl --failed",
        "(date; du -s /srv)",
        "x | sort",
    ],
)
def test_output_that_is_what_the_job_is_for(command: str) -> None:
    assert told(command) == [("C320", TO_USER)]
    assert told(command, "MAILTO=ops@x\n") == [("C320", TO_OPS)]
    assert told(command, "MAILTO=\n".replace("=", '=""')) == [("C315", NOBODY)]


@pytest.mark.parametrize(
    "command", ["/opt/check.sh", "cd /x && ./y", "php z.php 2>/dev/null", "curl -s http://x/"]
)
def test_programs_that_may_print(command: str) -> None:
    """Somebody named in MAILTO waits for it; without MAILTO few know that cron mails."""
    assert told(command, "MAILTO=ops@x\n") == [("C320", TO_OPS)]
    assert told(command) == [("C315", PERHAPS)]


@pytest.mark.parametrize(
    "command",
    [
        "/opt/x > /srv/report",
        "/opt/x >> /srv/log",
        "(x; y) > /srv/report",
        "exec > /srv/log; x",
        "rm -f /tmp/x",
        "mkdir -p /a && cp b c && touch d",
        "rsync -a a b",
        "tar czf a b",
        "find /tmp -mtime +7 -delete",
        "sed -i s/a/b/ /x",
        "grep -q a /x && touch y",
        "echo hello | mail -s x root",
        "certbot renew --quiet",
        "wget -q http://x/",
        "chronic /opt/x",
        "bash -c 'x > /srv/y'",
        "[ -f a ] && rm a",
        "A=1",
    ],
)
def test_jobs_that_print_nothing_where_all_is_well(command: str) -> None:
    assert told(command) == []
    assert told(command, "MAILTO=ops@x\n") == [("C315", INSTEAD)]


@pytest.mark.parametrize("command", ["rsync -av a b", "tar czvf a b", "git status", "rm -v x"])
def test_silent_programs_can_be_told_to_print(command: str) -> None:
    assert [code for code, _ in told(command, "MAILTO=ops@x\n")] == ["C320"]


@pytest.mark.parametrize(
    ("receiver", "mailed", "subscribed"),
    [
        ("ops@x", "ops@x;", "ops@x"),
        ("root", "root, a mailbox on its host;", "ADDRESS"),
        ("root,ops@x", "root,ops@x;", "ops@x"),
        ('"a@x, b@x"', "a@x, b@x;", "a@x"),
    ],
)
def test_who_got_mail_and_how_he_gets_it_from_now_on(
    receiver: str, mailed: str, subscribed: str
) -> None:
    for command, code in (("df -h", "C320"), ("rm a", "C315")):
        ((found, detail),) = told(command, f"MAILTO={receiver}\n")
        assert found == code
        assert f"all that it prints to {mailed} once it is a task," in detail
        assert f"`cron2aws setup --tell output --email {subscribed}`" in detail
        assert detail.endswith(SILENT) is (code == "C320")


def test_what_goes_nowhere_is_no_message() -> None:
    assert told("df -h >/dev/null 2>&1", "MAILTO=ops@x\n") == []


def test_the_message_is_a_warning() -> None:
    assert CATALOGUE["C320"].level is Level.WARNING
    assert CATALOGUE["C315"].level is Level.INFO
