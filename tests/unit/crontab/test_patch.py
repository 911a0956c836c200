"""A patch is what GNU patch makes the edited file of, and the file as it was."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cron2aws.crontab.edit import comment_out, marks_of, unmarked
from cron2aws.crontab.mark import Mark
from cron2aws.crontab.patch import line_patch
from cron2aws.errors import Bug
from cron2aws.lint.secrets import find_secrets

PATH = "/etc/cron.d/jobs"
SECRET = b"5 5 * * * root curl -u user:hunter2 x"


def marks(*lines: int) -> Mapping[int, Mark]:
    return {
        n: Mark(id=f"{n:016x}", account="123456789012", region="eu-west-1", stack=f"s{n}")
        for n in lines
    }


def patched(patch: bytes, data: bytes, *options: str, path: str = PATH) -> bytes:
    """What GNU patch makes of the file; no fuzz, so that a wrong context is found."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / path.lstrip("/")
        file.parent.mkdir(parents=True)
        file.write_bytes(data)
        subprocess.run(
            ["patch", "-p1", "--fuzz=0", "-d", folder, *options], input=patch, check=True,
            stdout=subprocess.PIPE,
        )  # fmt: skip
        assert [each.name for each in file.parent.iterdir()] == [file.name]
        return file.read_bytes()


def there_and_back(before: bytes, after: bytes, path: str = PATH) -> bytes:
    patch = line_patch(path, before, after, holds_secret)
    assert patched(patch, before, path=path) == after
    assert patched(patch, after, "-R", path=path) == before
    return patch


def holds_secret(line: str) -> bool:
    return bool(find_secrets(line))


def numbered(count: int) -> bytes:
    return b"".join(b"%d * * * * root job-%d\n" % (n % 60, n) for n in range(1, count + 1))


def test_a_patch_as_people_read_it() -> None:
    before = numbered(9)
    patch = there_and_back(before, comment_out(before, marks(5)))
    assert patch.decode() == (
        "--- a/etc/cron.d/jobs\n"
        "+++ b/etc/cron.d/jobs\n"
        "@@ -2,7 +2,7 @@\n"
        " 2 * * * * root job-2\n"
        " 3 * * * * root job-3\n"
        " 4 * * * * root job-4\n"
        "-5 * * * * root job-5\n"
        "+ # cron2aws:0000000000000005@- 123456789012/eu-west-1/s5 | 5 * * * * root job-5\n"
        " 6 * * * * root job-6\n"
        " 7 * * * * root job-7\n"
        " 8 * * * * root job-8\n"
    )


@pytest.mark.parametrize(
    ("before", "lines", "hunks"),
    [
        (b"1 * * * * x", [1], 1),
        (b"1 * * * * x\n", [1], 1),
        (b"# a\n1 * * * * x\n# b", [2], 1),
        (b"# a\r\n1 * * * * x\r\n2 * * * * y\r\n", [2, 3], 1),
        (b"1 * * * * \xe4\n\n\n2 * * * * \xff\x0c\x85\n", [1, 4], 1),
        (numbered(20), [1, 9, 20], 3),
        (numbered(20), [1, 8, 20], 2),
        (numbered(20), [*range(1, 21)], 1),
    ],
)
def test_any_bytes_and_any_lines(before: bytes, lines: list[int], hunks: int) -> None:
    patch = there_and_back(before, comment_out(before, marks(*lines)))
    assert patch.count(b"\n@@ -") == hunks


LINES = st.lists(
    st.sampled_from(
        [b"# x", b"", b"1 * * * * root a", b"2 * * * * root b\r", SECRET, b"\xff \x0b"]
    ),
    min_size=1,
    max_size=24,
)


@settings(max_examples=40)
@given(lines=LINES, ended=st.booleans(), data=st.data())
def test_a_patch_has_no_secret_of_a_line_that_stays(
    lines: list[bytes], ended: bool, data: st.DataObject
) -> None:
    before = b"\n".join(lines) + b"\n" * ended
    count = before.count(b"\n") + (not before.endswith(b"\n") and bool(before))
    jobs = [n for n, line in enumerate(lines, 1) if line != SECRET and n <= count]
    chosen = data.draw(st.sets(st.sampled_from(jobs))) if jobs else set()
    after = comment_out(before, marks(*chosen))
    if after == before:
        assert line_patch(PATH, before, after, holds_secret) == b""
        return
    assert b"hunter2" not in there_and_back(before, after)


def test_a_line_with_a_secret_is_in_its_own_change() -> None:
    before = b"# a\n" + SECRET + b"\n# b\n"
    assert there_and_back(before, comment_out(before, marks(2))).count(b"hunter2") == 2


@pytest.mark.parametrize("path", ["/srv/a b/jobs", '/srv/"x"\\y', "/var/spool/cron/j\udcf6rg"])
def test_a_name_with_signs_in_it(path: str) -> None:
    before = numbered(3)
    there_and_back(before, comment_out(before, marks(2)), path)


def test_a_line_more_is_a_bug() -> None:
    with pytest.raises(Bug, match="adds lines"):
        line_patch(PATH, b"a\n", b"a\nb\n", holds_secret)


@pytest.mark.parametrize("before", [numbered(4), b"\xff\r\n1 * * * * x\n# y"])
def test_what_was_before_the_marks(before: bytes) -> None:
    after = comment_out(before, marks(2))
    assert unmarked(after) == before
    assert unmarked(before) == before
    assert marks_of(after) == marks(2)
    assert marks_of(before) == {}
