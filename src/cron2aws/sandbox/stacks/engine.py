"""CloudFormation's part that moto lacks: right updates, rollback, and one writer at a time.

moto updates a resource only where a parameter stands in it as a `Ref`, forgets conditions, wedges
on changed inline code and leaves a half-made stack behind a failure. Here a stack is made, changed
and deleted from what its template says with all functions resolved: before and after.
"""

from __future__ import annotations

import copy
import re
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from cron2aws.sandbox.foreign import Foreign
from cron2aws.sandbox.stacks.previews import CREATE_ONLY

if TYPE_CHECKING:
    from collections.abc import Mapping

WRITING = threading.RLock()
"""moto's CloudFormation isn't safe in several threads; the deployer has several."""
NAME_LIMITS = {
    "AWS::IAM::Role": 64,
    "AWS::Lambda::Function": 64,
    "AWS::Events::Rule": 64,
    "AWS::Scheduler::Schedule": 64,
    "AWS::SQS::Queue": 80,
    "AWS::StepFunctions::StateMachine": 80,
}
"""Characters of a name; "Name type", CloudFormation user guide, and the services' quotas."""
RETAINING = ("Retain", "RetainExceptOnCreate")
"""DeletionPolicy; the second deletes what a creation made that failed ("DeletionPolicy")."""
SUB = re.compile(r"\$\{([^!}][^}]*)\}")


def references(value: Foreign) -> Iterator[str]:
    """Every logical name that a piece of template refers to."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "Ref":
                yield str(inner)
            elif key == "Fn::GetAtt":
                yield inner[0] if isinstance(inner, list) else str(inner).partition(".")[0]
            elif key == "Fn::Sub":
                text = inner[0] if isinstance(inner, list) else inner
                yield from (name.partition(".")[0] for name in SUB.findall(str(text)))
                yield from references(inner[1:] if isinstance(inner, list) else None)
            elif key == "DependsOn":
                yield from [inner] if isinstance(inner, str) else inner
            else:
                yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def in_order(resources: Mapping[str, Any]) -> list[str]:
    """Logical names, each behind everything it refers to."""
    order: list[str] = []

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name in order or name not in resources or name in above:
            return
        for needed in references(resources[name]):
            visit(needed, (*above, name))
        order.append(name)

    for name in resources:
        visit(name, ())
    return order


class ResourceFailed(Exception):
    """A resource could not be made, changed or deleted."""

    def __init__(self, name: str, error: Exception) -> None:
        super().__init__(f"The following resource(s) failed: [{name}]")
        self.name = name
        self.reason = f"{type(error).__name__}: {error}"
        self.replaced: dict[str, Foreign] = {}
        """What stands still and has another in its place already, by logical name."""


Teller = Callable[[str, str], None]
"""Told of a resource's logical name and IN_PROGRESS or COMPLETE."""


def _silent(_name: str, _status: str) -> None:
    """Nobody is told."""


@contextmanager
def _about(name: str, tell: Teller) -> Iterator[None]:
    tell(name, "IN_PROGRESS")
    try:
        yield
    except Exception as error:
        raise ResourceFailed(name, error) from error
    tell(name, "COMPLETE")


