"""What the daemons differ in, schedules apart: places, files, lines, variables, how jobs start."""

from __future__ import annotations

import re
from dataclasses import dataclass


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
    """A line may end behind its schedule, whether a user's or a system tab's."""

    star_user: bool
    """In a system tab a sixth field that begins with `*` is a user (that no host has)."""

    ff_ends_file: bool
    """A word behind a field that begins with the byte 0xFF is taken for the file's end."""

    blanks_before_command: bool
    """In a system tab, all behind the blank that ends the user's name is the command, if only
    blanks or nothing at all."""

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

    pam_service: str
    """The service of PAM that the daemon opens a job's session by: a file in /etc/pam.d."""

    sh_has_random: bool
    """/bin/sh is bash and sets RANDOM; Debian's is dash."""
