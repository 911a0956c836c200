"""What a person must do, of files and of entries."""

from __future__ import annotations

from cron2aws.report.compose.acts import checklist
from cron2aws.report.model import Act
from tests.making import assessment_of

MIGRATE = "cron2aws migrate --tag Name=web"
SECRETS = "".join(f"{n} 1 * * * root mysql -psecret{n} db\n" for n in range(14))


def acts(text: str) -> tuple[Act, ...]:
    found = assessment_of(text)
    (part,) = checklist(found, {each.id: each.id[:8] for each in found.entries}, advised=MIGRATE)
    return part.acts  # type: ignore[union-attr]


def test_a_file_that_is_ignored_is_told_once_with_its_lines() -> None:
    (act,) = acts("0 3 * * * root backup\n0 4 * * * nobody-here x\n61 * * * * root y\n")
    assert act.why.startswith("C101 The daemon ignores this whole file: /etc/crontab: ")
    assert [place.split(": ")[:2] for place in act.places] == [
        ["/etc/crontab:3", "C102 bad minute"],
    ]


def test_of_many_secrets_it_is_said_how_many_the_options_leave_out() -> None:
    (act,) = acts(SECRETS)
    assert act.command.count("--allow-secret") == 12
    assert act.why.endswith("; the command below names the first 12 of 14 entries")


def test_of_few_secrets_the_options_name_all() -> None:
    (act,) = acts("".join(SECRETS.splitlines(keepends=True)[:12]))
    assert act.command.count("--allow-secret") == 12
    assert "the command below" not in act.why
    assert act.command.startswith(f"{MIGRATE} --allow-secret ")
