from __future__ import annotations

import hashlib
import sys
from types import FrameType

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.crontab.identity import identify
from cron2aws.crontab.mark import Mark
from cron2aws.crontab.reader import read_crontab

PATH = "/etc/cron.d/shop"


def ids(text: str, *, path: str = PATH) -> dict[int, str]:
    crontab = read_crontab(text.encode(), DIALECTS["debian"], system=True, user=None)
    return identify(crontab, path)


def digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:8]


def mark(entry_id: str) -> str:
    return Mark(id=entry_id, account="1" * 12, region="eu-west-1", stack="s").format()


def test_an_id_is_a_digest_of_what_the_job_is() -> None:
    assert ids("1 * * * * root echo 5\\% of %x\n") == {
        1: digest(PATH, "root", "echo 5\\% of %x", "1")
    }


def test_bytes_count_not_characters() -> None:
    crontab = read_crontab(b"1 * * * * root \xe4\n", DIALECTS["debian"], system=True, user=None)
    raw = b"/etc/cron.d/shop\0root\0\xe4\0" + b"1"
    assert identify(crontab, PATH) == {1: hashlib.sha256(raw).hexdigest()[:8]}


def test_an_id_survives_schedule_line_and_environment() -> None:
    assert set(ids("1 * * * * root x\n").values()) == set(
        ids("# new\nA=b\n2 3 * * *   root x\n").values()
    )


def test_path_user_and_command_make_another_one() -> None:
    texts = ["1 * * * * root x\n", "1 * * * * alice x\n", "1 * * * * root y\n"]
    found = [ids(text)[1] for text in texts] + [ids(texts[0], path="/etc/crontab")[1]]
    assert len(set(found)) == 4


def test_equal_jobs_are_counted_from_one() -> None:
    assert ids("1 * * * * root x\n2 * * * * root x\n3 * * * * root y\n") == {
        1: digest(PATH, "root", "x", "1"),
        2: digest(PATH, "root", "x", "2"),
        3: digest(PATH, "root", "y", "1"),
    }


def test_a_marked_line_has_the_id_of_its_mark() -> None:
    assert ids(f"{mark('0123abcd')}1 * * * * root x\n") == {1: "0123abcd"}


def test_an_unmarked_line_takes_the_lowest_free_number() -> None:
    one, two, three = (digest(PATH, "root", "x", n) for n in "123")
    line = "1 * * * * root x\n"
    assert ids(line + mark(one) + line) == {1: two, 2: one}
    assert ids(line + mark(two) + line) == {1: one, 2: two}
    assert ids(line + mark(one) + line + line + mark(three) + line) == {
        1: two,
        2: one,
        3: digest(PATH, "root", "x", "4"),
        4: three,
    }


def test_commenting_out_and_back_changes_no_id() -> None:
    line = "1 * * * * root x\n"
    before = ids(line * 3)
    marked = "".join(f"{mark(before[n])}{line}" for n in (1, 2, 3))
    assert ids(marked) == before
    assert ids(f"{line}{mark(before[2])}{line}{line}") == before


def test_ids_are_the_same_for_ever() -> None:
    """Written down from the release before; stacks and marks have them."""
    assert ids("1 * * * * root x\n2 * * * * root x\n3 * * * * www-data /bin/y --all\n") == {
        1: "fd5d9880",
        2: "29d6dca6",
        3: "adce72d5",
    }


def test_equal_lines_take_one_digest_each() -> None:
    digests = 0

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal digests
        digests += event == "call" and frame.f_code.co_name == "_digest"

    sys.setprofile(count)
    try:
        found = ids("1 * * * * root x\n" * 500)
    finally:
        sys.setprofile(None)
    assert len(set(found.values())) == digests == 500
