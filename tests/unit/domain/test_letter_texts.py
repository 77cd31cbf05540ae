"""Words that changed, and secret parts of a letter: laws that hold for all texts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.domain.withholding import SecretPart, list_parts, withhold
from app.domain.word_changes import compare_words

TEXTS = st.text(alphabet="ab \n", max_size=60)
PARAGRAPHS = st.lists(st.text(alphabet="xyz ", min_size=1, max_size=8), max_size=4)
WORDS = "[{ground}]"


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_what_changed(before, after):
    found = compare_words(before, after)
    assert "".join(each.text for each in found if each.kind != "new") == before
    assert "".join(each.text for each in found if each.kind != "gone") == after


@given(PARAGRAPHS, st.data())
def test_what_is_secret_of_another_is_gone_and_all_else_stays(paragraphs, data):
    record = {"decision": {"reasons": paragraphs}, "scores": [{"reason": "own"}]}
    parts = list_parts(record)
    chosen = data.draw(st.sets(st.sampled_from([each.part for each in parts])))
    secrets = [SecretPart(part, "§ 20", "P2") for part in sorted(chosen)]
    copy = withhold(record, secrets, "P1", WORDS)
    expected = ["[§ 20]" if each.part in chosen else each.text for each in parts]
    assert [each.text for each in list_parts(copy)] == expected
    assert withhold(record, secrets, "P2", WORDS) == record


def test_a_mark_on_a_part_that_is_gone_hides_nothing_else():
    record = {"decision": {"reasons": ["a"]}}
    secrets = [SecretPart("decision.reasons.4", "§ 20", "P2"), SecretPart("coi.x", "§ 20", "P2")]
    assert withhold(record, secrets, "P1", WORDS) == record
