"""What the extra `sandbox` installs, and the command that installs it where this one is.

pip knows an environment by its Python, and takes an extra of what is installed there whatever that
was made from. pipx and uv keep an environment for a program, and would take away at its next
upgrade what was put there behind their backs: they are asked for the program with the extra.
"""

from __future__ import annotations

import importlib
import json
import re
import shlex
import sys
import sysconfig
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from cron2aws.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME, EXTRA = "cron2aws", "cron2aws[sandbox]"
_CACHED = re.compile("(archive|environments)-v[0-9]+$")
"""Where uv keeps the environment of a command that is run once (uvx)."""


def require_moto() -> None:
    """UsageError where the extra isn't installed."""
    try:
        for name in ("moto", "werkzeug", "aws_croniter"):
            importlib.import_module(name)
    except ImportError as missing:
        what = "the sandbox is not installed"
        raise UsageError(what, why=str(missing), fix=installing(this_one())) from missing


def another_moto(why: str) -> UsageError:
    """That the moto which is installed is none that the sandbox was made for."""
    what = f"the sandbox does not work with moto {version('moto')}"
    return UsageError(what, why=why, fix=installing(this_one()))


@dataclass(frozen=True, kw_only=True)
class Installed:
    """Where this program is installed, and what it was made from."""

    python: str
    prefix: Path
    has_pip: bool
    managed: bool = False
    """The system's own Python, which its packages look after."""

    origin: Mapping[str, Any] | None = None
    """direct_url.json (PEP 610); None where it came from an index."""


def this_one() -> Installed:
    """The installation that runs."""
    found = _found()
    origin = found.read_text("direct_url.json") if found else None
    marker = Path(sysconfig.get_path("stdlib")) / "EXTERNALLY-MANAGED"
    return Installed(
        python=sys.executable,
        prefix=Path(sys.prefix),
        has_pip=find_spec("pip") is not None,
        managed=sys.prefix == sys.base_prefix and marker.exists(),
        origin=json.loads(origin) if origin else None,
    )


def _found() -> Distribution | None:
    try:
        return distribution(NAME)
    except PackageNotFoundError:
        return None


def installing(here: Installed) -> str:
    """The command that brings the extra there."""
    if (here.prefix / "pipx_metadata.json").exists():
        return f"pipx install --force {_wanted(here.origin)}"
    if (here.prefix / "uv-receipt.toml").exists():
        return f"uv tool install --force {_wanted(here.origin)}"
    if _CACHED.match(here.prefix.parent.name):
        return f"uvx --from {_wanted(here.origin, editable=False)} {NAME}"
    if not here.has_pip:
        return f"uv pip install --python {shlex.quote(here.python)} {shlex.quote(EXTRA)}"
    options = " --break-system-packages" if here.managed else ""
    return f"{shlex.quote(here.python)} -m pip install{options} {shlex.quote(EXTRA)}"


def _wanted(origin: Mapping[str, Any] | None, *, editable: bool = True) -> str:
    """The program with its extra, from where it came."""
    if origin is None:
        return shlex.quote(EXTRA)
    url = str(origin["url"])
    if "vcs_info" in origin:
        kept = origin["vcs_info"]
        revision = kept.get("requested_revision") or kept["commit_id"]
        return shlex.quote(f"{EXTRA} @ {kept['vcs']}+{url}@{revision}")
    if not url.startswith("file:"):
        return shlex.quote(f"{EXTRA} @ {url}")
    path = shlex.quote(f"{unquote(urlsplit(url).path)}[sandbox]")
    in_place = editable and origin.get("dir_info", {}).get("editable")
    return f"--editable {path}" if in_place else path
