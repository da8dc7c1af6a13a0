"""Events, on a captured machine whose files change under the agent."""
import json
import os
import shutil

import pytest

import rig


@pytest.fixture
def machine(tmp_path):
    root = tmp_path / "machine"
    shutil.copytree(os.path.join(rig.ROOT, "tests", "hosts", "pi4-64", "0"), root, symlinks=True)
    return root


def edit(file, before, after):
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after, 1))


def test_edges(stage, machine):
    broker = stage.broker().start()
    watcher = stage.watcher(broker.port)
    agent = stage.agent(broker.port)
    agent.root = str(machine)
    agent.start()
    watcher.heard(f"{agent.base}/network/eth0/up", "ON")
    assert watcher.count(f"{agent.base}/event") == 0

    def event(kind):
        found = [json.loads(text) for topic, text in watcher.live if topic == f"{agent.base}/event"]
        return next((one for one in found if one["event_type"] == kind), None)

    operstate = machine / "sys/class/net/eth0/operstate"
    operstate.write_text("down\n")
    told = rig.until(lambda: event("link_down"))
    assert told["interface"] == "eth0" and told["at"].endswith("+00:00")
    watcher.heard(f"{agent.base}/network/eth0/up", "OFF")

    edit(machine / "proc/vmstat", "oom_kill ", "oom_kill 4")
    assert rig.until(lambda: event("oom_kill"))["kills"] > 0

    # while the broker is away: kept for its return, once
    broker.end(rig.signal.SIGKILL)
    agent.said("connection lost")
    operstate.write_text("up\n")
    rig.time.sleep(2.5)
    broker.start()
    again = stage.watcher(broker.port)
    again.heard(f"{agent.base}/event")
    kinds = [json.loads(text)["event_type"] for topic, text in again.live if topic == f"{agent.base}/event"]
    assert kinds == ["link_up"]
    assert f"{agent.base}/event" not in rig.retained(broker.port)


def test_power_of_a_raspberry_pi(stage, machine):
    """By samples alone: no file of a captured machine wakes anybody."""
    broker = stage.broker().start()
    watcher = stage.watcher(broker.port)
    agent = stage.agent(broker.port, sampling__intervals="videocore=1", sampling__refresh=2)
    agent.root = str(machine)
    power = f"{agent.base}/power"

    def kinds():
        return [json.loads(text)["event_type"] for topic, text in watcher.live if topic == f"{agent.base}/event"]

    def firmware(reply):
        """At once, as a whole."""
        beside = machine / "captured/beside"
        beside.write_text(reply + "\n")
        beside.rename(machine / "captured/firmware/get_throttled")

    firmware("throttled=0x0")
    agent.start()
    watcher.heard(f"{power}/throttled", "OFF")
    firmware("throttled=0x20002")
    rig.until(lambda: kinds() == ["freq_capped"])
    watcher.heard(f"{power}/freq_capped", "ON")
    watcher.heard(f"{power}/freq_capped_occurred", "ON")
    firmware("throttled=0x60000")  # capping is over, and so was throttling before it was seen
    rig.until(lambda: sorted(kinds()[1:]) == ["freq_capped_over", "throttled", "throttled_over"])
    watcher.heard(f"{power}/throttled_occurred", "ON")

    alarm = next((machine / "sys/class/hwmon").glob("*/in0_lcrit_alarm"))
    (machine / "captured/beside").write_text("1\n")
    (machine / "captured/beside").rename(alarm.resolve())
    watcher.heard(f"{power}/under_voltage_events", "1")
    watcher.heard(f"{power}/under_voltage", "ON")
    assert "under_voltage" in kinds()


def test_switched_off(stage, machine):
    broker = stage.broker().start()
    watcher = stage.watcher(broker.port)
    agent = stage.agent(broker.port, mqtt__events="false")
    agent.root = str(machine)
    agent.start()
    watcher.heard(f"{agent.base}/network/eth0/up", "ON")
    (machine / "sys/class/net/eth0/operstate").write_text("down\n")
    watcher.heard(f"{agent.base}/network/eth0/up", "OFF")
    assert watcher.count(f"{agent.base}/event") == 0
