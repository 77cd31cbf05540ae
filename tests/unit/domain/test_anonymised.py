"""Names are taken out of what bidders see, in all their forms; the subject stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.anonymised import REMOVED, anonymise

ORGANISATIONS = [
    "Saimaanrannan teknillinen yliopisto",
    "Esimerkki Elektrolyysi Oy",
    "Merenkurkun ammattikorkeakoulu (MAMK)",
    "Vety Oy",
]
PEOPLE = ["Arvioija Esimerkkinen"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Saimaanrannan teknillisen yliopiston hanke", f"{REMOVED} hanke"),
        ("Esimerkki Elektrolyysi Oy:n kanssa", f"{REMOVED} kanssa"),
        ("yhdessä Esimerkki Elektrolyysin kanssa", f"yhdessä {REMOVED} kanssa"),
        ("MAMK:n ja MAMKin laboratoriot", f"{REMOVED} ja {REMOVED} laboratoriot"),
        ("Esimerkkisen ryhmä", f"{REMOVED} ryhmä"),
        ("kirjoita osoitteeseen nimi@esimerkki.fi", f"kirjoita osoitteeseen {REMOVED}"),
        ("soita 040 123 4567", f"soita {REMOVED}"),
        ("www.esimerkki.fi/hanke ja 9000121-7", f"{REMOVED} ja {REMOVED}"),
        ("Vihreää vetyä elektrolyysillä, 12 kk", f"Vihreää {REMOVED} elektrolyysillä, 12 kk"),
        ("Testausverkosto 2027–2030 maksaa 1 200 000 euroa",) * 2,
    ],
)
def test_names_and_contacts_go_and_the_rest_stays(text: str, shown: str) -> None:
    assert anonymise(text, ORGANISATIONS, PEOPLE) == shown


@given(
    st.sampled_from(ORGANISATIONS),
    st.text(alphabet="abcdefghij ,.\n", max_size=30),
    st.text(alphabet="abcdefghij ,.\n", max_size=30),
)
def test_a_name_never_survives_as_it_is_written(name: str, before: str, after: str) -> None:
    plain = name.partition(" (")[0]
    assert plain not in anonymise(f"{before} {plain} {after}", ORGANISATIONS, PEOPLE)


def test_a_text_without_names_is_left_alone() -> None:
    assert anonymise("Akkujen kierrätys", [], []) == "Akkujen kierrätys"
