"""The documents of Systems Manager that `setup` makes: fixed scripts, with values put into them.

So a right to send one is a right to do that on a host, and no more; who may send AWS-RunShellScript
can run anything there, as root.
Systems Manager writes a parameter's value into the script as it is. So a script has each of them on
a line of its own, `NAME=VALUE`, and its pattern lets nothing through that a shell reads as more
than a word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType

from cron2aws.errors import Bug

LATEST = "$LATEST"
"""The version that is sent: what the last `setup` brought, and not what is the default by then.

CloudFormation was seen to leave the default where it was (cloudformation-coverage-roadmap#2539).
"""


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A parameter of a document: the values that it takes, anchored, and what it says."""

    pattern: str
    meaning: str


@dataclass(frozen=True, kw_only=True)
class Document:
    """What hosts run as root, with `seconds` to end in.

    `files` of cfn/functions are the script, one behind the other.
    """

    name: str
    files: tuple[str, ...]
    meaning: str
    seconds: int
    slots: Mapping[str, Slot] = field(default_factory=lambda: MappingProxyType({}))

    def script(self, read: Callable[[str], str]) -> str:
        """The whole script; `read` gives the text of one of its files."""
        return "\n".join(map(read, self.files))


READ = Document(
    name="cron2aws-read",
    files=("read.sh",),
    meaning="cron2aws reads the crontabs of a host, and changes nothing",
    seconds=120,
    slots=MappingProxyType(
        {
            "piece": Slot(
                pattern="^[1-9][0-9]{0,2}$",
                meaning="Which piece of the answer is printed, from 1 on",
            )
        }
    ),
)
EDIT = Document(
    name="cron2aws-edit",
    files=("edit/tick.sh", "edit/replace.sh", "edit/history.sh", "edit/edit.sh"),
    meaning="cron2aws edits the crontabs of a host by a patch of lines, or looks whether it can",
    seconds=600,  # a host may wait for a quiet minute several times, for each of its files
    slots=MappingProxyType(
        {
            # no number of repetitions: Go's expressions, which the agent has, take 1,000 at most
            "patch": Slot(
                pattern="^[A-Za-z0-9+/]+={0,2}$",
                meaning="Which lines are commented out or come back; gzipped, in base64",
            ),
            "act": Slot(
                pattern="^(edit|check)$",
                meaning="edit, or check to look whether it can be done",
            ),
        }
    ),
)
DOCUMENTS = (READ, EDIT)
"""All that cfn/documents.yaml makes."""


def with_values(script: str, values: Mapping[str, str]) -> str:
    """The script with other values on the lines that set its parameters; their quotes stay."""
    for name, value in values.items():
        line = re.compile(rf"^({re.escape(name)}=('?))[^'\n]*\2$", re.MULTILINE)
        script, found = line.subn(partial(_set, value), script)
        if found != 1:
            raise Bug(what=f"{found} lines of the script set {name}")
    return script


def _set(value: str, line: re.Match[str]) -> str:
    return f"{line[1]}{value}{line[2]}"
