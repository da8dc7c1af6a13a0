"""Every captured machine's discovery is faultless, and the checker that says so would find a fault."""

import copy
import json
import os
import subprocess

import check_discovery
import live
import pytest


def once(machine, wanted, **options):
    """The messages of that format for a captured machine."""
    chosen = {"node.name": "attic", "node.id": "pistat_0123456789ab"}
    chosen.update({path.replace("__", "."): value for path, value in options.items()})
    config = f"{machine}/pistat.conf"
    result = subprocess.run(
        [live.PISTAT, "once", "--config", config if os.path.exists(config) else "/dev/null", "--root", f"{machine}/0", "--then", f"{machine}/1",
         "--elapsed", "10", "--format", wanted],
        env=live.pistat_environment(chosen), capture_output=True, text=True, check=True)
    return check_discovery.read_messages(result.stdout)


@pytest.mark.parametrize("scalars", ["true", "false"], ids=["scalars", "state"])
@pytest.mark.parametrize("style", ["device", "entities"])
def test_machine(machine, style, scalars):
    discovery = once(machine, "discovery", homeassistant__style=style, mqtt__scalars=scalars)
    topics = dict(once(machine, "topics", mqtt__scalars=scalars))
    assert check_discovery.check(discovery, topics) == []


def test_same_identities_in_both_styles(machine):
    (topic, payload), = once(machine, "discovery", homeassistant__style="device")
    components = json.loads(payload)["cmps"]
    entities = once(machine, "discovery", homeassistant__style="entities")
    assert {f"homeassistant/{one['p']}/pistat_0123456789ab/{key}/config": one["uniq_id"]
            for key, one in components.items()} == {name: json.loads(text)["uniq_id"] for name, text in entities}
    assert topic == "homeassistant/device/pistat_0123456789ab/config"


# ---- the checker itself, on messages made by hand ----

BASE = "pistat/attic"
ID = "pistat_0123456789ab"
DEVICE_TOPIC = f"homeassistant/device/{ID}/config"


def component(key, platform, name, topic, **more):
    one = {"p": platform, "uniq_id": f"{ID}_{key}", "def_ent_id": f"{platform}.attic_{key}", "name": name,
           "stat_t": f"{BASE}/{topic}"}
    if platform != "event":
        one["exp_aft"] = 180
    one.update(more)
    return one


def numeric(key, name, topic, unit, **more):
    return component(key, "sensor", name, topic, unit_of_meas=unit, stat_cla="measurement", sug_dsp_prc=1, **more)


GOOD = {
    "dev": {"ids": [ID], "name": "attic", "mdl": "Raspberry Pi 4 Model B Rev 1.4", "sn": "0123"},
    "o": {"name": "pistat", "sw": "1.0"},
    "avty_t": f"{BASE}/status",
    "cmps": {
        "cpu_usage": numeric("cpu_usage", "CPU usage", "cpu_usage", "%", ic="mdi:cpu-64-bit"),
        "cpu_temp": numeric("cpu_temp", "CPU temperature", "cpu_temp", "°C", dev_cla="temperature"),
        "memory_free": numeric("memory_free", "Memory free", "memory/free", "MiB", dev_cla="data_size", en=False,
                               val_tpl="{{ (value | float / 1048576) | round(1) if value else '' }}"),
        "network_eth0_up": component("network_eth0_up", "binary_sensor", "eth0 link", "network/eth0/up",
                                     dev_cla="connectivity"),
        "boot_time": component("boot_time", "sensor", "Last boot", "boot_time", dev_cla="timestamp",
                               ent_cat="diagnostic"),
        "system_kernel": component("system_kernel", "sensor", "Kernel", "system/kernel"),
        "event": component("event", "event", "Event", "event", evt_typ=["oom_kill", "link_up"], qos=1),
    },
}
TOPICS = {
    f"{BASE}/status": "online", f"{BASE}/cpu_usage": "12.5", f"{BASE}/cpu_temp": "48", f"{BASE}/memory/free": "1048576",
    f"{BASE}/network/eth0/up": "ON", f"{BASE}/boot_time": "2026-11-20T13:19:00+00:00", f"{BASE}/system/kernel": "6.1.0",
    f"{BASE}/state": json.dumps({"cpu_usage": 12.5, "cpu_temp": None, "load_avg": [1, 2], "governor": "ondemand"}),
}


def test_good_messages_have_no_mistake():
    assert check_discovery.check([(DEVICE_TOPIC, json.dumps(GOOD))], TOPICS) == []


def put(*path):
    """A mutation that sets, or with DROP removes, what stands at the path."""
    *way, last, value = path

    def mutate(config, _topics):
        for step in way:
            config = config[step]
        if value is DROP:
            del config[last]
        else:
            config[last] = value
    return mutate


