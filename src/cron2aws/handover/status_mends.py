"""What mends what `status` has found: a command, or what to do."""

from __future__ import annotations

from dataclasses import replace

from cron2aws.assess.values import AssessedEntry
from cron2aws.crontab.managers import Managed
from cron2aws.handover.status_values import CRON_RUNS_IT, Look, Row, Standing, Trouble
from cron2aws.plan.advice import Advice
from cron2aws.plan.values import Deployed


def mended(row: Row, one: Trouble, entry: AssessedEntry | None, look: Look) -> Trouble:
    """The same with what mends it, if anything is to be done."""
    if row.stack is None:
        return one
    look = _of_the_hosts(row, row.stack, one, look)
    mend = _mend(row, row.stack, one, look)
    if entry and entry.entry.managed and one.standing in CRON_RUNS_IT:
        mend = _mend_managed(entry.entry.managed)
    return Trouble(
        standing=one.standing,
        about=one.about,
        mend=mend,
        command=_first_command(mend, row.stack, look.advice),
    )


def _of_the_hosts(row: Row, stack: Deployed, one: Trouble, look: Look) -> Look:
    """Where no crontab with the line was read, the commands read the hosts that have it."""
    is_active = one.standing in {Standing.CAME_BACK, Standing.REHEARSING}
    if row.host is not None or not is_active or look.advice.named or look.advice.hosts:
        return look
    there = ("--from-hosts", *stack.target.options)
    return replace(look, advice=replace(look.advice, hosts=there))


def _mend(row: Row, stack: Deployed, one: Trouble, look: Look) -> str:
    """The command that mends it; empty where nothing is to be done."""
    rollback = look.advice.rollback(row.id)
    if one.standing is Standing.NOWHERE:
        return _mend_nowhere(row, stack, one, look)
    advice, target = look.advice, stack.target
    migrate, hand_over = advice.migrate(target), advice.migrate(target, "--comment-out")
    rehearse = f"{advice.migrate(target, '--rehearse')}, or --comment-out"
    disable, run = advice.of_task("disable", row.id), advice.of_task("run", row.id)
    return {
        Standing.CRON: rehearse,
        Standing.OFF: rehearse,
        Standing.REHEARSING: hand_over,
        Standing.CAME_BACK: f"take the line out of what writes it, or {hand_over}; "
        f"{rollback} leaves it to cron",
        Standing.NOT_OUT: f"{hand_over}; it was left out, or has joined with an older crontab",
        Standing.CHANGED: f"{migrate} takes the line as it is now",
        Standing.STOPPED: f"{disable}; or have who commented it out take that back, then migrate",
        Standing.FAILING: f"{run} shows it; its message says what to do",
        Standing.NOT_SEEN: "see whether an instance with the tag is on, and its agent runs",
        Standing.BROKEN: f"{migrate} repairs it, {rollback} deletes it",
        Standing.UNTIED: f"{advice.setup(*target.options)} makes it again; then {migrate}",
        Standing.OTHER_ROLES: f"{migrate} gives it the shared ones",
    }.get(one.standing, "")


def _first_command(mend: str, stack: Deployed, advice: Advice) -> str:
    target = stack.target
    commands = (
        *(advice.migrate(target, *how) for how in ((), ("--rehearse",), ("--comment-out",))),
        *(advice.of_task(how, stack.id) for how in ("enable", "disable", "run")),
        advice.rollback(stack.id),
        advice.setup(*target.options),
    )
    return max((each for each in commands if mend.startswith(each)), key=len, default="")


def _mend_managed(managed: Managed) -> str:
    """How a line goes that is never commented out."""
    takes = ": then the task takes over" if managed.marks_job else ", into a crontab of your own"
    return f"{managed.manager} writes its line; {managed.remedy}{takes}"


def _mend_nowhere(row: Row, stack: Deployed, one: Trouble, look: Look) -> str:
    rollback = look.advice.rollback(row.id)
    if one.about:
        return (
            f"give {', '.join(one.about)} {stack.target.words} again; if it is to leave for "
            f"good, then {rollback} there, and take the tag off after the task's next run"
        )
    if row.line is None:
        return f"{rollback} deletes the task, or put its line into {row.source} again"
    if not stack.enabled:
        return f"{look.advice.of_task('enable', row.id)}, or {rollback}"
    return f"{look.unmatched(stack)}; give it {stack.target.words}, or {rollback}"
