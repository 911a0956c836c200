"""Where a stack's state machine is, when CloudFormation hides the stack's outputs.

DescribeStacks has no outputs while an operation is in progress and after some failures.
"""

from __future__ import annotations

from cron2aws.plan.values import Deployed

LOGICAL_ID = "StateMachine"
"""Its name in cfn/task.yaml."""
OUTPUT = "StateMachineArn"


def machine_by_name(stack: Deployed) -> str | None:
    """The ARN that follows from RuleName and TargetId, as cfn/task.yaml names the machine.

    None without a RuleName.
    """
    rule_name = stack.parameters.get("RuleName")
    parts = stack.stack_id.split(":")
    if not rule_name or len(parts) < 6 or parts[0] != "arn":
        return None
    _, partition, _, region, account, *_ = parts
    target = stack.parameters.get("TargetId")
    of = f"{target}-" if target else ""
    return f"arn:{partition}:states:{region}:{account}:stateMachine:cron2aws-{of}{rule_name}"
