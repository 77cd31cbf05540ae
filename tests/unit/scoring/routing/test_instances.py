from __future__ import annotations

import numpy as np
import pytest

from bench.routing_instances import Size, make_call, read_preflib
from tests.unit.scoring.routing.small import DATA, read_bids


@pytest.mark.parametrize(
    ("name", "rows", "columns"), [("aamas2016", 442, 161), ("preflib1", 54, 31)]
)
def test_a_file_of_bids_is_read_as_it_stands(name, rows, columns):
    instance = read_preflib(DATA / f"{name}.in")
    assert (instance.proposals, instance.evaluators) == (rows, columns)
    problem = read_bids(name, 12)
    assert np.array_equal(instance.proposal * columns + instance.evaluator, problem.keys)
    assert np.array_equal(instance.affinity, problem.affinity)


def test_a_file_with_the_wrong_size_is_refused(tmp_path):
    path = tmp_path / "short.in"
    path.write_text("2 2\n0.5 0.5\n", encoding="utf-8")
    with pytest.raises(ValueError, match="2 × 2"):
        read_preflib(path)


def test_the_same_seed_makes_the_same_call_without_conflicts_among_its_pairs():
    size = Size(60, 30, candidates=12)
    one, other = make_call(size, seed=3), make_call(size, seed=3)
    assert np.array_equal(one.affinity, other.affinity)
    keys = one.proposal * one.evaluators + one.evaluator
    assert not np.isin(keys, one.conflicts).any()
    assert len(np.unique(keys)) == len(keys)
    assert not np.array_equal(one.affinity, make_call(size, seed=4).affinity)
