"""A headless Chromium that does what it is told on stdin, a JSON object a line, and answers so: a program of its own.

It has to be one, because browser and driver run in a namespace of their own, from which no packet leaves, and talk to
each other over that namespace's loopback. `browser.py` starts it there and is what tests see. Every answer has what the
page wrote to its console since the last one: what the page's policy forbids shows there.
"""

import json
import sys
import tempfile
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

#: Nothing is fetched, kept or asked by the browser itself.
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--disable-quic", "--disable-dev-shm-usage", "--window-size=1400,1000",
)  # fmt: skip


def started(folder: str, chromium: str, chromedriver: str) -> webdriver.Chrome:
    """A browser whose profile is in `folder`. Both programs are named, so that nobody looks for a download."""
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (*FLAGS, f"--user-data-dir={folder}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=Service(chromedriver))


class Commands:
    """What can be asked; each method is a command by its name."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self._driver = driver

    def open(self, url: str, stored: dict[str, str]) -> None:
        """Opens a page that finds just this in its storage.

        It is put there in the page itself, before its own scripts run: each page from a file may get a process of its
        own, and on a busy machine some never see what others have stored, however often they are opened.
        """
        script = f"localStorage.clear(); Object.assign(localStorage, {json.dumps(stored)})"
        added = self._driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": script})
        self._driver.get(url)
        self._driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)

    def run(self, script: str, *arguments: Any) -> Any:
        """The value that a script returns."""
        return self._driver.execute_script(script, *arguments)

    def click(self, path: str) -> None:
        self._driver.find_element(By.CSS_SELECTOR, path).click()

    def type(self, keys: str) -> None:
        """Keys to whatever has the focus."""
        self._driver.switch_to.active_element.send_keys(keys)

    def pretend(self, medium: str, scheme: str) -> None:
        """As if this were another medium (`print`, `screen`) or colour scheme (`dark`, `light`)."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self._driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": medium, "features": features})

    def settle(self) -> None:
        """Until what was asked for is drawn: two frames of animation are over."""
        self._driver.execute_async_script(
            "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()))"
        )

    def scripts(self, on: bool) -> None:
        """Whether pages that are opened from now on may run scripts."""
        self._driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not on})

    def picture(self, path: str) -> str:
        """What is seen, or the first element of this CSS path, as a PNG in base64."""
        if not path:
            return self._driver.get_screenshot_as_base64()
        return self._driver.find_element(By.CSS_SELECTOR, path).screenshot_as_base64

    def text(self) -> str:
        """What of the page can be read as it is shown: asked of the browser, which needs no script for it."""
        return self._driver.find_element(By.TAG_NAME, "body").text

    def console(self) -> list[str]:
        """What the page complained about since the last answer; chrome:// pages are the browser's own affair."""
        entries = self._driver.get_log("browser")
        return [entry["message"] for entry in entries if not entry["message"].startswith("chrome://")]


def main() -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        driver = started(folder, *sys.argv[1:])
        try:
            commands = Commands(driver)
            print(json.dumps("ready"), flush=True)
            for line in sys.stdin:
                name, *arguments = json.loads(line)
                value = getattr(commands, name)(*arguments)
                print(json.dumps({"value": value, "console": commands.console()}), flush=True)
        finally:
            driver.quit()


if __name__ == "__main__":
    main()
