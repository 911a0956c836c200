"""What the second engine cannot do: the table, and its page.

test_gaps.py runs each row with the real command and sees it fail for that reason, so that a release
that can is noticed. docs/reference/second-engine.md has the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tools.run_costs import table

VERSION = "1.5.33"
"""The release of MiniStack that the extra `engine` of pyproject.toml installs."""

NO_DOCUMENTS = "its CloudFormation has no `AWS::SSM::Document`"
NO_HOSTS = "Systems Manager knows only instances that are containers of Docker's"
NO_TAGS = "its SendCommand takes no targets by tag"
NO_QUOTAS = "it has no such call"


@dataclass(frozen=True, kw_only=True)
class Gap:
    """One command, in an account with three tasks and an instance that has their tag."""

    words: Sequence[str]
    """`SOURCE` stands for the host's files."""
    why: str
    code: int
    told: str
    instead: str = ""
    """What can be done there all the same."""


TAG = ("--tag", "Name=web")
TASK = "8dc0222b"

GAPS: tuple[Gap, ...] = (
    Gap(
        words=("setup", "--yes"),
        why=NO_DOCUMENTS,
        code=5,
        told="Unrecognized resource types: [AWS::SSM::Document]",
        instead="`migrate` makes the foundation and the target",
    ),
    Gap(
        words=("scan", "--from-hosts", *TAG),
        why=NO_HOSTS,
        code=3,
        told="Systems Manager does not know it",
        instead="`scan` of files",
    ),
    Gap(
        words=("doctor", *TAG, "SOURCE"),
        why=NO_HOSTS,
        code=4,
        told="0 of 1 are online in Systems Manager",
    ),
    Gap(
        words=("doctor", "--tag", "Name=new", "SOURCE"),
        why=NO_QUOTAS,
        code=4,
        told="InvalidAction: Unknown action: DescribeAccountLimits",
        instead="the check is not known, the others are made",
    ),
    Gap(
        words=("doctor", "--tag", "Name=new", "SOURCE"),
        why=NO_QUOTAS,
        code=4,
        told="Unsupported service: servicequotas",
        instead="the check is not known, the others are made",
    ),
    Gap(
        words=("migrate", "SOURCE", *TAG, "--comment-out", "--yes"),
        why=NO_HOSTS,
        code=4,
        told="0 of 1 are online in Systems Manager",
        instead="`migrate` without it; `enable`, `disable`",
    ),
    Gap(
        words=("migrate", "SOURCE", *TAG, "--rehearse", "--yes"),
        why=NO_HOSTS,
        code=4,
        told="0 of 1 are online in Systems Manager",
        instead="the same",
    ),
    Gap(
        words=("run", TASK),
        why=NO_TAGS,
        code=7,
        told="calling the SendCommand operation: InstanceIds or a Targets entry is required",
        instead="the state machine and its function run up to there, and the failure is told",
    ),
    Gap(
        words=("rollback", "--source", "SOURCE", "--yes"),
        why=NO_TAGS,
        code=6,
        told="calling the SendCommand operation: InstanceIds or a Targets entry is required",
        instead="`rollback --without-lines`",
    ),
)


def gaps_table() -> str:
    """In Markdown."""
    lines = [
        [
            f"`{' '.join(each.words)}`",
            str(each.code),
            each.told.replace("|", "\\|"),
            each.why,
            each.instead or "-",
        ]
        for each in GAPS
    ]
    return table(["command", "exit code", "told", "because", "what can be done"], lines)
