"""What linters find in the rendered templates, beside the answers of docs/decisions/0017.

    python -m tests.findings CHECKOV_JSON

compares what checkov found; parliament's findings are compared by the tests.
"""

from __future__ import annotations

import json
import re
import sys
import warnings
from pathlib import Path
from typing import Any

from tests.rendered import policies, templates

with warnings.catch_warnings():
    warnings.simplefilter("ignore", ResourceWarning)  # it leaves two files of its own open
    from parliament import analyze_policy_string

PAGE = Path(__file__).parents[1] / "docs/decisions/0017-security-findings.md"
Found = set[tuple[str, str]]
"""The finding, and the resource that has it."""


def answered(linter: str) -> Found:
    """The findings of one linter that have an answer."""
    rows = re.findall(
        rf"^\| {linter} \| ([A-Z][A-Z_\d]+(?: [a-z\d]+:\w+)?)[^|]*\| ([\w, ]+) \|",
        PAGE.read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    return {(what, where) for what, all_of in rows for where in all_of.split(", ")}


def of_parliament() -> Found:
    return {
        (f"{each.issue} {_action(each)}", role)
        for made in templates().values()
        for role, document in policies(made)
        for each in issues(document)
    }


def issues(policy: str) -> list[Any]:
    """What parliament finds in one policy."""
    return list(analyze_policy_string(policy).findings)


def _action(finding: Any) -> str:
    match finding.detail:
        case [{"action": str(action)}, *_]:
            return action
        case _:
            return str(finding.location.get("string", finding.detail))


def of_checkov(answer: str) -> Found:
    failed = json.loads(answer)["results"]["failed_checks"]
    return {(each["check_id"], each["resource"].rpartition(".")[2]) for each in failed}


def main() -> None:
    """Say what has no answer, and what has one without need; end with 1 where there is any."""
    found = of_checkov(Path(sys.argv[1]).read_text(encoding="utf-8"))
    known = answered("checkov")
    lines = [f"no answer: {' '.join(each)}" for each in sorted(found - known)]
    lines += [f"not found: {' '.join(each)}" for each in sorted(known - found)]
    if lines:
        sys.exit("\n".join([*lines, f"see {PAGE.name}"]))


if __name__ == "__main__":
    main()
