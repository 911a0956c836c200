"""Tasks of one minute where few functions may run at once: the whole is bench/load.py."""

from __future__ import annotations

from bench.load import deployed, minute


def test_all_start_where_far_fewer_functions_may_run_at_once() -> None:
    """Retries without a random delay let two through at each of nine moments, and no others."""
    with deployed(30, 2) as sandbox:
        seen = minute(sandbox, 5)
    assert (len(seen.started), len(seen.told)) == (30, 30)
    assert max(seen.started) < 180
    assert (seen.most, seen.refused["Invoke"] > 30) == (2, True)


def test_nothing_is_refused_where_there_is_room() -> None:
    with deployed(4, 1000) as sandbox:
        seen = minute(sandbox, 5)
    assert (len(seen.started), max(seen.started) < 2, max(seen.told) < 3) == (4, True, True)
    assert not any(seen.refused.values())
