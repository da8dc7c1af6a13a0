"""A machine that is ill: calls that take half a minute, a dead server behind a mount, a clock that jumps.

Sampling keeps time, /health answers, what cannot be known any more goes away and nothing else does, and the
process still ends when told to.  The only bounds are those that tell a hang from an answer.
"""

import json
import os
import signal
import struct
import sys
import threading
import time

import pytest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
pytest.importorskip("paho.mqtt.client", reason="python3-paho-mqtt is not installed")
import live  # noqa: E402

LIBRARY = os.environ.get("STALL_LIBRARY", "")
HANG = 2            # seconds: an answer that takes longer hung
ENDING = 5          # seconds: so long may a process take to end
YEARS = 10 * 365 * 24 * 3600
CALLS = ("statvfs", "getaddrinfo", "connect", "fsync")

pytestmark = [
    pytest.mark.skipif(not live.find("mosquitto"), reason="mosquitto is not installed"),
    pytest.mark.skipif(not os.path.exists(LIBRARY), reason="the preload is not built (STALL_LIBRARY)"),
]


@pytest.fixture
def folder():
    with live.Folder() as path:
        yield path


@pytest.fixture
def broker(folder):
    with live.Broker(folder) as process:
        yield process


class Control:
    """The switch of the preload: see stall.c."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "control")
        with open(self.path, "wb") as file:
            file.write(bytes(24))

    def set(self, shift=0, stalling=False):
        with open(self.path, "r+b") as file:
            file.write(struct.pack("=qq", int(shift), int(stalling)))

    def stalled(self):
        """How many calls did."""
        with open(self.path, "rb") as file:
            return struct.unpack("=qqq", file.read())[2]


@pytest.fixture
def control(folder):
    return Control(folder)


def ill(calls, control, **more):
    """The environment of a pistat whose calls stall."""
    runtime = live.sanitizer()
    before = runtime + ":" if runtime and runtime != "built in" else ""
    return {"LD_PRELOAD": before + LIBRARY, "STALL": calls, "STALL_CONTROL": control.path, **more}


class Watch:
    """The samples, as they come on MQTT and over HTTP; and how long /health took at worst."""

    def __init__(self, agent, port=None):
        self.agent = agent
        self.arrived, self.topics = [], {}
        self.seen, self.worst, self.statuses = [], 0.0, set()
        self.lock = threading.Lock()
        self.subscriber = live.Subscriber(port, self.tell) if port else None

    def tell(self, topic, payload, retained, mono):
        with self.lock:
            path = topic.removeprefix(f"pistat/{self.agent.node}/")
            self.topics[path] = payload
            if path == "state" and not retained:
                self.arrived.append(mono)

    def close(self):
        if self.subscriber:
            self.subscriber.__exit__()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def follow(self, seconds, enough=lambda: False):
        """Polls for so long, or until it is enough; returns the samples' timestamps that came up, in order."""
        begun, end, seen = time.monotonic(), time.monotonic() + seconds, []
        while time.monotonic() < end and not enough():
            asked = time.monotonic()
            status, _ = self.agent.get("/health", 10)
            self.worst = max(self.worst, time.monotonic() - asked)
            self.statuses.add(status)
            stamp = self.agent.stats()["timestamp"]
            if not seen or stamp != seen[-1]:
                seen.append(stamp)
            time.sleep(0.1)
        self.seen = seen
        self.seconds = time.monotonic() - begun
        return seen

    def expect_time_kept(self):
        assert self.statuses == {200}
        assert self.worst < HANG, f"/health took {self.worst:.1f} s"
        # half of what is due: a busy machine may be late, one that waits for a stalled call has none
        assert len(self.seen) >= self.seconds / 2, f"{len(self.seen)} samples in {self.seconds:.0f} s"


def paths(document, prefix=""):
    """The values a document has, as paths; what is null is not there."""
    found = set()
    for name, value in document.items():
        if isinstance(value, dict):
            found |= paths(value, f"{prefix}{name}.")
        elif value is not None:
            found.add(prefix + name)
    return found


def expect_end(agent):
    status, seconds = agent.stop(ENDING)
    print(f"{agent.name}: ended in {seconds:.2f} s")
    assert status == 0, f"exit status {status} after {seconds:.1f} s\n{agent.output()}"


