"""Lambda has no GetAccountSettings.

AWS: what the account may use, and uses; a new one may have 10 concurrent executions, the default
    quota is 1,000 (GetAccountSettings, API reference; "Lambda quotas").
Report: Lambda: implement get_account_settings
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cron2aws.sandbox.hook import Hook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cron2aws.sandbox.parts import Parts

PATH = "{0}/2016-08-19/account-settings/?$"


def hooks(parts: Parts) -> Iterator[Hook]:
    """As many concurrent executions as the sandbox has."""
    answer = settings(parts.load.concurrency)
    yield Hook(
        owner="moto.awslambda.urls",
        name="url_paths",
        replace=lambda before: {**before, PATH: answer},
    )


def settings(concurrency: int) -> Callable[..., tuple[int, dict[str, str], str]]:
    """GetAccountSettings, as moto takes a path's answer."""
    told = {
        "AccountLimit": {
            "TotalCodeSize": 80_530_636_800,
            "CodeSizeUnzipped": 262_144_000,
            "CodeSizeZipped": 52_428_800,
            "ConcurrentExecutions": concurrency,
            # no function of ours reserves any
            "UnreservedConcurrentExecutions": concurrency,
        },
        "AccountUsage": {"TotalCodeSize": 0, "FunctionCount": 0},
    }
    head = {"Content-Type": "application/json"}
    return lambda _request, _url, _headers: (200, head, json.dumps(told))
