"""The HTTP side: reads a request, hands it on, delivers the answer well or badly."""

from __future__ import annotations

import gzip
import socket
import struct
import sys
import time
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.graph.answers import Answer, Asked

if TYPE_CHECKING:
    from tests.graph.server import GraphServer

_RECORDED = (
    "authorization",
    "prefer",
    "accept-encoding",
    "user-agent",
    "client-request-id",
    "host",
)
_DIAGNOSTIC = '{"ServerInfo":{"DataCenter":"Loopback","Slice":"E","Ring":"1","ScaleUnit":"000"}}'
_DRIPS = 10


class Handler(BaseHTTPRequestHandler):
    """Speaks HTTP/1.1 with keep-alive, one thread per connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65536
    server: Listener

    def serve(self) -> None:
        """Answer one request."""
        length = int(self.headers.get("Content-Length") or 0)
        if length:
            self.rfile.read(length)
        parts = urlsplit(self.path)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        headers = {name: value for name in _RECORDED if (value := self.headers.get(name))}
        asked = Asked(self.command, unquote(parts.path), dict(pairs), headers)
        answer = self.server.graph.answer(asked, has_doubles=len(dict(pairs)) < len(pairs))
        self.deliver(asked, answer)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = serve  # noqa: N815

    def deliver(self, asked: Asked, answer: Answer) -> None:
        """Send the answer, as its delivery has it."""
        if answer.delivery in ("closed", "reset"):
            self.hang_up(is_reset=answer.delivery == "reset")
            return
        body = self.head(asked, answer)
        match answer.delivery:
            case "closed-early" | "after-headers" | "after-half":
                self.wfile.write(
                    b"" if answer.delivery == "after-headers" else body[: len(body) // 2]
                )
                self.wfile.flush()
                self.server.stopping.wait(answer.seconds)
                self.close_connection = True
            case "dripped":
                step = max(1, -(-len(body) // _DRIPS))
                for at in range(0, len(body), step):
                    self.wfile.write(body[at : at + step])
                    self.wfile.flush()
                    self.server.stopping.wait(answer.seconds / _DRIPS)
            case _:
                self.wfile.write(body)

    def head(self, asked: Asked, answer: Answer) -> bytes:
        """Send the headers; return the body as it is to go out."""
        body, graph = answer.body, self.server.graph
        self.send_response_only(answer.status)
        if graph.compress and "gzip" in asked.headers.get("accept-encoding", ""):
            body = gzip.compress(body, compresslevel=1, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        sent = {
            "Content-Type": answer.content_type,
            "Content-Length": str(len(body)),
            "Date": formatdate(time.time() + graph.clock_skew_seconds, usegmt=True),
            "Cache-Control": "no-cache",
            "Vary": "Accept-Encoding",
            "request-id": asked.request_id,
            "client-request-id": asked.client_request_id,
            "x-ms-ags-diagnostic": _DIAGNOSTIC,
            "OData-Version": "4.0",
            **answer.headers,
        }
        for name, value in sent.items():
            self.send_header(name, value)
        self.end_headers()
        return body

    def hang_up(self, *, is_reset: bool) -> None:
        """Close without an answer, politely or with a reset."""
        self.close_connection = True
        if is_reset:
            now = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, now)
            self.connection.close()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Listener(ThreadingHTTPServer):
    """Threads that can all be ended: connections are known and waits are interruptible."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, graph: GraphServer, port: int) -> None:
        self.graph = graph
        self.stopping = Event()
        self.failures: list[BaseException] = []
        self._served: dict[Thread, socket.socket] = {}
        super().__init__(("127.0.0.1", port), Handler)
        self._accepting = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02})
        self._accepting.daemon = True
        self._accepting.start()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection in a thread that is known."""
        self._served = {thread: on for thread, on in self._served.items() if thread.is_alive()}
        arguments = (request, client_address)
        thread = Thread(target=self.process_request_thread, args=arguments, daemon=True)
        thread.start()
        self._served[thread] = request

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        """Keep what went wrong here; a client that hung up is no error."""
        error = sys.exception()
        if error is not None and not isinstance(error, ConnectionError | TimeoutError):
            self.failures.append(error)

    def stop(self) -> None:
        """Close every connection and wait for the threads to end."""
        self.stopping.set()
        self.shutdown()
        self._accepting.join()
        self.server_close()
        for connection in self._served.values():
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        for thread in self._served:
            thread.join(timeout=5)
