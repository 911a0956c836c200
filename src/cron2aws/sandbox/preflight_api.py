"""What preflight asks and moto does not know: limits, quotas and the simulation of policies.

A sandbox has no policies, so nothing is denied; its quotas are AWS's defaults. Each function
answers one API action, as its page has it:
DescribeAccountLimits (docs.aws.amazon.com/AWSCloudFormation/latest/APIReference),
SimulatePrincipalPolicy (docs.aws.amazon.com/IAM/latest/APIReference),
ListServiceQuotas (docs.aws.amazon.com/servicequotas/2019-06-24/apireference).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cron2aws.sandbox.foreign import Foreign
from cron2aws.sandbox.hook import Hook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STACK_LIMIT = 2_000
QUOTAS: dict[str, tuple[str, str, float]] = {
    "scheduler": ("L-00000001", "Number of schedules", 10_000_000.0),
    "events": ("L-244521F2", "Number of rules", 300.0),
    "states": ("L-00000002", "Registered state machines", 10_000.0),
    "sns": ("L-61103206", "Topics per Account", 100_000.0),
}
"""The code, the name and the value of each service's quota; codes that were not to be had are
made up.
"""


def hooks() -> Iterator[Hook]:
    """Where moto lacks them."""
    for owner, name, answer in (
        (
            "moto.cloudformation.responses:CloudFormationResponse",
            "describe_account_limits",
            _account_limits,
        ),
        ("moto.iam.responses:IamResponse", "simulate_principal_policy", _simulate),
    ):
        yield Hook(owner=owner, name=name, replace=_answering(answer), new=True)
    yield Hook(
        owner="moto.servicequotas.responses:ServiceQuotasResponse",
        name="list_service_quotas",
        replace=lambda _: _quotas,
        new=True,
    )


def _answering(answer: Callable[[Any], dict[str, Any]]) -> Callable[[Any], object]:
    def respond(request: Foreign) -> object:
        from moto.core.responses import ActionResult

        return ActionResult(answer(request))

    return lambda _: respond


def _account_limits(_request: Foreign) -> dict[str, Any]:
    return {"AccountLimits": [{"Name": "StackLimit", "Value": STACK_LIMIT}]}


def _simulate(request: Foreign) -> dict[str, Any]:
    results = [
        {"EvalActionName": action, "EvalResourceName": resource, "EvalDecision": "allowed"}
        for action in request._get_param("ActionNames", [])
        for resource in request._get_param("ResourceArns", ["*"])
    ]
    return {"EvaluationResults": results, "IsTruncated": False}


def _quotas(request: Foreign) -> str:
    code = str(json.loads(request.body).get("ServiceCode"))
    found = [
        {"ServiceCode": code, "QuotaCode": quota, "QuotaName": name, "Value": value}
        for quota, name, value in [QUOTAS[code]] * (code in QUOTAS)
    ]
    return json.dumps({"Quotas": found})
