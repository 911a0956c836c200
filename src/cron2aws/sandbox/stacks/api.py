"""Writing to stacks as CloudFormation does: refused, done, or rolled back and told of."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import Event
from moto.cloudformation.parsing import OutputMap

from cron2aws.sandbox.foreign import Foreign
from cron2aws.sandbox.stacks.engine import WRITING, ResourceFailed, StackEngine
from cron2aws.sandbox.stacks.template_rules import (
    needed_capability,
    refusals,
    wrong_body,
    wrong_name,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

STACK = "AWS::CloudFormation::Stack"


class StackApi:
    """Replacements for methods of moto's CloudFormationBackend and Stack."""

    def __init__(self, engine: StackEngine) -> None:
        self.engine = engine
        self._made_by: dict[str, str] = {}
        """The ClientRequestToken of each stack that was made, by its ARN."""

    def checked(self, original: Callable[[Foreign], Foreign]) -> Callable[[Foreign], Foreign]:
        """CreateStack, UpdateStack and CreateChangeSet: what only the request tells."""

        def checked(request: Foreign) -> Foreign:
            body = request._get_param("TemplateBody") or ""
            refuse(wrong_body(body))
            if request._get_bool_param("UsePreviousTemplate", False):
                stack = request.cloudformation_backend.get_stack(request._get_param("StackName"))
                body = stack.template
            if body:
                needed = needed_capability(parsed(body))
                granted = request._get_param("Capabilities", [])
                if needed and needed not in granted and "CAPABILITY_NAMED_IAM" not in granted:
                    message = f"Requires capabilities : [{needed}]"
                    raise _insufficient(message)
            with WRITING:
                return self._once(request, original)

        return checked

    def _once(self, request: Foreign, original: Callable[[Foreign], Foreign]) -> Foreign:
        """CreateStack with the token of one before is that one ("ClientRequestToken")."""
        from moto.core.responses import ActionResult

        token = request._get_param("ClientRequestToken")
        if not token or request._get_action() != "CreateStack":
            return original(request)
        stacks = request.cloudformation_backend.stacks
        name = request._get_param("StackName")
        standing = [each.stack_id for each in stacks.values() if each.name == name]
        if standing and self._made_by.get(standing[0]) == token:
            return ActionResult({"StackId": standing[0]})
        answer = original(request)
        self._made_by |= {each.stack_id: token for each in stacks.values() if each.name == name}
        return answer

    def create_stack(self, original: Callable[..., Foreign]) -> Callable[..., Foreign]:
        """CloudFormationBackend.create_stack."""

        def create_stack(
            backend: Foreign,
            name: str,
            template: str,
            parameters: Mapping[str, str],
            *rest: object,
            **more: Foreign,
        ) -> Foreign:
            with WRITING:
                refuse(wrong_name(name))
                refuse(refusals(parsed(template), parameters, more.get("tags") or {}))
                return original(backend, name, template, parameters, *rest, **more)

        return create_stack

    def create_resources(self, stack: Foreign) -> None:
        """Stack.create_resources: all, or none and ROLLBACK_COMPLETE."""
        stack.status = "CREATE_IN_PROGRESS"
        try:
            self.engine.create(stack.resource_map, stack.template_dict, _teller(stack, "CREATE"))
        except ResourceFailed as failed:
            _tell(stack, failed.name, "CREATE_FAILED", failed.reason)
            stack._add_stack_event("ROLLBACK_IN_PROGRESS", f"{failed}. Rollback requested by user.")
            tell = _teller(stack, "DELETE")
            self.engine.delete(stack.resource_map, tell, never_up=True)
            _without_outputs(stack)
            stack.status = "ROLLBACK_COMPLETE"
            stack._add_stack_event("ROLLBACK_COMPLETE")
        else:
            stack.mark_creation_complete()

    def update_stack(  # noqa: PLR0917 (moto's signature)
        self,
        backend: Foreign,
        name: str,
        template: str,
        role_arn: str | None,
        parameters: list[dict[str, Any]],
        tags: dict[str, str] | None,
    ) -> Foreign:
        """CloudFormationBackend.update_stack."""
        with WRITING:
            stack = backend.get_stack(name)
            wanted = wanted_parameters(stack, parameters)
            refuse(refusals(parsed(template), wanted, tags or {}))
            if is_as_wanted(stack, template, wanted, tags):
                refuse(iter(["No updates are to be performed."]))
            stack.update(template, role_arn, parameters=wanted, tags=tags)
            return stack

    def update(
        self,
        stack: Foreign,
        template: str,
        role_arn: str | None = None,
        parameters: dict[str, str] | None = None,
        tags: dict[str, str] | None = None,
    ) -> None:
        """Stack.update: changed, or as it was and UPDATE_ROLLBACK_COMPLETE."""
        before = stack.template, dict(stack.parameters)
        stack._add_stack_event("UPDATE_IN_PROGRESS", "User Initiated")
        try:
            self._turn_into(stack, template, parameters or {})
        except ResourceFailed as failed:
            _tell(stack, failed.name, "UPDATE_FAILED", failed.reason)
            stack._add_stack_event("UPDATE_ROLLBACK_IN_PROGRESS", str(failed))
            self._turn_into(stack, *before, back=failed.replaced)
            stack.status = "UPDATE_ROLLBACK_COMPLETE"
        else:
            stack.status = "UPDATE_COMPLETE"
            # without one CloudFormation keeps the role that the stack has (API page, RoleARN)
            stack.role_arn = role_arn or stack.role_arn
            stack.tags = stack.tags if tags is None else tags
        stack._add_stack_event(stack.status)

    def _turn_into(
        self,
        stack: Foreign,
        template: str,
        parameters: dict[str, str],
        back: Mapping[str, Foreign] = MappingProxyType({}),
    ) -> None:
        stack.template, stack.parameters = template, parameters
        stack._parse_template()
        tell = _teller(stack, "UPDATE")
        self.engine.update(stack.resource_map, stack.template_dict, parameters, tell, back)
        stack.output_map = stack._create_output_map()

    def delete_stack(self, backend: Foreign, name_or_stack_id: str) -> None:
        """CloudFormationBackend.delete_stack: of one that isn't there, a success."""
        with WRITING:
            for stack in list(backend.stacks.values()):
                if name_or_stack_id in (stack.name, stack.stack_id):
                    self._delete(backend, stack)

    def _delete(self, backend: Foreign, stack: Foreign) -> None:
        if stack.enable_termination_protection:
            told = f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled"
            refuse(iter([told]))
        stack._add_stack_event("DELETE_IN_PROGRESS", "User Initiated")
        exported = [export.name for export in stack.exports]
        try:
            self.engine.delete(stack.resource_map, _teller(stack, "DELETE"))
        except ResourceFailed as failed:
            _tell(stack, failed.name, "DELETE_FAILED", failed.reason)
            stack.status = "DELETE_FAILED"
            stack._add_stack_event("DELETE_FAILED", str(failed))
            return
        _without_outputs(stack)
        stack.status = "DELETE_COMPLETE"
        stack._add_stack_event("DELETE_COMPLETE")
        backend.deleted_stacks[stack.stack_id] = backend.stacks.pop(stack.stack_id)
        for name in exported:
            backend.exports.pop(name, None)


