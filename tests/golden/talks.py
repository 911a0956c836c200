"""Goldens of talk: what the commands say, ask and answer, from the first plan to the way back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from cron2aws.sandbox.run_command.hosts import (
    Outcome,
    Scripted,
    StandInHost,
    StatusDetails,
    job_outcome,
    stand_in,
)
from tests.golden.golden import Golden
from tests.golden.hosts import host
from tests.golden.session import Session, session, session_without_aws

LINES = "0 3 * * * root backup --all\n5 * * * * app tidy\n@reboot root warm-up\n"
OUR_WEB = "cron2aws migrate web-1 --tag Name=web"
DIGEST = re.compile(r"\b[0-9a-f]{64}\b")
SECONDS = re.compile(r"(?<=by-hand-20261123T2317)\d\d")
"""Of a second run by hand: when the end of the first was looked for is nobody's to say."""


def talks() -> Iterator[Golden]:
    """One golden a conversation."""
    yield Golden(name="talk/there-and-back", make=_there_and_back)
    yield Golden(name="talk/setup", make=_setup)
    yield Golden(name="talk/switches", make=_switches)
    yield Golden(name="talk/runs", make=_runs)
    yield Golden(name="talk/nobody-can-answer", make=_nobody)
    yield Golden(name="talk/without-a-plan-before-the-eyes", make=_elsewhere)
    yield Golden(name="talk/wrong-usage", make=_usage)
    yield Golden(name="talk/lines-of-other-programs", make=_managed)
    yield Golden(name="talk/a-crontab-of-another-host", make=_of_another_host)
    yield Golden(name="talk/apply", make=_apply)
    yield Golden(name="talk/apply-a-rollback", make=_apply_back)


def _web(folder: Path, text: str = LINES) -> None:
    host(folder, {"/etc/crontab": text})


def _typed(session: Session, *lines: str | tuple[str, ...]) -> str:
    each = [(line,) if isinstance(line, str) else line for line in lines]
    return "\n".join(session.type(*words) for words in each)


def _there_and_back(folder: Path) -> str:
    _web(folder)
    with session(folder, [stand_in("web")]) as typing:
        return _typed(
            typing,
            "cron2aws migrate web-1 --tag Name=web --comment-out --dry-run",
            (f"{OUR_WEB} --comment-out", "n"),
            (f"{OUR_WEB} --comment-out",),
            (f"{OUR_WEB} --comment-out", "maybe", "y"),
            "cat web-1/etc/crontab",
            "cron2aws status web-1",
            f"{OUR_WEB} --comment-out",
            "cron2aws disable ea68b89a --yes",
            "cron2aws status web-1",
            "cron2aws enable ea68b89a --yes",
            (f"{OUR_WEB} --comment-out --run-on one", "y"),
            ("cron2aws rollback --source web-1 ea68b89a", "n"),
            ("cron2aws rollback --source web-1 ea68b89a", "y"),
            "cron2aws rollback --source web-1 --lines-only --yes",
            "cron2aws rollback --source web-1 --lines-only",
            "cron2aws status web-1",
            "cron2aws rollback --source web-1 --yes",
            "cron2aws rollback --source web-1",
            "cron2aws status web-1",
            "cat web-1/etc/crontab",
        )


def _apply(folder: Path) -> str:
    """A plan that is reviewed, a line that changes meanwhile, the stacks and the lines apart."""
    _web(folder)
    plan = f"{OUR_WEB} --comment-out --dry-run --plan-file p.json"
    with session(folder, [stand_in("web")]) as typing:
        told = _typed(
            typing,
            plan,
            "sed -i 's/^5 /6 /' web-1/etc/crontab",
            "cron2aws apply p.json --all-or-nothing",
            ("cron2aws apply p.json", "n"),
            ("cron2aws apply p.json --stacks-only", "y"),
            ("cron2aws apply p.json", "y"),
            "cron2aws apply p.json -o json --report-file r.json --yes",
        )
    return DIGEST.sub("[digest]", told)


def _apply_back(folder: Path) -> str:
    """A rollback that is reviewed, a line that changes meanwhile, lines and stacks apart."""
    _web(folder)
    with session(folder, [stand_in("web")]) as typing:
        told = _typed(
            typing,
            f"{OUR_WEB} --comment-out --yes",
            "cron2aws rollback --source web-1 --dry-run --plan-file b.json",
            "sed -i 's/| 5 /| 6 /' web-1/etc/crontab",
            "cron2aws apply b.json --all-or-nothing",
            ("cron2aws apply b.json --stacks-only",),
            ("cron2aws apply b.json", "n"),
            ("cron2aws apply b.json --edits-only", "y"),
            ("cron2aws apply b.json", "y"),
            "sed -i 's/| 6 /| 5 /' web-1/etc/crontab",
            "cron2aws apply b.json --yes",
            "cron2aws apply b.json --yes",
            "cat web-1/etc/crontab",
        )
    return DIGEST.sub("[digest]", told)


