"""A crontab's bytes, read as one daemon reads them.

Each line is tried as an environment line first, then as a job.  Reading goes on behind a bad
line for every dialect, so that all errors of a file are told at once, although Debian's daemon
stops there and ignores the file.
"""

from __future__ import annotations

from collections.abc import Callable

from cron2aws.crontab.dialect import Dialect
from cron2aws.crontab.environment import Environment, read_setting
from cron2aws.crontab.items import (
    Blank,
    Comment,
    Crontab,
    Entry,
    Item,
    Unreadable,
    Variable,
)
from cron2aws.crontab.job import BadJob, JobLine, JobReader
from cron2aws.crontab.managers import Managed
from cron2aws.crontab.mark import Mark, Note, read_mark, read_note
from cron2aws.crontab.remarks import file_remarks, line_remarks, note_remarks
from cron2aws.crontab.size import check_size
from cron2aws.crontab.text import NUL, Line, decode_bytes, lines, skip_blanks
from cron2aws.crontab.watch import Watch, managed_line_finding
from cron2aws.findings import Finding

_NO_NEWLINE = BadJob(
    code="C108", message="missing newline before EOF: the daemon does not run the last line"
)


def read_crontab(
    data: bytes,
    dialect: Dialect,
    *,
    system: bool,
    user: str | None,
    known_user: Callable[[str], bool] | None = None,
    path: str = "",
) -> Crontab:
    """Read a file: `system` says whether lines name a user, else all run as `user`.

    `known_user` says which users the host has; without it a name only has to look like one.
    By their `path`, below the host's root, some files are known to be another program's.
    """
    text = decode_bytes(data)
    jobs = JobReader(dialect, system=system, user=user, known_user=known_user)
    reader = _Reader(dialect, jobs, Watch(path))
    for line in lines(text):
        reader.read_line(line)
    items = tuple(reader.items)
    reasons = check_size(items, dialect.file, system=system)
    if dialect.file.all_or_nothing:
        reasons += tuple(f"line {item.line}: {item.message}" for item in reader.unreadable)
    return Crontab(
        text=text,
        items=items,
        loaded=not reasons,
        findings=(
            *file_remarks(items, text, dialect, reasons),
            *reader.findings,
            *reader.watch.findings,
        ),
    )


