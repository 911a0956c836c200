"""Goldens of plans: what a person reads before saying yes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType

from cron2aws.assess.values import Assessment
from cron2aws.crontab.edit import comment_out
from cron2aws.crontab.mark import Mark
from cron2aws.plan.make import make_plan
from cron2aws.plan.values import Deployed, Place, Plan, Step, Wish
from cron2aws.task.target import Target
from cron2aws.task.task import TaskOptions
from tests.golden.golden import Golden, table
from tests.golden.hosts import FIXTURE_NAMES, assessed, fixture, host

PLACE = Place(account="123456789012", region="eu-central-1")
WEB = Target.having({"Name": ["web"]})
TOLD = ("arn:aws:sns:eu-central-1:123456789012:good", "arn:aws:sns:eu-central-1:123456789012:bad")
LINES = "0 3 * * * root backup --all\n5 * * * * app tidy\n@reboot root warm-up\n"
GUARDED = "0 3 13 * 5 root two triggers\n0 4 1,2,15 2,3 1 app guarded\n0 5 1-7 * * root plain\n"


def plans() -> Iterator[Golden]:
    """One golden a state of things."""
    for name, make in CASES.items():
        yield Golden(name=f"plan/{name}", make=partial(_shown, make))
    for name in FIXTURE_NAMES:
        yield Golden(name=f"plan/fixture-{name}", make=partial(_of_fixture, name))


def _shown(make: Callable[[Path], Plan], folder: Path) -> str:
    return table(make(folder))


def _of_fixture(name: str, folder: Path) -> str:
    return table(planned(assessed(fixture(name, folder))))


def planned(found: Assessment, stacks: Sequence[Deployed] = (), **wish: object) -> Plan:
    """The plan of a wish; with the topics, unless it says otherwise."""
    wanted = Wish(target=WEB, options=TaskOptions(), topics=TOLD)
    return make_plan(found, stacks, replace(wanted, **wish), PLACE)  # type: ignore[arg-type]


def stack_of(step: Step, status: str = "CREATE_COMPLETE", **changed: str | None) -> Deployed:
    """The stack that the step makes; `changed` says which parameters are otherwise by now."""
    parameters: Mapping[str, str | None] = {**step.parameters, **changed}
    return Deployed(
        id=step.task.id,
        stack_name=step.stack_name,
        stack_id=f"arn:aws:cloudformation:eu-central-1:123456789012:stack/{step.stack_name}/1",
        status=status,
        parameters=MappingProxyType({k: v for k, v in parameters.items() if v is not None}),
        tags=step.task.tags,
        outputs=MappingProxyType(
            {"StateMachineArn": f"machine-{step.task.id}", "TemplateVersion": "2"}
        ),
    )


def marked(text: str, steps: Sequence[Step], place: Place = PLACE) -> str:
    """The crontab after the hand-over of these steps."""
    marks = {
        step.line: Mark(
            id=step.task.id, account=place.account, region=place.region, stack=step.stack_name
        )
        for step in steps
    }
    return comment_out(text.encode(), marks).decode()


def _host(folder: Path, text: str = LINES) -> Assessment:
    return assessed(host(folder, {"/etc/crontab": text}))


def _created(folder: Path) -> tuple[Assessment, tuple[Step, ...]]:
    found = _host(folder)
    return found, planned(found).steps


def updated(folder: Path) -> Plan:
    found, (first, second) = _created(folder)
    stacks = [
        stack_of(
            first,
            RunOn="one",
            Command="x" * 61,
            ScheduleExpression="cron(0 2 * * ? *)",
            OriginalSchedule="0 2 * * *",
            TopicCommandExecutionFailedArn=None,
        ),
        stack_of(second),
    ]
    return planned(found, stacks, options=TaskOptions(run_on="all", overlap="skip"))


def _short_and_long(folder: Path) -> Plan:
    """Values of 60 and of 61 letters, one with a control character, one of two lines."""
    found, (first, second) = _created(folder)
    stacks = [
        stack_of(first, OriginalSchedule="y" * 60, Source="z" * 61),
        stack_of(second, OriginalSchedule="\x1b[31m", Source="two\nlines"),
    ]
    return planned(found, stacks)


def migrated(folder: Path) -> Assessment:
    """What stands in the crontab once its two lines are handed over."""
    _, steps = _created(folder / "before")
    return _host(folder, marked(LINES, steps))


def _handed_over(folder: Path) -> Plan:
    _, steps = _created(folder)
    stacks = [stack_of(step, Enabled="true") for step in steps]
    return planned(migrated(folder / "after"), stacks, comment_out=True)


def orphaned(folder: Path) -> Plan:
    _, (first, second) = _created(folder)
    found = _host(folder / "after", "0 3 * * * root backup --all\n")
    return planned(found, [stack_of(first), stack_of(second)])


def pruned(folder: Path) -> Plan:
    """A task that was enabled, and whose line is gone."""
    _, (first, second) = _created(folder)
    found = _host(folder / "after", "0 3 * * * root backup --all\n")
    return planned(found, [stack_of(first), stack_of(second, Enabled="true")], prune=True)


def _doubtful(folder: Path) -> Plan:
    _, (first, second) = _created(folder)
    found = _host(folder / "after", LINES.replace("5 * * * * app", "75 * * * * app"))
    return planned(found, [stack_of(first), stack_of(second)], prune=True)


def problems(folder: Path) -> Plan:
    """Each problem that a plan can have."""
    lines = "".join(f"{minute} 3 * * * root job-{minute}\n" for minute in range(10))
    steps = planned(_host(folder, lines)).steps
    there = Place(account="210987654321", region="us-west-2")
    text = marked(lines, [steps[0]], there)
    text = marked(text, [steps[1], steps[2], steps[3]])
    stacks = [
        stack_of(steps[2], Enabled="false"),
        stack_of(steps[3], Enabled="true"),
        stack_of(steps[4], EC2InstanceTagValue="db"),
        replace(stack_of(steps[5]), tags=MappingProxyType({"cron2aws:id": steps[5].task.id})),
        stack_of(steps[6], "DELETE_FAILED"),
        stack_of(steps[7]),
        replace(stack_of(steps[7]), stack_name="another-stack"),
        stack_of(steps[8]),
        replace(stack_of(steps[9]), outputs=MappingProxyType({})),
    ]
    text = text.replace("8 3 * * * root job-8", "# cron2aws: ignore\n8 3 * * * root job-8")
    return planned(_host(folder / "after", text), stacks)


def _only_problems(folder: Path) -> Plan:
    found, steps = _created(folder)
    return planned(found, [stack_of(step, "DELETE_FAILED") for step in steps])


def _too_long(folder: Path) -> Plan:
    lines = [f"{name}={'x' * 900}" for name in "ABCDE"]
    return planned(_host(folder, "\n".join([*lines, "0 3 * * * root backup", ""])))


def _wrong_option(folder: Path) -> Plan:
    return planned(_host(folder), options=TaskOptions(max_concurrency="many"))


def _several(folder: Path) -> Plan:
    trees = [host(folder, {"/etc/crontab": LINES}, name=name) for name in ("web-1", "web-2")]
    other = host(
        folder, {"/etc/crontab": "0 3 * * * root backup --all\n"}, name="web-3", zone="Asia/Tokyo"
    )
    return planned(assessed(*trees, other))


def several_alike(folder: Path) -> Plan:
    trees = [host(folder, {"/etc/crontab": LINES}, name=name) for name in ("web-1", "web-2")]
    return planned(assessed(*trees))


CASES: Mapping[str, Callable[[Path], Plan]] = {
    "create": lambda folder: planned(_host(folder)),
    "create-and-comment-out": lambda folder: planned(_host(folder), comment_out=True),
    "create-enabled": lambda folder: planned(_host(folder), rehearse=True),
    "create-silent": lambda folder: planned(_host(folder), topics=None),
    "two-triggers-and-only-on-days": lambda folder: planned(_host(folder, GUARDED)),
    "update-with-changes": updated,
    "update-short-and-long-values": _short_and_long,
    "handed-over-already": _handed_over,
    "nothing-to-do": lambda folder: planned(
        _host(folder), [stack_of(step) for step in _created(folder / "before")[1]]
    ),
    "deployed-and-now-handed-over": lambda folder: planned(
        _host(folder),
        [stack_of(step) for step in _created(folder / "before")[1]],
        comment_out=True,
    ),
    "nothing-but-kept": lambda folder: planned(_host(folder, "@reboot root warm-up\n")),
    "no-jobs": lambda folder: planned(_host(folder, "# nothing\n")),
    "orphans": orphaned,
    "orphans-to-delete": pruned,
    "orphans-in-doubt": _doubtful,
    "problems": problems,
    "only-problems": _only_problems,
    "command-does-not-fit": _too_long,
    "option-does-not-fit": _wrong_option,
    "several-hosts-that-differ": _several,
    "several-hosts-alike": several_alike,
}
