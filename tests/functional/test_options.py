"""No option is without effect: a click option is a field, and a use-case reads that field.

Found by running: which field an option changes, and which fields a command reads on its way. A text
that names a field, and a dataclass that copies or compares itself, read nothing.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
import pkgutil
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import pytest

from cron2aws import app
from cron2aws.app import aws_options, options
from cron2aws.app.context import Context
from cron2aws.cli import main, shell, terminal
from cron2aws.cli.sandbox import SandboxOptions, serve
from cron2aws.sandbox.inside import Sandbox
from cron2aws.sandbox.run_command.hosts import stand_in
from cron2aws.task.foundation import SharedOptions
from cron2aws.task.target import Target
from cron2aws.task.task import TaskOptions
from tests.calling import opened
from tests.functional.cli import cron2aws
from tests.sandboxes import client, given

Field = tuple[str, str]


def values_of(module: ModuleType) -> list[type]:
    """The dataclasses that a module defines."""
    own = [each for each in vars(module).values() if isinstance(each, type)]
    return [e for e in own if dataclasses.is_dataclass(e) and e.__module__ == module.__name__]


USE_CASE_MODULES = [
    importlib.import_module(f"{app.__name__}.{found.name}")
    for found in pkgutil.iter_modules(app.__path__)
]
CLASSES: tuple[type, ...] = (
    *values_of(options),
    *(each for module in USE_CASE_MODULES if module is not options
      for each in values_of(module) if each.__name__.endswith("Options")),
    terminal.OutputOptions,
    TaskOptions,
    SharedOptions,
    SandboxOptions,
    shell.Shell,
)  # fmt: skip
COMMANDS = [name for name in main.COMMANDS if name != "completion"]
"""Those that work on something; `completion` prints a text."""
USE_CASES = dict.fromkeys(COMMANDS, "use_case") | {
    "enable": "turn",
    "disable": "turn",
    "sandbox": "serve",
}
NEEDED = {
    "explain": ["* * * * *"],
    "doctor": ["--tag", "Name=first"],
    "migrate": ["--tag", "Name=first"],
    "apply": ["plan.json"],
    "export": ["folder", "--tag", "Name=first"],
    "show": ["first"],
    "run": ["task"],
    "enable": ["task"],
    "disable": ["task"],
}


def every_field(*classes: type) -> set[Field]:
    """The fields of these classes."""
    return {(each.__name__, one.name) for each in classes for one in dataclasses.fields(each)}


@contextmanager
def reading(*classes: type) -> Iterator[set[Field]]:
    """Records which fields of these classes are read, but for what dataclasses do themselves."""
    read: set[Field] = set()

    def watched(self: object, name: str) -> object:
        caller = sys._getframe(1)
        own = caller.f_code.co_filename == "<string>"  # __eq__, __hash__, __repr__ of a dataclass
        if not own and caller.f_globals.get("__name__") != "dataclasses":
            read.add((_class_of(self), name))
        return object.__getattribute__(self, name)

    for each in classes:
        each.__getattribute__ = watched  # type: ignore[method-assign, assignment]
    try:
        yield read
    finally:
        for each in classes:
            del each.__getattribute__


def _class_of(value: object) -> str:
    return object.__getattribute__(value, "__class__").__name__  # type: ignore[no-any-return]


class Stopped(Exception):
    """The use-case would begin here."""


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Sequence[str]], dict[Field, object]]:
    """What a command line makes: the fields of every options value, none of them carried out."""
    found: dict[Field, object] = {}

    def stop(*_: object, **__: object) -> None:
        raise Stopped

    def recording(each: type) -> Callable[..., None]:
        begin: Callable[..., None] = each.__init__  # type: ignore[misc]

        def made_one(self: object, *args: Any, **given: Any) -> None:
            begin(self, *args, **given)
            for one in dataclasses.fields(each):
                found[each.__name__, one.name] = object.__getattribute__(self, one.name)

        return made_one

    for each in CLASSES:
        monkeypatch.setattr(each, "__init__", recording(each))

    def make(command: str, arguments: Sequence[str]) -> dict[Field, object]:
        found.clear()
        main.cli.get_command(
            click.Context(main.cli, **main.cli.context_settings), command
        )  # imports its module
        module = f"cron2aws.cli.{command}"
        monkeypatch.setattr(f"{module}.{USE_CASES[command]}", stop)
        monkeypatch.setattr(f"{module}.connect", lambda *_, **__: nullcontext(), raising=False)
        for beside in ("lines_back", "policy", "show_planned", "load", "export_from_hosts"):
            monkeypatch.setattr(f"{module}.{beside}", stop, raising=False)
        for checked in ("check_export", "check_migrate", "check_rollback", "check_status"):
            monkeypatch.setattr(f"{module}.{checked}", lambda _: None, raising=False)
        with pytest.raises(Stopped):
            main.call(list(arguments))
        # the whole command line once more, for the report
        return {field: value for field, value in found.items() if field[1] != "advised"}

    return make


def options_of(command: str) -> list[click.Parameter]:
    found = main.cli.get_command(click.Context(main.cli, **main.cli.context_settings), command)
    assert found
    return [param for param in found.params if not _is_help(param)]


OF_TYPE = {
    "DATE": "2027-03-14",
    "WHEN": "2027-03-14T22:00",
    "TIME": "2m",
    "CLOCK": "03:00",
    "MINUTE": "2027-03-14T22:00",
    "ACCOUNT": "123456789012",
}


def _is_help(param: click.Parameter) -> bool:
    return param.name in {"help", "version"}


def another(param: click.Parameter, folder: Path) -> list[str]:
    """The words that give a parameter a value that it does not have in NEEDED, nor by default."""
    name = [] if isinstance(param, click.Argument) else [param.opts[-1]]
    if isinstance(param, click.Option) and (param.is_flag or param.count):
        return name
    match param.type:
        case click.Choice(choices=choices):
            default = param.get_default(click.Context(main.cli, **main.cli.context_settings))
            value = next(str(getattr(each, "value", each)) for each in choices if each != default)
        case click.IntRange(max=int() as most):
            value = str(most)
        case click.Path():
            value = str(folder)
            if not param.type.dir_okay:
                value += "/report"
        case click.types.StringParamType():
            value = "Role=other" if param.name in {"target", "stack_tags"} else "other"
            value = "i-0123456789abcdef0" if param.name == "instance_ids" else value
        case _:
            value = OF_TYPE[param.type.name]
    return [*name, value]


GLOBAL_ONES = {"AwsOptions", "Shell"}
GLOBAL = [param for param in main.cli.params if not _is_help(param)]
EACH = [(None, param) for param in GLOBAL] + [
    (command, param) for command in COMMANDS for param in options_of(command)
]


@pytest.mark.parametrize(
    ("command", "param"), EACH, ids=[f"{command or 'cron2aws'} {p.name}" for command, p in EACH]
)
def test_an_option_changes_one_field(
    command: str | None,
    param: click.Parameter,
    made: Callable[[str, Sequence[str]], dict[Field, object]],
    tmp_path: Path,
) -> None:
    name = command or "status"
    needed, words = NEEDED.get(name, []), another(param, tmp_path)
    before = made(name, [name, *needed])
    if isinstance(param, click.Argument) and param.required:
        needed = needed[1:]  # it is the first word
    if (name, param.name) == ("show", "target"):
        # it is then asked of AWS, as `migrate` is
        before = made(name, [name, *needed, "--tag", "Name=first"])
    after = made(name, [*words, name, *needed] if command is None else [name, *needed, *words])
    changed = {each for each in before if before[each] != after[each] and _is_leaf(after[each])}
    # what is printed in the place of a change is no option of that change
    assert len(changed) == (0 if param.name == "print_policy" else 1)


BEHIND = [
    (command, param)
    for command in COMMANDS
    for param in GLOBAL
    if param.name not in {own.name for own in options_of(command)}
]


@pytest.mark.parametrize(
    ("command", "param"), BEHIND, ids=[f"{command} {param.name}" for command, param in BEHIND]
)
def test_an_option_of_all_commands_is_the_same_before_and_behind(
    command: str,
    param: click.Parameter,
    made: Callable[[str, Sequence[str]], dict[Field, object]],
    tmp_path: Path,
) -> None:
    needed, words = NEEDED.get(command, []), another(param, tmp_path)
    neither = made(command, [command, *needed])
    before = made(command, [*words, command, *needed])
    assert made(command, [command, *needed, *words]) == before != neither


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("--region a status --region b", "region", "b"),
        ("--region a status", "region", "a"),
        ("--region a status --region=", "region", ""),
        ("-v status -v", "verbose", 2),
        ("status -vv", "verbose", 2),
        ("-vv status", "verbose", 2),
        ("--sandbox status --run-commands", "sandbox", True),
    ],
)
def test_what_is_given_twice(
    line: str,
    field: str,
    value: object,
    made: Callable[[str, Sequence[str]], dict[Field, object]],
) -> None:
    assert made("status", line.split())["AwsOptions", field] == value


def _is_leaf(value: object) -> bool:
    return isinstance(value, Target) or not dataclasses.is_dataclass(value)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox([stand_in("web", tags={"Name": "web"})]) as inside:
        yield inside


@pytest.fixture
def context(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    """A sandbox that the commands take for an AWS elsewhere: they choose how many calls at once."""
    monkeypatch.setenv("CRON2AWS_STATE", str(tmp_path / "state"))
    return replace(opened(sandbox), stand_ins=None, one_at_a_time=False)


@pytest.fixture
def tab(tmp_path: Path) -> str:
    path = tmp_path / "jobs"
    path.write_text("0 3 * * * root /opt/job\n")
    return str(path)


def unread(made: dict[Field, object], read: set[Field]) -> set[Field]:
    """The fields that a command line makes and that were not read."""
    return set(made) - read


def make_older(context: Context) -> None:
    """Let the tasks say that an earlier release made them."""
    for task in context.stacks.deployed():
        service = client("cloudformation")
        body = service.get_template(StackName=task.stack_name)["TemplateBody"]
        outputs = {**body["Outputs"], "TemplateVersion": {"Value": "1"}}
        service.update_stack(
            StackName=task.stack_name,
            TemplateBody=json.dumps({**body, "Outputs": outputs}, separators=(",", ":")),
            Parameters=given(dict(task.parameters)),
        )


def test_every_field_is_read_by_its_command(
    context: Context,
    tab: str,
    made: Callable[[str, Sequence[str]], dict[Field, object]],
) -> None:
    how = ("--dialect", "debian", "--timezone", "UTC")
    alone = ("--parallel", "1", "--yes")  # moto takes one call at a time
    file = ("--plan-file", str(Path(tab).with_name("plan.json")))
    scanned = cron2aws("scan", "-o", "json", "--format-of", "system", *how, tab).document
    entry = scanned["entries"][0]["id"]
    runs: list[list[str]] = [
        ["scan", tab, *how],
        ["show", entry, tab, *how],
        ["show", entry, tab, *how, "--tag", "Name=web"],
        ["calendar", tab, "--dialect", "debian", "--host-timezone", "UTC"],
        ["explain", "@daily", *how],
        ["doctor", tab, *how, "--tag", "Name=web"],
        ["setup", "--email", "ops@example.com", "--tag", "Name=web", "--yes"],
        ["migrate", tab, *how, "--tag", "Name=web", "--comment-out", *alone],
        ["migrate", tab, *how, "--tag", "Name=web", "--overlap", "skip", "--dry-run", *file],
        ["apply", file[1], *alone],
        ["export", f"{tab}-out", tab, *how, "--tag", "Name=web"],
        ["upgrade", *alone],
        ["status", tab, *how],
        ["run", "cron2aws-web-*-job-*"],
        ["history", "cron2aws-web-*-job-*", "--show-output"],
        ["disable", "cron2aws-web-*-job-*", "--yes"],
        ["enable", "cron2aws-web-*-job-*", "--yes"],
        ["rollback", "--source", tab, *how, "--dry-run", *file],
        ["rollback", "--source", tab, *how, *alone],
    ]
    reads: dict[str, set[Field]] = {}
    for run in runs:
        if run[0] == "upgrade":
            make_older(context)
        with reading(*CLASSES) as read:
            main.call(run, context)
        reads[run[0]] = reads.get(run[0], set()) | read
    left = {
        command: unread(made(command, [command, *NEEDED.get(command, [])]), read)
        for command, read in reads.items()
    }
    # a command without a report has a Terminal all the same
    for command, fields in left.items():
        if all(param.name != "output" for param in options_of(command)):
            fields.difference_update(every_field(terminal.OutputOptions))
    # which AWS is not asked for where a context is open already; `scan` and `explain` need none
    elsewhere = {field for fields in left.values() for field in fields if field[0] in GLOBAL_ONES}
    assert {name: fields - elsewhere for name, fields in left.items() if fields - elsewhere} == {}
    assert {*reads, "sandbox"} == set(COMMANDS)


def test_every_option_before_the_command_is_read(context: Context, tab: str) -> None:
    del context  # the process's AWS is a sandbox
    with reading(aws_options.AwsOptions, shell.Shell) as read:
        main.call(["--region", "us-east-1", "status", tab, "--format-of", "system"])
    assert every_field(aws_options.AwsOptions, shell.Shell) - read == set()


@dataclass(frozen=True, kw_only=True)
class Longer(options.RunOptions):
    """An option more than anybody reads."""

    further: bool = False


@pytest.mark.parametrize("somebody_reads", [False, True])
def test_a_field_that_nobody_reads_is_found(somebody_reads: bool) -> None:
    def use_case(asked: Longer) -> str:
        copy = replace(asked, task="other")  # reads them all, to no effect
        assert copy != asked
        assert "further" in repr(asked)
        return f"{asked.task} {asked.further}" if somebody_reads else asked.task

    asked = Longer(task="x")
    with reading(Longer) as read:
        use_case(asked)
    made = dict.fromkeys(every_field(Longer))
    assert unread(made, read) == (set() if somebody_reads else {("Longer", "further")})


def test_what_is_served_is_read() -> None:
    stop = threading.Event()
    stop.set()
    wanted = SandboxOptions(port=0)
    with reading(SandboxOptions) as read:
        serve(wanted, stop)
    assert every_field(SandboxOptions) - read == set()
