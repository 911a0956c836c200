"""The values of a plan: what is deployed, what was wished for, and the steps between."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from cron2aws.assess.matrix import JobKey, job_key
from cron2aws.assess.values import AssessedEntry, Assessment
from cron2aws.plan.actions import Action, Change
from cron2aws.plan.advice import PLAIN, Advice
from cron2aws.plan.shared import SetupStep, Sharing, filled, is_to_come
from cron2aws.plan.spread import RunOn, Spread, WithoutLine
from cron2aws.task.foundation import TEMPLATE_VERSION, version_of
from cron2aws.task.target import Target
from cron2aws.task.task import TAG_HOST, TAG_SOURCE, TAG_USER, Task, TaskOptions, tag_value

NOTHING_FOUND = Assessment(hosts=())

SETTLED = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"})
"""States in which CloudFormation takes an update."""

OF_TEMPLATE = frozenset({"RuleName", "Command", "EntryId"})
"""Parameters that the template of a task has had in every version."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """The account and region that a plan is for."""

    account: str
    region: str

    def __str__(self) -> str:
        """As messages name it."""
        return f"account {self.account}, {self.region}"


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """A stack with our tag as AWS shows it; one without it is never made into this.

    It is a task of ours only where `is_task` says so: whoever makes stacks can give them tags.
    """

    id: str
    stack_name: str
    stack_id: str
    status: str
    parameters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    tags: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    outputs: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    changed: datetime | None = None
    """When it was made or last updated (UTC); None where nobody says."""

    is_protected: bool = False
    """CloudFormation refuses to delete it until its termination protection is lifted."""

    was_updated: bool = True
    """Whether it was changed since it was made."""

    service_role: str | None = None
    """The role by which CloudFormation works on it: one that is named stays (UpdateStack)."""

    @property
    def is_task(self) -> bool:
        """Whether it was made from the task's template, for the entry that its tag names.

        Its parameters tell, and, once it is made, its output: a stack that failed has none.
        """
        made = "StateMachineArn" in self.outputs or self.status not in SETTLED
        own = self.parameters.keys() >= OF_TEMPLATE and self.parameters["EntryId"] == self.id
        return own and made

    def has(self, name: str, value: str) -> bool:
        """Whether a parameter has this value, but for white space at its end.

        That may be lost on the way to AWS and back; one that an older template lacks is as empty as
        its default.
        """
        return (self.parameters.get(name) or "").rstrip() == value.rstrip()

    @property
    def shares_roles(self) -> bool:
        """Whether its roles are those of the foundation and of its target."""
        return bool(self.parameters.get("SendRoleArn"))

    @property
    def keeps_own_roles(self) -> bool:
        """Whether it was made with roles of its own by choice: earlier releases knew no other."""
        is_of_now = "TemplateVersion" in self.outputs or "SendRoleArn" in self.parameters
        return is_of_now and not self.shares_roles

    @property
    def version(self) -> int | None:
        """The version of its template; None while AWS hides its outputs."""
        return version_of(self.outputs) if self.outputs else None

    @property
    def newer_template(self) -> tuple[int, int] | None:
        """The version that it has, and that of this program, where this one is newer."""
        if self.version is None or self.version >= TEMPLATE_VERSION:
            return None
        return self.version, TEMPLATE_VERSION

    @property
    def made_by(self) -> str:
        """The command that makes it, and repairs it."""
        return shlex.join(["cron2aws", "migrate", *self.target.options])

    @property
    def ended_by(self) -> str:
        """The command that deletes it."""
        return f"cron2aws rollback {self.id}"

    @property
    def anew(self) -> str:
        """How it is made anew once its deletion was begun, in words."""
        return f"`{self.ended_by}` deletes it and puts the line back; then migrate again"

    @property
    def schedule(self) -> str:
        """The crontab's schedule, as the task's messages tell it."""
        return self.parameters.get("OriginalSchedule", "")

    @property
    def source(self) -> str:
        """The file of its entry; older tasks named the line behind it."""
        older, _, _ = self.parameters.get("SourceLine", "").rpartition(":")
        return self.parameters.get("Source") or older

    @property
    def needs_no_line(self) -> bool:
        """Whether it is meant to run on hosts whose crontab lacks the entry."""
        return bool(self.parameters.get("LiveFrom") or self.parameters.get("TakesOver"))

    @property
    def enabled(self) -> bool:
        """Whether its triggers fire."""
        return self.parameters.get("Enabled") == "true"

    @property
    def was_never_enabled(self) -> bool:
        """Whether no trigger of its has ever fired: it is as it was made, disabled."""
        return not self.enabled and not self.was_updated

    @property
    def target(self) -> Target:
        """The tags whose instances it runs on."""
        return Target.of(self.parameters)

    @property
    def host(self) -> str:
        """The host whose crontab it was made from, as its tag has it."""
        return self.tags.get(TAG_HOST, "unknown")

    def comes_from(self, host: str) -> bool:
        """Whether it was made from a crontab of this host: two hosts can have the same lines."""
        return self.tags.get(TAG_HOST) == tag_value(host)

    def belongs_to(self, source: str, user: str) -> bool:
        """Whether the stack's own tags name this source and user: a mark alone proves nothing."""
        return (
            self.tags.get(TAG_SOURCE) == tag_value(source)
            and self.tags.get(TAG_USER) == tag_value(user)
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Step:
    """What becomes of one entry's stack, and of its line."""

    action: Action
    task: Task
    hosts: tuple[str, ...]  # labels of the hosts that have the entry, in the order of the reading
    source: str
    line: int
    user: str
    enabled: bool  # how the stack is left by this step
    stack_name: str
    comment_out: bool  # comment the line out: the host's crontab says then that the task runs
    managed: str | None = None
    """The program that writes the line, which is then never edited."""

    deploy_role: str | None = None
    """CloudFormation's service role for the stack; None: the caller's own rights."""

    protect: bool | None = None
    """Termination protection to be set or lifted; None leaves it."""

    replaces: bool = False
    """A stack of its name never came up, and goes before it is created."""

    handed_over: bool = False
    """The line is commented out already."""

    without: tuple[str, ...] = ()
    """Labels of the hosts that were read and lack the line."""

    not_known: int = 0
    """How many hosts could not be read: nobody knows whether they have the line."""

    left_on: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """By labels, why hosts that have the line keep it as it is, though it is handed over."""

    run_on: RunOn = RunOn.ALL
    """What the stack has once the step is done: as asked for, as deployed, or as is usual."""

    changes: tuple[Change, ...] = ()
    template: tuple[int, int] | None = None
    """The versions of its template, before and after; None where it keeps the one that it has."""

    @property
    def id(self) -> str:
        """The task's."""
        return self.task.id

    @property
    def job(self) -> JobKey:
        """Of which entries it is."""
        return self.id, self.source, self.user

    @property
    def tags(self) -> Mapping[str, str]:
        """The stack's."""
        return self.task.tags

    @property
    def then(self) -> str:
        """Who runs the job once the step is done, in words."""
        if self.comment_out:
            return "enabled, line commented out"
        if not self.enabled:
            return "disabled: cron runs the job"
        if self.takes_over:
            return f"enabled, takes over when {self.managed} drops the line"
        return "enabled, handed over" if self.handed_over else "enabled, cron runs the job"

    @property
    def spread(self) -> Spread:
        """On which hosts the line stands, and what each RunOn would make of it."""
        return Spread(having=self.hosts, without=self.without, not_known=self.not_known)

    @property
    def without_line(self) -> WithoutLine:
        """Which hosts without the line run it, once all lines are handed over."""
        return self.spread.without_line(self.run_on)

    @property
    def takes_over(self) -> bool:
        """Whether the task runs the job from when on the program that writes the line drops it."""
        return self.task.parameters["TakesOver"] == "removal"

    def filled(self, outputs: Mapping[str, str]) -> Step:
        """The step once the stacks stand that it gets values of."""
        task = replace(self.task, parameters=filled(self.task.parameters, outputs))
        role = outputs.get("DeployRoleArn") if is_to_come(self.deploy_role) else self.deploy_role
        return replace(self, task=task, deploy_role=role)

    @property
    def idle(self) -> bool:
        """Whether there is nothing to do."""
        return self.action is Action.NOTHING and not self.comment_out

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters that the step sets, with Enabled."""
        return {**self.task.parameters, "Enabled": str(self.enabled).lower()}


@dataclass(frozen=True, kw_only=True)
class Problem:
    """An entry or a stack that cannot be gone on with, and what to do about it."""

    id: str
    what: str
    fix: str
    host: str
    source: str
    line: int
    """0 for a line that is gone."""

    @property
    def place(self) -> str:
        """Where the line stands, or stood, as messages name it."""
        return f"{self.source}:{self.line}" if self.line else self.source


@dataclass(frozen=True, kw_only=True)
class Stray(Problem):
    """A mark of no task that runs the job here: told, and no reason to refuse anything.

    Whoever owns a crontab can write one, for a stack, an account or a line of somebody else.
    """

    runs_nowhere: bool = False
    """The stack that the mark names is gone, so no task runs the job: somebody must look."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """A crontab that the plan was made from; `host` is its host's label."""

    host: str
    path: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything a run would do."""

    hosts: tuple[str, ...]
    """Their labels."""

    place: Place
    target: Target
    sources: tuple[Source, ...]
    steps: tuple[Step, ...]
    kept: tuple[AssessedEntry, ...]
    problems: tuple[Problem, ...]
    orphans: tuple[Deployed, ...]
    """Tasks whose entry is in none of the sources that were read."""

    deletions: tuple[Deployed, ...] = ()
    """The orphans that are deleted."""

    strays: tuple[Stray, ...] = ()
    advice: Advice = PLAIN
    setup: tuple[SetupStep, ...] = ()
    """What is made before, of what its tasks share; empty where all of it is there."""

    found: Assessment = NOTHING_FOUND
    """What it was made from."""

    @property
    def needs_a_person(self) -> bool:
        """Whether a job runs nowhere, or an entry has a problem."""
        return bool(self.problems) or any(stray.runs_nowhere for stray in self.strays)

    @property
    def work(self) -> tuple[Step, ...]:
        """The steps that change something."""
        return tuple(step for step in self.steps if not step.idle)

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to do at all."""
        return not self.work and not self.deletions

    @property
    def lines_out(self) -> int:
        """How many lines are commented out, on all hosts together."""
        moving = {step.job: step.left_on for step in self.steps if step.comment_out}
        active = sum(
            job_key(each) in moving and not each.migrated and each.host not in moving[job_key(each)]
            for each in self.found.entries
        )
        return max(active, len(moving))

    @property
    def is_silent(self) -> bool:
        """Whether a new task would tell nobody of its failures."""
        topic = "TopicCommandExecutionFailedArn"
        return any(
            step.action is Action.CREATE and not step.parameters.get(topic) for step in self.steps
        )

    @property
    def edits(self) -> Mapping[str, tuple[Step, ...]]:
        """The steps that comment a line out, by source."""
        by_source: dict[str, list[Step]] = {}
        for step in self.steps:
            if step.comment_out:
                by_source.setdefault(step.source, []).append(step)
        return {source: tuple(steps) for source, steps in by_source.items()}


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the user asked `migrate` for."""

    target: Target
    options: TaskOptions
    comment_out: bool = False
    """Hand over: the lines are to be commented out, and the tasks run instead."""

    rehearse: bool = False
    """Enable the tasks and leave the lines: every run leaves the job to the host's cron."""

    prune: bool = False
    """Delete the tasks whose entry is gone."""

    live_from: str | None = None
    """The first minute (`2026-12-01T03:00Z`) on hosts without the line; None keeps what is."""

    advice: Advice = PLAIN
    """For the commands that are advised."""

    topics: tuple[str, str] | None = None
    """ARNs for successes and failures that new tasks get where none was named."""

    watch_seconds: str | None = None
    """WatchSeconds of new tasks with roles of their own; None is the template's default."""

    sharing: Sharing | None = None
    """What tasks get from the foundation and their target; None: each has roles of its own."""

    @property
    def options_of_new(self) -> TaskOptions:
        """The options of a stack that is created: with the topics that are deployed."""
        if self.topics is None:
            return self.options
        return replace(
            self.options,
            succeeded_topic_arn=self.options.succeeded_topic_arn or self.topics[0],
            failed_topic_arn=self.options.failed_topic_arn or self.topics[1],
        )

    def shares(self, stack: Deployed | None) -> bool:
        """Whether a task gets its roles from the foundation and its target.

        `stack` is the one that it has already. Those of earlier releases have roles of their own,
        and change; one that was made with roles of its own by choice keeps them.
        """
        if self.sharing is None:
            return False
        if self.options.own_roles is not None:
            return not self.options.own_roles
        return stack is None or not stack.keeps_own_roles
