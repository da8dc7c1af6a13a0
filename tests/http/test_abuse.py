"""Peers that are slow, silent, numerous, greedy or mad: everybody else is served as if they were not there."""

import os
import random
import socket
import time

import live
import pytest
from conftest import limited, read_all

GOOD = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"


REQUESTS = {
    "http 0.9": (b"GET /\r\n", 400),
    "tls": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n", 400),
    "bad encoding": (b"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    "nul": (b"GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    "no host": (b"GET / HTTP/1.1\r\n\r\n", 400),
    "folded header": (b"GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n", 400),
    "post": (b"POST /stats HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}", 405),
    "delete": (b"DELETE /stats HTTP/1.1\r\nHost: x\r\n\r\n", 405),
    "http 2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    "long path": (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
    "no line": (b"a" * 9000, 414),
    "long header": (b"GET / HTTP/1.1\r\nHost: x\r\nCookie: " + b"a" * 9000 + b"\r\n\r\n", 431),
    "cookies of other programs": (b"GET /health HTTP/1.1\r\nHost: x\r\nCookie: " + b"a" * 7000 + b"\r\n\r\n", 200),
    "http 1.0": (b"GET /health HTTP/1.0\r\n\r\n", 200),
    "line feeds": (b"\r\nGET /health HTTP/1.1\nHost: x\n\n", 200),
    "pipelined garbage": (GOOD + GOOD + b"\x00garbage" * 1000, 200),
}


@pytest.mark.parametrize("request_bytes,status", REQUESTS.values(), ids=REQUESTS.keys())
def test_statuses(pistat, request_bytes, status):
    answer = pistat.send(request_bytes)
    head, body = answer.split(b"\r\n\r\n", 1)
    assert int(head.split()[1]) == status
    assert len(body) == int(head.split(b"Content-Length: ")[1].split()[0]), "more than one answer"
    if status != 200:
        assert b"Content-Type: application/json" in head and body.startswith(b'{"error":"')
    if status == 405:
        assert b"\r\nAllow: GET, HEAD" in head


def test_refused_head_has_no_body(pistat):
    answer = pistat.send(b"HEAD /%zz HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ") and answer.endswith(b"\r\n\r\n")


def test_half_a_request_and_its_end(pistat):
    with pistat.connect() as peer:
        peer.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        peer.shutdown(socket.SHUT_WR)
        assert read_all(peer).startswith(b"HTTP/1.1 400 ")


def test_question_by_a_peer_that_will_say_no_more(pistat):
    with pistat.connect() as peer:
        peer.sendall(b"GET /stats?block=true HTTP/1.1\r\nHost: x\r\n\r\n")
        peer.shutdown(socket.SHUT_WR)
        assert read_all(peer).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("size", [100_000, 900_000])
def test_answer_to_a_huge_header_arrives(pistat, size):
    for _ in range(5):
        answer = pistat.send(b"GET / HTTP/1.1\r\nHost: x\r\nCookie: " + b"a" * size + b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 431 ")
        assert answer.endswith(b"}\n")


def test_request_in_single_bytes(pistat):
    with pistat.connect() as peer:
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in GOOD:
            peer.sendall(bytes([byte]))
            time.sleep(0.002)
        assert read_all(peer).startswith(b"HTTP/1.1 200 ")


def test_silent_peers_lock_nobody_out(pistat):
    before = pistat.descriptors()
    silent = [pistat.connect() for _ in range(200)]
    try:
        for _ in range(20):
            assert pistat.ask("/health").status == 200
        assert pistat.descriptors() - before <= 40
        begun = pistat.cpu_seconds()
        time.sleep(1)
        assert pistat.cpu_seconds() - begun < 0.5
    finally:
        for peer in silent:
            peer.close()


def test_slow_peers_are_dropped_at_the_deadline(pistat):
    begun = time.monotonic()
    with pistat.connect() as peer:
        dropped = False
        while not dropped and time.monotonic() - begun < 30:
            try:
                peer.sendall(b"G")
                time.sleep(1)
                peer.settimeout(0.01)
                dropped = peer.recv(100) == b""
            except TimeoutError:
                pass
            except OSError:
                dropped = True
    assert dropped and 4 < time.monotonic() - begun


def test_half_a_request_is_told_that_it_took_too_long(pistat):
    with pistat.connect() as peer, pistat.connect() as silent:
        peer.sendall(b"GET /stats HTTP/1.1\r\nHost: x\r\n")
        begun = time.monotonic()
        answer = read_all(peer)
        assert answer.startswith(b"HTTP/1.1 408 ") and b'{"error":"' in answer
        assert 4 < time.monotonic() - begun
        assert read_all(silent) == b""  # a browser that opened one in advance


def test_many_measurements_leave_room(pistat):
    peers = []
    try:
        for _ in range(40):
            peers.append(pistat.connect())
            peers[-1].sendall(b"GET /stats?block=true HTTP/1.1\r\nHost: x\r\n\r\n")
        assert pistat.ask("/health").status == 200
        statuses = [int(read_all(peer).split(b" ", 2)[1]) for peer in peers]
    finally:
        for peer in peers:
            peer.close()
    assert set(statuses) == {200, 503}
    assert statuses.count(200) >= 16


def test_readers_that_do_not_read(pistat):
    """More than the socket buffers hold is never answered here, so this is about many at once."""
    peers = []
    try:
        for _ in range(100):
            peer = socket.socket()
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            peer.connect(("127.0.0.1", pistat.http_port))
            peer.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
            peers.append(peer)
        for _ in range(20):
            assert pistat.ask("/stats").status == 200
        begun = pistat.cpu_seconds()
        time.sleep(1)
        assert pistat.cpu_seconds() - begun < 0.5
        peers[-1].settimeout(10)
        answer = read_all(peers[-1])
        head, body = answer.split(b"\r\n\r\n", 1)
        assert f"Content-Length: {len(body)}".encode() in head
    finally:
        for peer in peers:
            peer.close()


@pytest.mark.parametrize("descriptors", [64, 0])
def test_few_descriptors(start, descriptors):
    """64: fewer places; 0: so few that accept(2) fails."""
    starved = not descriptors
    if starved:
        probe = start("probe", history__enabled="false")
        probe.wait_until_ready()
        time.sleep(1.5)
        descriptors = max(int(name) for name in os.listdir(f"/proc/{probe.pid}/fd")) + 4
    pistat = start(f"descriptors{descriptors}", wrapper=limited(descriptors), history__enabled="false")
    pistat.wait_until_ready()
    silent = [pistat.connect() for _ in range(120)]
    begun = pistat.cpu_seconds()
    time.sleep(5)
    assert pistat.cpu_seconds() - begun < 1.5, "it spins"
    assert len(pistat.output().splitlines()) < 30, pistat.output()
    assert pistat.output().count("cannot accept a connection: Too many open files") == starved
    assert pistat.ask("/health", seconds=30).status == 200
    for peer in silent:
        peer.close()
    time.sleep(2)
    for _ in range(20):
        assert pistat.ask("/stats", seconds=30).json()["memory"]["total"] > 0


def mad_request(chance):
    kind = chance.randrange(6)
    if kind == 0:
        return chance.randbytes(chance.randrange(300))
    if kind == 1:
        return b"GET " + chance.randbytes(20) + b" HTTP/1.1\r\n\r\n"
    if kind == 2:
        broken = bytearray(b"GET /stats?cache=%66alse HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n")
        broken[chance.randrange(len(broken))] = chance.randrange(256)
        return bytes(broken)
    if kind == 3:
        return b"HEAD /" + b"%41" * chance.randrange(2000) + b" HTTP/1.1\r\nHost: x\r\n\r\n"
    if kind == 4:
        return GOOD[:chance.randrange(len(GOOD))]
    return GOOD * chance.randrange(1, 5) + b"\n" * chance.randrange(100)


def test_ten_thousand_mad_requests(pistat):
    chance = random.Random(8585)
    for _ in range(200):
        provoke(pistat, mad_request(chance))
    descriptors, rss = settled(pistat)
    for _ in range(10_000):
        provoke(pistat, mad_request(chance))
    assert pistat.running() and pistat.ask("/health").status == 200
    after_descriptors, after_rss = settled(pistat)
    assert after_descriptors <= descriptors
    if not live.sanitizer():  # it keeps what was freed
        assert after_rss - rss < 512, "kB more than before"


def provoke(pistat, request):
    with pistat.connect() as peer:
        try:
            peer.sendall(request)
            peer.shutdown(socket.SHUT_WR)
            while peer.recv(65536):
                pass
        except OSError:
            pass  # a reset is a fair answer to such a peer


def settled(pistat):
    time.sleep(2.5)
    return pistat.descriptors(), pistat.rss_kib()
