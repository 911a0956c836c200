"""What comes of a trigger that fires: a run of its machine, or a start that could not be delivered.

AWS tries a delivery several times; nothing changes between those here, so once is enough. The same
goes for a function that a rule starts, and that fails: one error is counted.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cron2aws.sandbox.foreign import Foreign
from cron2aws.sandbox.time.alarms import LOST, Alarms, failed_in, sent_to

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from cron2aws.sandbox.time.clock import Clock
    from cron2aws.sandbox.time.triggers import Trigger


class Deliveries:
    """Those of one account and region."""

    def __init__(self, clock: Clock, account: str, region: str) -> None:
        self._clock = clock
        self._place = account, region
        self._alarms = Alarms()

    def deliver(
        self, trigger: Trigger, scheduled: datetime, start: Callable[[str, str], str]
    ) -> str | None:
        """The execution's ARN; None where it could not be started, then an alarm may ring.

        None of a function, too, which has ended.
        """
        from moto.core.exceptions import AWSError

        given, may = trigger.given(scheduled), self._is_role(trigger.role)
        try:
            if may and ":function:" in trigger.target:
                self._call(trigger.target, given)
                return None
            if may:
                return start(trigger.target, given)
        except AWSError:  # it is gone, or refuses the input
            pass
        # a rule's queue lets the rule in by its policy, a schedule's needs the role again
        if trigger.dead_letters and (may or not trigger.of_scheduler):
            self._keep(trigger.dead_letters, given)
        elif trigger.dead_letters:
            self._alarms.hear(LOST, *self._place, self._clock.now())
        return None

    def _call(self, function_arn: str, given: str) -> None:
        from moto.awslambda.models import lambda_backends

        account, region = self._place
        function: Foreign = lambda_backends[account][region].get_function(function_arn)
        _, failed, _ = function._invoke_lambda(json.loads(given))
        if failed:
            name = failed_in(str(function.function_name))
            self._alarms.hear(name, account, region, self._clock.now())

    def _keep(self, queue_arn: str, given: str) -> None:
        from moto.sqs.models import sqs_backends

        account, region = self._place
        name = queue_arn.rpartition(":")[2]
        sqs_backends[account][region].send_message(name, given)
        self._alarms.hear(sent_to(name), account, region, self._clock.now())

    def _is_role(self, arn: str | None) -> bool:
        from moto.iam.models import iam_backends
        from moto.utilities.utils import get_partition

        account, region = self._place
        roles: Foreign = iam_backends[account][get_partition(region)].roles.values()
        return arn is None or any(role.arn == arn for role in roles)
