"""What `--tag` means: any of a key's values, all of the keys."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cron2aws.errors import UsageError
from cron2aws.task.target import LONGEST_PARAMETER, MOST_KEYS, Target
from cron2aws.task.template import violations

KEY = st.text("abN _.:/@-", min_size=1, max_size=12).filter(lambda text: text == text.strip())
VALUE = st.text("abN _.:/=+@-", min_size=1, max_size=12).filter(lambda text: text == text.strip())
TAGS = st.dictionaries(KEY, st.sets(VALUE, min_size=1, max_size=4), min_size=1, max_size=MOST_KEYS)


def typed(tags: Mapping[str, set[str]]) -> list[str]:
    return [f"{key}={','.join(values)}" for key, values in tags.items()]


@given(TAGS)
def test_what_is_typed_comes_back_from_the_options_and_the_parameters(
    tags: dict[str, set[str]],
) -> None:
    target = Target.parse(typed(tags))
    assert {key: set(values) for key, values in target.tags} == tags
    assert Target.of(target.parameters()) == target
    assert Target.parse(target.options[1::2]) == target
    assert set(target.options[::2]) == {"--tag"}
    assert str(target) == " ".join(target.options[1::2])


@given(TAGS, st.randoms())
def test_the_order_plays_no_part(tags: dict[str, set[str]], random: Random) -> None:
    keys = sorted(tags, key=lambda _: random.random())
    values = {key: sorted(tags[key], key=lambda _: random.random()) for key in keys}
    shuffled = [f"{key}={','.join(values[key])}" for key in keys]
    one, other = Target.parse(typed(tags)), Target.parse(shuffled)
    assert (one, one.id, str(one), hash(one)) == (other, other.id, str(other), hash(other))


@given(TAGS, TAGS)
def test_two_targets_have_two_ids(one: dict[str, set[str]], other: dict[str, set[str]]) -> None:
    first, second = Target.parse(typed(one)), Target.parse(typed(other))
    assert re.fullmatch("[0-9a-f]{8}", first.id)
    assert (first.id == second.id) == (first == second) == (one == other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["a=b,c"], ["a=b", "c=c"]),
        (["a=b c=d"], ["a=b", "c=d"]),  # shown alike: a value may have a blank
        (["a=b=c"], ["a=b", "b=c"]),
        (["a=bc"], ["ab=c"]),
        (["a=b,c"], ["a=bc"]),
        (["a=b", "c=d,e"], ["a=b,d", "c=e"]),
        (["Name=web1", "Role=web"], ["Role=web"]),
        (["Name=web"], ["name=web"]),
    ],
)
def test_no_joining_makes_two_targets_one(one: list[str], other: list[str]) -> None:
    assert Target.parse(one) != Target.parse(other)
    assert Target.parse(one).id != Target.parse(other).id


def test_an_id_is_the_same_in_every_release() -> None:
    assert Target.parse(["Name=web"]).id == "88baf0f6"
    assert Target.parse(["Role=b,a", "Name=web"]).id == "bf12e22f"


@pytest.mark.parametrize(
    ("given", "shown", "readable"),
    [
        (["Name=web"], "Name=web", "web"),
        (["Name=b,a,b"], "Name=a,b", "a-b"),
        (["Role=b,a", "Name=web"], "Name=web Role=a,b", "web--Role--a-b"),
        (["env=a=b"], "env=a=b", "env--a-b"),
    ],
)
def test_a_target_shows_as_it_is_typed(given: list[str], shown: str, readable: str) -> None:
    assert str(Target.parse(given)) == shown
    assert Target.parse(given).readable == readable


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["Name=web"], "the tag Name=web"),
        (["Name=b,a"], "the tag Name=a or b"),
        (["Role=b,a", "Name=web"], "the tags Name=web and Role=a or b"),
        (["k=1,2,3,4"], "the tag k=1 or 2 or 3 or 4"),
        (["k=1,2,3,4,5"], "the tag k=1 or 2 or 3 or one of 2 others"),
    ],
)
def test_what_an_instance_has_to_have_in_words(given: list[str], words: str) -> None:
    assert Target.parse(given).words == words


def test_one_target_as_each_api_takes_it() -> None:
    target = Target.parse(["Role=web,db", "Name=a b", "Env=x"])
    assert target.parameters() == {
        "EC2InstanceTagName": "Env",
        "EC2InstanceTagValue": "x",
        "MoreTags": "Name=a b;Role=db,web",
    }
    assert target.filters() == [
        {"Name": "tag:Env", "Values": ["x"]},
        {"Name": "tag:Name", "Values": ["a b"]},
        {"Name": "tag:Role", "Values": ["db", "web"]},
    ]
    assert target.run_command() == [
        {"Key": f"tag:{key}", "Values": list(values)} for key, values in target.tags
    ]
    assert shlex.join(target.options) == "--tag Env=x --tag 'Name=a b' --tag Role=db,web"


def test_one_tag_has_the_parameters_that_every_version_of_the_template_has() -> None:
    assert Target.parse(["Name=web"]).parameters() == {
        "EC2InstanceTagName": "Name",
        "EC2InstanceTagValue": "web",
    }


def test_a_stack_made_by_hand_has_a_target_whatever_its_parameters_are() -> None:
    assert Target.of({}).tags == (("", ("",)),)
    by_hand = {"EC2InstanceTagName": "b", "EC2InstanceTagValue": "2,1,2", "MoreTags": "a=\u00e9;"}
    assert Target.of(by_hand).tags == (("a", ("\u00e9",)), ("b", ("1", "2")))


@given(TAGS)
def test_a_host_with_the_tags_of_a_target_is_one_of_its_hosts(tags: dict[str, set[str]]) -> None:
    own = Target.parse(typed(tags)).tags_of("b")
    assert own.keys() == tags.keys()
    assert all(own[key] in values for key, values in tags.items())
    assert "b" not in tags.get("Name", set()) or own["Name"] == "b"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["web"], "--tag 'web' is not KEY=VALUE"),
        (["=web"], "is not KEY=VALUE"),
        (["Name="], "is not KEY=VALUE"),
        (["Name=a,"], "is not KEY=VALUE"),
        (["Name=a,,b"], "is not KEY=VALUE"),
        (["Name=a, b"], "' b' begins or ends with a blank"),
        (["Name=caf\u00e9"], "'\u00e9' is not ASCII: a policy of IAM takes no"),
        (["Name=\u65e5\u672c"], "'\u65e5' is not ASCII"),
        (["N\u00e4me=web"], "'\u00e4' is not ASCII"),
        (["Name=a*"], "'*' is not one of"),
        (["Na+me=a"], "'+' is not one of"),
        (["Name=a;b"], "';' is not one of"),
        (['Name=a"b'], "'\"' is not one of"),
        (["Name=a\n"], r"'\n' is not one of"),
        (["k" * 129 + "=a"], "it has 129 characters, and a key of EC2's tags 128 at most"),
        (["k=" + "v" * 257], "it has 257 characters, and a value of EC2's tags 256 at most"),
        (["Name=a", "Name=b"], "names the key 'Name' twice"),
        ([f"k{number}=v" for number in range(6)], "is given 6 times: Run Command takes 5 keys"),
        (["k=" + ",".join(map(str, range(51)))], "gives 51 values for the key 'k'"),
        (["k=" + ",".join(f"{n:0256}" for n in range(17))], "take 4368 characters"),
        (["a=b", "k=" + ",".join(f"{n:0256}" for n in range(16))], "take 4113 characters"),
    ],
)  # fmt: skip
def test_what_no_task_can_have_is_refused_with_the_reason(given: list[str], words: str) -> None:
    with pytest.raises(UsageError) as refused:
        Target.parse(given)
    assert words in str(refused.value)
    assert refused.value.fix


def test_the_same_key_twice_is_told_how_any_of_its_values_is_meant() -> None:
    with pytest.raises(UsageError, match="--tag 'Name=a,b'"):
        Target.parse(["Name=a", "Name=b"])


def test_what_is_at_the_limits_is_taken() -> None:
    keys = [f"{number}{'k' * 127}={'v' * 256}" for number in range(5)]
    assert len(Target.parse(keys).tags) == MOST_KEYS
    assert len(Target.parse(["k=" + ",".join(map(str, range(50)))]).tags[0][1]) == 50
    long = Target.parse(["k=" + ",".join([f"{n:0255}" for n in range(16)])])
    assert len(long.parameters()["EC2InstanceTagValue"]) == LONGEST_PARAMETER - 1


@given(TAGS)
def test_the_template_takes_every_target(tags: dict[str, set[str]]) -> None:
    assert violations(Target.parse(typed(tags)).parameters()) == ()
