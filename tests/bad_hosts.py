"""The hosts on which a run meets something bad, and what is told of it."""

from __future__ import annotations

from dataclasses import replace

from tests.bad_host_rows import ALL, SESSION, Row

FULL = """\
full() {
  for place; do
    mount -t tmpfs -o size=64k none $place
    cat /dev/zero >$place/all 2>/dev/null
  done
}
"""
FULL_DISK = f"{FULL}full /var/lib /tmp\n"
ALL_FULL = f"{FULL}full /var/lib /tmp /run /dev/shm\n"
READ_ONLY = "mount -o remount,ro /var/lib; mount -o remount,ro /tmp; mount -o remount,bind,ro /\n"
ALL_READ_ONLY = f"{READ_ONLY}mount -o remount,ro /run; mount -o remount,ro /dev/shm\n"
NO_INODES = "for x in /var/lib /tmp; do mount -t tmpfs -o nr_inodes=1 none $x; done\n"
NO_EXEC = "for x in /tmp /var/lib /run /dev/shm; do mount -o remount,noexec $x; done\n"
NO_VAR = "umount /var/lib; mount -t tmpfs none /var\n"
UP_SINCE_THEN = "echo 5.00 5.00 >/run/uptime; mount --bind /run/uptime /proc/uptime\n"


def systemd(text: str) -> str:
    """A systemd-run that does what `text` says; the real one is tests/oracle/real_systemd.py's."""
    return (
        "mkdir -p /run/systemd/system; touch /etc/pam.d/cron\n"
        f"stand_in systemd-run <<'END'\n{text}\nEND\n"
    )


def clock(seconds: str) -> str:
    """The clock is so many seconds ahead."""
    real = "/mnt/bin/date"
    return f'stand_in date <<\'END\'\nexec {real} -d "@$(($({real} +%s) + {seconds}))" "$@"\nEND\n'


IMPATIENT = "echo 'exit 0' | stand_in sleep\n"
"""Waiting takes no time."""
CATCHES_UP = "echo 0 >/mnt/asked\n" + clock(
    "$(read n </mnt/asked; echo $((n + 1)) >/mnt/asked; echo $((n * 60 - 150)))"
)
JUMPS = "echo 0 >/mnt/jump\nchmod 666 /mnt/jump\n" + clock("$(cat /mnt/jump)")
TWICE = "script >/dev/null 2>&1; script; code=$?"
KILLED = """\
setsid /bin/sh -c 'echo $$ >/run/agent; exec "$@" >/dev/null 2>&1' sh $shell /mnt/script &
until [ -e /tmp/started ] && [ -e /var/lib/cron2aws/*/*.job ]; do sleep .02; done
kill -9 -$(cat /run/agent)
"""
"""As the agent's unit ends: the runner and its watcher die, the job has a session of its own."""
RESTARTED = f"{KILLED}script; code=$?"
RESTARTED_LATE = f"""\
{KILLED}job=$(cut -d ' ' -f 1 /var/lib/cron2aws/*/*.job)
while [ -e /proc/$job ] && ! grep -qs '^State:.Z' /proc/$job/status; do sleep .02; done
script; code=$?"""
REBOOTED = f"""\
{KILLED}job=$(cut -d ' ' -f 1 /var/lib/cron2aws/*/*.job)
kill -9 $job
mount -t tmpfs none /run
mount -t tmpfs none /tmp
echo another >/run/boot_id
mount --bind /run/boot_id /proc/sys/kernel/random/boot_id
script; code=$?"""
AT_ONCE = """\
sed 's/^by=.*/by=another/' /mnt/script >/mnt/script2
script >/tmp/1 &
$shell /mnt/script2 >/tmp/2 </dev/null
wait
sort -r /tmp/1 /tmp/2
cat /tmp/ran >&2
code=0"""

HINT = "install util-linux, coreutils and awk"
RAN = f"exit=3 outcome=ran out=3 err=3 {SESSION}"
USUAL = Row(what="", first=RAN, means="", out=b"hi\n", err=b"no\n", code=3)
"""The job runs and is told, as on any host."""


