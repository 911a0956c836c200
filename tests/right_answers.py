"""One right answer of AWS for each operation that aws/ calls, as it goes over the wire."""

from __future__ import annotations

import json

from tests.answering import JSON, XML, Answer
from tests.stubs import ARN, NAME

RUN = "arn:aws:states:eu-west-1:123456789012:execution:m:a"
OUTPUT = json.dumps({"run": {"command_id": "c-1", "outcome": "succeeded"}})
_RUN = {
    "executionArn": RUN,
    "stateMachineArn": "m",
    "name": "a",
    "status": "SUCCEEDED",
    "startDate": 1795428000.0,
    "stopDate": 1795428060.0,
}
JSONS: dict[str, dict[str, object]] = {
    "ListExecutions": {"executions": [_RUN]},
    "DescribeExecution": {**_RUN, "input": "{}", "output": OUTPUT},
    "StartExecution": {"executionArn": RUN, "startDate": 1795428000.0},
    "GetExecutionHistory": {
        "events": [
            {
                "id": 3,
                "type": "TaskStateExited",
                "timestamp": 1795428000.0,
                "stateExitedEventDetails": {"name": "Send", "output": OUTPUT},
            }
        ]
    },
    # of a service that is asked by its paths
    "/2016-08-19/account-settings": {
        "AccountLimit": {"ConcurrentExecutions": 10, "UnreservedConcurrentExecutions": 10}
    },
    "GetCommandInvocation": {
        "CommandId": "c-1",
        "InstanceId": "i-0aaaaaaaa",
        "StandardOutputContent": "[cron2aws] exit=0\nhello\n",
        "StandardErrorContent": "",
    },
    "ListCommandInvocations": {
        "CommandInvocations": [
            {
                "InstanceId": "i-0aaaaaaaa",
                "InstanceName": "web",
                "StatusDetails": "InProgress",
                "Comment": "cron2aws edits crontabs",
                "RequestedDateTime": 4102444800,
            }
        ]
    },
}
_OUTPUTS = "".join(
    f"<member><OutputKey>{name}</OutputKey><OutputValue>arn:{name}</OutputValue></member>"
    for name in (
        "TopicCommandExecutionSucceededArn",
        "TopicCommandExecutionFailedArn",
        "StateMachineArn",
    )
)
_TAGS = "".join(
    f"<member><Key>{key}</Key><Value>0000000a</Value></member>"
    for key in ("cron2aws:id", "cron2aws:topics")
)
_GIVEN = "".join(
    f"<member><ParameterKey>{key}</ParameterKey><ParameterValue>{value}</ParameterValue></member>"
    for key, value in {
        "Email": "a@example.com",
        "EntryId": "0000000a",
        "RuleName": "web-job-0000000a",
        "Command": "true",
    }.items()
)
_MACHINE = (
    f"<StackName>{NAME}</StackName><LogicalResourceId>StateMachine</LogicalResourceId>"
    "<PhysicalResourceId>arn:m</PhysicalResourceId>"
    "<ResourceType>AWS::StepFunctions::StateMachine</ResourceType>"
    "<ResourceStatus>UPDATE_FAILED</ResourceStatus>"
    "<ResourceStatusReason>no</ResourceStatusReason>"
)
_SEEN = "2026-11-23T10:00:00Z"
_CHANGE_SET = f"{ARN}:changeSet"
RESULTS = {
    "GetCallerIdentity": "<Account>123456789012</Account>",
    "CreateStack": f"<StackId>{ARN}</StackId>",
    "UpdateStack": f"<StackId>{ARN}</StackId>",
    "DescribeStacks": f"<Stacks><member><StackName>{NAME}</StackName><StackId>{ARN}</StackId>"
    "<StackStatus>{status}</StackStatus><StackStatusReason>because</StackStatusReason>"
    "<CreationTime>2026-11-23T10:00:00Z</CreationTime>"
    f"<Parameters>{_GIVEN}</Parameters>"
    f"<Outputs>{_OUTPUTS}</Outputs><Tags>{_TAGS}</Tags></member></Stacks>",
    "DescribeStackEvents": f"<StackEvents><member><StackId>{ARN}</StackId><EventId>1</EventId>"
    f"<StackName>{NAME}</StackName><Timestamp>2026-11-23T10:00:00Z</Timestamp>"
    "<LogicalResourceId>Schedule</LogicalResourceId><ResourceStatus>CREATE_FAILED</ResourceStatus>"
    "<ResourceStatusReason>no</ResourceStatusReason></member></StackEvents>",
    "ContinueUpdateRollback": "",
    "RollbackStack": f"<StackId>{ARN}</StackId>",
    "DescribeStackResources": f"<StackResources><member>{_MACHINE}<Timestamp>{_SEEN}</Timestamp>"
    "</member></StackResources>",
    "DescribeStackResource": f"<StackResourceDetail>{_MACHINE}"
    f"<LastUpdatedTimestamp>{_SEEN}</LastUpdatedTimestamp></StackResourceDetail>",
    "ListChangeSets": f"<Summaries><member><ChangeSetId>{_CHANGE_SET}</ChangeSetId></member>"
    "</Summaries>",
    "CreateChangeSet": f"<Id>{_CHANGE_SET}</Id><StackId>{ARN}</StackId>",
    "DeleteChangeSet": "",
    "DescribeChangeSet": f"<ChangeSetId>{_CHANGE_SET}</ChangeSetId><StackId>{ARN}</StackId>"
    f"<StackName>{NAME}</StackName><Parameters>{_GIVEN}</Parameters><Tags>{_TAGS}</Tags>"
    "<Status>CREATE_COMPLETE</Status><Changes><member><Type>Resource</Type><ResourceChange>"
    "<Action>Modify</Action><LogicalResourceId>Role</LogicalResourceId>"
    "<ResourceType>AWS::IAM::Role</ResourceType><Replacement>False</Replacement>"
    "</ResourceChange></member></Changes>",
    "UpdateTerminationProtection": f"<StackId>{ARN}</StackId>",
}
BODIES = {
    "DeleteStack": "<DeleteStackResponse><ResponseMetadata/></DeleteStackResponse>",
    "DescribeInstances": "<DescribeInstancesResponse><reservationSet><item><instancesSet><item>"
    "<instanceId>i-0aaaaaaaa</instanceId><instanceState><name>running</name></instanceState>"
    "<tagSet><item><key>Name</key><value>web</value></item></tagSet>"
    "</item></instancesSet></item></reservationSet></DescribeInstancesResponse>",
} | {
    name: f"<{name}Response><{name}Result>{result}</{name}Result>"
    f"<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></{name}Response>"
    for name, result in RESULTS.items()
}


def right(name: str, status: str = "CREATE_COMPLETE") -> Answer:
    """AWS's own answer; stacks stand in `status`."""
    if name in JSONS:
        return Answer(body=json.dumps(JSONS[name]).encode(), kind=JSON)
    return Answer(body=BODIES[name].replace("{status}", status).encode(), kind=XML)
