"""Jobs that do what a job had better not do, and what is told of them."""

from __future__ import annotations

from tests.bad_host_rows import ALL, SESSION, ByHand, Row

FIRST_LINE = "[cron2aws] exit=0 seconds=1 outcome=ran out=0 err=0 dropped=0"
NAMES = ("c2a_text", "c2a_shell", "c2a_line", "c2a_name", "c2a_file", "c2a_run")
CUT = "while [ $(stat -Lc %b /proc/$$/fd/1) -gt 16384 ]; do sleep .05; done"
"""Waits until an output has no more than 8 MB on disk."""
SEEN_LATER = "script; code=$?\nuntil [ -e /tmp/after ]; do sleep .02; done"


def ended_by(signal: int, word: str, what: str, command: str) -> Row:
    return Row(
        what=what,
        first=f"exit={128 + signal} outcome=ran out=3 err={len(word) + 1} {SESSION}",
        means=f"ended by signal {signal}; `{word}` is runuser's word, and not there with systemd",
        out=b"hi\n",
        err=f"{word}\n".encode(),
        code=1 if signal == 9 else 128 + signal,
        command=command,
        shells=ALL,
    )


KILLS = [
    ended_by(15, "Terminated", "`trap 'kill 0' EXIT`", "trap 'kill 0' EXIT; echo hi"),
    ended_by(9, "Killed", "kills its process group", "echo hi; kill -9 0"),
    ended_by(
        9,
        "Killed",
        "kills all processes of its session",
        "echo hi; sleep 60 & read -r a b c d e s rest </proc/self/stat; "
        'for p in /proc/[0-9]*; do read -r a b c d e f rest <$p/stat; [ "$f" != $s ] || '
        "[ $a = $$ ] || kill -9 $a; done 2>/dev/null; kill -9 $$",
    ),
    Row(
        what="a user's job kills its parent",
        first=f"exit=1 outcome=ran out=3 err=43 {SESSION}",
        means="failed: its parent is root's, as under cron",
        out=b"hi\n",
        err=b"/bin/sh: 1: kill: Operation not permitted\n\n",
        code=1,
        command="echo hi; kill -9 $PPID",
    ),
    Row(
        what="root's job kills its parent",
        first=f"exit=137 outcome=ran out=3 err=7 {SESSION}",
        means="told at once; the job goes on, and its end is not told",
        out=b"hi\n",
        err=b"Killed\n",
        code=1,
        command="echo hi; kill -9 $PPID; sleep .2; touch /tmp/after",
        user="root",
        script=SEEN_LATER,
    ),
]
OUTPUTS = [
    Row(
        what="closes its outputs and its input",
        first=f"exit=4 outcome=ran out=3 err=0 {SESSION}",
        means="told",
        out=b"hi\n",
        code=4,
        command="echo hi; exec <&- >&- 2>&-; exit 4",
        shells=ALL,
    ),
    Row(
        what="leaves a daemon that goes on printing",
        first=f"exit=0 outcome=ran out=~ err=0 {SESSION}",
        means="not waited for, and not ended by a next line of output",
        out=b"",
        command="(until [ -e /tmp/go ]; do sleep .02; done; echo x && touch /tmp/after) & :",
        script="script; code=$?\ntouch /tmp/go\nuntil [ -e /tmp/after ]; do sleep .02; done",
        shells=ALL,
    ),
    Row(
        what="leaves a daemon in a session of its own",
        first=f"exit=0 outcome=ran out=3 err=0 {SESSION}",
        means="not waited for",
        out=b"hi\n",
        command="setsid sleep 60 & echo hi",
    ),
    Row(
        what="prints 200 MB in large writes",
        first="exit=0 outcome=ran out=200000000 err=0 dropped=~ way=session",
        means="every byte is counted; the last 4 MB at least are kept, the end is told",
        out=b"x\nx\nthe end\n",
        command="yes x | head -c 199999992; echo the end",
        shells=ALL,
    ),
    Row(
        what="prints 20 MB, on a host without `fallocate`",
        first="exit=0 outcome=ran out=~ err=0 dropped=~+ way=session",
        means="what is above 8 MB may be lost up to the moment; counted are so many at least",
        out=b"the end\n",
        before="without fallocate\n",
        command=f"yes x | head -c 20000000; {CUT}; echo the end",
    ),
    Row(
        what="prints 100,000 bytes, each by itself",
        first=f"exit=0 outcome=ran out=100000 err=100000 {SESSION}",
        means="every byte is kept and counted",
        out=b"0" * 20_000,
        err=b"0" * 7_900,
        command="zeros() { tr '\\0' 0 </dev/zero | dd bs=1 count=100000 2>/dev/null; }; "
        "zeros; zeros >&2",
    ),
    Row(
        what="prints binary, NULs, escape sequences, and no newline at the end",
        first=f"exit=0 outcome=ran out=16 err=3 {SESSION}",
        means="told as it is",
        out=b"a\0b\xff\xfe\x1b[31mred\r\x07$",
        err=b"\0\n\0",
        command=r"printf 'a\0b\377\376\033[31mred\r\007$'; printf '\0\n\0' >&2",
        shells=ALL,
    ),
    Row(
        what="prints a line like the first line",
        first=f"exit=5 outcome=ran out={len(FIRST_LINE) + 1} err=0 {SESSION}",
        means="output like any other: only the first line is the runner's",
        out=f"{FIRST_LINE}\n".encode(),
        code=5,
        command=f"echo '{FIRST_LINE}'; exit 5",
    ),
    Row(
        what="prints the runner's own marks, `JOB` and `job 1`",
        first=f"exit=0 outcome=ran out=10 err=0 {SESSION}",
        means="output like any other",
        out=b"JOB\njob 1\n",
        command="cat",
        stdin="JOB\njob 1\n",
        shells=ALL,
    ),
    ByHand(
        what="a command by hand with a here-document that ends in `JOB`",
        first=f"exit=1 outcome=ran out=6 err=0 {SESSION}",
        means="read as it was written, `set -e` too",
        out=b"hi\nsh\n",
        code=1,
        command="cat <<JOB\nhi\nJOB\necho $0\nset -e\nfalse\necho no",
        shells=ALL,
    ),
    Row(
        what="root's job truncates its output",
        first=f"exit=3 outcome=ran out=5 err=2 {SESSION}",
        means="what it printed since then is told",
        out=b"more\n",
        err=b"e\n",
        code=3,
        command="echo hi; : >/dev/stdout; echo more; echo e >&2; exit 3",
        user="root",
        shells=ALL,
    ),
    Row(
        what="root's job truncates its output at once, and fails",
        first=f"exit=3 outcome=ran out=0 err=2 {SESSION}",
        means="failed",
        err=b"e\n",
        code=3,
        command=": >/dev/stdout; echo e >&2; exit 3",
        user="root",
        shells=ALL,
    ),
    Row(
        what="root's job truncates its output when much of it is gone already",
        first="exit=0 outcome=ran out=~ err=0 dropped=~+ way=session",
        means="what it printed since then is told; counted are so many bytes at least",
        out=b"more\n",
        command=f"yes x | head -c 20000000; {CUT}; : >/dev/stdout; echo more",
        user="root",
    ),
]
OTHERS = [
    Row(
        what="reads all of its input, and once more",
        first=f"exit=0 outcome=ran out=6 err=0 {SESSION}",
        means="its input ends, as under cron",
        out=b"abc\n0\n",
        command="cat; cat; wc -c",
        stdin="abc\n",
        shells=ALL,
    ),
    Row(
        what="deletes its directory",
        first=f"exit=0 outcome=ran out=3 err=0 {SESSION}",
        means="told",
        out=b"hi\n",
        command="mkdir /tmp/d; cd /tmp/d; rmdir /tmp/d; echo hi",
    ),
    Row(
        what="sets its limits to next to nothing",
        first=f"exit=0 outcome=ran out=3 err=0 {SESSION}",
        means="they are its own: the report is whole",
        out=b"hi\n",
        command="ulimit -n 3; ulimit -v 100; echo hi",
        shells=ALL,
    ),
    Row(
        what="may write no file (`ulimit -f 0`)",
        first=f"exit=153 outcome=ran out=0 err=25 {SESSION}",
        means="ended by SIGXFSZ: its output is a file, as under Debian's cron",
        err=b"File size limit exceeded\n",
        code=153,
        command="ulimit -f 0; echo hi",
    ),
    Row(
        what="`exec` of something missing",
        first=f"exit=127 outcome=ran out=3 err=36 {SESSION}",
        means="failed",
        out=b"hi\n",
        err=b"/bin/sh: 1: exec: nosuch: not found\n",
        code=127,
        command="echo hi; exec nosuch",
    ),
    Row(
        what="variables named like the runner's own (`c2a_text`, ...)",
        first=f"exit=0 outcome=ran out={sum(len(name) + 4 for name in NAMES)} err=0 {SESSION}",
        means="reach the job as the crontab sets them",
        out="".join(f"{name}=v2\n" for name in sorted(NAMES)).encode(),
        command="env | grep ^c2a_ | sort",
        env=tuple((name, "v2") for name in NAMES),
        shells=ALL,
    ),
]
JOBS = (*KILLS, *OUTPUTS, *OTHERS)
