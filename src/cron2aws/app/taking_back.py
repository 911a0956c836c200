"""Takes tasks back: what `rollback` does after a yes, and `migrate --prune` as well."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from cron2aws.app.context import Context
from cron2aws.app.probing import edits_over, probe_of
from cron2aws.app.rewriting import Editable
from cron2aws.errors import AwsError
from cron2aws.handover.leaving import Leaving
from cron2aws.handover.returning import Return, Taken
from cron2aws.handover.rollback import Rollback
from cron2aws.plan.advice import Advice
from cron2aws.plan.stack_states import goes
from cron2aws.plan.values import Deployed
from cron2aws.task.target import Target

STAYS = (
    "The foundation and the {} stay, for other tasks: {}, then {}, takes them away when no task "
    "uses them."
)


def asking(
    returns: Sequence[Return], files: Editable, context: Context, *, read_long_ago: bool = False
) -> tuple[Return, ...]:
    """The returns, with those marked whose target has other hosts: these are asked first.

    `read_long_ago`: this host is asked as well, as a line may be back since its crontabs were read.
    """
    asked: list[Return] = []
    tagged = _tagged({back.stack.target for back in returns if back.stack}, context)
    for back in returns:
        if back.stack is not None:
            its = tagged[back.stack.target]
            here = files.here and its.keys() <= {context.here or ""} and back.seen
            # another program may have dropped the line, even here
            here = here and not back.stack.parameters.get("TakesOver") and not read_long_ago
            # one that never came up runs nothing on any host
            alone = here or goes(back.stack)
            others = {id_: its[id_] for id_ in its if id_ not in {context.here, _UNKNOWN}}
            unread = {} if alone else others
            back = replace(back, elsewhere=not alone, unread=unread)  # noqa: PLW2901
        asked.append(back)
    return tuple(asked)


_UNKNOWN = "unknown"


def _tagged(targets: Collection[Target], context: Context) -> Mapping[Target, Mapping[str, str]]:
    """What the instances of each target are called, by their ids.

    Where EC2 may not be asked, one that is not this host.
    """
    try:
        found = context.instances.of_targets(targets)
    except AwsError as refused:
        why = f": {refused.why}" if refused.why else ""
        context.console.note(f"note: {refused.what}{why}; the tasks ask their hosts themselves")
        return {target: {_UNKNOWN: _UNKNOWN} for target in targets}
    return {target: {each.id: each.name for each in its} for target, its in found.items()}


def take_back(
    returns: Sequence[Return], files: Editable, advice: Advice, context: Context, *, parallel: int
) -> Taken:
    """Lines back, schedules stopped, executions waited for, stacks away; `files` go the way back.

    What fails is told in what it has come to; the others go on.
    """
    parallel = 1 if context.one_at_a_time else parallel
    midway = f"`{advice.status()}` shows what stands. The same command again goes on."
    with context.console.progress(midway=midway) as progress:
        taken = Rollback(
            context.stacks,
            Leaving(context.stacks, context.runs, context.clock, progress),
            probe_of(context, progress, parallel),
            files.editor,
            progress,
            edits=edits_over(context, progress),
            parallel=parallel,
        ).take_back(returns, files.crontabs)
    gone = told_what_stays(returns, taken, advice, context)
    for stack in gone:
        files.forget(stack.parameters.get("RuleName", ""))
    return taken


def told_what_stays(
    returns: Sequence[Return], taken: Taken, advice: Advice, context: Context
) -> Sequence[Deployed]:
    """Say how the foundation and the targets go, where tasks went that used them: these."""
    ended = [back for back in returns if back.id in taken.done and not back.stays]
    gone = [back.stack for back in ended if back.stack]
    targets = dict.fromkeys(stack.target for stack in gone if stack.shares_roles)
    if targets:
        ends = [f"`{advice.setup('--delete', *target.options)}`" for target in targets]
        last = f"`{advice.setup('--delete')}`"
        what = "target" if len(ends) == 1 else "targets"
        context.console.note(STAYS.format(what, ", ".join(ends), last))
    return gone
