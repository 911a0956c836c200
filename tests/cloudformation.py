"""CloudFormation as its documentation says it behaves, for the states that moto cannot show.

It stands behind a real client of botocore's (query_protocol.py).  Each behaviour names the page
that it is from: API_NAME is a page under
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/, and "user guide" is the
CloudFormation user guide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.query_protocol import Operation, Serving, members, pairs, refuse

TOKEN = "ClientRequestToken"  # noqa: S105 (the name of a parameter)
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
ACCOUNT = "123456789012"
ROOT = f"arn:aws:cloudformation:eu-west-1:{ACCOUNT}"
TYPES = {
    "Schedule": "AWS::Scheduler::Schedule",
    "StateMachine": "AWS::StepFunctions::StateMachine",
    "SendRole": "AWS::IAM::Role",
    "SendLog": "AWS::Logs::LogGroup",
}
UPDATABLE = {
    # "Stack status codes", user guide; UPDATE_FAILED: "Stack failure options", user guide
    "CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "UPDATE_FAILED",
    "IMPORT_COMPLETE", "IMPORT_ROLLBACK_COMPLETE",
}  # fmt: skip
UNDELETABLE = {
    # "Stack [X] cannot be deleted while in status ..." is the service's own refusal
    "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", "IMPORT_IN_PROGRESS",
    "IMPORT_ROLLBACK_IN_PROGRESS",
}  # fmt: skip
WITHOUT_OUTPUTS = {
    # what failed or went before it came up, and what is not through yet
    "CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED", "DELETE_COMPLETE",
    "UPDATE_FAILED", "UPDATE_ROLLBACK_FAILED", "REVIEW_IN_PROGRESS",
}  # fmt: skip


THROUGH = {
    "CREATE_IN_PROGRESS": "CREATE_COMPLETE",
    "ROLLBACK_IN_PROGRESS": "ROLLBACK_COMPLETE",
    "DELETE_IN_PROGRESS": "DELETE_COMPLETE",
    "UPDATE_IN_PROGRESS": "UPDATE_COMPLETE",
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_IN_PROGRESS": "UPDATE_ROLLBACK_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": "UPDATE_ROLLBACK_COMPLETE",
    "IMPORT_IN_PROGRESS": "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_IN_PROGRESS": "IMPORT_ROLLBACK_COMPLETE",
}
"""Where what goes on ends, where nothing else is said."""


@dataclass(kw_only=True)
class FakeResource:
    status: str
    reason: str | None = None


@dataclass(kw_only=True)
class FakeStack:
    """A stack; `ahead` holds the states that it goes through, one at each look."""

    name: str
    number: int
    status: str
    parameters: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    resources: dict[str, FakeResource] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    ahead: list[Callable[[], None]] = field(default_factory=list)
    change_sets: list[tuple[dict[str, str], dict[str, str]]] = field(default_factory=list)
    outputs: dict[str, str] | None = None
    """Its outputs, where they are not a task's."""
    protected: bool = False

    @property
    def arn(self) -> str:
        return f"{ROOT}:stack/{self.name}/{self.number}"

    @property
    def machine(self) -> str:
        name = f"cron2aws-{self.parameters.get('RuleName')}"
        return f"arn:aws:states:eu-west-1:{ACCOUNT}:stateMachine:{name}"


