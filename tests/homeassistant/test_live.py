"""Discovery over time: births, things that come and go, restarts, another style, and forgetting all of it."""

import json
import os
import shutil
import subprocess
import threading
import time

import conftest
import live
import paho.mqtt.publish
import pytest

pytestmark = pytest.mark.skipif(not live.find("mosquitto"), reason="mosquitto is not installed")

MACHINE = os.path.join(conftest.HOSTS, "x86-server", "0")
LONG = 40  # seconds, until something hangs


@pytest.fixture(scope="module", name="broker")
def running_broker():
    with live.Folder() as folder, live.Broker(folder) as broker:
        yield broker


@pytest.fixture(name="folder")
def empty_folder():
    with live.Folder() as folder:
        yield folder


class Host(live.Process):
    """pistat on a copy of a captured machine, which may be changed while it runs."""

    def __init__(self, folder, port, node, **options):
        self.node, self.id = node, "pistat_test_" + node
        self.tree = os.path.join(folder, "tree")
        self.state = os.path.join(folder, "state")
        self.topic = f"homeassistant/device/{self.id}/config"
        if not os.path.exists(self.tree):
            shutil.copytree(MACHINE, self.tree, symlinks=True)
        self.options = {"node.name": node, "node.id": self.id, "node.state_directory": self.state,
                        "mqtt.host": "127.0.0.1", "mqtt.port": port, "http.enabled": "false",
                        "sampling.interval": 0.5, "sampling.refresh": 2, "sampling.intervals": "filesystems=1",
                        "homeassistant.status_topic": f"ha/{node}"}
        self.options.update({path.replace("__", "."): value for path, value in options.items()})
        super().__init__([live.PISTAT, "run", "--config", "/dev/null", "--root", self.tree], folder, "pistat",
                         live.pistat_environment(self.options))

    def path(self, *parts):
        return os.path.join(self.tree, *parts)

    def without_lines(self, text, *parts):
        """Takes the lines with that text out of a file, at once as the kernel does it."""
        path = self.path(*parts)
        with open(path, encoding="utf-8") as file:
            lines = [line for line in file if text not in line]
        with open(path + ".new", "w", encoding="utf-8") as file:
            file.writelines(lines)
        os.rename(path + ".new", path)

    def pull_interface(self, name):
        os.unlink(self.path("sys", "class", "net", name))
        self.without_lines(name + ":", "proc", "net", "dev")

    def plug_interface(self, name):
        for parts in (("proc", "net", "dev"), ("sys", "class", "net", name)):
            path = self.path(*parts)
            if os.path.lexists(path):
                os.unlink(path)
            shutil.copy(os.path.join(MACHINE, *parts), path, follow_symlinks=False)

    def announced(self):
        """The remembered set, {key: platform}."""
        try:
            with open(os.path.join(self.state, "announced"), encoding="ascii") as file:
                return dict(line.split()[:2] for line in file.read().splitlines()[1:])
        except FileNotFoundError:
            return {}


class Record:
    """Every message since it began, in order."""

    def __init__(self, port):
        self.messages = []
        self.subscriber = live.Subscriber(
            port, lambda *message: self.messages.append(message))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.subscriber.__exit__()

    def on(self, topic):
        """Payloads on that topic that are no replay."""
        return [payload for name, payload, retained, _ in list(self.messages) if name == topic and not retained]

    def times(self, topic):
        return [at for name, _, retained, at in list(self.messages) if name == topic and not retained]

    def wait(self, topic, true, seconds=LONG):
        """The first live payload on the topic for which it is true."""
        found = live.wait_for(lambda: [payload for payload in self.on(topic) if true(payload)], seconds)
        assert found, f"{topic}: {[payload[:300] for payload in self.on(topic)]}"
        return found[0]


def retained(port, pattern="#"):
    """{topic: payload} of all that the broker keeps: each message names itself, and a marker comes after all of them."""
    kept, marker, end = {}, f"marker/{time.monotonic()}", threading.Event()

    def hear(topic, payload, old, _):
        if topic == marker:
            end.set()
        elif old:
            kept[topic] = payload

    with live.Subscriber(port, hear, [(pattern, 0), (marker, 0)]):
        say(port, marker, "")
        assert end.wait(LONG)
    return {topic: payload for topic, payload in kept.items() if payload}


def components(payload):
    return json.loads(payload)["cmps"] if payload else {}


def say(port, topic, payload, retain=False):
    paho.mqtt.publish.single(topic, payload, retain=retain, hostname="127.0.0.1", port=port)


