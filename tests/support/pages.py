"""A test client that judges every page it gets and fills in forms the way a person does.

client = PageClient(app)
page = client.get("/calls")                       # 200 and a good page, or the test fails
page = client.submit(page, "main form", email="a@example.org")          # 303, judged if HTML
page = client.submit(page, "main form", status=422, email="")
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask import Flask
from werkzeug.test import TestResponse

from tests.support.page_rules import complaints_about
from tests.support.translations import foreign_texts


def is_page(response: TestResponse) -> bool:
    """Whether the response is a whole HTML page (not a redirect, a file or a fragment)."""
    is_html = response.mimetype == "text/html" and not 300 <= response.status_code < 400
    return is_html and "<html" in response.get_data(as_text=True)[:2000]


def untranslated(html: str) -> list[str]:
    """Return the English messages on a page whose language has its own words for them."""
    soup = BeautifulSoup(html, "html5lib")
    language = str(soup.html.get("lang", "en")) if soup.html else "en"
    foreign = foreign_texts(language) if language != "en" else frozenset()
    found = []
    for text in soup.find_all(string=True):
        words = " ".join(str(text).split())
        nearest = text.find_parent(attrs={"lang": True})
        if words in foreign and nearest is not None and nearest["lang"] == language:
            found.append(f"untranslated {words!r} on a page in {language}")
    return found


def judge(response: TestResponse) -> BeautifulSoup:
    """Judge an HTML response against every rule of pages and return it parsed.

    Raises AssertionError that lists all complaints.
    """
    html = response.get_data(as_text=True)
    complaints = complaints_about(html) + untranslated(html)
    if response.mimetype != "text/html":
        complaints.insert(0, f"the type is {response.mimetype}, not text/html")
    if complaints:
        where = f"{response.request.method} {response.request.path} ({response.status_code})"
        raise AssertionError("\n  - ".join([f"{where} is not a good page:", *complaints]))
    return BeautifulSoup(html, "html5lib")


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a page with the values that a browser would send."""

    action: str
    method: str
    values: dict[str, list[Any]]
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Page:
    """A response, parsed."""

    response: TestResponse
    soup: BeautifulSoup

    @property
    def path(self) -> str:
        """Return the path that was asked for."""
        return self.response.request.path

    @property
    def status(self) -> int:
        """Return the HTTP status."""
        return self.response.status_code

    @property
    def location(self) -> str:
        """Return where a redirect leads."""
        return str(self.response.location)

    @property
    def title(self) -> str:
        """Return the title."""
        return self.text("head > title")

    @property
    def heading(self) -> str:
        """Return the first heading."""
        return self.text("h1")

    @property
    def errors(self) -> list[str]:
        """Return the lines of the error summary."""
        return self.texts(".govuk-error-summary__list li")

    def text(self, selector: str) -> str:
        """Return the words of the only element that the selector finds."""
        found = self.texts(selector)
        assert len(found) == 1, f"{selector!r} finds {found} on {self.path}"
        return found[0]

    def texts(self, selector: str) -> list[str]:
        """Return the words of all elements that the selector finds."""
        return [" ".join(element.get_text().split()) for element in self.soup.select(selector)]

    def rows(self, selector: str = "table") -> list[list[str]]:
        """Return the cells of the body rows of the first table that the selector finds."""
        table = self.soup.select(selector)[0]
        return [
            [" ".join(cell.get_text().split()) for cell in row.find_all(["th", "td"])]
            for row in table.select("tbody tr")
        ]

    def links(self, selector: str = "a[href]") -> dict[str, str]:
        """Return the links as words → address."""
        return {
            " ".join(link.get_text().split()): str(link["href"])
            for link in self.soup.select(selector)
        }

    def form(self, selector: str = "main form") -> Form:
        """Read the only form that the selector finds."""
        forms = self.soup.select(selector)
        assert len(forms) == 1, f"{selector!r} finds {len(forms)} forms on {self.path}"
        return read_form(forms[0])


def read_form(form: Tag) -> Form:
    """Collect what a browser would send if the person changed nothing."""
    values: dict[str, list[Any]] = {}
    names = set()
    for control in form.select("input[name], select[name], textarea[name], button[name]"):
        if control.has_attr("disabled"):
            continue
        name = str(control["name"])
        names.add(name)
        sent = sent_values(control)
        if sent:
            values.setdefault(name, []).extend(sent)
    method = str(form.get("method", "get")).upper()
    return Form(str(form.get("action")), method, values, frozenset(names))


