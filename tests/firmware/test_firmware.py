"""A Raspberry Pi made of paper (paper_pi.c): what the firmware is asked and how often, what happens when it hangs, and
dips of the supply between two samples."""

import json
import os
import re
import sys
import time

import pytest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
pytest.importorskip("paho.mqtt.client", reason="python3-paho-mqtt is not installed")
import live  # noqa: E402

LIBRARY = os.environ.get("PAPER_LIBRARY", "")
PATIENCE = 60  # seconds: only what hangs takes longer
ENDING = 10

pytestmark = [
    pytest.mark.skipif(not live.find("mosquitto"), reason="mosquitto is not installed"),
    pytest.mark.skipif(not os.path.exists(LIBRARY), reason="the preload is not built (PAPER_LIBRARY)"),
    pytest.mark.skipif(live.sanitizer() == "built in", reason="a sanitizer is built in: it opens files before us"),
]

REPLIES = {
    "get_throttled": "throttled=0x0\n",
    "measure_temp": "temp=47.2'C\n",
    "measure_volts_core": "volt=0.8750V\n",
    "measure_clock_arm": "frequency(48)=1500398464\n",
    "measure_clock_v3d": "frequency(46)=0\n",
    "measure_clock_core": "frequency(1)=500000992\n",
    "measure_clock_emmc": "frequency(47)=250000496\n",
    "get_mem_gpu": "gpu=76M\n",
    "version": "Oct 29 2021 10:47:33 \nCopyright (c) 2012 Broadcom\n"
               "version b8a114e5a9877e91ca8f26d1a5ce904b2ad3cf13 (clean) (release) (start)\n",
}


class Pi:
    def __init__(self, folder):
        self.folder = os.path.join(folder, "pi")
        os.makedirs(os.path.join(self.folder, "firmware"))
        os.makedirs(os.path.join(self.folder, "hwmon", "hwmon7"))
        for command, reply in REPLIES.items():
            self.write(f"firmware/{command}", reply)
        self.write("hwmon/hwmon7/name", "rpi_volt\n")
        self.write("hwmon/hwmon7/in0_lcrit_alarm", "0\n")
        os.mkfifo(os.path.join(self.folder, "wake"))
        self.bell = os.open(os.path.join(self.folder, "wake"), os.O_RDWR)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        """Nobody ever sees half of it."""
        with open(self.path(name) + ".new", "w", encoding="ascii") as file:
            file.write(text)
        os.replace(self.path(name) + ".new", self.path(name))

    def alarm(self, low):
        """The kernel notices, in the file that is already open, and wakes who waits."""
        with open(self.path("hwmon/hwmon7/in0_lcrit_alarm"), "r+b", buffering=0) as file:
            file.write(b"1\n" if low else b"0\n")
        os.write(self.bell, b"!")

    def asked(self):
        """(seconds, command) of every request."""
        try:
            with open(self.path("log"), encoding="ascii") as log:
                lines = log.read().splitlines()
        except FileNotFoundError:
            return []
        return [(float(line.split(" ", 1)[0]), line.split(" ", 1)[1]) for line in lines]

    def environment(self):
        runtime = live.sanitizer()
        return {"LD_PRELOAD": (runtime + ":" if runtime else "") + LIBRARY, "PAPER_PI": self.folder}


@pytest.fixture
def folder():
    with live.Folder() as path:
        yield path


@pytest.fixture
def broker(folder):
    with live.Broker(folder) as process:
        yield process


@pytest.fixture
def pi(folder):
    made = Pi(folder)
    yield made
    if os.path.exists(made.path("wedged")):
        os.remove(made.path("wedged"))
    os.close(made.bell)


def until(true, message="nothing came"):
    value = live.wait_for(true, PATIENCE)
    assert value, message() if callable(message) else message
    return value


