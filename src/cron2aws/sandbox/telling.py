"""What is told: messages to topics, and the events of executions that ended.

SNS's rules for a subject (Publish, API reference): ASCII text that begins with a letter, a number
or a punctuation mark, without line breaks and control characters, shorter than 100 characters.
"""

from __future__ import annotations

import json
import threading
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cron2aws.sandbox.foreign import Foreign
from cron2aws.sandbox.time import fire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from cron2aws.sandbox.time.clock import Clock

SUBJECT_LIMIT, MESSAGE_LIMIT = 99, 262_144


@dataclass(frozen=True, kw_only=True)
class Notification:
    """What was published to a topic, with the attributes that filters see, and when (UTC)."""

    topic_arn: str
    subject: str | None
    message: str
    at: datetime
    attributes: Mapping[str, str] = field(default_factory=dict)


class Told:
    """Every message, in the order of publishing."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._messages: list[Notification] = []
        self._lock = threading.Lock()

    @property
    def messages(self) -> list[Notification]:
        """What was told until now, oldest first."""
        with self._lock:
            return list(self._messages)

    def publish(self, original: Callable[..., str]) -> Callable[..., str]:
        """SNSBackend.publish: refused by the rules, or passed on and remembered."""

        def publish(
            backend: Foreign,
            message: str,
            arn: str | None = None,
            phone_number: str | None = None,
            subject: str | None = None,
            **more: Foreign,
        ) -> str:
            for reason in refusals(subject, message):
                raise _invalid(reason)
            identity = original(backend, message, arn, phone_number, subject, **more)
            attributes: Mapping[str, Foreign] = more.get("message_attributes") or {}
            note = Notification(
                topic_arn=str(arn),
                subject=subject,
                message=message,
                at=self._clock.now(),
                attributes={name: str(each["Value"]) for name, each in attributes.items()},
            )
            with self._lock:
                self._messages.append(note)
            return identity

        return publish

    def of_execution(self, execution: Foreign) -> None:
        """An execution has ended: rules that wait for it tell their topics."""
        from moto.events.models import events_backends
        from moto.sns.models import sns_backends

        account, region = execution.account_id, execution.region_name
        event: Foreign = status_change(execution, self._clock.now())
        for rule in events_backends[account][region].list_rules()[0]:
            waits = rule.state == "ENABLED" and rule.event_pattern.get_pattern()
            if not waits or not rule.event_pattern.matches_event(event):
                continue
            for target in rule.targets:
                if ":sns:" in target["Arn"]:
                    message = fire.rule_input(target, event)
                    sns_backends[account][region].publish(message=message, arn=target["Arn"])


def refusals(subject: str | None, message: str) -> Iterator[str]:
    """Why SNS would not take this."""
    if subject is not None and (
        not 0 < len(subject) <= SUBJECT_LIMIT
        or not subject.isascii()
        or not subject.isprintable()
        or subject.startswith(" ")
    ):
        yield "Invalid parameter: Subject"
    if not message:
        yield "Invalid parameter: Empty message"
    if len(message.encode("utf-8", "surrogatepass")) > MESSAGE_LIMIT:
        yield "Invalid parameter: Message too long"


def status_change(execution: Foreign, now: datetime) -> dict[str, Any]:
    """The event `Step Functions Execution Status Change` (Step Functions developer guide)."""
    detail = {
        "executionArn": execution.exec_arn,
        "stateMachineArn": execution.state_machine_arn,
        "name": execution.name,
        "status": str(execution.status),
        "startDate": int(execution.start_date.timestamp() * 1000),
        "stopDate": int(now.timestamp() * 1000),
        "input": execution.execution_input,
        "output": json.dumps(execution.output) if execution.output is not None else None,
    }
    told = {"error": execution.error, "cause": execution.cause}
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Step Functions Execution Status Change",
        "source": "aws.states",
        "account": execution.account_id,
        "time": fire.moment(now),
        "region": execution.region_name,
        "resources": [execution.exec_arn],
        "detail": {**detail, **{name: value for name, value in told.items() if value is not None}},
    }


def _invalid(reason: str) -> Exception:
    from moto.sns.exceptions import InvalidParameterValue

    error: Exception = InvalidParameterValue(reason)
    return error
