"""A task: what one entry becomes on AWS: the name, the parameters and the tags of its stack."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from cron2aws.lint.secrets import mask
from cron2aws.lint.words import name_of
from cron2aws.schedule.cron import CronSchedule
from cron2aws.schedule.days import gaps
from cron2aws.schedule.trigger import Trigger, TriggerKind
from cron2aws.spans import seconds_of
from cron2aws.task.quoting import shown
from cron2aws.task.slug import slug, slug_of
from cron2aws.task.target import Target, name_part
from cron2aws.task.template import cut_to_environment

TAG_ID = "cron2aws:id"
TAG_SOURCE = "cron2aws:source"
TAG_USER = "cron2aws:user"
TAG_HOST = "cron2aws:host"
TAG_SERVICE_ROLE = "cron2aws:service-role"
"""CloudFormation's service role that was chosen for a task, in place of its target's."""

STACK_NAME_LENGTH = 128  # CloudFormation's limit
RULE_NAME_LENGTH = 60  # 64 for rules and schedules, less the `-2` of a second trigger
DEFAULT_PREFIX = "cron2aws"
HOUR = 3600
_SETTINGS = {
    "catch-up": "catch_up",
    "overlap": "overlap",
    "run-on": "run_on",
    "timeout": "execution_timeout",
}
"""What a note may set (crontab/mark.py), and what it is called here."""


@dataclass(frozen=True, kw_only=True)
class TaskOptions:
    """What the command line may say of a task; None keeps what is deployed, or the default."""

    name_prefix: str | None = None
    run_on: str | None = None
    succeeded_topic_arn: str | None = None
    failed_topic_arn: str | None = None
    execution_timeout: int | None = None
    delivery_timeout: int | None = None
    max_concurrency: str | None = None
    overlap: str | None = None
    catch_up: str | None = None
    output_log_group: str | None = None
    output_s3_bucket: str | None = None
    own_roles: bool | None = None
    permissions_boundary: str | None = None
    role_path: str | None = None
    service_role: str | None = None
    stack_tags: tuple[tuple[str, str], ...] = ()
    termination_protection: bool | None = None

    @property
    def tags(self) -> dict[str, str]:
        """What they add to the tags of a stack."""
        role = {TAG_SERVICE_ROLE: self.service_role} if self.service_role else {}
        return {**dict(self.stack_tags), **role}

    def with_settings(self, settings: Iterable[tuple[str, str]]) -> TaskOptions:
        """With what the note above a line sets, which beats an option."""
        given: dict[str, str | int] = {_SETTINGS[name]: value for name, value in settings}
        if "execution_timeout" in given:
            given["execution_timeout"] = seconds_of(str(given["execution_timeout"]))
        return replace(self, **given) if given else self  # type: ignore[arg-type]

    def without_roles(self) -> TaskOptions:
        """The same options, for a task that makes no roles."""
        return replace(self, permissions_boundary=None, role_path=None)

    def parameters(self) -> dict[str, str]:
        """The options that were given, as parameters of the stack."""
        given = {
            "RunOn": self.run_on,
            "TopicCommandExecutionSucceededArn": self.succeeded_topic_arn,
            "TopicCommandExecutionFailedArn": self.failed_topic_arn,
            "ExecutionTimeoutSeconds": self.execution_timeout,
            "DeliveryTimeoutSeconds": self.delivery_timeout,
            "MaxConcurrency": self.max_concurrency,
            "Overlap": self.overlap,
            "CatchUp": self.catch_up,
            "OutputLogGroup": self.output_log_group,
            "OutputS3Bucket": self.output_s3_bucket,
            "PermissionsBoundary": self.permissions_boundary,
            "RolePath": self.role_path,
        }
        return {name: str(value) for name, value in given.items() if value is not None}


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a task comes from: the crontab line it replaces."""

    host: str
    source: str
    user: str
    schedule: str
    command: str
    name: str | None
    takes_over: bool = False
    """Another program writes the line, and marks it as this job's: the task takes over when that
    program drops it. Without a mark of its own a line that is gone may be one that was changed.
    """

    @property
    def slug(self) -> str:
        """A short word for names: the name that a note gives, else the command's program."""
        return slug(name_of(self.name)) if self.name else slug_of(mask(self.command))


@dataclass(frozen=True, kw_only=True)
class Task:
    """A stack that is to be made, without Enabled. One id under one target is one task."""

    id: str
    stack_name: str
    parameters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    tags: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def make_task(
    *,
    entry_id: str,
    origin: Origin,
    triggers: tuple[Trigger, ...],
    kind: TriggerKind,
    command: str,
    target: Target,
    options: TaskOptions,
    interval: int,
) -> Task:
    """The task of an entry; `interval` is its schedule's shortest, in seconds."""
    prefix = options.name_prefix or DEFAULT_PREFIX
    parameters = {
        "RuleName": rule_name(prefix, target, origin.slug, entry_id),
        **trigger_parameters(triggers, kind),
        **target.parameters(),
        "Command": command,
        "RunAs": (user := run_as(origin.user)),
        "CommandShown": cut_to_environment(user, shown(mask(origin.command))),
        "EntryId": entry_id,
        "OriginalSchedule": as_messages_name(origin.schedule),
        "Source": as_messages_name(origin.source),
        "TakesOver": "removal" if origin.takes_over else "",
        "DeliveryTimeoutSeconds": str(delivery_timeout(interval)),
        **options.parameters(),
    }
    tags = {
        **options.tags,
        TAG_ID: entry_id,
        TAG_SOURCE: tag_value(origin.source),
        TAG_USER: tag_value(origin.user),
        TAG_HOST: tag_value(origin.host),
    }
    return Task(
        id=entry_id,
        stack_name=stack_name(prefix, target, origin.slug, entry_id),
        parameters=MappingProxyType(parameters),
        tags=MappingProxyType(tags),
    )


