"""A plan carried out: stacks, then, where it was asked for, the probe and the lines.

A task whose line is active leaves the job to cron, so nothing here can double or lose a run: each
line changes hands when its own file is renamed, on its own host, and whatever ends the command
early leaves every line on one side or the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from cron2aws.errors import Cron2AwsError
from cron2aws.handover.came import HostCame
from cron2aws.handover.crontabs import Crontabs
from cron2aws.handover.deploy import Deployer, Failure
from cron2aws.handover.edit import Editing
from cron2aws.handover.interfaces import Progress, StackStore
from cron2aws.handover.live_from import Edits, live_from
from cron2aws.handover.looks import HostLook, Prober, Wanted, check_looks
from cron2aws.handover.newcomers import let_run, stack_of
from cron2aws.handover.record import Way
from cron2aws.handover.standing import Lines, meaning, still_stands
from cron2aws.handover.telling import rewritten
from cron2aws.plan.values import Deployed, Plan, Step


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a plan has come to: ids that were carried out whole, and the failures.

    `minutes` are the files that were edited, with the first minute (UTC) that is the tasks'; None
    where it is not known, as the file is a copy.
    """

    done: tuple[str, ...]
    failed: tuple[Failure, ...]
    minutes: Mapping[str, datetime | None] = field(default_factory=lambda: MappingProxyType({}))
    untried: tuple[str, ...] = ()
    """Those that were not begun, and why."""
    why_untried: str = ""
    hosts: tuple[HostCame, ...] = ()
    """Of a fleet: what has come of each host whose lines were to be handed over."""
    denied: bool = False
    """AWS denied all of it: no stack was made or changed, and no line edited."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left to do."""
        return not self.failed and not any(each.is_open for each in self.hosts)


class Migration:
    """Carries plans out."""

    def __init__(
        self,
        stacks: StackStore,
        deployer: Deployer,
        prober: Prober,
        editor: Editing,
        progress: Progress,
        *,
        parallel: int,
    ) -> None:
        self._stacks = stacks
        self._deployer = deployer
        self._prober = prober
        self._editor = editor
        self._progress = progress
        self._parallel = parallel

    def carry_out(
        self, plan: Plan, crontabs: Crontabs, wanted: Wanted, *, ready: Callable[[], None]
    ) -> Outcome:
        """Carry out every step; an entry that failed keeps its line, so no job is lost.

        Raises SourceError or SafetyError, with nothing done, where a file could not be edited.
        `ready` raises SafetyError where, right before the edit, this host must not hand over.
        """
        check_edits(self._editor, plan, crontabs)
        deployment = self._deployer.deploy(plan.work)
        steps = {step.task.id: step for step in plan.work}
        failed = [
            replace(each, error=untouched(steps[each.id], each.error)) for each in deployment.failed
        ]
        moving = self._probed(deployment.done, wanted, failed)
        minutes: Mapping[str, datetime | None] = {}
        if moving:
            ready()
            edited = self._editor.carry_out(crontabs.out(moving, plan.place))
            names = {step.task.id: step.stack_name for step in moving}
            came = rewritten(edited, self._progress, Way.OUT, crontabs.zone, names)
            minutes = came.minutes
            failed += came.failed
            # of other hosts nothing is known here
            found = {
                step.task.id: live_from("all", Edits(minutes=[minutes[step.source]]))
                for step in moving
                if step.source in minutes
            }
            failed += let_run(
                moving,
                {id_: each for id_, each in found.items() if isinstance(each, datetime)},
                self._stacks,
                self._progress,
                who="hosts that join later",
                zone=crontabs.zone,
                parallel=self._parallel,
            )
        lost = {failure.id for failure in failed}
        for step in deployment.done:
            if step.takes_over and step.enabled and step.task.id not in lost:
                self._progress.say(
                    f"{step.stack_name}: {step.managed} writes its line, which stays; the task "
                    "takes over when it drops the line"
                )
        untried = tuple(step.task.id for step in deployment.untried)
        done = tuple(id_ for id_ in steps if id_ not in lost and id_ not in untried)
        return Outcome(
            done=done,
            failed=tuple(failed),
            minutes=minutes,
            untried=untried,
            why_untried=deployment.why_untried,
            denied=deployment.denied and not done and not minutes,
        )

    def _probed(self, done: Sequence[Step], wanted: Wanted, failed: list[Failure]) -> list[Step]:
        """The steps whose lines may be edited now; the stack is asked again, after the probe."""
        asked = [step for step in done if step.comment_out or (step.takes_over and step.enabled)]
        if not asked:
            return []
        stacks: dict[str, Deployed] = {}
        for step in asked:
            try:
                stacks[step.stack_name] = stack_of(self._stacks, step)
            except Cron2AwsError as error:
                failed.append(failure(step, "looking at", untouched(step, error)))
        looks = self._prober.look(list(stacks.values()))
        moving = []
        for step in asked:
            stack = stacks.get(step.stack_name)
            if stack is None:
                continue
            try:
                _check(stack, looks[step.stack_name], wanted)
                if step.comment_out:
                    still_stands(self._stacks, stack)
                    moving.append(step)
            except Cron2AwsError as error:
                failed.append(failure(step, "handing over to", untouched(step, error)))
        return moving


def check_edits(editor: Editing, plan: Plan, crontabs: Crontabs) -> None:
    """Refuse now what would be refused later: SourceError or SafetyError, nothing done."""
    for edit in crontabs.out((step for step in plan.work if step.comment_out), plan.place):
        editor.check(edit)


def _check(
    stack: Deployed,
    looks: tuple[HostLook, ...] | Cron2AwsError,
    wanted: Wanted,
) -> None:
    if isinstance(looks, Cron2AwsError):
        raise looks
    check_looks(looks, wanted, stack.parameters.get("RunOn", "all"), "cron")


def untouched(step: Step, error: Cron2AwsError) -> Cron2AwsError:
    """What a failure before the edit means for the job of a line that was to be handed over."""
    if not step.comment_out:
        return error
    return meaning(error, step.stack_name, Lines.UNTOUCHED, again="")


def failure(step: Step, what: str, error: Cron2AwsError) -> Failure:
    """The step failed when that was done to its stack."""
    return Failure(id=step.task.id, what=f"{what} {step.stack_name}", error=error)
