"""What `make demo` prints, letter by letter: `python -m tests.golden_demo` writes it anew."""

from __future__ import annotations

from pathlib import Path

from cron2aws.cli import demo

GOLDEN = Path(__file__).parent / "golden" / "demo.txt"


def text() -> str:
    """The lines of the tour as they are now."""
    lines: list[str] = []
    demo.tour(lines.append)
    return "".join(f"{line}\n" for line in lines)


if __name__ == "__main__":
    GOLDEN.write_text(text(), encoding="utf-8")
