"""A report in a terminal: nothing is squeezed, too wide or lost, and nothing moves the cursor."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from cron2aws.escapes import printable
from cron2aws.report.model import (
    Act,
    Card,
    Cards,
    Checklist,
    Diff,
    Fact,
    Facts,
    Grid,
    Heat,
    Paragraph,
    Part,
    Report,
    StyledText,
    Tone,
)
from cron2aws.report.terminal import terminal_of
from cron2aws.report.terminal.cards import COMMAND
from cron2aws.report.terminal.fold import command_lines, fold, shortened
from cron2aws.report.text import WIDE, Style
from tests.reports import made
from tests.reports.sample import card, report
from tests.shells import SHELLS

widths = st.sampled_from((20, 21, 40, 60, 79, 80, 120, 200))


def shown(found: Report, width: int, *, everything: bool = False, color: bool = False) -> str:
    return "".join(terminal_of(found, Style(width=width, color=color), everything=everything))


def lines(part: Part, width: int, *, everything: bool = False) -> list[str]:
    return shown(Report("", (part,)), width, everything=everything).splitlines()


# --- whatever a report says


def not_copied(found: Report) -> Report:
    """Without what is as long as it is, to be copied: commands of ours, and scripts."""

    def plain(said: StyledText) -> StyledText:
        return replace(said, code=False)

    def fact(each: Fact) -> Fact:
        return replace(each, texts=tuple(map(plain, each.texts)))

    def part(each: Part) -> Part:
        match each:
            case Facts():
                return replace(each, facts=tuple(map(fact, each.facts)))
            case Checklist():
                return replace(each, acts=tuple(replace(act, command="") for act in each.acts))
            case Cards():
                cards = (
                    replace(one, folds=(), facts=tuple(map(fact, one.facts))) for one in each.cards
                )
                return replace(each, cards=tuple(cards))
            case _:
                return each

    return replace(found, parts=tuple(map(part, found.parts)))


@given(made.reports, widths, st.booleans())
def test_no_line_is_wider_than_the_terminal(found: Report, width: int, whole: bool) -> None:
    for line in shown(not_copied(found), width, everything=whole).splitlines():
        assert cell_len(line) <= width, line


@given(made.reports, st.one_of(widths, st.just(WIDE)), st.booleans())
def test_nothing_moves_the_cursor_but_our_own_colours(
    found: Report, width: int, whole: bool
) -> None:
    plain = shown(found, width, everything=whole)
    assert not plain or plain.endswith("\n")
    for line in plain.split("\n"):
        assert line.isprintable()
        assert line == line.rstrip()
    colored = shown(found, width, everything=whole, color=True)
    assert re.sub(r"\x1b\[(?:[012]|3[123])m", "", colored).split() == plain.split()


def squashed(text: str) -> str:
    """Without what folding adds and takes away."""
    return re.sub(r"[ \n\\]", "", text)


def said_by(part: Part, *, whole: bool, pipe: bool) -> Iterator[str]:
    """Its texts."""
    match part:
        case Facts():
            yield from said_by_facts(part.facts)
        case Paragraph():
            yield part.text.text
        case Grid():
            cells = (cell for row in part.rows for cell in row)
            yield from (said.text for cell in cells for said in cell if said.text != "-")
        case Checklist():
            yield from (text for act in part.acts for text in (act.what, act.why, act.command))
        case Diff():
            yield from part.lines
        case Heat():
            yield from (name for name, _ in part.days)
            yield part.zone if part.days else ""
        case Cards():
            whole = whole and len({card.full_id for card in part.cards}) == 1
            for card in part.cards:
                yield from said_by_card(card, whole=whole, pipe=pipe)
                yield card.host if part.hosts > 1 else ""


def said_by_facts(facts: Iterable[Fact]) -> Iterator[str]:
    for fact in facts:
        yield from (fact.name, *(said.text for said in fact.texts))


def said_by_card(card: Card, *, whole: bool, pipe: bool) -> Iterator[str]:
    yield from (card.source, str(card.line), card.user, card.schedule, card.why)
    yield from (card.verdict.text, card.decision.text, *card.becomes)
    for diff in card.diffs:
        yield from (diff.title, *diff.lines)
    if whole:
        yield from (card.host, card.full_id, card.text, card.command)
        yield from said_by_facts(card.facts)
        for fold in card.folds:
            yield from (fold.title, *fold.text.split("\n"))
    else:
        yield card.id
        cut = shortened(printable(card.command), COMMAND).removesuffix("…")
        yield card.command if pipe else cut


@given(made.reports, st.one_of(widths, st.just(WIDE)), st.booleans())
def test_every_text_is_there(found: Report, width: int, whole: bool) -> None:
    text = squashed(shown(found, width, everything=whole))
    assert squashed(printable(found.title)) in text
    for part in found.parts:
        for said in said_by(part, whole=whole, pipe=width == WIDE):
            assert squashed(printable(said)) in text


# --- folding


@pytest.mark.parametrize(
    ("text", "width", "folded"),
    [
        ("", 8, [""]),
        ("one two", 8, ["one two"]),
        ("one two three", 8, ["one two", "three"]),
        ("one twoo", 8, ["one twoo"]),
        ("one two  x", 8, ["one two", "x"]),
        ("a-word-without-blanks", 8, ["a-word-w", "ithout-b", "lanks"]),
        ("x a-word-without-blanks", 8, ["x", "a-word-w", "ithout-b", "lanks"]),
        ("東京東京東京", 8, ["東京東京", "東京"]),
        ("a東京東京東京", 8, ["a東京東", "京東京"]),
        ("e\u0301" * 10, 8, ["e\u0301" * 8, "e\u0301" * 2]),
    ],
)
def test_where_a_text_is_broken(text: str, width: int, folded: list[str]) -> None:
    assert fold(text, width) == folded


@pytest.mark.parametrize(
    ("text", "cut"),
    [("12345678", "12345678"), ("123456789", "1234567…"), ("東京東京東", "東京東…")],
)
def test_what_is_cut_ends_in_an_ellipsis(text: str, cut: str) -> None:
    assert shortened(text, 8) == cut


COMMANDS = (
    "printf '<%s>' --tag Name=web --yes",
    "printf '<%s>' --only 'a  b  c  d  e  f  g  h' --yes",
    'printf "<%s>" "one two three four five six" and more words to come',
    "printf '<%s>' a\\ b\\ c\\ d\\ e\\ f\\ g\\ h\\ i\\ j\\ k l m n o p q r s t u v w x y z",
    "printf '<%s>' 'it'\"'\"'s one word, is it not' and 'another one'",
)


@pytest.mark.parametrize("shell", SHELLS.values(), ids=SHELLS)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_in_several_lines_is_the_same_to_a_shell(command: str, shell: str) -> None:
    def said(text: str) -> bytes:
        done = subprocess.run([*shell.split(), "-c", text], capture_output=True, check=True)
        return done.stdout

    folded = list(command_lines(command, Style(width=24), "  "))
    assert len(folded) > 1
    assert said("\n".join(folded)) == said(command)


# --- parts


def test_names_stand_beside_texts_or_above_them() -> None:
    part = Facts("", (Fact("name", (StyledText("a text of some words"), StyledText("more"))),))
    assert lines(part, 60) == ["name  a text of some words", "      more"]
    assert lines(part, 20) == ["name", "  a text of some", "    words", "  more"]


def test_one_long_name_does_not_push_the_others_aside() -> None:
    facts = (
        Fact("a name of more than twenty", (StyledText("x"),)),
        Fact("name", (StyledText("y"),)),
    )
    assert lines(Facts("", facts), 60) == ["a name of more than twenty", "      x", "name  y"]


def test_a_command_stands_alone_in_its_line() -> None:
    acts = (Act("Do it", "it matters", "cron2aws setup --yes"), Act("Look"))
    assert lines(Checklist("To do", acts), 60) == [
        "To do",
        "1. Do it: it matters",
        "   cron2aws setup --yes",
        "2. Look",
    ]


GRID = Grid(
    "",
    ("id", "state", "last run"),
    (
        (
            (StyledText("1a"),),
            (StyledText("enabled"),),
            (StyledText("2026-11-29 03:00 UTC"), StyledText("on web-1")),
        ),
    ),
)


def test_a_table_stands_where_it_fits_to_the_column() -> None:
    assert lines(GRID, 33) == [
        "id  state    last run",
        "1a  enabled  2026-11-29 03:00 UTC",
        "             on web-1",
    ]
    assert lines(GRID, 32) == [
        "1a",
        "  state: enabled",
        "  last run:",
        "    2026-11-29 03:00 UTC",
        "    on web-1",
    ]


def test_columns_that_do_not_fit_stand_below_their_rows() -> None:
    rows = tuple(
        (
            (StyledText(n),),
            (StyledText("x"),),
            (StyledText("y"),),
            (StyledText(last),),
            (StyledText("-"),),
        )
        for n, last in (("1", "a long text"), ("2", "-"))
    )
    grid = Grid("", ("id", "b", "c", "said", "e"), rows)
    told = ["id  b  c", "1   x  y", "  said: a long text", "2   x  y"]
    assert lines(grid, 20) == told
    assert lines(grid, 24)[:2] == ["id  b  c  said         e", "1   x  y  a long text  -"]


def test_a_pipe_has_a_line_a_row() -> None:
    assert lines(GRID, WIDE)[1:] == ["1a  enabled  2026-11-29 03:00 UTC; on web-1"]


def test_wide_letters_take_two_columns_of_a_table() -> None:
    rows = tuple(((StyledText(name),), (StyledText("x"),)) for name in ("東京", "e\u0301", "ab"))
    assert lines(Grid("", ("n", "m"), rows), 60) == [
        "n     m",
        "東京  x",
        "e\u0301     x",
        "ab    x",
    ]


def test_what_a_line_of_a_difference_is_folded_to_begins_no_line() -> None:
    part = Diff("", ("-" + "a word " * 5, "+b"))
    assert lines(part, 24) == ["  -a word a word a word", "      a word a word", "  +b"]


def test_the_heat_of_a_week() -> None:
    days = (("Sat", (1,) * 96), ("Sun", (0,) * 95 + (8,)), ("Mon", (0, 0, 0, 2) * 24))
    assert lines(Heat("When", "Europe/Berlin", days), 60) == [
        "When",
        "starts per hour in Europe/Berlin",
        "     00    06    12    18",
        "Sat  ++++++++++++++++++++++++  96",
        "Sun  .......................#   8",
        "Mon  ------------------------  48",
        ". none  - 2  + 3 to 4  * 5 to 6  # 7 to 8",
    ]


@pytest.mark.parametrize(
    ("least", "most", "legend"),
    [
        (0, 0, ". none"),
        (1, 1, ". none  # 1"),
        (1, 2, ". none  + 1  # 2"),
        (1, 3, ". none  + 1  * 2  # 3"),
        (1, 1_000, ". none  - 1 to 250  + 251 to 500  * 501 to 750  # 751 to 1,000"),
        (901, 1_000, ". none  - 901 to 925  + 926 to 950  * 951 to 975  # 976 to 1,000"),
    ],
)
def test_the_legend_has_the_signs_that_are_there(least: int, most: int, legend: str) -> None:
    days = (("Mon", (most,) + (0,) * 95), ("Tue", (least,) + (0,) * 95))
    *_, told = lines(Heat("", "UTC", days), 80)
    assert told == legend


@given(st.integers(1, 60))
def test_each_sign_means_what_the_legend_says(most: int) -> None:
    counts = [count for hour in range(1, most + 1) for count in (hour, 0, 0, 0)]
    (_, _, day, legend) = lines(Heat("", "UTC", (("Mon", tuple(counts)),)), 80)
    signs = day.split()[1]
    meant = {
        number: sign
        for sign, low, high in re.findall(r"([-+*#]) (\d+)(?: to (\d+))?", legend)
        for number in range(int(low), int(high or low) + 1)
    }
    assert signs == "".join(meant[number] for number in range(1, most + 1))


# --- entries


def entries(*cards: Card, hosts: int = 1) -> Cards:
    return Cards("", cards, hosts)


def test_an_entry_of_a_narrow_terminal_is_stacked_below_its_source() -> None:
    assert lines(entries(card(0), card(2)), 60) == [
        "/etc/cron.d/jobs",
        "  00000000  line 1  root  migrate, exact",
        "    17 * * * *  at minute 17 of every hour",
        "    run-parts --report /etc/cron.hourly",
        "    cron(17 * * * ? *) Europe/Berlin",
        "    schedule",
        "      -17 3 * * *",
        "      +17 * * * *",
        "  00000002  line 3  root  keep, refused",
        "    17 * * * *  at minute 17 of every hour",
        "    run-parts --report /etc/cron.hourly",
        "    C211 EventBridge has no schedule for this",
    ]


def test_a_source_is_named_once() -> None:
    elsewhere = replace(card(4), source="/etc/crontab")
    told = lines(entries(card(1), elsewhere, card(3)), 60)
    assert [line for line in told if not line.startswith(" ")] == [
        "/etc/cron.d/jobs",
        "/etc/crontab",
    ]


@pytest.mark.parametrize("width", [60, 200])
def test_hosts_are_named_where_there_are_several(width: int) -> None:
    told = lines(entries(card(1), card(3, host="web-2"), hosts=2), width)
    assert [line for line in told if line.startswith("web")] == [
        "web-1: /etc/cron.d/jobs",
        "web-2: /etc/cron.d/jobs",
    ]


def test_a_pipe_has_a_line_an_entry_with_its_place() -> None:
    long = card(1, command="x " * 2_000 + "end")
    told = lines(entries(long, card(3, host="web-2"), hosts=2), WIDE)
    assert len(told) == 3
    assert told[1].startswith("web-1  00000001  /etc/cron.d/jobs:2  root  17 * * * *  cron(")
    assert told[1].endswith("x end")
    assert told[2].startswith("web-2  00000003  /etc/cron.d/jobs:4  root  17 * * * *  cron(")


def test_a_command_is_cut_only_in_a_table() -> None:
    long = card(1, command="/usr/bin/tool --option value " * 9 + "end")
    assert lines(entries(long), 150)[-1].endswith("…")
    assert "end" in " ".join(lines(entries(long), 60))


def test_reasons_are_a_column_or_stand_below() -> None:
    why = "C211 EventBridge has no schedule for this"
    wide, less = (lines(entries(card(2), card(3)), width) for width in (200, 140))
    assert f"keep      {why}  run-parts" in wide[2]
    assert less[3] == f"    {why}"


@pytest.mark.parametrize("width", [60, 200])
def test_more_than_two_hundred_entries_are_counted(width: int) -> None:
    assert "00000005" in shown(report(200), width)
    text = shown(report(201), width)
    assert "00000005" not in text
    assert "201 entries: `--all` shows each" in " ".join(text.split())
    assert re.search(r"/etc/cron.d/jobs +201 +134 migrate\n +67 keep\n", text)
    assert "What a person must do" in text
    assert "000000c8" in shown(report(201), width, everything=True)
    assert "000000c8" in shown(report(201), WIDE)


def test_groups_count_every_entry_also_where_there_are_too_many_groups() -> None:
    many = tuple(
        replace(card(n, host=f"web-{n}"), source=f"/etc/cron.d/{n}", why=f"reason {n}")
        for n in range(300)
    )
    text = shown(Report("", (entries(*many, hosts=300),)), 80)
    by_host, by_decision = text.split("By decision")
    assert re.search(r"\nand 100 more +100\n", by_host)
    assert "web-199" in by_host
    assert "web-200" not in by_host
    assert "100 other reasons" in by_decision


def test_many_sources_of_hosts_are_counted_by_host() -> None:
    many = tuple(
        replace(card(n, host=f"web-{n % 3}"), source=f"/etc/cron.d/{n}") for n in range(300)
    )
    text = shown(Report("", (entries(*many, hosts=3),)), 80)
    assert re.search(r"\nweb-2 +100 +100 keep\n", text)
    assert "/etc/cron.d" not in text


def test_one_entry_is_told_whole_and_nothing_twice() -> None:
    one = card(0)
    text = shown(Report("", (entries(one),)), 80, everything=True)
    assert "#!/bin/sh\n" in text
    assert "More jobs at 03:17" in text
    assert text.count(one.becomes[0]) == 1
    assert text.count("at minute 17") == 1
    assert text.count("  command ") == 1


def test_the_same_entry_of_several_hosts_is_told_whole_for_each() -> None:
    text = shown(
        Report("", (entries(card(0), card(0, host="web-2"), hosts=2),)), 80, everything=True
    )
    assert text.count("#!/bin/sh\n") == 2
    assert "web-2  /etc/cron.d/jobs:1" in text


def test_colour_follows_the_decision() -> None:
    kept = replace(
        card(1),
        verdict=StyledText("exact", Tone.GOOD),
        decision=StyledText("review", Tone.DOUBTFUL),
    )
    for width in (60, 200, WIDE):
        text = shown(Report("", (entries(kept),)), width, color=True)
        assert re.search(r"\x1b\[33mreview", text)
        assert "\x1b[32m" not in text


def test_what_is_empty_is_left_out() -> None:
    title = "Nothing"
    parts = (
        Facts(title, ()),
        Checklist(title, ()),
        Grid(title, ("a",), ()),
        Cards(title, ()),
        Diff(title, ()),
        Heat(title, "UTC", ()),
    )
    for width in (80, WIDE):
        assert shown(Report("", (*parts, Paragraph(StyledText("x")))), width) == "x\n"


def test_a_job_of_every_minute_does_not_level_the_others() -> None:
    hours = tuple(15 + (at == 12) * 4 for at in range(96))
    *_, day, legend = lines(Heat("", "UTC", (("Mon", hours),)), 80)
    assert day == "Mon  ---#--------------------  1,444"
    assert legend == ". none  - 60  + 61  * 62  # 63 to 64"


def test_a_line_with_room_for_it_has_a_sign_for_each_quarter() -> None:
    quarters = (0, 1, 2, 3, *[0] * 91, 4)
    for width, head, day in (
        (105, f"     00{' ' * 22}06{' ' * 22}12{' ' * 22}18", f"Mon  .-+*{'.' * 91}#  10"),
        (104, "     00    06    12    18", f"Mon  #{'.' * 22}+  10"),
    ):
        _, ruler, shown, _ = lines(Heat("", "UTC", (("Mon", quarters),)), width)
        assert (ruler, shown) == (head, day)
