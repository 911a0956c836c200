"""The environment in which a host's daemon runs: that of its process, else by its systemd unit.

systemd.exec(5): an EnvironmentFile beats Environment=, a later line an earlier one, and an empty
assignment takes back those before it.  systemd.unit(5): the unit in /etc beats the one in /usr/lib,
drop-ins come in the order of their names, whatever their folder, and of two with the same name the
one in /etc counts.  `tests/data/systemd-environment.json` has what the real systemd made of them.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cron2aws.hosts.inside import inside, read_text
from cron2aws.hosts.paths import HostPath
from cron2aws.hosts.processes import daemons

_UNIT_FOLDERS = (
    *("etc/systemd/system", "run/systemd/system", "usr/local/lib/systemd/system"),
    *("usr/lib/systemd/system", "lib/systemd/system"),
)
_MANAGER_FOLDERS = ("usr/lib/systemd", "run/systemd", "etc/systemd")
_UNITS = ("crond.service", "cron.service", "cronie.service")


@dataclass(frozen=True, kw_only=True)
class _Unit:
    name: str
    path: str
    text: str


# what the packages install: a copied tree often lacks it
_DEBIANS_UNIT = _Unit(
    name="cron.service", path="", text="[Service]\nEnvironmentFile=-/etc/default/cron\n"
)
_CRONIES_UNIT = _Unit(
    name="crond.service", path="", text="[Service]\nEnvironmentFile=/etc/sysconfig/crond\n"
)


@dataclass(frozen=True, kw_only=True)
class SetVariable:
    """A variable's value, and where it is set."""

    value: str
    where: str


def running(root: Path = Path("/")) -> Mapping[str, SetVariable] | None:
    """The environment of the daemon that runs on this host; None where it cannot be seen."""
    for pid in daemons(root):
        try:
            pairs = (
                (root / "proc" / pid / "environ")
                .read_bytes()
                .decode("utf-8", "replace")
                .split("\0")
            )
        except OSError:
            continue
        where = f"the running daemon (process {pid})"
        split = (pair.partition("=") for pair in pairs if "=" in pair)
        return {name: SetVariable(value=value, where=where) for name, _, value in split}
    return None


def configured(root: HostPath, *, debian: bool) -> Mapping[str, SetVariable]:
    """The environment that systemd gives the daemon, by the files below the root."""
    usual = _DEBIANS_UNIT if debian else _CRONIES_UNIT
    names = [usual.name, *(name for name in _UNITS if name != usual.name)]
    known = (unit for name in names if (unit := _unit(root, name)) is not None)
    unit = next(known, usual)
    made = _Environment(root=root)
    for path in _manager_files(root):
        made.read_manager(read_text(root, path) or "", path)
    made.read_unit(unit.text, unit.path)
    for path in _drop_ins(root, unit.name):
        made.read_unit(read_text(root, path) or "", path)
    return made.all()


def _unit(root: HostPath, name: str) -> _Unit | None:
    for folder in _UNIT_FOLDERS:
        text = read_text(root, f"{folder}/{name}")
        if text is not None:
            return _Unit(name=name, path=f"{folder}/{name}", text=text)
    return None


def _drop_ins(root: HostPath, unit: str) -> list[str]:
    """By name; of one name the unit's own counts before all services', then the folder."""
    found: dict[str, str] = {}
    for kind in ("service.d", f"{unit}.d"):
        for folder in reversed(_UNIT_FOLDERS):
            found |= _configs(root, f"{folder}/{kind}")
    return [found[name] for name in sorted(found)]


def _manager_files(root: HostPath) -> list[str]:
    found: dict[str, str] = {}
    for folder in _MANAGER_FOLDERS:
        found |= _configs(root, f"{folder}/system.conf.d")
    return ["etc/systemd/system.conf", *(found[name] for name in sorted(found))]


def _configs(root: HostPath, folder: str) -> dict[str, str]:
    try:
        names = [path.name for path in inside(root, folder).iterdir()]
    except OSError:
        return {}
    return {name: f"{folder}/{name}" for name in names if name.endswith(".conf")}


