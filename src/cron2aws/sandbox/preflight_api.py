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

from cron2aws.aws.quotas import BY_KIND, QUOTAS
from cron2aws.preflight.demand import STACKS
from cron2aws.sandbox.foreign import Foreign
from cron2aws.sandbox.hook import Hook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

UNPUBLISHED = "L-00000001"
"""For a code that was not to be had."""


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
    return {"AccountLimits": [{"Name": "StackLimit", "Value": BY_KIND[STACKS].default}]}


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
        {
            "ServiceCode": code,
            "QuotaCode": each.code or UNPUBLISHED,
            "QuotaName": each.name,
            "Value": float(each.default),
        }
        for each in QUOTAS
        if each.service == code
    ]
    return json.dumps({"Quotas": found})