class _Reader:
    """Goes through the lines with what is in force: the environment, and a note from above."""

    def __init__(self, dialect: Dialect, jobs: JobReader, watch: Watch) -> None:
        self.watch = watch
        self._dialect = dialect
        self._jobs = jobs
        self._environment = Environment(dialect.environment)
        self._note: Note | None = None
        self._note_line = 0
        self.items: list[Item] = []
        self.unreadable: list[Unreadable] = []
        self.findings: list[Finding] = []

    def read_line(self, line: Line) -> None:
        """Add what a line is; a NUL in it begins another one."""
        marked = read_mark(line.text)
        if marked is not None and self._read_marked(line, *marked):
            return
        offset: int | None = 0
        while offset is not None:
            offset = self._read_record(line, offset)

    def _read_record(self, line: Line, offset: int) -> int | None:
        """Add what stands from `offset` to the line's end or a NUL; where the next one begins."""
        begin = skip_blanks(line.text, offset)
        if begin == len(line.text):
            self._add_blank(line, offset)
        elif line.text[begin] == "#":
            self._add_comment(line, offset)
        else:
            return self._read_content(line, offset, begin)
        return None

    def _read_content(self, line: Line, offset: int, begin: int) -> int | None:
        nul = line.text.find(NUL, begin)
        if nul < 0 and not line.ended:
            self._note = None
            self._add_unreadable(line, offset, _NO_NEWLINE)
            return None
        setting_text = line.text[begin:] if nul < 0 else line.text[begin:nul]
        setting = read_setting(setting_text, self._dialect.environment)
        if setting is not None:
            self.watch.variable()
            self._drop_note()
            end = begin + len(setting_text)
            self._add_variable(line, offset, end, *setting)
        else:
            job = self._jobs.read(line.text, begin)
            if isinstance(job, JobLine) and job.end == len(line.text) and not line.ended:
                job = _NO_NEWLINE  # a NUL among its fields has hidden that
            if isinstance(job, BadJob):
                self.watch.other()
                self._drop_note()
                self._add_unreadable(line, offset, job)
                return None
            end = job.end
            self._add_entry(line, offset, job, None)
        return end + 1 if end + 1 < len(line.text) else None

    def _read_marked(self, line: Line, mark: Mark, offset: int) -> bool:
        """Add the entry behind a mark; False where there is none."""
        begin = skip_blanks(line.text, offset)
        text = line.text[begin:]
        job: JobLine | BadJob | None = None
        if text and text[0] != "#" and read_setting(text, self._dialect.environment) is None:
            job = self._jobs.read(line.text, begin)
        if not isinstance(job, JobLine):
            why = job.message if job else "no job stands behind it"
            detail = f"line {line.number}: mark of {mark.id}: {why}"
            self.findings.append(Finding(code="C140", detail=detail))
            return False
        self._add_entry(line, offset, job, mark)
        return True

    def _add_blank(self, line: Line, offset: int) -> None:
        self.watch.blank()
        self._drop_note()
        text = line.text[offset:]
        start = line.start + offset
        self.items.append(Blank(line=line.number, text=text, start=start, end=start + len(text)))

    def _add_comment(self, line: Line, offset: int) -> None:
        text = line.text[offset:]
        start = line.start + offset
        self.items.append(Comment(line=line.number, text=text, start=start, end=start + len(text)))
        note = read_note(text)
        if note is None:
            self.watch.comment(line.number, text)
            self._drop_note()
        else:
            self.watch.note(line.number)
            self.findings += note_remarks(line.number, note.unknown)
            self._note_line = line.number
            self._note = note if self._note is None else self._note.merge(note)

    def _drop_note(self) -> None:
        """A note is for the next line, or for the job of a manager's mark that stands there."""
        if self._note is not None and not self.watch.expects_job:
            detail = f"line {self._note_line}: no job stands on the next line"
            self.findings.append(Finding(code="C141", detail=detail))
            self._note = None

    def _add_unreadable(self, line: Line, offset: int, problem: BadJob) -> None:
        text = line.text[offset:]
        start = line.start + offset
        item = Unreadable(
            line=line.number,
            text=text,
            start=start,
            end=start + len(text),
            code=problem.code,
            message=problem.message,
        )
        self.items.append(item)
        self.unreadable.append(item)

    def _add_variable(self, line: Line, offset: int, end: int, name: str, value: str) -> None:
        self._environment.set(name, value)
        self.items.append(
            Variable(
                line=line.number,
                text=line.text[offset:end],
                start=line.start + offset,
                end=line.start + end,
                name=name,
                value=value,
            )
        )

    def _add_entry(self, line: Line, offset: int, job: JobLine, mark: Mark | None) -> None:
        note, self._note = self._note or _NO_NOTE, None
        delay = self._environment.random_delay
        environment = self._environment.for_jobs
        managed = self.watch.job(job.command, environment)
        findings = line_remarks(job, delay, self._dialect)
        # by position, as one is made for each line of a crontab: names double the time
        self.items.append(
            Entry(
                line.number,
                line.text[offset : job.end],
                line.start if mark else line.start + offset,
                line.start + (len(line.text) if mark else job.end),
                job.schedule_text,
                job.timing,
                job.user,
                job.raw_command,
                job.command,
                job.stdin,
                environment,
                self._environment.cron_tz,
                delay or 0,
                job.quiet,
                job.mail_only_on_failure,
                mark,
                managed,
                note.name or _name_of(managed, job.command),
                note.ignored,
                note.guard,
                note.settings,
                (*findings, managed_line_finding(managed))
                if managed and not note.ignored
                else findings,
            )
        )


def _name_of(managed: Managed | None, command: str) -> str | None:
    """What the program that writes the line calls it; Salt's default is the command itself."""
    if managed is None or managed.job is None or managed.job == command.strip():
        return None
    return managed.job


_NO_NOTE = Note()
