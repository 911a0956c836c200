"""A host's crontabs judged: each entry with its triggers, proof, script, findings and a decision.

This is what `scan` shows and what a plan is made from. Nothing here reads a file or asks AWS.
"""

from __future__ import annotations

from cron2aws.assess.assess import assess_host, decide
from cron2aws.assess.choose import matches, select
from cron2aws.assess.values import AssessedEntry, Decision, HostAssessment, Settings, Tab, Wanted

__all__ = [
    "AssessedEntry",
    "Decision",
    "HostAssessment",
    "Settings",
    "Tab",
    "Wanted",
    "assess_host",
    "decide",
    "matches",
    "select",
]