class StackEngine:
    """moto's ResourceMap, driven by what a template comes to."""

    def __init__(self, parsing: Foreign) -> None:
        self._parsing = parsing

    def wanted(self, resources: Foreign, name: str) -> dict[str, Any] | None:
        """A resource with every function resolved, or None where its condition doesn't hold."""
        piece = resources._resource_json_map.get(name)
        condition = piece.get("Condition") if piece else None
        if piece is None or (condition and not resources.lazy_condition_map[condition]):
            return None
        body = {"Type": piece["Type"], "Properties": copy.deepcopy(piece.get("Properties", {}))}
        resolved: dict[str, Any] = self._parsing.clean_json(body, resources)
        return resolved

    def create(self, resources: Foreign, template: dict[str, Any], tell: Teller = _silent) -> bool:
        """ResourceMap.create: everything, each behind what it needs."""
        resources._template = template
        resources._resource_json_map = template["Resources"]
        for name in in_order(template["Resources"]):
            if self._holds(resources, name):
                with _about(name, tell):
                    resources[name]
        return True

    def update(
        self,
        resources: Foreign,
        template: dict[str, Any],
        parameters: dict[str, str] | None = None,
        tell: Teller = _silent,
        back: Mapping[str, Foreign] = MappingProxyType({}),
    ) -> None:
        """ResourceMap.update: to the new template and parameters, touching only what differs.

        What is replaced is deleted once all else is done, so that a rollback still has it: then
        `back` are those that come back into their places. "Update behaviors of stack resources"
        and "Understand update rollback", CloudFormation user guide.
        """
        before = {
            name: piece
            for name in in_order(resources._resource_json_map)
            if name in resources._parsed_resources
            and (piece := self.wanted(resources, name)) is not None
        }
        pieces = dict(resources._resource_json_map)
        resources._template = template
        resources._resource_json_map = template["Resources"]
        resources.resolved_parameters = {}
        if parameters is not None:
            resources.input_parameters = parameters
        resources.load()
        gone: list[tuple[Foreign, dict[str, Any]]] = []
        replaced: dict[str, Foreign] = {}
        for name in in_order(template["Resources"]):
            if name in back:
                made = resources._parsed_resources.pop(name, None)
                resources._parsed_resources[name] = back[name]
                gone += [(made, before[name])] if made is not None else []
                continue
            try:
                self._bring(resources, name, before.get(name), replaced, tell)
            except ResourceFailed as failed:
                failed.replaced = replaced
                raise
        for name, old in replaced.items():
            if pieces[name].get("UpdateReplacePolicy") not in RETAINING:
                gone.append((old, before[name]))
        for old, piece in gone:
            self._delete(resources, old, piece)
        for name in reversed(list(before)):
            if not self._holds(resources, name):
                self._remove(resources, name, pieces[name], tell)

    def delete(self, resources: Foreign, tell: Teller = _silent, *, never_up: bool = False) -> None:
        """ResourceMap.delete: everything, each before what it needs.

        `never_up`: its creation failed, so that RetainExceptOnCreate retains nothing.
        """
        for name in reversed(in_order(resources._resource_json_map)):
            if name in resources._parsed_resources:
                piece = resources._resource_json_map[name]
                if never_up and piece.get("DeletionPolicy") == "RetainExceptOnCreate":
                    piece = {**piece, "DeletionPolicy": "Delete"}
                self._remove(resources, name, piece, tell)

    @staticmethod
    def made(stack: Foreign) -> list[Foreign]:
        """Stack.stack_resources: those that exist, in the template's order."""
        resources = stack.resource_map
        found = (resources._parsed_resources.get(name) for name in resources.resources)
        return [resource for resource in found if resource is not None]

    @staticmethod
    def _holds(resources: Foreign, name: str) -> bool:
        piece = resources._resource_json_map.get(name)
        condition = piece.get("Condition") if piece else None
        return piece is not None and (
            condition is None or bool(resources.lazy_condition_map[condition])
        )

    def _bring(
        self,
        resources: Foreign,
        name: str,
        before: dict[str, Any] | None,
        replaced: dict[str, Foreign],
        tell: Teller,
    ) -> None:
        wanted = self.wanted(resources, name)
        if wanted is None or wanted == before:
            return
        with _about(name, tell):
            if before is None:
                resources[name]
            elif before["Type"] != wanted["Type"] or self._renamed(before, wanted):
                replaced[name] = resources._parsed_resources.pop(name)
                resources[name]
            else:
                self._change(resources, name, before, wanted)

    def _renamed(self, before: dict[str, Any], wanted: dict[str, Any]) -> bool:
        kind, was, will = wanted["Type"], before["Properties"], wanted["Properties"]
        # of a machine moto takes another property for the name
        name = self._parsing.resource_name_property_from_type(kind)
        return any(was.get(each) != will.get(each) for each in {name, *CREATE_ONLY.get(kind, ())})

    def _change(
        self, resources: Foreign, name: str, before: dict[str, Any], wanted: dict[str, Any]
    ) -> None:
        from cron2aws.sandbox.stacks.changes import IN_PLACE

        resource = resources._parsed_resources[name]
        in_place = IN_PLACE.get(wanted["Type"])
        if in_place is not None:
            was, will = before["Properties"], wanted["Properties"]
            in_place(resource, was, will, resources._account_id, resources._region_name)
            return
        self._delete(resources, resources._parsed_resources.pop(name), before)
        resources[name]

    def _remove(self, resources: Foreign, name: str, piece: dict[str, Any], tell: Teller) -> None:
        with _about(name, tell):
            resource = resources._parsed_resources[name]
            if piece.get("DeletionPolicy") not in RETAINING:
                self._delete(resources, resource, piece)
            del resources._parsed_resources[name]

    def _delete(self, resources: Foreign, resource: Foreign, piece: dict[str, Any]) -> None:
        account, region = resources._account_id, resources._region_name
        kind = self._parsing.resource_class_from_type(piece["Type"])
        if callable(getattr(resource, "delete", None)):
            resource.delete(account, region)
        else:
            kind.delete_from_cloudformation_json(
                resource.physical_resource_id, piece, account, region
            )


def generated_name(resource_type: str, stack_name: str, logical_id: str) -> str:
    """A name that CloudFormation makes up: `stack-logical-random`, as long as the service takes."""
    tail = "-" + uuid.uuid4().hex[:12].upper()
    return f"{stack_name}-{logical_id}"[: NAME_LIMITS.get(resource_type, 255) - len(tail)] + tail


def alone(function: Callable[..., Any]) -> Callable[..., Any]:
    """One caller at a time."""

    def called(*arguments: Foreign, **named: Foreign) -> Foreign:
        with WRITING:
            return function(*arguments, **named)

    return called


def newest_first(describe: Callable[..., list[Foreign]]) -> Callable[..., list[Foreign]]:
    """CloudFormationBackend.describe_stacks: as AWS lists them, though its page does not say so."""

    def described(backend: Foreign, name_or_id: str) -> list[Foreign]:
        found = describe(backend, name_or_id)
        return found if name_or_id else found[::-1]

    return described
