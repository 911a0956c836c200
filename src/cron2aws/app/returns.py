"""What a rollback means: which stacks and which marked lines, and what it must not touch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from cron2aws.app.tasks import chosen
from cron2aws.assess.values import AssessedEntry, HostAssessment
from cron2aws.crontab.identity import is_meant
from cron2aws.errors import SafetyError, UsageError
from cron2aws.handover.rollback import Return
from cron2aws.plan.standing import at_home
from cron2aws.plan.values import Deployed, Place
from cron2aws.task.task import TAG_SOURCE, tag_value


def returns_of(
    found: HostAssessment,
    deployed: Sequence[Deployed],
    names: Sequence[str],
    place: Place,
    note: Callable[[str], None],
) -> tuple[Return, ...]:
    """What the names mean: stacks, marked lines, or both; without names, the assessment's own.

    SafetyError where a line is named that would come back while its task goes on: in another
    account or region, or as a stack that says it is of another line. Without names such a line is
    told and left alone, and so keeps no other from coming back.
    """
    lines = {entry.id: entry for entry in found.entries if entry.migrated}
    standing = {entry.id: entry for entry in found.entries}
    mine = [
        stack
        for stack in deployed
        if stack.id not in standing
        or stack.belongs_to(standing[stack.id].source, standing[stack.id].entry.user)
    ]
    foreign = {stack.id for stack in deployed} - {stack.id for stack in mine if stack.is_task}
    if names:
        ids = {name: _id_of(name, lines, mine) for name in names}
        marked = [each for each in ids.values() if each in lines]
        stacks = chosen(mine, [name for name, each in ids.items() if each not in lines])
        for each in (*marked, *(stack.id for stack in stacks if stack.id in lines)):
            _check(lines[each], foreign, place)
    else:
        marked = [each for each in lines if _may_return(lines[each], foreign, place, note)]
        unmarked = [stack for stack in mine if stack.id in standing and stack.id not in lines]
        stacks = [s for s in unmarked if s.comes_from(found.host.name) and s.is_task]
    tasks = [stack for stack in mine if stack.is_task]
    returns = [_of_line(lines[each], tasks, found.host.name) for each in marked]
    returns += [_of_stack(stack, lines) for stack in stacks]
    each_once = {(back.id, back.stack and back.stack.stack_name): back for back in returns}
    return tuple(each_once.values())


def _id_of(name: str, lines: Mapping[str, AssessedEntry], mine: Sequence[Deployed]) -> str:
    """The id that a name is or begins; the name where it is none."""
    known = {*lines, *(stack.id for stack in mine)}
    meant = sorted(each for each in known if is_meant(name, each))
    if len(meant) > 1:
        raise UsageError(
            what=f"{name!r} means {len(meant)} tasks",
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


def _of_line(line: AssessedEntry, mine: Sequence[Deployed], host: str) -> Return:
    """A marked line with its stack, the one that the mark names.

    SafetyError where that is gone and this host has another of the line's id: it may run the job.
    """
    marked = line.entry.mark.stack if line.entry.mark else None
    found = {stack.stack_name: stack for stack in mine if stack.id == line.id}
    others = [name for name, stack in found.items() if stack.comes_from(host)]
    if marked not in found and others:
        raise SafetyError(
            what=f"{line.source}:{line.entry.line} was handed over to {marked}, which is not here",
            why=f"{', '.join(others)} has the same id, and may run the job when the line is back",
            fix=f"`cron2aws rollback {others[0]}` first",
        )
    return Return(id=line.id, stack=found.get(marked or ""), source=line.source)


def _of_stack(stack: Deployed, lines: Mapping[str, AssessedEntry]) -> Return:
    """A stack with the line that is marked with its name, if there is one."""
    line = lines.get(stack.id)
    mark = line.entry.mark if line else None
    marked = line is not None and mark is not None and mark.stack == stack.stack_name
    return Return(id=stack.id, stack=stack, source=line.source if line and marked else None)


def check_lines_seen(returns: Sequence[Return], found: HostAssessment) -> None:
    """Refuse to delete a stack whose line may stand commented out where nobody looked.

    Two hosts can have the same line in the same file, and so the same id; copies of single files
    do not say of which host they are.
    """
    read = {tag_value(tab.path) for tab in found.host.tabs}
    for back in returns:
        stack = back.stack
        if stack is None or back.source is not None:
            continue
        if stack.tags.get(TAG_SOURCE) not in read:
            raise SafetyError(
                what=f"the crontab of {stack.stack_name} was not read",
                why=f"its line in {stack.source} may be commented out there, "
                "and the job would run nowhere",
                fix="name the crontab with --source, or say --without-lines if it has no mark",
            )
        if not stack.comes_from(found.host.name):
            raise SafetyError(
                what=f"{stack.stack_name} was made for another host: {stack.host}, "
                f"not {found.host.name}",
                why="its line may be commented out there, and the job would run nowhere",
                fix="roll it back on that host, or say --without-lines if no line has its mark",
            )
        # NotAfter: a rollback that was cut short has put its line back already
        if not found.host.named and stack.enabled and not stack.parameters.get("NotAfter"):
            raise SafetyError(
                what=f"{stack.stack_name} runs a job, and no line here has its mark",
                why="a file does not say of which host it is; on that of the stack the line may "
                "be commented out, and the job would run nowhere",
                fix="read this host or its file tree, or say --without-lines if no line has its "
                "mark",
            )


def _check(line: AssessedEntry, foreign: set[str], place: Place) -> None:
    where, mark = f"{line.source}:{line.entry.line}", line.entry.mark
    if mark and not at_home(line, place):
        raise SafetyError(
            what=f"{where} was handed over to account {mark.account}, {mark.region}",
            why=f"its task there would go on while the line is back; this is {place}",
            fix="give the --profile and --region of that place",
        )
    if line.id in foreign:
        raise SafetyError(
            what=f"the stack with the id of {where} is of another source, user or template",
            why="one of them was edited; the task would go on while the line is back",
            fix="compare the stack's tags with the mark in the crontab",
        )
