"""The stacks that tasks share over CloudFormation's stand-in, with what was told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from cron2aws.aws.change_sets import ChangeSets
from cron2aws.aws.foundation import SharedStacks, SharedTemplates
from cron2aws.aws.session import Session
from cron2aws.aws.stack_calls import StackCalls
from cron2aws.plan.setup import SetupWish, setup_steps
from cron2aws.plan.shared import SetupStep, Shared
from cron2aws.task.foundation import (
    FAILED,
    FOUNDATION,
    FROM_FOUNDATION,
    SUCCEEDED,
    TAG_FOUNDATION,
    TAG_TARGET,
    SharedOptions,
    target_parameters,
    target_stack_name,
)
from cron2aws.task.target import Target
from tests.cloudformation import ACCOUNT, FakeCloudFormation, FakeStack
from tests.query_protocol import Serving

WEB = Target.having({"Name": ["web"]})
OUTPUTS = {
    **{name: f"arn:aws:iam::{ACCOUNT}:role/{name}" for name in FROM_FOUNDATION},
    "UndeliveredQueueArn": f"arn:aws:sqs:eu-west-1:{ACCOUNT}:undelivered",
    SUCCEEDED: f"arn:aws:sns:eu-west-1:{ACCOUNT}:succeeded",
    FAILED: f"arn:aws:sns:eu-west-1:{ACCOUNT}:failed",
    "WatchSeconds": "45",
    "KmsKeyArn": "",
    "TemplateVersion": "2",
}
TARGETS_OUTPUTS = {
    "TargetId": WEB.id,
    "SendRoleArn": f"arn:aws:iam::{ACCOUNT}:role/send",
    "DeployRoleArn": f"arn:aws:iam::{ACCOUNT}:role/deploy",
    "TemplateVersion": "2",
}
GIVEN = {"WatchSeconds": "45", "Email": ""}
TAGS = {TAG_FOUNDATION: "true"}


@dataclass(kw_only=True)
class World:
    service: FakeCloudFormation
    serving: Serving
    shared: SharedStacks
    told: list[str]

    def put(
        self, status: str, name: str = FOUNDATION, tag: str = TAG_FOUNDATION, **parameters: str
    ) -> FakeStack:
        made = self.service.put(
            name, status, parameters={**GIVEN, **parameters}, tags={tag: "true"}
        )
        made.outputs = OUTPUTS
        return made

    def put_target(self, status: str = "CREATE_COMPLETE", **tags: str) -> FakeStack:
        made = self.service.put(
            target_stack_name(WEB),
            status,
            parameters=target_parameters(WEB),
            tags={TAG_TARGET: WEB.id, **tags},
        )
        made.outputs = TARGETS_OUTPUTS
        return made

    def step(self, target: Target | None = None, **options: object) -> SetupStep:
        """What a plan makes of it, given what stands now."""
        shared = Shared(
            foundation=self.shared.foundation(),
            target=self.shared.target(target) if target else None,
        )
        asked = SharedOptions(**options)  # type: ignore[arg-type]
        return setup_steps(SetupWish(options=asked, target=target), shared)[-1]

    def live(self) -> list[FakeStack]:
        return [each for each in self.service.stacks if each.status != "DELETE_COMPLETE"]


@contextmanager
def shared_world(session: Session) -> Iterator[World]:
    """Nothing is there at first."""
    service, told = FakeCloudFormation(), list[str]()
    service.makes = OUTPUTS
    serving = service.serve(session.client("cloudformation"))
    shared = SharedStacks(
        StackCalls(session, lambda _: None),
        ChangeSets(session, lambda _: None),
        SharedTemplates(foundation="{}", target="{}", documents="{}"),
        told.append,
    )
    try:
        yield World(service=service, serving=serving, shared=shared, told=told)
    finally:
        serving.end()