@dataclass(kw_only=True)
class _Environment:
    """What the lines of a unit and its drop-ins add up to."""

    root: HostPath
    manager: dict[str, SetVariable] = field(default_factory=dict)
    own: dict[str, SetVariable] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    unset: list[str] = field(default_factory=list)
    before_program: dict[str, SetVariable] = field(default_factory=dict)

    def read_manager(self, text: str, where: str) -> None:
        """DefaultEnvironment= of systemd-system.conf(5)."""
        for name, value in _settings(text, "Manager"):
            if name == "DefaultEnvironment":
                self.manager = _assigned(value, where, self.manager)

    def read_unit(self, text: str, where: str) -> None:
        """The lines of one file's [Service], which go on where the last file ended."""
        for name, value in _settings(text, "Service"):
            if name == "Environment":
                self.own = _assigned(value, where, self.own)
            elif name == "EnvironmentFile":
                self.files = [*self.files, value.removeprefix("-")] if value else []
            elif name == "UnsetEnvironment":
                self.unset = [*self.unset, *_words(value)] if value else []
            elif name == "ExecStart":
                self.before_program = _before_program(value, where)

    def all(self) -> Mapping[str, SetVariable]:
        """What the daemon gets in the end."""
        merged = {**self.manager, **self.own}
        for name in self.files:
            text = read_text(self.root, name)
            found = read_environment_file(text or "")
            merged |= {key: SetVariable(value=value, where=name) for key, value in found.items()}
        kept = {key: found for key, found in merged.items() if not self._is_unset(key, found)}
        return {**kept, **self.before_program}

    def _is_unset(self, name: str, found: SetVariable) -> bool:
        return name in self.unset or f"{name}={found.value}" in self.unset


def _settings(text: str, section: str) -> Iterator[tuple[str, str]]:
    """The assignments of a section; a backslash at its end joins a line with the next."""
    current = None
    for raw in re.sub(r"\\\n(?:[#;].*\n)*", " ", text).splitlines():
        line = raw.strip()
        if line.startswith("[") and line.endswith("]"):
            current = line[1:-1]
        elif current == section and "=" in line and line[0] not in "#;":
            name, _, value = line.partition("=")
            yield name.strip(), value.strip()


def _words(value: str) -> list[str]:
    try:
        return shlex.split(value)
    except ValueError:  # a quote without its end: systemd leaves the line out
        return []


def _assigned(value: str, where: str, before: dict[str, SetVariable]) -> dict[str, SetVariable]:
    if not value:
        return {}
    pairs = (word.partition("=") for word in _words(value) if "=" in word)
    return {**before, **{name: SetVariable(value=text, where=where) for name, _, text in pairs}}


def _before_program(value: str, where: str) -> dict[str, SetVariable]:
    """`ExecStart=/usr/bin/env TZ=Asia/Tokyo /usr/sbin/cron -f`."""
    words = _words(value.lstrip("@-:+!|"))
    if not words or not words[0].endswith("/env"):
        return {}
    pairs = [word.partition("=") for word in words[1:] if "=" in word]
    return {name: SetVariable(value=text, where=where) for name, _, text in pairs}


_LINE = re.compile(
    r"""^[ \t]*(?:[#;](?:[^\\\n]|\\[\s\S])*        # a comment
        |([^=\n#;][^=\n]*)=[ \t]*                   # NAME=
         ((?:'[^']*'|"(?:[^"\\]|\\[\s\S])*"|\s(?=['"]))*   # quoted values, one behind the other
          (?:[^\\\n]|\\[\s\S])*))$                  # the rest of the line, which `\` carries on
    """,
    re.MULTILINE | re.VERBOSE,
)
_QUOTED = re.compile(r"""[ \t]*(?:'([^']*)'|"((?:[^"\\]|\\[\s\S])*)")""")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def read_environment_file(text: str) -> dict[str, str]:
    """NAME=VALUE as systemd reads an EnvironmentFile: quotes go, `export` makes no name."""
    found = {}
    for match in _LINE.finditer(text):
        name = (match[1] or "").strip()
        if _NAME.fullmatch(name):
            found[name] = _unquoted(match[2])
    return found


def _unquoted(text: str) -> str:
    value, at = "", 0
    while quoted := _QUOTED.match(text, at):
        single, double = quoted.groups()
        value += single if double is None else re.sub(r'\\(["\\`$])', r"\1", _joined(double))
        at = quoted.end()
    rest = re.fullmatch(r"\s*((?:[^\\\s]|\\.|\s+(?=\S))*)\s*", _joined(text[at:]), re.DOTALL)
    return value + re.sub(r"\\(.)", r"\1", rest[1] if rest else "", flags=re.DOTALL)


def _joined(text: str) -> str:
    return text.replace("\\\n", "")
