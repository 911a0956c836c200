"""Jobs that take away the host, or the agent that runs them: somebody must decide."""

from __future__ import annotations

import pytest

from cron2aws.findings import CATALOGUE, Level
from tests.unit.lint.test_inspect import found


@pytest.mark.parametrize(
    ("command", "what"),
    [
        ("systemctl restart amazon-ssm-agent", "stops or replaces the agent"),
        ("sudo systemctl stop amazon-ssm-agent.service", "stops or replaces the agent"),
        (
            "systemctl restart snap.amazon-ssm-agent.amazon-ssm-agent.service",
            "stops or replaces the agent",
        ),
        ("service amazon-ssm-agent restart", "stops or replaces the agent"),
        ("initctl stop amazon-ssm-agent", "stops or replaces the agent"),
        ("/etc/init.d/amazon-ssm-agent restart", "stops or replaces the agent"),
        ("pkill amazon-ssm-agent", "stops or replaces the agent"),
        ("snap restart amazon-ssm-agent", "stops or replaces the agent"),
        ("yum -y install amazon-ssm-agent", "stops or replaces the agent"),
        ("apt-get -y remove amazon-ssm-agent", "stops or replaces the agent"),
        ("sudo bash -c 'cd / && service amazon-ssm-agent stop'", "stops or replaces the agent"),
        ("snap refresh", "may update the agent"),
        ("apt-get update && apt-get -y upgrade", "may update the agent"),
        ("apt-get -qqy -o Dpkg::Options::=--force-confold dist-upgrade", "may update the agent"),
        ("DEBIAN_FRONTEND=noninteractive apt full-upgrade --yes", "may update the agent"),
        ("yum -y update", "may update the agent"),
        ("yum update -y --security", "may update the agent"),
        ("/usr/bin/dnf upgrade --refresh --assumeyes", "may update the agent"),
        ("zypper --non-interactive up", "may update the agent"),
        ("find /var/lib/amazon/ssm -type f -mtime +7 -delete", "deletes the agent's files"),
        ("find /var/lib/amazon -mtime +7 -exec rm {} +", "deletes the agent's files"),
        ("rm -rf /var/lib/amazon/ssm/*", "deletes the agent's files"),
        ("aws ec2 stop-instances --instance-ids i-0abc", "may stop the host that runs it"),
        ("aws --region eu-west-1 ec2 terminate-instances --x", "may stop the host that runs it"),
        ("aws ec2 reboot-instances --instance-ids i-0abc", "may stop the host that runs it"),
    ],
)
def test_what_may_take_the_agent_away(command: str, what: str) -> None:
    ((_, detail),) = [each for each in found(command) if each[0] == "C317"]
    assert detail.endswith(f"` {what}")


@pytest.mark.parametrize(
    "command",
    [
        "systemctl restart nginx",
        "systemctl status amazon-ssm-agent",
        "systemctl start amazon-ssm-agent",
        "systemctl is-active amazon-ssm-agent",
        "pgrep amazon-ssm-agent",
        "echo amazon-ssm-agent restart",
        "snap refresh --list",
        "snap refresh lxd",
        "apt-get update",
        "apt-get upgrade",  # asks, and nobody answers
        "apt-get -s -y upgrade",
        "apt-get -y --download-only upgrade",
        "apt-get -y install nginx",
        "yum -y update nginx",
        "yum check-update",
        "dnf -y upgrade --exclude=amazon-ssm-agent",
        "find /var/lib/amazon/ssm -type f",
        "find /var/lib/app -delete",
        "rm -rf /var/lib/amazonia",
        "aws ec2 describe-instances",
        "aws ec2 start-instances --instance-ids i-0abc",
        "aws ec2 stop-instances --dry-run --instance-ids i-0abc",
        "aws s3 cp stop-instances s3://b/",
    ],
)
def test_what_leaves_it_alone(command: str) -> None:
    assert [each for each in found(command) if each[0] in {"C316", "C317"}] == []


@pytest.mark.parametrize("code", ["C316", "C317"])
def test_they_wait_for_a_decision(code: str) -> None:
    assert CATALOGUE[code].level is Level.ERROR
