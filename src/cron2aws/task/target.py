"""A target: the tags by which the instances that a task runs on are known.

Any of a tag's values, and all of the tags: as `Targets` of Run Command and filters of EC2 have it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from cron2aws.errors import UsageError

OF_TARGET = ("EC2InstanceTagName", "EC2InstanceTagValue", "MoreTags")
"""The parameters of a task's template that say its target."""

MOST_KEYS = 5  # SSM's Targets
MOST_VALUES = 50  # SSM's TargetValues
LONGEST_KEY = 128  # of EC2
LONGEST_VALUE = 256  # of EC2
LONGEST_PARAMETER = 4096  # of CloudFormation, in bytes
MOST_NAMED = 3
"""How many of a key's values a sentence names."""

_KEY = re.compile(r"[0-9A-Za-z _.:/@-]")  # SSM's TargetKey, less `=`, which ends it here
_VALUE = re.compile(r"[0-9A-Za-z _.:/=+@-]")  # the alphabet that IAM and the tags of stacks have


class Filter(TypedDict, total=False):
    """A filter of EC2."""

    Name: str
    Values: Sequence[str]


Tags = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Target:
    """The instances that have, for each of the keys, one of its values.

    Keys and values are sorted and have no repeats: `having`, `parse` and `of` see to it.
    """

    tags: Tags

    def __str__(self) -> str:
        """As it is typed after `--tag`: `Name=web`, `Name=a,b`, `Name=web Role=a,b`."""
        return " ".join(self._typed)

    @property
    def _typed(self) -> tuple[str, ...]:
        return tuple(f"{key}={','.join(values)}" for key, values in self.tags)

    @property
    def options(self) -> tuple[str, ...]:
        """The command line's options for it, word by word."""
        return tuple(word for typed in self._typed for word in ("--tag", typed))

    @property
    def id(self) -> str:
        """8 hexadecimal digits, the same for the same tags in whatever order they were given."""
        canonical = json.dumps(self.tags, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()[:8]

    @property
    def readable(self) -> str:
        """Its values in letters, digits and hyphens, with the keys that are not `Name`."""
        parts = (
            part
            for key, values in self.tags
            for part in (*(() if key == "Name" else (key,)), ",".join(values))
        )
        return "--".join(name_part(part) for part in parts)

    @property
    def words(self) -> str:
        """What its instances have: `the tag Name=a or b`, `the tags Name=web and Role=a`."""
        each = (f"{key}={_any_of(values)}" for key, values in self.tags)
        return f"the tag{'s' * (len(self.tags) > 1)} {' and '.join(each)}"

    def parameters(self) -> dict[str, str]:
        """The parameters of a task's template; MoreTags only where there is a second key."""
        (key, values), *more = self.tags
        told = {"EC2InstanceTagName": key, "EC2InstanceTagValue": ",".join(values)}
        rest = ";".join(f"{key}={','.join(values)}" for key, values in more)
        return told | ({"MoreTags": rest} if rest else {})

    def filters(self) -> list[Filter]:
        """The target as filters of EC2's DescribeInstances."""
        return [{"Name": f"tag:{key}", "Values": list(values)} for key, values in self.tags]

    def run_command(self) -> list[dict[str, str | list[str]]]:
        """The target as `Targets` of SSM's SendCommand."""
        return [{"Key": f"tag:{key}", "Values": list(values)} for key, values in self.tags]

    def has(self, tags: Mapping[str, str]) -> bool:
        """Whether an instance with these tags is one of its instances."""
        return all(tags.get(key) in values for key, values in self.tags)

    def tags_of(self, host: str) -> dict[str, str]:
        """Tags that would put a host of this name into the target: its own name if that fits."""
        return {
            key: host if key == "Name" and host in values else values[0]
            for key, values in self.tags
        }

    @classmethod
    def having(cls, tags: Mapping[str, Iterable[str]]) -> Target:
        """The target with these values for each key; nothing is checked."""
        return cls(tuple((key, tuple(sorted(set(tags[key])))) for key in sorted(tags)))

    @classmethod
    def of(cls, parameters: Mapping[str, str]) -> Target:
        """What a stack's parameters say; nothing is checked, as the stack is there."""
        first = parameters.get("EC2InstanceTagName", "")
        tags = {first: parameters.get("EC2InstanceTagValue", "").split(",")}
        for more in filter(None, parameters.get("MoreTags", "").split(";")):
            key, _, values = more.partition("=")
            tags.setdefault(key, []).extend(values.split(","))
        return cls.having(tags)

    @classmethod
    def parse(cls, given: Sequence[str]) -> Target:
        """The target that `--tag` means, once for each item: `KEY=VALUE` or `KEY=V1,V2`.

        UsageError for one that no task can have.
        """
        tags: dict[str, list[str]] = {}
        for text in given:
            key, values = _pair(text)
            if key in tags:
                raise UsageError(
                    what=f"--tag names the key {key!r} twice",
                    why="an instance has one value for a key, so none would match both",
                    fix=f"for any of the values: --tag '{key}={','.join(tags[key] + values)}'",
                )
            tags[key] = values
        if len(tags) > MOST_KEYS:
            raise UsageError(
                what=f"--tag is given {len(tags)} times",
                why=f"Run Command takes {MOST_KEYS} keys at most",
                fix="leave out keys that the others already imply",
            )
        target = cls.having(tags)
        for text in target.parameters().values():
            if len(text) > LONGEST_PARAMETER:
                raise UsageError(
                    what=f"the values of --tag take {len(text)} characters",
                    why=f"CloudFormation takes {LONGEST_PARAMETER} in a parameter",
                    fix="give the instances one tag that they all have, and use that",
                )
        return target


def name_part(text: str) -> str:
    """`text` in the characters of a stack's name."""
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")


def _any_of(values: Sequence[str]) -> str:
    others = len(values) - MOST_NAMED
    named = values if others <= 1 else (*values[:MOST_NAMED], f"one of {others} others")
    return " or ".join(named)


def _pair(text: str) -> tuple[str, list[str]]:
    key, _, rest = text.partition("=")
    values = rest.split(",")
    if not (key and all(values)):
        raise UsageError(
            what=f"--tag {text!r} is not KEY=VALUE",
            fix="for example --tag Name=web, or --tag Name=web-1,web-2 for any of several values",
        )
    _check(text, "key", key, LONGEST_KEY, _KEY)
    for value in values:
        _check(text, "value", value, LONGEST_VALUE, _VALUE)
    if len(set(values)) > MOST_VALUES:
        raise UsageError(
            what=f"--tag gives {len(set(values))} values for the key {key!r}",
            why=f"Run Command takes {MOST_VALUES} at most",
            fix="give the instances one tag that they all have, and use that",
        )
    return key, values


def _check(text: str, kind: str, part: str, most: int, sign: re.Pattern[str]) -> None:
    what = f"--tag {text!r} has a {kind} that no task can have"
    another = "give the instances a further tag, and use that"
    if len(part) > most:
        raise UsageError(
            what=what,
            why=f"it has {len(part)} characters, and a {kind} of EC2's tags {most} at most",
            fix="give the tag as the instances have it",
        )
    if part != part.strip(" "):
        raise UsageError(
            what=what,
            why=f"{part!r} begins or ends with a blank",
            fix="leave the blank out" if part.strip() else another,
        )
    wrong = [each for each in part if not sign.match(each)]
    if not wrong:
        return
    if not wrong[0].isascii():
        why = (
            f"{wrong[0]!r} is not ASCII: a policy of IAM takes no character above U+00FF, and how "
            "CloudFormation hands over the others is not documented"
        )
    else:
        why = f"{wrong[0]!r} is not one of the letters, digits, blanks and _.:/=+-@ of AWS's tags"
    raise UsageError(what=what, why=why, fix=another)
