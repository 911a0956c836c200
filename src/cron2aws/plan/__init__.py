"""A plan: what `migrate` would do, as data. Making one changes nothing; another object executes it.

A plan is made from an assessment and from what is deployed, and holds a digest of every source it
was made from, so that it can be refused once they have changed.
"""

from __future__ import annotations

from cron2aws.plan.make import at_home, make_plan
from cron2aws.plan.values import (
    SETTLED,
    Action,
    Change,
    Deployed,
    Place,
    Plan,
    Problem,
    Source,
    Step,
    Wish,
)

__all__ = [
    "SETTLED",
    "Action",
    "Change",
    "Deployed",
    "Place",
    "Plan",
    "Problem",
    "Source",
    "Step",
    "Wish",
    "at_home",
    "make_plan",
]
