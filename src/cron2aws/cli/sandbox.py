"""`cron2aws sandbox`: an AWS on 127.0.0.1 to try the commands on."""

from __future__ import annotations

import signal
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from cron2aws.cli.shell import Shell
from cron2aws.cli.terminal import Terminal
from cron2aws.errors import UsageError
from cron2aws.sandbox import (
    Echo,
    Notification,
    RealClock,
    RunWithShell,
    Sandbox,
    StandInHost,
    VirtualClock,
    require_moto,
    stand_in,
)

LINES = """\
An AWS that isn't one listens on {url} (account {account}, {region}); ^C ends it, and all is gone.
In another terminal:

    export AWS_ACCESS_KEY_ID=sandbox AWS_SECRET_ACCESS_KEY=sandbox AWS_DEFAULT_REGION={region}
    cron2aws --endpoint-url {url} migrate {source} --tag Name={name}
    cron2aws --endpoint-url {url} status
"""


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=5111,
    show_default=True,
    metavar="N",
    help="Where to listen; 0 takes a free one.",
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
    help="The same, tagged Name=NAME. Repeatable.",
)
@click.option(
    "--tag", "tags", multiple=True, metavar="KEY=VALUE", help="A further tag of every host."
)
@click.option(
    "--run-commands",
    is_flag=True,
    help="Really run each job with sh, as you, on this machine. DANGEROUS: a crontab's jobs "
    "delete, mail and restart things. Without it they are only shown.",
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
    no_waiting: bool,
) -> None:
    """Serve an AWS to try things on.

    It listens on 127.0.0.1 and is used with `--endpoint-url`. Stacks, state machines and functions
    are real, hosts are stand-ins: a job is echoed, not run. Enabled schedules fire on their minute.
    Messages to topics are shown here.
    """
    shell: Shell = ctx.obj
    stop = threading.Event()
    for ending in (signal.SIGINT, signal.SIGTERM):  # ^C is how a server ends: no failure
        signal.signal(ending, lambda *_: stop.set())
    wanted = Served(
        port=port,
        trees=trees,
        named=named,
        tags=tags,
        runs=run_commands or shell.aws.run_commands,
        waits=not no_waiting,
    )
    serve(wanted, stop)


@dataclass(frozen=True, kw_only=True)
class Served:
    """The sandbox that is asked for: `runs` its jobs really, `waits` in real time."""

    port: int
    trees: tuple[Path, ...] = ()
    named: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    runs: bool = False
    waits: bool = True


def serve(wanted: Served, stop: threading.Event) -> None:
    """Serve until `stop` is set."""
    require_moto()
    from cron2aws.sandbox.server import SandboxServer  # it needs moto

    hosts = _hosts(wanted)
    clock = RealClock() if wanted.waits else VirtualClock(RealClock().now())
    with Sandbox(hosts, clock=clock) as inside, SandboxServer(inside, wanted.port) as server:
        first, source = hosts[0], (wanted.trees or ("/etc/crontab",))[0]
        _tell(
            LINES.format(
                url=server.url,
                account=inside.account,
                region=inside.region,
                source=first.root or source,
                name=first.tags["Name"],
            )
            + "\n"
        )
        for host in hosts:
            told = " ".join(f"{key}={value}" for key, value in host.tags.items())
            _tell(f"host {host.instance_id} {told}\n")
        server.attend(stop, fires=_show_firing, tells=_show_message)
    _tell("gone\n")


def _tell(text: str) -> None:
    """Show it to whoever looks: a reader that has gone ends no server."""
    Terminal().result([text])


def _show_firing(minute: datetime, count: int) -> None:
    _tell(f"{minute:%H:%M} UTC: {count} fired\n")


def _show_message(message: Notification) -> None:
    _tell(f"{message.at:%H:%M:%S} UTC: {message.topic_arn.rpartition(':')[2]}\n")
    _tell("".join(f"    {line}\n" for line in (message.subject or "").splitlines()))
    _tell("".join(f"    {line}\n" for line in message.message.splitlines()))


def _hosts(asked: Served) -> list[StandInHost]:
    tags = dict(_pair(text, "--tag") for text in asked.tags)
    wanted: list[tuple[str, Path | None]] = [(tree.resolve().name, tree) for tree in asked.trees]
    wanted += [(name, _folder(tree)) for name, tree in (_pair(t, "--host") for t in asked.named)]
    behaviour = RunWithShell() if asked.runs else Echo()
    return [
        stand_in(name, tags=tags, root=tree, behaviour=behaviour)
        for name, tree in wanted or [("web", None)]
    ]


def _pair(text: str, option: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not (key and equals and value):
        what, fix = f"{option} {text} is not of the form KEY=VALUE", "for example Name=web"
        raise UsageError(what, fix=fix)
    return key, value


def _folder(text: str) -> Path:
    path = Path(text)
    if not path.is_dir():
        what = f"{text} is not a folder"
        raise UsageError(what)
    return path
