"""How many functions may run at once in the account's region, as Lambda says."""

from __future__ import annotations

from cron2aws.aws.failures import translated
from cron2aws.aws.records import answer
from cron2aws.aws.session import Session
from cron2aws.plan.setup import Concurrency


class Account:
    """The account's quotas."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def concurrency(self) -> Concurrency:
        """How many functions may run at once; AwsError where that may not be asked."""
        with translated("asking Lambda how many functions may run at once"):
            found = answer(self._session.client("lambda").get_account_settings())
            limit = found.record("AccountLimit")
            return Concurrency(
                all=limit.number("ConcurrentExecutions"),
                unreserved=limit.number("UnreservedConcurrentExecutions"),
            )
