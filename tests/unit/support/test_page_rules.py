"""The judge of pages finds each defect that it promises to find, and nothing on a good page."""

from __future__ import annotations

import pytest

from tests.support.page_rules import complaints_about

GOOD = """<!doctype html>
<html lang="fi">
<head><meta charset="utf-8"><title>Haut</title></head>
<body>
<main id="main">
<h1>Haut</h1>
<h2>Avoimet</h2>
<form method="post" action="/save">
<input type="hidden" name="csrf_token" value="x">
<label for="email">Sähköposti</label>
<input id="email" name="email" type="email" aria-describedby="hint">
<p id="hint">Näin vastaamme.</p>
<button type="submit">Tallenna</button>
</form>
<table><thead><tr><th scope="col">Haku</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>
<a href="#main">Alkuun</a>
</main>
</body>
</html>
"""


def test_a_good_page_gets_no_complaint():
    assert complaints_about(GOOD) == []


@pytest.mark.parametrize(
    ("good", "bad", "complaint"),
    [
        ("<h2>Avoimet</h2>", "<h2>Avoimet</h3>", "HTML line 7"),
        ("<title>Haut</title>", "<title> </title>", "the title is empty"),
        ("<title>Haut</title>", "", "0 title elements instead of one"),
        ('lang="fi"', 'lang="de"', "html lang is 'de', not one of ('fi', 'sv', 'en')"),
        ('id="hint"', 'id="email"', "id 'email' is used 2 times"),
        ('for="email"', 'for="mail"', "for='mail' of <label for=\"mail\"> leads nowhere"),
        ('id="hint"', 'id="hints"', "aria-describedby='hint' of"),
        ('"#main"', '"#top"', "link to '#top' leads nowhere"),
        ("Sähköposti", "", "no label: <input"),
        ("Tallenna", "", "no text: <button"),
        ("<h2>Avoimet</h2>", "<h3>Avoimet</h3>", "heading 'Avoimet' is h3 after h1"),
        ("<h1>Haut</h1>", "<h2>Haut</h2>", "0 h1 elements instead of one"),
        (' scope="col"', "", "no scope: <th>"),
        ("<h1>", '<h1 style="color: red">', "inline style: <h1"),
        ("<h1>", '<h1 onclick="x()">', "inline script in onclick: <h1"),
        ("<h1>", "<script>x()</script><h1>", "inline block without nonce: <script>"),
        (' method="post"', "", "no method: <form"),
        (' action="/save"', "", "no action: <form"),
        ('value="x"', 'value=""', "no csrf token: <form"),
        ('method="post"', 'method="get"', "csrf token would show in the address: <form"),
        ("Näin vastaamme.", "{{ hint }}", "template markup in the text '{{ hint }}'"),
        ("Näin vastaamme.", "%(n)s pv", "an unfilled parameter in the text '%(n)s pv'"),
        ("<td>1</td>", "<td>None</td>", "a bare None in the text 'None'"),
        ("Näin vastaamme.", "A &amp;amp; B", "escaped markup in the text 'A &amp; B'"),
    ],
)
def test_a_planted_defect_is_named(good, bad, complaint):
    found = complaints_about(GOOD.replace(good, bad, 1))
    assert any(line.startswith(complaint) for line in found), found
