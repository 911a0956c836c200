"""What a task takes of AWS's quotas, by the templates that are deployed."""

from __future__ import annotations

from cron2aws.aws.quotas import CODE, QUOTAS, STACK
from tools.walls import OWN, SHARED, rates_table, taken, walls_table


def test_a_task_of_a_target_takes_no_role_queue_or_alarm() -> None:
    own, shared = taken(OWN), taken(SHARED)
    roles = "AWS::IAM::Role"
    assert (own[roles], shared[roles], own[STACK], shared[STACK]) == (4, 0, 1, 1)
    assert set(own) - set(shared) >= {roles, "AWS::SQS::Queue", "AWS::CloudWatch::Alarm"}
    assert 0 < shared[CODE] < 50_000


def test_the_stacks_are_the_wall_where_the_roles_were() -> None:
    def wall(body: str) -> tuple[int, str]:
        per_task = taken(body)
        return min(
            (each.default // per_task[each.takes], each.what)
            for each in QUOTAS
            if per_task[each.takes] and each.takes != "AWS::Events::Rule"
        )

    assert wall(OWN) == (250, "IAM roles, an account")
    assert wall(SHARED) == (2_000, "stacks")


def test_every_row_says_where_it_was_read() -> None:
    for text in (walls_table(), rates_table()):
        assert all(row.split("|")[-2].strip() for row in text.splitlines())
