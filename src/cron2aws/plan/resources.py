"""What a stack is made of, as a reviewer counts it; what only joins two of them is left out.

tests/end_to_end/test_setup.py holds the counts against the resources of deployed stacks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from cron2aws.plan.shared import Kind, SetupStep
from cron2aws.task.documents import DOCUMENTS

FAILED_TOPIC = "TopicCommandExecutionFailedArn"
RULES = "rules of EventBridge"
_TRIGGERS = {"": "schedules", "scheduler": "schedules", "rule": RULES}


def of_task(parameters: Mapping[str, str]) -> Counter[str]:
    """Of a task with these parameters."""
    slots = ("ScheduleExpression", "SecondScheduleExpression")
    found = Counter(
        {
            "stacks of tasks": 1,
            "state machines": 1,
            "Lambda functions": 2,
            "log groups": 2,
            _TRIGGERS[parameters.get("Trigger", "")]: sum(
                bool(parameters.get(slot)) for slot in slots
            ),
        }
    )
    if not parameters.get("SendRoleArn"):  # it has roles of its own, and a queue
        found += Counter({"roles": 4, "queues": 1})
        if parameters.get(FAILED_TOPIC):
            found["alarms"] += 1
    return found


def of_shared(step: SetupStep) -> Counter[str]:
    """Of the foundation, of a target, or of the documents."""
    found = Counter({f"stack of the {step.kind}": 1})
    if step.kind is Kind.TARGET:
        return found + Counter({"roles": 2})
    if step.kind is Kind.DOCUMENTS:
        return found + Counter({"documents": len(DOCUMENTS)})
    topics = ("SucceededTopicArn", "FailedTopicArn")
    own = sum(not step.parameters.get(topic) for topic in topics)
    return found + Counter(
        {
            "roles": 4,
            "Lambda functions": 1,
            "log groups": 1,
            "topics": own,
            "queues": 1,
            "alarms": 4,
            RULES: 2,
        }
    )
