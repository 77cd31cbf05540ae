"""A real server and a real browser: Debian's Chromium through Playwright, judged by axe.

    def test_the_front_page_is_open_to_all(browser_page, live_app): ...

`serve` starts any WSGI application on a free port; `visitor` opens a page that fails the test on a
script error or a refusal by the content policy; `assert_accessible` judges what the page shows.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
RULES = (
    *("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"),
    "best-practice",
)
WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 320, "height": 800}


class QuietHandler(WSGIRequestHandler):
    """Answers without a line in the log for each request."""

    def log(self, *_line: Any) -> None:
        """Say nothing."""


@contextlib.contextmanager
def serve(app: Any) -> Iterator[str]:
    """Serve a WSGI application on a free port of this machine; give its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=QuietHandler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Give one running browser for the tests of a module.

    Playwright keeps an event loop running in this thread until it is stopped: it may not outlive
    the module, for other tests start loops of their own (`asyncio.run` when a paper is sealed).
    """
    path = shutil.which("chromium")
    if path is None:
        pytest.fail("Chromium is missing: apt-get install -y chromium libatomic1", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def visitor(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Give a function that opens a page for one more person (own cookies).

    `visitor(base_url, locale="fi-FI", javascript=True, expects=())`. When the test ends, an error on
    the console of any page (script error, refusal by the content policy, missing file) fails it,
    unless it holds one of the words that the page `expects`. Ask for the server's fixture before
    this one: then the pages are closed before the server ends, and nothing is cut off half-way.
    """
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def note(message: ConsoleMessage, expects: tuple[str, ...]) -> None:
        if any(words in message.text for words in expects):
            return
        if message.type in {"error", "warning"} and not is_expected(message):
            troubles.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def open_page(
        base_url: str,
        *,
        locale: str = "fi-FI",
        javascript: bool = True,
        expects: tuple[str, ...] = (),
    ) -> Page:
        context = chromium.new_context(
            base_url=base_url,
            locale=locale,
            timezone_id="Europe/Helsinki",
            viewport=WIDE,
            java_script_enabled=javascript,
            accept_downloads=True,
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: note(message, expects))
        page.on("pageerror", lambda error: troubles.append(f"script error: {error}"))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not troubles, "the browser complains:\n  " + "\n  ".join(troubles)


def is_expected(message: ConsoleMessage) -> bool:
    """Whether the console only repeats that a page was answered with a refusal of ours."""
    refusals = ("403", "404", "409", "413", "422", "429")
    return message.text.startswith("Failed to load resource") and any(
        f"status of {code}" in message.text for code in refusals
    )


def assert_accessible(page: Page) -> None:
    """Judge the page with axe at 1280 and at 320 px, where it may not scroll sideways either.

    Raises AssertionError that lists every violation. The window is 1280 px wide afterwards.
    """
    found: list[str] = []
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        found += [f"{size['width']} px: {line}" for line in violations(page)]
        found += [f"{size['width']} px: {line}" for line in overflows(page)]
    assert not found, f"{page.url} is not accessible:\n  - " + "\n  - ".join(found)


def violations(page: Page, *, leave_out: tuple[str, ...] = ()) -> list[str]:
    """Return what axe finds, one line for each element; some rules may be left out."""
    options = {
        "runOnly": {"type": "tag", "values": list(RULES)},
        "resultTypes": ["violations"],
        "rules": {rule: {"enabled": False} for rule in leave_out},
    }
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    # Only what is wrong travels: the whole answer repeats the page several times.
    script = "async (options) => (await axe.run(options)).violations"
    return [
        f"{rule['id']} ({rule['help']}): {node['html'][:160]}"
        for rule in page.evaluate(script, options)
        for node in rule["nodes"]
    ]


WIDER_THAN_PAGE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll('body *')]
    .filter((element) => element.getBoundingClientRect().right > width + 1)
    .slice(0, 5)
    .map((element) => element.cloneNode(false).outerHTML.slice(0, 160));
}"""


def overflows(page: Page) -> list[str]:
    """Return the elements that make the page scroll sideways."""
    return [f"wider than the page: {html}" for html in page.evaluate(WIDER_THAN_PAGE)]


def tab_order(page: Page, presses: int) -> list[str]:
    """Press Tab so many times; return the names of the elements that took the focus."""
    script = """() => {
      const element = document.activeElement;
      const text = element.getAttribute('aria-label') || element.innerText || element.name || '';
      return element.tagName.toLowerCase() + ' ' + text.trim().split('\\n')[0];
    }"""
    order = []
    for _ in range(presses):
        page.keyboard.press("Tab")
        order.append(str(page.evaluate(script)))
    return order


def storage_of(page: Page) -> dict[str, Any]:
    """Return what the page keeps in the browser (should be little)."""
    text = page.evaluate("() => JSON.stringify({...localStorage, ...sessionStorage})")
    return dict(json.loads(text))
