"""What each path answers."""

import concurrent.futures
import email.utils
import json
import os
import re
import shutil
import subprocess
import time

import pytest

import live

PATHS = ["/", "/docs", "/openapi.json", "/stats", "/json", "/health", "/metrics", "/grafana.json", "/system", "/stats/cpu",
         "/stats/memory", "/stats/disk", "/stats/gpu", "/stats/network", "/stats/ollama", "/stats/summary", "/api/current",
         "/api/history", "/api/export", "/api/config"]
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"


@pytest.mark.parametrize("path", PATHS)
def test_headers(pistat, path):
    answer = pistat.ask(path)
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Connection"] == "close"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert abs(email.utils.parsedate_to_datetime(answer.headers["Date"]).timestamp() - time.time()) < 60
    assert int(answer.headers["Content-Length"]) == len(answer.body) > 0
    answer.body.decode("utf-8")


@pytest.mark.parametrize("path", PATHS + ["/nothing"])
def test_head_is_get_without_body(pistat, path):
    get, head = pistat.ask(path), pistat.send(f"HEAD {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    lines = head.split(b"\r\n")
    assert int(lines[0].split()[1]) == get.status
    assert head.endswith(b"\r\n\r\n") and head.count(b"\r\n\r\n") == 1
    assert f"Content-Type: {get.headers['Content-Type']}".encode() in lines
    assert any(re.fullmatch(rb"Content-Length: [1-9]\d*", line) for line in lines)


def test_stats_is_the_document(pistat):
    stats = pistat.ask("/stats")
    assert stats.headers["Content-Type"] == "application/json"
    document = stats.json()
    assert abs(document["timestamp"] - time.time()) < 30
    assert document["memory"]["total"] > document["memory"]["available"] > 0
    assert isinstance(document["per_cpu_usage"], list)
    assert isinstance(document["load_avg"], list) and len(document["load_avg"]) == 3
    assert document.keys() == pistat.ask("/json").json().keys()


def wait_for_shares(pistat):
    """Shares of CPU time need two samples."""
    assert live.wait_for(lambda: pistat.ask("/stats").json()["cpu_usage"] is not None, 30)


def test_cache(start):
    pistat = start("cache", http__cache_seconds=3600, sampling__interval=3600)
    pistat.wait_until_ready()
    wait_for_shares(pistat)  # the second regular sample is the last
    first = pistat.ask("/stats").json()["timestamp"]
    assert pistat.ask("/stats").json()["timestamp"] == first
    assert pistat.ask("/stats?cache=true").json()["timestamp"] == first
    time.sleep(0.3)  # a collector is never asked twice within 250 ms
    fresh = pistat.ask("/stats?cache=false").json()["timestamp"]
    assert fresh > first
    assert pistat.ask("/stats?cache=No").json()["timestamp"] >= fresh


@pytest.mark.parametrize("query,name", [
    ("cache=maybe", "cache"), ("cache", "cache"), ("cache=", "cache"), ("block=2", "block"),
    ("block=trueish", "block"), ("cache=false&block=x", "block")])
def test_wrong_parameters_are_named(pistat, query, name):
    answer = pistat.ask("/stats?" + query)
    assert answer.status == 400
    assert name in answer.json()["error"]


def test_unknown_parameters_are_ignored(pistat):
    assert pistat.ask("/stats?_=1234&x").status == 200


@pytest.mark.parametrize("path", ["/api/history?metric=cpu_percent&hours=", "/api/export?hours="])
def test_hours_beyond_measure_are_a_week(pistat, path):
    assert pistat.ask(path + "1e100").status == 200
    for wrong in ["1e999", "-1", "", "many"]:
        answer = pistat.ask(path + wrong)
        assert answer.status == 400 and "number from 0 to 168" in answer.json()["error"]


def test_block_measures_while_others_are_served(pistat):
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        begun = time.monotonic()
        measured = [pool.submit(pistat.ask, "/stats?block=true") for _ in range(4)]
        time.sleep(0.1)
        for _ in range(20):
            assert pistat.ask("/health").status == 200
            if time.monotonic() - begun > 0.7:
                break  # a slow machine: the measurement will soon be over anyway
        assert time.monotonic() - begun > 0.95 or not any(answer.done() for answer in measured)
        for answer in measured:
            document = answer.result().json()
            assert 0 <= document["cpu_usage"] <= 100
        assert time.monotonic() - begun >= 0.95


def test_the_one_who_asked_for_a_measurement_may_leave(pistat):
    for _ in range(5):
        peer = pistat.connect()
        peer.sendall(b"GET /stats?block=true HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.05)
        # An abortive close: the reset arrives before the answer is due.
        peer.setsockopt(1, 13, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        peer.close()
    assert pistat.ask("/stats?block=true").status == 200


def test_many_in_parallel(pistat):
    paths = PATHS * 3 + ["/stats?cache=false", "/stats?block=true"]
    paths.remove("/api/export")  # two at a time are made, a third is told to come back
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(pistat.ask, paths))
    assert [answer.status for answer in answers] == [200] * len(paths)
    for path, answer in zip(paths, answers):
        if path.split("?")[0] in ("/stats", "/json"):
            assert answer.json()["uptime"] > 0


def test_first_answer_is_never_empty(start):
    pistat = start("first")
    while True:
        assert pistat.running(), pistat.output()
        try:
            answer = pistat.ask("/stats")
            break
        except OSError:
            time.sleep(0.005)
    assert answer.status == 200 and answer.json()["memory"]["total"] > 0
    metrics = pistat.ask("/metrics").text()
    assert "pistat_memory_total_bytes " in metrics


def test_health(pistat):
    answer = pistat.ask("/health")
    health = answer.json()
    assert list(health) == ["status", "uptime", "mqtt", "sample_age"]
    assert health["status"] == "healthy" and health["mqtt"] == "disabled"
    assert abs(health["uptime"] - time.clock_gettime(time.CLOCK_BOOTTIME)) < 5
    assert 0 <= health["sample_age"] < 60


def test_health_can_require_the_broker(pistat):
    answer = pistat.ask("/health?require=mqtt")
    assert answer.status == 503 and answer.json()["status"] == "unhealthy"
    answer = pistat.ask("/health?require=mqtt", headers={"Accept": "text/plain"})
    assert (answer.status, answer.text()) == (503, "unhealthy\n")
    answer = pistat.ask("/health?require=database")
    assert answer.status == 400 and "require" in answer.json()["error"]


@pytest.mark.parametrize("accept,content_type", [
    ("text/plain", "text/plain"), ("text/*", "text/plain"), ("*/*", "application/json"),
    ("application/json", "application/json"), (BROWSER, "application/json"),
    ("text/plain;q=0.5, application/json", "application/json"), ("image/png", "application/json")])
def test_health_speaks_what_is_accepted(pistat, accept, content_type):
    answer = pistat.ask("/health", headers={"Accept": accept})
    assert answer.headers["Content-Type"] == content_type
    if content_type == "text/plain":
        assert answer.text() == "ok\n"
    else:
        assert answer.json()["status"] == "healthy"


def test_guide_as_text(pistat):
    answer = pistat.ask("/", headers={"Accept": "*/*", "User-Agent": "curl/7.88.1"})
    assert answer.headers["Content-Type"].startswith("text/plain")
    for path in PATHS:
        assert re.search(rf"^  {re.escape(path)} ", answer.text(), re.M)
    assert f":{pistat.http_port}/stats" in answer.text()


def test_guide_as_json(pistat):
    endpoints = pistat.ask("/", headers={"Accept": "application/json"}).json()["endpoints"]
    assert [endpoint["path"] for endpoint in endpoints] == PATHS
    for endpoint in endpoints:
        served = pistat.ask(endpoint["path"]).headers["Content-Type"]
        assert served.split(";")[0] in [kind.split(";")[0] for kind in endpoint["content_types"]]
        assert endpoint["methods"] == ["GET", "HEAD"] and endpoint["description"]
    assert set(endpoints[PATHS.index("/stats")]["parameters"]) == {"block", "cache"}


def test_guide_as_page(pistat):
    answer = pistat.ask("/", headers={"Accept": BROWSER})
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "<title>pistat</title>" in answer.text() and answer.text() == pistat.ask("/", headers={"Accept": "text/html"}).text()


def test_unknown_paths_name_the_known_ones(pistat):
    for path in ["/nothing", "/stats/", "//stats", "/Stats", "/../etc/passwd", "/stats%2f", "/%2e%2e"]:
        answer = pistat.ask(path)
        assert answer.status == 404, path
        assert answer.json()["paths"] == PATHS and answer.json()["error"]


def test_encoded_path_is_the_path(pistat):
    assert pistat.ask("/st%61ts").status == 200
    assert pistat.ask(f"http://127.0.0.1:{pistat.http_port}/health").status == 200


def test_ipv6(pistat):
    if not os.path.exists("/proc/net/if_inet6") or "127.0.0.1" not in pistat.output():
        pytest.skip("this machine has no IPv6")
    if "listening on ::1" not in pistat.output():
        pytest.skip("no ::1 here: " + pistat.output())
    assert pistat.ask("/health", host="::1").status == 200


def test_all_addresses(start):
    pistat = start("all", http__listen="0.0.0.0,::")
    pistat.wait_until_ready()
    assert pistat.ask("/health").status == 200
    if "listening on ::" not in pistat.output():
        pytest.skip("this machine has no IPv6")
    assert pistat.ask("/health", host="::1").status == 200


def promtool(text):
    if not shutil.which("promtool"):
        pytest.skip("promtool (package prometheus) is not installed")
    checked = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert not checked.stdout + checked.stderr


def sample_names(text):
    return re.findall(r"^(\w+)[{ ]", text, re.M)


def test_metrics(pistat):
    answer = pistat.ask("/metrics", headers={"Accept": "application/openmetrics-text;q=0.9,*/*;q=0.1"})
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert set(name.split("_")[0] for name in sample_names(answer.text())) == {"pistat"}
    total = json.loads(pistat.ask("/stats").body)["memory"]["total"]
    assert f"\npistat_memory_total_bytes {total}\n" in answer.text()


def test_metrics_lint(pistat):
    promtool(pistat.ask("/metrics").body)


def test_metrics_with_the_other_names(start):
    pistat = start("names", http__prometheus_names="pi")
    pistat.wait_until_ready()
    wait_for_shares(pistat)
    text = pistat.ask("/metrics").text()
    assert set(name.split("_")[0] for name in sample_names(text)) == {"pi"}
    shares = re.findall(r'^pi_cpu_usage_percent\{cpu="total",mode="(\w+)"\} ([\d.]+)$', text, re.M)
    assert {mode for mode, _ in shares} >= {"user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"}
    assert 95 < sum(float(share) for _, share in shares) < 105
    assert len(re.findall(r"^# TYPE pi_cpu_usage_percent gauge$", text, re.M)) == 1
    promtool(text.encode())
