"""Service Quotas has no ListServiceQuotas.

AWS: an account's own values (ListServiceQuotas, Service Quotas API reference).
Report: ServiceQuotas: implement list_service_quotas
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cron2aws.aws.quotas import QUOTAS
from cron2aws.sandbox.foreign import Foreign
from cron2aws.sandbox.hook import Hook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cron2aws.sandbox.parts import Parts

UNPUBLISHED = "L-00000001"
"""For a code that was not to be had."""


def hooks(_parts: Parts) -> Iterator[Hook]:
    """The defaults."""
    yield Hook(
        owner="moto.servicequotas.responses:ServiceQuotasResponse",
        name="list_service_quotas",
        replace=lambda _: quotas,
        new=True,
    )


def quotas(request: Foreign) -> str:
    """ListServiceQuotas."""
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
