"""A host's crontabs judged: each entry with its triggers, proof, script, findings and a decision.

This is what `scan` shows and what a plan is made from. Nothing here reads a file or asks AWS.
"""

from __future__ import annotations

from cron2aws.survey.choose import matches, select
from cron2aws.survey.judge import decide, survey
from cron2aws.survey.values import Decision, Settings, Survey, Surveyed, Tab, Wanted

__all__ = [
    "Decision",
    "Settings",
    "Survey",
    "Surveyed",
    "Tab",
    "Wanted",
    "decide",
    "matches",
    "select",
    "survey",
]
