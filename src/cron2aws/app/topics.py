"""`topics`: the two SNS topics that tasks report to."""

from __future__ import annotations

import re

from cron2aws.app.ask import agreed
from cron2aws.app.context import Context
from cron2aws.app.options import TopicsOptions
from cron2aws.aws.topics import DeployedTopics
from cron2aws.errors import UsageError

ADDRESS = r'[^@\s"]{1,64}@[^@\s"]{1,255}'
"""What the parameter Email of cfn/foundation.yaml takes, where it is not empty."""


def topics(options: TopicsOptions, context: Context) -> DeployedTopics | None:
    """Ask, and deploy the stack; None where the answer was no.

    UsageError for an address that the template would not take.
    """
    before, email = context.topics.deployed(), options.email
    if email and (wrong := refused_address(email)):
        raise UsageError(what=f"--email {email!r}", why=wrong, fix="for example ops@example.com")
    if not agreed(context, _question(context, before, email), yes=options.yes):
        return None
    return context.topics.deploy(email, tell=options.tell)


def _question(context: Context, before: DeployedTopics | None, email: str | None) -> str:
    word = "Update" if before else "Create"
    instead = ""
    if before and email and before.email not in ("", email):
        instead = f", and mail {email} instead of {before.email}"
    return f"{word} the topics' stack in {context.place}{instead}?"


def refused_address(email: str) -> str | None:
    """Why cfn/foundation.yaml would not take it."""
    return None if re.fullmatch(ADDRESS, email) else "it is not an e-mail address"
