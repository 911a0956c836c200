"""Reports as large and as wordy as real ones, for pictures and measures."""

from __future__ import annotations

import random

from cron2aws.report.model import (
    Act,
    Card,
    Cards,
    Checklist,
    Diff,
    Fact,
    Facts,
    Fold,
    Grid,
    Heat,
    Paragraph,
    Report,
    StyledText,
    Tone,
)

SCRIPT = """\
#!/bin/sh
# what cron sets for its jobs, and no more
HOME={home} LOGNAME={user} SHELL=/bin/sh PATH=/usr/bin:/bin
export HOME LOGNAME SHELL PATH
cd "$HOME" || exit 1
# a minute is started once, however often its command is delivered
ledger=/var/lib/cron2aws/ledger
mkdir -p "$ledger/{task}" || exit 75
exec 9>"$ledger/{task}/lock" && flock -n 9 || exit 0
# the daemon gives a job to its shell as one word
exec /bin/sh -c '{command}' </dev/null
"""
HELP = (
    "Move some of them by a few minutes, or let them run on several hosts: the agent starts five at"
    " once, and the others wait until one has ended"
)
COMMANDS = (
    "/usr/local/bin/backup --target s3://backups/db --keep 14 >>/var/log/backup.log 2>&1",
    "cd /srv/app && ./bin/console queue:work --stop-when-empty --env=production",
    "find /tmp -xdev -type f -mtime +7 -delete",
    "/opt/reports/nightly.sh --from yesterday | mail -s 'Nightly report' ops@example.com",
    "test -x /usr/sbin/anacron || ( cd / && run-parts --report /etc/cron.daily )",
)


