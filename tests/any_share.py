"""How much of a package mypy sees as Any: `python -m tests.any_share PACKAGE PERCENT`.

Exit 1 above the percentage. mypy --strict asks for annotations, and an expression of type Any has
none of its checks; so the share is held down where answers from outside are read.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path


def main(package: str, percent: str) -> int:
    with tempfile.TemporaryDirectory() as folder:
        # as a process: mypy's own cache is not used for reports, and its settings are of the folder
        command = [sys.executable, "-m", "mypy", "--any-exprs-report", folder, "-p", package]
        checked = subprocess.run(command, capture_output=True, text=True, check=False)
        if checked.returncode:
            sys.stderr.write(checked.stdout + checked.stderr)
            return 1
        report = Path(folder, "any-exprs.txt").read_text(encoding="utf-8")
    rows = [line.split() for line in report.splitlines()]
    mine = [row for row in rows if row and (row[0] == package or row[0].startswith(f"{package}."))]
    anys, expressions = (sum(int(row[column]) for row in mine) for column in (1, 2))
    share = 100 * anys / expressions  # no rows: the package isn't there, and that is no success
    said = [f"{package}: {share:.2f} % of {expressions} expressions are Any; at most {percent} %"]
    too_many = share > float(percent)
    said += [f"  {name}: {count}" for name, count, *_ in mine if too_many]
    sys.stdout.write("\n".join(said) + "\n")
    return int(too_many)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
