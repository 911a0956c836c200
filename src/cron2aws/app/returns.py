"""What a rollback works on: which stacks and which lines, and what it must not touch."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from cron2aws.app.tasks import chosen
from cron2aws.assess.values import AssessedEntry, HostAssessment
from cron2aws.crontab.identity import is_meant
from cron2aws.errors import SafetyError, UsageError
from cron2aws.handover.crontabs import Back
from cron2aws.handover.history import Kept
from cron2aws.handover.returning import Return
from cron2aws.plan.standing import at_home
from cron2aws.plan.values import Deployed, Place
from cron2aws.task.task import TAG_SOURCE, tag_value


def returns_of(
    found: HostAssessment,
    deployed: Sequence[Deployed],
    names: Sequence[str],
    place: Place,
    note: Callable[[str], None],
    *,
    kept: Callable[[str], Kept | None] = lambda _: None,
) -> tuple[Return, ...]:
    """What the names mean: stacks, marked lines, or both; without names, the assessment's own.

    `kept` is what this host keeps of the line of a task, by its rule's name: a line whose mark
    somebody's editor has thrown away comes back from there.

    SafetyError where a line is named that was handed over in another account or region, or to a
    stack that says it is of another line. Without names such a line is told and left alone.
    """
    lines = {entry.id: entry for entry in found.entries if entry.migrated}
    standing = {entry.id: entry for entry in found.entries}
    mine = [
        stack
        for stack in deployed
        if stack.id not in standing
        or stack.belongs_to(standing[stack.id].source, standing[stack.id].entry.user)
    ]
    tasks = [stack for stack in mine if stack.is_task]
    lost = {
        stack.stack_name: line
        for stack in tasks
        if (line := lost_back(stack.id, stack.parameters.get("RuleName", ""), found, kept))
    }
    foreign = {stack.id for stack in deployed} - {stack.id for stack in tasks}
    if names:
        ids = {name: _id_of(name, lines, mine) for name in names}
        marked = [each for each in ids.values() if each in lines]
        stacks = chosen(mine, [name for name, each in ids.items() if each not in lines])
        for each in (*marked, *(stack.id for stack in stacks if stack.id in lines)):
            _check(lines[each], foreign, place)
    else:
        marked = [each for each in lines if _may_return(lines[each], foreign, place, note)]
        unmarked = [stack for stack in tasks if stack.id in standing and stack.id not in lines]
        stacks = [stack for stack in unmarked if stack.comes_from(found.host.name)]
        stacks += [stack for stack in tasks if stack.stack_name in lost and stack not in stacks]
    read = {tag_value(tab.path) for tab in found.host.tabs}
    returns = [_of_line(lines[each], tasks) for each in marked]
    returns += [
        _of_stack(stack, lines.get(stack.id), lost.get(stack.stack_name), read) for stack in stacks
    ]
    each_once = {(back.id, back.stack and back.stack.stack_name): back for back in returns}
    return tuple(each_once.values())


def lost_back(
    entry_id: str,
    rule_name: str,
    found: HostAssessment,
    kept: Callable[[str], Kept | None],
) -> Back | None:
    """The line of a task that has no trace left in its crontab, as this host keeps it; or None."""
    line = kept(rule_name)
    if line is None or line.source not in {tab.path for tab in found.host.tabs}:
        return None
    if any(entry.id == entry_id for entry in (*found.entries, *found.left_out)):
        return None
    return Back(id=entry_id, source=line.source, rule_name=rule_name, lost=line.line)


def _id_of(name: str, lines: Mapping[str, AssessedEntry], mine: Sequence[Deployed]) -> str:
    """The id that a name is or begins; the name where it is none."""
    known = {*lines, *(stack.id for stack in mine)}
    meant = sorted(each for each in known if is_meant(name, each))
    if len(meant) > 1:
        raise UsageError(
            what=f"{name!r} matches {len(meant)} tasks",
            why=", ".join(meant),
            fix="give more digits of the id",
        )
    return meant[0] if meant else name


def _may_return(
    line: AssessedEntry, foreign: set[str], place: Place, note: Callable[[str], None]
) -> bool:
    try:
        _check(line, foreign, place)
    except SafetyError as refused:
        note(f"note: left alone: {refused.what}: {refused.why}")
        return False
    return True


def _of_line(line: AssessedEntry, tasks: Sequence[Deployed]) -> Return:
    """A marked line with its stack, the one that the mark names."""
    marked = line.entry.mark.stack if line.entry.mark else None
    found = {stack.stack_name: stack for stack in tasks if stack.id == line.id}
    stack = found.get(marked or "")
    return Return(id=line.id, stack=stack, line=_back(line, stack), seen=True)


def _of_stack(
    stack: Deployed, line: AssessedEntry | None, lost: Back | None, read: Collection[str]
) -> Return:
    """A stack with the line that is marked with its name, if there is one."""
    mark = line.entry.mark if line else None
    marked = line is not None and mark is not None and mark.stack == stack.stack_name
    return Return(
        id=stack.id,
        stack=stack,
        line=_back(line, stack) if line and marked else lost,
        seen=stack.tags.get(TAG_SOURCE) in read,
    )


def _back(line: AssessedEntry, stack: Deployed | None) -> Back:
    rule_name = stack.parameters.get("RuleName") if stack else None
    return Back(id=line.id, source=line.source, rule_name=rule_name)


def _check(line: AssessedEntry, foreign: set[str], place: Place) -> None:
    where, mark = f"{line.source}:{line.entry.line}", line.entry.mark
    if mark and not at_home(line, place):
        raise SafetyError(
            what=f"{where} was handed over to account {mark.account}, {mark.region}",
            why=f"its task is there, and this is {place}",
            fix="give the --profile and --region of that place",
        )
    if mark and mark.id != line.id:
        raise SafetyError(
            what=f"{where} has the mark of another line",
            why=f"{mark.id} is the id of a line that stands elsewhere, so this mark proves nothing",
            fix="remove the mark in an editor, or the whole line",
        )
    if line.id in foreign:
        raise SafetyError(
            what=f"the stack with the id of {where} is of another source, user or template",
            why="one of them was edited, so nobody knows which task the line belongs to",
            fix="compare the stack's tags with the mark in the crontab",
        )
