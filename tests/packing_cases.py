"""The programs of tests/data/packing: each with what the packer makes of it."""

from __future__ import annotations

from pathlib import Path

CASES = Path(__file__).parent / "data" / "packing"


def packing_cases(language: str) -> dict[str, tuple[str, str]]:
    """Source and packed text, by name."""
    found = {}
    for path in sorted((CASES / language).glob("*.txt")):
        source, packed = path.read_bytes().decode().split("======== packed\n")
        found[path.stem] = source, packed
    assert found
    return found
