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

    @property
    def means(self) -> str:
        """How much that is."""
        return _MEANS[self]


_MEANS = {
    Level.ERROR: "keeps an entry from being migrated until somebody decides (`review`)",
    Level.WARNING: "is worth reading before a migration",
    Level.INFO: "is worth reading after a migration",
}


@dataclass(frozen=True, kw_only=True)
class FindingKind:
    """A row of the catalogue."""

    code: str
    level: Level
    title: str
    means: str
    """What is so where it is told."""

    help: str
    """What to do about it."""

    @property
    def documented(self) -> str:
        """The place in the reference."""
        return f"docs/reference/findings.md#{self.code.lower()}"


class Finding(NamedTuple):
    """One case of a catalogue row: `detail` says what was seen, and where.

    A named tuple: ten thousand entries have the same few, and are told by them.
    """

    code: str
    detail: str

    @property
    def kind(self) -> FindingKind:
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


def _kind(code: str, level: Level, title: str, means: str, help_text: str) -> FindingKind:
    return FindingKind(code=code, level=level, title=title, means=means, help=help_text)


_E, _W, _I = Level.ERROR, Level.WARNING, Level.INFO

_ROWS: tuple[FindingKind, ...] = (
    # --- C1xx reading a crontab
    _kind(
        "C101",
        _E,
        "The daemon ignores this whole file",
        "A fault makes the daemon throw the file away as a whole, so none of its jobs runs today",
        "Mend what the detail names: until then none of its jobs runs, and none is migrated",
    ),
    _kind(
        "C102",
        _E,
        "Bad schedule field",
        "A minute, hour, day, month or weekday is not what the daemon takes, so the line is "
        "no job for it",
        "The daemon refuses the line; repair it or remove it",
    ),
    _kind(
        "C103",
        _E,
        "Bad nickname",
        "The word behind the `@` is none that the daemon knows, so the line is no job for it",
        "Only @reboot, @yearly, @annually, @monthly, @weekly, @daily,"
        " @midnight and @hourly exist, in lower case",
    ),
    _kind(
        "C104",
        _E,
        "Bad user",
        "The word where the user stands is missing, or names nobody on the host, so the "
        "daemon refuses the line",
        "A system crontab names the user between schedule and command,"
        " and the host must have that user",
    ),
    _kind(
        "C105",
        _E,
        "Bad command",
        "There is a schedule, and nothing behind it that could be run",
        "Write a command behind the schedule, in the same line",
    ),
    _kind(
        "C106",
        _E,
        "Command too long",
        "The daemon reads so many bytes of a command and no more, and refuses a longer one",
        "Put the command into a script and call that",
    ),
    _kind(
        "C107",
        _E,
        "Bad option",
        "What begins with `-` is an option to the daemon, or not allowed, and it does not "
        "know this one",
        "Remove what begins with `-` before the schedule or the command",
    ),
    _kind(
        "C108",
        _E,
        "No newline at the end of the file",
        "The last line has no newline at its end, and the daemon does not run such a line",
        "End the last line with a newline",
    ),
    _kind(
        "C109",
        _W,
        "Unknown user",
        "The line names a user that the host's list of users has not, so the daemon starts nothing",
        "The job has failed at each run so far; name a user that the host has, or remove the line",
    ),
    _kind(
        "C110",
        _W,
        "Windows line ends",
        "Lines end with a carriage return and a newline, and the daemon takes the first for a"
        " part of the command",
        "Write the file with newlines alone, for instance with dos2unix: the carriage return is"
        " part of each command",
    ),
    _kind(
        "C111",
        _W,
        "CRON_TZ means nothing to this daemon",
        "The crontab sets CRON_TZ, which this daemon passes on to the job as a variable like "
        "any other",
        "See whether the times are meant in the host's zone, as they are read today; only cronie "
        "moves them by CRON_TZ",
    ),
    _kind(
        "C112",
        _I,
        "TZ does not move the schedule",
        "The crontab sets TZ, and the schedule does not follow it",
        "It only reaches the job as a variable; the schedule is in the host's time zone",
    ),
    _kind(
        "C113",
        _W,
        "RANDOM_DELAY puts the start off",
        "The daemon puts off each start of the lines below, by minutes that it draws",
        "The daemon picks a delay up to this once,"
        " when it starts; the migrated task starts on the minute",
    ),
    _kind(
        "C114",
        _W,
        "RANDOM_DELAY is not valid",
        "The value is no number of minutes that the daemon takes",
        "Write 0 to 1440 minutes, or delete the line: the daemon delays nothing by it",
    ),
    _kind(
        "C115",
        _W,
        "Variable that cannot be set",
        "The crontab sets a variable to which the daemon gives a value of its own afterwards,"
        " so the line has no effect",
        "Delete the line: the daemon sets the variable itself, after the crontab",
    ),
    _kind(
        "C116",
        _I,
        "Variable without effect on the start",
        "The variable has a meaning for the daemon of another system, and none for this one",
        "It only reaches the job as a variable",
    ),
    _kind(
        "C117",
        _W,
        "Environment line cut",
        "The line is longer than what the daemon keeps, so the job gets a shorter value than "
        "the file has",
        "The daemon cuts the value without a word; shorten it, or set it in the job's script",
    ),
    _kind(
        "C118",
        _I,
        "Bytes that are not UTF-8",
        "The line holds bytes that are no text in UTF-8",
        "They are kept as they are; JSON shows them as lone surrogates",
    ),
    _kind(
        "C119",
        _W,
        "NUL byte",
        "The line holds a byte of value 0, which ends a text for the daemon",
        "Delete the byte: the daemon reads what follows it as one more line",
    ),
    _kind(
        "C120",
        _W,
        "The daemon does not read a file of this name",
        "The daemon looks at names in its folder, and passes over this one, so none of its "
        "jobs runs today",
        "Rename the file to what the daemon reads if its jobs should run",
    ),
    _kind(
        "C121",
        _W,
        "The daemon refuses this file's mode",
        "Others may write to the file, or its mode is not the one that the daemon asks for, "
        "so none of its jobs runs today",
        "Set the mode that the detail names",
    ),
    _kind(
        "C122",
        _W,
        "The daemon refuses this file's owner",
        "The file belongs to somebody else than the daemon asks for, so none of its jobs runs"
        " today",
        "Give the file to the owner that the detail names",
    ),
    _kind(
        "C123",
        _W,
        "The daemon refuses this kind of file",
        "It is a link or no plain file, which the daemon does not read, so none of its jobs "
        "runs today",
        "Replace the link by a file of its own",
    ),
    _kind(
        "C124",
        _W,
        "Crontab of an unknown user",
        "The file's name is the name of no user on the host",
        "Delete the crontab, or add the user: the daemon runs it only where the host has that user",
    ),
    _kind(
        "C125",
        _W,
        "The lines can be read with a user in each, and without",
        "Nothing about the file tells whether its lines name their user, and they make sense "
        "either way",
        "Say which it is with --format-of system or --format-of user",
    ),
    _kind(
        "C126",
        _I,
        "The daemon would refuse this file on its host",
        "By its mode, owner or kind, as it lies here, the daemon would not read the file",
        "A copied tree rarely keeps modes, owners and links; look at the file on the host itself",
    ),
    _kind(
        "C127",
        _W,
        "The daemon skips this file for its time of change",
        "The file's time of change keeps the daemon from reading it",
        "`touch` the file if its jobs should run",
    ),
    _kind(
        "C128",
        _E,
        "No crontab of cron's",
        "Its lines read like another program's, such as anacron's, Jenkins' or a script's",
        "Take the file out of what is scanned, or out of the daemon's folders: nothing of it is "
        "read or migrated",
    ),
    _kind(
        "C130",
        _W,
        "Dialect not certain",
        "It is not known which cron daemon the host has, so the lines are read as the one "
        "that is named would",
        "Say which daemon reads the crontabs with --dialect",
    ),
    _kind(
        "C131",
        _W,
        "Time zone not certain",
        "It is not known in which time zone the host is, so the schedules are taken in the "
        "one that is named",
        "Say the host's time zone with --timezone",
    ),
    _kind(
        "C132",
        _I,
        "Jobs of anacron are not read",
        "The host has jobs of anacron's, which are no lines of a crontab",
        "They stay on the host: cron2aws reads crontabs only; `anacron -T` checks them",
    ),
    _kind(
        "C133",
        _E,
        "No time zone that can be used",
        "The name of the zone is none that is known, so it cannot be said when the jobs run",
        "Name a zone of the IANA database: with --timezone the one by which the daemon runs, in "
        "the crontab another one for CRON_TZ",
    ),
    _kind(
        "C134",
        _I,
        "An old name of a time zone",
        "The zone has another name today, and the old one leads to it",
        "The zone is the same; EventBridge gets its present name",
    ),
    _kind(
        "C135",
        _W,
        "The daemon has a time zone of its own",
        "The daemon was started with a zone of its own in its environment, which is not the host's",
        "See whether the times are meant in the daemon's zone, as they are read today; the jobs' "
        "own clock is the host's",
    ),
    _kind(
        "C140",
        _W,
        "Mark without a job",
        "A mark of cron2aws stands in the crontab, and the line behind it is no job any more",
        "See `cron2aws status`, and put the line back or delete the mark: it was changed by hand "
        "after the migration",
    ),
    _kind(
        "C141",
        _W,
        "Note without a job below it",
        "A note of cron2aws stands where no entry follows",
        "Write the note right above its entry, or above the mark of the program that writes the "
        "entry: here it changes nothing",
    ),
    _kind(
        "C142",
        _W,
        "Byte-order mark",
        "The file begins with three bytes by which some editors say that it is UTF-8",
        "Save the file as UTF-8 without it: the daemon reads it as part of the first line",
    ),
    _kind(
        "C143",
        _W,
        "Note not understood",
        "A note of cron2aws has a word that is none of its own",
        "A note knows `ignore`, `guard`, `name=NAME`, `catch-up=none|once`, `overlap=allow|skip`, "
        "`run-on=all|one|marked` and `timeout=TIME`, such as 90s, 15m or 1h",
    ),
    _kind(
        "C144",
        _W,
        "Another program writes this line",
        "The line stands below the mark of another program, which writes it anew when it runs",
        "Hand the line over as the detail says: `migrate` leaves it to the program that writes it",
    ),
    _kind(
        "C145",
        _W,
        "Note between a program's mark and its job",
        "The note stands where the other program writes",
        "Write the note above the mark: below it the program may write over it, or take it for the"
        " job",
    ),
    _kind(
        "C146",
        _I,
        "Another program rewrites this file",
        "Another program has a part of this file, and writes the file anew when it runs",
        "It keeps the lines that are not its own; C144 names those that are",
    ),
    _kind(
        "C147",
        _W,
        "Taken from this machine",
        "The crontab is not this machine's, and a thing that it needs was not said, so this "
        "machine's was taken",
        "Say what the crontab's own host has, with the options that the detail names",
    ),
    _kind(
        "C148",
        _W,
        "Left out of the folder",
        "A folder was named, and this file in it was not read",
        "Name the file by itself to see why: it does not read like a crontab",
    ),
    _kind(
        "C149",
        _W,
        "No cron runs there",
        "The host was read while no cron daemon ran on it: none of its jobs starts",
        "See why on the host; what is migrated runs all the same",
    ),
    _kind(
        "C190",
        _I,
        "python-crontab reads this line differently",
        "A widely used library was asked as a second witness, and takes the line for "
        "something else",
        "cron2aws follows the daemon;"
        " tools built on python-crontab may show or write something else",
    ),
    # --- C2xx schedules
    _kind(
        "C201",
        _W,
        "Runs when the daemon starts, not at a time",
        "The line has no time: it is run once, each time the daemon starts, and EventBridge "
        "has no such schedule",
        "It stays on the host; a systemd unit or EC2 user data does the same without cron",
    ),
    _kind(
        "C202",
        _W,
        "Runs at a random time",
        "The line has `~`, for which the daemon draws a number, and EventBridge has no such "
        "schedule",
        "The daemon draws the time when it loads the file; write a fixed time to migrate the job",
    ),
    _kind(
        "C203",
        _W,
        "Never runs",
        "The daemon takes the line, and there is no minute at which it would start it",
        "No day or no minute is left; repair the schedule or remove it",
    ),
    _kind(
        "C204",
        _W,
        "Differs when the clock changes",
        "Cron has rules of its own for hours that the clock skips or repeats, and EventBridge"
        " has others",
        "Move the job out of the hours in which the clock changes, or accept the listed moments",
    ),
    _kind(
        "C205",
        _W,
        "No proved form was found",
        "cron2aws gives EventBridge only what it has proved to start at the same minutes, and"
        " found nothing for this one",
        "The job stays on the host; please report its schedule",
    ),
    _kind(
        "C206",
        _W,
        "A rule cannot say this schedule",
        "Counted in UTC, as rules do, the schedule is not the same all year, or needs more "
        "than a rule has",
        "Rules count in UTC; use EventBridge Scheduler (`--trigger scheduler`), which knows zones",
    ),
    _kind(
        "C207",
        _W,
        "A rate has a phase of its own",
        "The same number of starts, but not at the same minutes as cron's",
        "It counts from its creation; leave out `--prefer-rate` to keep the job's times",
    ),
    _kind(
        "C208",
        _I,
        "A rate keeps its own second",
        "EventBridge counts the minutes of a rate from the second at which it was created",
        "It runs every minute, at the second at which it was created",
    ),
    _kind(
        "C209",
        _I,
        "A trigger for the day of the clock change",
        "Cron makes up for an hour that the clock skips, and a second schedule does so here",
        "It starts what the daemon starts then and EventBridge leaves out; nothing is to be done",
    ),
    _kind(
        "C210",
        _E,
        "The second witness disagrees",
        "A second library was asked when the schedule is due, and says other minutes",
        "croniter reads this schedule in a way that nobody has explained; look at the next runs,"
        " and please report it",
    ),
    _kind(
        "C211",
        _I,
        "croniter reads this schedule differently",
        "A second library reads the schedule by rules of its own, which are known",
        "cron2aws follows the daemon, and croniter agrees once the values are written out",
    ),
    _kind(
        "C212",
        _E,
        "The daemon rejects this schedule",
        "One of the five fields is not what the daemon takes, so the line would be no job",
        "Nothing runs today; repair the field that the detail names",
    ),
    _kind(
        "C213",
        _I,
        "Words behind the schedule are the command",
        "More than five fields were given, and a crontab has five",
        "There are five fields, none for seconds or years",
    ),
    # --- C3xx commands
    _kind(
        "C301",
        _W,
        "A bare % cuts the command",
        "The daemon ends the command at the first `%` without a backslash, and gives what "
        "follows to the job as its input",
        "Write `\\%` where a percent sign is meant: the first bare one begins the standard input",
    ),
    _kind(
        "C302",
        _I,
        "Standard input from the line",
        "What stands behind the first `%` is the job's input, as the daemon has it",
        "The runner gives the job the same input",
    ),
    _kind(
        "C303",
        _W,
        "A variable that cron does not expand",
        "A variable is set from another one, and the daemon takes the value as it is written",
        "Write the value out, or set the variable in the command or a script",
    ),
    _kind(
        "C304",
        _I,
        "Path relative to the working directory",
        "The command names a file by a path that does not begin with `/`",
        "It is looked up in the user's home, which must hold it on every host of the tag",
    ),
    _kind(
        "C305",
        _W,
        "Needs a terminal or a display",
        "The command asks for a terminal or for a screen",
        "There is none under cron, nor under Run Command: run it in batch mode",
    ),
    _kind(
        "C306",
        _W,
        "Goes on in the background",
        "The command leaves a process behind that goes on when the shell has ended",
        "The task ends with the shell: let the shell wait, or make a service of it",
    ),
    _kind(
        "C307",
        _I,
        "Changes the user itself",
        "The command itself becomes another user, with `su`, `sudo` or the like",
        "The task keeps the command; the entry's user can be set in the crontab instead",
    ),
    _kind(
        "C308",
        _I,
        "Writes its log to a file on the host",
        "The command's output goes to a file, so nobody else sees it",
        "The log stays there; without the redirection its last lines stand in the notification",
    ),
    _kind(
        "C309",
        _I,
        "Throws its output away",
        "The command's output goes to /dev/null, so nobody sees it",
        "A notification can tell the exit code only; without the redirection also the last lines",
    ),
    _kind(
        "C310",
        _I,
        "Lock that holds on one host",
        "The command keeps a second one of its own kind away, and knows of its own host alone",
        "With several hosts each has its own: use `--run-on one` where only one may run",
    ),
    _kind(
        "C311",
        _I,
        "Waits for a random time",
        "The command sleeps a random while first, so that not all hosts start at once",
        "The task does the same; a schedule's FlexibleTimeWindow does it without holding a host",
    ),
    _kind(
        "C312",
        _I,
        "Names this host, or a service on it",
        "The command names the host on which the crontab stands",
        "It means another one on every host of the tag",
    ),
    _kind(
        "C313",
        _W,
        "Every minute of few hours",
        "The minute is `*` and the hour is not, so the job starts sixty times in that hour",
        "Often `0` is meant where `*` stands for the minutes",
    ),
    _kind(
        "C314",
        _W,
        "More jobs in a minute than the agent runs at once",
        "The agent on a host runs five commands at a time, and more entries than that are due"
        " in this minute",
        "Five start, the others wait for them: spread the minutes, or raise the agent's "
        "`CommandWorkersLimit`",
    ),
    _kind(
        "C315",
        _I,
        "Mail is replaced by notifications",
        "Cron mails what a job prints, and a task publishes to topics of SNS",
        "`cron2aws setup --email ADDRESS` subscribes one address, others subscribe to the topics"
        " in SNS, and each confirms: failures are told, with `--tell output` all output as well",
    ),
    _kind(
        "C316",
        _E,
        "Stops or restarts the host",
        "The command shuts the host down or starts it anew, with the agent that runs the task",
        "The agent goes down with it, so the run has no result and ends by its time-out: leave it"
        " to cron, or stop the instance by a schedule of EventBridge's for EC2 itself",
    ),
    _kind(
        "C317",
        _E,
        "May stop, replace or delete the agent that runs it",
        "The command may stop, update or remove the SSM agent, which runs the task",
        "The run may end halfway without a result: leave it to cron, to a systemd timer or to"
        " State Manager, or leave `amazon-ssm-agent` out of it",
    ),
    _kind(
        "C318",
        _W,
        "Guard in front of the job",
        "A test stands in front of the job, and its no is exit code 1: to cron that is "
        "nothing, to a task it is a failure",
        "With the note `# cron2aws: guard` above the line, or `--quiet-guards`, exit code 1"
        " without output is a skipped run; or write `if GUARD; then JOB; fi` (for flock: `-E 0`),"
        " which ends with 0; or take the schedule that is offered, without the guard",
    ),
    _kind(
        "C319",
        _I,
        "A guard that a schedule can say",
        "The test in front of the job asks for days that EventBridge can be told",
        "The task runs it as cron does; with the schedule that is offered it needs no guard",
    ),
    _kind(
        "C320",
        _W,
        "Its output is the message",
        "Whoever gets the job's mail reads what it prints, and a task sends that only where "
        "it is asked to",
        "Its reader confirms each topic's subscription, others subscribe to the topics in SNS; or"
        " let the job end with 1 when there is something to tell",
    ),
    _kind(
        "C321",
        _W,
        "Counts seconds within a minute",
        "The command waits for seconds within its minute, to start more often than once a "
        "minute, or at a second of its own",
        "Make a service with a timer of it on the host: EventBridge starts anywhere in the minute,"
        " and the agent runs five commands at once, long ones too",
    ),
    _kind(
        "C322",
        _W,
        "Needs bash, and gets Debian's sh",
        "The command is written for bash, and the shell that it gets is another one",
        "It fails or does something else under cron as well: set SHELL=/bin/bash above it, or"
        " write it for sh",
    ),
    _kind(
        "C323",
        _W,
        "Writes crontabs",
        "The command changes crontabs, in which cron2aws keeps who runs each job",
        "What it writes may undo a hand-over or bring a line back that a task has taken over:"
        " run `cron2aws status` after it, or leave it out",
    ),
    _kind(
        "C324",
        _W,
        "Looks for cron",
        "The command asks whether cron runs, or who its parent is",
        "Under Run Command its parent is another one, and cron may not run: ask for something else",
    ),
    _kind(
        "C325",
        _W,
        "Reads the clock in the last minute",
        "The job starts in the last minute of an hour or a day and asks for the time, and a "
        "task starts some seconds later than cron",
        "Move the job to another minute, or take the schedule that C318, C319 or C326 offers",
    ),
    _kind(
        "C326",
        _I,
        "A guard's no is a skipped run",
        "The guard in front of this job counts as such: exit code 1 without output is no failure",
        "A job that itself ends with 1 and prints nothing counts as skipped, too: let it print why,"
        " or take the note away (for the option: `--no-quiet-guards`)",
    ),
    _kind(
        "C327",
        _W,
        "The note `guard`, and no guard that fits it",
        "The note says that there is a guard, and the command begins with none that is known",
        "Leave the note where exit code 1 without output means that there was nothing to do; else"
        " take it away, or a failure like that is told to nobody",
    ),
    _kind(
        "C340",
        _E,
        "Secret in the crontab",
        "A password, a key or a token stands in the line, or in a variable above it",
        "Anybody who may read the stack would see it: move it to a file or to Parameter Store, "
        "or accept that with `--allow-secret ID`",
    ),
    _kind(
        "C341",
        _I,
        "Secret in the crontab, allowed",
        "A password, a key or a token stands in the line, and was allowed to go to AWS",
        "It stands in the stack's parameter and in the function's environment",
    ),
    _kind(
        "C360",
        _I,
        "Belongs to the host",
        "The job looks after the host itself: packages, logs, disks, or the program that "
        "manages the host",
        "It stays in the crontab: each host must see to itself, and its packages may change it",
    ),
    # --- C4xx hosts, AWS and tasks
    _kind(
        "C401",
        _E,
        "The daemon ignores the whole file, so this job does not run today",
        "A fault elsewhere in the file keeps the daemon from reading it, this entry included",
        "Mend the file first; then this entry can be migrated",
    ),
    _kind(
        "C402",
        _I,
        "The crontab says that cron2aws is to leave this entry alone",
        "A note above the entry says `ignore`",
        "Take the comment `# cron2aws: ignore` above it away to migrate it",
    ),
    _kind(
        "C403",
        _E,
        "The task does not fit into a stack",
        "CloudFormation and Lambda bound how long a command with its variables may be, and "
        "this one is longer",
        "Put a long command into a script on the hosts, and let the crontab call it",
    ),
    _kind(
        "C404",
        _E,
        "Another entry of this host has the same id",
        "Two entries of one host cannot be told apart by file, user and command",
        "Change one of the commands, by a comment behind `#` for example: an id is made from file, "
        "user and command",
    ),
)

CATALOGUE: dict[str, FindingKind] = {row.code: row for row in _ROWS}
"""Every kind of finding, by its code."""
