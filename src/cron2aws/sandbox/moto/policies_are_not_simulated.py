"""IAM has no SimulatePrincipalPolicy.

AWS: the decision for each action and resource (SimulatePrincipalPolicy, IAM API reference).
Report: IAM: implement simulate_principal_policy
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cron2aws.sandbox.foreign import Foreign
from cron2aws.sandbox.hook import action

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cron2aws.sandbox.hook import Hook
    from cron2aws.sandbox.parts import Parts


def hooks(_parts: Parts) -> Iterator[Hook]:
    """A sandbox has no policies, so that nothing is denied."""
    yield action("moto.iam.responses:IamResponse", "simulate_principal_policy", simulated)


def simulated(request: Foreign) -> dict[str, Any]:
    """SimulatePrincipalPolicy."""
    results = [
        {"EvalActionName": action, "EvalResourceName": resource, "EvalDecision": "allowed"}
        for action in request._get_param("ActionNames", [])
        for resource in request._get_param("ResourceArns", ["*"])
    ]
    return {"EvaluationResults": results, "IsTruncated": False}
