"""Commands read as a shell reads them."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cron2aws.lint.tokens import Redirection, front, tokens, unfinished
from cron2aws.lint.words import simple_commands


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("", []),
        ("a b", [["a", "b"]]),
        ("cd /x && ./y; z", [["cd", "/x"], ["./y"], ["z"]]),
        ("a | b || c & d", [["a"], ["b"], ["c"], ["d"]]),
        ("(cd /x; { y; })", [["cd", "/x"], ["y"]]),
        ("if [ -x a ]; then a; fi", [["[", "-x", "a", "]"], ["a"]]),
        ("a 'b c' \"d e\"f g\\ h", [["a", "b c", "d ef", "g h"]]),
        ('a "it\'s $(b "c d")" e', [["a", "it's $(b c d)", "e"]]),
        ("a $(b; c) ${d e} `f & g` h", [["a", "$(b; c)", "${d e}", "`f & g`", "h"]]),
        ("a $((1 + (2))) b", [["a", "$((1 + (2)))", "b"]]),
        ('a "b \\" c" d', [["a", 'b " c', "d"]]),
        ("for a in b c; do d $a; done", [["d", "$a"]]),
        ("a # b", [["a"]]),
        ("a # b\nc", [["a"], ["c"]]),
        ("a#b", [["a#b"]]),
        ("a 'b", [["a", "b"]]),
        ("a \\", [["a", "\\"]]),
        ("X=1 Y='2 3' a Z=4", [["a", "Z=4"]]),
        ("a\r", [["a"]]),
    ],
)
def test_the_words_of_every_simple_command(command: str, words: list[list[str]]) -> None:
    assert [list(simple.words) for simple in simple_commands(command)] == words


@pytest.mark.parametrize(
    ("command", "redirections"),
    [
        ("a >b 2>&1", [(">", "b"), ("2>&", "1")]),
        ("a >> 'b c' </dev/null", [(">>", "b c"), ("<", "/dev/null")]),
        ("a &>b", [("&>", "b")]),
        ("a b2>c", [(">", "c")]),
        ("a 2> >(b)", [("2>", ""), (">", "")]),  # bash's own; the program in it is read as well
        ("a >", [(">", "")]),
    ],
)
def test_where_a_command_reads_and_writes(
    command: str, redirections: list[tuple[str, str]]
) -> None:
    first = simple_commands(command)[0]
    wanted = tuple(Redirection(operator=sign, target=target) for sign, target in redirections)
    assert first.redirections == wanted
    assert [each.writes for each in wanted] == [">" in sign for sign, _ in redirections]


@pytest.mark.parametrize(
    ("command", "ends"),
    [
        ("a & b", ["&", ""]),
        ("a && b;", ["&&", ";"]),
        ("a &2>/dev/null", ["&", ""]),
        ("(a; b) & c", [";", "&", ""]),
        ("{ a; } & c", ["&", ""]),
        ("& a", [""]),
        ("(a); b", [")", ""]),
    ],
)
def test_what_stands_behind_a_command(command: str, ends: list[str]) -> None:
    assert [simple.end for simple in simple_commands(command)] == ends


@pytest.mark.parametrize(
    ("command", "program", "names"),
    [
        ("a b", "a", ["a"]),
        ("X=1", "", []),
        ("sudo -u bob -n nice -n 5 /usr/bin/a b", "/usr/bin/a", ["sudo", "nice", "/usr/bin/a"]),
        ("/usr/bin/flock -n /x.lock -c a", "a", ["/usr/bin/flock", "a"]),
        ("timeout 5m env A=1 B=2 a", "a", ["timeout", "env", "a"]),
        ("nice", "nice", ["nice"]),
        ("bundle exec rake db:x", "rake", ["bundle", "rake"]),
        ("bundle install --jobs 4", "bundle", ["bundle"]),
    ],
)
def test_programs_behind_wrappers(command: str, program: str, names: list[str]) -> None:
    (simple,) = simple_commands(command)
    assert simple.program == program
    assert [words[0] for words in simple.chain] == names


@pytest.mark.parametrize(
    ("command", "quote"),
    [
        ("a 'b c", "'"),
        ('a "b', '"'),
        ("a `b", "`"),
        ("a $(date +", "$("),
        ('a "$(b', '"'),
        ("a ${b", "${"),
        ("a 'b' \"c\" $(d) \\'", ""),
        ("\\", ""),
        ("a $b", ""),
    ],
)
def test_what_is_open_at_the_end(command: str, quote: str) -> None:
    assert unfinished(command) == quote


@given(st.text("ab '\"\\$`(){}<>&|;#=\n\t12"))
def test_anything_can_be_read(command: str) -> None:
    simple_commands(command)
    unfinished(command)


@given(st.lists(st.text(st.characters(exclude_characters="\0")), min_size=1))
def test_quoted_words_are_read_back(words: list[str]) -> None:
    command = "true " + shlex.join(words)
    (simple,) = simple_commands(command)
    assert simple.words == ("true", *words)


@pytest.mark.parametrize(
    ("command", "words", "behind"),
    [
        ("", [], ""),
        (" a\tb\r ", ["a", "b"], ""),
        ("/x --y 1 >/dev/null 2>&1", ["/x", "--y", "1"], ">/dev/null 2>&1"),
        ("a b2>c", ["a"], "b2>c"),
        ("a b#c d", ["a"], "b#c d"),
        ("a # b", ["a"], "# b"),
        ("a\nb", [], "a\nb"),
        ("a\xa0b\x0bc d", ["a\xa0b\x0bc", "d"], ""),
    ],
)
def test_plain_words_in_front_are_read_at_once(command: str, words: list[str], behind: str) -> None:
    found, end = front(command)
    assert (found, command[end:]) == (words, behind)


@given(st.text("ab/1 \t\r\n'\"$(){}`&|;<>#\\-=~\xa0\x0b", max_size=40))
def test_plain_words_in_front_are_those_of_the_whole_command(command: str) -> None:
    words, end = front(command)
    apart = [*((word, False) for word in words), *tokens(command[end:])]
    assert apart == list(tokens(command))
