"""What keeps a stack from harm, and moto lacks: change sets that tell all, and protection."""

from __future__ import annotations

from moto.cloudformation.parsing import ResourceMap
from moto.core.responses import ActionResult

from cron2aws.sandbox.foreign import Foreign
from cron2aws.sandbox.stacks.api import parsed, refuse, wanted_parameters
from cron2aws.sandbox.stacks.previews import Change, changes
from cron2aws.sandbox.stacks.template_rules import refusals


def diff(change_set: Foreign) -> list[Change]:
    """ChangeSet.diff: by what the templates come to."""
    stack = change_set.stack
    given = [
        {"ParameterKey": name, "ParameterValue": value}
        for name, value in change_set.parameters.items()
    ]
    wanted = wanted_parameters(stack, given)
    template = parsed(change_set.template)
    refuse(refusals(template, wanted, change_set.tags or {}))
    after = ResourceMap(
        stack.stack_id,
        stack.name,
        wanted,
        stack.tags,
        account_id=stack.account_id,
        region_name=stack.region_name,
        template=template,
        cross_stack_resources=stack.cross_stack_resources,
    )
    after.load()
    return changes(stack.resource_map, after)


def protect(request: Foreign) -> Foreign:
    """UpdateTerminationProtection of the API."""
    stack = request.cloudformation_backend.get_stack(request._get_param("StackName"))
    wanted = request._get_param("EnableTerminationProtection")
    stack.enable_termination_protection = str(wanted).lower() == "true"
    return ActionResult({"StackId": stack.stack_id})
