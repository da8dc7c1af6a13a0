"""How much a process costs: CPU time, memory, what it sends, what it publishes, what a scrape takes."""

import collections
import glob
import re
import statistics
import subprocess
import threading
import time

import live


def cpu_seconds(pid):
    """CPU time of all threads, ended ones included, exact to the nanosecond.

    The clock id of another process is ~pid shifted left by three, with the kernel's number for scheduler
    time (clock_getcpuclockid(3)); utime and stime in /proc/PID/stat would come in ticks of 10 ms.
    """
    return time.clock_gettime((~pid << 3) | 2)


def memory(pid):
    """{"rss": bytes, "pss": bytes, "private": bytes}: pss shares library pages fairly among their users."""
    found = collections.Counter()
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as rollup:
        for line in rollup:
            name, _, rest = line.partition(":")
            if rest.strip().endswith("kB"):
                found[name] = int(rest.split()[0]) * 1024
    return {"rss": found["Rss"], "pss": found["Pss"],
            "private": found["Private_Clean"] + found["Private_Dirty"]}


def descriptors(pid):
    return len(glob.glob(f"/proc/{pid}/fd/*"))


def threads(pid):
    return len(glob.glob(f"/proc/{pid}/task/*"))


def children(pid):
    found = []
    for path in glob.glob(f"/proc/{pid}/task/*/children"):
        try:
            with open(path, encoding="ascii") as file:
                found += file.read().split()
        except OSError:
            pass
    return len(found)


def sent(pid, ports):
    """(bytes, packets) a process has sent on its TCP connections to these ports, or None without ss."""
    try:
        text = subprocess.run(["ss", "-tinpOH"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    total, packets, seen = 0, 0, False
    for line in text.splitlines():
        peer = line.split()[4].rpartition(":")[2]
        if f"pid={pid}," not in line or not peer.isdigit() or int(peer) not in ports:
            continue
        seen = True
        for name, value in re.findall(r"\b(bytes_sent|segs_out):(\d+)", line):
            if name == "bytes_sent":
                total += int(value)
            else:
                packets += int(value)
    return (total, packets) if seen else None


class Tally:
    """Counts, for each first level of topics, what arrives between begin() and end()."""

    def __init__(self, port, key):
        self.lock = threading.Lock()
        self.key = key          # topic → agent, or None
        self.counting = False
        self.messages = collections.Counter()
        self.values = collections.Counter()
        self.bytes = collections.Counter()
        self.subscriber = live.Subscriber(port, self.see)

    def see(self, topic, payload, retained, _mono):
        agent = self.key(topic)
        if not self.counting or retained or not agent:
            return
        # collectd puts all values of a thing into one message: "TIME:VALUE:VALUE".
        values = payload.count(b":") if topic.startswith("collectd/") else not topic.endswith("/state")
        with self.lock:
            self.messages[agent] += 1
            self.values[agent] += values
            self.bytes[agent] += len(payload)

    def __enter__(self):
        return self

    def __exit__(self, *details):
        self.subscriber.__exit__(*details)


def first_state(port, topic, start):
    """Seconds from start() (which returns a live.Process) until `topic` is retained at the broker."""
    arrived, first = threading.Event(), []

    def tell(_topic, _payload, _retained, mono):
        if not first:
            first.append(mono)
            arrived.set()

    with live.Subscriber(port, tell, topic), start() as process:
        if not arrived.wait(20):
            return None
        retained = threading.Event()
        with live.Subscriber(port, lambda _t, _p, kept, _m: kept and retained.set(), topic):
            if not retained.wait(5):
                return None
        return first[0] - process.started


def first_states(port, topic, start, tries):
    taken = [first_state(port, topic(i), lambda i=i: start(i)) for i in range(tries)]
    taken = [seconds for seconds in taken if seconds is not None]
    return {"median": statistics.median(taken), "worst": max(taken), "tries": len(taken)} if taken else None


def scrape_cost(pid, port, path, rounds, background):
    """CPU seconds of one GET; `background` is what the process spends per second without any."""
    for _ in range(3):
        status, body = live.get(port, path)
    begun, spent = time.monotonic(), cpu_seconds(pid)
    for _ in range(rounds):
        status, body = live.get(port, path)
        if status != 200:
            raise RuntimeError(f"{path}: {status}")
    spent, taken = cpu_seconds(pid) - spent, time.monotonic() - begun
    return {"cpu": max(spent - background * taken, 0) / rounds, "bytes": len(body),
            "samples": sum(1 for line in body.splitlines() if line and not line.startswith(b"#"))}


def worst_answer(port, path, seconds, pause=0.05):
    """The slowest of many GETs within so many seconds; infinity if one never came."""
    worst, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        begun = time.monotonic()
        try:
            live.get(port, path, 5)
        except OSError:
            return float("inf")
        worst = max(worst, time.monotonic() - begun)
        time.sleep(pause)
    return worst
