"""All rows for the runner: see `rows.py` for what a row says."""

from __future__ import annotations

from tests.handover_model.cases_of_files import FILES
from tests.handover_model.cases_of_lines import LINES
from tests.handover_model.cases_of_time import TIMES
from tests.handover_model.rows import Case

CASES: tuple[Case, ...] = (*TIMES, *LINES, *FILES)
