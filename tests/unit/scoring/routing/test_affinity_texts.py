from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calls.registers import load_registers
from scoring.routing.affinity.documents import Described, Document
from scoring.routing.affinity.encoders import EncoderNotFound, find_centres, load_encoder
from scoring.routing.affinity.expertise import Expertise, expertise, measure_affinity, measure_all
from scoring.routing.affinity.languages import guess_language, split_words
from scoring.routing.affinity.lexicon import (
    Concept,
    Lexicon,
    lexicon_with,
    packaged_concepts,
    packaged_lexicon,
    read_concepts,
)
from scoring.routing.affinity.measure import AffinityModel
from scoring.routing.affinity.outcome import Basis, Weights
from scoring.routing.affinity.words import count_pieces, count_stems, stem
from tests.support.encoders import Subjects

TERMS = st.frozensets(st.sampled_from("abcdef"), max_size=4)
EXPERTISE = st.builds(Expertise, TERMS, TERMS)
TEXT = st.lists(
    st.sampled_from(
        [
            "vety",
            "vedyn",
            "vätgas",
            "hydrogen",
            "akku",
            "batteri",
            "battery",
            "metsä",
            "skog",
            "forest",
            "xyz",
        ]
    ),
    max_size=6,
).map(lambda words: (Document(" ".join(words), "fi"),))
DESCRIBED = st.builds(Described, st.just("x"), EXPERTISE, TEXT)


def described(name, text="", language=None, keywords=()):
    documents = (Document(text, language),) if text else ()
    return Described(name, expertise(keywords), documents)


def test_a_finnish_application_finds_the_swedish_text_on_the_same_subject_and_says_why():
    application = described("A", "Tuotamme vihreää vetyä elektrolyysillä.", "fi")
    model = AffinityModel(
        [application],
        [
            described("E1", "Jag forskar om skogens fåglar.", "sv"),
            described("E2", "Jag forskar om vätgas och elektrolysörer.", "sv"),
        ],
    )
    found = model.explain(0, 1)
    assert found.basis is Basis.TEXTS
    assert {(each.asked, each.held) for each in found.reasons} == {
        ("vetyä", "vätgas"),
        ("elektrolyysillä", "elektrolysörer"),
    }
    assert sum(each.share for each in found.reasons) == pytest.approx(1, abs=0.01)
    assert model.explain(0, 0).score < found.score <= 1


def test_texts_of_one_language_are_explained_by_the_words_as_they_are_written():
    model = AffinityModel(
        [described("A", "Kaapistojen tutkimus", "fi")],
        [described("E", "Tutkin kaapistoja", "fi")],
    )
    words = {each.asked: each.held for each in model.explain(0, 0).reasons if each.kind == "word"}
    assert words["kaapistojen"] == "kaapistoja"


def test_who_has_no_text_is_measured_by_the_taxonomy_and_the_answer_says_so():
    application = described("A", "Vetyä elektrolyysillä ja metaania", "fi", ["green.hydrogen"])
    evaluator = described("E", keywords=["green.hydrogen"])
    found = AffinityModel([application], [evaluator]).explain(0, 0)
    assert found.is_cold_start
    assert (found.basis, found.text, found.reasons) == (Basis.TAXONOMY, None, ())
    assert found.score == measure_affinity(application.expertise, evaluator.expertise).score


def test_declared_keywords_meet_the_text_of_an_application_that_declares_none():
    model = AffinityModel(
        [described("A", "Hydrogen and electrolysis beside a forest", "en")],
        [described("E", keywords=["green.hydrogen"]), described("F", keywords=["digital.xr"])],
    )
    found = [model.explain(0, column) for column in (0, 1)]
    assert [each.basis for each in found] == [Basis.TAXONOMY, Basis.TAXONOMY]
    assert [each.score for each in found] == [Fraction(2, 3), 0]


def test_nothing_known_is_no_affinity():
    found = AffinityModel([described("A")], [described("E")]).explain(0, 0)
    assert (found.score, found.basis) == (0, Basis.NOTHING)


def test_an_evaluator_counts_with_the_three_closest_texts():
    texts = ("hydrogen electrolysis", "hydrogen plant", "hydrogen fuel", "birds", "music")
    many = Described("E", documents=tuple(Document(text, "en") for text in texts))
    few = Described("F", documents=many.documents[:3])
    model = AffinityModel([described("A", "hydrogen electrolysis fuel plant", "en")], [many, few])
    scores = model.text_scores()[0]
    assert scores[0] == scores[1] > 0


