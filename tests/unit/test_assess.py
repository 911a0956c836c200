"""What is judged of a host's crontabs."""

from __future__ import annotations

import pytest

from cron2aws.app.zones import resolve_zone
from cron2aws.assess.choose import matches, select
from cron2aws.assess.judge import assess
from cron2aws.assess.values import AssessedEntry, Decision, TriggerChoice
from cron2aws.crontab.identity import digest_of
from cron2aws.crontab.items import Entry
from cron2aws.errors import UsageError
from cron2aws.schedule.trigger import TriggerKind
from cron2aws.task.template import environment_bytes
from tests.making import assessment_of, host_of, settings, tab_of

IGNORED = "# cron2aws: ignore\n"


def only(text: str, dialect: str = "debian") -> AssessedEntry:
    (entry,) = assessment_of(text, dialect=dialect).entries
    return entry


@pytest.mark.parametrize(
    ("text", "decision", "verdict"),
    [
        ("0 3 * * * root /opt/job\n", Decision.MIGRATE, "exact"),
        ("@reboot root /opt/job\n", Decision.KEEP, "refused"),
        ("0 0 30 2 * root /opt/job\n", Decision.KEEP, "never"),
        (f"{IGNORED}0 3 * * * root /opt/job\n", Decision.KEEP, "exact"),
        ("0 3 * * * root /opt/job\n61 * * * * root bad\n", Decision.REVIEW, "exact"),
        (f"0 3 * * * root {'x' * 900}\n" * 1, Decision.MIGRATE, "exact"),
        ("0 3 * * * root systemctl restart amazon-ssm-agent\n", Decision.REVIEW, "exact"),
        ("0 3 * * * root yum -y update\n", Decision.REVIEW, "exact"),
        ("0 3 * * * root find /var/lib/amazon/ssm -delete\n", Decision.REVIEW, "exact"),
        ("0 3 * * * root shutdown -h now\n", Decision.REVIEW, "exact"),
    ],
)
def test_the_decision(text: str, decision: Decision, verdict: str) -> None:
    entry = only(text)
    assert (entry.decision, entry.conversion.verdict) == (decision, verdict)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"{IGNORED}0 3 * * * root /opt/job\n", "C402"),
        ("0 3 * * * root /opt/job\n61 * * * * root bad\n", "C401"),
        ("@reboot root /opt/job\n", "C201"),
    ],
)
def test_a_finding_says_why_an_entry_is_not_migrated(text: str, code: str) -> None:
    assert code in {finding.code for finding in only(text).findings}


@pytest.mark.parametrize("over", [0, 1])
def test_a_command_that_does_not_fit_is_told_with_its_size(over: int) -> None:
    """Of what the parameter takes, the job has all that its own lines leave."""
    long = "".join(f"V{n}={'x' * 900}\n" for n in range(4))
    short = f"{long}0 3 * * * root /{'x' * 100}"
    room = 4096 - environment_bytes(str(only(f"{short}\n").command))
    # the sum of a command, which the task holds, may be a digit shorter or longer
    near = (only(f"{short}{fill * (room + off)}\n") for off in range(-3, 4) for fill in "xyzabc")
    entry = next(each for each in near if environment_bytes(str(each.command)) == 4096 + over)
    told = [finding.detail for finding in entry.findings if finding.code == "C403"]
    assert told == ["it takes 4097 bytes of a function's environment, 4096 are allowed"][:over]
    assert entry.decision is (Decision.REVIEW if over else Decision.MIGRATE)


@pytest.mark.parametrize("zone", ["US/Pacific-New", "Factory", "Mars/Olympus", "no zone"])
def test_an_entry_in_an_unknown_zone_is_reviewed(zone: str) -> None:
    line = "0 3 * * * root x\n"
    entry, reboot = assessment_of(f"{line}@reboot root y\n", zone=zone).entries
    assert (reboot.decision, reboot.conversion.verdict) == (Decision.KEEP, "refused")
    assert (entry.decision, entry.conversion.verdict) == (Decision.REVIEW, "refused")
    assert [f.detail for f in entry.findings if f.code == "C133"] == [f"`{zone}`"]
    (ignored,) = assessment_of(IGNORED + line, zone=zone).entries
    assert ignored.decision is Decision.KEEP


