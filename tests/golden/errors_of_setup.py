"""What tasks share: foreign stacks, what would be replaced or is in use, what is denied."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from cron2aws.app.preflight import check_preflight
from cron2aws.app.sharing import Common, make, with_common
from cron2aws.cli.main import call
from cron2aws.errors import AwsError
from cron2aws.handover.quiet import Quiet
from cron2aws.plan.actions import Action
from cron2aws.plan.setup import SetupWish, in_use, setup_steps
from cron2aws.plan.shared import Shared, Sharing
from cron2aws.plan.upgrade import task_upgrade
from cron2aws.plan.values import Place, Plan, Wish
from cron2aws.task.foundation import FOUNDATION, Foundation, TargetStack, target_stack_name
from cron2aws.task.target import Target
from cron2aws.task.task import TaskOptions
from tests.fakes import START, FakeClock, FakeProgress, FakeRuns, FakeStacks, deployed
from tests.golden.doctors import trouble
from tests.golden.errors_of_aws import KEYS, NOWHERE
from tests.golden.screen import environment
from tests.shared_world import OUTPUTS, TARGETS_OUTPUTS, WEB, World, shared_world
from tests.stack_world import session_of

PLACE = Place(account="123456789012", region="eu-west-1")
TOPIC = "arn:aws:sns:eu-west-1:123456789012:mine"
OTHER = "arn:aws:sns:eu-west-1:123456789012:cron2aws-foundation-failed"
ROLE_ARN = "arn:aws:iam::123456789012:role/send"
ROLE = {
    "LogicalResourceId": "MachineRole",
    "ResourceType": "AWS::IAM::Role",
    "Action": "Modify",
    "Replacement": "True",
}


def _in_world(act: Callable[[World], object]) -> Callable[[Path], object]:
    def provoke(_: Path) -> None:
        with environment(**NOWHERE, **KEYS), shared_world(session_of()) as world:
            act(world)

    return provoke


def _foreign(world: World) -> None:
    world.put("CREATE_COMPLETE", FOUNDATION, "team")
    world.shared.foundation()


def _in_state(world: World, status: str) -> None:
    world.put(status)
    world.shared.bring(world.step(email="ops@example.com"))


def _never_up(world: World) -> None:
    world.service.fails_to_create = "SendRole"
    world.shared.bring(world.step(WEB))


def _topics_left(world: World) -> None:
    world.service.fails_to_create = "FailedTopic"
    world.service.why_not = "cron2aws-foundation-failed already exists"
    world.shared.bring(world.step())


def _replaces(world: World) -> None:
    world.put("CREATE_COMPLETE")
    world.service.would_change = [ROLE]
    world.shared.bring(world.step(role_path="/other/"))


def _change_set(world: World, why: str | None) -> None:
    world.put("CREATE_COMPLETE")
    if why is None:
        world.service.stays = True
    world.service.preview_fails = why
    world.shared.bring(world.step(email="ops@example.com"))


def _restless(world: World) -> None:
    raw = world.put("CREATE_COMPLETE")

    def again() -> None:
        raw.status = "UPDATE_IN_PROGRESS"
        raw.ahead.append(lambda: setattr(raw, "status", "UPDATE_COMPLETE"))
        world.service.meets = again

    world.service.meets = again
    world.shared.bring(world.step(email="ops@example.com"))


def _foundation() -> Foundation:
    return Foundation(
        stack_name=FOUNDATION, stack_id="arn:f", status="CREATE_COMPLETE", outputs=OUTPUTS
    )


def _common() -> Common:
    shared = Shared(
        foundation=_foundation(),
        target=TargetStack(
            stack_name=target_stack_name(WEB),
            stack_id="arn:t",
            status="CREATE_COMPLETE",
            outputs=TARGETS_OUTPUTS,
            target=WEB,
        ),
    )
    wish = SetupWish(target=WEB)
    return Common(shared=shared, wish=wish, steps=setup_steps(wish, shared))


def _wished(options: TaskOptions, *tags: str) -> None:
    target = Target.parse(tags or ("Name=web",))
    with_common(Wish(target=target, options=options), _common())


class _Denied:
    """A context in which no role may be made."""

    class shared:
        """Its stacks."""

        @staticmethod
        def bring(step: object) -> object:
            del step
            raise AwsError(
                what=f"stack {FOUNDATION} ended in ROLLBACK_COMPLETE",
                why="TriggerRole: User is not authorized to perform: iam:CreateRole",
            )

    class console:
        """Nobody listens."""

        @staticmethod
        def note(text: str) -> None:
            del text


def _denied(_: Path) -> None:
    found = _common()
    steps = tuple(replace(step, action=Action.CREATE) for step in found.steps)
    plan = Plan(
        hosts=("web-1",), place=PLACE, target=WEB, sources=(), steps=(), kept=(), problems=(),
        orphans=(), setup=steps,
    )  # fmt: skip
    make(plan, found, _Denied())  # type: ignore[arg-type]


def _running(_: Path) -> None:
    clock = FakeClock()
    runs = FakeRuns(clock)
    runs.ends["machine-0000000a"] = START.replace(year=2027)
    stacks = FakeStacks(clock)
    Quiet(stacks, runs, clock, FakeProgress()).wait(deployed("0000000a"))


def _in_use(_: Path) -> None:
    raise in_use(_foundation(), (deployed("0000000a"),), (), PLACE)


def _beyond(_: Path) -> None:
    task = deployed("0000000a", {"TopicCommandExecutionFailedArn": TOPIC}, name="a-stack")
    older = replace(task, outputs={"StateMachineArn": "machine"})
    given = Sharing(parameters={"SendRoleArn": ROLE_ARN}, topics=(OTHER, OTHER))
    task_upgrade(older, given)


def _typed(*words: str) -> Callable[[Path], object]:
    return lambda _: call(["setup", *words])


OF_SETUP: Mapping[str, Callable[[Path], object]] = MappingProxyType(
    {
        "preflight stops": lambda _: check_preflight(trouble().checks),
        "the foundation's name is somebody else's": _in_world(_foreign),
        "its deletion was begun": _in_world(lambda world: _in_state(world, "DELETE_FAILED")),
        "it does not come up": _in_world(_never_up),
        "topics of an earlier one stand": _in_world(_topics_left),
        "an update would replace a role": _in_world(_replaces),
        "a change set fails": _in_world(lambda world: _change_set(world, "Template error")),
        "a change set is never ready": _in_world(lambda world: _change_set(world, None)),
        "others change it all the time": _in_world(_restless),
        "it is in use": _in_use,
        "a topic that the shared roles may not use": lambda _: _wished(
            TaskOptions(failed_topic_arn=TOPIC)
        ),
        "a bucket that they may not use": lambda _: _wished(TaskOptions(output_s3_bucket="logs")),
        "own roles for several tags": lambda _: _wished(
            TaskOptions(own_roles=True), "Name=web", "Role=a"
        ),
        "no right to make roles": _denied,
        "a run goes on while roles change": _running,
        "a task that tells elsewhere is upgraded": _beyond,
        "a tag that is none": _typed("--stack-tag", "team"),
        "a tag that is ours": _typed("--stack-tag", "cron2aws:id=x"),
    }
)
