"""The history of a real daemon: what was seen comes back, whatever becomes of the daemon, its file and its disk."""

import contextlib
import csv
import http.client
import io
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time

import pytest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
pytest.importorskip("paho.mqtt.client", reason="python3-paho-mqtt is not installed")
import live  # noqa: E402

SEED = ["cpu_percent", "mem_used", "mem_total", "mem_percent", "cpu_temp", "disk_used", "disk_total", "disk_percent",
        "load_1", "load_5", "load_15", "net_bytes_sent", "net_bytes_recv", "uptime_seconds"]
COLUMNS = ["id", "timestamp", "cpu_percent", "cpu_per_core", *SEED[1:]]


class Pistat(live.Agent):
    def __init__(self, folder, name="kept", **options):
        super().__init__(folder, 1, name, **{"mqtt__enabled": "false", "sampling__interval": 0.5, "history__batch": 1,
                                             **options})
        self.state = os.path.join(folder, name)
        self.file = os.path.join(self.state, "history.db")

    def ask(self, path, headers=None, seconds=20):
        connection = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=seconds)
        try:
            connection.request("GET", path, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def history(self, query="metric=uptime_seconds"):
        status, _, body = self.ask("/api/history?" + query)
        assert status == 200, body
        return json.loads(body)

    def wait_for_values(self, n, query="metric=uptime_seconds"):
        assert live.wait_for(lambda: len(self.history(query)) >= n, 30, 0.1), self.output()

    def kill(self):
        self.child.send_signal(signal.SIGKILL)
        self.child.wait()


@pytest.fixture
def folder():
    with live.Folder() as path:
        yield path


@contextlib.contextmanager
def opened(path):
    """Closed at the end, which sqlite3's own context is not: an open one would lock pistat out."""
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        yield db


def batches(path):
    """How many are in the file and its log; copied, for what runs holds it locked."""
    with live.Folder() as aside:
        for name in ("", "-wal"):
            if os.path.exists(path + name):
                shutil.copy(path + name, os.path.join(aside, "copy" + name))
        try:
            with opened(os.path.join(aside, "copy")) as db:
                return db.execute("SELECT count(*) FROM raw").fetchone()[0]
        except sqlite3.Error:
            return 0


def expect_sound(path):
    with opened(path) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_values_come_back_as_they_were_seen(folder):
    with Pistat(folder) as pistat:
        pistat.wait_until_ready()
        seen = {}
        end = time.monotonic() + 5
        while time.monotonic() < end:
            current = json.loads(pistat.ask("/api/current")[2])
            seen[current["timestamp"]] = current
            time.sleep(0.2)
        pistat.wait_for_values(len(seen))
        for metric in ("cpu_percent", "mem_used", "disk_total", "load_1", "uptime_seconds"):
            kept = {round(point["ts"], 2): point["value"] for point in pistat.history(f"metric={metric}&hours=1")}
            assert list(kept) == sorted(kept)
            for moment, current in seen.items():
                if current[metric] is not None:
                    assert kept[round(moment, 2)] == pytest.approx(current[metric], abs=1), metric


def test_the_shape_of_the_seed(folder):
    with Pistat(folder) as pistat:
        pistat.wait_until_ready()
        pistat.wait_for_values(3)
        points = pistat.history("")                     # cpu_percent of the last hour
        assert points and all(set(point) == {"ts", "value"} for point in points)
        assert abs(points[-1]["ts"] - time.time()) < 60
        for metric in SEED:
            assert isinstance(pistat.history(f"metric={metric}&hours=1"), list)
        paths = pistat.history("metric=network.active_connections&hours=1")
        assert len(paths) >= 3
        status, headers, body = pistat.ask("/api/history?metric=bad_metric")
        assert status == 400 and headers["Content-Type"] == "application/json"
        refused = json.loads(body)
        assert refused["error"] == "Invalid metric: 'bad_metric'"
        assert set(SEED) <= set(refused["metrics"]) and "memory.percent" in refused["metrics"]
        for metric in ("cpu_per_core", "", "hardware.model", "cpu_percent%00", "%22%3Cscript%3E", "x" * 3000):
            status, _, body = pistat.ask(f"/api/history?metric={metric}")
            assert status == 400, metric
            json.loads(body)


def test_hours_are_held_to_a_week(folder):
    with Pistat(folder) as pistat:
        pistat.wait_until_ready()
        pistat.wait_for_values(3)
        assert len(pistat.history("metric=load_1&hours=1000000")) >= 3
        assert pistat.history("metric=load_1&hours=0") == []
        wide = pistat.history("metric=load_1&hours=100000&points=10")
        assert wide["to"] - wide["from"] == pytest.approx(168 * 3600, abs=2)
        for wrong in ("hours=x", "hours=-1", "from=x", "to=-3", "points=0", "points=99999", "points=x", "hours=nan"):
            status, _, body = pistat.ask(f"/api/history?metric=load_1&{wrong}")
            assert status == 400 and "error" in json.loads(body), wrong


def test_points_for_charts(folder):
    with Pistat(folder) as pistat:
        pistat.wait_until_ready()
        pistat.wait_for_values(8)
        now = time.time()
        chart = pistat.history(f"metric=cpu_usage,memory.percent,cpu_temp&from={now - 60}&to={now}&points=6")
        assert chart["metrics"] == ["cpu_usage", "memory.percent", "cpu_temp"]
        assert chart["step"] == 10 and chart["points"]
        values = pistat.history("metric=memory.percent")
        for point in chart["points"]:
            assert point[0] % 10 == 0 and len(point) == 4
            least, mean, greatest = point[2]
            inside = [value["value"] for value in values if point[0] <= value["ts"] < point[0] + 10]
            assert least <= mean <= greatest
            if len(inside) > 1 and point != chart["points"][-1]:
                assert least == min(inside) and greatest == max(inside)
        fine = pistat.history(f"metric=memory.percent&from={now - 60}&points=5000")
        assert fine["step"] == 0.5 and len(fine["points"]) >= 8


def test_export_is_a_table(folder):
    with Pistat(folder) as pistat:
        pistat.wait_until_ready()
        pistat.wait_for_values(5)
        status, headers, body = pistat.ask("/api/export?hours=1")
        assert status == 200 and headers["Content-Type"].startswith("text/csv")
        assert headers["Content-Disposition"] == "attachment; filename=pistat_export.csv"
        rows = list(csv.DictReader(io.StringIO(body.decode())))
        assert list(rows[0])[:len(COLUMNS)] == COLUMNS
        assert len(rows) >= 5 and all(None not in row and None not in row.values() for row in rows)
        assert [float(row["timestamp"]) for row in rows] == sorted(float(row["timestamp"]) for row in rows)
        last = rows[-1]
        assert all(0 <= share <= 100 for share in json.loads(last["cpu_per_core"]))
        assert float(last["mem_used"]) < float(last["mem_total"])
        assert "network.active_connections" in last and "cpu_usage" not in last
        assert pistat.ask("/api/export?hours=x")[0] == 400


def test_killed_it_keeps_what_was_written(folder):
    with Pistat(folder) as pistat:
        pistat.wait_until_ready()
        for _ in range(3):
            assert live.wait_for(lambda: batches(pistat.file) >= 3, 30, 0.1)
            written = batches(pistat.file)
            values = pistat.history()
            pistat.kill()
            pistat = Pistat(folder)
            pistat.wait_until_ready()
            assert "damaged" not in pistat.output()
            kept = {point["ts"]: point["value"] for point in pistat.history()}
            assert batches(pistat.file) >= written
            # at most the batch that was being gathered is lost: three samples of half a second
            assert sum(point["ts"] not in kept for point in values) <= 4
        pistat.kill()
        expect_sound(pistat.file)


def test_stopped_it_keeps_all(folder):
    with Pistat(folder, history__batch=3600) as pistat:
        pistat.wait_until_ready()
        pistat.wait_for_values(4)
        values = pistat.history()
        status, seconds = pistat.stop()
        assert status == 0 and seconds < 5
    expect_sound(pistat.file)
    with Pistat(folder, history__batch=3600) as pistat:
        pistat.wait_until_ready()
        kept = pistat.history()
        assert kept[:len(values)] == values


def test_a_reload_keeps_all(folder):
    with Pistat(folder, history__batch=3600) as pistat:
        pistat.wait_until_ready()
        pistat.wait_for_values(4)
        values = pistat.history()
        pistat.child.send_signal(signal.SIGHUP)
        assert live.wait_for(lambda: "reloading" in pistat.output(), 10)
        pistat.wait_until_ready()
        pistat.wait_for_values(len(values) + 2)
        assert pistat.history()[:len(values)] == values
        assert "another pistat" not in pistat.output()


@pytest.mark.parametrize("part", (0, 1, 50, 100, 700, 5000))
def test_a_file_cut_anywhere_is_no_end(folder, part):
    with Pistat(folder) as pistat:
        pistat.wait_until_ready()
        assert live.wait_for(lambda: batches(pistat.file) >= 3, 30, 0.1)
        pistat.kill()
    for name in ("", "-wal"):
        size = os.path.getsize(pistat.file + name)
        os.truncate(pistat.file + name, min(part, size) if part < 5000 else max(size - part, 0))
    with Pistat(folder) as pistat:
        pistat.wait_until_ready()
        assert live.wait_for(lambda: batches(pistat.file) >= 2, 30, 0.1), pistat.output()
        pistat.wait_for_values(2)
        assert pistat.output().count("history:") <= 1, pistat.output()
    expect_sound(pistat.file)


def test_damaged_files_are_set_aside_and_two_are_kept(folder):
    for i in range(4):
        name = os.path.join(folder, "kept")
        os.makedirs(name, exist_ok=True)
        with open(os.path.join(name, "history.db"), "wb") as file:
            file.write(b"no database " * 500)
        with Pistat(folder) as pistat:
            pistat.wait_until_ready()
            assert live.wait_for(lambda: batches(pistat.file) >= 1, 30, 0.1), pistat.output()
            assert pistat.output().count("set aside") == 1
        aside = [name for name in os.listdir(pistat.state) if re.fullmatch(r"history\.db\.damaged-\d{8}-\d{6}", name)]
        assert 1 <= len(aside) <= 2, (i, aside)
    assert len(aside) == 2


def wrapped_as_nobody():
    """Root is never refused; the state folder must then be nobody's."""
    return ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups") if os.getuid() == 0 else ()


def test_a_folder_that_cannot_be_written_is_waited_for(folder):
    if os.getuid() == 0 and not live.find("setpriv"):
        pytest.skip("setpriv is not installed")
    os.chmod(folder, 0o755)
    state = os.path.join(folder, "state")
    os.makedirs(state)
    if os.getuid() == 0:
        os.chown(state, 65534, 65534)
    os.chmod(state, 0o555)
    if subprocess.run([*wrapped_as_nobody(), "test", "-x", live.PISTAT], check=False).returncode != 0:
        pytest.skip("nobody may not run the program here")
    with Pistat(folder, wrapper=wrapped_as_nobody(), node__state_directory=state) as pistat:
        pistat.wait_until_ready()
        assert live.wait_for(lambda: "values wait in memory" in pistat.output(), 20), pistat.output()
        pistat.wait_for_values(4)                   # from memory
        os.chmod(state, 0o755)
        path = os.path.join(state, "history.db")
        assert live.wait_for(lambda: batches(path) >= 3, 30, 0.1), pistat.output()
        assert pistat.output().count("values wait in memory") == 1
        assert pistat.output().count("written again") == 1
        values = pistat.history()
        pistat.stop()
    with opened(path) as db:
        assert db.execute("SELECT min(first) FROM raw").fetchone()[0] / 1000 == pytest.approx(values[0]["ts"], abs=0.01)


def test_a_file_that_may_not_grow(folder):
    limit = ("sh", "-c", 'ulimit -f 72; exec "$@"', "sh")
    with Pistat(folder, wrapper=limit) as pistat:   # 36 KiB
        pistat.wait_until_ready()
        assert live.wait_for(lambda: "values wait in memory" in pistat.output(), 60, 0.2), pistat.output()
        before = pistat.history()
        assert live.wait_for(lambda: len(pistat.history()) > len(before), 20, 0.2)
        assert pistat.ask("/health")[0] == 200
        assert pistat.output().count("values wait in memory") == 1
        assert pistat.stop()[0] == 0
    expect_sound(pistat.file)


def test_off_there_is_none(folder):
    with Pistat(folder, history__enabled="false") as pistat:
        pistat.wait_until_ready()
        assert pistat.ask("/api/history")[0] == 404
        assert pistat.ask("/api/export")[0] == 404
        assert not os.path.exists(pistat.file)


def test_behind_the_token(folder):
    token = os.path.join(folder, "token")
    with open(token, "w", encoding="ascii") as file:
        file.write("secret\n")
    with Pistat(folder, http__token_file=token) as pistat:
        pistat.wait_until_ready()
        for path in ("/api/history", "/api/export"):
            assert pistat.ask(path)[0] == 401
            assert pistat.ask(path, {"Authorization": "Bearer secret"})[0] == 200


@pytest.fixture(scope="module")
def week():
    """A file with days in it, made of real batches: they are copied to other times, for what is in them is their own
    business and not asked for here."""
    with live.Folder() as folder:
        with Pistat(folder, history__batch=2) as pistat:
            pistat.wait_until_ready()
            assert live.wait_for(lambda: batches(pistat.file) >= 3, 60, 0.1)
            pistat.stop()
        grow(pistat.file, 4000)
        with Pistat(folder, history__batch=2) as pistat:
            pistat.wait_until_ready()
            yield pistat


def zigzag(number):
    return number * 2 if number >= 0 else -number * 2 - 1


def varint(number):
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7f | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def end_of_varint(packed, at):
    while packed[at] & 0x80:
        at += 1
    return at + 1


def grow(path, n):
    """The longest batch, again and again, each a minute before the one that follows."""
    with opened(path) as db:
        first, packed = db.execute("SELECT first, packed FROM raw ORDER BY length(packed) DESC LIMIT 1").fetchone()
        time_at = end_of_varint(packed, 1)
        rest = packed[end_of_varint(packed, time_at):]
        for i in range(1, n):
            moved = first - i * 60000
            db.execute("INSERT INTO raw VALUES (?, ?)", (moved, packed[:time_at] + varint(zigzag(moved)) + rest))


def test_long_answers_come_in_pieces(week):
    status, headers, body = week.ask("/api/history?metric=cpu_percent&hours=168", seconds=60)
    assert status == 200 and headers["Transfer-Encoding"] == "chunked" and "Content-Length" not in headers
    points = json.loads(body)
    assert len(points) > 8000
    assert [point["ts"] for point in points] == sorted(point["ts"] for point in points)
    with socket.create_connection(("127.0.0.1", week.http_port), timeout=60) as peer:
        peer.sendall(b"GET /api/history?metric=cpu_percent&hours=168 HTTP/1.0\r\n\r\n")
        old = b"".join(iter(lambda: peer.recv(65536), b""))
    head, _, body = old.partition(b"\r\n\r\n")
    assert b"chunked" not in head and abs(len(json.loads(body)) - len(points)) < 100
    with socket.create_connection(("127.0.0.1", week.http_port), timeout=60) as peer:
        peer.sendall(b"HEAD /api/export?hours=168 HTTP/1.1\r\nHost: x\r\n\r\n")
        head, _, body = b"".join(iter(lambda: peer.recv(65536), b"")).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200") and body == b""


def slow_reader(port):
    peer = socket.socket()
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    peer.settimeout(60)
    peer.connect(("127.0.0.1", port))
    peer.sendall(b"GET /api/export?hours=168 HTTP/1.1\r\nHost: x\r\n\r\n")
    return peer


def rss_kib(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return int(next(line.split()[1] for line in status if line.startswith("VmRSS:")))


def test_slow_readers_hold_nobody_up(week):
    samples = week.stats()["timestamp"]
    written = batches(week.file)
    readers = [slow_reader(week.http_port) for _ in range(2)]
    for peer in readers:
        assert peer.recv(100).startswith(b"HTTP/1.1 200")
    assert live.wait_for(lambda: week.ask("/api/export")[0] == 503, 10), "a third export is let in"
    assert week.ask("/api/history?metric=load_1")[0] == 200
    assert week.ask("/health")[0] == 200
    assert live.wait_for(lambda: week.stats()["timestamp"] > samples + 2, 30)
    assert live.wait_for(lambda: batches(week.file) > written + 1, 30), "nothing was written meanwhile"
    before = rss_kib(week.pid)
    body = b"".join(iter(lambda: readers[0].recv(65536), b""))
    assert body.endswith(b"\r\n0\r\n\r\n") and len(body) > 500000
    readers[1].close()
    for peer in readers:
        peer.close()
    assert live.wait_for(lambda: week.ask("/api/export?hours=0")[0] == 200, 30), "a place stays taken"
    if not live.sanitizer():
        assert rss_kib(week.pid) < before + 2048


def test_readers_that_leave_leave_nothing(week):
    for _ in range(30):
        peer = slow_reader(week.http_port)
        live.wait_for(lambda: peer.recv(1), 5)
        peer.close()
    assert live.wait_for(lambda: week.ask("/api/export?hours=0")[0] == 200, 30)
    assert week.running() and week.ask("/health")[0] == 200
