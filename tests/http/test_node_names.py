"""http.prometheus_names = "node", beside the real node_exporter: what both have is the same, to the type and label."""

import json
import re
import subprocess

import live
import pytest

# Wherever pistat runs, both have these; memory, load and counters of the kernel.
EVERYWHERE = {
    "node_time_seconds", "node_uname_info", "node_context_switches_total", "node_intr_total", "node_forks_total",
    "node_procs_running", "node_procs_blocked", "node_load1", "node_load5", "node_load15", "node_memory_MemTotal_bytes",
    "node_memory_MemFree_bytes", "node_memory_MemAvailable_bytes", "node_memory_Buffers_bytes", "node_memory_Shmem_bytes",
    "node_memory_Dirty_bytes"}
# Only kept apart from other gauges for that these never move: nothing but equal will do.
STEADY = {"node_uname_info", "node_memory_MemTotal_bytes", "node_memory_SwapTotal_bytes", "node_filesystem_size_bytes",
          "node_filesystem_readonly", "node_network_speed_bytes"}


def parsed(text):
    """({name: type}, {(name, labels): value}); a label that is empty is none to Prometheus."""
    types = dict(re.findall(r"^# TYPE (\w+) (\w+)$", text, re.M))
    series = {}
    for name, labels, value in re.findall(r"^(node_\w+)(?:\{(.*)\})? (\S+)$", text, re.M):
        pairs = re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', labels)
        series[name, frozenset(pair for pair in pairs if pair[1])] = float(value)
    return types, series


@pytest.fixture(scope="module")
def exporter(folder):
    """A node_exporter; exporter() is what it says now."""
    command = live.find("prometheus-node-exporter")
    if not command:
        pytest.skip("node_exporter (package prometheus-node-exporter) is not installed")
    port = live.free_port()

    def scrape():
        try:
            return live.get(port, "/metrics", 20)[1].decode()
        except OSError:
            return None

    with live.Process([command, f"--web.listen-address=127.0.0.1:{port}"], folder, "node_exporter") as running:
        assert live.wait_for(lambda: scrape() or not running.running(), 60) and running.running(), running.output()
        yield scrape


@pytest.fixture(scope="module")
def named(folder):
    # What is read seldom must be as new as the rest.
    from conftest import Pistat  # pylint: disable=import-outside-toplevel
    with Pistat(folder, "node-names", http__prometheus_names="node", sampling__interval=0.5,
                sampling__intervals="paging=0.5,filesystems=0.5") as running:
        running.wait_until_ready()
        yield running


def between(key, before, now, after, kind):
    name = key[0]
    if name in STEADY:
        return before == now == after
    if kind == "counter":
        return before <= now <= after
    # A moving gauge may have been elsewhere between the two looks at it.
    slack = 0.02 * max(before, now, after) + (1 if name.startswith(("node_load", "node_procs")) else 0)
    return min(before, after) - slack <= now <= max(before, after) + slack


def sampled_after(pistat):
    """A scrape whose sample, with all that it is made of, began after this call."""
    def clock():
        return json.loads(pistat.ask("/stats?cache=true").body)["timestamp"]

    first = clock()
    assert live.wait_for(lambda: clock() > first + 1.2, 60, 0.1), "no new samples"
    return pistat.ask("/metrics").text()


def test_node_exporter_agrees(exporter, named):
    """Every series that both have: same type, same value within the time between two scrapes."""
    agreed, seen = set(), {}

    def all_agree():
        types, before = parsed(exporter())
        mine_types, mine = parsed(sampled_after(named))
        after = parsed(exporter())[1]
        both = before.keys() & mine.keys() & after.keys()
        assert {name for name, _ in both} >= EVERYWHERE
        for key in both:
            assert mine_types[key[0]] == types[key[0]], key
            seen[key] = before[key], mine[key], after[key]
            if between(key, *seen[key], types[key[0]]):
                agreed.add(key)
        return not both - agreed

    live.wait_for(all_agree, 60, 0.2)
    assert {key: values for key, values in seen.items() if key not in agreed} == {}


def test_no_name_or_label_of_its_own(exporter, named):
    """Nothing here is unknown to node_exporter, or labelled otherwise, where it has the thing at all."""
    theirs = parsed(exporter())[1]
    for name, labels in parsed(sampled_after(named))[1]:
        like = [other for other_name, other in theirs if other_name == name]
        if like:
            known = {tuple(sorted(label for label, _ in other)) for other in like}
            assert tuple(sorted(label for label, _ in labels)) in known, (name, labels)


def test_lint(exporter, named):
    """promtool has nothing to say but what it says of node_exporter's own names."""
    if not live.find("promtool"):
        pytest.skip("promtool (package prometheus) is not installed")

    def complaints(text):
        checked = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True,
                                 check=False)
        assert checked.returncode in (0, 3), checked.stderr
        return set((checked.stdout + checked.stderr).splitlines())

    assert complaints(named.ask("/metrics").text()) <= complaints(exporter())