def test_a_funder_may_add_a_model_of_their_own():
    class Twin:
        name = "twin"

        def encode(self, texts):
            return np.ones((len(texts), 1))

    sides = [described("A", "rautoja", "fi")], [described("E", "musik", "sv")]
    assert AffinityModel(*sides).explain(0, 0).score == 0
    found = AffinityModel(*sides, encoder=Twin(), weights=Weights(encoder=0.25))
    assert found.explain(0, 0).score == Fraction(1, 4)


def test_what_a_model_finds_is_told_beside_the_words():
    sides = [described("A", "Vety", "fi")], [described("E", "Vätgas", "sv")]
    model, *words = AffinityModel(*sides, encoder=Subjects()).explain(0, 0).reasons
    assert (model.kind, model.keyword, model.asked) == ("model", "two-subjects", "")
    assert 0 < model.share < 1
    assert sum(each.share for each in words) == pytest.approx(1 - model.share, abs=0.01)


def test_what_all_texts_have_in_common_tells_no_subject():
    rows = np.array([[1.0, 0.0], [0.8, 0.6]] * 20)
    bare = find_centres(rows, ["fi"] * 40).take_off(rows, ["fi"] * 40)
    assert bare[0] @ bare[1] < 0 < rows[0] @ rows[1]
    few = find_centres(rows[:2], ["fi"] * 2).take_off(rows[:2], ["fi", "fi"])
    assert few[0] @ few[1] > 0.5


def test_an_installation_names_its_model():
    assert load_encoder("") is None
    assert load_encoder("tests.support.encoders:Subjects").name == "two-subjects"


@pytest.mark.parametrize(
    "path", ["nowhere:Model", "tests.support.encoders:Nobody", "tests.support.encoders:Broken", ":"]
)
def test_a_model_that_cannot_be_loaded_is_refused_by_name(path):
    with pytest.raises(EncoderNotFound, match="module:factory"):
        load_encoder(path)


@pytest.mark.parametrize(
    ("one", "language", "other", "its_language"),
    [
        ("Susien liikkeet", "fi", "Bears in the wild", "en"),
        ("Veturin huolto", "fi", "Passagerare vid stationen", "sv"),
        ("Rukous", "fi", "Parish clergy", "en"),
    ],
)
def test_different_words_on_one_subject_meet_in_a_theme(one, language, other, its_language):
    sides = [described("A", one, language)], [described("E", other, its_language)]
    found = AffinityModel(*sides).explain(0, 0)
    assert found.score > 0
    assert {each.kind for each in found.reasons} <= {"theme", "keyword"}
    assert all(each.asked and each.held for each in found.reasons)


def test_a_word_of_several_concepts_says_less_of_each():
    words = dict.fromkeys(("fi", "sv", "en"), ("ab",))
    lexicon = Lexicon([Concept("1.1", words), Concept("1.2", words, "two")])
    weights = lexicon.weigh(lexicon.places(["ab"], "fi"))
    assert set(weights) == {0, 1, "1.1", "1.2", "two"}
    assert list(weights.values()) == pytest.approx([0.5**0.5] * len(weights))
    assert lexicon.count(["ab", "ab"], "fi") == {0: 2, 1: 2}


def test_the_areas_of_the_vocabulary_are_those_of_the_taxonomy():
    registers = load_registers()
    known = {each.id for each in registers.expertise_keywords} | {e.code for e in registers.ford}
    assert {each.area for each in packaged_concepts()} <= known
    assert all(all(each.words.values()) for each in packaged_concepts())


def test_a_calls_own_keyword_joins_the_languages():
    names = {"own.heraldry": {"fi": "heraldiikka", "sv": "heraldik", "en": "heraldry"}}
    lexicon = lexicon_with(names)
    found = {
        lexicon.find(word, name) for name, word in (("fi", "heraldiikkaa"), ("sv", "heraldiken"))
    }
    assert found == {(len(packaged_concepts()),)}
    assert packaged_lexicon().find("heraldiikkaa", "fi") == ()


