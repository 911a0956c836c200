"""The templates of cfn/ as the tests see them: read, rendered with parameters, functions loaded.

CloudFormation's functions are resolved here in a few lines, so that what is judged (definition,
policies, inputs) is what AWS would get, and not what moto makes of it.
"""

from __future__ import annotations

import builtins
import functools
import json
import re
import types
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cfnlint.decode import cfn_yaml

from cron2aws.sandbox.functions.packed import program

CFN = Path(__file__).parent.parent / "cfn"
REGION, ACCOUNT = "eu-west-1", "123456789012"
PSEUDO = {
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::AccountId": ACCOUNT,
    "AWS::StackName": "a-stack",
    "AWS::URLSuffix": "amazonaws.com",
}
ARNS = {
    "AWS::Lambda::Function": "lambda:{region}:{account}:function:{name}",
    "AWS::SQS::Queue": "sqs:{region}:{account}:{name}",
    "AWS::IAM::Role": "iam::{account}:role/{name}",
    "AWS::Logs::LogGroup": "logs:{region}:{account}:log-group:{name}:*",
    "AWS::StepFunctions::StateMachine": "states:{region}:{account}:stateMachine:{name}",
    "AWS::SNS::Topic": "sns:{region}:{account}:{name}",
    "AWS::Events::Rule": "events:{region}:{account}:rule/{name}",
}
GOOD, BAD = "TopicCommandExecutionSucceededArn", "TopicCommandExecutionFailedArn"
RINGS_FOR_ANY = {
    "Statistic": "Sum",
    "Period": 300,
    "EvaluationPeriods": 4,
    "DatapointsToAlarm": 1,
    "Threshold": 0,
    "ComparisonOperator": "GreaterThanThreshold",
    "TreatMissingData": "notBreaching",
}
"""The properties of an alarm for which once is enough."""

NO_VALUE = object()
"""AWS::NoValue: what has it is not there."""
REF_IS_ARN = ("AWS::StepFunctions::StateMachine", "AWS::SNS::Topic")
USUAL = {
    "RuleName": "web-backup",
    "EC2InstanceTagName": "role",
    "EC2InstanceTagValue": "web",
    "Command": "echo hello",
    "ScheduleExpression": "cron(0 3 * * ? *)",
    "OriginalSchedule": "0 3 * * *",
    "Source": "/etc/crontab",
    GOOD: f"arn:aws:sns:{REGION}:{ACCOUNT}:good",
    BAD: f"arn:aws:sns:{REGION}:{ACCOUNT}:bad",
}

ROLES = {
    f"{name}RoleArn": f"arn:aws:iam::{ACCOUNT}:role/cron2aws/{REGION}/{name}"
    for name in ("Send", "Wait", "Machine", "Trigger")
}
SHARED = {
    **ROLES,
    "UndeliveredQueueArn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:undelivered",
    "TargetId": "0a1b2c3d",
    "EntryId": "0123456789abcdef",
}
TARGET = {
    **{name: arn for name, arn in ROLES.items() if name != "SendRoleArn"},
    "TargetId": SHARED["TargetId"],
    "Tag1Name": "role",
    "Tag1Values": "web",
}


