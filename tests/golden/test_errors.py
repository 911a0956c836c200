"""Every place in src that raises an error of ours is in the catalogue, or has its reason here."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cron2aws
from cron2aws import errors as ours
from cron2aws.errors import Cron2AwsError
from tests.golden.errors import PARTS, raised_by
from tests.golden.golden import EXPECTED

SRC = Path(cron2aws.__file__).parent
NAMES = {
    name
    for name, each in vars(ours).items()
    if isinstance(each, type) and issubclass(each, Cron2AwsError)
}
SEEN_ELSEWHERE = {
    "cli/rollback.py": (
        "talk/without-a-plan-before-the-eyes",
        "the same command with --lines-only puts the lines back without AWS",
    ),
    "app/setup.py": ("talk/setup", "it is not an e-mail address"),
}
"""A text that another golden has: typed at a sandbox it costs nothing more."""
NOT_PROVOKED = {
    "sandbox/": "the sandbox is for trying out; tests/functional has its messages",
}


@dataclass(frozen=True, kw_only=True)
class Site:
    """A `raise` in src."""

    file: str
    first: int
    last: int


def sites() -> Iterator[Site]:
    for path in sorted(SRC.rglob("*.py")):
        file = str(path.relative_to(SRC))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Raise) and _is_ours(node.exc):
                yield Site(file=file, first=node.lineno, last=node.end_lineno or node.lineno)


def _is_ours(raised: ast.expr | None) -> bool:
    return (
        isinstance(raised, ast.Call)
        and isinstance(raised.func, ast.Name)
        and raised.func.id in NAMES
    )


def places(error: Cron2AwsError) -> Iterator[tuple[str, int]]:
    """Where it came through, as file and line."""
    trace = error.__traceback__
    while trace:
        path = Path(trace.tb_frame.f_code.co_filename)
        if path.is_relative_to(SRC):
            yield str(path.relative_to(SRC)), trace.tb_lineno
        trace = trace.tb_next


def test_every_place_that_raises_is_in_the_catalogue(tmp_path: Path) -> None:
    reached = set()
    for kind, part in PARTS.items():
        for number, provoke in enumerate(part.values()):
            folder = tmp_path / f"{kind}-{number}"
            folder.mkdir()
            reached |= set(places(raised_by(provoke, folder)))
    missing = [
        f"{site.file}:{site.first}"
        for site in sites()
        if not any(f == site.file and site.first <= n <= site.last for f, n in reached)
        and site.file not in SEEN_ELSEWHERE
        and not site.file.startswith(tuple(NOT_PROVOKED))
    ]
    assert missing == []


def test_what_is_seen_elsewhere_is_there() -> None:
    for name, words in SEEN_ELSEWHERE.values():
        assert words in (EXPECTED / f"{name}.txt").read_text(encoding="utf-8")


def test_src_raises_errors() -> None:
    assert len(list(sites())) > 50
