"""Hosts in a saved scan (`cron2aws.scan/1`): their facts, and the bytes of their crontabs.

They are read anew as on the day of the scan, by the same code as a host's tree is. Nothing here
looks at a disk. What is no such document is a ValueError that says why.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from cron2aws.assess.values import Borrowed, Unread, UnreadHost
from cron2aws.crontab.dialect import DIALECTS
from cron2aws.crontab.reader import read_crontab
from cron2aws.crontab.run_parts import Anacron, AnacronJob, Script
from cron2aws.findings import CATALOGUE, Finding
from cron2aws.hosts.host import HostFacts, HostFiles, SourceFile

SCHEMA = "cron2aws.scan/1"
_NEEDED = ("schema", "hosts", "sources", "hosts_not_read", "summary")
_BLANK = re.compile(r"[ \t\r\n]*")
_PATH = re.compile(r"-|/(?:[^\0]*/)?(?!\.{1,2}\Z)[^\0/]+", re.DOTALL)

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class SavedHost:
    """A host of a saved scan, and what `HostFiles.read` needs besides."""

    host: HostFiles
    label: str
    instance: str
    account: str
    region: str
    borrowed: tuple[Borrowed, ...]


@dataclass(frozen=True, kw_only=True)
class SavedScan:
    """What a document has of hosts."""

    hosts: tuple[SavedHost, ...]
    unread: tuple[UnreadHost, ...]


def saved_scan(text: str, *, dialect: str | None = None, timezone: str | None = None) -> SavedScan:
    """The hosts in a document, read as `dialect` and in `timezone` where these are given."""
    document = _document(text)
    schema = document.get("schema")
    if schema != SCHEMA:
        raise ValueError(_why_not(schema))
    missing = [name for name in _NEEDED if name not in document]
    if missing:
        message = f"it has no `{missing[0]}`"
        raise ValueError(message)
    sources: dict[str, list[Mapping[str, Any]]] = {}
    for source in _each(document, "sources"):
        sources.setdefault(_text(source, "host"), []).append(source)
    hosts = tuple(
        _host(each, sources.pop(_text(each, "name"), []), dialect=dialect, timezone=timezone)
        for each in _each(document, "hosts")
    )
    for name in sources:
        message = f"it has crontabs of `{name}`, and no such host"
        raise ValueError(message)
    if not hosts:
        message = "it has no host"
        raise ValueError(message)
    return SavedScan(
        hosts=hosts,
        unread=tuple(_unread(each) for each in _each(document, "hosts_not_read")),
    )


def _unread(each: Mapping[str, Any]) -> UnreadHost:
    """Earlier releases told neither what is known of its cron nor where it is."""
    cron = each.get("cron", Unread.UNKNOWN.value)
    if cron not in {known.value for known in Unread}:
        message = f"it has a host with `{cron}` for its cron, which this release does not know"
        raise ValueError(message)
    return UnreadHost(
        id=_text(each, "instance"),
        label=_text(each, "name"),
        why=_text(each, "why"),
        cron=Unread(cron),
        account=_text_or_none(each, "account") if "account" in each else "",
        region=_text_or_none(each, "region") if "region" in each else "",
    )


def _document(text: str) -> dict[str, Any]:
    """The fields of the object; its entries are passed over, as their scripts are most of it."""
    decoder = json.JSONDecoder()
    at = _expect(text, 0, "{")
    document: dict[str, Any] = {}
    while True:
        name, at = decoder.raw_decode(text, at)
        at = _expect(text, at, ":")
        if name == "entries":
            at = _past_list(text, at, decoder)
        else:
            document[name], at = decoder.raw_decode(text, at)
        at = _past_blanks(text, at)
        if text[at : at + 1] == "}":
            break
        at = _expect(text, at, ",")
    if text[at + 1 :].strip():
        message = "something follows the document"
        raise ValueError(message)
    return document


def _past_list(text: str, at: int, decoder: json.JSONDecoder) -> int:
    at = _expect(text, at, "[")
    if text[at : at + 1] == "]":
        return at + 1
    while True:
        _, at = decoder.raw_decode(text, at)
        at = _past_blanks(text, at)
        if text[at : at + 1] == "]":
            return at + 1
        at = _expect(text, at, ",")


def _expect(text: str, at: int, sign: str) -> int:
    """Where the next value begins, behind a sign."""
    at = _past_blanks(text, at)
    if text[at : at + 1] != sign:
        end = "it ends too early" if at >= len(text) else f"`{sign}` was expected"
        message = f"{end}, at character {at}"
        raise ValueError(message)
    return _past_blanks(text, at + 1)


def _past_blanks(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at


def _why_not(schema: object) -> str:
    if not isinstance(schema, str) or not schema.startswith("cron2aws."):
        return "it is no document of cron2aws"
    kind, _, version = schema.removeprefix("cron2aws.").partition("/")
    if kind == "scan":
        return f"it is of version {version} of a scan's document, and this release reads version 1"
    return f"it is the document of another command (`{schema}`)"


def _host(
    each: Mapping[str, Any],
    sources: list[Mapping[str, Any]],
    *,
    dialect: str | None,
    timezone: str | None,
) -> SavedHost:
    label, name = _text(each, "name"), dialect or _text(each, "dialect")
    if "own_name" not in each:
        message = "an earlier release wrote it, without the bytes of the crontabs"
        raise ValueError(message)
    if name not in DIALECTS:
        message = f"{label} is read as `{name}`, which this release does not know"
        raise ValueError(message)
    unknown = each["unknown_users"]
    users = None if unknown is None else _Without(frozenset(_texts(unknown)))
    facts = HostFacts(
        name=_text(each, "own_name"),
        dialect=name,
        timezone=timezone or _text(each, "timezone"),
        named=_is(each["named"], bool),
        dialect_from="--dialect" if dialect else _text(each, "dialect_from"),
        timezone_from="--timezone" if timezone else _text(each, "timezone_from"),
        findings=tuple(_findings(each)),
        scripts=tuple(
            Script(
                path=_text(script, "path"),
                executable=_is(script["executable"], bool),
                package=_text_or_none(script, "package") or None,
                asked=_is(script["asked"], bool),
            )
            for script in _each(each, "scripts")
        ),
        anacron=None if each["anacron"] is None else _anacron(_is(each["anacron"], dict)),
    )
    bare = HostFiles(facts=facts, dialect=DIALECTS[name], files=(), users=users)
    said = [option for option, value in (("--dialect", dialect), ("--timezone", timezone)) if value]
    return SavedHost(
        host=HostFiles(
            facts=facts,
            dialect=bare.dialect,
            files=tuple(_file(source, bare) for source in sources),
            users=users,
        ),
        label=label,
        instance=_text_or_none(each, "instance"),
        account=_text_or_none(each, "account"),
        region=_text_or_none(each, "region"),
        borrowed=tuple(
            Borrowed(what=_text(taken, "what"), option=_text(taken, "option"))
            for taken in _each(each, "borrowed")
            if _text(taken, "option").split(" ")[0] not in said
        ),
    )


def _anacron(each: Mapping[str, Any]) -> Anacron:
    return Anacron(
        jobs=tuple(
            AnacronJob(
                period=_text(job, "period"),
                delay=_is(job["delay"], int),
                name=_text(job, "name"),
                command=_text(job, "command"),
            )
            for job in _each(each, "jobs")
        ),
        hour=_is(each["hour"], int),
    )


def _file(source: Mapping[str, Any], host: HostFiles) -> SourceFile:
    path, system = _text(source, "path"), _text(source, "format") == "system"
    if "content" not in source:
        message = f"it has not the bytes of {path}"
        raise ValueError(message)
    data = base64.b64decode(_text(source, "content"), validate=True)
    if hashlib.sha256(data).hexdigest() != source["sha256"]:
        message = f"the bytes of {path} are not those that their digest is of"
        raise ValueError(message)
    if not _PATH.fullmatch(path):
        message = f"`{path}` is no path of a crontab"
        raise ValueError(message)
    owner = None if system else _text(source, "owner")
    crontab = read_crontab(
        data, host.dialect, system=system, user=owner, known_user=host.known_user, path=path
    )
    told = set(crontab.findings)  # they come of the bytes once more
    return SourceFile(
        path=path,
        location=None,
        system=system,
        owner=owner,
        data=data,
        considered=_is(source["loaded"], bool),
        findings=tuple(each for each in _findings(source) if each not in told),
        package=None if source["package"] is None else _text(source, "package"),
    )


@dataclass(frozen=True)
class _Without:
    """All users but these."""

    unknown: frozenset[str]

    def id_of(self, name: str) -> int | None:
        """None where the host does not have the user."""
        return None if name in self.unknown else 0


def _findings(each: Mapping[str, Any]) -> Iterator[Finding]:
    for found in _each(each, "findings"):
        code = _text(found, "code")
        if code not in CATALOGUE:
            message = f"it has a finding `{code}`, which this release does not know"
            raise ValueError(message)
        yield Finding(code=code, detail=_text(found, "detail"))


def _each(of: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    for each in _is(of[name], list):
        yield _is(each, dict)


def _texts(value: object) -> Iterator[str]:
    return (_is(each, str) for each in _is(value, list))


def _text(of: Mapping[str, Any], name: str) -> str:
    return _is(of[name], str)


def _text_or_none(of: Mapping[str, Any], name: str) -> str:
    return "" if of[name] is None else _text(of, name)


def _is(value: object, kind: type[T]) -> T:
    if not isinstance(value, kind):
        message = f"`{str(value)[:40]}` is no {kind.__name__}"
        raise ValueError(message)  # noqa: TRY004 (of the document, not of the program)
    return value
