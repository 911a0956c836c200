"""What cfn/task.yaml lets each of its parameters be: a table that is made from the template."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What a parameter may be; numbers are checked by value, texts by length and pattern."""

    name: str
    default: str | None = None
    pattern: str | None = None
    allowed: tuple[str, ...] = ()
    longest: int = 4096  # CloudFormation's own limit for a parameter's value
    least: int | None = None
    most: int | None = None

    def violation(self, value: str) -> str | None:
        """What is wrong with a value, or None."""
        if self.allowed and value not in self.allowed:
            return f"{value!r} is not one of {', '.join(self.allowed)}"
        if len(value.encode("utf-8", "surrogateescape")) > self.longest:
            size = len(value.encode("utf-8", "surrogateescape"))
            return f"it has {size} bytes, {self.longest} are allowed"
        if self.pattern and not re.search(self.pattern, value):
            return f"{value!r} has characters that the template does not allow"
        return self._out_of_range(value)

    def _out_of_range(self, value: str) -> str | None:
        if self.least is None or self.most is None:
            return None
        if value.isdecimal() and self.least <= int(value) <= self.most:
            return None
        return f"{value!r} is not a number from {self.least} to {self.most}"


# fmt: off
RULES = (
    # [[[cog
    # import json
    # from cfnlint.decode import cfn_yaml
    # for name, rule in cfn_yaml.load("cfn/task.yaml")["Parameters"].items():
    #     facts = {"name": name}
    #     if "Default" in rule:
    #         facts["default"] = str(rule["Default"])
    #     if "AllowedPattern" in rule:
    #         facts["pattern"] = str(rule["AllowedPattern"])
    #     if "AllowedValues" in rule:
    #         facts["allowed"] = tuple(str(value) for value in rule["AllowedValues"])
    #     for key, fact in (("MaxLength", "longest"), ("MinValue", "least"), ("MaxValue", "most")):
    #         if key in rule:
    #             facts[fact] = int(rule[key])
    #     cog.outl("Rule(")
    #     for key, value in facts.items():
    #         if key != "allowed":
    #             cog.outl(f"    {key}={json.dumps(value)},")
    #         else:
    #             cog.outl("    allowed=(")
    #             for each in value:
    #                 cog.outl(f"        {json.dumps(each)},")
    #             cog.outl("    ),")
    #     cog.outl("),")
    # ]]]
    Rule(
        name="RuleName",
        pattern="^[0-9A-Za-z_-]{1,60}$",
    ),
    Rule(
        name="EC2InstanceTagName",
        default="Name",
        pattern="^[0-9A-Za-z _.:/=@-]{1,128}$",
    ),
    Rule(
        name="EC2InstanceTagValue",
        pattern="^[0-9A-Za-z _.:/=+@-]{1,256}(,[0-9A-Za-z _.:/=+@-]{1,256}){0,49}$",
    ),
    Rule(
        name="MoreTags",
        default="",
        pattern="^([0-9A-Za-z _.:/@-]{1,128}=[0-9A-Za-z _.:/=+@-]{1,256}(,[0-9A-Za-z _.:/=+@-]{1,256}){0,49}(;(?!$)|$)){0,4}$",
    ),
    Rule(
        name="Command",
        pattern="^(?![\\s\\S]*\\{\\{resolve:)[\\s\\S]+$",
        longest=4080,
    ),
    Rule(
        name="RunOn",
        default="all",
        allowed=(
            "all",
            "one",
            "marked",
        ),
    ),
    Rule(
        name="ScheduleExpression",
        pattern="^(cron|rate|at)\\([0-9A-Za-z ,*/?#LW:-]+\\)$",
        longest=256,
    ),
    Rule(
        name="ScheduleTimezone",
        default="UTC",
        pattern="^[0-9A-Za-z_+/-]{1,50}$",
    ),
    Rule(
        name="OnlyOnDaysOfMonth",
        default="",
        pattern="^([0-9]{1,2}(,[0-9]{1,2})*)?$",
    ),
    Rule(
        name="SecondScheduleExpression",
        default="",
        pattern="^((cron|rate|at)\\([0-9A-Za-z ,*/?#LW:-]+\\))?$",
        longest=256,
    ),
    Rule(
        name="SecondScheduleTimezone",
        default="UTC",
        pattern="^[0-9A-Za-z_+/-]{1,50}$",
    ),
    Rule(
        name="SecondOnlyOnDaysOfMonth",
        default="",
        pattern="^([0-9]{1,2}(,[0-9]{1,2})*)?$",
    ),
    Rule(
        name="GuardTimezone",
        default="UTC",
        pattern="^[0-9A-Za-z_+/-]{1,50}$",
    ),
    Rule(
        name="Enabled",
        default="true",
        allowed=(
            "true",
            "false",
        ),
    ),
    Rule(
        name="Trigger",
        default="scheduler",
        allowed=(
            "scheduler",
            "rule",
        ),
    ),
    Rule(
        name="Overlap",
        default="allow",
        allowed=(
            "allow",
            "skip",
        ),
    ),
    Rule(
        name="CatchUp",
        default="none",
        allowed=(
            "none",
            "once",
        ),
    ),
    Rule(
        name="ExecutionTimeoutSeconds",
        default="172800",
        least=5,
        most=172800,
    ),
    Rule(
        name="DeliveryTimeoutSeconds",
        default="3600",
        least=30,
        most=172800,
    ),
    Rule(
        name="MaxConcurrency",
        default="100%",
        pattern="^([1-9][0-9]{0,6}|[1-9][0-9]?%|100%)$",
    ),
    Rule(
        name="MaxErrors",
        default="100%",
        pattern="^(0|[1-9][0-9]{0,6}|[1-9]?[0-9]%|100%)$",
    ),
    Rule(
        name="WatchSeconds",
        default="45",
        least=0,
        most=300,
    ),
    Rule(
        name="Architecture",
        default="arm64",
        allowed=(
            "arm64",
            "x86_64",
        ),
    ),
    Rule(
        name="OutputLogGroup",
        default="",
        pattern="^[0-9A-Za-z_/.#-]{0,512}$",
    ),
    Rule(
        name="OutputS3Bucket",
        default="",
        pattern="^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?$",
    ),
    Rule(
        name="TopicCommandExecutionSucceededArn",
        default="",
        pattern="^(arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[0-9A-Za-z_-]{1,256})?$",
    ),
    Rule(
        name="TopicCommandExecutionFailedArn",
        default="",
        pattern="^(arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[0-9A-Za-z_-]{1,256})?$",
    ),
    Rule(
        name="RunAs",
        default="root",
        pattern="^[^\"`^|\\\\{}\\x00-\\x20\\x7f]{1,64}$",
    ),
    Rule(
        name="CommandShown",
        default="",
        pattern="^(?![\\s\\S]*\\{\\{resolve:)[^\\x00-\\x1f\\x7f]*$",
        longest=4080,
    ),
    Rule(
        name="EntryId",
        default="",
        pattern="^(([0-9a-f]{8}){1,2})?$",
    ),
    Rule(
        name="OriginalSchedule",
        default="",
        pattern="^[^\"`^|\\\\{}\\x00-\\x1f\\x7f]*$",
        longest=256,
    ),
    Rule(
        name="Source",
        default="",
        pattern="^[^\"`^|\\\\{}\\x00-\\x1f\\x7f]*$",
        longest=512,
    ),
    Rule(
        name="LiveFrom",
        default="",
        pattern="^([0-9]{4}(-[0-9]{2}){2}T[0-9]{2}:[0-9]{2}Z)?$",
    ),
    Rule(
        name="TakesOver",
        default="",
        allowed=(
            "",
            "removal",
        ),
    ),
    Rule(
        name="TargetId",
        default="",
        pattern="^([0-9a-f]{8})?$",
    ),
    Rule(
        name="SendRoleArn",
        default="",
        pattern="^(arn:aws[a-z-]*:iam::[0-9]{12}:role/[0-9A-Za-z_+=,.@/-]{1,576})?$",
    ),
    Rule(
        name="WaitRoleArn",
        default="",
        pattern="^(arn:aws[a-z-]*:iam::[0-9]{12}:role/[0-9A-Za-z_+=,.@/-]{1,576})?$",
    ),
    Rule(
        name="MachineRoleArn",
        default="",
        pattern="^(arn:aws[a-z-]*:iam::[0-9]{12}:role/[0-9A-Za-z_+=,.@/-]{1,576})?$",
    ),
    Rule(
        name="TriggerRoleArn",
        default="",
        pattern="^(arn:aws[a-z-]*:iam::[0-9]{12}:role/[0-9A-Za-z_+=,.@/-]{1,576})?$",
    ),
    Rule(
        name="UndeliveredQueueArn",
        default="",
        pattern="^(arn:aws[a-z-]*:sqs:[a-z0-9-]+:[0-9]{12}:[0-9A-Za-z_-]{1,80})?$",
    ),
    Rule(
        name="PermissionsBoundary",
        default="",
        pattern="^(arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/[0-9A-Za-z_+=,.@/-]{1,640})?$",
    ),
    Rule(
        name="RolePath",
        default="",
        pattern="^(/([!-.0-~]+/){0,8})?$",
    ),
    Rule(
        name="KmsKeyArn",
        default="",
        pattern="^(arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[0-9A-Za-z-]{1,64})?$",
    ),
    Rule(
        name="LogRetentionInDays",
        default="30",
        allowed=(
            "1",
            "3",
            "5",
            "7",
            "14",
            "30",
            "60",
            "90",
            "120",
            "150",
            "180",
            "365",
            "400",
            "545",
            "731",
            "1827",
            "3653",
        ),
    ),
    # [[[end]]]
)
# fmt: on
"""A row for each parameter of the template, made from it."""