def say(topic, payload):
    def mutate(_config, topics):
        if payload is DROP:
            del topics[f"{BASE}/{topic}"]
        else:
            topics[f"{BASE}/{topic}"] = payload
    return mutate


DROP = object()
C = "cmps"
MISTAKES = [
    (put("~", "pistat/attic"), "unknown root keys"),
    (put("qos", 1), "unknown root keys"),
    (put("avty_t", DROP), "no availability topic"),
    (put("o", DROP), "no origin"),
    (put("o", {"sw": "1"}), "origin without a name"),
    (put("o", "ip", "192.0.2.1"), "unknown origin keys"),
    (put("dev", DROP), "no device"),
    (put("dev", "ip", "192.0.2.1"), "unknown device keys"),
    (put("dev", "ids", DROP), "without identifiers"),
    (put("dev", "ids", ["other"]), "different ids"),
    (put("dev", "name", DROP), "without a name"),
    (put("dev", "mdl", ""), "is empty"),
    (put("dev", "mf", None), "is null"),
    (put("dev", "hw", 3), "is no text"),
    (put("dev", "cu", "attic.lan"), "is no link"),
    (put("dev", "cns", [["mac", "02:00:00:00:00:01"]]), "connections"),
    (put(C, {}), "no components"),
    (put(C, "cpu_usage", "p", "gauge"), "platform 'gauge'"),
    (put(C, "cpu_usage", "p", DROP), "platform None"),
    (put(C, "cpu_usage", "icon", "mdi:x"), "unknown keys"),
    (put(C, "network_eth0_up", "stat_cla", "measurement"), "unknown keys"),
    (put(C, "cpu_usage", "uniq_id", DROP), "missing keys"),
    (put(C, "cpu_usage", "uniq_id", f"{ID}_cpu"), "unique id"),
    (put(C, "cpu_usage", "uniq_id", f"{ID}_cpu_temp"), "used twice"),
    (put(C, "cpu_usage", "def_ent_id", "sensor.attic_cpu_temp"), "used twice"),
    (put(C, "cpu_usage", "def_ent_id", "binary_sensor.attic_cpu_usage"), "another platform"),
    (put(C, "cpu_usage", "def_ent_id", "sensor.Attic-cpu"), "is no slug"),
    (put(C, "cpu_usage", "def_ent_id", "sensor.attic__cpu"), "is no slug"),
    (put(C, "cpu_usage", "obj_id", "other"), "two different entity ids"),
    (put(C, "cpu_usage", "ent_cat", "config"), "entity category"),
    (put(C, "cpu_usage", "en", True), "en is only"),
    (put(C, "cpu_usage", "ic", "cpu"), "icon"),
    (put(C, "cpu_usage", "exp_aft", 0), "expire_after"),
    (put(C, "cpu_usage", "exp_aft", "180"), "expire_after"),
    (put(C, "cpu_usage", "exp_aft", DROP), "missing keys"),
    (put(C, "cpu_usage", "unit_of_meas", ""), "is empty"),
    (put(C, "cpu_temp", "unit_of_meas", "C"), "is not valid with device class"),
    (put(C, "cpu_usage", "dev_cla", "power_factor"), "is not known"),
    (put(C, "cpu_usage", "dev_cla", "temperature"), "is not valid with device class"),
    (put(C, "cpu_temp", "stat_cla", "total_increasing"), "is impossible with device class"),
    (put(C, "cpu_usage", "sug_dsp_prc", DROP), "precision"),
    (put(C, "cpu_usage", "sug_dsp_prc", 1.5), "precision"),
    (put(C, "boot_time", "sug_dsp_prc", 0), "is no number"),
    (put(C, "boot_time", "stat_cla", "measurement"), "is no number"),
    (put(C, "system_kernel", "sug_dsp_prc", 0), "is no number"),
    (put(C, "network_eth0_up", "dev_cla", "link"), "binary device class"),
    (put(C, "event", "evt_typ", []), "event types"),
    (put(C, "event", "evt_typ", ["a", "a"]), "event types"),
    (put(C, "event", "stat_t", f"{BASE}/events"), "of events"),
    (put(C, "cpu_usage", "name", DROP), "missing keys"),
    (put(C, "cpu_usage", "name", "attic CPU usage"), "repeats the device's"),
    (put(C, "cpu_usage", "name", "CPU usage %"), "ends in a unit"),
    (put(C, "cpu_usage", "name", "CPU Usage"), "sentence case"),
    (put(C, "cpu_usage", "name", "cpu usage"), "begins small"),
    (put(C, "cpu_usage", "name", "CPU temperature"), "name 'CPU temperature' is used twice"),
    (put(C, "cpu_usage", "qos", 3), "qos"),
    (put(C, "cpu_usage", "ops", ["a"]), "without the class enum"),
    (put(C, "system_kernel", "dev_cla", "enum"), "enum without options"),
    (put("o", "url", "pistat"), "origin.url is no link"),
    (put("dev", "ids", []), "is an empty list"),
    (put(C, "event", "val_tpl", "{{ value }}"), "of events"),
    (say("cpu_usage", "100.1"), "100.1 %"),
    (say("cpu_usage", "-0.1"), "-0.1 %"),
    (put(C, "cpu_usage", "stat_t", f"{BASE}/cpu"), "nothing is ever published"),
    (put(C, "cpu_usage", "stat_t", f"{BASE}/#"), "wildcard"),
    (put(C, "memory_free", "val_tpl", DROP), "bytes would be shown"),
    (put(C, "memory_free", "unit_of_meas", "GiB"), "for GiB"),
    (put(C, "memory_free", "val_tpl", "{{ value }}"), "template"),
    (put(C, "CPU-Usage", component("CPU-Usage", "sensor", "CPU", "cpu_usage")), "is no slug"),
    (say("cpu_usage", "12,5"), "is no number"),
    (say("cpu_usage", "nan"), "is no number"),
    (say("cpu_usage", DROP), "nothing is ever published"),
    (say("network/eth0/up", "true"), "neither ON nor OFF"),
    (say("boot_time", "1763644740"), "is no moment"),
    (say("boot_time", "2026-11-20T13:19:00"), "has no zone"),
    (say("system/kernel", "x" * 256), "too many for a state"),
    (say("status", "offline"), "does not say online"),
]


