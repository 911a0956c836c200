"""Bytes for a crontab: any at all, what looks like one, and fixtures with something broken."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

FIXTURES = Path(__file__).parents[2] / "fixtures" / "crontabs"

_FIELDS = (
    "*", "*/7", "0", "7", "59", "60", "1-5", "5-1", "0-59/0", "*/100", "1,2,3", "L", "?", "#",
    "mon", "sun-sat", "jan", "feb", "29", "31", "-", "/", ",", "~", "1~5", "H", "99999999999",
)  # fmt: skip
_WHENS = (
    "@daily",
    "@reboot",
    "@hourly",
    "@every 5m",
    "@",
    "*/5 * * * *",
    "0 0 30 2 *",
    "5 4 * * 7",
)
_COMMANDS = (
    "/bin/x", "cd /tmp && x | y > z 2>&1", "curl -u a:secret https://h/?key=abc", "a%b\\%c%",
    "[ \"$(date +\\%d -d tomorrow)\" = 01 ] && x", "flock -n /l x", "sleep 30; x", "su - bob -c 'x",
    "export PASSWORD=hunter2; x", "systemctl restart amazon-ssm-agent", "run-parts /etc/cron.daily",
    "`x`", "$((1+", "<<E", "|javascript:1|", "<script>alert(1)</script>", "=1+1",
    "\u202ex", "\x1b[31m",
)  # fmt: skip
_SETTINGS = (
    "MAILTO=", "MAILTO=a@b", "CRON_TZ=Asia/Tokyo", "CRON_TZ=../x", "TZ=Europe/Berlin",
    "RANDOM_DELAY=7",
    "SHELL=/bin/false", "PATH=/x:/y", "HOME=", "'A B' = \"c", "A=", "=b", "A=b=c", "LOGNAME=root",
)  # fmt: skip
_WORDS = (
    "# cron2aws: ignore", "# cron2aws: catch-up=once", "# cron2aws: run-on=one", "# cron2aws:",
    "#Ansible: x",
    "# DO NOT EDIT", "# Puppet Name: x", "# Chef Name: x",
    "# Begin Whenever generated tasks for: x",
    " # cron2aws:0123456789abcdef arn:aws:cloudformation:x 2026-01-01T00:00Z | * * * * * root x",
)  # fmt: skip
_BETWEEN = (" ", " ", " ", "\t", "  ", "\r", "\v", "\f", "\xa0", "")
_ENDS = (b"\n", b"\n", b"\n", b"\r\n", b"\0", b"\n\n", b"")


def _joined(words: list[str], gaps: list[str]) -> str:
    return "".join(word + gap for word, gap in zip(words, gaps, strict=False))


_gaps = st.lists(st.sampled_from(_BETWEEN), min_size=8, max_size=8)
_when = st.one_of(
    st.sampled_from(_WHENS),
    st.builds(_joined, st.lists(st.sampled_from(_FIELDS), min_size=4, max_size=6), _gaps),
)
_job = st.builds(
    lambda *parts: "".join(parts),
    st.sampled_from(("", "", "", "-", " ", "-n ")),
    _when,
    st.sampled_from(_BETWEEN),
    st.sampled_from(("root ", "root\t", "nobody ", "", "x" * 40 + " ", "ä ")),
    st.one_of(st.sampled_from(_COMMANDS), st.text(max_size=30)),
)
_line = st.one_of(_job, _job, st.sampled_from(_SETTINGS + _WORDS), st.text(max_size=40))
_bytes_of_line = st.one_of(_line.map(lambda text: text.encode("utf-8", "replace")), st.binary())
_looks_like_one = st.lists(
    st.tuples(_bytes_of_line, st.sampled_from(_ENDS)).map(b"".join), max_size=12
).map(b"".join)


_WHOLE = [each.read_bytes() for each in sorted(FIXTURES.rglob("*")) if each.is_file()]


@st.composite
def _broken(draw: st.DrawFn) -> bytes:
    """A fixture, with a few of its stretches replaced."""
    data = draw(st.sampled_from(_WHOLE))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        till = min(len(data), at + draw(st.integers(0, 20)))
        data = data[:at] + draw(st.one_of(st.binary(max_size=6), _bytes_of_line)) + data[till:]
    return data


CRONTABS: st.SearchStrategy[bytes] = st.one_of(
    _looks_like_one, _looks_like_one, _broken(), st.binary(max_size=200)
)