@pytest.mark.parametrize(
    ("cron_tz", "zone"),
    [
        (":Asia/Tokyo", "Asia/Tokyo"),
        ("Japan", "Asia/Tokyo"),
        ("posix/Asia/Tokyo", "Asia/Tokyo"),
        ("JST-9", "Etc/GMT-9"),
        ("/etc/localtime", "Europe/Berlin"),
        ("localtime", "Europe/Berlin"),
        ("Mars/Olympus", "UTC"),
        ("Factory", "UTC"),
    ],
)
def test_cron_tz_is_read_as_a_tz(cron_tz: str, zone: str) -> None:
    text = f"CRON_TZ={cron_tz}\n0 2 * * * root b\n"
    (entry,) = assessment_of(text, dialect="cronie", zone="Europe/Berlin").entries
    assert entry.timezone == zone


def test_cron_tz_moves_the_entries_below_it_in_cronie_only() -> None:
    text = "0 1 * * * root a\nCRON_TZ=Asia/Tokyo\n0 2 * * * root b\n"
    zones = [entry.timezone for entry in assessment_of(text, dialect="cronie").entries]
    assert zones == ["UTC", "Asia/Tokyo"]
    zones = [entry.timezone for entry in assessment_of(text, dialect="debian").entries]
    assert zones == ["UTC", "UTC"]


def test_an_unknown_cron_tz_means_utc() -> None:
    """To the daemon, if the host has no such zone either: a person must look."""
    text = "CRON_TZ=Mars/Olympus\n0 2 * * * root b\n"
    entry = only(text, dialect="cronie")
    assert (entry.timezone, entry.decision) == ("UTC", Decision.REVIEW)
    assert "C133" in {finding.code for finding in entry.findings}
    assert only(text, dialect="debian").decision is Decision.MIGRATE


def test_a_trigger_can_be_asked_for() -> None:
    how = settings(TriggerChoice(kind=TriggerKind.RULE))
    (entry,) = assessment_of("0 3 * * * root a\n", zone="Asia/Tokyo", how=how).entries
    assert entry.kind is TriggerKind.RULE
    assert [trigger.timezone for trigger in entry.conversion.triggers] == ["UTC"]


GUARDED = "0 3 * * * root [ -f /a ] && rm /a\n"


@pytest.mark.parametrize(
    ("text", "option", "quiet", "title"),
    [
        (GUARDED, False, False, ""),
        (GUARDED, True, True, ", --quiet-guards"),
        ("# cron2aws: guard\n" + GUARDED, False, True, ""),
        ("# cron2aws: guard\n" + GUARDED, True, True, ""),
        ("# cron2aws: guard\n0 3 * * * root rm /a\n", False, True, ""),
        # the option is for the no of a guard: what else ends with 1 stays a failure
        ("0 3 * * * root rm /a\n", True, False, ""),
        ("0 3 * * * root if [ -f /a ]; then rm /a; fi\n", True, False, ""),
        ("0 3 * * * root flock -n -E 75 /l rm /a\n", True, False, ""),
        ("0 3 * * * root kill -0 5 && rm /a\n", True, False, ""),
    ],
)
def test_a_guards_no_is_a_skipped_run_by_note_or_option(
    text: str, option: bool, quiet: bool, title: str
) -> None:
    (entry,) = assessment_of(text, how=settings(TriggerChoice(quiet_guards=option))).entries
    first, second, *_ = str(entry.command).split("\n")
    assert entry.quiet_guard is quiet
    assert (" guard=1" in second) is quiet
    assert f"/etc/crontab{title}, run as" in first
    assert entry.decision is Decision.MIGRATE


def test_python_crontabs_other_reading_is_a_note() -> None:
    entry = only("0 3 * * * root echo a # b\n")
    assert "C190" in {finding.code for finding in entry.findings}
    assert "C190" not in {finding.code for finding in only("0 3 * * * root echo a\n").findings}


def test_more_jobs_in_a_minute_than_the_agent_runs_are_told() -> None:
    lines = "".join(f"0 3 * * * root /opt/job-{n}\n" for n in range(6))
    apart = "".join(f"{n} 3 * * * root /opt/job-{n}\n" for n in range(6))
    calm = {finding.code for entry in assessment_of(apart).entries for finding in entry.findings}
    for entry in assessment_of(lines).entries:
        (told,) = {finding.code for finding in entry.findings} - calm
        assert told.startswith("C3")


