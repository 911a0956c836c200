"""Every place where the sandbox reaches into moto: the repairs, in the order that they go in.

These are private names of moto's. A test holds that each still exists with a signature that it was
written for, another that moto still needs each.
"""

from __future__ import annotations

import importlib
import inspect
import re
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cron2aws.sandbox.hook import Hook
    from cron2aws.sandbox.parts import Parts

REPAIRS: tuple[str, ...] = (
    "no_schedules_in_stacks",
    "no_small_types_in_stacks",
    "permissions_have_no_name",
    "documents_stay_mappings",
    "policies_stay_mappings",
    "names_are_too_long",
    "sub_loses_dollars",
    "short_condition_never_holds",
    "resources_without_condition_are_listed",
    "updates_follow_ref_only",
    "failed_stacks_stay_half_made",
    "stacks_are_made_unchecked",
    "change_sets_compare_texts",
    "change_sets_make_half_a_stack",
    "no_termination_protection",
    "oldest_stacks_come_first",
    "stacks_break_in_threads",  # around those that went in before
    "machines_of_stacks_do_not_run",
    "executions_are_copied",
    "names_of_executions_unchecked",
    "all_catches_everything",
    "large_inputs_are_taken",
    "fresh_executions_break_lists",
    "deleted_machines_run_on",
    "ends_of_executions_are_not_told",
    "tasks_break_in_threads",
    "waits_take_real_time",
    "stops_come_in_the_middle",
    "expressions_are_unchecked",
    "environments_are_unchecked",
    "inline_code_needs_docker",
    "messages_are_unchecked",
    "commands_end_at_once",
    "nothing_is_throttled",
    "no_account_settings",
    "no_account_limits",
    "no_quota_list",
    "policies_are_not_simulated",
)
"""Modules of this package."""
_TOLD = re.compile(r"^(AWS|Report|Mended): (.*(?:\n .*)*)", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Repair:
    """One of them, as its docstring tells of it."""

    name: str
    gap: str
    aws: str
    report: str
    mended: str | None = None
    """The release of moto that does it, where there is one: the repair is for those before."""

    @property
    def needed(self) -> bool:
        """Whether the moto that is installed needs it."""
        return self.mended is None or _numbers(version("moto")) < _numbers(self.mended)


@cache
def repair(name: str) -> Repair:
    """By the module's name."""
    text = inspect.cleandoc(_module(name).__doc__ or "")
    gap, _, rest = text.partition("\n\n")
    told = {found[1]: " ".join(found[2].split()) for found in _TOLD.finditer(rest)}
    return Repair(
        name=name, gap=gap, aws=told["AWS"], report=told["Report"], mended=told.get("Mended")
    )


def hooks(parts: Parts) -> Iterator[Hook]:
    """Of all that are needed, for this sandbox."""
    for name in REPAIRS:
        if repair(name).needed:
            yield from _module(name).hooks(parts)


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"cron2aws.sandbox.moto.{name}")


def _numbers(release: str) -> list[int]:
    return [int(number) for number in re.findall("[0-9]+", release)[:3]]
