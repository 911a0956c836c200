"""Texts that every format has a use for, and reports of them."""

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
    Report,
    Said,
    Tone,
)

PIECES = (
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

texts = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)
said = st.builds(Said, text=texts, tone=st.sampled_from(Tone), code=st.booleans())
several = st.lists(said, max_size=3).map(tuple)
facts = st.lists(st.builds(Fact, name=texts, said=several), max_size=3).map(tuple)
diffs = st.builds(Diff, title=texts, lines=st.lists(texts, max_size=3).map(tuple))
folds = st.builds(Fold, title=texts, text=texts)
cards = st.builds(
    Card,
    id=texts,
    full_id=texts,
    host=texts,
    source=texts,
    line=st.integers(1, 99),
    text=texts,
    user=texts,
    schedule=texts,
    command=texts,
    becomes=st.lists(texts, max_size=2).map(tuple),
    verdict=said,
    decision=said,
    why=texts,
    codes=st.just(("C211", "C314")),
    quarters=st.integers(0, 2**96 - 1),
    facts=facts,
    diffs=st.lists(diffs, max_size=2).map(tuple),
    folds=st.lists(folds, max_size=2).map(tuple),
)


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    """Tables of one to three columns."""
    columns = tuple(draw(st.lists(texts, min_size=1, max_size=3)))
    row = st.tuples(*(several for _ in columns))
    return Grid(draw(texts), columns, tuple(draw(st.lists(row, max_size=3))))


parts = st.one_of(
    st.builds(Facts, title=texts, facts=facts),
    st.builds(Paragraph, said=said),
    grids(),
    st.builds(
        Checklist,
        title=texts,
        acts=st.lists(
            st.builds(Act, what=texts.map("Do {}".format), why=texts, command=texts), max_size=3
        ).map(tuple),
    ),
    diffs,
    st.builds(
        Cards,
        title=texts,
        cards=st.lists(cards, max_size=3).map(tuple),
        hosts=st.integers(1, 2),
    ),
    st.builds(
        Heat,
        title=texts,
        zone=texts,
        days=st.lists(
            st.tuples(
                texts,
                st.sampled_from((92, 96, 100)).flatmap(
                    lambda count: st.lists(st.integers(0, 12), min_size=count, max_size=count).map(
                        tuple
                    )
                ),
            ),
            max_size=2,
        ).map(tuple),
    ),
)
reports = st.builds(Report, title=texts, parts=st.lists(parts, max_size=4).map(tuple))