def test_the_summary_counts_by_verdict() -> None:
    text = "0 3 * * * root a\n@reboot root b\n0 0 30 2 * root c\n"
    found = assessment_of(text, "61 * * * * root d\n")
    assert found.summary == {
        "entries": 3, "exact": 1, "differs": 0, "never": 1, "refused": 1, "unreadable": 1,
        "migrated": 0,
    }  # fmt: skip
    assert found.undecided == ()


def test_a_marked_line_counts_as_migrated_and_keeps_its_id() -> None:
    mark = "# cron2aws:0000abcd 123456789012/eu-west-1/cron2aws-web-x-0000abcd | "
    entry = only(f"{mark}0 3 * * * root a\n")
    assert entry.migrated
    assert entry.id == "0000abcd"
    assert entry.text.startswith("# cron2aws:")
    assert assessment_of(f"{mark}0 3 * * * root a\n").summary["migrated"] == 1


def test_equal_jobs_of_one_file_are_told_apart() -> None:
    one, other = assessment_of("0 3 * * * root a\n0 3 * * * root a\n").entries
    assert one.id != other.id


@pytest.mark.parametrize(
    ("pattern", "is_meant"),
    [
        ("/etc/crontab", True),
        ("/etc/*", True),
        ("root", True),
        ("*backup*", True),
        ("backup", False),
        ("ROOT", False),
    ],
)
def test_a_pattern_means_an_entry_by_source_user_or_command(pattern: str, is_meant: bool) -> None:
    assert matches(only("0 3 * * * root /opt/backup -v\n"), pattern) is is_meant


def test_secrets_are_masked_where_people_read() -> None:
    shown = only("0 3 * * * root mysqldump --password=hunter2hunter2 shop\n").shown_command
    assert "hunter2" not in shown
    assert "mysqldump" in shown


def test_an_id_means_its_entry() -> None:
    entry = only("0 3 * * * root /opt/backup\n")
    assert matches(entry, entry.id)


def test_what_is_left_out_is_still_known_to_stand() -> None:
    found = assessment_of("0 3 * * * root a\n0 4 * * * www-data b\n")
    chosen = select(found, ["root"], [])
    assert [entry.entry.user for entry in chosen.entries] == ["root"]
    assert [entry.entry.user for entry in chosen.hosts[0].left_out] == ["www-data"]
    assert select(found, [], ["root"]).entries == chosen.hosts[0].left_out


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    assert [tab_of(text).lines for text in ("", "a", "a\n", "a\nb", "\n\n")] == [0, 1, 1, 2, 2]


def test_a_schedule_is_shown_with_one_blank_in_each_gap() -> None:
    assert only("0\t3  * *\t* root a\n").schedule == "0 3 * * *"


def groups_of(*texts: str) -> list[tuple[str, list[tuple[str, int]]]]:
    (host,) = assessment_of(*texts).hosts
    return [
        (each.finding.code, [(entry.source, entry.entry.line) for entry in each.entries])
        for each in host.groups
    ]


def test_a_crowded_minute_is_one_finding_with_the_entries_due_then() -> None:
    text = 'MAILTO=""\n' + "0 3 * * * root rm a\n" * 6 + "0 4 * * * root rm a\n"
    found = dict(groups_of(text, 'MAILTO=""\n0 3 * * * root rm b\n'))
    at_three = [*(("/etc/crontab", line) for line in range(2, 8)), ("/etc/cron.d/1", 2)]
    assert found["C314"] == at_three


def test_a_file_that_is_ignored_is_one_finding_with_its_entries() -> None:
    bad = "0 3 * * * root rm a\n0 4 * * * root rm a\n61 * * * * root bad\n"
    (group,) = [each for each in groups_of(bad, bad) if each[1][0][0] == "/etc/cron.d/1"]
    assert group == ("C401", [("/etc/cron.d/1", 1), ("/etc/cron.d/1", 2)])