@pytest.mark.parametrize("call", CALLS)
def test_a_call_that_hangs_from_the_start_holds_nothing_up(folder, broker, control, call):
    control.set(stalling=True)
    with live.Agent(folder, broker.port, "ill", environment=ill(call, control), mqtt__host="localhost") as agent:
        agent.wait_until_ready()
        connected = call in ("statvfs", "fsync")
        with Watch(agent, broker.port) as watch:
            watch.follow(8)
            print(f"{call}: {len(watch.seen)} samples in {watch.seconds:.1f} s, /health at worst "
                  f"{watch.worst * 1000:.1f} ms")
            watch.expect_time_kept()
            assert control.stalled(), "no such call was made"
            if connected:
                assert len(watch.arrived) >= 4, "too few samples on MQTT"
            health = json.loads(agent.get("/health")[1])
            assert health["mqtt"] == ("connected" if connected else "connecting")
        expect_end(agent)


@pytest.mark.parametrize("call", CALLS)
def test_it_ends_at_once_while_a_call_hangs(folder, broker, control, call):
    control.set(stalling=True)
    with live.Agent(folder, broker.port, "ill", environment=ill(call, control), mqtt__host="localhost") as agent:
        agent.wait_until_ready()
        assert live.wait_for(control.stalled, 10), "no such call was made"
        expect_end(agent)


def test_servers_whose_names_nobody_resolves_are_left_alone(folder, control):
    environment = ill("getaddrinfo", control, STALL_FOR="stuck.example")
    control.set(stalling=True)
    with live.Agent(folder, 1, environment=environment, mqtt__enabled="false", sampling__interval=0.5,
                    forward__url="http://stuck.example/in", ollama__enabled="true",
                    ollama__url="http://stuck.example:11434") as agent:
        agent.wait_until_ready()
        assert live.wait_for(lambda: control.stalled() >= 2, 30), agent.output()
        with Watch(agent) as watch:
            watch.follow(5)
        watch.expect_time_kept()
        expect_end(agent)


def test_a_filesystem_that_hangs_loses_its_values_and_nothing_else(folder, broker, control):
    options = {"sampling__intervals": "filesystems=1"}
    with live.Agent(folder, broker.port, "ill", environment=ill("statvfs", control, STALL_SECONDS="12"),
                    **options) as agent, Watch(agent, broker.port) as watch:
        agent.wait_until_ready()
        assert live.wait_for(lambda: agent.stats().get("filesystems"), 10), "no filesystem on this machine?"
        watch.follow(3)
        before = paths(agent.stats())
        of_filesystems = {path for path in before if path.startswith(("filesystems.", "disk."))}
        assert any(path.endswith(".total") for path in of_filesystems)
        assert watch.topics.get("disk/total")

        control.set(stalling=True)
        watch.follow(10, lambda: agent.stats()["disk"]["total"] is None)
        watch.expect_time_kept()
        watch.follow(2)
        after = paths(agent.stats())
        gone = before - after
        assert gone, "stale values stay"
        assert {path for path in gone if not path.startswith(("filesystems.", "disk."))} <= moving(before)
        assert not {path for path in after if path.startswith(("filesystems.", "disk."))}
        assert live.wait_for(lambda: watch.topics.get("disk/total") == b"", 3), "the retained value stays"

        control.set(stalling=False)
        watch.follow(20, lambda: agent.stats()["disk"]["total"] is not None)
        watch.expect_time_kept()
        assert of_filesystems <= paths(agent.stats()), "values do not come back"
        assert live.wait_for(lambda: watch.topics.get("disk/total"), 5)
        expect_end(agent)


def moving(found):
    """What may go by itself: the machine's own life, not ours."""
    return {path for path in found if path.startswith(("temperatures.", "network.", "batteries.", "disks."))}


def mount_table(folder, *remote):
    """This machine's mounts and some of NFS besides, for the preload to show."""
    path = os.path.join(folder, "mountinfo")
    with open("/proc/self/mountinfo", encoding="utf-8") as real, open(path, "w", encoding="utf-8") as table:
        mounts = real.readlines()
        table.writelines(mounts)
        parent = next((words[0] for words in map(str.split, mounts) if words[4] == "/"), "1")
        for i, point in enumerate(remote):
            os.makedirs(point)
            table.write(f"{9900 + i} {parent} 0:{990 + i} / {point} rw,relatime - nfs4 nas.example:/export{i} rw\n")
    return path