def test_a_dip_between_two_samples(folder, broker, pi):
    """Two samples, then none for an hour: what is told now is told at once."""
    events = []

    def tell(topic, payload, _retained, _mono):
        if topic.endswith("/event"):
            events.append(json.loads(payload))

    def kinds():
        return [event["event_type"] for event in events]

    with live.Subscriber(broker.port, tell), \
            live.Agent(folder, broker.port, environment=pi.environment(), sampling__interval=3600) as agent:
        agent.wait_until_ready()
        until(lambda: agent.stats()["gpu"]["temperature"] == 47.2)
        assert agent.stats()["power"]["under_voltage"] is False
        assert agent.stats()["power"]["under_voltage_events"] == 0
        assert agent.stats()["hardware"]["firmware"] == "2021-10-29 b8a114e5"
        # until the broker has us, an event is kept: then this says that it does
        pi.alarm(True)
        until(lambda: kinds() == ["under_voltage"], agent.output)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", events[0]["at"])
        pi.alarm(False)
        until(lambda: kinds() == ["under_voltage", "under_voltage_over"])
        # came and went before anybody looked; the kernel needs two seconds for that
        time.sleep(2)
        pi.alarm(False)
        until(lambda: kinds()[2:] == ["under_voltage", "under_voltage_over"])
        power = json.loads(agent.get("/stats?cache=false")[1])["power"]
        assert power["under_voltage_events"] == 2
        assert power["under_voltage"] is False
        assert power["under_voltage_occurred"] is True
        assert len(events) == 4


def test_throttling_is_an_event(folder, broker, pi):
    events = []

    def tell(topic, payload, _retained, _mono):
        if topic.endswith("/event"):
            events.append(json.loads(payload)["event_type"])

    with live.Subscriber(broker.port, tell), \
            live.Agent(folder, broker.port, environment=pi.environment(), sampling__interval=1,
                       sampling__intervals="videocore=1") as agent:
        agent.wait_until_ready()
        until(lambda: agent.stats()["power"]["throttled"] is False)
        pi.write("firmware/get_throttled", "throttled=0x40004\n")
        until(lambda: events == ["throttled"])
        until(lambda: agent.stats()["power"]["throttled"] is True)
        pi.write("firmware/get_throttled", "throttled=0x40000\n")
        until(lambda: events[1:] == ["throttled_over"])
        pi.write("firmware/get_throttled", "throttled=0xc0000\n")  # over before it was seen
        until(lambda: events[2:] == ["soft_temp_limit", "soft_temp_limit_over"])
        assert agent.stats()["power"]["soft_temp_limit"] is False
        assert agent.stats()["power"]["soft_temp_limit_occurred"] is True


def test_asked_gently(folder, broker, pi):
    """However often samples are wanted: once a second, refusals never again, nothing that changes anything."""
    with live.Agent(folder, broker.port, environment=pi.environment(), sampling__interval=0.5,
                    sampling__intervals="videocore=0.5") as agent:
        agent.wait_until_ready()

        def rounds():
            agent.get("/stats?cache=false")
            return [at for at, command in pi.asked() if command == "get_throttled"]

        times = until(lambda: len(rounds()) >= 6 and rounds())
        assert min(later - before for before, later in zip(times, times[1:])) >= 0.999
        commands = [command for _, command in pi.asked()]
        assert commands.count("pmic_read_adc") == 1
        assert commands.count("measure_clock sdram") == 1
        assert commands.count("version") == 1
        assert {command.replace(" ", "_") for command in commands} <= \
            {*REPLIES, "pmic_read_adc", "measure_clock_sdram", "bootloader_version"}


def test_a_wedged_firmware(folder, broker, pi):
    """Only its own values grow old; the rest goes on, and so does the end."""
    with live.Agent(folder, broker.port, environment=pi.environment(), sampling__interval=1,
                    sampling__intervals="videocore=1") as agent:
        agent.wait_until_ready()
        until(lambda: agent.stats()["gpu"]["temperature"] == 47.2)
        pi.write("wedged", "")
        until(lambda: agent.stats()["gpu"]["temperature"] is None)
        before = agent.stats()["timestamp"]
        until(lambda: agent.stats()["timestamp"] > before)
        assert agent.stats()["power"]["under_voltage"] is False  # the kernel's word for it
        assert agent.stats()["memory"]["total"] > 0
        os.remove(pi.path("wedged"))
        until(lambda: agent.stats()["gpu"]["temperature"] == 47.2)
        pi.write("wedged", "")
        n = len(pi.asked())
        until(lambda: len(pi.asked()) > n)
        status, seconds = agent.stop(ENDING)
        assert status == 0 and seconds < ENDING


def test_a_closed_device(folder, broker, pi):
    pi.write("closed", "")
    with live.Agent(folder, broker.port, environment=pi.environment()) as agent:
        agent.wait_until_ready()
        until(lambda: agent.stats()["power"]["under_voltage"] is False)
        assert agent.stats()["gpu"]["temperature"] is None
        assert pi.asked() == []