@pytest.mark.parametrize(
    ("word", "language", "other", "its_language"),
    [
        ("jätevesien", "fi", "water", "en"),
        ("teollisuussähkö", "fi", "electric", "en"),
        ("marknaden", "sv", "market", "en"),
        ("luonnonsuojelualueen", "fi", "natur", "sv"),
    ],
)
def test_compounds_and_inflected_words_lead_to_the_concept(word, language, other, its_language):
    lexicon = packaged_lexicon()
    assert set(lexicon.find(word, language)) & set(lexicon.find(other, its_language))


def test_the_longest_beginning_counts():
    lexicon = packaged_lexicon()
    assert not set(lexicon.find("marknad", "sv")) & set(lexicon.find("soil", "en"))


def test_every_concept_has_words_in_three_languages_and_no_two_are_the_same():
    concepts = read_concepts()
    assert all(each.area and all(each.words.values()) for each in concepts)
    rows = [tuple(sorted(each.words.items())) for each in concepts]
    assert len(set(rows)) == len(rows)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hankkeessa kehitetään uusia menetelmiä ja laitteita.", "fi"),
        ("Projektet utvecklar nya metoder för vården.", "sv"),
        ("The project develops new methods for care.", "en"),
        ("Lämpövarastot", "fi"),
        ("Spårvägar", "sv"),
        ("", "en"),
    ],
)
def test_the_language_of_a_text_is_guessed(text, language):
    assert guess_language(split_words(text)) == language


def test_stems_pairs_and_pieces_are_counted():
    assert stem("akkujen", "fi") == stem("akkuja", "fi")
    assert count_stems(["red", "fox", "red"], "en") == {
        "red": 2,
        "fox": 1,
        "red fox": 1,
        "fox red": 1,
    }
    assert count_pieces(["ab"]) == {" ab": 1, "ab ": 1, " ab ": 1}


@given(st.lists(EXPERTISE, max_size=4), st.lists(EXPERTISE, max_size=4))
def test_all_pairs_at_once_are_measured_as_one_by_one(ones, others):
    table = measure_all(ones, others)
    assert table.shape == (len(ones), len(others))
    for row, one in enumerate(ones):
        for column, other in enumerate(others):
            assert table[row, column] == pytest.approx(float(measure_affinity(one, other).score))


@settings(deadline=None)
@given(st.lists(DESCRIBED, min_size=1, max_size=3), st.lists(DESCRIBED, min_size=1, max_size=3))
def test_the_table_and_the_explanation_agree_and_stay_between_zero_and_one(asked, held):
    model = AffinityModel(asked, held)
    table = model.scores()
    for row in range(len(asked)):
        for column in range(len(held)):
            one = model.explain(row, column)
            assert 0 <= one.score <= 1
            assert table[row, column] == pytest.approx(float(one.score), abs=1e-6)


def test_an_application_in_two_languages_is_read_in_the_one_that_fits():
    texts = (Document("Kaapistojen tutkimus", "fi"), Document("Study of rare cabinets", "en"))
    both, one = Described("A", documents=texts), Described("B", documents=texts[:1])
    evaluator = described("E", "I study cabinets", "en")
    scores = AffinityModel([both, one], [evaluator]).scores()[:, 0]
    assert scores[0] > scores[1]
    found = AffinityModel([both], [evaluator]).explain(0, 0)
    assert ("cabinets", "cabinets") in {(each.asked, each.held) for each in found.reasons}


def test_a_title_in_another_language_is_no_text_beside_a_whole_one():
    whole, title = Document("sana " * 20, "fi"), Document("En titel", "sv")
    assert [each.language for each in Described("A", documents=(whole, title)).by_language()] == [
        "fi"
    ]
    assert Described("B", documents=(title,)).by_language() == (title,)


def test_texts_of_one_language_are_read_as_one():
    parts = tuple(Document(text, "fi") for text in ("vety", "akku"))
    assert Described("A", documents=parts).by_language() == (Document("vety\nakku", "fi"),)


@given(st.lists(DESCRIBED, min_size=1, max_size=3), st.lists(DESCRIBED, min_size=2, max_size=4))
@settings(deadline=None, max_examples=30)
def test_whoever_joins_changes_nothing_for_the_others(applications, evaluators):
    base = AffinityModel(applications, evaluators[:1])
    joined = base.joined_by(evaluators[1:])
    assert np.array_equal(joined.scores()[:, :1], base.scores())
    assert np.allclose(joined.scores(since=1), joined.scores()[:, 1:])
    last = len(evaluators) - 1
    told = float(joined.explain(0, last).score)
    assert abs(told - joined.scores()[0, last]) < 1e-5
