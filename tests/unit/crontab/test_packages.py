"""Files of packages in /etc/cron.d: by the package database, else by name and form."""

from __future__ import annotations

import pytest

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.crontab.items import Crontab
from cron2aws.crontab.packages import left_to_package
from cron2aws.crontab.reader import read_crontab


def read(*commands: str) -> Crontab:
    text = "".join(f"5 2 * * * root {command}\n" for command in commands)
    return read_crontab(text.encode(), DIALECTS["debian"], system=True, user=None)


def kept(crontab: Crontab, path: str, package: str | None = None) -> list[list[str]]:
    found = left_to_package(crontab, path=path, package=package)
    return [[each.detail for each in entry.findings] for entry in found.entries]


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("sysstat", "command -v debian-sa1 > /dev/null && debian-sa1 1 1"),
        ("ntpsec", "if [ -x /usr/libexec/ntpsec/x ]; then /usr/libexec/ntpsec/x; fi"),
        ("munin", "if [ -x /usr/bin/munin-cron ]; then /usr/bin/munin-cron; fi"),
        ("logcheck", "if [ -x /usr/sbin/logcheck ]; then nice -n10 /usr/sbin/logcheck; fi"),
        (
            "awstats",
            "[ -x /usr/share/awstats/tools/update.sh ] && /usr/share/awstats/tools/update.sh",
        ),
        ("amavisd-new", "test -e /usr/sbin/amavisd-new-cronjob && /usr/sbin/amavisd-new-cronjob"),
        ("chef-client", "/usr/bin/chef-client"),
        ("plesk", "[ -x /opt/psa/admin/sbin/backupmng ] && /opt/psa/admin/sbin/backupmng"),
    ],
)
def test_in_a_copy_name_and_form_tell(name: str, command: str) -> None:
    path = f"/etc/cron.d/{name}"
    told = [f"`{path}` has the name and the form of a package's file"]
    assert kept(read(command), path) == [told]
    assert kept(read(command, "/srv/ours"), path) == [[], []]
    assert kept(read(command), f"{path}-ours") == [[]]
    assert kept(read(command), "/etc/crontab") == [[]]


def test_the_package_database_is_sure() -> None:
    crontab = read("/opt/x", "y")
    told = ["`/etc/cron.d/x` belongs to the package x-tools"]
    assert kept(crontab, "/etc/cron.d/x", "x-tools") == [told, told]
    assert kept(crontab, "/etc/crontab", "cron") == [[], []]
