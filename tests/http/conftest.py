"""A pistat without broker on a free loopback port, and the plain means to talk to it byte by byte."""

import http.client
import json
import os
import socket
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import live  # noqa: E402


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)

    def text(self):
        return self.body.decode()


def limited(descriptors):
    return ("sh", "-c", f'ulimit -n {descriptors}; exec "$@"', "sh")


class Pistat(live.Agent):
    def __init__(self, folder, name="pistat", **options):
        chosen = {"mqtt__enabled": "false", "http__listen": "127.0.0.1,::1"}
        chosen.update(options)
        super().__init__(folder, 1, name, **chosen)

    def ask(self, path, method="GET", headers=None, seconds=20, host="127.0.0.1"):
        connection = http.client.HTTPConnection(host, self.http_port, timeout=seconds)
        try:
            connection.request(method, path, headers=headers or {})
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def connect(self, seconds=20):
        return socket.create_connection(("127.0.0.1", self.http_port), timeout=seconds)

    def send(self, request, seconds=20):
        """All that comes back for some bytes, until pistat ends the connection."""
        with self.connect(seconds) as peer:
            peer.sendall(request)
            return read_all(peer)

    def status_of(self, request):
        return int(self.send(request).split(b" ", 2)[1])

    def cpu_seconds(self):
        with open(f"/proc/{self.pid}/stat", encoding="ascii") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def rss_kib(self):
        with open(f"/proc/{self.pid}/status", encoding="ascii") as status:
            return int(next(line.split()[1] for line in status if line.startswith("VmRSS:")))


def read_all(peer):
    """Until the end; a reset is an error, for the answer may be lost with it."""
    parts = []
    while True:
        part = peer.recv(65536)
        if not part:
            return b"".join(parts)
        parts.append(part)


@pytest.fixture(scope="session")
def folder():
    with live.Folder() as path:
        yield path


@pytest.fixture
def start(folder):
    """start(name, option=value…): a pistat of the test's own."""
    started = []

    def go(name, **options):
        pistat = Pistat(folder, name, **options)
        started.append(pistat)
        return pistat

    yield go
    for pistat in started:
        status, _ = pistat.stop()
        assert status in (0, 1, 2), f"{pistat.name} ended with {status}:\n{pistat.output()}"


@pytest.fixture(scope="session")
def pistat(folder):
    """One for all tests that change nothing; it must live to the end."""
    with Pistat(folder, "shared") as running:
        running.wait_until_ready()
        yield running
        assert running.running(), running.output()
        status, _ = running.stop()
        assert status == 0, running.output()