def test_births(broker, folder):
    """Three births are answered once, within 12 seconds, with everything; a retained one is history."""
    say(broker.port, "ha/old", "online", retain=True)
    os.mkdir(os.path.join(folder, "old"))
    with Record(broker.port) as record, \
            Host(folder, broker.port, "born", sampling__refresh=3600) as born, \
            Host(os.path.join(folder, "old"), broker.port, "old", sampling__refresh=3600) as old:
        record.wait(born.topic, components)
        record.wait(old.topic, components)
        time.sleep(7)  # what the first samples did not have yet is announced by now
        announced, quiet = len(record.on(born.topic)), len(record.on(old.topic))
        for _ in range(3):
            say(broker.port, "ha/born", "online")
            time.sleep(0.1)
        said = time.monotonic()
        say(broker.port, "ha/born", "offline")
        assert live.wait_for(lambda: len(record.on(born.topic)) > announced, 12), "no answer to a birth"
        again = record.times(born.topic)[-1]
        assert again - said >= 0.8, "a houseful of agents would answer at once"
        values = f"pistat/{born.node}/system/kernel"
        assert live.wait_for(lambda: [at for at in record.times(values) if at > again], 10), "no values after it"
        time.sleep(max(0, said + 12 - time.monotonic()))
        assert len(record.on(born.topic)) == announced + 1
        assert len(record.on(old.topic)) == quiet, "a retained birth was answered"
        assert record.on(born.topic)[-1] == record.on(born.topic)[-2]
    say(broker.port, "ha/old", "", retain=True)


def test_things_come_and_go(broker, folder):
    """An interface and a filesystem that vanish are withdrawn in two steps; what comes back is announced."""
    link, usage = "network_enp4s0_up", "filesystems_srv_my_data_percent"
    with Record(broker.port) as record, Host(folder, broker.port, "mover") as host:
        record.wait(host.topic, lambda payload: {link, usage} <= set(components(payload)))
        assert live.wait_for(lambda: {link, usage} <= set(host.announced()), LONG)
        host.pull_interface("enp4s0")
        host.without_lines("/srv/my\\040data", "proc", "self", "mountinfo")
        # each when its collector has noticed
        record.wait(host.topic, lambda payload: components(payload).get(link) == {"p": "binary_sensor"})
        record.wait(host.topic, lambda payload: components(payload).get(usage) == {"p": "sensor"})
        record.wait(host.topic, lambda payload: not {link, usage} & set(components(payload)))
        assert live.wait_for(lambda: not {link, usage} & set(host.announced()), LONG)
        final = components(record.on(host.topic)[-1])
        assert not [key for key in final if "enp4s0" in key or "srv_my_data" in key]
        # since 2026.5 Home Assistant answers that by emptying the whole topic
        parts = [part for payload in record.on(host.topic) for part in components(payload).items()]
        bare = {key for key, one in parts if len(one) == 1}
        assert bare and not bare & {key for key, one in parts if one.get("en") is False}, bare
        assert final["network_eno1_up"]["uniq_id"] == f"{host.id}_network_eno1_up"

        host.plug_interface("enp4s0")
        assert live.wait_for(lambda: link in components(record.on(host.topic)[-1]), LONG)
        # Home Assistant reads one changed message at a time
        times = [at for at, payload, before in zip(record.times(host.topic)[1:], record.on(host.topic)[1:],
                                                   record.on(host.topic)) if payload != before]
        assert all(later - earlier > 4.8 for earlier, later in zip(times, times[1:])), times
        # the form in which a thing is withdrawn is kept for a while
        shown = [at for at, payload in zip(record.times(host.topic), record.on(host.topic))
                 if link in components(payload) and len(components(payload)[link]) == 1]
        left = next(at for at, payload in zip(record.times(host.topic), record.on(host.topic))
                    if at > shown[0] and link not in components(payload))
        assert left - shown[0] > 9.8


def test_a_moment_of_absence_changes_nothing(broker, folder):
    with Record(broker.port) as record, Host(folder, broker.port, "blink", sampling__refresh=8) as host:
        record.wait(host.topic, lambda payload: "network_enp4s0_up" in components(payload))
        time.sleep(7)
        before = len(record.on(host.topic))
        host.pull_interface("enp4s0")
        time.sleep(3)
        host.plug_interface("enp4s0")
        time.sleep(7)
        assert record.on(host.topic)[before:] == []