def missing(program: str) -> Row:
    return Row(
        what=f"no `{program}`",
        first=f"exit=- outcome=not-run reason=this host has no program {program}: {HINT}",
        means="not started",
        code=1,
        before=f"without {program}\n",
    )


def usual(what: str, means: str, before: str, shells: tuple[str, ...] = ("dash",)) -> Row:
    return replace(USUAL, what=what, means=means, before=before, shells=shells)


NOWHERE = Row(
    what="a full disk, full /run and /dev/shm",
    first=f"exit=3 outcome=ran out=0 err=0 {SESSION} ledger=none lost=1",
    means="runs, as under cron; without its output, a ledger and the runner's time limit",
    code=3,
    before=ALL_FULL,
    shells=ALL,
)


def no_home(what: str, home: str, user: str, env: tuple[tuple[str, str], ...] = ()) -> list[Row]:
    debian = Row(
        what=f"{what}, Debian",
        first=f"exit=0 outcome=ran out=16 err=0 {SESSION}",
        means="runs in /var/spool/cron, as under cron",
        out=b"/var/spool/cron\n",
        command="pwd",
        user=user,
        env=env,
    )
    cronie = Row(
        what=f"{what}, cronie",
        first="exit=- outcome=not-run out=0 err=~ dropped=0 way=session "
        f"reason=HOME cannot be entered: {home}",
        means="not started, as under cronie",
        code=1,
        command="pwd",
        dialect="cronie",
        user=user,
        env=env,
    )
    return [debian, cronie]


def no_shell(what: str, shell: str, why: str) -> Row:
    said = f"{shell}: execle: {why}"
    return Row(
        what=f"SHELL is {what}",
        first=f"exit=1 outcome=ran out=0 err={len(said) + 1} {SESSION}",
        means="told as failed; the words are the daemon's",
        err=f"{said}\n".encode(),
        code=1,
        env=(("SHELL", shell),),
        shells=ALL,
    )


