"""Words that services put into letters: in the language of the proceedings, not of the interface."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from app.pdf.formatting import format_money
from app.pdf.values import Language
from scoring.state_aid import PriorAid

Words = Mapping[str, str]

RETENTION: Words = {
    "fi": "viiden vuoden ajan sen vuoden joulukuun 31. päivästä, jona viimeinen maksu suoritettiin.",
    "sv": "i fem år räknat från den 31 december det år då den sista betalningen gjordes.",
    "en": "for five years from 31 December of the year in which the last payment was made.",
}
OFFICER_TITLE: Words = {
    "fi": "rahoitusasiantuntija",
    "sv": "finansieringsexpert",
    "en": "funding officer",
}
DECIDER_TITLE: Words = {"fi": "yksikön päällikkö", "sv": "enhetschef", "en": "head of unit"}
CALL_NOTICE: Words = {
    "fi": "tukikelpoisuusehdot",
    "sv": "stödvillkoren",
    "en": "eligibility conditions",
}
TOTAL_THRESHOLD: Words = {"fi": "yhteispisteet", "sv": "totalpoäng", "en": "total points"}
STAFF_COSTS: Words = {"fi": "Palkkakustannukset", "sv": "Lönekostnader", "en": "Staff costs"}
FLAT_RATE: Words = {"fi": "Flat rate", "sv": "Flat rate", "en": "Flat rate"}
TOTAL: Words = {"fi": "Yhteensä", "sv": "Sammanlagt", "en": "Total"}
SOURCES: Mapping[str, Words] = {
    "support": {"fi": "Myönnetty tuki", "sv": "Beviljat stöd", "en": "Support granted"},
    "own": {"fi": "Oma rahoitus", "sv": "Egen finansiering", "en": "Own funding"},
    "municipal": {"fi": "Kuntarahoitus", "sv": "Kommunal finansiering", "en": "Municipal funding"},
    "other_public": {
        "fi": "Muu julkinen rahoitus",
        "sv": "Annan offentlig finansiering",
        "en": "Other public funding",
    },
    "private": {"fi": "Yksityinen rahoitus", "sv": "Privat finansiering", "en": "Private funding"},
}
DE_MINIMIS_REDUCTION: Words = {
    "fi": "Osapuolen {partner} tuki on vähämerkityksistä tukea (asetus (EU) 2023/2831). Yhdellä"
    " yrityksellä on aiempaa tukea {prior} euroa, joten jäljellä oleva enimmäismäärä on {headroom}"
    " euroa. Haettua tukea on alennettu {reduction} euroa.",
    "sv": "Stödet till {partner} är stöd av mindre betydelse (förordning (EU) 2023/2831). Ett enda"
    " företag har tidigare fått stöd på {prior} euro, varför det återstående maximibeloppet är"
    " {headroom} euro. Det sökta stödet har sänkts med {reduction} euro.",
    "en": "The support of {partner} is de minimis aid (Regulation (EU) 2023/2831). The single"
    " undertaking has earlier aid of EUR {prior}, so EUR {headroom} is left. The support applied for"
    " was reduced by EUR {reduction}.",
}
AGREEMENT_CONDITION: Words = {
    "fi": "Osapuolten allekirjoittama yhteistyösopimus on toimitettava ennen ensimmäistä maksatusta.",
    "sv": "Samarbetsavtalet, undertecknat av parterna, ska lämnas in före den första utbetalningen.",
    "en": "The cooperation agreement signed by the partners must be delivered before the first payment.",
}
NO_STRENGTHS: Words = {
    "fi": "Vahvuudet on kuvattu valintaperusteittain.",
    "sv": "Styrkorna har beskrivits per urvalskriterium.",
    "en": "The strengths are described by criterion.",
}
NO_WEAKNESSES: Words = {
    "fi": "Heikkoudet on kuvattu valintaperusteittain.",
    "sv": "Svagheterna har beskrivits per urvalskriterium.",
    "en": "The weaknesses are described by criterion.",
}
FINAL_SCORE: Words = {
    "fi": "Arvioijien pisteiden mediaani.",
    "sv": "Medianen av bedömarnas poäng.",
    "en": "Median of the evaluators' scores.",
}
AGREED_SCORE: Words = {
    "fi": "Yhteisesti todettu pistemäärä.",
    "sv": "Gemensamt konstaterad poäng.",
    "en": "Score agreed by consensus.",
}
ANCHOR: Words = {
    "fi": "Hakemus vastaa hakuilmoituksen kuvausta: {text}",
    "sv": "Ansökan motsvarar beskrivningen i ansökningsannonsen: {text}",
    "en": "The application corresponds to the description in the call notice: {text}",
}
"""Prints the anchor of a score as its reason where the consensus has no words of its own."""
WITHHELD: Words = {
    "fi": "[Salassa pidettävä, {ground}]",
    "sv": "[Sekretessbelagt, {ground}]",
    "en": "[Secret, {ground}]",
}
"""Stands in a copy where a secret part of another partner was."""
_FACTS: Mapping[str, Words] = {
    "found": {
        "fi": "Vaadittu määrä on {required}, hakemuksessa todettu määrä on {found}{values}.",
        "sv": "Det antal som krävs är {required}, antalet i ansökan är {found}{values}.",
        "en": "The number required is {required}, the number found is {found}{values}.",
    },
    "values": {"fi": " ({values})", "sv": " ({values})", "en": " ({values})"},
    "officer": {
        "fi": "Esittelijän toteamus: {reason}",
        "sv": "Föredragandens konstaterande: {reason}",
        "en": "Finding of the presenting officer: {reason}",
    },
}


def say(words: Words, language: str) -> str:
    """Return words in a language; Finnish where a language is missing."""
    return words.get(language) or words["fi"]


def describe_reduction(
    language: str, partner: str, prior: Sequence[PriorAid], left: Decimal, reduction: Decimal
) -> str:
    """Return why the support of a partner is reduced to the de minimis headroom."""
    received = sum((each.amount for each in prior), Decimal(0))
    code: Language = "sv" if language == "sv" else "fi"
    return say(DE_MINIMIS_REDUCTION, language).format(
        partner=partner,
        prior=format_money(f"{received:.2f}", code),
        headroom=format_money(f"{left:.2f}", code),
        reduction=format_money(f"{reduction:.2f}", code),
    )


_STANDARD = (AGREEMENT_CONDITION, DE_MINIMIS_REDUCTION)
_SUMS = frozenset({"prior", "headroom", "reduction"})


def restate(text: str, language: str) -> str:
    """Return a sentence of this module in another language; what people wrote stays as they wrote it."""
    for words in _STANDARD:
        for sentence in words.values():
            places = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(sentence))
            found = re.fullmatch(places, text)
            if found is not None:
                values = {
                    name: _restate_sum(value, language) if name in _SUMS else value
                    for name, value in found.groupdict().items()
                }
                return say(words, language).format(**values)
    return text


def _restate_sum(shown: str, language: str) -> str:
    """Return an amount that was written in Finnish or Swedish as another language writes it."""
    code: Language = {"sv": "sv", "en": "en"}.get(language, "fi")  # type: ignore[assignment]
    return format_money("".join(shown.split()).replace(",", "."), code)


def describe_facts(facts: Mapping[str, Any], reason: str, language: str) -> str:
    """Return the figures behind a failed check, and the officer's reason, as sentences."""
    sentences = []
    if "required" in facts and "found" in facts:
        listed = ", ".join(str(value) for value in facts.get("values") or ())
        values = say(_FACTS["values"], language).format(values=listed) if listed else ""
        sentences.append(
            say(_FACTS["found"], language).format(
                required=facts["required"], found=facts["found"], values=values
            )
        )
    if reason:
        sentences.append(say(_FACTS["officer"], language).format(reason=reason))
    return " ".join(sentences)
