"""Boxes, arrows and words as SVG: what tools/pictures.py draws with.

A picture is `WIDTH` units wide, so that its words can still be read on a telephone, and brings
its own background: it is the same on a light and on a dark page, and follows the browser's scheme.
Coordinates are of the left upper corner, in units; y grows downwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

WIDTH = 420
LARGE = 1.35
"""How much larger than a unit a pixel is where there is room."""
LEADING = 15

STYLE = """
svg { --back: #ffffff; --ink: #1f2328; --faint: #59636e; --edge: #818b98; --room: #f6f8fa;
  --box: #ffffff; --ours: #ddf4ff; --ours-edge: #0969da; --cron: #fff1e5; --cron-edge: #bc4c00; }
@media (prefers-color-scheme: dark) { svg { --back: #0d1117; --ink: #f0f6fc; --faint: #a3adb8;
  --edge: #6e7681; --room: #151b23; --box: #0d1117; --ours: #10243e; --ours-edge: #4493f8;
  --cron: #2e1a0c; --cron-edge: #db6d28; } }
text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
  fill: var(--ink); }
.name { font-weight: 600; }
.small { font-size: 11px; fill: var(--faint); }
.back { fill: var(--back); }
.room { fill: var(--room); stroke: var(--edge); stroke-dasharray: 4 3; }
.box { fill: var(--box); stroke: var(--edge); }
.ours { fill: var(--ours); stroke: var(--ours-edge); }
.cron { fill: var(--cron); stroke: var(--cron-edge); }
.line { fill: none; stroke: var(--faint); stroke-width: 1.4; }
.rule { stroke: var(--edge); stroke-width: 0.6; }
.head { fill: var(--faint); }
.mark { stroke: var(--ours-edge); stroke-width: 2; stroke-dasharray: 5 3; }
"""


def words(x: float, y: float, text: str, *, kind: str = "", anchor: str = "start") -> str:
    """One line of text whose baseline is at y."""
    named = f' class="{kind}"' if kind else ""
    shown = escape(text, quote=False)
    return f'<text x="{x:g}" y="{y:g}"{named} text-anchor="{anchor}">{shown}</text>'


def frame(x: float, y: float, width: float, height: float, *, kind: str) -> str:
    """A rectangle with round corners."""
    size = f'width="{width:g}" height="{height:g}"'
    return f'<rect x="{x:g}" y="{y:g}" {size} rx="5" class="{kind}"/>'


def room(x: float, y: float, width: float, height: float, name: str) -> str:
    """What other boxes stand in, with its name in the left upper corner."""
    return frame(x, y, width, height, kind="room") + words(x + 10, y + 17, name, kind="small")


def box(
    x: float,
    y: float,
    width: float,
    height: float,
    name: str,
    *,
    below: Sequence[str] = (),
    kind: str = "box",
) -> str:
    """A thing, its name and what is said of it, in the middle."""
    first = y + height / 2 + 4 - LEADING * len(below) / 2
    middle = x + width / 2
    lines = [words(middle, first, name, kind="name", anchor="middle")]
    lines += [
        words(middle, first + LEADING * number, line, kind="small", anchor="middle")
        for number, line in enumerate(below, 1)
    ]
    return frame(x, y, width, height, kind=kind) + "".join(lines)


def arrow(*points: tuple[float, float]) -> str:
    """A line through the points, with its head at the last one."""
    way = " ".join(f"{x:g},{y:g}" for x, y in points)
    return f'<polyline points="{way}" class="line" marker-end="url(#head)"/>'


def circle(x: float, y: float, radius: float, kind: str) -> str:
    """A dot of a kind's colours."""
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" class="{kind}"/>'


def line(x: float, y: float, to_x: float, to_y: float, kind: str) -> str:
    """A straight line without a head."""
    return f'<line x1="{x:g}" y1="{y:g}" x2="{to_x:g}" y2="{to_y:g}" class="{kind}"/>'


def bar(x: float, y: float, width: float, name: str, kind: str) -> str:
    """A span of time, with a name in it."""
    return frame(x, y, width, 20, kind=kind) + words(
        x + width / 2, y + 14, name, kind="small", anchor="middle"
    )


def picture(height: float, title: str, told: str, parts: Iterable[str]) -> str:
    """A whole file; `title` and `told` are for who cannot see it."""
    drawn = "\n".join(parts)
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title told" \
width="{WIDTH * LARGE:g}" height="{height * LARGE:g}" viewBox="0 0 {WIDTH} {height:g}">
<title id="title">{escape(title)}</title>
<desc id="told">{escape(told)}</desc>
<style>{STYLE}</style>
<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" \
orient="auto-start-reverse"><path d="M0 0L8 4L0 8z" class="head"/></marker></defs>
<rect width="{WIDTH}" height="{height:g}" class="back"/>
{drawn}
</svg>
"""
