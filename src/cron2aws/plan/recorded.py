"""A plan as it is kept in a file: its steps, and what each of them rests on.

Pure data. What a step rests on is what it was made from: its stack as it was deployed, and its
entries as they were read; `plan/recording.py` makes these, and `plan/moved.py` says whether that
still is so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cron2aws.assess.values import UnreadHost
from cron2aws.plan.shared import Kind, SetupStep
from cron2aws.plan.values import Place, Problem, Step
from cron2aws.task.target import Target


@dataclass(frozen=True, kw_only=True)
class StackBasis:
    """A stack as it was deployed when the plan was made; `changed` is its last change, in UTC."""

    stack_id: str
    status: str
    changed: str | None
    parameters: str
    """The digest of its parameters."""

    tags: str
    """The digest of its tags."""

    template: int | None
    """The version of its template; None while AWS hides it."""


@dataclass(frozen=True, kw_only=True)
class EntryBasis:
    """An entry as it was read on one of the hosts that have it."""

    host: str
    line: int
    is_marked: bool
    """Whether the line was commented out already."""

    text: str
    """The digest of its line, without a mark of ours."""

    sha256: str
    """The digest of the line and of all else that decides what it runs when."""


@dataclass(frozen=True, kw_only=True)
class LineEdit:
    """A line before and after: with its mark, and `@-` where its first minute will be.

    The texts are None where they hold a secret.
    """

    hosts: tuple[str, ...]
    """The labels of the hosts on which these bytes stand."""

    before: str | None
    after: str | None
    sha256_before: str
    sha256_after: str


@dataclass(frozen=True, kw_only=True)
class RecordedStep:
    """A step, and what it rests on."""

    step: Step
    """Its parameters lack `Command` where that is a secret kept by its digest alone."""

    stack: StackBasis | None
    """None: there was none."""

    entries: tuple[EntryBasis, ...]
    command: str
    """The digest of the parameter `Command`."""

    edits: tuple[LineEdit, ...]
    """One for all hosts whose lines are byte for byte the same; a line that is marked has none."""

    @property
    def edited(self) -> frozenset[str]:
        """The labels of the hosts whose line is commented out."""
        return frozenset(host for edit in self.edits for host in edit.hosts)

    @property
    def place(self) -> str:
        """Where its line stood, as messages name it."""
        return f"{self.step.source}:{self.step.line}"

    @property
    def stack_name(self) -> str:
        """Its stack's."""
        return self.step.stack_name

    @property
    def is_hidden(self) -> bool:
        """Whether its command is known on its host alone."""
        return "Command" not in self.step.task.parameters


@dataclass(frozen=True, kw_only=True)
class RecordedFile:
    """A crontab that is edited: its digests before and after, with `@-` for the first minute."""

    host: str
    """The label of the host that it lies on."""

    path: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class RecordedDeletion:
    """A task that is deleted, as its line is gone; `source` is where that was."""

    id: str
    stack_name: str
    host: str
    source: str
    stack: StackBasis

    @property
    def place(self) -> str:
        """Where its line was, as messages name it."""
        return self.source


@dataclass(frozen=True, kw_only=True)
class SharedBasis:
    """A stack that tasks share, as it was: `state` is a digest, None where there was none."""

    kind: Kind
    stack_name: str
    state: str | None


@dataclass(frozen=True, kw_only=True)
class Reread:
    """How the crontabs are read once more: absolute SOURCEs, and the options as they were given."""

    named: tuple[str, ...] = ()
    dialect: str | None = None
    timezone: str | None = None
    format_of: str | None = None
    user: str | None = None
    trigger: str | None = None
    since: str | None = None
    prefer_rate: bool = False
    quiet_guards: bool | None = None
    allow_secret: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MadeOn:
    """The machine on which a plan was made; the crontabs lie there.

    `machine` is a digest that tells it from others, `instance` its id where it is of EC2.
    """

    machine: str
    instance: str | None


@dataclass(frozen=True, kw_only=True)
class EditedHost:
    """A host elsewhere as it was read through Run Command, by which its lines are edited, too."""

    label: str
    instance: str
    timezone: str
    dialect: str
    crontabs: Mapping[str, str]
    """The digests of its crontabs, by path."""


@dataclass(frozen=True, kw_only=True)
class RecordedFleet:
    """The hosts of a target, and in which waves they are edited; a way back has none."""

    hosts: tuple[EditedHost, ...]
    waves: str | None


@dataclass(frozen=True, kw_only=True)
class Reviewed:
    """What every plan in a file has, whichever way its lines go."""

    made: str
    version: str
    command: str
    """The one that plans and does the same, as things are then."""

    made_on: MadeOn | None
    """Where its lines are edited; None where that is on the hosts of `fleet`."""

    hosts: tuple[str, ...]
    """Their labels."""

    place: Place
    reread: Reread
    files: tuple[RecordedFile, ...]
    fleet: RecordedFleet | None = None
    unread: tuple[UnreadHost, ...] = ()
    """Hosts that were asked, and could not be read: nobody knows which lines they have."""


@dataclass(frozen=True, kw_only=True)
class Recorded(Reviewed):
    """A plan that was reviewed, or is to be."""

    target: Target
    instances: Mapping[str, str]
    """Names by id: those that had the target's tags."""

    templates: Mapping[str, str]
    """The digests of this program's templates, by their names."""

    comment_out: bool
    rehearse: bool
    shared: tuple[SharedBasis, ...]
    """Empty where none of its tasks shares roles."""

    setup: tuple[SetupStep, ...]
    steps: tuple[RecordedStep, ...]
    deletions: tuple[RecordedDeletion, ...] = ()
    problems: tuple[Problem, ...] = ()
    """What nothing is planned for, and why."""
