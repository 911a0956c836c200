"""The catalogue of findings: what cron2aws tells about a file, a line, a schedule or a command.

Codes are stable. C1xx reading a crontab, C2xx schedules, C3xx commands, C4xx hosts, AWS and tasks.
Reports and `docs/reference/findings.md` are made from this table; `detail` is the particular case.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Level(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A row of the catalogue."""

    code: str
    level: Level
    title: str
    help: str


class Finding(NamedTuple):
    """One case of a catalogue row: `detail` says what was seen, and where.

    A named tuple: ten thousand entries have the same few, and are told by them.
    """

    code: str
    detail: str

    @property
    def kind(self) -> Kind:
        """The catalogue row; KeyError for a code that does not exist is a bug."""
        return CATALOGUE[self.code]

    @property
    def level(self) -> Level:
        """The weight of the row."""
        return self.kind.level

    @property
    def title(self) -> str:
        """The short name of the row."""
        return self.kind.title

    @property
    def help(self) -> str:
        """What to do about it."""
        return self.kind.help


def _kind(code: str, level: Level, title: str, help_text: str) -> Kind:
    return Kind(code=code, level=level, title=title, help=help_text)


_E, _W, _I = Level.ERROR, Level.WARNING, Level.INFO

_ROWS: tuple[Kind, ...] = (
    # --- C1xx reading a crontab
    _kind(
        "C101",
        _E,
        "The daemon ignores this whole file",
        "Nothing in it runs today, so nothing is migrated; repair the named lines first",
    ),
    _kind("C102", _E, "Bad schedule field", "The daemon refuses the line; repair it or remove it"),
    _kind(
        "C103",
        _E,
        "Bad nickname",
        "Only @reboot, @yearly, @annually, @monthly, @weekly, @daily,"
        " @midnight and @hourly exist, in lower case",
    ),
    _kind(
        "C104",
        _E,
        "Bad user",
        "A system crontab names the user between schedule and command,"
        " and the host must have that user",
    ),
    _kind("C105", _E, "Bad command", "Write a command behind the schedule, in the same line"),
    _kind("C106", _E, "Command too long", "Put the command into a script and call that"),
    _kind(
        "C107", _E, "Bad option", "Remove what begins with `-` before the schedule or the command"
    ),
    _kind("C108", _E, "No newline at the end of the file", "End the last line with a newline"),
    _kind(
        "C109",
        _W,
        "Unknown user",
        "The job has failed at each run so far; name a user that the host has, or remove the line",
    ),
    _kind(
        "C110",
        _W,
        "Windows line ends",
        "The carriage return is part of each command; write the"
        " file with newlines alone, for instance with dos2unix",
    ),
    _kind(
        "C111",
        _W,
        "CRON_TZ means nothing to this daemon",
        "The schedule is in the host's time zone; only cronie moves it by CRON_TZ",
    ),
    _kind(
        "C112",
        _I,
        "TZ does not move the schedule",
        "It only reaches the job as a variable; the schedule is in the host's time zone",
    ),
    _kind(
        "C113",
        _W,
        "RANDOM_DELAY puts the start off",
        "The daemon picks a delay up to this once,"
        " when it starts; the migrated task starts on the minute",
    ),
    _kind("C114", _W, "RANDOM_DELAY is not valid", "The daemon logs an error and delays nothing"),
    _kind(
        "C115", _W, "Variable that cannot be set", "The daemon sets it itself, after the crontab's"
    ),
    _kind(
        "C116", _I, "Variable without effect on the start", "It only reaches the job as a variable"
    ),
    _kind(
        "C117",
        _W,
        "Environment line cut",
        "The daemon cuts the value without a word; shorten it, or set it in the job's script",
    ),
    _kind(
        "C118",
        _I,
        "Bytes that are not UTF-8",
        "They are kept as they are; JSON shows them as lone surrogates",
    ),
    _kind("C119", _W, "NUL byte", "The daemon reads what follows it as one more line; remove it"),
    _kind(
        "C120",
        _W,
        "The daemon does not read a file of this name",
        "Rename the file to what the daemon reads if its jobs should run",
    ),
    _kind("C121", _W, "The daemon refuses this file's mode", "Set the mode that the detail names"),
    _kind(
        "C122",
        _W,
        "The daemon refuses this file's owner",
        "Give the file to the owner that the detail names",
    ),
    _kind(
        "C123", _W, "The daemon refuses this kind of file", "Replace the link by a file of its own"
    ),
    _kind(
        "C124",
        _W,
        "Crontab of an unknown user",
        "The daemon runs a user's crontab only where the host has that user",
    ),
    _kind(
        "C125",
        _W,
        "The lines can be read with a user in each, and without",
        "Say which it is with --format-of system or --format-of user",
    ),
    _kind(
        "C126",
        _I,
        "The daemon would refuse this file on its host",
        "A copied tree rarely keeps modes, owners and links; look at the file on the host itself",
    ),
    _kind(
        "C127",
        _W,
        "The daemon skips this file for its time of change",
        "`touch` the file if its jobs should run",
    ),
    _kind(
        "C128",
        _E,
        "No crontab of cron's",
        "Nothing of it is read or migrated; take the file out of what is scanned, or out of "
        "the daemon's folders",
    ),
    _kind("C130", _W, "Dialect not certain", "Say which daemon reads the crontabs with --dialect"),
    _kind("C131", _W, "Time zone not certain", "Say the host's time zone with --timezone"),
    _kind(
        "C132",
        _I,
        "Jobs of anacron are not read",
        "They stay on the host: cron2aws reads crontabs only; `anacron -T` checks them",
    ),
    _kind(
        "C133",
        _E,
        "No time zone that can be used",
        "Name a zone of the IANA database: with --timezone the one by which the daemon runs, in "
        "the crontab another one for CRON_TZ",
    ),
    _kind(
        "C134",
        _I,
        "An old name of a time zone",
        "The zone is the same; EventBridge gets its present name",
    ),
    _kind(
        "C135",
        _W,
        "The daemon has a time zone of its own",
        "Schedules are in the daemon's zone, as they are today; the jobs' own clock is the host's",
    ),
    _kind(
        "C140",
        _W,
        "Mark without a job",
        "The line was changed by hand after the migration; see `cron2aws status`",
    ),
    _kind(
        "C141",
        _W,
        "Note without a job below it",
        "A `# cron2aws:` note stands right above its entry, or above the mark of the program that "
        "writes the entry; here it changes nothing",
    ),
    _kind(
        "C142",
        _W,
        "Byte-order mark",
        "The daemon reads it as part of the first line; save the file as UTF-8 without it",
    ),
    _kind(
        "C143",
        _W,
        "Note not understood",
        "A note knows `ignore`, `guard`, `name=NAME`, `catch-up=none|once`, `overlap=allow|skip`, "
        "`run-on=all|one|marked` and `timeout=SECONDS`",
    ),
    _kind(
        "C144",
        _W,
        "Another program writes this line",
        "`migrate` leaves the line to that program; hand it over as the detail says",
    ),
    _kind(
        "C145",
        _W,
        "Note between a program's mark and its job",
        "Write the note above the mark: below it the program may write over it, or take it for the"
        " job",
    ),
    _kind(
        "C146",
        _I,
        "Another program rewrites this file",
        "It keeps the lines that are not its own; C144 names those that are",
    ),
    _kind(
        "C147",
        _W,
        "Taken from this machine",
        "Say what the crontab's own host has, with the options that the detail names",
    ),
    _kind(
        "C148",
        _W,
        "Left out of the folder",
        "The file does not read like a crontab; name it by itself to see why",
    ),
    _kind(
        "C190",
        _I,
        "python-crontab reads this line differently",
        "cron2aws follows the daemon;"
        " tools built on python-crontab may show or write something else",
    ),
    # --- C2xx schedules
    _kind(
        "C201",
        _W,
        "Runs when the daemon starts, not at a time",
        "It stays on the host; a systemd unit or EC2 user data does the same without cron",
    ),
    _kind(
        "C202",
        _W,
        "Runs at a random time",
        "The daemon draws the time when it loads the file; write a fixed time to migrate the job",
    ),
    _kind(
        "C203", _W, "Never runs", "No day or no minute is left; repair the schedule or remove it"
    ),
    _kind(
        "C204",
        _W,
        "Differs when the clock changes",
        "Move the job out of the hours in which the clock changes, or accept the listed moments",
    ),
    _kind(
        "C205",
        _W,
        "No proved form was found",
        "The job stays on the host; please report its schedule",
    ),
    _kind(
        "C206",
        _W,
        "A rule cannot say this schedule",
        "Rules count in UTC; use EventBridge Scheduler (`--trigger scheduler`), which knows zones",
    ),
    _kind(
        "C207",
        _W,
        "A rate has a phase of its own",
        "It counts from its creation; leave out `--prefer-rate` to keep the job's times",
    ),
    _kind(
        "C208",
        _I,
        "A rate keeps its own second",
        "It runs every minute, at the second at which it was created",
    ),
    _kind(
        "C209",
        _I,
        "A trigger for the day of the clock change",
        "It starts what the daemon starts then and EventBridge leaves out; nothing is to be done",
    ),
    _kind(
        "C210",
        _E,
        "The second witness disagrees",
        "croniter reads this schedule in a way that nobody has explained; look at the next runs,"
        " and please report it",
    ),
    _kind(
        "C211",
        _I,
        "croniter reads this schedule differently",
        "cron2aws follows the daemon, and croniter agrees once the values are written out",
    ),
    _kind(
        "C212",
        _E,
        "The daemon rejects this schedule",
        "Nothing runs today; repair the field that the detail names",
    ),
    _kind(
        "C213",
        _I,
        "Words behind the schedule are the command",
        "There are five fields, none for seconds or years",
    ),
    # --- C3xx commands
    _kind(
        "C301",
        _W,
        "A bare % cuts the command",
        "Write `\\%` where a percent sign is meant: the first bare one begins the standard input",
    ),
    _kind("C302", _I, "Standard input from the line", "The runner gives the job the same input"),
    _kind(
        "C303",
        _W,
        "A variable that cron does not expand",
        "Write the value out, or set the variable in the command or a script",
    ),
    _kind(
        "C304",
        _I,
        "Path relative to the working directory",
        "It is looked up in the user's home, which must hold it on every host of the tag",
    ),
    _kind(
        "C305",
        _W,
        "Needs a terminal or a display",
        "There is none under cron, nor under Run Command: run it in batch mode",
    ),
    _kind(
        "C306",
        _W,
        "Goes on in the background",
        "The task ends with the shell: let the shell wait, or make a service of it",
    ),
    _kind(
        "C307",
        _I,
        "Changes the user itself",
        "The task keeps the command; the entry's user can be set in the crontab instead",
    ),
    _kind(
        "C308",
        _I,
        "Writes its log to a file on the host",
        "The log stays there; without the redirection its last lines stand in the notification",
    ),
    _kind(
        "C309",
        _I,
        "Throws its output away",
        "A notification can tell the exit code only; without the redirection also the last lines",
    ),
    _kind(
        "C310",
        _I,
        "Lock that holds on one host",
        "With several hosts each has its own: use `--run-on one` where only one may run",
    ),
    _kind(
        "C311",
        _I,
        "Waits for a random time",
        "The task does the same; a schedule's FlexibleTimeWindow does it without holding a host",
    ),
    _kind(
        "C312",
        _I,
        "Names this host, or a service on it",
        "It means another one on every host of the tag",
    ),
    _kind(
        "C313",
        _W,
        "Every minute of few hours",
        "Often `0` is meant where `*` stands for the minutes",
    ),
    _kind(
        "C314",
        _W,
        "More jobs in a minute than the agent runs at once",
        "Five start, the others wait for them: spread the minutes, or raise the agent's "
        "`CommandWorkersLimit`",
    ),
    _kind(
        "C315",
        _I,
        "Mail is replaced by notifications",
        "`cron2aws setup --email ADDRESS` subscribes one address, others subscribe to the topics"
        " in SNS, and each confirms: failures are told, with `--tell output` all output as well",
    ),
    _kind(
        "C316",
        _E,
        "Stops or restarts the host",
        "The agent goes down with it, so the run has no result and ends by its time-out: leave it"
        " to cron, or stop the instance by a schedule of EventBridge's for EC2 itself",
    ),
    _kind(
        "C317",
        _E,
        "May stop, replace or delete the agent that runs it",
        "The run may end halfway without a result: leave it to cron, to a systemd timer or to"
        " State Manager, or leave `amazon-ssm-agent` out of it",
    ),
    _kind(
        "C318",
        _W,
        "Guard in front of the job",
        "With the note `# cron2aws: guard` above the line, or `--quiet-guards`, exit code 1"
        " without output is a skipped run; or write `if GUARD; then JOB; fi` (for flock: `-E 0`),"
        " which ends with 0; or take the schedule that is offered, without the guard",
    ),
    _kind(
        "C319",
        _I,
        "A guard that a schedule can say",
        "The task runs it as cron does; with the schedule that is offered it needs no guard",
    ),
    _kind(
        "C320",
        _W,
        "Its output is the message",
        "Its reader confirms each topic's subscription, others subscribe to the topics in SNS; or"
        " let the job end with 1 when there is something to tell",
    ),
    _kind(
        "C321",
        _W,
        "Counts seconds within a minute",
        "Make a service with a timer of it on the host: EventBridge starts anywhere in the minute,"
        " and the agent runs five commands at once, long ones too",
    ),
    _kind(
        "C322",
        _W,
        "Needs bash, and gets Debian's sh",
        "It fails or does something else under cron as well: set SHELL=/bin/bash above it, or"
        " write it for sh",
    ),
    _kind(
        "C323",
        _W,
        "Writes crontabs",
        "What it writes may undo a hand-over or bring a line back that a task has taken over:"
        " run `cron2aws status` after it, or leave it out",
    ),
    _kind(
        "C324",
        _W,
        "Looks for cron",
        "Under Run Command its parent is another one, and cron may not run: ask for something else",
    ),
    _kind(
        "C325",
        _W,
        "Reads the clock in the last minute",
        "Move the job to another minute, or take the schedule that C318, C319 or C326 offers",
    ),
    _kind(
        "C326",
        _I,
        "A guard's no is a skipped run",
        "A job that itself ends with 1 and prints nothing counts as skipped, too: let it print why,"
        " or take the note away (for the option: `--no-quiet-guards`)",
    ),
    _kind(
        "C327",
        _W,
        "The note `guard`, and no guard that fits it",
        "Leave the note where exit code 1 without output means that there was nothing to do; else"
        " take it away, or a failure like that is told to nobody",
    ),
    _kind(
        "C340",
        _E,
        "Secret in the crontab",
        "Anybody who may read the stack would see it: move it to a file or to Parameter Store, "
        "or accept that with `--allow-secret ID`",
    ),
    _kind(
        "C341",
        _I,
        "Secret in the crontab, allowed",
        "It stands in the stack's parameter and in the function's environment",
    ),
    _kind(
        "C360",
        _I,
        "Belongs to the host",
        "It stays in the crontab: each host must see to itself, and its packages may change it",
    ),
    # --- C4xx hosts, AWS and tasks
    _kind(
        "C401",
        _E,
        "The daemon ignores the whole file, so this job does not run today",
        "Mend the file first; then this entry can be migrated",
    ),
    _kind(
        "C402",
        _I,
        "The crontab says that cron2aws is to leave this entry alone",
        "Take the comment `# cron2aws: ignore` above it away to migrate it",
    ),
    _kind(
        "C403",
        _E,
        "The task does not fit into a stack",
        "Put a long command into a script on the hosts, and let the crontab call it",
    ),
    _kind(
        "C404",
        _E,
        "Another entry of this host has the same id",
        "Change one of the commands, by a comment behind `#` for example: an id is made from file, "
        "user and command",
    ),
)

CATALOGUE: dict[str, Kind] = {row.code: row for row in _ROWS}
"""Every kind of finding, by its code."""
