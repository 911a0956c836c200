"""A crontab, an AWS and a plan file: what is changed between a plan and its `apply`."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from cron2aws.app.context import Context
from cron2aws.errors import SafetyError
from cron2aws.plan.recording import digest_of
from cron2aws.plan.values import Deployed
from cron2aws.report.plan_file import read_plan_file
from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import stand_in
from cron2aws.sandbox.time.clock import VirtualClock
from tests.calling import HOST, command, opened
from tests.sandboxes import START, client, given

TAB = """\
# jobs
MAILTO=ops@example.com
*/15 *  * * *   www-data  php /srv/app/cron.php
17 3 * * 1-5 root /usr/local/bin/backup --all
"""
OTHERS: tuple[object, ...] = (True, 1, 1.5, float("inf"), "x\ud800", [1], {"a": 1})


@dataclass
class Case:
    """A crontab, an AWS, and a plan file."""

    sandbox: Sandbox
    context: Context
    folder: Path

    @property
    def tab(self) -> Path:
        return self.folder / "crontab"

    @property
    def file(self) -> Path:
        return self.folder / "plan.json"

    def migrate(self, *arguments: str) -> int:
        how = ("--tag", "Name=web", "--format-of", "system", *HOST)
        return command(self.context, "migrate", str(self.tab), *how, *arguments)

    def plan(self, *arguments: str) -> int:
        more = arguments or ("--comment-out",)
        return self.migrate("--dry-run", "--plan-file", str(self.file), *more)

    def apply(self, *arguments: str, elsewhere: bool = False) -> int:
        context = self.context
        if elsewhere:
            context = replace(context, machine=lambda: "another")
        return command(context, "apply", str(self.file), "--yes", *arguments)

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.file.read_text())
        return found

    def rewrite(self, document: Mapping[str, Any]) -> None:
        """The file with this in it, and the digest of that."""
        self.file.write_text(with_digest(document))

    @property
    def stacks(self) -> dict[str, Deployed]:
        """By the word that stands in their names."""
        found = self.context.stacks.deployed()
        return {("backup" if "backup" in each.stack_name else "app"): each for each in found}

    @property
    def marked(self) -> int:
        return self.tab.read_text().count(" # cron2aws:")


def rollback(case: Case, *arguments: str) -> int:
    """The way back of the case's crontab."""
    given = ("--source", str(case.tab), "--format-of", "system", *HOST)
    return command(case.context, "rollback", *arguments, *given)


def plan_back(case: Case, *arguments: str) -> int:
    """A rollback planned into the case's file."""
    return rollback(case, *arguments, "--dry-run", "--plan-file", str(case.file))


@contextmanager
def apply_case(folder: Path) -> Iterator[Case]:
    """A case in this folder."""
    with Sandbox([stand_in("web", tags={"Name": "web"})], clock=VirtualClock(START)) as sandbox:
        made = Case(sandbox, opened(sandbox), folder)
        made.tab.write_text(TAB)
        yield made


def words(capsys: pytest.CaptureFixture[str]) -> str:
    told = capsys.readouterr()
    return " ".join((told.out + told.err).split())


def wide(capsys: pytest.CaptureFixture[str]) -> str:
    """What was said, its lines whole."""
    told = capsys.readouterr()
    return told.out + told.err


def left_out(told: str) -> list[str]:
    """Why entries or tasks were left out, in the order in which that is told."""
    before = "left out, as it has moved: "
    return [line.partition(before)[2] for line in told.splitlines() if before in line]


def noted(told: str, case: Case) -> list[str]:
    """The notes; a place in the case's crontab is its line alone."""
    lines = [line for line in told.splitlines() if line.startswith("note: ")]
    return [line.removeprefix("note: ").replace(f"{case.tab}:", "") for line in lines]


def shape(stack: Deployed) -> tuple[object, ...]:
    """All that was made of it, but for the ids that AWS makes up."""
    return (stack.stack_name, dict(stack.parameters), dict(stack.tags), stack.is_protected)


def changed(case: Case, which: str, **parameters: str) -> None:
    """An update by hand."""
    stack = case.stacks[which]
    client("cloudformation").update_stack(
        StackName=stack.stack_name,
        UsePreviousTemplate=True,
        Parameters=given({**stack.parameters, **parameters}),
        Tags=[{"Key": key, "Value": value} for key, value in stack.tags.items()],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )


def tagged(case: Case, which: str, **tags: str) -> None:
    stack = case.stacks[which]
    client("cloudformation").update_stack(
        StackName=stack.stack_name,
        UsePreviousTemplate=True,
        Parameters=given(dict(stack.parameters)),
        Tags=[{"Key": key, "Value": value} for key, value in {**stack.tags, **tags}.items()],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )


def edit(old: str, new: str) -> Callable[[Case], None]:
    def act(case: Case) -> None:
        before = case.tab.read_text()
        case.tab.write_text(before.replace(old, new, 1))
        assert case.tab.read_text() != before

    return act


def of_an_older_template(case: Case) -> None:
    """As an earlier release has made it."""
    stack, service = case.stacks["backup"], client("cloudformation")
    body = service.get_template(StackName=stack.stack_name)["TemplateBody"]
    outputs = {**body["Outputs"], "TemplateVersion": {"Value": "1"}}
    service.update_stack(
        StackName=stack.stack_name,
        TemplateBody=json.dumps({**body, "Outputs": outputs}, separators=(",", ":")),
        Parameters=given(dict(stack.parameters)),
        Tags=[{"Key": key, "Value": value} for key, value in stack.tags.items()],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )


def edited(change: Callable[[dict[str, Any]], object], *, anew: bool) -> Callable[[Case], None]:
    def act(case: Case) -> None:
        document = case.document
        change(document)
        if anew:
            case.rewrite(document)
        else:
            case.file.write_text(json.dumps(document))

    return act


def with_digest(document: Mapping[str, Any]) -> str:
    """The file with this in it, and the digest of that."""
    rest = {name: value for name, value in document.items() if name != "digest"}
    return json.dumps({**rest, "digest": digest_of(rest)})


def wrong_values_accepted(document: dict[str, Any]) -> list[tuple[object, object]]:
    """Each value of a plan file in turn replaced by one of another kind: those that are read."""
    accepted: list[tuple[object, object]] = []
    for place in values_in(document):
        for other in OTHERS:
            if type(other) is type(at(document, place)) and other != "x\ud800":
                continue
            try:
                read_plan_file(with_digest(put(document, place, other)), "plan")
            except SafetyError:
                continue
            accepted.append((place, other))
    return accepted


def values_in(found: object, *place: str | int) -> Iterator[tuple[str | int, ...]]:
    """Where a value stands that is no list, no object, and no null."""
    inside: Iterable[tuple[str | int, object]] = ()
    if isinstance(found, dict):
        inside = found.items()
    elif isinstance(found, list):
        inside = enumerate(found)
    elif found is not None and place[0] not in {"digest", "schema"}:
        yield place
    for name, value in inside:
        yield from values_in(value, *place, name)


def at(found: Any, place: tuple[str | int, ...]) -> object:
    for name in place:
        found = found[name]
    return found


def put(document: dict[str, Any], place: tuple[str | int, ...], value: object) -> dict[str, Any]:
    changed = copy.deepcopy(document)
    at(changed, place[:-1])[place[-1]] = value  # type: ignore[index]
    return changed
