"""The daemons' habits, as data: what a file, a line, a variable and a command may be.

Measured on Debian 12's cron 3.0pl1-162, Debian 13's 3.0pl1-197, and cronie 1.4.11, 1.5.7 and 1.7.2;
`tests/data/files.json` and `tests/data/file-names-and-modes.json` hold what they did.  Between
these versions cronie's NEWS and ChangeLog say which release brought which habit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from cron2aws.crontab.rules import (
    EnvironmentRules,
    FileRules,
    FolderRules,
    LineRules,
    PlaceRules,
    StartRules,
)
from cron2aws.schedule.fields import (
    CRONIE_1_4,
    CRONIE_1_5,
    CRONIE_1_5_1,
    CRONIE_1_5_2,
    CRONIE_1_5_3,
    CRONIE_1_5_5,
    CRONIE_1_7,
    DEBIAN,
    DEBIAN_13,
    Grammar,
)


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """The habits of one daemon."""

    name: str
    title: str
    grammar: Grammar
    environment: EnvironmentRules
    line: LineRules
    file: FileRules
    places: PlaceRules
    start: StartRules

    def __hash__(self) -> int:
        """The generated one would go through all the rules, for each line of a crontab."""
        return hash(self.name)


_DEBIAN = Dialect(
    name="debian",
    title="Debian's cron 3.0pl1",
    grammar=DEBIAN,
    environment=EnvironmentRules(
        empty_value=False,
        cleans_quoted_value=True,
        protected=frozenset({"LOGNAME"}),
        default_path="/usr/bin:/bin",
        cron_tz=False,
        random_delay=False,
        max_bytes=998,
    ),
    line=LineRules(
        dash=False,
        options=False,
        empty_command=True,
        star_user=True,
        ff_ends_file=True,
        blanks_before_command=True,
        unknown_user_is_error=True,
        max_command=998,
        unescapes_backslash=True,
    ),
    file=FileRules(all_or_nothing=True, last_line=10_003),
    places=PlaceRules(
        spool="/var/spool/cron/crontabs",
        system_files=FolderRules(
            names=re.compile(r"[A-Za-z0-9_-]+"),  # run-parts' rule
            mode_mask=0o022,
            mode_bits=0,
            symlinks=True,
            hard_links=False,
            link_owner=True,
        ),
        user_files=FolderRules(
            names=re.compile(r"(?!\.|tmp\.).+", re.DOTALL),
            mode_mask=0o7777,
            mode_bits=0o600,
            symlinks=False,
            hard_links=False,
            link_owner=False,
        ),
    ),
    start=StartRules(
        needs_home=False,
        pam_for_system_root=True,
        pam_service="cron",
        sh_has_random=False,
    ),
)

_DEBIAN_13 = replace(
    _DEBIAN,
    name="debian-13",
    title="Debian 13's cron 3.0pl1",
    grammar=DEBIAN_13,
    environment=replace(_DEBIAN.environment, empty_value=True),  # since 3.0pl1-187
)

_CRONIE_FILES = FolderRules(
    names=re.compile(r"(?![.#]).*(?<!~)(?<!\.rpmsave)(?<!\.rpmorig)(?<!\.rpmnew)", re.DOTALL),
    mode_mask=0o7533,  # readable by the owner, executable by nobody, writable by the owner alone
    mode_bits=0o400,
    symlinks=True,
    hard_links=True,
    link_owner=False,
)
_CRONIE_USER_FILES = replace(_CRONIE_FILES, hard_links=False)
_NO_LEADING_DASH = re.compile(f"(?!-){_CRONIE_FILES.names.pattern}", re.DOTALL)

_CRONIE = Dialect(
    name="cronie",
    title="cronie 1.5.7",
    grammar=CRONIE_1_5,
    environment=EnvironmentRules(
        empty_value=True,
        cleans_quoted_value=False,
        protected=frozenset({"LOGNAME", "USER"}),
        default_path="/usr/bin:/bin",
        cron_tz=True,
        random_delay=True,
        max_bytes=131_071,
    ),
    line=LineRules(
        dash=True,
        options=False,
        empty_command=False,
        star_user=False,
        ff_ends_file=False,
        blanks_before_command=False,
        unknown_user_is_error=False,
        max_command=None,
        unescapes_backslash=False,
    ),
    file=FileRules(
        all_or_nothing=False,
        max_user_entries=1_000,
        max_user_variables=1_000,
        max_user_comment_bytes=32_768,
    ),
    places=PlaceRules(
        spool="/var/spool/cron", system_files=_CRONIE_FILES, user_files=_CRONIE_USER_FILES
    ),
    start=StartRules(
        needs_home=True,
        pam_for_system_root=False,
        pam_service="crond",
        sh_has_random=True,
    ),
)

# 1.5.7 skips the blanks between user and command (ChangeLog, 2021-03-29)
_CRONIE_1_5_5 = replace(
    _CRONIE,
    name="cronie-1.5.5",
    title="cronie 1.5.5",
    grammar=CRONIE_1_5_5,
    line=replace(_CRONIE.line, blanks_before_command=True),
)
# 1.5.5 checks ranges and steps (NEWS)
_CRONIE_1_5_3 = replace(
    _CRONIE_1_5_5, name="cronie-1.5.3", title="cronie 1.5.3", grammar=CRONIE_1_5_3
)
# 1.5.3 limits the size of users' crontabs (NEWS: CVE-2019-9705)
_CRONIE_1_5_2 = replace(
    _CRONIE_1_5_3,
    name="cronie-1.5.2",
    title="cronie 1.5.2",
    grammar=CRONIE_1_5_2,
    file=FileRules(all_or_nothing=False),
)
# 1.5.2 takes empty values (ChangeLog, 2017-03-29)
_CRONIE_1_5_1 = replace(
    _CRONIE_1_5_2,
    name="cronie-1.5.1",
    title="cronie 1.5.1",
    grammar=CRONIE_1_5_1,
    environment=replace(_CRONIE.environment, empty_value=False),
)
# 1.5.0 looks for the user when the job is run (NEWS)
_CRONIE_1_4 = replace(
    _CRONIE_1_5_1,
    name="cronie-1.4",
    title="cronie 1.4",
    grammar=CRONIE_1_4,
    line=replace(_CRONIE_1_5_1.line, unknown_user_is_error=True),
)

_CRONIE_1_7 = replace(
    _CRONIE,
    name="cronie-1.7",
    title="cronie 1.7",
    grammar=CRONIE_1_7,
    environment=replace(_CRONIE.environment, default_path="/usr/bin:/bin:/usr/sbin:/sbin"),
    line=replace(_CRONIE.line, options=True),
    file=replace(_CRONIE.file, max_user_entries=10_000),
    places=replace(
        _CRONIE.places,
        system_files=replace(_CRONIE_FILES, names=_NO_LEADING_DASH),
        user_files=replace(_CRONIE_USER_FILES, names=_NO_LEADING_DASH),
    ),
)

_ALL = (
    *(_DEBIAN, _DEBIAN_13, _CRONIE, _CRONIE_1_4),
    *(_CRONIE_1_5_1, _CRONIE_1_5_2, _CRONIE_1_5_3, _CRONIE_1_5_5, _CRONIE_1_7),
)
DIALECTS: Mapping[str, Dialect] = MappingProxyType({dialect.name: dialect for dialect in _ALL})
"""Every daemon that is known, by the name that `--dialect` takes."""