def test_a_dead_server_takes_only_its_own_mount_with_it(folder, broker, control):
    dead, alive = os.path.join(folder, "dead"), os.path.join(folder, "alive")
    environment = ill("statvfs", control, STALL_FOR=dead, STALL_MOUNTS=mount_table(folder, dead, alive))
    options = {"disks__remote": "true", "disks__include": "*", "sampling__intervals": "filesystems=1"}

    with live.Agent(folder, broker.port, "ill", environment=environment, **options) as agent, \
            Watch(agent, broker.port) as watch:
        def mounts():
            return {member["mount"] for member in (agent.stats().get("filesystems") or {}).values()
                    if member.get("total") is not None}
        agent.wait_until_ready()
        assert live.wait_for(lambda: {dead, alive} <= mounts(), 10), mounts()
        others = mounts() - {dead}

        control.set(stalling=True)
        # three of its intervals are the longest that an old value may be shown
        watch.follow(100, lambda: dead not in mounts())
        watch.expect_time_kept()
        assert mounts() == others
        watch.follow(3)
        watch.expect_time_kept()
        assert mounts() == others
        print(f"dead mount: /health at worst {watch.worst * 1000:.1f} ms")
        expect_end(agent)


@pytest.mark.parametrize("shift", (YEARS, -YEARS), ids=("ten years ahead", "ten years back"))
def test_a_wall_clock_that_jumps_moves_nothing_but_the_timestamp(folder, broker, control, shift):
    with live.Agent(folder, broker.port, "ill", environment=ill("", control)) as agent, \
            Watch(agent, broker.port) as watch:
        agent.wait_until_ready()
        watch.follow(4)
        watch.expect_time_kept()
        before = agent.stats()

        control.set(shift=shift)
        watch.follow(2)
        arrived = len(watch.arrived)
        watch.follow(6)
        watch.expect_time_kept()
        now = agent.stats()
        assert len(watch.arrived) - arrived >= 3, "too few samples on MQTT"
        assert abs(now["timestamp"] - time.time() - shift) < 60
        assert 0 < now["uptime"] - before["uptime"] < 60
        assert 0 <= now["cpu_usage"] <= 100
        for name, member in now["network"].items():
            if isinstance(member, dict) and member.get("recv_rate") is not None:
                assert 0 <= member["recv_rate"] < 1e11, name
        assert paths(before) - paths(now) <= moving(paths(before)) | {"boot_time"}

        control.set(shift=0)
        watch.follow(4)
        watch.expect_time_kept()
        expect_end(agent)


def test_a_disk_that_hangs_costs_no_sample(folder, broker, control):
    """What was meanwhile waits in memory, and who asks for it waits as long as the disk."""
    def kept():
        status, body = agent.get("/api/history?metric=uptime_seconds", 40)
        assert status in (200, 503)
        return [point["value"] for point in json.loads(body)] if status == 200 else []

    environment = ill("fsync", control, STALL_SECONDS="8")
    control.set(stalling=True)
    with live.Agent(folder, broker.port, "ill", environment=environment, history__batch=1) as agent, \
            Watch(agent, broker.port) as watch:
        agent.wait_until_ready()
        assert live.wait_for(control.stalled, 20), "no such call was made"
        watch.follow(4)
        watch.expect_time_kept()
        control.set(stalling=False)
        watch.follow(6)
        watch.expect_time_kept()
        assert live.wait_for(lambda: len(kept()) >= 6, 60, 0.2)
        values = kept()
        assert max(after - before for before, after in zip(values, values[1:])) < 5, values
        expect_end(agent)


def test_a_disk_that_hangs_during_a_reload_gets_what_waited(folder, broker, control):
    """The life before leaves its lane behind, with the file; the next one has the file when the disk is well again."""
    def kept():
        status, body = agent.get("/api/history?metric=uptime_seconds", 40)
        return [point["value"] for point in json.loads(body)] if status == 200 else []

    environment = ill("fsync", control, STALL_SECONDS="8")
    control.set(stalling=True)
    with live.Agent(folder, broker.port, "ill", environment=environment, history__batch=1) as agent:
        agent.wait_until_ready()
        assert live.wait_for(control.stalled, 20), "no such call was made"
        first = agent.stats()["uptime"]
        time.sleep(3)  # these samples wait
        agent.child.send_signal(signal.SIGHUP)
        assert live.wait_for(lambda: "another pistat uses it" in agent.output(), 30), agent.output()
        control.set(stalling=False)
        assert live.wait_for(lambda: "history.db: written again" in agent.output(), 60), agent.output()
        assert live.wait_for(lambda: [value for value in kept() if first < value < first + 3], 60, 0.5), kept()
        expect_end(agent)
