"""Browser windows on the running product, and what they noticed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.browser.product import Login, Product

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
# A fragment that was being fetched while the page was left.
_ABORTED = "net::ERR_ABORTED"


class Windows:
    """Opens windows with cookies of their own; ``troubles`` lists every error any of them saw.

    Errors are: an error on the console (violations of the content policy are among them), an
    exception in a script, an answer of 400 and above and a request that failed.
    """

    def __init__(self, browser: Browser, product: Product) -> None:
        self.browser = browser
        self.product = product
        self.troubles: list[str] = []
        self.expected: set[str] = set()
        self._contexts: list[BrowserContext] = []

    def open(self, path: str = "", *, signed_in: bool = True, **options: Any) -> Page:
        """A new window at *path*, signed in as the seller unless told otherwise."""
        state = self._cookies() if signed_in else None
        settings = {"viewport": DESKTOP, "locale": "en-GB", "storage_state": state} | options
        context = self.browser.new_context(base_url=self.product.web, **settings)
        context.set_default_timeout(15_000)
        self._contexts.append(context)
        page = context.new_page()
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self._note(f"script: {error}"))
        page.on("response", self._on_response)
        page.on("requestfailed", self._on_failed)
        if path:
            page.goto(path)
        return page

    def expect(self, *words: str) -> None:
        """Errors that contain these words are what the test wants to see."""
        self.expected.update(words)

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _cookies(self) -> Any:
        known = self.product.cookies
        if not known:
            page = self.open("/accounts/login/", signed_in=False)
            sign_in(page, self.product.seller)
            known.update(page.context.storage_state())
        return known

    def _note(self, what: str) -> None:
        if not any(words in what for words in self.expected):
            self.troubles.append(what)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            where = message.location.get("url", "")
            self._note(f"console: {message.text} ({where})")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400:
            self._note(f"{response.status} {response.request.method} {response.url}")

    def _on_failed(self, request: Request) -> None:
        if _ABORTED not in (request.failure or ""):
            self._note(f"failed: {request.url} {request.failure}")


def sign_in(page: Page, login: Login) -> None:
    """Fill the sign-in form a window shows."""
    page.get_by_label("Email").fill(login.email)
    page.get_by_label("Password", exact=True).fill(login.password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/home/")