def parsed(template: str) -> Foreign:
    """A template's text, read."""
    from moto.cloudformation.models import Stack

    return Stack.parse_template(template)


def wanted_parameters(stack: Foreign, given: list[dict[str, Any]]) -> dict[str, str]:
    """What UpdateStack means: the new value, the previous one, or (not named) the default."""
    wanted: dict[str, str] = {}
    for each in given:
        name = each["ParameterKey"]
        if not each.get("UsePreviousValue"):
            wanted[name] = each.get("ParameterValue", "")
        elif name in stack.stack_parameters:
            wanted[name] = _text(stack.stack_parameters[name])
        else:
            refuse(iter([f"Invalid input for parameter key {name}: no previous value"]))
    return wanted


def is_as_wanted(
    stack: Foreign, template: str, wanted: Mapping[str, str], tags: Mapping[str, str] | None
) -> bool:
    """Whether an update would change nothing; without tags they stay as they are."""
    if stack.template_dict != parsed(template) or (tags is not None and tags != stack.tags):
        return False
    slots = stack.template_dict.get("Parameters") or {}
    after = {name: _text(wanted.get(name, slot.get("Default"))) for name, slot in slots.items()}
    return after == {name: _text(value) for name, value in stack.stack_parameters.items()}


def _text(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def refuse(reasons: Iterator[str]) -> None:
    """ValidationError with the first of the reasons, if there is any."""
    for reason in reasons:
        raise ValidationError(message=reason)


def _insufficient(message: str) -> Exception:
    from moto.cloudformation.exceptions import CloudFormationError

    error: Exception = CloudFormationError("InsufficientCapabilitiesException", message)
    return error


def _without_outputs(stack: Foreign) -> None:
    """Outputs are worked out when they are asked for, which would make the resources again."""
    stack.output_map = OutputMap(stack.resource_map, {}, stack.stack_id)


def _teller(stack: Foreign, doing: str) -> Callable[[str, str], None]:
    return lambda name, status: _tell(stack, name, f"{doing}_{status}")


def _tell(stack: Foreign, name: str, status: str, reason: str | None = None) -> None:
    made = stack.resource_map._parsed_resources.get(name)
    piece = stack.template_dict.get("Resources", {}).get(name, {})
    stack.events.append(
        Event(
            stack_id=stack.stack_id,
            stack_name=stack.name,
            logical_resource_id=name,
            physical_resource_id=getattr(made, "physical_resource_id", ""),
            resource_type=piece.get("Type", ""),
            resource_status=status,
            resource_status_reason=reason,
            resource_properties=None,
        )
    )
