"""A report with one of each part, and texts that would do harm in a face that forgot to escape."""

from __future__ import annotations

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

HARMFUL = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</script><script>alert(1)//",
    '=HYPERLINK("http://example.com")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "[click](javascript:alert(1)) `code` **bold** | cell |",
    "\x1b[31mred\x1b[0m \x07",
    "abc\u202edcba\u2066",
    "\udcff\udc80 bytes",
    "&lt;already&gt; &amp;",
    "```\nfence",
    "# heading\n- item\n1. one",
)


def card(
    number: int, *, command: str = "run-parts --report /etc/cron.hourly", host: str = "web-1"
) -> Card:
    migrates = number % 3 != 2
    return Card(
        id=f"{number:08x}",
        full_id=f"{number:016x}",
        host=host,
        source="/etc/cron.d/jobs",
        line=number + 1,
        text=f"17 * * * * root {command}",
        user="root",
        schedule="17 * * * *",
        command=command,
        becomes=("cron(17 * * * ? *) Europe/Berlin",) if migrates else (),
        verdict=StyledText("exact", Tone.GOOD) if migrates else StyledText("refused", Tone.BAD),
        decision=StyledText("migrate", Tone.GOOD) if migrates else StyledText("keep", Tone.ASIDE),
        why="" if migrates else "C211 EventBridge has no schedule for this",
        codes=("C314",) if migrates else ("C211", "C314"),
        quarters=sum(1 << (4 * hour + 1) for hour in range(24)),
        facts=(
            Fact("runs", (StyledText("at minute 17 of every hour"),)),
            Fact("command", (StyledText(command, code=True),)),
            Fact("next", (StyledText("Sun 2026-11-29 03:17 Europe/Berlin = 02:17 UTC"),)),
            Fact(
                "C314",
                (
                    StyledText(
                        "warning: More jobs at 03:17 than the agent runs at once", Tone.DOUBTFUL
                    ),
                    StyledText("Move some of them by a few minutes"),
                ),
            ),
        ),
        diffs=(Diff("schedule", ("-17 3 * * *", "+17 * * * *")),) if number == 0 else (),
        folds=(Fold("what each host runs, as root", f"#!/bin/sh\n{command}\nexit 0\n"),),
    )


def report(cards: int = 6, *, harmful: bool = True) -> Report:
    """Parts in the order of a plan."""
    texts = HARMFUL if harmful else ("nothing harmful",)
    return Report(
        title="Plan for web-1: account 123456789012, eu-central-1",
        parts=(
            Facts(
                "",
                (
                    Fact("hosts", (StyledText("web-1: debian cron, Europe/Berlin"),)),
                    Fact("carry out", (StyledText("cron2aws migrate --tag Name=web", code=True),)),
                ),
            ),
            Facts(
                "Summary",
                (
                    Fact("migrate", (StyledText("4 entries, exact"),)),
                    Fact("keep", (StyledText("2 entries: no schedule of EventBridge's (2)"),)),
                ),
            ),
            Checklist(
                "What a person must do",
                (
                    Act(
                        "Subscribe somebody to failures",
                        "nobody is told",
                        "cron2aws setup --email ADDRESS",
                    ),
                    *(Act(f"Look at {text}", text, text) for text in texts),
                ),
            ),
            Grid(
                "Created on AWS",
                ("what", "before", "after", "quota"),
                (
                    (
                        (StyledText("stacks"),),
                        (StyledText("0"),),
                        (StyledText("4"),),
                        (StyledText("2,000"), StyledText("of the account")),
                    ),
                ),
            ),
            Cards(
                "Entries",
                tuple(
                    card(n, command=texts[n % len(texts)].replace("\n", " ") if harmful else "true")
                    for n in range(cards)
                ),
            ),
            Heat(
                "What runs when",
                "Europe/Berlin",
                (("Mon 2026-11-30", (4,) * 96), ("Tue 2026-12-01", (0,) * 92)),
            ),
            Diff("Since the last review", ("-a", "+b")),
            Paragraph(StyledText("All of it is undone by `cron2aws rollback`.", Tone.STRONG)),
        ),
    )
