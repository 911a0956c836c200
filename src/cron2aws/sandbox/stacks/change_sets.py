"""Change sets that are executed, as by the aws CLI's `deploy`: moto makes half a stack of them."""

from __future__ import annotations

from collections.abc import Callable

from cron2aws.sandbox.foreign import Foreign
from cron2aws.sandbox.stacks.api import StackApi, is_as_wanted, parsed, refuse

NOTHING = (
    "The submitted information didn't contain changes. Submit different information to create a "
    "change set."
)


def read_template(change_set: Foreign) -> None:
    """ChangeSet._parse_template: as a stack's, which moto does not do."""
    change_set.template_dict = parsed(change_set.template)


class ChangeSetApi:
    """Replacements for methods of moto's CloudFormationBackend."""

    def __init__(self, stacks: StackApi) -> None:
        self._stacks = stacks

    def created(self, create: Callable[..., Foreign]) -> Callable[..., Foreign]:
        """create_change_set: its stack may be named by its ARN, and one that changes nothing fails.

        moto compares neither tags nor defaults.
        """

        def created(backend: Foreign, stack_name: str, *rest: object, **more: Foreign) -> Foreign:
            is_arn = stack_name.startswith("arn:")
            name = backend.get_stack(stack_name).name if is_arn else stack_name
            made = create(backend, name, *rest, **more)
            change_set = backend.change_sets[made[0]]
            nothing = change_set.change_set_type == "UPDATE" and is_as_wanted(
                change_set.stack,
                change_set.template,
                change_set.parameters,
                change_set.tags or None,
            )
            change_set.status = "FAILED" if nothing else "CREATE_COMPLETE"
            change_set.execution_status = "UNAVAILABLE" if nothing else "AVAILABLE"
            change_set.status_reason = NOTHING if nothing else None
            return made

        return created

    def execute(
        self, backend: Foreign, change_set_name: str, stack_name: str | None = None
    ) -> None:
        """execute_change_set: the stack is made, or changed, as by CreateStack and UpdateStack."""
        del stack_name  # both callers name a change set by its ARN
        change_set = backend.change_sets.get(change_set_name)
        if change_set is None:
            refuse(iter([f"ChangeSet [{change_set_name}] does not exist"]))
        stack = backend.stacks[change_set.stack_id]
        if change_set.change_set_type == "CREATE":
            stack.template, stack.parameters = change_set.template, change_set.parameters
            stack._parse_template()
            stack.resource_map = stack._create_resource_map()
            stack.output_map = stack._create_output_map()
            self._stacks.create_resources(stack)
        else:
            tags = change_set.tags or None
            self._stacks.update(
                stack, change_set.template, change_set.role_arn, change_set.parameters, tags
            )
        change_set.execution_status = "EXECUTE_COMPLETE"
