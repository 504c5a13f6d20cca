"""Made-up days of the engine, each from its seed: sends, faults, crashes, presses and clock moves against the promises.

More of them, with other seeds: ``python -m tests.faults.simulation --schedules 5000 --seed 1``.
"""

from pathlib import Path

import pytest

from tests.faults.simulation import Town, run

SCHEDULES = 10


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """What all schedules begin with."""
    return Town.found(tmp_path_factory.mktemp("town"))


@pytest.mark.parametrize("first", range(1, 21, SCHEDULES))
def test_whatever_happens_every_promise_is_kept(town: Town, tmp_path: Path, first: int) -> None:
    broken = {seed: said for seed in range(first, first + SCHEDULES) if (said := run(town, seed, tmp_path)[0])}
    assert not broken, "by seed; everything about one: python -m tests.faults.simulation --replay SEED"


def test_a_seed_replays_as_it_went(town: Town, tmp_path: Path) -> None:
    assert run(town, 7, tmp_path) == run(town, 7, tmp_path)
