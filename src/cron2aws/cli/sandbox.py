"""`cron2aws sandbox`: an AWS on 127.0.0.1 to try the commands on."""

from __future__ import annotations

import shlex
import signal
import textwrap
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from cron2aws.cli.command import command
from cron2aws.cli.shell import Shell
from cron2aws.cli.terminal import Terminal
from cron2aws.errors import UsageError
from cron2aws.sandbox.extra import require_moto
from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import (
    Behaviour,
    Echo,
    RunWithShell,
    StandInHost,
    stand_in,
)
from cron2aws.sandbox.telling import Notification
from cron2aws.sandbox.time.clock import RealClock, VirtualClock

EXAMPLES = {
    "--tag": "--tag Role=web",
    "--host": "--host web=files-of-web",
    "--inside": "--inside web='docker exec -i web'",
}
LINES = """\
An AWS that isn't one listens on {url} (account {account}, {region}); ^C ends it, and all is gone.
In another terminal:

    export AWS_ACCESS_KEY_ID=sandbox AWS_SECRET_ACCESS_KEY=sandbox AWS_DEFAULT_REGION={region}
    cron2aws --endpoint-url {url} migrate {source} --tag {tag}
    cron2aws --endpoint-url {url} status{afar}
"""


@command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=5111,
    show_default=True,
    metavar="N",
    help="The port to listen on; 0 takes a free one.",
)
@click.option(
    "--tree",
    "trees",
    multiple=True,
    metavar="FOLDER",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A host made from a file tree, named and tagged after the folder. Repeatable.",
)
@click.option(
    "--host",
    "named",
    multiple=True,
    metavar="NAME=FOLDER",
    help="The same, tagged Name=NAME. Repeatable, also with the same NAME.",
)
@click.option(
    "--tag",
    "tags",
    multiple=True,
    metavar="KEY=VALUE",
    help="A further tag of every host. Repeatable.",
)
@click.option(
    "--run-commands",
    is_flag=True,
    help="Really run each job with sh, as you, on this machine. DANGEROUS: a crontab's jobs "
    "delete, mail and restart things. Without it they are only shown.",
)
@click.option(
    "--inside",
    "insides",
    multiple=True,
    metavar="NAME=COMMAND",
    help="A host that is a container or the like, tagged Name=NAME: each job is really run there, "
    "by `COMMAND sh`, with the script on standard input (`docker exec -i web`). Only such hosts "
    "can be read with --from-hosts. Repeatable.",
)
@click.option("--no-waiting", is_flag=True, help="Waits take no time: a job of hours ends at once.")
@click.pass_context
def sandbox(
    ctx: click.Context,
    /,
    *,
    port: int,
    trees: tuple[Path, ...],
    named: tuple[str, ...],
    tags: tuple[str, ...],
    run_commands: bool,
    insides: tuple[str, ...],
    no_waiting: bool,
) -> None:
    """Serve a local AWS to try things out.

    It listens on 127.0.0.1; use it with `--endpoint-url`. Stacks, state machines and functions are
    real, hosts are stand-ins: a job is echoed, not run, but on those with --inside. Enabled
    schedules fire on their minute. Messages to topics are shown here.
    """
    shell: Shell = ctx.obj
    stop = threading.Event()
    for ending in (signal.SIGINT, signal.SIGTERM):  # ^C is how a server ends: no failure
        signal.signal(ending, lambda *_: stop.set())
    wanted = SandboxOptions(
        port=port,
        trees=trees,
        named=named,
        insides=insides,
        tags=tags,
        runs=run_commands or shell.aws.run_commands,
        waits=not no_waiting,
    )
    serve(wanted, stop)


@dataclass(frozen=True, kw_only=True)
class SandboxOptions:
    """What the sandbox is to have: `runs` its jobs really, `waits` in real time."""

    port: int
    trees: tuple[Path, ...] = ()
    named: tuple[str, ...] = ()
    insides: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    runs: bool = False
    waits: bool = True


