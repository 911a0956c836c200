"""Reports of any parts and any texts, made by hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from cron2aws.report.model import (
    Act,
    Card,
    Cards,
    Checklist,
    Diff,
    Fact,
    Facts,
    Fold,
    Grid,
    Heat,
    Paragraph,
    Part,
    Report,
    Said,
    Tone,
)

WORDS = (
    "a",
    "migrate",
    "/usr/bin/tool",
    "17 * * * *",
    "cron2aws show 1a2b",
    "'a b'",
    '"',
    "\\",
    "東京タワー",
    "e\u0301",
    "\u0301",
    "é",
    "🇩🇪",
    "❤\ufe0f",
    "\x1b[31m",
    "\t",
    "\n",
    "\u202e",
    "\udcff",
    "x" * 90,
    "-",
    "+",
    "\u2028",
    "\uff57\uff49",
)
texts = st.one_of(
    st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=4).map("".join),
    st.text(max_size=40),
)
tones = st.sampled_from(Tone)
said = st.builds(Said, texts, tones, st.booleans())
saids = st.lists(said, max_size=3).map(tuple)
facts = st.lists(st.builds(Fact, texts, saids), max_size=4).map(tuple)
diffs = st.builds(Diff, texts, st.lists(texts, max_size=3).map(tuple))
folds = st.builds(Fold, texts, texts)
cards = st.builds(
    Card,
    id=texts,
    full_id=texts,
    host=st.sampled_from(("web-1", "web-2\x07")),
    source=st.sampled_from(("/etc/crontab", "/etc/東京")),
    line=st.integers(1, 100_000),
    text=texts,
    user=texts,
    schedule=texts,
    command=texts,
    becomes=st.lists(texts, max_size=3).map(tuple),
    verdict=said,
    decision=said,
    why=texts,
    codes=st.just(()),
    quarters=st.just(0),
    facts=facts,
    diffs=st.lists(diffs, max_size=1).map(tuple),
    folds=st.lists(folds, max_size=1).map(tuple),
)


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    """Rows have as many cells as there are columns."""
    columns = draw(st.lists(texts, min_size=1, max_size=4))
    row = st.tuples(*(saids for _ in columns))
    return Grid(draw(texts), tuple(columns), tuple(draw(st.lists(row, max_size=3))))


counts = st.sampled_from((92, 96, 100)).flatmap(
    lambda n: st.lists(st.integers(0, 30), min_size=n, max_size=n).map(tuple)
)
parts: st.SearchStrategy[Part] = st.one_of(
    st.builds(Facts, texts, facts),
    st.builds(Paragraph, said),
    grids(),
    st.builds(
        Checklist, texts, st.lists(st.builds(Act, texts, texts, texts), max_size=12).map(tuple)
    ),
    diffs,
    st.builds(Cards, texts, st.lists(cards, max_size=4).map(tuple), st.integers(1, 2)),
    st.builds(Heat, texts, texts, st.lists(st.tuples(texts, counts), max_size=3).map(tuple)),
)
reports = st.builds(Report, texts, st.lists(parts, max_size=4).map(tuple))
