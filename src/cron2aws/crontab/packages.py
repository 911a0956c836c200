"""Files in /etc/cron.d that belong to a package: their jobs stay with the host.

On a host its package database says so. In a copy nobody can be asked: there a file counts that
has a package's name and in which every command is of that package's form.
"""

from __future__ import annotations

import re
from dataclasses import replace

from cron2aws.crontab.items import Crontab, Entry, Item
from cron2aws.crontab.places import CRON_D
from cron2aws.findings import Finding

BELONGS = "C360"

# the files of Debian's and Red Hat's packages, by name: what each of their commands holds
_FORMS = {
    "0hourly": r"run-parts /etc/cron\.hourly",
    "amavisd-new": r"/usr/sbin/amavisd-new-cronjob",
    "anacron": r"anacron",
    "apticron": r"apticron",
    "atop": r"/usr/(?:share|lib)/atop/|/etc/init\.d/atop",
    "awstats": r"/usr/share/awstats/",
    "cacti": r"/usr/share/cacti/",
    "certbot": r"certbot",
    "cron-apt": r"cron-apt",
    "debsecan": r"debsecan",
    "dma": r"/usr/sbin/dma ",
    "e2scrub_all": r"e2scrub",
    "greylistd": r"greylist",
    "logcheck": r"logcheck",
    "mailman": r"mailman",
    "mdadm": r"mdadm|checkarray",
    "mrtg": r"mrtg",
    "munin": r"munin",
    "munin-node": r"munin",
    "ntpsec": r"ntp",
    "php": r"/usr/lib/php|sessionclean",
    "php5": r"/usr/lib/php5|/var/lib/php5",
    "popularity-contest": r"popularity-contest",
    "raid-check": r"raid-check",
    "spamassassin": r"sa-update|spamassassin",
    "sysstat": r"sa1|sa2",
    "zfsutils-linux": r"/usr/lib/zfs-linux/",
    # the panels' and agents' own
    "chef-client": r"chef-client",
    "imunify-antivirus": r"imunify",
    "imunify360": r"imunify",
    "lfd_clear": r"lfd",
    "csf_update": r"/usr/sbin/csf",
    "directadmin_cron": r"/usr/local/directadmin/",
    "plesk": r"/(?:opt|usr/local)/psa/",
    "puppet": r"puppet",
    "froxlor": r"froxlor",
}


def left_to_package(crontab: Crontab, *, path: str, package: str | None) -> Crontab:
    """The crontab, with C360 at each job if its file in /etc/cron.d belongs to a package.

    `package` is what the host's package database says, None where it says nothing.
    """
    if not path.startswith(f"{CRON_D}/") or not crontab.entries:
        return crontab
    told = _known(path, package) or _by_form(path, crontab)
    if told is None:
        return crontab
    finding = Finding(code=BELONGS, detail=told)
    items = tuple(_with(item, finding) for item in crontab.items)
    return replace(crontab, items=items)


def _known(path: str, package: str | None) -> str | None:
    return f"`{path}` belongs to the package {package}" if package else None


def _by_form(path: str, crontab: Crontab) -> str | None:
    name = path.removeprefix(f"{CRON_D}/")
    form = _FORMS.get(name)
    if form is None or not all(re.search(form, each.command) for each in crontab.entries):
        return None
    return f"`{path}` has the name and the form of a package's file"


def _with(item: Item, finding: Finding) -> Item:
    if not isinstance(item, Entry):
        return item
    return item._replace(findings=(*item.findings, finding))
