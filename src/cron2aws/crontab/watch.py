"""Follows a crontab line by line, to tell which program writes each job: whose mark is in force.

mark  = what a manager writes above its job, around its jobs, or on top of its file
job   = the next line that a mark reaches; cron2aws' own mark in front of it changes nothing
"""

from __future__ import annotations

from cron2aws.crontab.managers import (
    Managed,
    Manager,
    Reach,
    header_in,
    keeps_others,
    manager_of_job,
    manager_of_path,
    mark_in,
)
from cron2aws.findings import Finding

WRITTEN, MISPLACED, REWRITTEN = "C144", "C145", "C146"


class Watch:
    """Is given every line of a file in turn, and tells which program writes each job."""

    def __init__(self, path: str) -> None:
        self._of_file = manager_of_path(path)
        self._above: tuple[Manager, Managed] | None = None
        self._block: tuple[Manager, Managed] | None = None
        self._rest: Managed | None = None
        self._no_job_yet = True
        self.findings: list[Finding] = []

    @property
    def expects_job(self) -> bool:
        """Whether the mark of a manager stands above, and its job has not come yet."""
        return self._above is not None

    def comment(self, line: int, text: str) -> bool:
        """Take a comment that is no note; True for the mark of a manager above one job."""
        if self._block and self._block[0].end and self._block[0].end.fullmatch(text):
            self._block = None
        found = mark_in(text)
        if found is None:
            self._other_comment(line, text)
            return False
        manager, managed = found
        match manager.reach:
            case Reach.BLOCK:
                self._block = found
            case Reach.REST:
                self._rest = managed
            case Reach.NEXT_LINE | Reach.NEXT_AFTER_VARIABLES | Reach.NEXT_JOB:
                self._above = found
                return True
        self._above = None
        return False

    def _other_comment(self, line: int, text: str) -> None:
        self._pass_over(Reach.NEXT_JOB)
        if keeps_others(text):
            detail = f"line {line}: Puppet; it leaves lines without `Puppet Name` as they are"
            self.findings.append(Finding(code=REWRITTEN, detail=detail))
        elif self._no_job_yet and self._of_file is None:
            self._of_file = header_in(text)

    def note(self, line: int) -> None:
        """Take a note of the user's: between a mark and its job its place is wrong."""
        managed = self._in_force()
        if managed is not None:
            detail = (
                f"line {line}: it stands below `{managed.mark}`, in what {managed.manager} writes"
            )
            self.findings.append(Finding(code=MISPLACED, detail=detail))

    def variable(self) -> None:
        """Take an environment line."""
        self._pass_over(Reach.NEXT_AFTER_VARIABLES, Reach.NEXT_JOB)

    def blank(self) -> None:
        """Take a line of blanks."""
        self._pass_over(Reach.NEXT_JOB)

    def other(self) -> None:
        """Take a line that no daemon reads."""
        self._above = None

    def job(self, command: str, environment: tuple[tuple[str, str], ...]) -> Managed | None:
        """Take a job, and tell which program writes it; None for the user."""
        managed = self._in_force() or manager_of_job(command, environment)
        self._above = None
        self._no_job_yet = False
        return managed

    def _in_force(self) -> Managed | None:
        above = self._above or self._block
        return above[1] if above else self._rest or self._of_file

    def _pass_over(self, *reaches: Reach) -> None:
        """Forget a mark whose reach does not get over such a line."""
        if self._above and self._above[0].reach not in reaches:
            self._above = None


def managed_line_finding(managed: Managed) -> Finding:
    """The finding about a line that another program writes: C144."""
    if managed.marks_job:
        way = f"{managed.remedy}: when the line is gone the task takes over"
    else:
        way = f"put it into a crontab of your own, and {managed.remedy}"
    detail = (
        f"{managed.manager} (`{managed.mark.strip()}`), so it is never commented "
        f"out; to hand it over {way}"
    )
    return Finding(code=WRITTEN, detail=detail)
