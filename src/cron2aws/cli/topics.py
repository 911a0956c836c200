"""`cron2aws topics`: the two SNS topics that tasks report to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from cron2aws.cli.prompt import confirmed
from cron2aws.errors import UsageError

if TYPE_CHECKING:
    from cron2aws.cli.world import World


ADDRESS = r'[^@\s"]{1,64}@[^@\s"]{1,255}'
"""What the parameter Email of cfn/topics.yaml takes, where it is not empty."""


@click.command()
@click.option(
    "--email",
    metavar="ADDRESS",
    help="Tell this address of failures, instead of another; it must confirm once.",
)
@click.option(
    "--successes/--no-successes",
    default=None,
    help="Tell the address of successes, too, or no longer.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def topics(ctx: click.Context, /, **given: Any) -> None:  # noqa: ANN401
    """Deploy the SNS topics that tasks report to.

    One for successes, one for failures, and a rule that reports the runs which could not report
    themselves. New tasks report to these topics where no others are named.
    """
    from cron2aws.cli.world import open_world

    with open_world(ctx.obj) as world:
        ctx.exit(deploy(world, given))


def refused_address(email: str) -> str | None:
    """Why cfn/topics.yaml would not take it."""
    return None if re.fullmatch(ADDRESS, email) else "it is not an e-mail address"


def deploy(world: World, given: dict[str, Any]) -> int:
    """Ask, deploy the stack, show the topics; the exit code."""
    before, email = world.topics.deployed(), given["email"]
    if email and (wrong := refused_address(email)):
        raise UsageError(what=f"--email {email!r}", why=wrong, fix="for example ops@example.com")
    word = "Update" if before else "Create"
    instead = ""
    if before and email and before.email not in ("", email):
        instead = f", and mail {email} instead of {before.email}"
    if not confirmed(f"{word} the topics' stack in {world.place}{instead}?", given):
        click.echo("Nothing was changed.", err=True)
        return 0
    made = world.topics.deploy(email, successes=given["successes"])
    click.echo(f"--succeeded-topic-arn {made.succeeded}")
    click.echo(f"--failed-topic-arn {made.failed}")
    if made.email:
        what = "failures and successes" if made.mails_successes else "failures"
        click.echo(f"{made.email} is mailed of {what}, once it has confirmed.", err=True)
    else:
        click.echo("Nobody is mailed: --email ADDRESS subscribes one.", err=True)
    return 0
