"""The options of `migrate`, checked, as the plan takes them."""

from __future__ import annotations

import re

from cron2aws.app.options import MigrateOptions
from cron2aws.errors import UsageError
from cron2aws.plan.values import Wish
from cron2aws.task.target import Target
from cron2aws.task.task import TaskOptions
from cron2aws.task.template import violations

ROLE = r"arn:aws[a-z-]*:iam::\d{12}:role/[0-9A-Za-z_+=.@/-]{1,512}"
"""The ARN of a role that a tag can hold: a comma can stand in a role's name, not in a tag."""


def checked_wish(options: MigrateOptions) -> Wish:
    """The options as a Wish; UsageError where they contradict each other."""
    hand_over = options.hand_over
    if hand_over.comment_out and hand_over.rehearse:
        raise UsageError(
            what="--comment-out and --rehearse contradict each other",
            why="a rehearsal leaves the lines to cron, a hand-over comments them out",
            fix="leave one of them out",
        )
    _check_values(options.target, options.task)
    _check_role(options.task.service_role)
    return Wish(
        target=options.target,
        options=options.task,
        comment_out=hand_over.comment_out,
        rehearse=hand_over.rehearse,
        prune=hand_over.prune,
    )


def _check_role(arn: str | None) -> None:
    if arn is not None and not re.fullmatch(ROLE, arn):
        raise UsageError(
            what=f"--service-role {arn!r}",
            why="it is not the ARN of a role",
            fix="for example arn:aws:iam::123456789012:role/deploys",
        )


def _check_values(target: Target, task: TaskOptions) -> None:
    """UsageError for a value that the template would refuse in every task."""
    wrong = violations({**target.parameters(), **task.parameters()})
    if wrong:
        raise UsageError(what="an option has a value that no task can have", why="; ".join(wrong))
