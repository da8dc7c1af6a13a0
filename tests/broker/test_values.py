"""What is published, and when."""
import json
import time

import rig


def test_refresh_command(stage):
    broker = stage.broker().start()
    agent = stage.agent(broker.port, sampling__refresh=3600).start()
    rig.complete(broker.port, agent.base, same=False)
    time.sleep(4)  # the look at what earlier runs left is over
    watcher = stage.watcher(broker.port)
    time.sleep(2.5)
    assert watcher.count(f"{agent.base}/memory/total") == 0, "a constant value is not sent again"
    assert watcher.count(f"{agent.base}/state") >= 1
    watcher.publish(f"{agent.base}/command/refresh", "")
    watcher.heard(f"{agent.base}/memory/total")
    assert watcher.heard(f"{agent.base}/status", "online")


def test_constant_value_comes_at_refresh(stage):
    broker = stage.broker().start()
    agent = stage.agent(broker.port, sampling__refresh=4).start()
    rig.complete(broker.port, agent.base, same=False)
    watcher = stage.watcher(broker.port)
    time.sleep(9.5)
    assert 1 <= watcher.count(f"{agent.base}/memory/total") <= 4
    assert watcher.count(f"{agent.base}/state") >= 7


def test_retained_command_is_dropped(stage):
    broker = stage.broker().start()
    watcher = stage.watcher(broker.port)
    watcher.publish("pistat/host-a/command/refresh", "x", retain=True)
    agent = stage.agent(broker.port, sampling__refresh=3600, homeassistant__enabled="false").start()
    agent.said("retained command is an old one: not obeyed")
    agent.said("connected")
    watcher.heard(f"{agent.base}/memory/total")
    time.sleep(2.5)
    assert watcher.count(f"{agent.base}/memory/total") == 1
    assert agent.log().count("not obeyed") == 1


def test_broker_that_takes_small_messages_only(stage):
    broker = stage.broker(extra="allow_anonymous true\nmax_packet_size 2000\n").start()
    agent = stage.agent(broker.port, mqtt__version="5").start()
    agent.said(rf"{agent.base}/state: \d+ bytes are more than the broker takes")
    time.sleep(3)
    assert agent.log().count(f"{agent.base}/state:") == 1
    held = rig.retained(broker.port)
    assert f"{agent.base}/memory/total" in held and f"{agent.base}/state" not in held


def test_broker_that_throws_out_who_sends_too_much(stage):
    """MQTT 3.1.1 cannot say why; a second client with our id looks the same."""
    broker = stage.broker(extra="allow_anonymous true\nmax_packet_size 2000\n").start()
    agent = stage.agent(broker.port).start()
    agent.said("another client uses the id .*, or it does not take what pistat sends; next try in")


def test_commands_can_be_switched_off(stage):
    broker = stage.broker().start()
    agent = stage.agent(broker.port, sampling__refresh=3600, mqtt__commands="false").start()
    watcher = stage.watcher(broker.port)
    watcher.heard(f"{agent.base}/memory/total")
    time.sleep(4)
    before = watcher.count(f"{agent.base}/memory/total")
    watcher.publish(f"{agent.base}/command/refresh", "x")
    time.sleep(2)
    assert watcher.count(f"{agent.base}/memory/total") == before


def test_leftovers_of_an_earlier_run(stage):
    broker = stage.broker().start()
    agent = stage.agent(broker.port, sampling__deadbands="*=0")
    watcher = stage.watcher(broker.port)
    old = [f"{agent.base}/network/usb7/bytes_sent", f"{agent.base}/gone", f"{agent.base}/disks/sdz/model"]
    kept = ["pistat/host-b/cpu_usage", "pistat/host-a2/cpu_usage", "other"]
    for topic in old + kept:
        watcher.publish(topic, "1", retain=True)
    agent.start()
    rig.complete(broker.port, agent.base)
    held = rig.retained(broker.port)
    assert not [topic for topic in old if topic in held]
    assert all(held[topic] == "1" for topic in kept)


def test_without_scalars(stage):
    broker = stage.broker().start()
    agent = stage.agent(broker.port).start()
    rig.complete(broker.port, agent.base, same=False)
    agent.end()
    agent = stage.agent(broker.port, mqtt__scalars="false", homeassistant__enabled="false").start()
    watcher = stage.watcher(broker.port)

    def only_state():
        held = rig.retained(broker.port)
        return sorted(topic for topic in held if topic.startswith("pistat/")) == [
            f"{agent.base}/state", f"{agent.base}/status"]

    rig.until(only_state)
    watcher.publish("mark", "1")  # what comes after it was sent after the clearing
    watcher.heard("mark")
    since = len(watcher.live)
    watcher.heard(f"{agent.base}/state", since=since)
    assert {topic for topic, _ in watcher.live[since:] if topic.startswith("pistat/")} == {f"{agent.base}/state"}


def test_without_state(stage):
    broker = stage.broker().start()
    agent = stage.agent(broker.port).start()
    rig.complete(broker.port, agent.base, same=False)
    agent.end()
    agent = stage.agent(broker.port, mqtt__state="false").start()
    rig.until(lambda: f"{agent.base}/state" not in rig.retained(broker.port))
    assert f"{agent.base}/memory/total" in rig.retained(broker.port)


def test_without_retain(stage):
    broker = stage.broker().start()
    agent = stage.agent(broker.port).start()
    rig.complete(broker.port, agent.base, same=False)
    agent.end()
    agent = stage.agent(broker.port, mqtt__retain="false").start()
    watcher = stage.watcher(broker.port)
    json.loads(watcher.heard(f"{agent.base}/state")[0])
    rig.until(lambda: [topic for topic in rig.retained(broker.port) if topic.startswith(agent.base)]
              == [f"{agent.base}/status"])


def test_other_base_and_qos(stage):
    broker = stage.broker().start()
    agent = stage.agent(broker.port, mqtt__base="home/hosts", mqtt__qos=1, sampling__deadbands="*=0").start()
    rig.complete(broker.port, "home/hosts/host-a")
    broker.end(rig.signal.SIGKILL)
    agent.said("connection lost")
    broker.start()
    rig.complete(broker.port, "home/hosts/host-a")
    assert not [topic for topic in rig.retained(broker.port) if topic.startswith("pistat/")]


def test_namesake(stage):
    """Another host of our name goes: its will must not leave us offline."""
    broker = stage.broker().start()
    agent = stage.agent(broker.port).start()
    watcher = stage.watcher(broker.port)
    watcher.heard(f"{agent.base}/status", "online")
    since = len(watcher.live)
    watcher.publish(f"{agent.base}/status", "offline", retain=True)
    watcher.heard(f"{agent.base}/status", "online", since)
    assert rig.retained(broker.port)[f"{agent.base}/status"] == "online"
