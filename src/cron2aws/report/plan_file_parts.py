"""What plan files of every kind have: the document with its digest, and values within.

Nothing in them is checked yet: a file may be edited, or made up.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TypedDict

from cron2aws.assess.values import Unread, UnreadHost
from cron2aws.errors import SafetyError
from cron2aws.plan.recorded import (
    EditedHost,
    MadeOn,
    RecordedFile,
    RecordedFleet,
    Reread,
    StackBasis,
)
from cron2aws.plan.recording import digest_of
from cron2aws.plan.values import Place
from cron2aws.report import plan_file_values as values

ID = re.compile(r"[0-9a-f]{16}|[0-9a-f]{8}")
STACK = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,127}")
_ACCOUNT = re.compile(r"[0-9]{12}")
_INSTANCE = re.compile(r"(i|mi)-[0-9a-f]{8,17}")
_REGION = re.compile(r"[a-z0-9-]{1,32}")


def document_of(text: str, name: str, schemas: Collection[str], again: str) -> values.JsonObject:
    """The object in a file of one of these schemas; `again` says how one is made.

    SafetyError where it is none, or was edited.
    """
    try:
        document = values.loaded(text)
        digest = digest_in(document) if isinstance(document, dict) else ""
    except (ValueError, RecursionError) as wrong:
        raise SafetyError(what=f"{name} is not a plan file", why=f"{wrong}", fix=again) from wrong
    schema = document.get("schema") if isinstance(document, dict) else None
    if not isinstance(schema, str) or schema not in schemas:
        wanted = " or ".join(schemas)
        said = f"its schema is {schema!r}, not {wanted}" if schema else "it has no schema"
        raise SafetyError(what=f"{name} is not a plan file of this release", why=said, fix=again)
    if document.get("digest") != digest:
        raise SafetyError(
            what=f"{name} was edited",
            why="its digest does not match its content",
            fix=again,
        )
    found: values.JsonObject = document
    return found


def digest_in(document: values.JsonObject) -> str:
    """The digest that a document should have."""
    return digest_of({name: value for name, value in document.items() if name != "digest"})


@contextmanager
def refusing(name: str, again: str) -> Iterator[None]:
    """Turn the error for a value that no plan file has into SafetyError."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise SafetyError(
            what=f"{name} cannot be carried out",
            why=f"it lacks {wrong}" if isinstance(wrong, KeyError) else f"{wrong}",
            fix=again,
        ) from wrong


class Head(TypedDict):
    """What every plan has."""

    made: str
    version: str
    command: str
    made_on: MadeOn | None
    hosts: tuple[str, ...]
    place: Place
    reread: Reread
    files: tuple[RecordedFile, ...]
    fleet: RecordedFleet | None
    unread: tuple[UnreadHost, ...]


def head(document: values.JsonObject) -> Head:
    """The same, of a document; of `read` what both kinds have."""
    made_on, fleet = document["made_on"], document["fleet"]
    return Head(
        made=values.text(document["made"]),
        version=values.text(document["version"]),
        command=values.text(document["command"]),
        made_on=None if made_on is None else _made_on(made_on),
        hosts=values.texts(document["hosts"]),
        place=Place(
            account=values.like(_ACCOUNT, document["account"]),
            region=values.like(_REGION, document["region"]),
        ),
        reread=_reread(document["read"]),
        files=tuple(map(_file, document["files"])),
        fleet=None if fleet is None else _fleet(fleet),
        unread=tuple(map(_unread, document["hosts_not_read"])),
    )


def _made_on(found: values.JsonObject) -> MadeOn:
    return MadeOn(
        machine=values.text(found["machine"]), instance=values.text_or_none(found["instance"])
    )


def _fleet(found: values.JsonObject) -> RecordedFleet:
    return RecordedFleet(
        waves=values.waves(found["waves"]), hosts=tuple(map(_host, found["hosts"]))
    )


def _host(each: values.JsonObject) -> EditedHost:
    dialect = values.dialect(each["dialect"])
    return EditedHost(
        label=values.text(each["host"]),
        instance=values.like(_INSTANCE, each["instance"]),
        timezone=values.text(each["timezone"]),
        dialect=values.text(dialect),
        crontabs=values.mapping(each["crontabs"]),
    )


def _unread(each: values.JsonObject) -> UnreadHost:
    return UnreadHost(
        id=values.text(each["instance"]),
        label=values.text(each["name"]),
        why=values.text(each["why"]),
        cron=Unread(each["cron"]),
        account=values.text_or_none(each["account"]) or "",
        region=values.text_or_none(each["region"]) or "",
    )


def _reread(read: values.JsonObject) -> Reread:
    return Reread(
        named=values.paths(read["named"]),
        dialect=values.dialect(read["dialect"]),
        timezone=values.text_or_none(read["timezone"]),
        format_of=values.one_of(values.FORMATS, read["format_of"]),
        user=values.text_or_none(read["user"]),
    )


def _file(each: values.JsonObject) -> RecordedFile:
    return RecordedFile(
        host=values.text(each["host"]),
        path=values.text(each["path"]),
        before=values.text(each["sha256_before"]),
        after=values.text(each["sha256_after"]),
    )


def stack_basis(each: values.JsonObject) -> StackBasis:
    """A stack as it was."""
    return StackBasis(
        stack_id=values.text(each["stack_id"]),
        status=values.text(each["status"]),
        changed=values.text_or_none(each["changed"]),
        parameters=values.text(each["parameters"]),
        tags=values.text(each["tags"]),
        template=values.whole_or_none(each["template"]),
    )
