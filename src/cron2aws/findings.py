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
        """What a finding of this level means for an entry, in words."""
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
        """Where the reference tells of it."""
        return f"docs/reference/findings.md#{self.code.lower()}"


class Finding(NamedTuple):
    """One case of a row of the catalogue; `detail` says what was seen, and where.

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
        "The file has an error for which the daemon ignores all of it, so none of its jobs runs "
        "today",
        "Fix what the detail names: until then none of its jobs runs, and none is migrated",
    ),
    _kind(
        "C102",
        _E,
        "Bad schedule field",
        "A minute, hour, day, month or weekday has a value that the daemon does not accept, so "
        "it skips the line",
        "Correct the field or remove the line: the daemon does not run it",
    ),
    _kind(
        "C103",
        _E,
        "Bad nickname",
        "The daemon does not know the word after the `@`, so it skips the line",
        "Write one of @reboot, @yearly, @annually, @monthly, @weekly, @daily, @midnight and "
        "@hourly, in lower case",
    ),
    _kind(
        "C104",
        _E,
        "Bad user",
        "The line names no user, or one that the host does not have, so the daemon refuses the "
        "line",
        "Name a user of the host between the schedule and the command",
    ),
    _kind(
        "C105",
        _E,
        "Bad command",
        "The line has a schedule and no command after it",
        "Write the command after the schedule, on the same line",
    ),
    _kind(
        "C106",
        _E,
        "Command too long",
        "The command is longer than the daemon allows, so it refuses the line",
        "Put the command into a script and call the script",
    ),
    _kind(
        "C107",
        _E,
        "Bad option",
        "A word begins with `-`, and the daemon does not know it as an option or does not allow "
        "it here",
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
        "The line names a user that the host does not have, so the daemon starts nothing",
        "Name a user that the host has, or remove the line: each run has failed so far",
    ),
    _kind(
        "C110",
        _W,
        "Windows line ends",
        "Lines end with a carriage return and a newline, and the daemon takes the first for a"
        " part of the command",
        "Convert the file to newlines alone, for example with dos2unix: the carriage return is "
        "part of each command",
    ),
    _kind(
        "C111",
        _W,
        "CRON_TZ means nothing to this daemon",
        "The crontab sets CRON_TZ, which this daemon passes on to the job as a variable like "
        "any other",
        "Check that the times are meant in the host's zone, as they are read today: only cronie "
        "moves them by CRON_TZ",
    ),
    _kind(
        "C112",
        _I,
        "TZ does not move the schedule",
        "The crontab sets TZ, and the schedule does not follow it",
        "Nothing to do if the times are meant in the host's zone: TZ only reaches the job, as a "
        "variable",
    ),
    _kind(
        "C113",
        _W,
        "RANDOM_DELAY puts the start off",
        "The daemon delays each start of the lines below by a random number of minutes",
        "Expect the task to start on the minute: the daemon picks a delay up to this once, when "
        "it starts, and a task has none",
    ),
    _kind(
        "C114",
        _W,
        "RANDOM_DELAY is not valid",
        "The value is not a number of minutes that the daemon accepts",
        "Write 0 to 1440 minutes, or delete the line: as it is, the daemon delays nothing",
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
        "Nothing to do: it only reaches the job, as a variable",
    ),
    _kind(
        "C117",
        _W,
        "Environment line cut",
        "The line is longer than what the daemon keeps, so the job gets a shorter value than "
        "the file has",
        "Shorten the value, or set it in the job's script: the daemon cuts it without a warning",
    ),
    _kind(
        "C118",
        _I,
        "Bytes that are not UTF-8",
        "The line has bytes that are not UTF-8",
        "Nothing to do: they are kept as they are, and JSON shows them as lone surrogates",
    ),
    _kind(
        "C119",
        _W,
        "NUL byte",
        "The line has a byte of value 0, at which the daemon ends it",
        "Delete the byte: the daemon reads what follows it as another line",
    ),
    _kind(
        "C120",
        _W,
        "The daemon does not read a file of this name",
        "The daemon skips files with such a name, so none of its jobs runs today",
        "Give the file a name that the daemon reads, if its jobs should run",
    ),
    _kind(
        "C121",
        _W,
        "The daemon refuses this file's mode",
        "Others may write to the file, or its mode is not the one that the daemon requires, so "
        "none of its jobs runs today",
        "Set the mode that the detail names",
    ),
    _kind(
        "C122",
        _W,
        "The daemon refuses this file's owner",
        "The file does not belong to the owner that the daemon requires, so none of its jobs "
        "runs today",
        "Change the owner to the one that the detail names",
    ),
    _kind(
        "C123",
        _W,
        "The daemon refuses this kind of file",
        "It is a link or not a regular file, and the daemon does not read it, so none of its "
        "jobs runs today",
        "Replace it with a regular file",
    ),
    _kind(
        "C124",
        _W,
        "Crontab of an unknown user",
        "The file is named after a user that the host does not have",
        "Delete the crontab, or add the user: the daemon runs it only if the host has that user",
    ),
    _kind(
        "C125",
        _W,
        "The lines can be read with a user in each, and without",
        "Nothing in the file shows whether its lines name their user, and they make sense "
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
        "Not a crontab",
        "Its lines read like another program's, such as anacron's, Jenkins' or a script's",
        "Leave the file out of the scan, or move it out of the daemon's folders: nothing in it "
        "is read or migrated",
    ),
    _kind(
        "C130",
        _W,
        "Dialect not certain",
        "Nothing shows which cron daemon the host has, so its lines are read as the daemon in "
        "the detail reads them",
        "Say which daemon reads the crontabs with --dialect",
    ),
    _kind(
        "C131",
        _W,
        "Time zone not certain",
        "Nothing shows the host's time zone, so its schedules are read in the zone in the detail",
        "Give the host's time zone with --timezone",
    ),
    _kind(
        "C132",
        _I,
        "Jobs of anacron are not read",
        "The host has jobs of anacron, which are not lines of a crontab",
        "They stay on the host: cron2aws reads crontabs only; `anacron -T` checks them",
    ),
    _kind(
        "C133",
        _E,
        "Unknown time zone",
        "No time zone has this name, so nobody can tell when the jobs run",
        "Give the daemon's zone with --timezone, or correct CRON_TZ in the crontab: a name of "
        "the IANA database",
    ),
    _kind(
        "C134",
        _I,
        "An old name of a time zone",
        "The zone has a new name, and this one is an alias of it",
        "Nothing to do: EventBridge gets the zone's present name",
    ),
    _kind(
        "C135",
        _W,
        "The daemon has a time zone of its own",
        "TZ in the daemon's environment names another zone than the host's",
        "Check that the times are meant in the daemon's zone, as they are read today; the jobs' "
        "own clock is the host's",
    ),
    _kind(
        "C140",
        _W,
        "Mark without a job",
        "The line behind a mark of cron2aws is no longer a job: it was changed by hand after "
        "the migration",
        "Run `cron2aws status`, then put the line back or delete the mark",
    ),
    _kind(
        "C141",
        _W,
        "Note without a job below it",
        "A note for cron2aws stands above no entry, so it changes nothing",
        "Write the note directly above its entry, or above the mark of the program that writes "
        "the entry",
    ),
    _kind(
        "C142",
        _W,
        "Byte-order mark",
        "The file begins with the three bytes by which some editors mark UTF-8",
        "Save the file as UTF-8 without it: the daemon reads it as part of the first line",
    ),
    _kind(
        "C143",
        _W,
        "Note not understood",
        "A note for cron2aws has a word that cron2aws does not know",
        "Use `ignore`, `guard`, `name=NAME`, `catch-up=none|once`, `overlap=allow|skip`, "
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
        "Nothing to do: it keeps the lines that are not its own; C144 names those that are",
    ),
    _kind(
        "C147",
        _W,
        "Read with this machine's values",
        "The crontab may come from another host, and what it needs was not given, so this "
        "machine's values were used",
        "Give the values of the crontab's own host, with the options that the detail names",
    ),
    _kind(
        "C148",
        _W,
        "Left out of the folder",
        "A folder was named, and this file in it does not read like a crontab",
        "Name the file itself to see why",
    ),
    _kind(
        "C149",
        _W,
        "No cron daemon runs there",
        "No cron daemon was running on the host when it was read, so none of its jobs starts",
        "Find out why on the host; migrated tasks run all the same",
    ),
    _kind(
        "C190",
        _I,
        "python-crontab reads this line differently",
        "python-crontab, a widely used library, takes the line for something else",
        "Nothing to do: cron2aws follows the daemon; tools built on python-crontab may show or "
        "write something else",
    ),
    # --- C2xx schedules
    _kind(
        "C201",
        _W,
        "Runs when the daemon starts, not at a time",
        "The line has no time: it runs once, each time the daemon starts, and EventBridge has "
        "no such schedule",
        "Leave it on the host; a systemd unit or EC2 user data does the same without cron",
    ),
    _kind(
        "C202",
        _W,
        "Runs at a random time",
        "The line has `~`, for which the daemon picks a random number, and EventBridge has no "
        "such schedule",
        "Write a fixed time to migrate the job: the daemon picks a new one when it loads the file",
    ),
    _kind(
        "C203",
        _W,
        "Never runs",
        "The daemon accepts the line, and no minute of any day matches it",
        "Correct the schedule or remove the line",
    ),
    _kind(
        "C204",
        _W,
        "Differs when the clock changes",
        "For hours that the clock skips or repeats, cron has rules of its own, and EventBridge "
        "has others",
        "Move the job out of the hours in which the clock changes, or accept the times that are "
        "listed",
    ),
    _kind(
        "C205",
        _W,
        "No proved form was found",
        "cron2aws gives EventBridge only what it has proved to start at the same minutes, and"
        " found nothing for this one",
        "Leave the job on the host, and please report its schedule",
    ),
    _kind(
        "C206",
        _W,
        "A rule cannot say this schedule",
        "In UTC, as rules count, the schedule is not the same all year, or needs more than a "
        "rule has",
        "Use EventBridge Scheduler (`--trigger scheduler`), which knows time zones",
    ),
    _kind(
        "C207",
        _W,
        "A rate has a phase of its own",
        "A rate() starts the job as often as cron does, but at other minutes",
        "Leave out `--prefer-rate` to keep the job's minutes: a rate counts from its creation",
    ),
    _kind(
        "C208",
        _I,
        "A rate keeps its own second",
        "EventBridge counts the minutes of a rate from the second at which it was created",
        "Nothing to do: it runs every minute, at the second at which it was created",
    ),
    _kind(
        "C209",
        _I,
        "A trigger for the day of the clock change",
        "Cron makes up for an hour that the clock skips, and here a second trigger does so",
        "Nothing to do: it starts what the daemon starts then and EventBridge leaves out",
    ),
    _kind(
        "C210",
        _E,
        "The second witness disagrees",
        "croniter, a second library, reads other minutes from the schedule, and no known "
        "difference explains it",
        "Compare the next runs with what you expect, and please report the schedule",
    ),
    _kind(
        "C211",
        _I,
        "croniter reads this schedule differently",
        "croniter, a second library, reads the schedule by other rules, which are known",
        "Nothing to do: cron2aws follows the daemon, and croniter agrees once the values are "
        "written out",
    ),
    _kind(
        "C212",
        _E,
        "The daemon rejects this schedule",
        "The daemon does not accept one of the five fields, so it would skip the line",
        "Correct the field that the detail names: nothing runs today",
    ),
    _kind(
        "C213",
        _I,
        "Words behind the schedule are the command",
        "The expression has more than five fields, and a crontab has five",
        "Leave out seconds and years, if they are meant: cron takes what follows the fifth "
        "field for the command",
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
        "The text after the first `%` is the job's standard input, as the daemon reads it",
        "Nothing to do: the runner gives the job the same input",
    ),
    _kind(
        "C303",
        _W,
        "A variable that cron does not expand",
        "A variable is set from another one, and the daemon does not expand it",
        "Write the value out, or set the variable in the command or a script",
    ),
    _kind(
        "C304",
        _I,
        "Path relative to the working directory",
        "The command names a file by a path that does not begin with `/`",
        "Make sure that the user's home has it on every host of the tag: it is looked up there",
    ),
    _kind(
        "C305",
        _W,
        "Needs a terminal or a display",
        "The command asks for a terminal or for a screen",
        "Run it in batch mode: there is no terminal under cron, nor under Run Command",
    ),
    _kind(
        "C306",
        _W,
        "Goes on in the background",
        "The command leaves a process behind that goes on after the shell has ended",
        "Let the shell wait, or make a service of it: the task ends with the shell",
    ),
    _kind(
        "C307",
        _I,
        "Changes the user itself",
        "The command itself becomes another user, with `su`, `sudo` or the like",
        "Nothing to do: the task keeps the command; you could also set the entry's user in the "
        "crontab",
    ),
    _kind(
        "C308",
        _I,
        "Writes its log to a file on the host",
        "The command's output goes to a file, so nobody else sees it",
        "Take the redirection away if you want the last lines in notifications: the log stays "
        "on the host",
    ),
    _kind(
        "C309",
        _I,
        "Throws its output away",
        "The command's output goes to /dev/null, so nobody sees it",
        "Take the redirection away if you want the last lines in notifications: without output "
        "they have the exit code only",
    ),
    _kind(
        "C310",
        _I,
        "Lock that holds on one host",
        "The command takes a lock against a second run, and only its own host knows the lock",
        "Use `--run-on one` if only one host may run it at a time: each host has its own lock",
    ),
    _kind(
        "C311",
        _I,
        "Waits for a random time",
        "The command sleeps a random while first, so that not all hosts start at once",
        "Nothing to do: the task waits as well; a schedule's FlexibleTimeWindow does it without "
        "holding a host",
    ),
    _kind(
        "C312",
        _I,
        "Names this host, or a service on it",
        "The command names the host on which the crontab stands",
        "Check the command: on each host of the tag it means that host",
    ),
    _kind(
        "C313",
        _W,
        "Every minute of few hours",
        "The minute is `*` and the hour is not, so the job starts sixty times in that hour",
        "Write `0` for the minute if the job should start once an hour",
    ),
    _kind(
        "C314",
        _W,
        "More jobs in a minute than the agent runs at once",
        "The agent on a host runs five commands at a time, and more entries than that are due"
        " in this minute",
        "Spread the minutes, or raise the agent's `CommandWorkersLimit`: five start, and the "
        "others wait for them",
    ),
    _kind(
        "C315",
        _I,
        "Mail is replaced by notifications",
        "Cron mails what a job prints, and a task publishes it to topics of SNS",
        "`cron2aws setup --email ADDRESS` subscribes one address, others subscribe to the topics"
        " in SNS, and each confirms: failures are told, with `--tell output` all output as well",
    ),
    _kind(
        "C316",
        _E,
        "Stops or restarts the host",
        "The command shuts the host down or starts it anew, with the agent that runs the task",
        "Leave it to cron, or stop the instance by a schedule of EventBridge's for EC2 itself: "
        "the agent goes down with the host, so the run has no result and ends by its time-out",
    ),
    _kind(
        "C317",
        _E,
        "May stop, replace or delete the agent that runs it",
        "The command may stop, update or remove the SSM agent, which runs the task",
        "Leave it to cron, to a systemd timer or to State Manager, or leave `amazon-ssm-agent` "
        "out of it: the run may end halfway without a result",
    ),
    _kind(
        "C318",
        _W,
        "Guard in front of the job",
        "A test in front of the job may say no, by exit code 1: cron ignores that, and a task "
        "reports a failure",
        "With the note `# cron2aws: guard` above the line, or `--quiet-guards`, exit code 1"
        " without output is a skipped run; or write `if GUARD; then JOB; fi` (for flock: `-E 0`),"
        " which ends with 0; or take the schedule that is offered, without the guard",
    ),
    _kind(
        "C319",
        _I,
        "A guard that a schedule can say",
        "The test in front of the job asks for days that an EventBridge expression can name",
        "Nothing to do: the task runs the test as cron does; with the schedule that is offered "
        "it needs no guard",
    ),
    _kind(
        "C320",
        _W,
        "Its output is the message",
        "Whoever gets the job's mail reads what it prints, and a task sends that only where "
        "it is asked to",
        "Let its reader confirm the subscription to each topic, and others subscribe in SNS; or "
        "let the job end with 1 when there is something to tell",
    ),
    _kind(
        "C321",
        _W,
        "Counts seconds within a minute",
        "The command waits for seconds within its minute, to start more often than once a "
        "minute, or at a second of its own",
        "Make a service with a timer of it on the host: EventBridge starts a job anywhere in "
        "the minute, and the agent runs five commands at once, long ones too",
    ),
    _kind(
        "C322",
        _W,
        "Needs bash, and gets Debian's sh",
        "The command is written for bash, and the shell that it gets is another one",
        "Set SHELL=/bin/bash above it, or write it for sh: it fails or does something else "
        "under cron as well",
    ),
    _kind(
        "C323",
        _W,
        "Writes crontabs",
        "The command changes crontabs, in which cron2aws keeps who runs each job",
        "Run `cron2aws status` after it, or leave it out: what it writes may undo a hand-over "
        "or bring a line back that a task has taken over",
    ),
    _kind(
        "C324",
        _W,
        "Looks for cron",
        "The command asks whether cron runs, or who its parent is",
        "Ask for something else: under Run Command its parent is another process, and cron may "
        "not run",
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
        "With the guard in front of this job, exit code 1 without output is a skipped run, not a "
        "failure",
        "Let the job print why when it ends with 1 itself, or take the note away (for the "
        "option: `--no-quiet-guards`): else that counts as skipped, too",
    ),
    _kind(
        "C327",
        _W,
        "The note `guard`, and no guard that fits it",
        "The note says that there is a guard, and the command does not begin with one that is "
        "known",
        "Leave the note if exit code 1 without output means that there was nothing to do; else "
        "remove it, or nobody is told of such a failure",
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
        "Nothing to do: it stands in the stack's parameter and in the function's environment",
    ),
    _kind(
        "C360",
        _I,
        "Belongs to the host",
        "The job looks after the host itself: packages, logs, disks, or the program that "
        "manages the host",
        "Leave it in the crontab: each host must see to itself, and its packages may change it",
    ),
    # --- C4xx hosts, AWS and tasks
    _kind(
        "C401",
        _E,
        "The daemon ignores the whole file, so this job does not run today",
        "A fault elsewhere in the file keeps the daemon from reading it, this entry included",
        "Fix the file first; then this entry can be migrated",
    ),
    _kind(
        "C402",
        _I,
        "The crontab says that cron2aws is to leave this entry alone",
        "A note above the entry says `ignore`",
        "Remove the comment `# cron2aws: ignore` above it to migrate it",
    ),
    _kind(
        "C403",
        _E,
        "The task does not fit into a stack",
        "The command with its variables is longer than CloudFormation or Lambda allows",
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
