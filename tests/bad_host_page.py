"""`python -m tests.bad_host_page` writes the tables of bad hosts and jobs into their page."""

from __future__ import annotations

from tests import bad_fleet
from tests.bad_fleet_rows import ROWS
from tests.bad_host_rows import PAGE, table, with_tables
from tests.bad_hosts import HOSTS
from tests.bad_jobs import JOBS

TABLES = {
    "hosts": table(HOSTS, "hosts"),
    "jobs": table(JOBS, "jobs"),
    "fleets": bad_fleet.table(ROWS),
}


def main() -> None:
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(with_tables(page, TABLES), encoding="utf-8")


if __name__ == "__main__":
    main()
