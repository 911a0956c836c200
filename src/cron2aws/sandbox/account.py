"""What Lambda says of the account: moto has no GetAccountSettings.

The numbers are those of its page: a new account may have 10 concurrent executions, the default
quota is 1,000 ("Lambda quotas").
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cron2aws.sandbox.foreign import Foreign

if TYPE_CHECKING:
    from collections.abc import Callable

PATH = "{0}/2016-08-19/account-settings/?$"
DEFAULT_CONCURRENCY = 1000


def account_settings(concurrency: int) -> Callable[[Foreign], dict[str, object]]:
    """The table of Lambda's paths with GetAccountSettings, for so many concurrent executions."""

    def answer(_request: Foreign, _url: str, _headers: Foreign) -> tuple[int, dict[str, str], str]:
        settings = {
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
        return 200, {"Content-Type": "application/json"}, json.dumps(settings)

    return lambda before: {**before, PATH: answer}
