"""The SOURCEs of a command by the host that they belong to, and what is not known of a host."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from cron2aws.app.options import HostOptions
from cron2aws.errors import UsageError
from cron2aws.findings import Finding
from cron2aws.hosts.belonging import Belonging, belonging
from cron2aws.hosts.host import Borrowed, HostFacts, ReadHost, SourceFile

TAKEN = "C147"


def grouped(named: Iterable[str]) -> list[tuple[Belonging, ...]]:
    """Those of one host together, in the order in which the hosts are first named."""
    found: dict[tuple[object, ...], list[Belonging]] = {}
    for name in named:
        each = belonging(name)
        root = os.path.realpath(each.root) if each.root else ""
        found.setdefault((each.home, root), []).append(each)
    return [tuple(group) for group in found.values()]


def borrowed_facts(facts: HostFacts, options: HostOptions) -> Iterator[Borrowed]:
    """What a host that nothing tells has from this machine, unless an option says it."""
    if options.timezone is None:
        yield Borrowed(
            what=f"the time zone `{facts.timezone}`", option=f"--timezone {facts.timezone}"
        )
    if options.dialect is None:
        yield Borrowed(what=f"the daemon `{facts.dialect}`", option=f"--dialect {facts.dialect}")


def borrowed_by(files: Iterable[SourceFile]) -> Iterator[Borrowed]:
    """What files have from this machine, or by a guess."""
    for file in files:
        if file.guessed_format:
            what = f"whether the lines of {file.path} name their user"
            yield Borrowed(what=what, option="--format-of system|user")
        if file.borrowed_user:
            yield Borrowed(what=f"the user `{file.owner}`", option=f"--user {file.owner}")


def told_facts(facts: HostFacts, options: HostOptions) -> Iterator[Finding]:
    """C147 for what the host has from this machine."""
    taken = list(borrowed_facts(facts, options))
    if taken:
        what = ", ".join(each.what for each in taken)
        say = " and ".join(each.option.split()[0] for each in taken)
        detail = f"{what} and the host name `{facts.name}` (say {say})"
        yield Finding(code=TAKEN, detail=detail)


def told_user(file: SourceFile) -> SourceFile:
    """The file, with C147 where its user is one of this machine's."""
    if not file.borrowed_user:
        return file
    whose = "who runs cron2aws" if file.location is None else "who owns the file here"
    finding = Finding(code=TAKEN, detail=f"the user `{file.owner}`, {whose} (say --user)")
    return replace(file, findings=(*file.findings, finding))


def check_said(hosts: Sequence[ReadHost]) -> None:
    """UsageError where something of a host was taken from this machine, and would go to AWS."""
    missing = list(dict.fromkeys(each for host in hosts for each in host.borrowed))
    if not missing:
        return
    whats = list(dict.fromkeys(each.what for each in missing))
    options = list(dict.fromkeys(each.option for each in missing))
    raise UsageError(
        what="a crontab that may come from another host needs more options",
        why=f"{', '.join(whats)}: cron2aws has it from this machine, or by a guess",
        fix=f"say what is true on its host, for example {' '.join(options)}",
    )
