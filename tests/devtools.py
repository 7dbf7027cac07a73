"""A real browser that is pressed, typed into and asked: its DevTools protocol over two pipes.

Source: https://chromedevtools.github.io/devtools-protocol/ (``--remote-debugging-pipe``: the
browser reads commands from descriptor 3 and answers on 4, JSON ended by a zero byte).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

from tests.browser import FLAGS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Puts the two pipes where the browser expects them, then becomes the browser.
_LAUNCH = (
    "import fcntl, os, sys\n"
    "ends = [fcntl.fcntl(int(end), fcntl.F_DUPFD, 10) for end in sys.argv[1:3]]\n"
    "os.dup2(ends[0], 3)\n"
    "os.dup2(ends[1], 4)\n"
    "os.execv(sys.argv[3], sys.argv[3:])\n"
)
_CODES = {"Tab": 9, "Enter": 13, " ": 32}
_COMPLAINTS = {"Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"}


@dataclass
class Tab:
    """One tab of a browser.

    Attributes:
        complaints: What the console showed: exceptions, messages, refusals of the policy.
        requests: Addresses the page asked for.
    """

    reads: BinaryIO
    writes: BinaryIO
    session: str = ""
    complaints: list[dict[str, Any]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    _sent: int = 0
    _has_loaded: bool = False

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and return its answer; events before it are noted."""
        self._sent += 1
        message = {"id": self._sent, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        self.writes.write(json.dumps(message).encode() + b"\0")
        self.writes.flush()
        while True:
            answer = self._received()
            if answer.get("id") == self._sent:
                assert "error" not in answer, answer["error"]
                return answer["result"]

    def _received(self) -> dict[str, Any]:
        read = bytearray()
        while (byte := self.reads.read(1)) != b"\0":
            assert byte, "the browser has gone"
            read += byte
        message: dict[str, Any] = json.loads(read)
        if message.get("method") in _COMPLAINTS:
            self.complaints.append(message["params"])
        if message.get("method") == "Network.requestWillBeSent":
            self.requests.append(message["params"]["request"]["url"])
        self._has_loaded |= message.get("method") == "Page.loadEventFired"
        return message

    def open(self, path: Path, fragment: str = "") -> None:
        """Open a file and wait until its script says it is ready."""
        self._load("about:blank")
        self.requests.clear()
        self._load(path.as_uri() + fragment)
        self.ask(
            "new Promise((done, fail) => { const look = () =>"
            " document.documentElement.dataset.ready ? done(true) : setTimeout(look, 20);"
            " look(); setTimeout(fail, 30000); })"
        )

    def _load(self, address: str) -> None:
        self._has_loaded = False
        self.call("Page.navigate", url=address)
        while not self._has_loaded:
            self._received()

    def ask(self, script: str) -> Any:
        """Value of an expression in the page; a promise is waited for."""
        answer = self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def press(self, key: str) -> None:
        """Press and let go of a key."""
        text = {"Enter": "\r", " ": " "}.get(key, "")
        code = {" ": "Space"}.get(key, key)
        told = {"key": key, "code": code, "windowsVirtualKeyCode": _CODES[key]}
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **told)
        self.call("Input.dispatchKeyEvent", type="keyUp", **told)

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        self.call("Input.insertText", text=text)

    def size(self, width: int, height: int = 900, *, is_dark: bool = False) -> None:
        """Screen of so many pixels, light or dark."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])


@contextmanager
def tab(binary: str) -> Iterator[Tab]:
    """A tab of a fresh browser that has no network."""
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()
    with tempfile.TemporaryDirectory(prefix="browser-", ignore_cleanup_errors=True) as profile:
        flags = [*FLAGS, "--remote-debugging-pipe", f"--user-data-dir={profile}"]
        process = subprocess.Popen(
            [sys.executable, "-c", _LAUNCH, str(theirs_in), str(theirs_out), binary, *flags],
            pass_fds=(theirs_in, theirs_out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        with (
            os.fdopen(ours_in, "rb", buffering=1 << 16) as reads,
            os.fdopen(ours_out, "wb") as writes,
        ):
            made = Tab(reads, writes)
            try:
                target = made.call("Target.createTarget", url="about:blank")["targetId"]
                attached = made.call("Target.attachToTarget", targetId=target, flatten=True)
                made.session = attached["sessionId"]
                for domain in ("Page", "Runtime", "Log", "Network"):
                    made.call(f"{domain}.enable")
                made.call(
                    "Network.emulateNetworkConditions",
                    offline=True,
                    latency=0,
                    downloadThroughput=0,
                    uploadThroughput=0,
                )
                yield made
            finally:
                process.kill()
                process.wait()