@pytest.mark.parametrize("mutate, complaint", MISTAKES, ids=[str(n) for n in range(len(MISTAKES))])
def test_a_mistake_is_found(mutate, complaint):
    config, topics = copy.deepcopy(GOOD), dict(TOPICS)
    mutate(config, topics)
    mistakes = check_discovery.check([(DEVICE_TOPIC, json.dumps(config))], topics)
    assert any(complaint in mistake for mistake in mistakes), mistakes


@pytest.mark.parametrize("topic, complaint", [
    ("homeassistant/device/config", "no discovery topic"),
    (f"homeassistant/device/{ID}", "no discovery topic"),
    (f"homeassistant/device/attic/{ID}/config", "a node id in the device's topic"),
    ("homeassistant/device/at tic/config", "in a discovery topic"),
    (f"homeassistant/sensor/{ID}/config", "no node id"),
])
def test_a_wrong_topic_is_found(topic, complaint):
    mistakes = check_discovery.check([(topic, json.dumps(GOOD))], TOPICS)
    assert any(complaint in mistake for mistake in mistakes), mistakes


@pytest.mark.parametrize("payload, complaint", [
    ("", "no JSON"), ("{", "no JSON"), ("[]", "no object"), ('{"exp_aft":NaN}', "NaN"),
    ('{"cmps":{"a":{},"a":{}}}', "keys come twice: ['a']")])
def test_wrong_json_is_found(payload, complaint):
    mistakes = check_discovery.check([(DEVICE_TOPIC, payload)], TOPICS)
    assert any(complaint in mistake for mistake in mistakes), mistakes


def entity():
    config = {"dev": copy.deepcopy(GOOD["dev"]), "o": GOOD["o"], "avty_t": GOOD["avty_t"], **GOOD[C]["cpu_usage"]}
    del config["dev"]["sn"], config["p"]
    return config


def test_entities_style():
    topic = f"homeassistant/sensor/{ID}/cpu_usage/config"
    config = entity()
    assert check_discovery.check([(topic, json.dumps(config))], TOPICS) == []
    assert "of another platform" in str(check_discovery.check(
        [(topic.replace("/sensor/", "/binary_sensor/"), json.dumps(config))], TOPICS))
    assert "the topic's to say" in str(check_discovery.check([(topic, json.dumps({"p": "sensor", **config}))], TOPICS))
    config["dev"]["sn"] = "0123"
    assert "unknown device keys ['sn']" in str(check_discovery.check([(topic, json.dumps(config))], TOPICS))


@pytest.mark.parametrize("template, complaint", [
    ("{{ value_json['cpu_usage'] }}", None),
    ("{{ value_json['load_avg'][1] }}", None),
    ("{{ value_json['cpu_temp'] }}", "null in the state document"),
    ("{{ value_json['load_avg'][2] }}", "finds nothing"),
    ("{{ value_json['gpu']['usage'] }}", "finds nothing"),
    ("{{ value }}", "finds nothing"),
    ("{{ value_json['governor'] }}", "'ondemand' is no number"),
])
def test_templates_must_find_something(template, complaint):
    config = entity()
    config.update(stat_t=f"{BASE}/state", val_tpl=template)
    mistakes = check_discovery.check([(f"homeassistant/sensor/{ID}/cpu_usage/config", json.dumps(config))], TOPICS)
    assert mistakes == [] if complaint is None else complaint in str(mistakes)