def serve(wanted: SandboxOptions, stop: threading.Event) -> None:
    """Serve until `stop` is set."""
    require_moto()
    from cron2aws.sandbox.server import SandboxServer  # it needs moto

    hosts = hosts_of(wanted)
    clock = RealClock() if wanted.waits else VirtualClock(RealClock().now())
    with Sandbox(hosts, clock=clock) as inside, SandboxServer(inside, wanted.port) as server:
        _tell(greeting(wanted, hosts, inside, server.url))
        server.attend(stop, fires=show_firing, tells=show_message)
    _tell("gone")


def _tell(text: str) -> None:
    """Show it to whoever looks: a reader that has gone ends no server."""
    Terminal().result([f"{text}\n"])


def show_firing(minute: datetime, count: int) -> None:
    """Say how many schedules fired."""
    _tell(f"{minute:%H:%M} UTC: {count} fired")


def show_message(message: Notification) -> None:
    """Show what was published to a topic."""
    _tell(f"{message.at:%H:%M:%S} UTC: {message.topic_arn.rpartition(':')[2]}")
    for text in (message.subject or "", message.message):
        _tell(textwrap.indent(text, "    "))


def greeting(
    wanted: SandboxOptions, hosts: Sequence[StandInHost], inside: Sandbox, url: str
) -> str:
    """What to type now, and which hosts there are."""
    first, source = hosts[0], (wanted.trees or ("/etc/crontab",))[0]
    # what runs inside is read and edited there: this machine's own crontabs are not that host's
    is_afar = bool(wanted.insides)
    tag = (wanted.tags if is_afar and wanted.tags else (f"Name={first.tags['Name']}",))[0]
    lines = LINES.format(
        url=url,
        account=inside.account,
        region=inside.region,
        source="--from-hosts" if is_afar else first.root or source,
        tag=shlex.quote(tag),
        afar=f" --from-hosts --tag {shlex.quote(tag)}" if is_afar else "",
    )
    for host in hosts:
        told = " ".join(f"{key}={value}" for key, value in host.tags.items())
        lines += f"\nhost {host.instance_id} {told}"
    return lines


def hosts_of(asked: SandboxOptions) -> list[StandInHost]:
    """The stand-ins for the folders that were named, or one of the name web."""
    pairs = [_pair(text, "--tag", "KEY=VALUE") for text in asked.tags]
    tags = dict(pairs)
    if len(tags) < len(pairs):
        raise UsageError(
            what="--tag names a key twice",
            why="a host has one value for a key",
            fix="start another sandbox for hosts with another value",
        )
    wanted: list[tuple[str, Path | None]] = [(tree.resolve().name, tree) for tree in asked.trees]
    wanted += [
        (name, _folder(tree))
        for name, tree in (_pair(t, "--host", "NAME=FOLDER") for t in asked.named)
    ]
    behaviour = RunWithShell() if asked.runs else Echo()
    made: list[tuple[str, Path | None, Behaviour]] = [
        (name, None, _inside(name, line))
        for name, line in (_pair(text, "--inside", "NAME=COMMAND") for text in asked.insides)
    ]
    made += [(name, tree, behaviour) for name, tree in wanted or [("web", None)] * (not made)]
    before: Counter[str] = Counter()
    hosts = []
    for name, root, does in made:
        before[name] += 1
        hosts.append(stand_in(name, tags=tags, root=root, behaviour=does, nth=before[name]))
    return hosts


def _inside(name: str, command: str) -> RunWithShell:
    try:
        through = tuple(shlex.split(command))
    except ValueError as error:
        what = f"--inside {name}={command} is not a command: {error}"
        raise UsageError(what=what, fix=f"for example {EXAMPLES['--inside']}") from error
    return RunWithShell(through=through)


def _pair(text: str, option: str, form: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not (key and equals and value):
        raise UsageError(
            what=f"{option} {text} is not of the form {form}", fix=f"for example {EXAMPLES[option]}"
        )
    return key, value


def _folder(text: str) -> Path:
    path = Path(text)
    if not path.is_dir():
        raise UsageError(what=f"{text} is not a folder", fix="name the root of a host's file tree")
    return path
