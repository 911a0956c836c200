"""Words of a script: readable where they can be, coded where they must be."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cron2aws.task.quoting import is_printable, printf_format, quoted, shown, word


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("/usr/bin:/bin", "/usr/bin:/bin"),
        ("a=b", "a=b"),
        ("", "''"),
        ("=x", "'=x'"),  # zsh would look for a command x
        ("~/bin", "'~/bin'"),
        ("a b", "'a b'"),
        ("$HOME `id` \\n", "'$HOME `id` \\n'"),
        ("it's", "'it'\\''s'"),
        ("{{ssm:x}}", "'{''{ssm:x}}'"),
        ("{{{", "'{''{''{'"),
        ("caf\u00e9", "'caf\u00e9'"),
        ("a\tb", "'a\tb'"),
        ("a\x01b", "\"$(printf 'a\\001b')\""),
        ("\x1b7", "\"$(printf '\\0337')\""),  # three digits always: a digit may follow
        ("\udcff", "\"$(printf '\\377')\""),
        ("\u200b", "\"$(printf '\\342\\200\\213')\""),  # no width: nobody would see it
        ("-n\r", "\"$(printf '\\055n\\015')\""),  # no option of printf's
        ("50%\r", "\"$(printf '50%%\\015')\""),
        ("\\n\r", "\"$(printf '\\\\n\\015')\""),
        ("it's\r", "\"$(printf 'it'\\''s\\015')\""),
        ("{{\r", "\"$(printf '{''{\\015')\""),
    ],
)
def test_words(text: str, written: str) -> None:
    assert word(text) == written


@given(st.text(st.characters(exclude_categories=(), exclude_characters="\0")))
def test_a_quoted_text_is_one_word_of_posix(text: str) -> None:
    assert shlex.split(quoted(text)) == [text]


ANY_TEXT = st.binary(max_size=40).map(lambda data: data.decode("utf-8", "surrogateescape"))


@given(ANY_TEXT)
def test_what_is_written_can_travel_as_utf_8_json_and_through_cloudformation(text: str) -> None:
    for written in (word(text), printf_format(text), shown(text)):
        assert is_printable(written)
        assert written.encode("utf-8").decode("utf-8") == written
        assert "{{" not in written


@pytest.mark.parametrize(
    ("text", "in_comment"),
    [
        ("/etc/cron.d/backup", "/etc/cron.d/backup"),
        ("a\nrm -rf /", "a?rm -rf /"),
        ("a\tb", "a?b"),
        ("{{{x", "{ { {x"),
        ("caf\u00e9\udcff", "caf\u00e9?"),
    ],
)
def test_what_a_comment_says(text: str, in_comment: str) -> None:
    assert shown(text) == in_comment
