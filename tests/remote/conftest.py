"""A server that behaves as a test wants it to, and a pistat that asks or tells it."""

import ctypes.util
import http.server
import json
import os
import ssl
import sys
import threading
import time

import pytest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
pytest.importorskip("paho.mqtt.client", reason="python3-paho-mqtt is not installed")
import live  # noqa: E402

MODELS = {"models": [{
    "name": "glm-4.7:fixed", "model": "glm-4.7:fixed", "size": 14785424384, "size_vram": 14785424384,
    "digest": "0" * 64, "details": {"format": "gguf"}, "expires_at": "2026-02-03T18:12:25.883098758Z"}]}


class Server(http.server.ThreadingHTTPServer):
    """.mood says what happens to a request; .posts are the documents taken, .asked all requests with time and headers."""
    daemon_threads = True
    block_on_close = False

    def __init__(self, certificates=None):
        self.mood, self.posts, self.asked = "good", [], []
        self.over = threading.Event()
        super().__init__(("127.0.0.1", live.free_port()), Peer)
        self.tls = None
        if certificates:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(os.path.join(certificates, "server.pem"), os.path.join(certificates, "server.key"))
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def finish_request(self, request, client_address):
        try:
            if self.tls:
                request.settimeout(30)
                request = self.tls.wrap_socket(request, server_side=True)
            super().finish_request(request, client_address)
        except OSError:
            pass  # the peer went away, which is what many tests want

    def url(self, path="", host="127.0.0.1", user=""):
        return f"http{'s' if self.tls else ''}://{user}{host}:{self.server_port}{path}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.over.set()
        self.shutdown()
        self.server_close()


class Peer(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.serve(lambda: self.server.posts.append((self.path, json.loads(body))), b"")

    def do_GET(self):
        if self.path != "/api/ps":
            self.answer(404)
            return
        self.serve(lambda: None, json.dumps(MODELS).encode())

    def serve(self, take, body):
        server, mood = self.server, self.server.mood
        server.asked.append((time.monotonic(), self.command, self.path, dict(self.headers)))
        if mood == "good":
            take()
            self.answer(200, body)
        elif isinstance(mood, int):
            self.answer(mood, b"no")
        elif mood == "redirect":
            self.answer(302, Location=server.url("/api/ps?elsewhere"))
        elif mood == "file":
            self.answer(301, Location="file:///etc/hostname")
        elif mood == "nonsense":
            self.answer(200, b"<html>It works!</html>")
        elif mood == "hang":
            server.over.wait(60)
        elif mood == "slow":
            self.drip(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b" " * 100000, 1, 0.2)
        elif mood == "huge":
            self.drip(b"HTTP/1.1 200 OK\r\n\r\n" + b" " * (64 << 20), 65536, 0)
        elif mood == "rude":
            self.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")
        elif mood == "cut":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")

    def drip(self, body, n, pause):
        for start in range(0, len(body), n):
            self.wfile.write(body[start:start + n])
            self.wfile.flush()
            if self.server.over.wait(pause):
                return


@pytest.fixture
def folder():
    with live.Folder() as path:
        yield path


@pytest.fixture(scope="session")
def certificates():
    if not live.find("openssl"):
        pytest.skip("openssl is not installed")
    with live.Folder() as path:
        live.make_certificates(path)
        yield path


@pytest.fixture
def server():
    with Server() as running:
        yield running


@pytest.fixture(autouse=True)
def curl():
    if not ctypes.util.find_library("curl"):
        pytest.skip("libcurl4 is not installed")


class Agent(live.Agent):
    """Samples twice a second; no broker."""

    def __init__(self, folder, **options):
        chosen = {"mqtt__enabled": "false", "sampling__interval": 0.5, "history__enabled": "false"}
        chosen.update(options)
        super().__init__(folder, 1, **chosen)
        try:
            self.wait_until_ready(60)
        except RuntimeError:
            self.stop()
            raise

    def keeps_time(self, seconds):
        """Asks /health all the while: the longest pause between two samples, and the longest answer, in seconds."""
        end, oldest, longest = time.monotonic() + seconds, 0, 0
        while time.monotonic() < end:
            begun = time.monotonic()
            status, body = self.get("/health", 20)
            longest = max(longest, time.monotonic() - begun)
            assert status == 200, body
            oldest = max(oldest, json.loads(body)["sample_age"])
            time.sleep(0.1)
        return oldest, longest
