"""`setup`: what all tasks of an account and region share, documents, the roles of a target."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from cron2aws.app.ask import agreed
from cron2aws.app.context import Context
from cron2aws.app.options import SetupOptions
from cron2aws.errors import AwsError, UsageError
from cron2aws.plan.actions import Action
from cron2aws.plan.advice import Advice
from cron2aws.plan.leftovers import what_to_do
from cron2aws.plan.setup import (
    FEW,
    Concurrency,
    SetupWish,
    documents_step,
    in_use,
    setup_steps,
    users_of,
)
from cron2aws.plan.shared import SetupStep, Shared
from cron2aws.report.setup import setup_lines
from cron2aws.report.text import quantity
from cron2aws.task.foundation import (
    DocumentsStack,
    Foundation,
    SharedOptions,
    SharedStack,
    TargetStack,
)

ADDRESS = r'[^@\s"]{1,64}@[^@\s"]{1,255}'
"""What the parameter Email of cfn/foundation.yaml takes, where it is not empty."""
UNKNOWN = "so whether watching a run leaves enough of them is not known; `--watch-for 0` uses none"


@dataclass(frozen=True, kw_only=True)
class SetUp:
    """The stacks that stand now; None where nothing was allowed, or they were deleted."""

    foundation: Foundation | None = None
    documents: DocumentsStack | None = None
    target: TargetStack | None = None


def setup(options: SetupOptions, context: Context) -> SetUp:
    """Show what is missing or differs, ask, and make it so; with `delete` take it away.

    Raises UsageError, SafetyError or AwsError before anything is changed, and AwsError where a
    stack does not come up.
    """
    _check(options)
    if options.delete:
        return _delete(options, context)
    shared = found(context, options)
    wish = SetupWish(
        options=options.shared, target=options.target, concurrency=concurrency(context)
    )
    foundation, *target = setup_steps(wish, shared)
    steps = (foundation, documents_step(wish, shared.documents), *target)
    work = [step for step in steps if step.action is not Action.NOTHING]
    if not work:
        names = _all_of(step.stack_name for step in steps)
        context.console.note(f"Nothing to do: {names} in {context.place}, as asked for.")
        return _standing(shared)
    for step in work:
        for line in setup_lines(step):
            context.console.note(line)
    for note in notes(steps, wish):
        context.console.note(note)
    if not agreed(context, _question(work, context), yes=options.yes):
        return SetUp()
    made = carried_out(steps, shared, context)
    return _standing(made)


def found(context: Context, options: SetupOptions) -> Shared:
    """What is deployed of it; SafetyError where another stack has its name."""
    target = options.target
    return Shared(
        foundation=context.shared.foundation(),
        target=context.shared.target(target) if target else None,
        documents=context.shared.documents(),
    )


def concurrency(context: Context) -> Concurrency | None:
    """How many functions may run at once; None, and a note, where that may not be asked."""
    try:
        return context.account.concurrency()
    except AwsError as refused:
        why = f": {refused.why}" if refused.why else ""
        context.console.note(f"note: {refused.what}{why}; {UNKNOWN}")
        return None


def notes(steps: Sequence[SetupStep], wish: SetupWish) -> list[str]:
    """What a person should know of these steps before saying yes."""
    told = []
    few = wish.concurrency is not None and wish.concurrency.all < FEW
    watching = next((step.parameters.get("WatchSeconds") for step in steps), None)
    if few and wish.concurrency and watching is not None:
        text = (
            f"note: Lambda runs {wish.concurrency.all} functions at once here, fewer than {FEW}: "
        )
        if watching == "0":
            text += "no function watches a run inside itself (WatchSeconds 0), so that all can send"
        else:
            text += f"with WatchSeconds {watching} few are left to send commands"
        told.append(text)
    if wish.options.failed_topic_arn:
        told.append(
            "note: the policy of that topic for failures must let events.amazonaws.com and "
            "cloudwatch.amazonaws.com publish to it"
        )
    return told


def carried_out(steps: Sequence[SetupStep], shared: Shared, context: Context) -> Shared:
    """Carry the steps out, the foundation first; AwsError or SafetyError where one fails."""
    for step in steps:
        now = step.settled(shared.foundation) if shared.foundation else step
        if now.action is Action.NOTHING:
            continue
        context.console.note(f"{now.action} {now.stack_name} ...")
        made = context.shared.bring(now)
        if isinstance(made, Foundation):
            shared = replace(shared, foundation=made)
        elif isinstance(made, TargetStack):
            shared = replace(shared, target=made)
        elif isinstance(made, DocumentsStack):
            shared = replace(shared, documents=made)
    return shared


def _standing(shared: Shared) -> SetUp:
    return SetUp(foundation=shared.foundation, documents=shared.documents, target=shared.target)


def _question(work: Sequence[SetupStep], context: Context) -> str:
    created = sum(step.action is Action.CREATE for step in work)
    updated = len(work) - created
    parts = [f"create {quantity(created, 'stack')}"] * bool(created)
    parts += [f"update {quantity(updated, 'stack')}"] * bool(updated)
    text = " and ".join(parts)
    return f"{text[0].upper()}{text[1:]} in {context.place}?"


def _check(options: SetupOptions) -> None:
    shared = options.shared
    if options.delete and shared != SharedOptions():
        raise UsageError(
            what="--delete takes nothing but --tag and --yes",
            fix="leave the other options out",
        )
    check_email(shared.email)
    if shared.output_s3_bucket and options.target is None:
        raise UsageError(
            what="--output-s3-bucket belongs to a target",
            why="only the role that sends to its hosts may name a bucket",
            fix="give the target's --tag as well",
        )


def check_email(address: str | None) -> None:
    """UsageError for what is not an address; an empty text and None are allowed."""
    if address and not re.fullmatch(ADDRESS, address):
        raise UsageError(
            what=f"--email {address!r}",
            why="it is not an e-mail address",
            fix="for example ops@example.com",
        )


def _delete(options: SetupOptions, context: Context) -> SetUp:
    stacks = _stacks(options, context)
    if not stacks:
        context.console.note("Nothing to delete.")
        return SetUp()
    for stack in stacks:
        _check_unused(stack, context)
    names = _all_of(stack.stack_name for stack in stacks)
    question = f"Delete {'stacks' if len(stacks) > 1 else 'stack'} {names} in {context.place}?"
    if not agreed(context, question, yes=options.yes):
        return SetUp()
    for stack in stacks:
        for each in context.shared.delete(stack):
            context.console.note(
                f"{stack.stack_name}: {each.logical} stays: {each.physical}; it is not needed any "
                f"more: {what_to_do(each)}"
            )
        context.console.note(f"Deleted {stack.stack_name}.")
    return SetUp()


def _check_unused(stack: SharedStack, context: Context) -> None:
    if isinstance(stack, DocumentsStack):
        return
    using = users_of(stack, context.stacks.deployed())
    targets = context.shared.targets() if isinstance(stack, Foundation) else ()
    if using or targets:
        raise in_use(stack, using, targets, context.place, Advice(before=context.before))


def _stacks(options: SetupOptions, context: Context) -> list[SharedStack]:
    """What goes: a target, or what was made for the whole account and region."""
    shared = context.shared
    if options.target:
        return [each for each in (shared.target(options.target),) if each]
    return [each for each in (shared.foundation(), shared.documents()) if each]


def _all_of(names: Iterable[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
