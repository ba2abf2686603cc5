"""A headless Chromium for tests, driven over the pipe of its DevTools protocol. No test lives here."""

from __future__ import annotations

import itertools
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from base64 import b64decode
from pathlib import Path
from typing import Any

DEADLINE = 20.0
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_OPTIONS = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-first-run",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-extensions",
    "--hide-scrollbars",
)
# The protocol is spoken on these descriptors; copies high up keep the one from overwriting the other.
_ON_3_AND_4 = """
import fcntl, os, sys
ends = [fcntl.fcntl(int(end), fcntl.F_DUPFD_CLOEXEC, 10) for end in sys.argv[1:3]]
os.dup2(ends[0], 3)
os.dup2(ends[1], 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
_KEYS = {"Enter": 13, "Escape": 27, "Tab": 9, "ArrowDown": 40, "ArrowUp": 38, "ArrowRight": 39, "Home": 36}


def chromium() -> str | None:
    """Return the path of a Chromium, or None when none is installed."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


class Browser:
    """One browser with one page.

    `problems` are the exceptions, console errors and refusals by the Content-Security-Policy of the page, `requests`
    the URLs that it has asked for.
    """

    def __init__(self) -> None:
        executable = chromium()
        assert executable, "ask chromium() first"
        self._profile = tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True)
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        # Root has no sandbox of its own kind; the pages here are ours.
        sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
        command = [executable, *_OPTIONS, *sandbox, f"--user-data-dir={self._profile.name}", "about:blank"]
        self._process = subprocess.Popen(
            [sys.executable, "-c", _ON_3_AND_4, str(theirs_in), str(theirs_out), *command],
            pass_fds=(theirs_in, theirs_out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._numbers = itertools.count(1)
        self._buffer = b""
        self.problems: list[str] = []
        self.requests: list[str] = []
        pages = self.ask("Target.getTargets", session="")["targetInfos"]
        page = next(page for page in pages if page["type"] == "page")
        attached = self.ask("Target.attachToTarget", session="", targetId=page["targetId"], flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")

    def close(self) -> None:
        """End the browser."""
        try:
            self.ask("Browser.close", session="")
            self._process.wait(DEADLINE)
        except (OSError, AssertionError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait(DEADLINE)
        os.close(self._in)
        os.close(self._out)
        self._profile.cleanup()

    def ask(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """Send one command of the protocol and return its result."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters}
        if session is None:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + DEADLINE
        while True:
            answer = self._next(deadline)
            if answer.get("id") == number:
                assert "error" not in answer, (method, answer["error"])
                result: dict[str, Any] = answer["result"]
                return result
            self._note(answer)

    def open(self, url: str, width: int = 1280, height: int = 800) -> None:
        """Show `url` in a window of this size, as if for the first time."""
        self.ask("Page.navigate", url="about:blank")
        self.resize(width, height)
        self.problems.clear()
        self.requests.clear()
        self.ask("Page.navigate", url=url)

    def resize(self, width: int, height: int) -> None:
        """Give the window another size, in CSS pixels."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.ask("Emulation.setDeviceMetricsOverride", **size)

    def see(self, expression: str) -> Any:
        """Return the value of a JavaScript expression, awaited when it is a promise."""
        answer = self.ask("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def await_(self, expression: str) -> Any:
        """Wait until a JavaScript expression is true, and return its value."""
        deadline = time.monotonic() + DEADLINE
        look = f"""new Promise((done) => {{
            const end = Date.now() + 2000;
            const look = () => {{
                let found = false;
                try {{ found = ({expression}); }} catch {{ found = false; }}
                if (found || Date.now() > end) done(found instanceof Node || found); else setTimeout(look, 20);
            }};
            look();
        }})"""
        while time.monotonic() < deadline:
            answer = self.ask("Runtime.evaluate", expression=look, awaitPromise=True, returnByValue=True)
            # A page that is being replaced breaks the promise.
            found = answer["result"].get("value") if "exceptionDetails" not in answer else None
            if found:
                return found
        raise AssertionError(
            f"not within {DEADLINE:g} s: {expression}; the page says: {self.see('document.body.innerText')}"
        )

    def press(self, *names: str) -> None:
        """Press keys, one after the other."""
        for name in names:
            key = {"key": name, "code": name, "windowsVirtualKeyCode": _KEYS[name]}
            text = {"text": "\r"} if name == "Enter" else {}
            self.ask("Input.dispatchKeyEvent", type="keyDown", **key, **text)
            self.ask("Input.dispatchKeyEvent", type="keyUp", **key)

    def type(self, text: str) -> None:
        """Type a text where the focus is."""
        self.ask("Input.insertText", text=text)

    def picture(self, path: Path) -> None:
        """Write what the window shows as PNG."""
        path.write_bytes(b64decode(self.ask("Page.captureScreenshot", format="png")["data"]))

    def _next(self, deadline: float) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._in], [], [], max(deadline - time.monotonic(), 0))
            assert ready, f"the browser has said nothing for {DEADLINE:g} s"
            read = os.read(self._in, 1 << 20)
            assert read, "the browser has ended"
            self._buffer += read
        message, _, self._buffer = self._buffer.partition(b"\0")
        answer: dict[str, Any] = json.loads(message)
        return answer

    def _note(self, event: dict[str, Any]) -> None:
        told = event.get("params", {})
        match event.get("method"):
            case "Runtime.exceptionThrown":
                self.problems.append(json.dumps(told["exceptionDetails"]))
            case "Log.entryAdded" if told["entry"]["level"] == "error":
                self.problems.append(f"{told['entry']['text']} {told['entry'].get('url', '')}")
            case "Network.requestWillBeSent":
                self.requests.append(told["request"]["url"])