def test_a_value_that_goes_is_unavailable_and_no_more(broker, folder):
    """The interface is there without a link speed, the host without swap: their entities stay as they are."""
    with Record(broker.port) as record, Host(folder, broker.port, "partial") as host:
        speed, swap = f"pistat/{host.node}/network/eno1/speed", f"pistat/{host.node}/swap/percent"
        record.wait(host.topic, lambda payload: {"network_eno1_speed", "swap_percent"} <= set(components(payload)))
        record.wait(speed, lambda payload: payload)
        time.sleep(6)
        before = len(record.on(host.topic))
        os.unlink(host.path("sys", "class", "net", "eno1", "speed"))
        host.without_lines("SwapTotal", "proc", "meminfo")
        for topic in (speed, swap):
            record.wait(topic, lambda payload: payload == b"")
        time.sleep(6)
        assert record.on(host.topic)[before:] == []


def test_entities_that_go_are_emptied(broker, folder):
    with Record(broker.port) as record, \
            Host(folder, broker.port, "single", homeassistant__style="entities") as host:
        gone = f"homeassistant/binary_sensor/{host.id}/network_enp4s0_up/config"
        stays = f"homeassistant/binary_sensor/{host.id}/network_eno1_up/config"
        assert "cmps" not in json.loads(record.wait(gone, lambda payload: payload))
        assert live.wait_for(lambda: "network_enp4s0_up" in host.announced(), LONG)
        said = len(record.on(stays))
        host.pull_interface("enp4s0")
        record.wait(gone, lambda payload: payload == b"")
        assert live.wait_for(lambda: "network_enp4s0_up" not in host.announced(), LONG)
        assert len(record.on(stays)) == said, "what did not change was said again"
        assert stays in retained(broker.port) and gone not in retained(broker.port)


def test_what_vanished_while_stopped_is_withdrawn(broker, folder):
    link = "network_enp4s0_up"
    with Host(folder, broker.port, "sleeper") as host:
        assert live.wait_for(lambda: link in host.announced(), LONG)
        assert os.stat(os.path.join(host.state, "announced")).st_mode & 0o777 == 0o600
        live.wait_for(lambda: host.topic in retained(broker.port), LONG)
    host.pull_interface("enp4s0")
    with Record(broker.port) as record, Host(folder, broker.port, "sleeper") as host:
        record.wait(host.topic, lambda payload: components(payload).get(link) == {"p": "binary_sensor"})
        record.wait(host.topic, lambda payload: link not in components(payload))
        assert live.wait_for(lambda: host.announced() and link not in host.announced(), LONG)


def test_another_name_is_another_name_and_no_more(broker, folder):
    """The same identities under the new name; that it has one is said once."""
    said = []
    with Record(broker.port) as record:
        for name in ("cave", "cellar", "cellar"):
            before = len(record.on("homeassistant/device/pistat_test_cave/config"))
            with Host(folder, broker.port, "cave", node__name=name) as host:
                assert live.wait_for(lambda: len(record.on(host.topic)) > before, LONG)
                live.wait_for(lambda: "memory_percent" in host.announced(), LONG)
                log = host.output()
            config = json.loads(record.on(host.topic)[-1])
            assert config["dev"] == {**config["dev"], "ids": [host.id], "name": name}
            assert config["cmps"]["memory_percent"]["uniq_id"] == f"{host.id}_memory_percent"
            assert config["cmps"]["memory_percent"]["stat_t"] == f"pistat/{name}/memory/percent"
            said.append("known as cave before" in log)
        assert said == [False, True, False]


def test_another_style_takes_over(broker, folder):
    """device → entities → device, each time by Home Assistant's migration: asked, told, and then emptied."""
    with Host(folder, broker.port, "mixed") as host:
        assert live.wait_for(lambda: "memory_percent" in host.announced(), LONG)
        assert live.wait_for(lambda: host.topic in retained(broker.port), LONG)
        device, entity = host.topic, f"homeassistant/sensor/{host.id}/memory_percent/config"
    unique = f"{host.id}_memory_percent"
    for style, old, new in (("entities", device, entity), ("device", entity, device)):
        with Record(broker.port) as record, \
                Host(folder, broker.port, "mixed", homeassistant__style=style) as host:
            told = json.loads(record.wait(new, lambda payload: b"dev" in payload))
            assert (told["cmps"]["memory_percent"] if style == "device" else told)["uniq_id"] == unique
            record.wait(old, lambda payload: payload == b"")
            assert [json.loads(payload) if payload else None for payload in record.on(old)] == [
                {"migrate_discovery": True}, None]
            asked, emptied = record.times(old)
            assert asked + 2 < emptied, "Home Assistant needs time between the steps"
            assert emptied <= record.times(new)[0], "it would take this for the new one's end"
            with open(os.path.join(host.state, "announced"), encoding="ascii") as file:
                live.wait_for(lambda: file.seek(0) == 0 and f"\t{style}\t" in file.readline(), 2)
        mine = [topic for topic in retained(broker.port, "homeassistant/#") if host.id in topic]
        assert (device in mine) == (style == "device")
        assert (len(mine) == 1) == (style == "device"), mine


