from __future__ import annotations

import pytest

from cron2aws.crontab.dialect import DIALECTS
from cron2aws.crontab.format import Format, judge_format


@pytest.mark.parametrize(
    ("text", "system", "certain"),
    [
        ("", False, True),
        ("# nothing\nA=b\n", False, True),
        ("1 * * * * /usr/bin/x\n", False, True),
        ("1 * * * * root /usr/bin/x\n", True, True),
        ("1 * * * * www-data x\n@daily root y\n", True, True),
        ("1 * * * * root /usr/bin/x\n1 * * * * shop x\n", True, False),
        ("1 * * * * root\n", False, False),
        ("1 * * * * shop x y\n", False, False),
        ("1 * * * * cd /srv && x\n", False, True),
        ("1 * * * * shop x y\n1 * * * * /usr/bin/x\n", False, True),
        ("1 * * * * shop x y\n1 * * * *\n", False, False),
        ("1 * * * *\n", False, True),
        ("61 * * * * root x\n", False, True),
    ],
)
def test_the_first_words_tell(text: str, system: bool, certain: bool) -> None:
    judged = judge_format(text.encode(), DIALECTS["debian"])
    assert judged == Format(system=system, certain=certain)
