"""Reports of any parts and any texts, made by hypothesis: each format is tried with them."""

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
    StyledText,
    Tone,
)

PIECES = (
    # what moves a terminal, is as wide as two letters or as none, is a word of a shell
    "migrate",
    "/usr/bin/tool",
    "17 * * * *",
    "cron2aws show 1a2b",
    "'a b'",
    "東京タワー",
    "e\u0301",
    "\u0301",
    "🇩🇪",
    "❤\ufe0f",
    "\x1b[31m",
    "x" * 90,
    "\u2028",
    "\uff57\uff49",
    # what Markdown, HTML or a spreadsheet has a use for
    *"\\|`*_~[]()<>!#+-=.:;,&\"'@$^{}/ \n\t\r\0",
    *("a", "b", "Z", "1", "0", "é", "東", "\x1b", "\u202e", "\udcff", "\xa0", "\uff1d", "👍"),
    *("  ", "    ", "\\|", "``", "```", "~~~", "---", "===", "- ", "1. ", "> ", "[ ] ", "| --- |"),
    *("<b>", "</b>", "<!--", "-->", "</details>", "<summary>", "<script>", "</code>", "<br>"),
    *(
        "&amp;",
        "&#60;",
        "http://",
        "https://x.example/a",
        "www.",
        "a@b.example",
        "mailto:",
        "@root",
    ),
    *("#12", "GH-12", "o/r#3", ":tada:", ":+1:", "$x$", "deadbeef", "0123456789abcdef", "GHSA-x"),
    *(
        "[x](y)",
        "![x](y)",
        "[^1]",
        "[x]: y",
        "<http://x.example>",
        "**b**",
        "~~s~~",
        "`c`",
        "xmpp:",
    ),
    *("=1+1", "+1", "@SUM(1)", "-2", "\\x0a", "CVE-2020-1", "%", "word"),
)
"""Texts that one format or the other makes something of."""

texts = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=9).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=8).map("".join),
    st.text(max_size=40),
)
tones = st.sampled_from(Tone)
said = st.builds(StyledText, texts, tones, st.booleans())
saids = st.lists(said, max_size=3).map(tuple)
facts = st.lists(st.builds(Fact, texts, saids), max_size=4).map(tuple)
acts = st.builds(Act, texts.map("Do {}".format), texts, texts)
diffs = st.builds(Diff, texts, st.lists(texts, max_size=3).map(tuple))
folds = st.builds(Fold, texts, texts)
cards = st.builds(
    Card,
    id=texts,
    full_id=texts,
    host=texts,
    source=texts,
    line=st.integers(1, 100_000),
    text=texts,
    user=texts,
    schedule=texts,
    command=texts,
    becomes=st.lists(texts, max_size=3).map(tuple),
    verdict=said,
    decision=said,
    why=texts,
    codes=st.sampled_from(((), ("C211", "C314"))),
    quarters=st.integers(0, 2**96 - 1),
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
    st.builds(Checklist, texts, st.lists(acts, max_size=12).map(tuple)),
    diffs,
    st.builds(Cards, texts, st.lists(cards, max_size=4).map(tuple), st.integers(1, 2)),
    st.builds(Heat, texts, texts, st.lists(st.tuples(texts, counts), max_size=3).map(tuple)),
)
reports = st.builds(Report, texts, st.lists(parts, max_size=4).map(tuple))
