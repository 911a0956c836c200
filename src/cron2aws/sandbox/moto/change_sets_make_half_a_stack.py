"""A change set that is executed makes a stack without outputs, parameters and rollback.

One that changes nothing is refused at once where its parameters are given, and is no failed one;
its template's short forms are not read.

AWS: the same as CreateStack and UpdateStack; one without changes is there, and FAILED
    (CreateChangeSet, ExecuteChangeSet, API reference).
Report: CloudFormation: execute_change_set makes half a stack; empty change sets do not fail
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cron2aws.sandbox.hook import Hook, method

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cron2aws.sandbox.parts import Parts


def hooks(parts: Parts) -> Iterator[Hook]:
    """They go the way of stacks."""
    from cron2aws.sandbox.stacks.change_sets import ChangeSetApi, read_template

    change_sets = ChangeSetApi(parts.stacks)
    backend = "moto.cloudformation.models:CloudFormationBackend"
    yield Hook(owner=backend, name="create_change_set", replace=change_sets.created)
    yield method(backend, "execute_change_set", change_sets.execute)
    yield Hook(
        owner="moto.cloudformation.responses:CloudFormationResponse",
        name="_validate_different_update",
        replace=lambda _: lambda *_: None,
    )
    yield method("moto.cloudformation.models:ChangeSet", "_parse_template", read_template)
