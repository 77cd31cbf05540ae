"""Verification codes: 80 bits, one form, forgiving to those who type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.verification import (
    LETTERS,
    encode_code,
    find_codes,
    group_code,
    read_code,
    verification_address,
)

CHANCE = st.binary(min_size=10, max_size=10)


@given(CHANCE)
def test_a_code_is_read_back_however_it_is_typed(chance):
    code = encode_code(chance)
    printed = group_code(code)
    typed = printed.lower().replace("0", "o").replace("1", "l").replace("-", " ")
    assert {read_code(each) for each in (code, printed, typed, f"  {printed} ")} == {code}


@given(CHANCE, CHANCE)
def test_different_chance_gives_different_codes(one, other):
    assert (encode_code(one) == encode_code(other)) == (one == other)


def test_ten_bytes_make_sixteen_letters_and_nothing_else_is_taken():
    assert (encode_code(bytes(10)), encode_code(b"\xff" * 10)) == ("0" * 16, "Z" * 16)
    with pytest.raises(ValueError, match="10 bytes"):
        encode_code(b"short")


@pytest.mark.parametrize(
    "text", ["", "7QK2", "7QK2-9FWM-4T3X-R8HU", "7QK2-9FWM-4T3X-R8H", "Ä" * 16]
)
def test_what_cannot_be_a_code_is_none(text):
    assert read_code(text) is None


@given(CHANCE)
def test_the_address_of_a_letter_is_found_in_plain_and_in_escaped_bytes(chance):
    code = encode_code(chance)
    plain = verification_address("https://haku.example/", code).encode()
    escaped = plain.replace(b"/", rb"\057").replace(b"-", rb"\055")
    assert [find_codes(b"<< (" + each + b") >>") for each in (plain, escaped)] == [(code,)] * 2


def test_no_more_codes_are_read_than_were_asked_for():
    codes = [encode_code(bytes([number] * 10)) for number in range(20)]
    content = b" ".join(verification_address("", each).encode() for each in codes)
    assert (find_codes(content, most=3), set("".join(codes)) <= set(LETTERS)) == (
        tuple(codes[:3]),
        True,
    )
