"""Every golden there is."""

from __future__ import annotations

from tests.golden.calendars import calendars
from tests.golden.doctors import doctors
from tests.golden.documents import documents
from tests.golden.errors import errors
from tests.golden.explanations import explanations
from tests.golden.exports import exports
from tests.golden.helps import helps
from tests.golden.histories import histories
from tests.golden.pages import pages
from tests.golden.plan_files import plan_files
from tests.golden.plans import plans
from tests.golden.reports import reports
from tests.golden.statuses import statuses
from tests.golden.talks import talks
from tests.golden.terminals import terminals
from tests.golden.texts import texts

GOLDENS = (
    *reports(),
    *plans(),
    *doctors(),
    *statuses(),
    *histories(),
    *calendars(),
    *explanations(),
    *terminals(),
    *texts(),
    *documents(),
    *plan_files(),
    *exports(),
    *errors(),
    *helps(),
    *talks(),
    *pages(),
)