def sent_values(control: Tag) -> list[str]:
    """Return what a browser would send for one control."""
    kind = control.get("type", "text") if control.name == "input" else control.name
    if kind in {"submit", "button", "image", "reset", "file"}:
        return []
    if kind in {"checkbox", "radio"}:
        return [str(control.get("value", "on"))] if control.has_attr("checked") else []
    if kind == "select":
        return selected_values(control)
    if kind == "textarea":
        return [control.get_text().removeprefix("\n")]
    return [str(control.get("value", ""))]


def selected_values(select: Tag) -> list[str]:
    """Return the chosen options; a single choice without one sends the first."""
    options = select.find_all("option")
    chosen = [option for option in options if option.has_attr("selected")]
    if not chosen and not select.has_attr("multiple"):
        chosen = options[:1]
    return [str(option.get("value", option.get_text(strip=True))) for option in chosen]


@dataclass(slots=True)
class PageClient:
    """A browser without a screen for one person; keeps cookies, judges every page."""

    app: Flask
    titles: dict[tuple[str, str], str] = field(default_factory=dict)
    http: Any = field(init=False)

    def __post_init__(self) -> None:
        """Start with an empty cookie jar."""
        self.http = self.app.test_client()

    def get(self, path: str, status: int = 200, **options: Any) -> Page:
        """Ask for a page."""
        return self.open(path, status=status, method="GET", **options)

    def post(self, path: str, status: int = 303, **options: Any) -> Page:
        """Send a request that changes something, without a form of a page (see submit)."""
        return self.open(path, status=status, method="POST", **options)

    def open(self, path: str, *, status: int, **options: Any) -> Page:
        """Send a request, want this status, and judge the answer when it is a page."""
        response = self.http.open(path, **options)
        where = f"{response.request.method} {path}"
        assert response.status_code == status, (
            f"{where} answers {response.status_code}, not {status}"
            f" (to {response.location})\n{short_text(response)}"
        )
        if not is_page(response):
            return Page(response, BeautifulSoup("", "html5lib"))
        page = Page(response, judge(response))
        if status == 200 and response.request.method == "GET":
            self._claim_title(page)
        return page

    def submit(
        self,
        page: Page,
        selector: str = "main form",
        /,
        *,
        status: int = 303,
        button: str | None = None,
        **changes: Any,
    ) -> Page:
        """Fill in a form of the page and send it.

        `button` is the name=value or the name of the button pressed. A change of None leaves the
        control out, a list sends several values, `(stream, file name)` sends a file. A name that
        the form does not have fails the test; names with a dash go in as `**{"a-b": 1}`.
        """
        form = page.form(selector)
        unknown = set(changes) - form.names
        assert not unknown, f"the form {selector!r} on {page.path} has no {sorted(unknown)}"
        data = {**form.values, **{name: as_list(value) for name, value in changes.items()}}
        if button:
            name, _, value = button.partition("=")
            data[name] = [value]
        if form.method == "GET":
            return self.get(form.action, query_string=data)
        return self.post(form.action, status=status, data=data)

    def follow(self, page: Page) -> Page:
        """Go where a redirect leads."""
        return self.get(page.location)

    def _claim_title(self, page: Page) -> None:
        """Want that two different pages do not share a title."""
        endpoint = self._endpoint_of(page.path)
        language = str(page.soup.html["lang"]) if page.soup.html else ""
        owner = self.titles.setdefault((language, page.title), endpoint)
        assert owner == endpoint, f"{owner} and {endpoint} have the same title {page.title!r}"

    def _endpoint_of(self, path: str) -> str:
        """Return the endpoint behind a path."""
        return str(self.app.url_map.bind("localhost").match(path, method="GET")[0])


def as_list(value: Any) -> list[Any]:
    """Return the values that a change sends."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def short_text(response: TestResponse) -> str:
    """Return the first words of an unexpected answer."""
    if not response.mimetype.startswith("text/"):
        return ""
    soup = BeautifulSoup(response.get_data(as_text=True), "html5lib")
    return " ".join((soup.find("main") or soup).get_text(" ").split())[:600]