def test_another_prefix_leaves_nothing_behind(broker, folder):
    with Host(folder, broker.port, "moved") as host:
        assert live.wait_for(lambda: "memory_percent" in host.announced(), LONG)
        assert live.wait_for(lambda: host.topic in retained(broker.port), LONG)
    with Record(broker.port) as record, Host(folder, broker.port, "moved", homeassistant__prefix="elsewhere") as host:
        record.wait(f"elsewhere/device/{host.id}/config", components)
        assert record.wait(host.topic, lambda payload: True) == b""


def forget(host, *arguments):
    return subprocess.run([live.PISTAT, "forget", *arguments, "--config", "/dev/null", "--root", host.tree],
                          env=live.pistat_environment(host.options), capture_output=True, text=True, timeout=60,
                          check=False)


@pytest.mark.parametrize("style", ["device", "entities"])
def test_forget(broker, folder, style):
    """Nothing of ours is left, everything of others is; by another node's name too."""
    others = {"homeassistant/device/other/config": '{"o":{"name":"other"},"avty_t":"pistat/elephant/status"}',
              "pistat/elephants/status": "online", "homeassistant/sensor/x/y/config": "{}"}
    for topic, payload in others.items():
        say(broker.port, topic, payload, retain=True)
    node = "pistat/elephant/"
    for named in (False, True):
        with Host(folder, broker.port, "elephant", homeassistant__style=style) as host:
            assert live.wait_for(lambda: "event" in host.announced(), LONG)
            assert live.wait_for(lambda: [topic for topic in retained(broker.port) if host.id in topic], LONG)
            assert live.wait_for(lambda: node + "status" in retained(broker.port), LONG)
        if named:
            host.options.update({"node.name": "somebody", "node.id": "somebody"})
        result = forget(host, *(["elephant"] if named else []))
        assert result.returncode == 0, result.stderr
        kept = retained(broker.port)
        assert [topic for topic in kept if topic.startswith(node) or host.id in topic] == []
        assert set(others) <= set(kept)
        assert f"cleared {node}status" in result.stdout
        assert os.path.exists(os.path.join(host.state, "announced")) == named
        shutil.rmtree(host.state)
    for topic in others:
        say(broker.port, topic, "", retain=True)


def test_forget_without_a_broker(broker, folder):
    host = Host(folder, broker.port, "lonely")
    host.stop()
    host.options["mqtt.port"] = live.free_port()
    result = forget(host)
    assert result.returncode == 1
    assert "nothing cleared" in result.stderr and "refused" in result.stderr


def test_a_broker_that_takes_only_small_messages(folder):
    """One line says what to do, and all else goes on."""
    with live.Broker(folder, extra=["max_packet_size 20000"]) as broker, \
            Host(folder, broker.port, "big", mqtt__version="5") as host:
        assert live.wait_for(lambda: "more than the broker takes" in host.output(), LONG)
        said, = [line for line in host.output().splitlines() if "more than the broker takes" in line]
        assert host.topic in said and 'homeassistant.style = "entities"' in said
        assert live.wait_for(lambda: "pistat/big/memory/percent" in retained(broker.port), LONG)


def test_a_directory_that_cannot_be_written(broker, folder):
    """One line says what it means; discovery goes on."""
    with Record(broker.port) as record, \
            Host(folder, broker.port, "amnesic", node__state_directory="/dev/null/pistat",
                 history__enabled="false") as host:
        record.wait(host.topic, components)
        assert live.wait_for(lambda: "/dev/null/pistat" in host.output(), LONG)
        host.pull_interface("enp4s0")
        record.wait(host.topic, lambda payload: "network_enp4s0_up" not in components(payload))
        said = [line for line in host.output().splitlines() if "/dev/null/pistat" in line]
        assert len(said) == 1 and "Not a directory" in said[0], said


def test_a_damaged_file_is_replaced(broker, folder):
    os.mkdir(os.path.join(folder, "state"))
    path = os.path.join(folder, "state", "announced")
    with open(path, "wb") as file:
        file.write(b"\x00\xffnonsense\n" * 1000)
    with Host(folder, broker.port, "robust") as host:
        def readable():
            with open(path, "rb") as file:
                return file.read().startswith(b"pistat announced")
        assert live.wait_for(readable, LONG)
        assert "not in the form pistat writes" in host.output()
