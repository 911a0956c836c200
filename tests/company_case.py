"""One host, its crontab, and an AWS that has nothing yet: commands as a company types them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cron2aws.plan.values import Deployed
from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import stand_in
from cron2aws.sandbox.time.clock import VirtualClock
from cron2aws.task.target import Target
from tests.calling import HOST, command, opened
from tests.sandboxes import START, client

WEB = Target.parse(["Name=web"])
TAB = "17 3 * * * root /opt/backup --all\n"


class CompanyCase:
    """What is typed, each command with its answer of yes."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.context = opened(sandbox)
        self.tab = folder / "crontab"
        self.tab.write_text(TAB)

    def typed(self, name: str, *arguments: str) -> int:
        """A command: its exit code; what it raises is raised. PLAN is a plan file."""
        plan = str(self.tab.with_name("plan.json"))
        arguments = tuple(plan if word == "PLAN" else word for word in arguments)
        tag = ("--tag", "Name=web")
        line: dict[str, tuple[str, ...]] = {
            "setup": (*tag, *arguments, "--yes"),
            "doctor": (str(self.tab), *tag, *HOST, *arguments),
            "migrate": (str(self.tab), *tag, *HOST, *arguments, "--yes"),
            "rollback": ("--source", str(self.tab), *HOST, *arguments, "--yes"),
            "status": (str(self.tab), *HOST, *arguments),
        }
        return command(self.context, name, *line.get(name, arguments))

    @property
    def task(self) -> Deployed:
        """The one task."""
        (found,) = self.context.stacks.deployed()
        return found


@contextmanager
def company_case(folder: Path) -> Iterator[CompanyCase]:
    """A case in this folder."""
    with Sandbox([stand_in("web", tags={"Name": "web"})], clock=VirtualClock(START)) as sandbox:
        yield CompanyCase(sandbox, folder)


def described(name: str) -> dict[str, Any]:
    """A stack of DescribeStacks."""
    (stack,) = client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    return dict(stack)


def tags_of(name: str) -> dict[str, str]:
    """A stack's tags."""
    return {each["Key"]: each["Value"] for each in described(name)["Tags"]}