def _setup(folder: Path) -> str:
    _web(folder)
    with session(folder, [stand_in("web")]) as typing:
        return _typed(
            typing,
            ("cron2aws setup", "n"),
            ("cron2aws setup --email ops@example.com", "y"),
            "cron2aws setup --email ops@example.com",
            ("cron2aws setup --email you@example.com --tell all --tag Name=web", "y"),
            "cron2aws setup --email you@example.com --tell failures --yes",
            "cron2aws setup --email nobody",
            "cron2aws setup --output-s3-bucket logs",
            "cron2aws setup --delete --email nobody",
            f"{OUR_WEB} --yes",
            "cron2aws setup --delete --tag Name=web",
            "cron2aws rollback --source web-1 --yes",
            ("cron2aws setup --delete --tag Name=web", "n"),
            "cron2aws setup --delete --tag Name=web --yes",
            "cron2aws setup --delete --yes",
            "cron2aws setup --delete --yes",
        )


def _switches(folder: Path) -> str:
    _web(folder)
    with session(folder, [stand_in("web")]) as typing:
        return _typed(
            typing,
            f"{OUR_WEB} --yes",
            ("cron2aws enable 'cron2aws-web-*'", "n"),
            ("cron2aws enable 'cron2aws-web-*' ea68b89a", "y"),
            "cron2aws enable ea68b89a",
            "cron2aws status web-1",
            "cron2aws disable --yes cron2aws-web-tidy-0e001f8b",
            "cron2aws disable cron2aws-web-tidy-0e001f8b",
            "cron2aws disable cron2aws-web-tidi-0e001f8b",
            "cron2aws disable nothing-like-it",
            "cron2aws rollback --source web-1 --yes",
        )


def _scripted(name: str, *outcomes: Outcome) -> StandInHost:
    return stand_in(name, tags={"Name": "web"}, behaviour=Scripted(outcomes=outcomes))


def _runs(folder: Path) -> str:
    _web(folder)
    lost = Outcome(details=StatusDetails.UNDELIVERABLE)
    hosts = [
        _scripted("web-a", job_outcome(stdout="all well\n", seconds=3)),
        _scripted("web-b", job_outcome(), job_outcome(2, stderr="no space left\n"), lost),
    ]
    with session(folder, hosts) as typing:
        shown = _typed(
            typing,
            f"{OUR_WEB} --yes",
            "cron2aws run ea68b89a",
            "cron2aws run ea68b89a",
            "cron2aws run cron2aws-web-backup-ea68b89a",
            "cron2aws run 'cron2aws-web-*'",
            "cron2aws run nothing-like-it",
        )
    return SECONDS.sub("00", shown)


def _nobody(folder: Path) -> str:
    _web(folder)
    with session(folder, [stand_in("web")]) as typing:
        return typing.type(OUR_WEB, stdin=b"y\n")


def _elsewhere(folder: Path) -> str:
    """The report as data or in a file, decisions that are missing, copies in a sandbox."""
    _web(folder, f"{LINES}0 4 * * * root mysqldump --password=hunter2\n")
    with session(folder, [stand_in("web")]) as typing:
        text = _typed(
            typing,
            f"{OUR_WEB} --strict",
            f"{OUR_WEB} --report-file plan.txt --dry-run",
            "cat plan.txt",
            f"{OUR_WEB} --max-concurrency many --only app -o json --dry-run",
            "cron2aws scan --strict --only root web-1",
            f"{OUR_WEB} --only nothing",
        )
    with session_without_aws(folder) as alone:
        text += "\n" + _typed(
            alone,
            # its clock is today's: the plan would be another one each day
            "cron2aws --sandbox migrate web-1 --tag Name=web --dry-run --report-file today.txt",
            "cron2aws rollback --source web-1 --yes",
        )
    return text


MANAGED = """\
#Ansible: nightly
0 3 * * * root backup --all
# Puppet Name: tidy up
5 * * * * app tidy
#Ansible: weekly
# cron2aws: name=monday
0 4 * * 1 root report
0 5 * * * root ours
"""


def _managed(folder: Path) -> str:
    """Lines that another program writes again, and a note where that program writes."""
    _web(folder, MANAGED)
    with session(folder, [stand_in("web")]) as typing:
        return _typed(typing, "cron2aws scan web-1", f"{OUR_WEB} --dry-run")


def _of_another_host(folder: Path) -> str:
    """A file that nothing tells of: what was guessed has to be said, and a yes is not enough."""
    (folder / "mytab").write_text("0 0 * * 0 nginx -s reload\n", encoding="utf-8")
    with session(folder, [stand_in("web")]) as typing:
        return _typed(
            typing,
            "cron2aws migrate mytab --tag Name=web --timezone UTC --dialect debian --user x --yes",
        )


def _usage(folder: Path) -> str:
    with session_without_aws(folder) as typing:
        return _typed(
            typing,
            "cron2aws",
            "cron2aws --version",
            "cron2aws scna",
            "cron2aws nothing-like-it",
            "cron2aws scan --nothing",
            "cron2aws migrate",
            "cron2aws migrate --tag Name --dry-run",
            "cron2aws migrate --tag Name=web --parallel 0",
            "cron2aws run",
            "cron2aws explain",
            "cron2aws explain --from never '* * * * *'",
            "cron2aws explain --timezone UTC --from 1969-12-31 '* * * * *'",
            "cron2aws explain --timezone Europe/Berlim '* * * * *'",
            "cron2aws explain --timezone nothing-like-it '* * * * *'",
            "cron2aws explain --trigger nothing '* * * * *'",
        )
