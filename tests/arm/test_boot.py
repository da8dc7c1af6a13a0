"""What pistat publishes on a Raspberry Pi 3B that boots Debian's kernel (tests/arm/boot), as its console shows it."""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess

import pytest

HERE = pathlib.Path(__file__).parent
PISTAT = os.environ.get("PISTAT", str(HERE.parents[1] / "build-arm64" / "pistat"))
PATIENCE = 1200  # it takes ten seconds, or a minute on a slow machine; only a hang takes this long
NODE = "pistat/raspberrypi/"


@pytest.fixture(scope="module", name="console")
def boot():
    """{part: what was printed in it}"""
    for program in ("qemu-system-aarch64", "fdtput", "cpio"):
        if not shutil.which(program):
            pytest.skip(f"there is no {program}; ./bootstrap test-arm installs it")
    with subprocess.Popen([HERE / "boot", PISTAT], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, start_new_session=True) as run:
        try:
            output = run.communicate(timeout=PATIENCE)[0]
        except subprocess.TimeoutExpired:
            os.killpg(run.pid, signal.SIGTERM)
            output = run.communicate()[0]
    text = output.decode(errors="replace").replace("\r", "")
    assert run.returncode == 0, text
    parts = re.split(r"^=== (\w+)\n", text, flags=re.M)
    console = dict(zip(parts[1::2], parts[2::2]))
    assert "end" in console, text
    return console


@pytest.fixture(scope="module", name="topics")
def retained(console):
    lines = (line.split(" ", 1) for line in console["topics"].splitlines())
    return {topic: payload for topic, payload in lines if topic != "end"}


@pytest.fixture(scope="module", name="state")
def published_state(topics):
    return json.loads(topics[NODE + "state"])


def test_it_serves(console, topics):
    assert "connected" in console["log"]
    assert json.loads(console["stats"])["hardware"]["model"].startswith("Raspberry Pi 3")
    assert topics[NODE + "status"] == "online"


def test_the_board(topics, state):
    """By the device tree alone: Debian's kernel says nothing of it in /proc/cpuinfo."""
    expected = {
        "model": "Raspberry Pi 3 Model B Rev 1.2",
        "serial": "00000000a1b2c3d4",
        "revision": "a02082",
        "processor": "BCM2837",
    }
    for name, text in expected.items():
        assert state["hardware"][name] == text
        assert topics[NODE + "hardware/" + name] == text
    assert "1 GB" in state["hardware"]["board"]
    assert state["system"]["architecture"] == "aarch64"
    assert state["system"]["hostname"] == "raspberrypi"
    device = next(json.loads(payload) for topic, payload in topics.items() if topic.startswith("homeassistant/device/"))
    assert device["dev"]["mdl"] == expected["model"]
    assert device["dev"]["sn"] == expected["serial"]


def test_processor_and_memory(topics, state):
    assert state["cpu"]["logical_cores"] == state["cpu"]["physical_cores"] == 4
    assert len(state["per_cpu_usage"]) == 4
    assert all(0 <= share <= 100 for share in [state["cpu_usage"], *state["per_cpu_usage"]])
    # A gigabyte, less the graphics' part and the kernel's.
    assert 0.85 * 2**30 < state["memory"]["total"] < 2**30
    assert 0 < state["memory"]["used"] < state["memory"]["total"]
    assert float(topics[NODE + "memory/total"]) == state["memory"]["total"]
    assert state["processes"]["total"] > 4


def test_temperature(topics, state):
    """The emulated sensor always has 25 °C; the device tree switches the board off at 90 °C."""
    assert state["cpu_temp"] == pytest.approx(25, abs=0.5)
    assert float(topics[NODE + "cpu_temp"]) == state["cpu_temp"]
    sensor = state["temperatures"]["cpu_thermal_temp1"]
    assert sensor["celsius"] == state["cpu_temp"]
    assert sensor["critical"] == 90


def test_the_card(topics, state):
    """Two megabytes were written before pistat started; what the kernel read to find partitions depends on the kernel."""
    card = state["disks"]["mmcblk0"]
    assert card["model"] == "QEMU!"
    assert card["write_bytes"] == state["disk_io"]["write_bytes"] == 2 * 2**20
    assert int(topics[NODE + "disks/mmcblk0/read_bytes"]) == card["read_bytes"] > 0


def test_what_it_lacks_is_absent(topics, state):
    """
    Debian's kernel has no /dev/vcio and no rpi_volt, and nobody set the clock; an emulated board has no battery, no fan,
    no second processor.
    """
    for path in ("gpu/temperature", "gpu/memory", "power/core_voltage", "power/under_voltage", "power/watts", "clocks/arm",
                 "boot_time", "cpu_freq", "network/primary_interface", "storage/life_used"):
        document = state
        for name in path.split("/"):
            document = document[name]
        assert document is None, path
        assert NODE + path not in topics
    for family in ("batteries", "fans", "gpus"):
        assert not state.get(family)
    assert state["system"]["time_synchronised"] is False


def test_other_views(console):
    table = dict(line.split(None, 1) for line in console["table"].splitlines() if " " in line)
    assert table["cpu.logical_cores"] == "4"
    assert table["hardware.revision"] == "a02082"


def test_doctor_says_why(console):
    sources = console["doctor"].split("Sources\n")[1].split("\n\n")[0]
    status = dict(line.split()[:2] for line in sources.splitlines())
    for source in ("cpu", "memory", "sensors", "board", "disks"):
        assert status[source] == "ok", console["doctor"]
    for source in ("videocore", "undervoltage", "batteries", "gpus"):
        assert status[source] == "absent", console["doctor"]
    assert "there is no /dev/vcio" in console["doctor"]


def test_it_leaves_well(console):
    assert console["status"].split() == ["0", "offline"]


def test_the_kernel_has_no_complaint(console):
    """Its messages since pistat started, with their priorities: 4 is a warning, less is worse."""
    said = re.findall(r"^<(\d+)>(.*)", console["kernel"], re.M)
    assert [text for priority, text in said if int(priority) % 8 <= 4] == []
