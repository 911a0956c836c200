"""What names mean: of deployed tasks, and of what a rollback takes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType

import pytest

from cron2aws.app.returns import returns_of
from cron2aws.app.tasks import chosen, only
from cron2aws.assess.values import HostAssessment
from cron2aws.errors import Cron2AwsError, SafetyError, UsageError
from cron2aws.plan.values import Deployed, Place
from cron2aws.task.target import Target
from tests.fakes import deployed
from tests.making import assessment_of, settings

ONE, NEAR, OTHER = "0123abcd00000000", "0123abcd11111111", "fedcba9876543210"
WEB = {"EC2InstanceTagName": "Name", "EC2InstanceTagValue": "web"}
DB = {"EC2InstanceTagName": "Name", "EC2InstanceTagValue": "db"}
PLACE = Place(account="123456789012", region="eu-west-1")


@pytest.mark.parametrize("word", [OTHER, OTHER[:8], OTHER[:11], f"cron2aws-web-job-{OTHER}"])
def test_a_task_is_named_by_its_id_shortened_perhaps_or_its_stack(word: str) -> None:
    stacks = [deployed(ONE, WEB), deployed(NEAR, WEB), deployed(OTHER, WEB)]
    assert only(stacks, word).id == OTHER
    assert [stack.id for stack in chosen(stacks, [word, OTHER])] == [OTHER]


@pytest.mark.parametrize("word", [OTHER[:7], "0123abcd2", "nothing"])
def test_what_names_no_task(word: str) -> None:
    with pytest.raises(UsageError, match="no task"):
        chosen([deployed(ONE, WEB), deployed(OTHER, WEB)], [word])


@pytest.mark.parametrize("choose", [lambda s, w: chosen(s, [w]), only])
def test_the_beginning_of_two_ids_is_refused_with_both(
    choose: Callable[[list[Deployed], str], object],
) -> None:
    with pytest.raises(UsageError) as refused:
        choose([deployed(ONE, WEB), deployed(NEAR, WEB)], "0123abcd")
    assert all(each in str(refused.value) for each in (ONE, NEAR))


def test_an_id_under_two_targets_is_refused_with_both_stacks() -> None:
    stacks = [deployed(ONE, WEB, name="in-web"), deployed(ONE, DB, name="in-db")]
    with pytest.raises(UsageError, match=r"in-web on Name=web, .* is in-db on Name=db"):
        chosen(stacks, [ONE])
    assert only(stacks, "in-db").target == Target.of(DB)
    assert len(chosen(stacks, ["in-*"])) == 2


def test_a_stack_that_only_has_our_tags_is_never_chosen() -> None:
    foreign = replace(deployed(ONE, WEB), parameters=MappingProxyType({}))
    for word in (ONE, foreign.stack_name, "cron2aws-*"):
        with pytest.raises(SafetyError, match="is not a task of cron2aws"):
            chosen([foreign], [word])


# --- rollback

LINE = "0 3 * * * root /opt/backup\n"


def stack_for(entry_id: str, source: str = "/etc/crontab", **changed: object) -> Deployed:
    tags = {
        "cron2aws:id": entry_id,
        "cron2aws:source": source,
        "cron2aws:user": "root",
        "cron2aws:host": "web-1",
    }
    return replace(deployed(entry_id, WEB, tags=tags), **changed)  # type: ignore[arg-type]


def marked(stack: Deployed, place: str = "123456789012/eu-west-1") -> str:
    return f" # cron2aws:{stack.id}@2026-12-01T03:00Z {place}/{stack.stack_name} | "


def host_with(text: str, *stacks: Deployed) -> HostAssessment:
    return assessment_of(text, how=settings(known=stacks)).hosts[0]


def id_of(line: str) -> str:
    return assessment_of(line).entries[0].id


@pytest.mark.parametrize("digits", [8, 12, 16])
def test_a_line_comes_back_by_the_beginning_of_its_id(digits: int) -> None:
    stack = stack_for(id_of(LINE))
    found = host_with(marked(stack) + LINE, stack)
    (back,) = returns_of(found, [stack], [stack.id[:digits]], PLACE, pytest.fail)
    assert back.line
    assert (back.id, back.stack, back.line.source) == (stack.id, stack, "/etc/crontab")


def test_the_task_of_the_version_before_comes_back_by_either_id() -> None:
    stack = stack_for(id_of(LINE)[:8])
    for text in (LINE, marked(stack) + LINE):
        found = host_with(text, stack)
        for name in (stack.id, id_of(LINE)):
            (back,) = returns_of(found, [stack], [name], PLACE, pytest.fail)
            assert back.stack is stack


IN_VAIN: dict[str, Callable[[Deployed], tuple[str, Deployed]]] = {
    "another account": lambda stack: (marked(stack, "999999999999/eu-west-1"), stack),
    "another source": lambda stack: (
        marked(stack),
        replace(stack, tags={**stack.tags, "cron2aws:source": "/x"}),
    ),
    "another template": lambda stack: (
        marked(stack),
        replace(stack, parameters=MappingProxyType({})),
    ),
}


@pytest.mark.parametrize("case", IN_VAIN.values(), ids=IN_VAIN)
def test_a_mark_that_proves_nothing_keeps_no_other_line_from_coming_back(
    case: Callable[[Deployed], tuple[str, Deployed]],
) -> None:
    other = "0 4 * * * root /opt/other\n"
    mark, stack = case(stack_for(id_of(LINE)))
    own = stack_for(id_of(other))
    found = host_with(f"{mark}{LINE}{marked(own)}{other}", own)
    notes: list[str] = []
    (back,) = returns_of(found, [stack, own], [], PLACE, notes.append)
    assert back.id == own.id
    (said,) = notes
    assert "/etc/crontab:1" in said
    with pytest.raises(Cron2AwsError):
        returns_of(found, [stack, own], [stack.id], PLACE, notes.append)
