"""A plan as it is kept in a file: its steps, and what each of them rests on.

Pure data. What a step rests on is what it was made from: its stack as it was deployed, and its
entries as they were read; `plan/moved.py` says whether that still is so.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from cron2aws.assess.matrix import JobKey
from cron2aws.assess.values import AssessedEntry
from cron2aws.crontab.mark import read_mark
from cron2aws.crontab.text import encode_text
from cron2aws.lint.secrets import script_holds_secret
from cron2aws.plan.marking import mark_of
from cron2aws.plan.shared import Kind, SetupStep
from cron2aws.plan.values import Deployed, Place, Problem, Step
from cron2aws.task.foundation import SharedStack
from cron2aws.task.target import Target

SECRETS = frozenset({"C340", "C341"})
"""Findings of an entry with a secret."""


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
    text: str
    """The digest of its line, without a mark of ours."""

    sha256: str
    """The digest of the line and of all else that decides what it runs when."""


@dataclass(frozen=True, kw_only=True)
class LineEdit:
    """A line before and after: with its mark, and `@-` where its first minute will be.

    The texts are None where they hold a secret.
    """

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

    edit: LineEdit | None

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
class Recorded:
    """A plan that was reviewed, or is to be."""

    made: str
    version: str
    command: str
    """The one that plans and carries out the same, as things are then."""

    made_on: MadeOn
    hosts: tuple[str, ...]
    """Their labels."""

    place: Place
    target: Target
    instances: Mapping[str, str]
    """Names by id: those that had the target's tags."""

    templates: Mapping[str, str]
    """The digests of this program's templates, by their names."""

    reread: Reread
    comment_out: bool
    rehearse: bool
    shared: tuple[SharedBasis, ...]
    """Empty where none of its tasks shares roles."""

    setup: tuple[SetupStep, ...]
    steps: tuple[RecordedStep, ...]
    files: tuple[RecordedFile, ...]
    deletions: tuple[RecordedDeletion, ...] = ()
    problems: tuple[Problem, ...] = ()
    """What nothing is planned for, and why."""


def digest_of(value: object) -> str:
    """SHA-256 of a value as canonical JSON: sorted names, no blanks, ASCII."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return sha256_of(text)


def sha256_of(text: str) -> str:
    """SHA-256 of the bytes of a text, those of a crontab that are no UTF-8 included."""
    return hashlib.sha256(encode_text(text)).hexdigest()


def basis_of(stack: Deployed) -> StackBasis:
    """What a step rests on of its stack."""
    return StackBasis(
        stack_id=stack.stack_id,
        status=stack.status,
        changed=f"{stack.changed:%Y-%m-%dT%H:%M:%SZ}" if stack.changed else None,
        parameters=digest_of(dict(stack.parameters)),
        tags=digest_of(dict(stack.tags)),
        template=stack.version,
    )


def recorded_deletion(stack: Deployed) -> RecordedDeletion:
    """A deletion of a plan with what it rests on."""
    return RecordedDeletion(
        id=stack.id,
        stack_name=stack.stack_name,
        host=stack.host,
        source=stack.source,
        stack=basis_of(stack),
    )


def shared_state(stack: SharedStack | None) -> str | None:
    """The digest of all that steps rest on of a stack that they share."""
    if stack is None:
        return None
    # who is mailed, for example, is no task's business
    return digest_of([stack.stack_id, stack.parameters.get("OutputS3Bucket"), dict(stack.outputs)])


def text_of(entry: AssessedEntry) -> str:
    """The line without a mark of ours."""
    marked = read_mark(entry.text)
    return entry.text[marked[1] :] if marked else entry.text


def entry_basis(entry: AssessedEntry) -> EntryBasis:
    """What a step rests on of an entry; where it stands in its file is no part of the digest."""
    job, text = entry.entry, sha256_of(text_of(entry))
    digest = digest_of(
        {
            "id": entry.id,
            "source": entry.source,
            "user": job.user,
            "line": text,
            "name": job.name,
            "settings": dict(job.settings),
            "managed": asdict(job.managed) if job.managed else None,
            "timezone": entry.timezone,
            "triggers": [asdict(each) for each in entry.conversion.triggers],
            "command": entry.command,
        }
    )
    return EntryBasis(host=entry.host, line=job.line, text=text, sha256=digest)


def recorded_step(
    step: Step,
    entries: Sequence[AssessedEntry],
    stack: Deployed | None,
    place: Place,
    *,
    with_secrets: bool,
) -> RecordedStep:
    """A step of a plan with what it rests on, its command left out where it holds a secret."""
    command = step.task.parameters["Command"]
    told = any(found.code in SECRETS for each in entries for found in each.findings)
    hides = not with_secrets and (told or script_holds_secret(command))
    kept = {k: v for k, v in step.task.parameters.items() if not (hides and k == "Command")}
    edit = None
    if step.comment_out:
        line = next(each for each in entries if each.entry.mark is None)
        edit = edit_of(step, text_of(line), place, hides=hides)
    return RecordedStep(
        step=replace(step, task=replace(step.task, parameters=kept), changes=()),
        stack=basis_of(stack) if stack else None,
        entries=tuple(map(entry_basis, entries)),
        command=sha256_of(command),
        edit=edit,
    )


def edit_of(step: Step, before: str, place: Place, *, hides: bool) -> LineEdit:
    """What becomes of a step's line; without the texts where it `hides` a secret."""
    after = mark_of(step, place).format() + before
    return LineEdit(
        before=None if hides else before,
        after=None if hides else after,
        sha256_before=sha256_of(before),
        sha256_after=sha256_of(after),
    )


def job_of(step: Step) -> JobKey:
    """Of which entries a step is."""
    return step.id, step.source, step.user


def by_job(entries: Sequence[AssessedEntry]) -> Mapping[JobKey, tuple[AssessedEntry, ...]]:
    """Entries of one job together: those of several hosts, or a copy of a marked line."""
    found: dict[JobKey, list[AssessedEntry]] = {}
    for each in entries:
        found.setdefault((each.id, each.source, each.entry.user), []).append(each)
    return {job: tuple(same) for job, same in found.items()}