@functools.cache
def read(name: str = "task-own-roles.json") -> dict[str, Any]:
    """A template, with short forms such as !Sub written out."""
    plain: dict[str, Any] = json.loads(json.dumps(cfn_yaml.load(str(CFN / name))))
    return plain


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """A template with its parameters filled in."""

    template: dict[str, Any]
    parameters: dict[str, str]
    pseudo: dict[str, str] = field(default_factory=lambda: PSEUDO)

    def condition(self, name: str) -> bool:
        return bool(self.resolve(self.template["Conditions"][name]))

    @property
    def resources(self) -> list[str]:
        """The logical names that exist with these parameters."""
        return [
            name
            for name, body in self.template["Resources"].items()
            if "Condition" not in body or self.condition(body["Condition"])
        ]

    def properties(self, name: str) -> dict[str, Any]:
        resolved: dict[str, Any] = self.resolve(self.template["Resources"][name]["Properties"])
        return resolved

    def output(self, name: str) -> str:
        return str(self.resolve(self.template["Outputs"][name]["Value"]))

    def definition(self) -> dict[str, Any]:
        parsed: dict[str, Any] = json.loads(self.properties("StateMachine")["DefinitionString"])
        return parsed

    def policy(self, role: str) -> list[dict[str, Any]]:
        """Every statement that a role has."""
        documents = [each["PolicyDocument"] for each in self.properties(role).get("Policies", [])]
        for name in self.resources:
            if self.template["Resources"][name]["Type"] == "AWS::IAM::Policy":
                policy = self.properties(name)
                documents += [policy["PolicyDocument"]] * (role in policy["Roles"])
        parsed = [json.loads(each) if isinstance(each, str) else each for each in documents]
        return [statement for document in parsed for statement in document["Statement"]]

    def resolve(self, value: Any) -> Any:
        if isinstance(value, list):
            return [each for each in map(self.resolve, value) if each is not NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            (key, inner), *_ = value.items()
            known = getattr(self, "_" + key.removeprefix("Fn::").lower(), None)
            if known and (key.startswith("Fn::") or key in ("Ref", "Condition")):
                return known(inner)
        resolved = {key: self.resolve(each) for key, each in value.items()}
        return {key: each for key, each in resolved.items() if each is not NO_VALUE}

    def _ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return NO_VALUE
        if name in self.pseudo:
            return self.pseudo[name]
        if name in self.parameters:
            return self.parameters[name]
        body = self.template["Resources"][name]
        return self._arn(name) if body["Type"] in REF_IS_ARN else self._name(name)

    def _name(self, logical: str) -> str:
        properties = self.template["Resources"][logical]["Properties"]
        for key in ("StateMachineName", "FunctionName", "LogGroupName", "TopicName", "Name"):
            if (name := self.resolve(properties.get(key, {"Ref": "AWS::NoValue"}))) is not NO_VALUE:
                return str(name)
        return logical

    def _arn(self, logical: str) -> str:
        kind = self.template["Resources"][logical]["Type"]
        rest = ARNS[kind].format(
            region=self.pseudo["AWS::Region"],
            account=self.pseudo["AWS::AccountId"],
            name=self._name(logical),
        )
        return f"arn:{self.pseudo['AWS::Partition']}:{rest}"

    def _getatt(self, inner: Any) -> str:
        name, attribute = inner if isinstance(inner, list) else inner.split(".", 1)
        return self._arn(name) if attribute == "Arn" else self._name(name)

    def _sub(self, inner: str | list[Any]) -> str:
        text, own = (inner, {}) if isinstance(inner, str) else inner
        given = {name: str(self.resolve(each)) for name, each in own.items()}

        def value(found: re.Match[str]) -> str:
            name = found[1]
            if name in given:
                return given[name]
            return self._getatt(name) if "." in name else self._ref(name)

        return re.sub(r"\$\{([^!}]+)\}", value, text)

    def _join(self, inner: list[Any]) -> str:
        return str(inner[0]).join(self.resolve(inner[1]))

    def _split(self, inner: list[Any]) -> list[str]:
        return str(self.resolve(inner[1])).split(inner[0])

    def _if(self, inner: list[Any]) -> Any:
        return self.resolve(inner[1] if self.condition(inner[0]) else inner[2])

    def _equals(self, inner: list[Any]) -> bool:
        first, second = (str(self.resolve(each)) for each in inner)
        return first == second

    def _not(self, inner: list[Any]) -> bool:
        return not self.resolve(inner[0])

    def _and(self, inner: list[Any]) -> bool:
        return all(self.resolve(each) for each in inner)

    def _or(self, inner: list[Any]) -> bool:
        return any(self.resolve(each) for each in inner)

    def _condition(self, name: Any) -> Any:
        return self.condition(name) if isinstance(name, str) else {"Condition": self.resolve(name)}


def task(**parameters: str) -> Rendered:
    """cfn/task-own-roles.json with the usual parameters, some of them changed."""
    return _rendered("task-own-roles.json", {**USUAL, **parameters})


def foundation(**parameters: str) -> Rendered:
    """cfn/foundation.yaml."""
    return _rendered("foundation.yaml", parameters)


def target(**parameters: str) -> Rendered:
    """cfn/target.yaml of the hosts with role=web, some parameters changed."""
    return _rendered("target.yaml", {**TARGET, **parameters})


def documents() -> Rendered:
    """cfn/documents.yaml."""
    return _rendered("documents.yaml", {})


def slim(**parameters: str) -> Rendered:
    """cfn/task.json: a task of that target."""
    return _rendered("task.json", {**USUAL, **SHARED, **parameters})


def _rendered(name: str, parameters: dict[str, str]) -> Rendered:
    template = read(name)
    rules = template.get("Parameters", {}).items()
    defaults = {key: str(rule["Default"]) for key, rule in rules if "Default" in rule}
    return Rendered(template=template, parameters={**defaults, **parameters})


def _import(name: str, *rest: Any) -> Any:
    """A function makes clients while it is loaded; what they answer is up to each test."""
    nothing = types.SimpleNamespace(client=lambda *_, **__: None)
    return nothing if name == "boto3" else builtins.__import__(name, *rest)


def function(name: str) -> Any:
    """A function's module, made from the code that stands IN the template; fresh each time.

    What the code unpacks itself from is unpacked once (0.1 s): `test_sandbox_packed.py` holds that
    the same comes out.
    """
    template = foundation() if name == "SilenceFunction" else task()
    body = template.properties(name)
    module = types.ModuleType(name)
    vars(module)["__builtins__"] = {**vars(builtins), "__import__": _import}
    exec(program(body["Code"]["ZipFile"], f"cfn: {name}"), vars(module))  # noqa: S102
    return module