def delivery_timeout(interval: int) -> int:
    """How late a host may start a job, in seconds: until the next run, an hour at most."""
    return min(HOUR, interval)


def trigger_parameters(triggers: tuple[Trigger, ...], kind: TriggerKind) -> dict[str, str]:
    """One or two triggers as parameters; the template's second slot may stay empty."""
    first = triggers[0]
    second = triggers[1] if len(triggers) > 1 else None
    guard = first.guard or (second.guard if second else None)
    return {
        "Trigger": kind.value,
        "ScheduleExpression": first.expression,
        "ScheduleTimezone": first.timezone,
        "OnlyOnDaysOfMonth": days_of_month(first),
        "SecondScheduleExpression": second.expression if second else "",
        "SecondScheduleTimezone": second.timezone if second else "UTC",
        "SecondOnlyOnDaysOfMonth": days_of_month(second) if second else "",
        "GuardTimezone": guard.timezone if guard else "UTC",
    }


def days_of_month(trigger: Trigger) -> str:
    """The guard as the parameter takes it: `1,2,3`, or nothing for every day."""
    return ",".join(str(day) for day in trigger.guard.days_of_month) if trigger.guard else ""


def shortest_interval(schedule: CronSchedule) -> int:
    """Seconds between the two closest firings, taking it that every day is due."""
    return 60 * min(gaps(schedule.times))


def stack_name(prefix: str, target: Target, slug: str, entry_id: str) -> str:
    """PREFIX-TAGVALUE-TARGETID-SLUG-ID, at most 128 characters: of a stack that is made now.

    A tag that is not `Name` stands before its value: PREFIX-TAGNAME--TAGVALUE-... Only what is for
    reading is shortened: both ids are always whole, so that no two targets have one name.
    """
    head = name_part(prefix) or DEFAULT_PREFIX
    if not head[0].isalpha():  # [a-zA-Z][-a-zA-Z0-9]*, the CloudFormation page on stack names
        head = f"c-{head}"
    room = STACK_NAME_LENGTH - len(f"--{target.id}--{entry_id}") - len(slug)
    head = head[: room // 2].rstrip("-")
    readable = target.readable[: room - len(head)].strip("-")
    return "-".join(part for part in (head, readable, target.id, slug, entry_id) if part)


def rule_name(prefix: str, target: Target, slug: str, entry_id: str) -> str:
    """PREFIX-TAGVALUE-SLUG-ID, shortened to what rules and schedules may be called.

    The default prefix is left out: the template puts it in front of the state machine's name.
    Where a target's own letters cannot all be in it, a digest of them is. The hosts' ledgers are
    called by it, so that it stays what earlier releases made of it.
    """
    head = name_part(prefix)
    head = head if head != DEFAULT_PREFIX else ""
    room = RULE_NAME_LENGTH - len(entry_id) - 1
    head = head[: room // 3]
    whole = _name_of(target, room - len(head) - bool(head))
    text = "-".join(part for part in (head, whole, slug) if part)
    return f"{text[:room].rstrip('-')}-{entry_id}"


def _name_of(target: Target, room: int) -> str:
    """A target in at most `room` characters of a rule's name, as no other target has it."""
    text = target.readable
    if _says_all(target) and len(text) <= room:
        return text
    # names of releases that knew one tag stay what they are
    is_one = len(target.tags) == len(target.tags[0][1]) == 1 and "=" not in target.tags[0][0]
    coded = str(target).encode("utf-8", "surrogatepass")
    digest = hashlib.sha256(coded).hexdigest()[:8] if is_one else target.id
    return f"{text[: room - len(digest) - 1].rstrip('-')}-{digest}".lstrip("-")


def _says_all(target: Target) -> bool:
    """Whether the readable form of a target is that of no other one."""
    if len(target.tags) > 1 or len(target.tags[0][1]) > 1:
        return False
    ((key, (value,)),) = target.tags
    parts = (value,) if key == "Name" else (key, value)
    return "--".join(parts) == target.readable and "--" not in "".join(parts)


def as_messages_name(text: str) -> str:
    """A text as messages show it: `?` for what the template does not allow there."""
    return re.sub(r"[^\x20-\x7e\u00a1-\ud7ff]|[\"\\{}'`^|]", "?", text)[-256:]


def run_as(user: str) -> str:
    """A user's name as messages and their filters have it."""
    return as_messages_name(user).replace(" ", "?")[:64]


def tag_value(text: str) -> str:
    """`text` in the alphabet that IAM allows in tags: other bytes as `=HH`, so `=` as well.

    At most 256 characters; a longer one keeps its end, which tells files apart.
    """
    plain = re.compile(r"[A-Za-z0-9 _.:/+@-]")
    data = text.encode("utf-8", "surrogateescape")
    coded = "".join(chr(byte) if plain.match(chr(byte)) else f"={byte:02X}" for byte in data)
    return coded[-256:]
