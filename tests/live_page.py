"""A page in a real browser that stays open: asked by JavaScript, photographed; by the DevTools protocol of Chromium."""

from __future__ import annotations

import base64
import json
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from websockets.sync.client import ClientConnection, connect

from shinsight.report.browser import QUIET, find_browser, no_sandbox

PATIENCE_S = 30.0


class LivePage:
    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._number = 0

    def ask(self, expression: str) -> Any:
        """What a JavaScript expression comes to."""
        return self._do("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def until(self, expression: str) -> Any:
        """The same, as soon as it comes to something."""
        until_s = time.monotonic() + PATIENCE_S
        while not (found := self.ask(expression)):
            assert time.monotonic() < until_s, f"{expression} came to nothing"
            time.sleep(0.05)
        return found

    def resize(self, width: int, height: int) -> None:
        self._do("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def photograph(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self._do("Page.captureScreenshot", format="png")["data"]))

    def _do(self, method: str, **params: Any) -> dict[str, Any]:
        self._number += 1
        self._connection.send(json.dumps({"id": self._number, "method": method, "params": params}))
        while True:
            answer = json.loads(self._connection.recv(timeout=PATIENCE_S))
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result


@contextmanager
def live_page(url: str, *, size: tuple[int, int] = (1280, 720)) -> Iterator[LivePage]:
    """Open it. Raises `SettingsError` when there is no browser."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = [f"--user-data-dir={profile}", "--remote-debugging-port=0", "--hide-scrollbars"]
        options.append("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")  # instead of the quiet one's
        command = [find_browser(), *QUIET, *no_sandbox(), *options, url]
        browser = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            port = _port(Path(profile) / "DevToolsActivePort")
            with connect(_page_of(port), max_size=None) as connection:
                page = LivePage(connection)
                page.resize(*size)
                yield page
        finally:
            browser.kill()
            browser.wait()


def _port(file: Path) -> str:
    until_s = time.monotonic() + PATIENCE_S
    while not file.exists() or not file.read_text():
        assert time.monotonic() < until_s, "the browser did not start"
        time.sleep(0.05)
    return file.read_text().splitlines()[0]


def _page_of(port: str) -> str:
    until_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < until_s:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
            pages = [target for target in json.load(answer) if target["type"] == "page"]
        if pages:
            return str(pages[0]["webSocketDebuggerUrl"])
        time.sleep(0.05)
    raise AssertionError("the browser opened no page")
