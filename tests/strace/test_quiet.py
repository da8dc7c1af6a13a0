"""Sixty cycles under strace, once started: no process, no program, no file but the kernel's and a few of the
system's, no socket but the broker's, HTTP peers' and netlink, and no descriptor left behind."""

import glob
import os
import re
import subprocess
import sys
import time

import pytest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
pytest.importorskip("paho.mqtt.client", reason="python3-paho-mqtt is not installed")
import live  # noqa: E402

CYCLES, INTERVAL = 60, 0.5

# What may be looked at.  Everything below /proc and /sys is the kernel's own.
FILES = re.compile(
    r"/proc(/|$)|/sys(/|$)"
    r"|/etc/(os-release|hostname|machine-id|localtime)$|/usr/lib/os-release$"
    r"|/run/reboot-required$|/var/run/reboot-required$|/run/utmp$|/var/run/utmp$|/run/systemd/"
    r"|/usr/share/zoneinfo/|/lib/modules$"
    r"|/var/lib/dpkg/(status$|info(/|$))|/var/lib/apt/lists(/|$)|/etc/apt/preferences(\.d(/|$)|$)"
    r"|/etc/ld\.so\.cache$|.*/liblz4\.so\.1$"  # for lists that are packed
    r"|/dev/vcio(_gencmd)?$"
    r"|/\.dockerenv$|/run/\.containerenv$")
# The history's own: what it writes to, and looks for.
HISTORY = re.compile(r"/.*/quiet/history\.db(-wal|-journal)?$")
WRITING = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND")

LINE = re.compile(r"^(?:\d+ +)?(\d+\.\d+) (\w+)\((.*)")


def strace_missing():
    if not live.find("strace"):
        return "strace is not installed"
    tried = subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, text=True, check=False)
    return None if tried.returncode == 0 else "strace is not permitted here: " + tried.stderr.strip()[-100:]


pytestmark = [
    pytest.mark.skipif(bool(strace_missing()), reason=str(strace_missing())),
    pytest.mark.skipif(not live.find("mosquitto"), reason="mosquitto is not installed"),
    pytest.mark.skipif(bool(live.sanitizer()), reason="a sanitizer is built in: it asks for files of its own"),
]


def traced(agent):
    """The process under strace."""
    with open(f"/proc/{agent.pid}/task/{agent.pid}/children", encoding="ascii") as children:
        return int(children.read().split()[0])


def descriptors(pid):
    found = {}
    for path in glob.glob(f"/proc/{pid}/fd/*"):
        try:
            found[int(os.path.basename(path))] = os.readlink(path)
        except OSError:
            pass
    return found


def settled(pid):
    """The fewest descriptors of a few looks: those that a cycle opens and closes again are not among them."""
    looks = []
    for _ in range(20):
        looks.append(descriptors(pid))
        time.sleep(0.02)
    return min(looks, key=len)


class Trace:
    def __init__(self, path, begun, ended):
        self.calls = []
        with open(path, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                match = LINE.match(line)
                if match and begun <= float(match.group(1)) < ended:
                    self.calls.append((match.group(2), match.group(3)))

    def of(self, *names):
        return [(name, rest) for name, rest in self.calls if name in names]


@pytest.fixture(scope="module")
def run():
    """One run for all tests here: the trace of its quiet part, and descriptors before and after."""
    with live.Folder() as folder, live.Broker(folder) as broker:
        path = os.path.join(folder, "strace")
        wrapper = ["strace", "-f", "-ttt", "-yy", "-s", "300", "-o", path,
                   "-e", "trace=process,network,file,pread64", "-e", "signal=none"]
        with live.Agent(folder, broker.port, "quiet", wrapper, sampling__interval=INTERVAL,
                        sampling__intervals=f"*={INTERVAL}", sampling__refresh=1,
                        history__batch=5) as agent:
            agent.wait_until_ready()
            time.sleep(3)
            pid, before = traced(agent), settled(traced(agent))
            begun = time.time()
            for _ in range(CYCLES):
                agent.get("/stats")
                agent.get("/metrics")
                time.sleep(INTERVAL)
            ended = time.time()
            after = settled(pid)
            os.kill(pid, 15)
            live.wait_for(lambda: not agent.running())
        trace = Trace(path, begun, ended)
        trace.before, trace.after = before, after
        trace.broker_port, trace.http_port = broker.port, agent.http_port
        trace.status = agent.child.returncode
        yield trace


def test_it_was_watched(run):
    """Else the others prove nothing."""
    read = [rest for _, rest in run.of("pread64")]
    assert sum("</proc/stat>" in rest for rest in read) >= CYCLES * 0.8
    assert run.status == 0


def test_what_every_sample_reads_stays_open(run):
    opened = [rest for _, rest in run.of("open", "openat", "openat2")]
    assert not any(f'"/proc/{name}"' in rest for rest in opened for name in ("stat", "meminfo", "net/dev", "vmstat"))


def test_no_process_and_no_program(run):
    assert run.of("fork", "vfork", "clone", "clone3", "execve", "execveat", "wait4", "waitid") == []


def test_files(run):
    strange = set()
    for name, rest in run.calls:
        paths = re.findall(r'^(?:AT_FDCWD(?:<[^>]*>)?, )?"([^"]*)"', rest)
        if name in ("statfs", "fstatfs") or not paths:
            continue
        if HISTORY.match(paths[0]):
            continue
        if not FILES.match(paths[0]) or (name.startswith("open") and WRITING.search(rest)):
            strange.add((name, rest[:200]))
    assert not strange


def test_filesystems_are_asked_by_their_mount_points(run):
    with open("/proc/self/mountinfo", encoding="utf-8") as table:
        mounted = {line.split()[4] for line in table}
    asked = {re.match(r'"([^"]*)"', rest).group(1) for name, rest in run.of("statfs")}
    assert asked <= mounted


def test_sockets(run):
    bus = r'sun_path="(/var)?/run/dbus/system_bus_socket"'
    # if_indextoname(3) asks by way of a socket that it never connects
    kinds = {rest.split(",")[0] for _, rest in run.of("socket") if not rest.startswith("AF_UNIX, SOCK_DGRAM")}
    assert kinds <= {"AF_NETLINK", "AF_UNIX"}
    assert run.of("bind", "listen", "socketpair") == []
    assert [rest for _, rest in run.of("connect") if not re.search(bus, rest)] == []
    peers = set()
    for _, rest in run.of("sendto", "sendmsg", "recvfrom", "recvmsg"):
        where = re.match(r"\d+<([\w-]+):\[([^]]*)\]>", rest)
        assert where, rest[:200]
        peers.add((where.group(1), where.group(2)))
    for kind, ends in peers:
        assert kind in ("TCP", "NETLINK") or kind.startswith("UNIX"), (kind, ends)
        if kind == "TCP":
            assert f":{run.broker_port}" in ends or f"127.0.0.1:{run.http_port}->127.0.0.1" in ends, ends


def test_descriptors_stay(run):
    assert len(run.after) <= len(run.before), (run.before, run.after)
