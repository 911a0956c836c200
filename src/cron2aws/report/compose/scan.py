"""What was found on hosts, as a report."""

from __future__ import annotations

from collections.abc import Iterator

from cron2aws.assess.values import Decision
from cron2aws.crontab.identity import shown_ids
from cron2aws.report.compose.acts import checklist
from cron2aws.report.compose.differ import differences
from cron2aws.report.compose.entry import Cardmaker
from cron2aws.report.compose.hosts import files, host_facts, not_looked_at, unread_hosts
from cron2aws.report.compose.matrix import matrix, on_hosts
from cron2aws.report.compose.run_parts import run_parts
from cron2aws.report.compose.since import since
from cron2aws.report.compose.summary import cost, findings, summary
from cron2aws.report.compose.week import week
from cron2aws.report.compose.words import code, fact, names
from cron2aws.report.document import Survey
from cron2aws.report.model import Cards, Facts, Part, Report


def scan_report(survey: Survey) -> Report:
    """The report of a scan; everything in it is known without AWS."""
    hosts = names([each.host.label for each in survey.found.hosts])
    return Report(title=f"Scan of {hosts}", parts=tuple(_parts(survey)))


def scan_cards(survey: Survey) -> Cards:
    """The entries."""
    found, view = survey.found, survey.view
    ids = shown_ids(each.id for each in found.entries)
    maker = Cardmaker(
        made_at=view.made_at,
        since=found.since,
        resolve_zone=view.resolve_zone,
        ids=ids,
        on_hosts=on_hosts(found),
    )
    return Cards("Entries", tuple(map(maker.card, found.entries)), len(found.hosts))


def _parts(survey: Survey) -> Iterator[Part]:
    found, view = survey.found, survey.view
    ids = shown_ids(each.id for each in found.entries)
    yield Facts(
        "",
        (
            *host_facts(each.host for each in found.hosts),
            *unread_hosts(found.unread),
            fact("made", f"{view.made_at:%Y-%m-%d %H:%M} UTC by cron2aws {view.version}"),
            fact(
                "next",
                code(view.advised),
                "shows the plan; without --dry-run it asks first, and then carries it out",
            ),
        ),
    )
    yield summary(found)
    yield from checklist(found, ids, advised=view.advised)
    yield from matrix(found, ids)
    yield scan_cards(survey)
    yield from findings(found)
    # equal lines of several hosts become one task
    moving = list(
        {
            each.id: each
            for each in found.entries
            if each.decision is Decision.MIGRATE and not each.migrated
        }.values()
    )
    yield from differences(moving, ids)
    yield from cost(moving, ids)
    yield from week(found, view, ids)
    if view.last_review:
        yield from since(view.last_review, found, ids)
    yield from run_parts(found)
    yield files(found)
    yield from not_looked_at(found)
