"""`make golden`: write every golden anew; with `--check` say which differ, and write nothing."""

from __future__ import annotations

import difflib
import sys
import tempfile
from pathlib import Path

from tests.golden.all import GOLDENS
from tests.golden.golden import EXPECTED, Golden


def main(arguments: list[str]) -> int:
    """1 where something differs and `--check` was given."""
    checking = "--check" in arguments
    wanted = [argument for argument in arguments if not argument.startswith("-")]
    chosen = [each for each in GOLDENS if each.name.startswith(tuple(wanted) or "")]
    differ = [each for each in chosen if _differs(each, checking=checking)]
    strays = [] if wanted else _strays()
    for path in strays:
        sys.stderr.write(f"{path}: no golden has this name\n")
        if not checking:
            path.unlink()
    if differ and checking:
        sys.stderr.write("`make golden` writes them anew\n")
    return int(checking and bool(differ or strays))


def _differs(golden: Golden, *, checking: bool) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        made = golden.text(_inside(Path(folder)))
    before = golden.path.read_text(encoding="utf-8") if golden.path.exists() else ""
    if made == before:
        return False
    sys.stderr.writelines(
        f"{line}\n"
        for line in difflib.unified_diff(
            before.splitlines(), made.splitlines(), str(golden.path), "now", lineterm=""
        )
        if checking
    )
    if not checking:
        golden.path.parent.mkdir(parents=True, exist_ok=True)
        golden.path.write_text(made, encoding="utf-8")
        sys.stderr.write(f"wrote {golden.name}\n")
    return True


def _inside(folder: Path) -> Path:
    inside = folder / "work"
    inside.mkdir()
    return inside


def _strays() -> list[Path]:
    known = {golden.path for golden in GOLDENS}
    return sorted(path for path in EXPECTED.rglob("*.txt") if path not in known)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
