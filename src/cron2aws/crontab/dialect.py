"""The daemons' habits, as data: what a file, a line, a variable and a command may be.

Measured on Debian 12's cron 3.0pl1 and on cronie 1.4.11, 1.5.7 and 1.7.2; `tests/data/files.json`
and `tests/data/file-names-and-modes.json` hold what they did.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from cron2aws.schedule.fields import CRONIE_1_4, CRONIE_1_5, CRONIE_1_7, DEBIAN, Grammar


@dataclass(frozen=True, kw_only=True)
class EnvironmentRules:
    """How `NAME = VALUE` is read and what reaches the job."""

    empty_value: bool
    """`MAILTO=` is a setting; else the line is read as a job, and is an error."""

    cleans_quoted_value: bool
    """Trailing blanks inside the quotes go, and a second pair of quotes with them."""

    protected: frozenset[str]
    """Names that the daemon sets itself, after the crontab's."""

    default_path: str
    cron_tz: bool
    """CRON_TZ moves the schedule of the entries below it."""

    random_delay: bool
    """RANDOM_DELAY puts every start off by up to so many minutes."""

    max_bytes: int
    """A longer line is cut here, silently."""


@dataclass(frozen=True, kw_only=True)
class LineRules:
    """How a job line is read behind its schedule."""

    dash: bool
    """A leading `-` keeps the run out of the log; root's and system tabs only."""

    options: bool
    """A command that begins with `-` is an option: `-n ` is the only one."""

    empty_command: bool
    """A line may end behind its schedule."""

    star_user: bool
    """In a system tab a sixth field that begins with `*` is a user (that no host has)."""

    ff_ends_file: bool
    """A word behind a field that begins with the byte 0xFF is taken for the file's end."""

    blanks_before_command: bool
    """In a system tab, blanks behind the one that ends the user's name are part of the command."""

    unknown_user_is_error: bool
    """Else the line is kept, and fails at each run."""

    max_command: int | None
    """More bytes are an error."""

    unescapes_backslash: bool
    r"""In a command `\\` becomes one backslash."""


@dataclass(frozen=True, kw_only=True)
class FileRules:
    """When a whole file counts for nothing."""

    all_or_nothing: bool
    """One bad line, or no newline at the end, and no line of the file runs."""

    last_line: int | None = None
    """The highest number of a line that is neither empty nor a comment."""

    max_user_entries: int | None = None
    max_user_variables: int | None = None
    max_user_comment_bytes: int | None = None
    """Comments and empty lines in a row, in bytes."""


@dataclass(frozen=True, kw_only=True)
class FolderRules:
    """Which files of one folder are read: by name, mode, owner and links."""

    names: re.Pattern[str]
    """What a file's whole name must match."""

    mode_mask: int
    mode_bits: int
    """Of the bits in the mask, those that must be set; the others must not."""

    symlinks: bool
    hard_links: bool
    link_owner: bool
    """A symbolic link must belong to root itself, not only the file that it names."""

    def mode_fits(self, mode: int) -> bool:
        """Whether the daemon takes a file with these permission bits."""
        return mode & self.mode_mask == self.mode_bits


@dataclass(frozen=True, kw_only=True)
class PlaceRules:
    """Where the crontabs lie, and which files there are read."""

    spool: str
    system_files: FolderRules
    """/etc/crontab and /etc/cron.d; their owner is root."""

    user_files: FolderRules
    """The spool; the owner is the user or root, the name is the user's."""


@dataclass(frozen=True, kw_only=True)
class StartRules:
    """How a job is started, on the systems that have the daemon."""

    needs_home: bool
    """A job whose HOME cannot be entered is not run; else it runs in the daemon's directory."""

    pam_for_system_root: bool
    """Root's jobs in system tabs have a PAM session too."""

    login_session: bool
    """The daemon's PAM service opens a systemd session, as su's does."""

    su_is_enough: bool
    """su checks the account and brings /etc/environment.  In Red Hat's family it does neither when
    root calls it (`auth sufficient pam_rootok.so`, `account sufficient pam_succeed_if.so uid = 0`
    in /etc/pam.d/su), and locale.conf reaches crond through systemd."""

    sh_has_random: bool
    """/bin/sh is bash and sets RANDOM; Debian's is dash."""


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """One daemon."""

    name: str
    title: str
    grammar: Grammar
    environment: EnvironmentRules
    line: LineRules
    file: FileRules
    places: PlaceRules
    start: StartRules


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
        login_session=False,
        su_is_enough=True,
        sh_has_random=False,
    ),
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
    title="cronie 1.5",
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
        login_session=True,
        su_is_enough=False,
        sh_has_random=True,
    ),
)

_CRONIE_1_4 = replace(
    _CRONIE,
    name="cronie-1.4",
    title="cronie 1.4",
    grammar=CRONIE_1_4,
    environment=replace(_CRONIE.environment, empty_value=False),
    line=replace(_CRONIE.line, unknown_user_is_error=True),
    file=FileRules(all_or_nothing=False),
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

DIALECTS: Mapping[str, Dialect] = MappingProxyType(
    {dialect.name: dialect for dialect in (_DEBIAN, _CRONIE, _CRONIE_1_4, _CRONIE_1_7)}
)
"""Every daemon that is known, by the name that `--dialect` takes."""
