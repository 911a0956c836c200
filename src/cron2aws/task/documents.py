"""The documents of Systems Manager that `setup` makes: fixed scripts, with values put into them.

So a right to send one is a right to do that on a host, and no more; who may send AWS-RunShellScript
can run anything there, as root.
Systems Manager writes a parameter's value into the script as it is. So a script has each of them on
a line of its own, `NAME=VALUE`, and its pattern lets nothing through that a shell reads as more
than a word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType

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
    """A script of cfn/functions that hosts run as root, with `seconds` to end in."""

    name: str
    script: str
    meaning: str
    seconds: int
    slots: Mapping[str, Slot] = field(default_factory=lambda: MappingProxyType({}))


READ = Document(
    name="cron2aws-read",
    script="read.sh",
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
DOCUMENTS = (READ,)
"""All that cfn/documents.yaml makes."""


def with_values(script: str, values: Mapping[str, str]) -> str:
    """The script with other values on the lines that set its parameters; their quotes stay.

    ValueError where it has not exactly one line for a parameter.
    """
    for name, value in values.items():
        line = re.compile(rf"^({re.escape(name)}=('?))[^'\n]*\2$", re.MULTILINE)
        script, found = line.subn(partial(_set, value), script)
        if found != 1:
            message = f"{found} lines set {name}"
            raise ValueError(message)
    return script


def _set(value: str, line: re.Match[str]) -> str:
    return f"{line[1]}{value}{line[2]}"
