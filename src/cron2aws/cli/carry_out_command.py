"""The command line that carries out what a report shows, made of the one that was typed."""

from __future__ import annotations

import shlex

import click

GIVEN = "cron2aws.cli.carry_out_command"
"""Where click's `meta` holds the words behind the program's name."""

ONLY_SHOWN = frozenset({"--dry-run", "--all", "--no-color", "--with-secrets"})
OF_THE_REPORT = ("--report-file", "--output", "-o", "--compare", "--plan-file")
WITH_ITS_VALUE = ("--report-file=", "--output=", "-o", "--compare=", "--plan-file=")


def carry_out_command(ctx: click.Context) -> str:
    """The same command without the options that only show a plan, or say how."""
    words: list[str] = []
    given = iter(ctx.meta.get(GIVEN, ()))
    for word in given:
        if word in ONLY_SHOWN:
            continue
        if word in OF_THE_REPORT:
            next(given, None)
        elif not word.startswith(WITH_ITS_VALUE):
            words.append(word)
    return shlex.join(["cron2aws", *words])
