"""Lines of /etc/environment, and what pam_env makes of them: real cron's answers (tests/oracle)."""

from __future__ import annotations

LINES: list[tuple[str, str | None]] = [
    ("A01=plain", "plain"),
    ('A02="in quotes"', "in quotes"),
    ("A03='in quotes'", "in quotes"),
    ("A04=  blanks ", "  blanks "),
    ("  A05=indented", "indented"),
    ("\tA06=indented", "indented"),
    ("export A07=exported", "exported"),
    ("export  A08=exported", None),
    ("A09=a # b", "a "),
    ("# A10=x", None),
    ('A11="a # b"', "a "),
    ('A12="a"b"', 'a"b'),
    ("A13=\"a'", "a"),
    ('A14="', ""),
    ('A15=a"b"', 'a"b"'),
    ("A16=", ""),
    ("A17", None),
    ("A 18=x", None),
    ("A-19=x", None),
    ("A20=$HOME `id` ${PATH} @{HOME}", "$HOME `id` ${PATH} @{HOME}"),
    ("A21=a\\b", "a\\b"),
    ("A22=a=b", "a=b"),
    ("A23=größe", "größe"),
    ('A24="x" ', 'x" '),
    ("A25=x\r", "x\r"),
    ("A26 = x", None),
    ('A27="a" "b"', 'a" "b'),
    ("A28=first", "second"),
    ("A28=second", "second"),
    ("A29=''", ""),
    ("A30=*", "*"),
    ("A31='a", "a"),
    ("a_32=x", "x"),
    ("", None),
    ("USER=somebody", "somebody"),
    ("MAIL=/var/mail/somebody", "/var/mail/somebody"),
    ("PATH=/env/bin:/usr/bin:/bin", "/usr/bin:/bin"),  # the daemon's, which is set behind it
    ("A99=no newline", "no newline"),
]
"""A line, and the value that a job has of the name in it."""

TEXT = "\n".join(line for line, _ in LINES)
WANTED = {
    line.removeprefix("export ").strip().split("=")[0]: value
    for line, value in LINES
    if "=" in line
}
LOCALE = 'LANG=en_US.UTF-8\nLC_TIME="C"\n'
WANTED_OF_LOCALE = {"LANG": "en_US.UTF-8", "LC_TIME": "C"}
