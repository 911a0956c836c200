"""What the sandbox repairs of moto, from the docstrings of its repairs: docs/reference/moto.md."""

from __future__ import annotations

from cron2aws.sandbox.moto.repairs import REPAIRS, Repair, repair


def gaps_table() -> str:
    """A row for each repair, in the order of their names."""
    rows = [_row(repair(name)) for name in sorted(REPAIRS)]
    head = "| moto | AWS | the report | the module |"
    return "\n".join([head, "| --- | --- | --- | --- |", *rows])


def _row(each: Repair) -> str:
    gap = " ".join(each.gap.split())
    until = f" (moto {each.mended} does it; the repair is for those before)" if each.mended else ""
    return f"| {gap}{until} | {each.aws} | {each.report} | `{each.name}` |"
