"""What every HTML page has to obey; each rule reads a page and returns its complaints."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

import html5lib
from bs4 import BeautifulSoup, Tag
from html5lib.constants import E as PARSE_ERRORS

LANGUAGES = ("fi", "sv", "en")
UNLABELLED_TYPES = {"hidden", "submit", "button", "image", "reset"}
BEFORE_HEADING = ["govuk-error-summary", "govuk-notification-banner"]
REFERRING = ("aria-describedby", "aria-labelledby", "aria-controls", "aria-owns", "headers")
SINGLE_REFERRING = ("for", "list", "form", "aria-activedescendant", "aria-errormessage")
LEFTOVERS = {
    "template markup": re.compile(r"\{\{|\}\}|\{%|%\}"),
    "an unfilled parameter": re.compile(r"%\(\w+\)[sd]|%[sd]\b"),
    "the text of a Python object": re.compile(
        r"<[\w.]+ object at 0x|\bDecimal\('|\bUndefined\b|\bLazyString\b|\bdatetime\.|\bN_\("
    ),
    "a bare None": re.compile(r"^\s*None\s*$"),
    "escaped markup": re.compile(r"&(lt|gt|amp|quot|#\d+);"),
}

Rule = Callable[[str, BeautifulSoup], Iterator[str]]


def has_valid_html(html: str, _soup: BeautifulSoup) -> Iterator[str]:
    """Parse as strictly as the standard defines; every parse error is a complaint."""
    parser = html5lib.HTMLParser()
    parser.parse(html)
    for (line, column), code, data in parser.errors:
        message = PARSE_ERRORS[code] % data
        yield f"HTML line {line}, column {column}: {message} near {excerpt(html, line)!r}"


def excerpt(html: str, line: int) -> str:
    """Return the named line of a page, shortened."""
    lines = html.splitlines()
    return lines[line - 1].strip()[:120] if line <= len(lines) else ""


def has_one_title(_html: str, soup: BeautifulSoup) -> Iterator[str]:
    """Want exactly one title in the head that says something."""
    titles = soup.select("head > title")
    if len(titles) != 1:
        yield f"{len(titles)} title elements instead of one"
    elif not titles[0].get_text(strip=True):
        yield "the title is empty"


def has_language(_html: str, soup: BeautifulSoup) -> Iterator[str]:
    """Want the language of the page, one of ours, on the root element."""
    language = soup.html.get("lang") if soup.html else None
    if language not in LANGUAGES:
        yield f"html lang is {language!r}, not one of {LANGUAGES}"
    for element in soup.select("[lang]"):
        if not element["lang"]:
            yield f"empty lang on {shown(element)}"


def has_unique_ids(_html: str, soup: BeautifulSoup) -> Iterator[str]:
    """Want each id once."""
    counts = Counter(str(element["id"]) for element in soup.select("[id]"))
    yield from (f"id {name!r} is used {count} times" for name, count in counts.items() if count > 1)


def has_existing_references(_html: str, soup: BeautifulSoup) -> Iterator[str]:
    """Want every reference to an id to lead to an element of the page."""
    ids = {str(element["id"]) for element in soup.select("[id]")}
    for attribute in (*REFERRING, *SINGLE_REFERRING):
        for element in soup.select(f"[{attribute}]"):
            for name in attribute_words(element, attribute):
                if name not in ids:
                    yield f"{attribute}={name!r} of {shown(element)} leads nowhere"
    for link in soup.select('a[href^="#"]'):
        if str(link["href"])[1:] not in ids:
            yield f"link to {link['href']!r} leads nowhere"


def attribute_words(element: Tag, attribute: str) -> list[str]:
    """Return the words of an attribute, which the parser gives as text or as a list."""
    value = element[attribute]
    return value.split() if isinstance(value, str) else list(value)


def has_labels(_html: str, soup: BeautifulSoup) -> Iterator[str]:
    """Want a name on every control, button, link, image and frame."""
    for control in soup.select("input, select, textarea"):
        is_silent = control.name == "input" and control.get("type", "text") in UNLABELLED_TYPES
        if not is_silent and not label_of(control, soup):
            yield f"no label: {shown(control)}"
    for element in soup.select("a[href], button, summary"):
        if not name_of(element):
            yield f"no text: {shown(element)}"
    for image in soup.select("img:not([alt])"):
        yield f"no alt: {shown(image)}"
    for group in soup.select("fieldset"):
        legend = group.find("legend", recursive=False)
        if legend is None or not legend.get_text(strip=True):
            yield f"no legend: {shown(group)}"


def label_of(control: Tag, soup: BeautifulSoup) -> str:
    """Return the name of a form control, '' when it has none."""
    if control.get("aria-label"):
        return str(control["aria-label"])
    labels = (
        [soup.find(id=name) for name in attribute_words(control, "aria-labelledby")]
        if (control.get("aria-labelledby"))
        else []
    )
    labels.extend(soup.find_all("label", attrs={"for": control.get("id") or object()}))
    labels.append(control.find_parent("label"))
    return "".join(label.get_text(strip=True) for label in labels if label is not None)


def name_of(element: Tag) -> str:
    """Return the words by which a person knows a link or a button."""
    images = "".join(str(image.get("alt", "")) for image in element.find_all("img"))
    named = element.get("aria-label") or element.get("aria-labelledby") or ""
    return element.get_text(strip=True) or images or str(named)


def has_heading_order(_html: str, soup: BeautifulSoup) -> Iterator[str]:
    """Want one h1, first, and no level left out on the way down.

    Summaries of errors and notifications stand before the h1, as GOV.UK Frontend wants them.
    """
    headings = [
        heading
        for heading in soup.find_all(["h1", "h2", "h3", "h4", "h5", "h6"])
        if heading.find_parent(class_=BEFORE_HEADING) is None
    ]
    levels = [int(heading.name[1]) for heading in headings]
    if levels.count(1) != 1:
        yield f"{levels.count(1)} h1 elements instead of one"
    for before, heading, level in zip([0, *levels], headings, levels, strict=False):
        if level > before + 1:
            yield f"heading {heading.get_text(strip=True)!r} is h{level} after h{before}"
        if not heading.get_text(strip=True):
            yield f"empty heading: {shown(heading)}"


def has_landmarks(_html: str, soup: BeautifulSoup) -> Iterator[str]:
    """Want one main part, and tables whose headers say what they head."""
    mains = soup.select("main")
    if len(mains) != 1:
        yield f"{len(mains)} main elements instead of one"
    for header in soup.select("table th:not([scope])"):
        yield f"no scope: {shown(header)}"


def obeys_content_policy(_html: str, soup: BeautifulSoup) -> Iterator[str]:
    """Want no inline style or script; a script block needs the nonce of the response."""
    for element in soup.select("[style]"):
        yield f"inline style: {shown(element)}"
    for block in soup.select("style:not([nonce]), script:not([src]):not([nonce])"):
        if block.get("type") not in {"application/json", "application/ld+json"}:
            yield f"inline block without nonce: {shown(block)}"
    for element in soup.find_all(True):
        for attribute, value in element.attrs.items():
            if attribute.startswith("on") or str(value).lstrip().lower().startswith("javascript:"):
                yield f"inline script in {attribute}: {shown(element)}"


def has_sound_forms(_html: str, soup: BeautifulSoup) -> Iterator[str]:
    """Want method and action on every form, and the token on each that changes something."""
    for form in soup.select("form"):
        method = str(form.get("method", "")).lower()
        tokens = form.select('input[type="hidden"][name="csrf_token"]')
        if method not in {"get", "post"}:
            yield f"no method: {shown(form)}"
        if not form.get("action"):
            yield f"no action: {shown(form)}"
        if method == "post" and not any(token.get("value") for token in tokens):
            yield f"no csrf token: {shown(form)}"
        if method == "get" and tokens:
            yield f"csrf token would show in the address: {shown(form)}"


def has_no_leftovers(_html: str, soup: BeautifulSoup) -> Iterator[str]:
    """Want nothing that the program should have filled in, translated or turned into words."""
    for text in visible_texts(soup):
        for name, pattern in LEFTOVERS.items():
            if pattern.search(text):
                yield f"{name} in the text {text.strip()[:100]!r}"


def visible_texts(soup: BeautifulSoup) -> Iterator[str]:
    """Give the texts and text attributes that a person meets."""
    for text in soup.find_all(string=True):
        parent = text.parent
        if parent is not None and parent.name not in {"script", "style", "template", "[document]"}:
            yield str(text)
    for attribute in ("title", "alt", "aria-label", "placeholder"):
        yield from (str(element[attribute]) for element in soup.select(f"[{attribute}]"))


def shown(element: Tag) -> str:
    """Show the opening tag of an element, shortened."""
    return str(element).split(">", 1)[0][:140] + ">"


RULES: tuple[Rule, ...] = (
    has_valid_html,
    has_one_title,
    has_language,
    has_unique_ids,
    has_existing_references,
    has_labels,
    has_heading_order,
    has_landmarks,
    obeys_content_policy,
    has_sound_forms,
    has_no_leftovers,
)


def complaints_about(html: str) -> list[str]:
    """Return what is wrong with a page; an empty list for a good one."""
    soup = BeautifulSoup(html, "html5lib")
    return [complaint for rule in RULES for complaint in rule(html, soup)]
