"""What a plan in a file rests on, made of what was read: digests of stacks, lines and commands."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace

from cron2aws.assess.matrix import JobKey, job_key
from cron2aws.assess.values import AssessedEntry
from cron2aws.crontab.mark import read_mark
from cron2aws.crontab.text import encode_text
from cron2aws.lint.secrets import script_holds_secret
from cron2aws.plan.marking import mark_of
from cron2aws.plan.recorded import (
    EntryBasis,
    LineEdit,
    RecordedDeletion,
    RecordedStep,
    StackBasis,
)
from cron2aws.plan.values import Deployed, Place, Step
from cron2aws.task.foundation import SharedStack

SECRETS = frozenset({"C340", "C341"})
"""Findings of an entry with a secret."""


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
    return EntryBasis(
        host=entry.host, line=job.line, is_marked=entry.migrated, text=text, sha256=digest
    )


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
    hosts: dict[str, list[str]] = {}
    for each in entries:
        if step.comment_out and not each.migrated:
            hosts.setdefault(text_of(each), []).append(each.host)
    return RecordedStep(
        step=replace(step, task=replace(step.task, parameters=kept), changes=()),
        stack=basis_of(stack) if stack else None,
        entries=tuple(map(entry_basis, entries)),
        command=sha256_of(command),
        edits=tuple(
            edit_of(step, before, place, hosts=on, hides=hides) for before, on in hosts.items()
        ),
    )


def edit_of(
    step: Step, before: str, place: Place, *, hosts: Iterable[str], hides: bool
) -> LineEdit:
    """What becomes of a step's line on hosts; without the texts where it `hides` a secret."""
    after = mark_of(step, place).format() + before
    return LineEdit(
        hosts=tuple(dict.fromkeys(hosts)),
        before=None if hides else before,
        after=None if hides else after,
        sha256_before=sha256_of(before),
        sha256_after=sha256_of(after),
    )


def by_job(entries: Sequence[AssessedEntry]) -> Mapping[JobKey, tuple[AssessedEntry, ...]]:
    """Entries of one job together: those of several hosts, or a copy of a marked line."""
    found: dict[JobKey, list[AssessedEntry]] = {}
    for each in entries:
        found.setdefault(job_key(each), []).append(each)
    return {job: tuple(same) for job, same in found.items()}