def test_who_got_mail_is_one_finding_for_all_lines_of_a_file() -> None:
    mine = "MAILTO=ops@x\n0 3 * * * root df -h\n0 4 * * * app df -i\n5 4 * * * root rm a\n"
    theirs = "MAILTO=dba@x\n0 5 * * * root df -h\n0 6 * * * app df -i\n"
    assert groups_of(mine, theirs) == [
        ("C320", [("/etc/crontab", 2), ("/etc/crontab", 3)]),
        ("C315", [("/etc/crontab", 4)]),
        ("C320", [("/etc/cron.d/1", 2), ("/etc/cron.d/1", 3)]),
    ]


def test_each_entry_carries_its_findings_as_well() -> None:
    entries = assessment_of("0 3 * * * root rm a\n" * 6).entries
    assert [[finding.code for finding in each.findings] for each in entries] == [["C314"]] * 6


def test_an_entry_is_named_once_for_each_thing_that_is_said() -> None:
    assert groups_of("59 23 * * * root df -h\n1 3 * * * root df -h\n") == [
        ("C320", [("/etc/crontab", 1), ("/etc/crontab", 2)])
    ]


# --- ids: what is typed, and what meets


def near(path: str, entry: Entry, occurrence: int) -> str:
    """Ids that begin alike."""
    return f"0123abcd{digest_of(path, entry, occurrence)[8:]}"


TWO = "1 * * * * root x\n2 * * * * root y --password=hunter2hunter2\n"


def test_an_entry_is_chosen_by_the_beginning_of_its_id() -> None:
    found = assessment_of(TWO)
    first = found.entries[0]
    for word in (first.id, first.id[:8], first.id[:12]):
        assert select(found, [word], []).entries == (first,)
        assert select(found, [], [word]).entries == found.entries[1:]
    for only, exclude in (([first.id[:7]], []), ([], ["nothing"]), (["*a*", "nothing"], [])):
        with pytest.raises(UsageError, match="matches no entry"):
            select(found, only, exclude)


def test_the_beginning_of_two_ids_is_refused_with_both() -> None:
    found = assess([host_of(TWO)], settings(), resolve_zone, digest=near)
    for only, exclude in ((["0123abcd"], []), ([], ["0123abcd"])):
        with pytest.raises(UsageError) as refused:
            select(found, only, exclude)
        assert all(each.id in str(refused.value) for each in found.entries)
    whole = found.entries[0].id
    assert select(found, [whole], []).entries == found.entries[:1]


def test_a_secret_is_allowed_by_the_beginning_of_an_id() -> None:
    secret = assessment_of(TWO).entries[1]
    for word in (secret.id, secret.id[:8]):
        allowed = assessment_of(TWO, how=settings(None, word)).entries[1]
        assert allowed.decision is Decision.MIGRATE
    assert secret.decision is Decision.REVIEW
    with pytest.raises(UsageError, match="matches no entry"):
        assessment_of(TWO, how=settings(None, secret.id[:7]))
    with pytest.raises(UsageError, match="matches 2 entries"):
        assess([host_of(TWO)], settings(None, "0123abcd"), resolve_zone, digest=near)


@pytest.mark.parametrize(
    "texts", [("1 * * * * root x\n2 * * * * root y\n",), ("1 * * * * root x\n",) * 2]
)
def test_entries_with_one_id_are_for_a_person_and_others_are_not(texts: tuple[str, ...]) -> None:
    def same(path: str, entry: Entry, occurrence: int) -> str:
        return "0" * 16 if entry.command != "z" else digest_of(path, entry, occurrence)

    texts = (f"{texts[0]}3 * * * * root z\n", *texts[1:])
    found = assess([host_of(*texts)], settings(), resolve_zone, digest=same)
    told = {each.entry.command: each.decision for each in found.entries}
    assert told.pop("z") is Decision.MIGRATE
    assert set(told.values()) == {Decision.REVIEW}
    assert {f.code for f in found.entries[0].reasons} == {"C404"}


def test_one_line_on_two_hosts_has_one_id_without_a_clash() -> None:
    one, other = assess([host_of(TWO), host_of(TWO, name="web-2")], settings(), resolve_zone).hosts
    assert [each.id for each in one.entries] == [each.id for each in other.entries]
    assert "C404" not in {f.code for each in one.entries for f in each.findings}
