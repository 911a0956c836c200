"""Whether a rollback in a file is one rollback: what it does is what it shows. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from cron2aws.crontab.mark import read_mark
from cron2aws.plan.agreeing import twice, where_it_edits
from cron2aws.plan.recorded_rollback import LineBack, RecordedReturn, RecordedRollback
from cron2aws.plan.recording import sha256_of
from cron2aws.plan.values import Place


def disagreement_of_rollback(recorded: RecordedRollback) -> str:
    """Why the parts of a rollback do not fit each other; empty where they do."""
    return next(_disagreements(recorded), "")


def _disagreements(recorded: RecordedRollback) -> Iterator[str]:
    returns = recorded.returns
    yield from twice("stack", (each.stack.stack_name for each in returns if each.stack))
    lines = [(each, line) for each in returns for line in each.lines]
    yield from twice("line", (f"{each.id} of {line.host}" for each, line in lines))
    for each in returns:
        if not {line.host for line in each.lines} <= set(recorded.hosts):
            yield f"{each.stack_name} has a line on no host that the plan names"
        if each.line is not None and each.host != each.line.host:
            yield f"{each.stack_name} has a line on another host than it shows"
        if each.line is None and each.stack is None:
            yield f"{each.id} has neither a line nor a stack"
        if (each.rule_name is None) is not (each.stack is None):
            yield f"{each.stack_name} has a folder on its host without its stack"
        if not all(_edits(each, line, recorded.place) for line in each.lines):
            yield f"{each.stack_name} has a line that is another before or after than it shows"
    edited = {(line.host, line.source) for _, line in lines}
    if sorted(edited) != sorted((each.host, each.path) for each in recorded.files):
        yield "the files that are edited are not those of its lines"
    yield from where_it_edits(recorded)
    if recorded.instances and not recorded.without_lines:
        yield "it names instances, which say themselves what they need"


def _edits(recorded: RecordedReturn, line: LineBack, place: Place) -> bool:
    """Whether the line that is shown is the one that comes back, from behind its own mark."""
    if line.source != recorded.source:
        return False
    if line.is_lost:
        return recorded.stack is not None and (line.line, line.before, line.after) == (None,) * 3
    if line.before is None or line.after is None:
        return (line.before, line.after) == (None, None) and line.line is not None
    marked = read_mark(line.before)
    if marked is None or line.line is None:
        return False
    mark, length = marked
    ours = (recorded.id, place.account, place.region)
    stacks = {mark.stack} if recorded.stack is None else {recorded.stack.stack_name}
    return (
        (mark.id, mark.account, mark.region) == ours
        and mark.stack in stacks
        and line.before[length:] == line.after
        and sha256_of(line.before) == line.sha256_before
        and sha256_of(line.after) == line.sha256_after
    )
