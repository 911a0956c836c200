"""Whether a plan in a file is one plan: what it does is what it shows.

Pure. A report shows the target, the lines and the stacks' names; what is carried out are the steps'
own parameters, tags and edits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from cron2aws.plan.recorded import LineEdit, Recorded, RecordedStep, Reviewed
from cron2aws.plan.recording import edit_of, sha256_of
from cron2aws.plan.spread import RunOn
from cron2aws.plan.values import Place
from cron2aws.task.target import Target
from cron2aws.task.task import TAG_ID


def disagreement(recorded: Recorded) -> str:
    """Why the parts of a plan do not fit each other; empty where they do."""
    return next(_disagreements(recorded), "")


def _disagreements(recorded: Recorded) -> Iterator[str]:
    steps = recorded.steps
    stacks = [each.step.stack_name for each in steps]
    yield from twice("stack", [*stacks, *(each.stack_name for each in recorded.deletions)])
    yield from twice("entry", (each.step.id for each in steps))
    edited = {(host, each.step.source) for each in steps for host in each.edited}
    files = [(each.host, each.path) for each in recorded.files]
    if edited != set(files) or len(files) != len(edited):
        yield "the files that are edited are not those of its lines"
    yield from where_it_edits(recorded)
    if recorded.fleet is not None:
        asked = {each.instance for each in recorded.fleet.hosts}
        asked |= {each.id for each in recorded.unread}
        if asked != recorded.instances.keys():
            yield "its hosts are not the instances that had the tags"
    for each in steps:
        step = each.step
        told = f"{step.stack_name} is a task"
        if not step.hosts or not set(step.hosts) <= set(recorded.hosts):
            yield f"{told} of no host that the plan names"
        if Target.of(step.parameters) != recorded.target:
            yield f"{told} for {Target.of(step.parameters)}, and the plan is for {recorded.target}"
        if (step.run_on, step.without, step.not_known) != _spread(each, recorded):
            yield f"{told} whose hosts, or RunOn, are others than the plan has"
        if step.tags.get(TAG_ID) != step.id:
            yield f"{told} without the tag {TAG_ID}={step.id}"
        if step.comment_out and not (recorded.comment_out and step.enabled and not step.managed):
            yield f"{told} that would not run, and its line is to be commented out"
        if step.takes_over and not step.managed:
            yield f"{told} that takes over from a program, and none is named"
        if step.comment_out is not bool(each.edits) or not _edits(each, recorded.place):
            yield f"{told} whose line before and after is another than its step says"


def _spread(recorded: RecordedStep, of: Recorded) -> tuple[RunOn, tuple[str, ...], int]:
    """Where a step's task runs, as far as the plan alone says it.

    A stack that stands keeps its RunOn: `plan/moved.py` looks at that.
    """
    step = recorded.step
    run_on = RunOn(step.parameters.get("RunOn") or RunOn.ALL)
    if recorded.stack is not None and "RunOn" not in step.parameters:
        run_on = step.run_on
    return run_on, tuple(each for each in of.hosts if each not in step.hosts), len(of.unread)


def twice(what: str, names: Iterable[str]) -> Iterator[str]:
    """Names of which one thing each may have."""
    for name, count in Counter(names).items():
        if count > 1:
            yield f"{what} {name} is in it {count} times"


def _edits(recorded: RecordedStep, place: Place) -> bool:
    """Whether the lines that are shown are those that are marked, and with that mark."""
    hosts = [host for edit in recorded.edits for host in edit.hosts]
    return len(hosts) == len(set(hosts)) and all(
        _edit(edit, recorded, place) for edit in recorded.edits
    )


def _edit(edit: LineEdit, recorded: RecordedStep, place: Place) -> bool:
    active = {(each.host, each.text) for each in recorded.entries if not each.is_marked}
    if not edit.hosts or any((host, edit.sha256_before) not in active for host in edit.hosts):
        return False
    if edit.before is None:
        return edit.after is None
    made = edit_of(recorded.step, edit.before, place, hosts=edit.hosts, hides=False)
    return made == edit and sha256_of(edit.before) == edit.sha256_before


def where_it_edits(recorded: Reviewed) -> Iterator[str]:
    """What of the places where lines are edited does not fit the rest."""
    if (recorded.made_on is None) is not (recorded.fleet is not None):
        yield "its lines are edited on one machine, or on the hosts that it names, and not both"
    if recorded.fleet is None:
        return
    hosts = recorded.fleet.hosts
    yield from twice("host", (each.label for each in hosts))
    yield from twice("instance", (each.instance for each in hosts))
    if tuple(each.label for each in hosts) != recorded.hosts:
        yield "the hosts that are edited are not those that it names"
    crontabs = {(one.label, path): digest for one in hosts for path, digest in one.crontabs.items()}
    if any(crontabs.get((each.host, each.path)) != each.before for each in recorded.files):
        yield "a file that is edited is none of its host's, or has another digest"
