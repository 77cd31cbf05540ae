from __future__ import annotations

import json

import pytest

from bench.gold import find_loss, measure_loss
from bench.processes import NotMeasured

TRUTH = {"r": {"a": 5.0, "b": 3.0, "c": 3.0, "d": 1.0}}


@pytest.mark.parametrize(
    ("guess", "loss"),
    [
        ({"a": 0.9, "b": 0.5, "c": 0.4, "d": 0.1}, 0),
        ({"a": 0.1, "b": 0.4, "c": 0.5, "d": 0.9}, 1),
        ({"a": 0.5, "b": 0.5, "c": 0.5, "d": 0.5}, 0.5),
        # one pair (a, b), 2 of 12 points, in the wrong order
        ({"a": 0.5, "b": 0.6, "c": 0.4, "d": 0.1}, 2 / 12),
    ],
)
def test_the_loss_is_the_share_of_differences_in_the_wrong_order(guess, loss):
    assert find_loss(TRUTH, {"r": guess}) == pytest.approx(loss)


def test_without_the_data_nothing_is_measured(tmp_path):
    with pytest.raises(NotMeasured, match="no gold standard"):
        measure_loss(tmp_path)


def test_a_folder_in_the_published_form_is_read(tmp_path):
    (tmp_path / "data").mkdir()
    names = [f"{kind}{n}" for n in range(1, 11) for kind in ("Paper", "Expertise")]
    values = ["p1", "5", "p2", "1", *[""] * 16]
    lines = ["\t".join(["ParticipantID", *names]), "\t".join(["17", *values])]
    (tmp_path / "data" / "evaluations.csv").write_text("\n".join(lines), encoding="utf-8")
    texts = {"p1": "hydrogen electrolysis", "p2": "medieval music"}
    papers = {
        key: {"id": key, "content": {"title": text, "abstract": None}}
        for key, text in texts.items()
    }
    for number in range(1, 11):
        folder = tmp_path / "evaluation_datasets" / f"d_20_{number}"
        (folder / "archives").mkdir(parents=True)
        (folder / "submissions.json").write_text(json.dumps(papers), encoding="utf-8")
        line = json.dumps({"id": "x", "content": {"title": "electrolysis", "abstract": "plants"}})
        (folder / "archives" / "~17.jsonl").write_text(f"{line}\n", encoding="utf-8")
    assert measure_loss(tmp_path) == 0
