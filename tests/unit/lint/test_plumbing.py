"""What belongs to the host and its packages, and what does not."""

from __future__ import annotations

import pytest

from cron2aws.lint.plumbing import plumbing
from cron2aws.lint.words import simple_commands


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (
            "cd / && run-parts --report /etc/cron.hourly",
            "it runs the host's own scripts in /etc/cron.hourly",
        ),
        (
            "test -x /usr/sbin/anacron || { cd / && run-parts --report /etc/cron.daily; }",
            "it runs the host's own scripts in /etc/cron.daily",
        ),
        ("run-parts /etc/periodic/15min", "it runs the host's own scripts in /etc/periodic/15min"),
        ("/usr/sbin/anacron -s", "anacron runs the host's own daily, weekly and monthly scripts"),
        ("/usr/lib64/sa/sa1 1 1", "sysstat collects figures of this host"),
        (
            "command -v debian-sa1 > /dev/null && debian-sa1 1 1",
            "sysstat collects figures of this host",
        ),
        (
            "nice /usr/sbin/logrotate /etc/logrotate.conf",
            "logrotate turns over the logs of this host",
        ),
        (
            "/usr/lib/atop/atop.daily",
            "`/usr/lib/atop/atop.daily` belongs to one of the host's packages",
        ),
        (
            "test -x /usr/bin/certbot -a ! -d /run/systemd/system && certbot -q renew",
            "the guard `test -x /usr/bin/certbot` is a package's",
        ),
        (
            "[ -x /etc/init.d/anacron ] && if true; then invoke-rc.d anacron start; fi",
            "the guard `test -x /etc/init.d/anacron` is a package's",
        ),
        (
            "if [ -x /usr/bin/mrtg ] && [ -r /etc/mrtg.cfg ]; then env LANG=C /usr/bin/mrtg; fi",
            "the guard `test -x /usr/bin/mrtg` is a package's",
        ),
        (
            "test -e /usr/bin/x && /usr/bin/x",
            "the guard `test -e /usr/bin/x` is a package's",
        ),
        (
            "test -f /usr/bin/x && /usr/bin/x",
            "the guard `test -f /usr/bin/x` is a package's",
        ),
        (
            "/usr/share/awstats/tools/update.sh",
            "`/usr/share/awstats/tools/update.sh` belongs to one of the host's packages",
        ),
        ("/var/cfengine/bin/cf-execd -F", "CFEngine configures this host"),
        *(
            (f"sudo {program} x", f"`{program}` belongs to {owner}, which looks after this host")
            for program, owner in {
                "/usr/local/directadmin/dataskq": "DirectAdmin",
                "/usr/local/hestia/bin/v-backup-users": "Hestia",
                "/usr/local/vesta/bin/v-backup-users": "Vesta",
                "/usr/local/ispconfig/server/server.sh": "ISPConfig",
                "/etc/webmin/cron/tempdelete.pl": "Webmin",
                "/opt/elasticbeanstalk/bin/healthd-track-pidfile": "Elastic Beanstalk",
            }.items()
        ),
        ("/usr/bin/chef-client -l warn | grep -v x", "Chef configures this host"),
        ("/opt/puppetlabs/bin/puppet agent --onetime", "Puppet configures this host"),
        (
            "test -x /usr/local/cpanel/x && /usr/local/cpanel/x",
            "`/usr/local/cpanel/x` belongs to cPanel, which looks after this host",
        ),
        (
            "/opt/psa/admin/sbin/backupmng",
            "`/opt/psa/admin/sbin/backupmng` belongs to Plesk, which looks after this host",
        ),
    ],
)
def test_what_stays(command: str, reason: str) -> None:
    assert plumbing(simple_commands(command)) == reason


@pytest.mark.parametrize(
    "command",
    [
        "",
        "/usr/local/bin/backup",
        "run-parts /home/app/jobs",
        "run-parts",
        "/usr/sbin/logrotate --state /srv/state /srv/logrotate.conf",
        "/usr/lib/jvm/java-17/bin/java -jar x.jar",
        "/usr/lib/sendmail -q",
        "php /usr/share/webapps/nextcloud/cron.php",
        "certbot renew --quiet",
        "test -x /usr/bin/x || /usr/bin/x",
        "test -x /usr/bin/x && /usr/bin/y",
        "test -d /usr/bin/x && /usr/bin/x",
        "test -e /opt/x && /opt/x",
        "if [ -x /opt/x ]; then /opt/x; fi",
        "while [ -x /usr/bin/x ]; do /usr/bin/x; done",
        "puppet apply /srv/x.pp",
        "/usr/share/x",
        "/opt/scripts/x",
        "/scripts/backup.sh",
        "test -x && x",
        "A=1 && x",
        "/bin/x && /bin/x",
    ],
)
def test_what_goes(command: str) -> None:
    assert plumbing(simple_commands(command)) is None