PROGRAMS = [
    missing("setsid"),
    missing("runuser"),
    missing("awk"),
    missing("tail"),
    usual("no `fallocate`", "runs; of an output above 8 MB less is kept", "without fallocate\n"),
    usual("no `getent`", "runs; users are those of /etc/passwd", "without getent\n"),
    usual("no `find`", "runs; nobody tidies its ledger", "without find\n"),
]
SYSTEMD = [
    usual("no systemd", "runs", "without systemd-run systemctl\n"),
    usual("systemd 219", "runs", systemd("echo 'systemd 219'; echo '+PAM +AUDIT'")),
    usual("a `systemd-run` that says no version", "runs", systemd("")),
    Row(
        what="systemd that does not answer",
        first="exit=- outcome=not-run out=0 err=45 dropped=0 way=systemd "
        "reason=Failed to connect to bus: Connection refused",
        means="not started; the words are systemd's",
        err=b"Failed to connect to bus: Connection refused\n",
        code=1,
        before=systemd(
            "[ $1 != --version ] || exec echo systemd 252\n"
            "echo 'Failed to connect to bus: Connection refused' >&2; exit 1"
        ),
    ),
    Row(
        what="systemd that cannot make the job's session",
        first="exit=- outcome=not-run out=0 err=0 dropped=0 way=systemd reason=PAM's "
        "service cron refuses alice",
        means="not started; the journal says why",
        code=1,
        before=systemd("[ $1 != --version ] || exec echo systemd 252\nexit 224"),
    ),
    Row(
        what="systemd whose client ends before the job (its bus is restarted)",
        first="exit=3 outcome=ran out=6 err=0 dropped=0 way=systemd",
        means="waited for, and told with the job's own exit code",
        out=b"whole\n",
        code=3,
        before=systemd(
            "[ $1 != --version ] || exec echo systemd 252\n"
            # the leader is a process of the user's; the client is there until it has all of the job
            "/mnt/sbin/runuser -u alice -- sh -c 'echo job $$; exec sleep 2' &\n"
            'while read -r line && [ "$line" != JOB ]; do :; done; exit 0'
        )
        + "stand_in systemctl <<'END'\n"
        "case $* in\n"
        "*ActiveState*) if [ -e /mnt/ended ]; then echo failed; else echo activating; fi\n"
        "[ -e /mnt/ended ] || echo whole >/proc/$PPID/fd/3; touch /mnt/ended ;;\n"
        "*ExecMain*) echo 1; echo 3 ;;\n"
        "esac\nEND\n",
    ),
]
DISKS = [
    usual("no /var/lib", "runs; /var/lib is made", NO_VAR),
    usual("/var/lib is a file", "runs; ledger in /run", f"{NO_VAR}touch /var/lib\n"),
    usual("a full disk", "runs; ledger in /run, outputs in /dev/shm", FULL_DISK, ALL),
    usual("a read-only disk", "runs; ledger in /run, outputs in /dev/shm", READ_ONLY, ALL),
    usual("no inodes", "runs; ledger in /run, outputs in /dev/shm", NO_INODES, ALL),
    usual("noexec on /tmp, /var/lib, /run", "runs; nothing is started from there", NO_EXEC),
    Row(
        what="a read-only disk, and a command of 70,000 bytes",
        first=f"exit=0 outcome=ran out=3 err=0 {SESSION}",
        means="runs; no text lies in /tmp",
        out=b"hi\n",
        before=READ_ONLY,
        command=f": {'x' * 70_000}; echo hi",
        shells=ALL,
    ),
    NOWHERE,
    replace(NOWHERE, what="no folder can be written", before=ALL_READ_ONLY),
    Row(
        what="no folder can be written, and Send does not know whether the command came before",
        first="exit=- outcome=not-run "
        "reason=no file can be made in /var/lib or /run, so nobody knows whether it ran before",
        means="not started: it might be the second time",
        code=1,
        before=ALL_FULL,
        facts={"resent": "1"},
    ),
    Row(
        what="a read-only disk, and the host was started after the minute",
        first="exit=- outcome=not-run reason=no file can be made in /var/lib, and the host was "
        "started after that minute, so nobody knows whether it ran before",
        means="not started: it might be the second time",
        code=1,
        before=READ_ONLY + UP_SINCE_THEN,
        facts={"due": "1700000000", "keep": "2000000000"},
    ),
    Row(
        what="the job fills the disk; a second delivery",
        first=f"exit=4 again=1 outcome=ran out=3 err=0 {SESSION} lost=1",
        means="not started again; the report is kept in /run",
        out=b"hi\n",
        code=4,
        before="mount -t tmpfs -o size=300k,mode=1777 none /var/lib\n",
        command="echo hi; head -c 1000000 /dev/zero >/var/lib/all; exit 4",
        script=TWICE,
        shells=ALL,
    ),
]
USERS = [
    Row(
        what="a process of the user says that another one leads the job's session",
        first="exit=- outcome=not-run out=~ err=0 dropped=0 way=session reason=it ended with 1 "
        "before it began (journalctl -u cron2aws-0123abcd-r1.service)",
        means="not started: root would send signals to what the user names",
        out=b"job 1\n",
        code=1,
        before="stand_in runuser <<'END'\necho job 1\nexit 1\nEND\n",
    ),
    Row(
        what="the user is gone",
        first="exit=- outcome=not-run reason=this host has no user zoe",
        means="not started, as under cron",
        code=1,
        user="zoe",
    ),
    Row(
        what="the user is a number",
        first="exit=- outcome=not-run reason=this host has no user 0",
        means="not started, as under cron: getent takes it for a uid",
        code=1,
        user="0",
    ),
    Row(
        what="the account has expired",
        first="exit=- outcome=not-run reason=the account or the password of dora has expired",
        means="not started, as under cron",
        code=1,
        user="dora",
    ),
    *no_home("the home is a file", "/home/bob", "bob"),
    *no_home("the home is closed", "/home/carl", "carl"),
    *no_home("the home is missing", "/nonexistent", "alice", (("HOME", "/nonexistent"),)),
    no_shell("no file", "/nonexistent", "No such file or directory"),
    no_shell("a folder", "/etc", "Permission denied"),
    no_shell("a file that is no program", "/etc/passwd", "Permission denied"),
    no_shell("empty", "", "No such file or directory"),
    Row(
        what="SHELL is a script whose interpreter is missing",
        first=f"exit=127 outcome=ran out=0 err=56 {SESSION}",
        means="failed",
        err=b"/usr/bin/env: '/mnt/first/q': No such file or directory\n",
        code=127,
        before="echo '#!/no/such' >/mnt/first/q; chmod 755 /mnt/first/q\n",
        env=(("SHELL", "/mnt/first/q"),),
    ),
    Row(
        what="SHELL is an executable text without `#!`",
        first=f"exit=0 outcome=ran out=8 err=0 {SESSION}",
        means="sh reads it; cron would not start it",
        out=b"-c true\n",
        before="echo 'echo \"$@\"' >/mnt/first/q; chmod 755 /mnt/first/q\n",
        env=(("SHELL", "/mnt/first/q"),),
        command="true",
    ),
]
CLOCKS = [
    Row(
        what="the clock is an hour behind",
        first="exit=- outcome=clock-behind reason=its clock says STAMP",
        means="not started; it was waited for 90 s",
        code=1,
        before=clock("-3600") + IMPATIENT,
    ),
    usual("the clock is behind, and catches up", "runs in its minute", CATCHES_UP + IMPATIENT),
    usual("the clock is two hours ahead", "runs; it looks late", clock("7200")),
    Row(
        what="the clock is three days ahead",
        first="exit=- outcome=too-late reason=its clock says STAMP",
        means="not started: a ledger of that minute would be gone",
        code=1,
        before=clock("259200"),
    ),
    Row(
        what="the clock jumps back by an hour in mid-run",
        first=f"exit=0 outcome=ran out=0 err=0 {SESSION}",
        means="runs; its seconds are those that passed",
        before=JUMPS,
        command="echo -3600 >/mnt/jump",
    ),
]
AGAIN = [
    Row(
        what="the agent starts anew in mid-run; the job goes on",
        first="exit=- outcome=runner-lost reason=the job goes on as process ~",
        means="not started again; its end is not told",
        code=1,
        command="touch /tmp/started; exec sleep 60",
        script=RESTARTED,
    ),
    Row(
        what="the agent starts anew in mid-run; the job has ended meanwhile",
        first="exit=- outcome=interrupted",
        means="not started again",
        code=1,
        command="touch /tmp/started; sleep .3",
        script=RESTARTED_LATE,
    ),
    replace(
        USUAL,
        what="the agent starts anew after the run",
        first=f"exit=3 again=1 outcome=ran out=3 err=3 {SESSION}",
        means="not started again; its report is told",
        script=TWICE,
        shells=ALL,
    ),
    Row(
        what="the host starts anew in mid-run",
        first="exit=- outcome=interrupted",
        means="not started again",
        code=1,
        command="touch /tmp/started; exec sleep 60",
        script=REBOOTED,
    ),
    Row(
        what="two deliveries in the same second",
        first=f"exit=0 outcome=ran out=0 err=0 {SESSION}",
        means="one runs; the other one is told as `duplicate` when that has ended",
        out=b"[cron2aws] exit=- seconds=0 outcome=duplicate\n",
        err=b"once\n",
        command="echo once >>/tmp/ran; sleep .1",
        script=AT_ONCE,
        shells=ALL,
    ),
]
HOSTS = (*PROGRAMS, *SYSTEMD, *DISKS, *USERS, *CLOCKS, *AGAIN)
