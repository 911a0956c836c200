"""Records the environment that the real systemd gives a service, by units, drop-ins and files.

    python3 tests/oracle/record_systemd.py > tests/data/systemd-environment.json

Needs root, `unshare` and the package systemd, which is started as process 1 of namespaces of its
own, over folders of its own; it ends after some seconds.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ETC, RUN, USR = "etc/systemd/system", "run/systemd/system", "usr/local/lib/systemd/system"
UNIT = r"""[Service]
Type=oneshot
EnvironmentFile=-/etc/default/cron
Environment=A=unit B="b b" 'C=c c' D=a\
  E=x
Environment=F=1
ExecStart=/usr/bin/env LAST=1 /bin/sh -c 'env -0 > %s/out'
"""
FILE = r"""X=a b  
  Y = a
Q='a "b'
R="a\"b\\\$c\n"
S="a"'b'c
T=a'b'
U=a\
b
V=a # b
W=
# c \
Z=a
;K=1
export EX=a
1X=a
AA="x y" z
BB=x "y"
CC=\ x
DD="a
b"
EE=a\tb
FF= "q" r 
GG=1
GG=2
F=file
"""  # noqa: W291 (blanks at an end are what is asked)
FILES = {
    "etc/systemd/system.conf": "[Manager]\nDefaultEnvironment=M1=conf M2=conf A=conf\n",
    "etc/systemd/system.conf.d/x.conf": "[Manager]\nDefaultEnvironment=M2=drop\n",
    f"{RUN}/cron.service": UNIT,
    f"{USR}/cron.service": "[Service]\nEnvironment=USR=1\n",
    f"{ETC}/cron.service.d/10-a.conf": "[Service]\nEnvironment=N=etc10 O=etc10 P=etc10\n",
    f"{RUN}/cron.service.d/10-a.conf": "[Service]\nEnvironment=N=run10 HIDDEN=1\n",
    f"{USR}/cron.service.d/20-b.conf": "[Service]\nEnvironment=O=usr20\n",
    f"{USR}/cron.service.d/60-c.conf": "[Service]\nEnvironment=SPECIFIC=1\n",
    f"{ETC}/service.d/60-c.conf": "[Service]\nEnvironment=GENERAL=1\n",
    f"{ETC}/service.d/05.conf": "[Service]\nEnvironment=P=all A=all\n",
    f"{ETC}/cron.service.d/40.txt": "[Service]\nEnvironment=TXT=1\n",
    f"{ETC}/cron.service.d/50.conf": "[Unit]\nEnvironment=WRONG=1\n[Service]\n#Environment=NO=1\n"
    "EnvironmentFile=/etc/more\nUnsetEnvironment=B S=other\nUnsetEnvironment=N\n",
    "etc/default/cron": FILE,
    "etc/more": "GG=3\nLAST=file\n",
}
BOOT = """
set -e
mount --make-rprivate /
mount -t proc proc /proc
for place in etc/systemd run usr/local/lib/systemd; do
  mkdir -p /$place
  mount -t tmpfs tmpfs /$place
  cp -r $1/tree/$place/. /$place
done
mount --bind $1/tree/etc/default /etc/default
mount --bind $1/tree/etc/more /etc/fstab  # stands in: /etc itself is left alone
# the machine's own /tmp and /var are in sight: nothing may tidy them up
mount --bind /bin/true /usr/bin/systemd-tmpfiles
mount -t cgroup2 none /sys/fs/cgroup
exec env -i container=docker PATH=/usr/sbin:/usr/bin \\
  /usr/lib/systemd/systemd --system --unit=cron.service --log-level=err
"""
NAMESPACES = ["--fork", "--pid", "--mount", "--uts", "--ipc", "--cgroup", "--kill-child"]
MANAGERS_OWN = {"PATH", "LANG", "PWD", "INVOCATION_ID", "JOURNAL_STREAM", "SYSTEMD_EXEC_PID"}


def main() -> None:
    folder = Path(tempfile.mkdtemp())
    for name, text in FILES.items():
        path = folder / "tree" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        told = text.replace("%s", str(folder)).replace("/etc/more", "/etc/fstab")
        path.write_text(told)
    # process 1 of a namespace heeds no signal but this one from outside
    command = [
        "timeout",
        "--signal=KILL",
        "15",
        "unshare",
        *NAMESPACES,
        "sh",
        "-c",
        BOOT,
        "sh",
        str(folder),
    ]
    subprocess.run(command, check=False, stdout=sys.stderr)
    pairs = (folder / "out").read_text().split("\0")
    seen = dict(sorted(pair.split("=", 1) for pair in pairs if pair))
    version = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Version}", "systemd"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    kept = {name: value for name, value in seen.items() if name not in MANAGERS_OWN}
    found = {"systemd": version, "files": FILES, "seen": kept}
    sys.stdout.write(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