class FakeCloudFormation:
    """The service of one account and region; `asked` are the operations that came in."""

    def __init__(self) -> None:
        self.stacks: list[FakeStack] = []
        self.asked: list[str] = []
        self.retained: list[str] = []
        self.skipped: list[str] = []
        self.fails_to_create: str | None = None
        self.why_not = "no permission"
        self.fails_to_update: str | None = None
        self.fails_to_go_back: set[str] = set()
        self.cancels = False
        """Whether what failed on the way back was only cancelled, and cannot be skipped."""
        self.refuses_deletion: dict[str, str] = {}
        """Logical ids, and why they cannot be deleted."""
        self.mends_after: int | None = None
        """After how many deletions nothing refuses any more."""
        self.expires_at: str | None = None
        """The operation from which on the credentials are no longer valid."""
        self._is_expired = False
        self.knows_tokens = False
        """Whether a repeated request gets its answer again."""
        self.throttles: dict[str, int] = {}
        self.makes: dict[str, str] | None = None
        """The outputs of a stack that is created, where they are not a task's."""
        self.meets: Callable[[], None] | None = None
        """What another operator does right before the next request that changes a stack."""
        self.would_change: list[dict[str, str]] = []
        """What a change set says that an update would do."""
        self.previews: dict[str, str] = {}
        """The ids of change sets that stand, and their status."""
        self.preview_fails: str | None = None
        self.stays = False
        """Whether change sets are never ready."""

    def serve(self, client: Any) -> Serving:
        """Stand in for HTTP behind this client."""
        return Serving(client, self._find)

    def renew(self) -> None:
        """The credentials are valid again."""
        self._is_expired = False

    def put(
        self,
        name: str,
        status: str,
        *,
        parameters: dict[str, str],
        tags: dict[str, str],
        resources: Iterable[str] = TYPES,
    ) -> FakeStack:
        """A stack in any state, as if it had got there."""
        stack = FakeStack(
            name=name,
            number=len(self.stacks) + 1,
            status=status,
            parameters=dict(parameters),
            tags=dict(tags),
        )
        standing = {
            "REVIEW_IN_PROGRESS": None,
            "ROLLBACK_COMPLETE": "DELETE_COMPLETE",
            "UPDATE_ROLLBACK_FAILED": "UPDATE_COMPLETE",
        }.get(status, "CREATE_COMPLETE")
        if standing:
            stack.resources = {each: FakeResource(status=standing) for each in resources}
        if status in THROUGH:
            stack.ahead.append(lambda: None)  # it is seen going on
            self._goes(stack, None, THROUGH[status])
        self.stacks.append(stack)
        return stack

    # --- what stands before every operation

    def _find(self, name: str) -> Operation:
        self.asked.append(name)
        self._is_expired = self._is_expired or name == self.expires_at
        if self._is_expired:  # "Common Errors": ExpiredTokenException, 403
            refuse("The security token included in the request is expired", "ExpiredToken", 403)
        if self.throttles.get(name, 0) > 0:  # "Common Errors": ThrottlingException, 400
            self.throttles[name] -= 1
            refuse("Rate exceeded", "Throttling")
        operation: Operation = getattr(self, name)
        return operation

    # --- the operations

    def CreateStack(self, given: dict[str, str]) -> dict[str, Any]:
        """API_CreateStack: a name is taken once (AlreadyExistsException)."""
        self._meet()
        name, token = given["StackName"], given.get("ClientRequestToken")
        old = self._live(name)
        if old is not None:
            # whether a repeated token gets the id or this refusal is not written down; what is:
            # all events of the operation have the token
            if self.knows_tokens and token and token in {each.get(TOKEN) for each in old.events}:
                return {"StackId": old.arn}
            refuse(f"Stack [{name}] already exists", "AlreadyExistsException")
        stack = FakeStack(
            name=name,
            number=len(self.stacks) + 1,
            status="CREATE_IN_PROGRESS",
            parameters=pairs(given, "Parameters", "ParameterKey", "ParameterValue"),
            tags=pairs(given, "Tags", "Key", "Value"),
            protected=given.get("EnableTerminationProtection") == "true",
            outputs=self.makes,
        )
        self.stacks.append(stack)
        self._event(stack, name, "CREATE_IN_PROGRESS", token, "User Initiated")
        if self.fails_to_create:
            failing, self.fails_to_create = self.fails_to_create, None
            self._goes(stack, token, "ROLLBACK_IN_PROGRESS", self._fail(stack, token, failing))
            self._goes(stack, token, "ROLLBACK_COMPLETE", self._all(stack, "DELETE_COMPLETE"))
        else:
            self._goes(stack, token, "CREATE_COMPLETE", self._all(stack, "CREATE_COMPLETE"))
        return {"StackId": stack.arn}

    def UpdateStack(self, given: dict[str, str]) -> dict[str, Any]:
        """API_UpdateStack; refused outside the states that "Stack status codes" calls complete."""
        self._meet()
        stack, token = self._there(given["StackName"]), given.get("ClientRequestToken")
        if stack.status not in UPDATABLE:
            message = f"Stack:{stack.arn} is in {stack.status} state and can not be updated."
            refuse(message)
        wanted = pairs(given, "Parameters", "ParameterKey", "ParameterValue")
        kept = pairs(given, "Parameters", "ParameterKey", "UsePreviousValue")
        after = {name: stack.parameters[name] for name in kept if name in stack.parameters} | wanted
        if after == stack.parameters:
            refuse("No updates are to be performed.")
        before, stack.status = dict(stack.parameters), "UPDATE_IN_PROGRESS"
        stack.parameters = after
        stack.tags = pairs(given, "Tags", "Key", "Value") or stack.tags
        self._event(stack, stack.name, "UPDATE_IN_PROGRESS", token, "User Initiated")
        if self.fails_to_update:
            failing, self.fails_to_update = self.fails_to_update, None

            def back() -> None:
                stack.resources[failing].status = "UPDATE_FAILED"
                stack.parameters = before
                self._event(stack, failing, "UPDATE_FAILED", token, "cron(x) is not valid")

            self._goes(stack, token, "UPDATE_ROLLBACK_IN_PROGRESS", back)
            self._back(stack, token, skip=())
        else:
            self._goes(stack, token, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
            self._goes(stack, token, "UPDATE_COMPLETE", self._all(stack, "UPDATE_COMPLETE"))
        return {"StackId": stack.arn}

    def ContinueUpdateRollback(self, given: dict[str, str]) -> dict[str, Any]:
        """API_ContinueUpdateRollback: only in UPDATE_ROLLBACK_FAILED; skips UPDATE_FAILED ones."""
        stack, token = self._there(given["StackName"]), given.get("ClientRequestToken")
        if stack.status != "UPDATE_ROLLBACK_FAILED":
            refuse(f"Stack:{stack.arn} is in {stack.status} state and can not be continued")
        skip = members(given, "ResourcesToSkip")
        for each in skip:
            found = stack.resources.get(each)
            if (
                found is None
                or found.status != "UPDATE_FAILED"
                or "cancelled" in (found.reason or "")
            ):
                refuse(f"Resource [{each}] is not in a state in which it can be skipped")
        self.skipped += skip
        stack.status = "UPDATE_ROLLBACK_IN_PROGRESS"
        self._event(stack, stack.name, stack.status, token, "User Initiated")
        self._back(stack, token, skip=skip)
        return {}

    def RollbackStack(self, given: dict[str, str]) -> dict[str, Any]:
        """API_RollbackStack: from CREATE_FAILED or UPDATE_FAILED to the last known stable state."""
        stack, token = self._there(given["StackName"]), given.get("ClientRequestToken")
        if stack.status not in {"CREATE_FAILED", "UPDATE_FAILED"}:
            refuse(f"Stack:{stack.arn} is in {stack.status} state and can not be rolled back")
        stack.status = "UPDATE_ROLLBACK_IN_PROGRESS"
        self._back(stack, token, skip=())
        return {"StackId": stack.arn}

    def DeleteStack(self, given: dict[str, str]) -> dict[str, Any]:
        """API_DeleteStack: of a missing one a success; RetainResources only in DELETE_FAILED."""
        stack, token = self._live(given["StackName"]), given.get("ClientRequestToken")
        if stack is None:
            return {}
        retain = members(given, "RetainResources")
        if retain and stack.status != "DELETE_FAILED":
            refuse(
                f"Invalid operation on stack [{stack.arn}]. When you delete a stack, specify which "
                "resources to retain only when the stack is in the DELETE_FAILED state."
            )
        if stack.protected:  # "Protect CloudFormation stacks from being deleted", user guide
            refuse(f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled")
        if stack.status in UNDELETABLE:
            refuse(f"Stack [{stack.name}] cannot be deleted while in status {stack.status}")
        if self.mends_after is not None:
            self.mends_after -= 1
            if self.mends_after < 0:
                self.refuses_deletion = {}
        stack.status, stack.ahead = "DELETE_IN_PROGRESS", []
        self._event(stack, stack.name, "DELETE_IN_PROGRESS", token, "User Initiated")
        refusing = {
            name: why
            for name, why in self.refuses_deletion.items()
            if name in stack.resources and name not in retain
        }

        def end() -> None:
            for name, each in stack.resources.items():
                if name in refusing:
                    each.status, each.reason = "DELETE_FAILED", refusing[name]
                    self._event(stack, name, "DELETE_FAILED", token, refusing[name])
                elif name in retain:
                    each.status, each.reason = "DELETE_SKIPPED", None
                    self.retained.append(name)
                else:
                    each.status, each.reason = "DELETE_COMPLETE", None

        self._goes(stack, token, "DELETE_FAILED" if refusing else "DELETE_COMPLETE", end)
        return {}

    def DescribeStacks(self, given: dict[str, str]) -> dict[str, Any]:
        """API_DescribeStacks: deleted ones by ARN alone; of a missing one a ValidationError."""
        name = given.get("StackName")
        if name is None:
            live = [each for each in self.stacks if each.status != "DELETE_COMPLETE"]
            return {"Stacks": [self._shown(each) for each in live]}
        missing = "Stack with id {} does not exist"
        stack = self._there(name, missing)
        if stack.ahead:
            stack.ahead.pop(0)()
            stack = self._there(name, missing)  # it may have gone at this step
        return {"Stacks": [self._shown(stack)]}

    @staticmethod
    def _shown(stack: FakeStack) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "StackName": stack.name,
            "StackId": stack.arn,
            "StackStatus": stack.status,
            "CreationTime": NOW,
            "Tags": [{"Key": key, "Value": value} for key, value in stack.tags.items()],
            "Parameters": [
                {"ParameterKey": key, "ParameterValue": value}
                for key, value in stack.parameters.items()
            ],
        }
        if not stack.status.endswith("_IN_PROGRESS") and stack.status not in WITHOUT_OUTPUTS:
            outputs = {"StateMachineArn": stack.machine} if stack.outputs is None else stack.outputs
            shown["Outputs"] = [
                {"OutputKey": key, "OutputValue": value} for key, value in outputs.items()
            ]
        return shown

    def DescribeStackEvents(self, given: dict[str, str]) -> dict[str, Any]:
        """API_DescribeStackEvents: newest first; each with its request's token."""
        stack = self._there(given["StackName"])
        return {"StackEvents": list(reversed(stack.events))}

    def DescribeStackResources(self, given: dict[str, str]) -> dict[str, Any]:
        """API_DescribeStackResources: those of a stack whatever goes on, deleted ones as well."""
        stack = self._there(given["StackName"])
        return {
            "StackResources": [
                {**self._part(stack, name), "Timestamp": NOW} for name in stack.resources
            ]
        }

    def DescribeStackResource(self, given: dict[str, str]) -> dict[str, Any]:
        """API_DescribeStackResource; of a deleted stack only by its ARN."""
        stack, name = self._there(given["StackName"]), given["LogicalResourceId"]
        if name not in stack.resources:
            refuse(f"Resource {name} does not exist for stack {stack.name}")
        part = self._part(stack, name)
        return {"StackResourceDetail": {**part, "LastUpdatedTimestamp": NOW}}

    @staticmethod
    def _part(stack: FakeStack, name: str) -> dict[str, Any]:
        found = stack.resources[name]
        physical = stack.machine if name == "StateMachine" else f"{stack.name}-{name}"
        part = {
            "StackName": stack.name,
            "StackId": stack.arn,
            "LogicalResourceId": name,
            "PhysicalResourceId": physical,
            "ResourceType": TYPES.get(name, "AWS::SNS::Topic"),
            "ResourceStatus": found.status,
        }
        return part | ({"ResourceStatusReason": found.reason} if found.reason else {})

    def UpdateTerminationProtection(self, given: dict[str, str]) -> dict[str, Any]:
        """API_UpdateTerminationProtection."""
        stack = self._there(given["StackName"])
        stack.protected = given["EnableTerminationProtection"] == "true"
        return {"StackId": stack.arn}

    def CreateChangeSet(self, given: dict[str, str]) -> dict[str, Any]:
        """API_CreateChangeSet: it is made in the background."""
        stack = self._there(given["StackName"])
        name = given["ChangeSetName"]
        self.previews[name] = "CREATE_IN_PROGRESS"
        return {"Id": f"{ROOT}:changeSet/{name}/1", "StackId": stack.arn}

    def DeleteChangeSet(self, given: dict[str, str]) -> dict[str, Any]:
        """API_DeleteChangeSet."""
        del self.previews[given["ChangeSetName"]]
        return {}

    def _previewed(self, name: str, stack: FakeStack) -> dict[str, Any]:
        status = self.previews[name]
        failed = self.preview_fails
        if status == "CREATE_IN_PROGRESS" and not self.stays:
            self.previews[name] = "FAILED" if failed else "CREATE_COMPLETE"
        changes = [{"Type": "Resource", "ResourceChange": each} for each in self.would_change]
        found = {
            "ChangeSetId": name,
            "StackId": stack.arn,
            "StackName": stack.name,
            "Status": status,
            "Changes": changes if status == "CREATE_COMPLETE" else [],
        }
        return found | ({"StatusReason": failed} if failed and status == "FAILED" else {})

    def _meet(self) -> None:
        """Another operator comes first, once."""
        meets, self.meets = self.meets, None
        if meets:
            meets()

    def ListChangeSets(self, given: dict[str, str]) -> dict[str, Any]:
        """API_ListChangeSets: the ids of the active ones."""
        stack = self._there(given["StackName"])
        return {
            "Summaries": [
                {"ChangeSetId": f"{ROOT}:changeSet/{stack.number}/{nth}"}
                for nth, _ in enumerate(stack.change_sets)
            ]
        }

    def DescribeChangeSet(self, given: dict[str, str]) -> dict[str, Any]:
        """API_DescribeChangeSet: with the parameters and tags that the stack would get."""
        if given["ChangeSetName"] in self.previews:
            return self._previewed(given["ChangeSetName"], self._there(given["StackName"]))
        number, nth = given["ChangeSetName"].split("/")[-2:]
        stack = next(each for each in self.stacks if each.number == int(number))
        parameters, tags = stack.change_sets[int(nth)]
        return {
            "ChangeSetId": given["ChangeSetName"],
            "StackId": stack.arn,
            "StackName": stack.name,
            "Parameters": [
                {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
            ],
            "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
        }

    # --- what goes on in a stack

    def _back(self, stack: FakeStack, token: str | None, *, skip: Iterable[str]) -> None:
        """The way back after a failed update, which can fail, too: "Update rollback failed"."""
        failing = {name for name in self.fails_to_go_back if name not in set(skip)}

        def end() -> None:
            for name, each in stack.resources.items():
                failed = name in failing
                each.status = "UPDATE_FAILED" if failed else "UPDATE_COMPLETE"
                why = "Resource update cancelled" if self.cancels else "it was deleted by hand"
                each.reason = why if failed else None

        ends = "UPDATE_ROLLBACK_FAILED" if failing else "UPDATE_ROLLBACK_COMPLETE"
        if not failing:
            self._goes(stack, token, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
        self._goes(stack, token, ends, end)

    def _goes(
        self,
        stack: FakeStack,
        token: str | None,
        status: str,
        also: Callable[[], None] | None = None,
    ) -> None:
        def step() -> None:
            if also:
                also()
            stack.status = status
            self._event(stack, stack.name, status, token, None)

        stack.ahead.append(step)

    def _fail(self, stack: FakeStack, token: str | None, failing: str) -> Callable[[], None]:
        return lambda: self._event(stack, failing, "CREATE_FAILED", token, self.why_not)

    @staticmethod
    def _all(stack: FakeStack, status: str) -> Callable[[], None]:
        def become() -> None:
            for name in TYPES:
                stack.resources[name] = FakeResource(status=status)

        return become

    def _event(
        self, stack: FakeStack, logical: str, status: str, token: str | None, reason: str | None
    ) -> None:
        own = logical == stack.name
        event = {
            "StackId": stack.arn,
            "EventId": str(len(stack.events)),
            "StackName": stack.name,
            "LogicalResourceId": logical,
            "PhysicalResourceId": stack.arn if own else f"{stack.name}-{logical}",
            "Timestamp": NOW,
            "ResourceStatus": status,
        }
        event |= {"ClientRequestToken": token} if token else {}
        stack.events.append(event | ({"ResourceStatusReason": reason} if reason else {}))

    def _live(self, name: str) -> FakeStack | None:
        live = (each for each in self.stacks if each.status != "DELETE_COMPLETE")
        return next((each for each in live if name in {each.name, each.arn}), None)

    def _there(self, name: str, words: str = "Stack [{}] does not exist") -> FakeStack:
        deleted = next((each for each in self.stacks if each.arn == name), None)
        found = self._live(name) or deleted
        if found is None:
            refuse(words.format(name))
        return found
