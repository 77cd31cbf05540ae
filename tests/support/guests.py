"""People in a real browser: each page that a guest comes to is judged before anything is done on it.

    anna = guest(base_url)                      # fixture: a window of its own, with its own cookies
    anna.goto("/login")                         # judged: axe, 320 px, one h1, a title of its own
    anna.submit("form[action*=login]", email="a@example.org", password="…")

Errors on the console and refusals by the content policy fail the test when it ends (fixture visitor).
With PAGE_PICTURES=folder in the environment a picture of every page is kept at both widths.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page

from tests.support.browser import NARROW, WIDE, overflows, violations

PICTURES = os.environ.get("PAGE_PICTURES", "")
IDENTIFIER = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[\w-]{40,}")
REPORT_POLICY = """addEventListener('securitypolicyviolation', (event) =>
  console.error(`content policy: ${event.violatedDirective} ${event.blockedURI}`))"""


def place_of(url: str) -> str:
    """Return the path of an address with a star for each identifier and secret."""
    return IDENTIFIER.sub("*", urlsplit(url).path)


@dataclass(slots=True)
class PageRegister:
    """What all guests of a test have seen: each title stands for one place, and pictures are numbered."""

    places: dict[str, str] = field(default_factory=dict)
    count: int = 0

    def claim_title(self, title: str, place: str) -> list[str]:
        """Return a complaint when another place has the same title."""
        owner = self.places.setdefault(title, place)
        return [] if owner == place else [f"{owner} has the same title {title!r}"]

    def keep_picture(self, page: Page) -> None:
        """Save a picture of the whole page, if pictures are wanted."""
        if not PICTURES:
            return
        self.count += 1
        width = (page.viewport_size or WIDE)["width"]
        name = place_of(page.url).strip("/").replace("/", "_").replace("*", "x") or "front"
        path = Path(PICTURES) / f"{self.count:03d}_{width}_{name[:60]}.png"
        page.screenshot(path=path, full_page=True)


@dataclass(slots=True)
class Guest:
    """One person at a browser window of 1280 px."""

    page: Page
    register: PageRegister

    @property
    def path(self) -> str:
        """Return the path of the page shown."""
        return urlsplit(self.page.url).path

    def goto(self, path: str) -> None:
        """Open an address and judge the page."""
        self.page.goto(path)
        self.judge()

    def follow(self, target: str | Locator) -> None:
        """Click what leads to another page, and judge that page."""
        with self.page.expect_navigation() as arrival:
            self.find(target).click()
        answer = arrival.value
        self.judge(is_answer=answer is not None and answer.request.method != "GET")

    def submit(self, form: str = "main form", /, *, button: str = "", **values: str) -> None:
        """Type values into a form by the names of its controls, press its button and judge the answer.

        `button` is a selector inside the form; without it the first submit button is pressed.
        """
        place = self.find(form)
        for name, value in values.items():
            self.fill(place.locator(f'[name="{name}"]'), value)
        pressed = place.locator(button or 'button[type="submit"]').first
        self.follow(pressed)

    def fill(self, control: Locator, value: str) -> None:
        """Enter a value as the kind of the control asks: type, choose, or tick the named option."""
        kind = control.first.evaluate("e => e.type || e.localName")
        if kind in {"radio", "checkbox"}:
            chosen = (
                control
                if control.count() == 1
                else control.and_(self.page.locator(f'[value="{value}"]'))
            )
            chosen.check()
        elif kind == "select-one":
            control.select_option(value)
        else:
            control.fill(value)

    def press(self, *keys: str) -> None:
        """Press keys one after another."""
        for key in keys:
            self.page.keyboard.press(key)

    def tab_to(self, selector: str, *, back: bool = False) -> None:
        """Press Tab (or Shift+Tab) until the element has the focus; fails after 400 presses."""
        wanted = self.find(selector)
        for _ in range(400):
            self.press("Shift+Tab" if back else "Tab")
            if wanted.evaluate("e => e === document.activeElement"):
                return
        raise AssertionError(f"the keyboard does not reach {selector} on {self.path}")

    def download(self, target: str | Locator) -> bytes:
        """Click a link that saves a file; return the file."""
        with self.page.expect_download() as saved:
            self.find(target).click()
        return Path(saved.value.path()).read_bytes()

    def find(self, target: str | Locator) -> Locator:
        """Return the elements that a selector finds."""
        return self.page.locator(target) if isinstance(target, str) else target

    def text(self, selector: str = "main") -> str:
        """Return the words of an element, with single spaces."""
        return " ".join(self.find(selector).first.inner_text().split())

    def judge(self, *, is_answer: bool = False) -> None:
        """Judge the page at 320 and at 1280 px; the window is 1280 px wide afterwards.

        The answer to a sent form stands at the address of its act and may have the title of its page.
        Raises AssertionError that lists everything found.
        """
        page, found, place = self.page, [], place_of(self.page.url)
        # Colours take two thirds of axe's time, and a page that was seen has the same ones at 320 px.
        seen = ("color-contrast",) if place in self.register.places.values() else ()
        for size, leave_out in ((NARROW, seen), (WIDE, ())):
            page.set_viewport_size(size)
            self.register.keep_picture(page)
            faults = violations(page, leave_out=leave_out) + overflows(page)
            found += [f"{size['width']} px: {line}" for line in faults]
        headings = page.locator("h1").count()
        if headings != 1:
            found.append(f"{headings} h1 elements instead of one")
        if not is_answer:
            found += self.register.claim_title(page.title(), place)
        assert not found, f"{page.url} is not a good page:\n  - " + "\n  - ".join(found)


@pytest.fixture
def guest(visitor: Callable[..., Page]) -> Callable[..., Guest]:
    """Give a function that lets one more person in: `guest(base_url, locale="fi-FI")`."""
    register = PageRegister()

    def let_in(base_url: str, **options: object) -> Guest:
        page = visitor(base_url, **options)
        page.add_init_script(REPORT_POLICY)
        return Guest(page, register)

    return let_in