def card(number: int, pick: random.Random) -> Card:
    minute, hour = pick.randrange(60), pick.randrange(24)
    user = pick.choice(("root", "app", "www-data", "backup"))
    command = f"{pick.choice(COMMANDS)} # {number}"
    decision, verdict, why = pick.choice(
        (
            (StyledText("migrate", Tone.GOOD), StyledText("exact", Tone.GOOD), ""),
            (StyledText("migrate", Tone.GOOD), StyledText("exact", Tone.GOOD), ""),
            (StyledText("migrate", Tone.GOOD), StyledText("differs", Tone.DOUBTFUL), ""),
            (
                StyledText("decide", Tone.DOUBTFUL),
                StyledText("review", Tone.DOUBTFUL),
                "C317 The job may stop the agent that runs it",
            ),
            (
                StyledText("keep", Tone.ASIDE),
                StyledText("refused", Tone.BAD),
                "C211 EventBridge has no schedule for @reboot",
            ),
        )
    )
    schedule = f"{minute} {hour} * * *"
    moves = decision.text == "migrate"
    clock = f"{hour:02}:{minute:02}"
    before = (hour - 1) % 24
    day = [
        f"{name} 2026-11-{29 + at} {clock} Europe/Berlin = {before:02}:{minute:02} UTC"
        for at, name in enumerate(("Sun", "Mon"))
    ]
    return Card(
        id=f"{number * 2654435761 % 2**32:08x}",
        full_id=f"{number * 2654435761 % 2**32:08x}{number:024x}",
        host=f"web-{number % 4 + 1}",
        source=f"/var/spool/cron/crontabs/{user}",
        line=number + 1,
        text=f"{schedule} {command}",
        user=user,
        schedule=schedule,
        command=command,
        becomes=(f"cron({minute} {hour} * * ? *) Europe/Berlin",) if moves else (),
        verdict=verdict,
        decision=decision,
        why=why,
        codes=("C314", "C315") if moves else (why[:4], "C314"),
        quarters=1 << (4 * hour + minute // 15),
        facts=(
            Fact("runs", (StyledText(f"at {hour:02}:{minute:02} every day"),)),
            Fact(
                "who", (StyledText(f"{user}, in {'/root' if user == 'root' else '/home/' + user}"),)
            ),
            Fact(
                "environment",
                (
                    StyledText("PATH=/usr/local/bin:/usr/bin:/bin", code=True),
                    StyledText("MAILTO=ops@example.com", code=True),
                ),
            ),
            Fact(
                "proof",
                (
                    StyledText(
                        "the same minutes over the whole calendar and five years' clock changes"
                    ),
                ),
            ),
            Fact("next", tuple(StyledText(one) for one in day)),
            Fact(
                "C314",
                (
                    StyledText(
                        f"warning: More jobs at {hour:02}:{minute:02} than the agent runs at once",
                        Tone.DOUBTFUL,
                    ),
                    StyledText(HELP),
                ),
            ),
            Fact(
                "C315",
                (
                    StyledText("note: Its output went to ops@example.com until now", Tone.ASIDE),
                    StyledText("cron2aws setup --email ops@example.com", code=True),
                ),
            ),
            Fact("cost", (StyledText("$0.09 a month: 30 runs, 420 transitions"),)),
        ),
        diffs=(Diff("schedule", ("-17 3 * * *", f"+{schedule}")),) if number % 10 == 0 else (),
        folds=(
            Fold(
                "what each host runs",
                SCRIPT.format(
                    home=f"/home/{user}", user=user, command=command, task=f"{number:08x}"
                ),
            ),
        ),
    )


def report(cards: int) -> Report:
    pick = random.Random(1)  # noqa: S311 (the same report each time)
    night = tuple(
        40 if at == 12 else 3 * (at % 4 == 1) + (9 if 8 <= at < 20 else 0) for at in range(96)
    )
    days = (
        "Mon 2026-10-19",
        "Tue 2026-10-20",
        "Wed 2026-10-21",
        "Thu 2026-10-22",
        "Fri 2026-10-23",
        "Sat 2026-10-24",
    )
    return Report(
        "Plan for 4 hosts: account 123456789012, eu-central-1",
        (
            Facts(
                "",
                (
                    Fact(
                        "hosts",
                        (
                            StyledText(
                                "web-1 to web-4: Debian's cron, Europe/Berlin by /etc/timezone"
                            ),
                        ),
                    ),
                    Fact(
                        "instances",
                        (
                            StyledText("4 match Name=web, 3 of them online"),
                            StyledText(
                                "i-0123456789abcdef0 is offline since Sat 2026-11-28 04:11 UTC",
                                Tone.DOUBTFUL,
                            ),
                        ),
                    ),
                    Fact(
                        "carry out",
                        (
                            StyledText(
                                "cron2aws migrate --tag Name=web --region eu-central-1 web-1 web-2",
                                code=True,
                            ),
                        ),
                    ),
                ),
            ),
            Facts(
                "Summary",
                (
                    Fact("migrate", (StyledText(f"{cards * 3 // 5:,} entries", Tone.STRONG),)),
                    Fact(
                        "decide",
                        (
                            StyledText(
                                f"{cards // 5:,} entries: the job may stop the agent (C317)",
                                Tone.DOUBTFUL,
                            ),
                        ),
                    ),
                    Fact("keep", (StyledText(f"{cards // 5:,} entries: @reboot (C211)"),)),
                ),
            ),
            Checklist(
                "What a person must do",
                (
                    Act(
                        "Subscribe somebody to failures",
                        "Nobody is told of a task that fails",
                        "cron2aws setup --email ADDRESS",
                    ),
                    Act(
                        "Take the line out of Ansible",
                        "roles/backup/tasks/main.yml writes it again at each run",
                    ),
                ),
            ),
            Grid(
                "Created on AWS",
                ("what", "before", "after", "quota"),
                tuple(
                    tuple((StyledText(text),) for text in row)
                    for row in (
                        ("stacks", "0", "34", "2,000"),
                        ("roles", "12", "148", "1,000"),
                        ("state machines", "0", "34", "10,000"),
                    )
                ),
            ),
            Heat(
                "What runs when",
                "Europe/Berlin",
                (*((day, night) for day in days), ("Sun 2026-10-25", (*night, 2, 2, 2, 2))),
            ),
            Cards("Entries", tuple(card(number, pick) for number in range(cards)), hosts=4),
            Diff(
                "Since the last review",
                (
                    "-17 3 * * * /usr/local/bin/backup",
                    "+17 4 * * * /usr/local/bin/backup",
                    " 5 5 * * * /opt/reports/weekly.sh",
                ),
            ),
            Paragraph(StyledText("All of it is undone by `cron2aws rollback`.", Tone.STRONG)),
        ),
    )
