"""One sample, many views: topics, table, CSV and Prometheus say what the document says."""

import csv
import datetime
import io
import json
import re

import machines
import pytest

OFFLINE = {"x86-server": {"5"}}


def is_moment(path):
    return path in ("timestamp", "boot_time") or path.endswith(".expires_at")



def keys_of(array, machine, n):
    if array == "load_avg":
        return ["1m", "5m", "15m"]
    return [str(core) for core in range(n + 1) if str(core) not in OFFLINE.get(machine, set())][:n]


def leaves(machine):
    """{path: value} of everything in the document but what is null."""
    found = {}

    def walk(prefix, value):
        if isinstance(value, dict):
            for key, inner in value.items():
                walk((*prefix, key), inner)
        elif isinstance(value, list):
            keys = keys_of(prefix[0], machine, len(value))
            assert len(keys) == len(value)
            for key, inner in zip(keys, value):
                walk((*prefix, key), inner)
        elif value is not None:
            found[".".join(prefix)] = value

    walk((), machines.state(machine))
    return found


def scalar(path, value):
    """How a topic shows it."""
    if is_moment(path):
        whole = datetime.datetime.fromtimestamp(int(value), datetime.timezone.utc)
        return whole.isoformat()
    if isinstance(value, bool):
        return "ON" if value else "OFF"
    return value if isinstance(value, str) else json.dumps(value)


def scalars(machine):
    return {path: scalar(path, value) for path, value in leaves(machine).items()}


@pytest.mark.parametrize("machine", machines.MACHINES)
def test_topics(machine):
    node = machines.state(machine)["system"]["hostname"]
    published = {topic.removeprefix(f"pistat/{node}/"): payload for topic, payload in machines.messages(machine).items()}
    assert published.pop("status") == "online"
    assert json.loads(published.pop("state")) == machines.state(machine)
    assert published == {path.replace(".", "/"): value for path, value in scalars(machine).items()}


@pytest.mark.parametrize("machine", machines.MACHINES)
def test_csv(machine):
    text = machines.once(machine, "csv")
    assert text.count("\r\n") == text.count("\n") == 2  # RFC 4180
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len(rows) == 2 and len(set(rows[0])) == len(rows[0])
    assert dict(zip(*rows, strict=True)) == scalars(machine)


@pytest.mark.parametrize("machine", machines.MACHINES)
def test_table(machine):
    expected = scalars(machine)
    shown = {}
    for line in machines.once(machine, "table").splitlines():
        path, text = re.fullmatch(r"(\S+) +(.*)", line).groups()
        unit = text.removeprefix(expected[path])
        assert unit == "" or re.fullmatch(r" (%|°C|[A-Za-z/]+)", unit), line
        shown[path] = text.removesuffix(unit)
    assert shown == expected


SAMPLE = re.compile(r'(pistat_[a-z0-9_]+)(?:\{(.*)\})? (\S+)')
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\]|\\.)*)"')


def samples(machine):
    """{(name, labels): value}, after the rules of the text format."""
    found, types, current = {}, {}, None
    for line in machines.once(machine, "prometheus").splitlines():
        if line.startswith("# HELP "):
            assert line.split(" ", 3)[3]
        elif line.startswith("# TYPE "):
            _, _, current, kind = line.split(" ")
            assert current not in types, f"{current} comes twice"
            types[current] = kind
        else:
            name, labels, value = SAMPLE.fullmatch(line).groups()
            assert name == current, f"{name} stands under {current}"
            assert name.endswith("_total") == (types[name] == "counter"), name
            key = (name, *(pair for pair in LABEL.findall(labels or "")))
            assert key not in found, line
            found[key] = float(value)
    return found


@pytest.mark.parametrize("machine", machines.MACHINES)
def test_prometheus_has_every_value_once(machine):
    assert len(samples(machine)) == len(leaves(machine))


IN_BASE_UNITS = {
    "x86-server": [
        ("pistat_cpu_usage_ratio", (), "cpu_usage", 0.01),
        ("pistat_cpu_core_usage_ratio", (("core", "6"),), "per_cpu_usage.6", 0.01),
        ("pistat_cpu_frequency_hertz", (), "cpu_freq", 1e6),
        ("pistat_memory_total_bytes", (), "memory.total", 1),
        ("pistat_network_receive_bytes_total", (("interface", "eno1"),), "network.eno1.bytes_recv", 1),
        ("pistat_network_speed_bytes_per_second", (("interface", "eno1"),), "network.eno1.speed", 125000),
        ("pistat_network_up", (("interface", "enp4s0"),), "network.enp4s0.up", 1),
        ("pistat_filesystem_free_bytes", (("mount", "/srv/my data"),), "filesystems.srv_my_data.free", 1),
        ("pistat_temperature_celsius", (("sensor", "coretemp.0_temp1"),), "temperatures.coretemp_0_temp1.celsius", 1),
        ("pistat_disk_busy_ratio", (("disk", "sda"),), "disks.sda.busy", 0.01),
        ("pistat_boot_timestamp_seconds", (), "boot_time", 1),
        ("pistat_card_usage_ratio", (("card", "0000:01:00.0"),), "gpus.0000_01_00_0.usage", 0.01),
        ("pistat_card_clock_hertz", (("card", "0000:01:00.0"),), "gpus.0000_01_00_0.clock", 1e6),
        ("pistat_raid_sync_ratio", (("array", "md1"),), "raids.md1.sync", 0.01),
    ],
    "x86-laptop": [
        ("pistat_battery_charge_ratio", (("battery", "BAT0"),), "batteries.BAT0.percent", 0.01),
        ("pistat_battery_power_watts", (("battery", "BAT0"),), "batteries.BAT0.watts", 1),
        ("pistat_network_signal_strength_dbm", (("interface", "wlp4s0"),), "network.wlp4s0.signal_strength", 1),
        ("pistat_network_transmit_bitrate_bytes_per_second", (("interface", "wlp4s0"),), "network.wlp4s0.bitrate", 125000),
        ("pistat_network_channel_frequency_hertz", (("interface", "wlp4s0"),), "network.wlp4s0.frequency", 1e6),
        ("pistat_system_packages_upgradable", (), "system.packages_upgradable", 1),
    ],
    "pi5": [
        ("pistat_board_power_watts", (), "power.watts", 1),
        ("pistat_power_input_voltage_volts", (), "power.input_voltage", 1),
        ("pistat_power_supply_current_max_amperes", (), "power.supply_current_max", 1e-3),
        ("pistat_clocks_arm_hertz", (), "clocks.arm", 1),
        ("pistat_gpu_usage_ratio", (), "gpu.usage", 0.01),
        ("pistat_system_clock_offset_seconds", (), "system.clock_offset", 1e-3),
        ("pistat_disk_life_used_ratio", (("disk", "nvme0n1"),), "disks.nvme0n1.life_used", 0.01),
    ],
    "cm4-emmc": [
        ("pistat_storage_life_used_ratio", (), "storage.life_used", 0.01),
        ("pistat_storage_lifetime_written_bytes_total", (), "storage.lifetime_written", 1),
        ("pistat_probe_value", (("probe", "boiler"), ("unit", "°C")), "probes.boiler.value", 1),
        ("pistat_unit_active", (("unit", "zigbee2mqtt"),), "units.zigbee2mqtt.active", 1),
    ],
}


@pytest.mark.parametrize("machine, name, labels, path, scale", [
    (machine, *row) for machine, rows in IN_BASE_UNITS.items() for row in rows])
def test_prometheus_is_in_base_units(machine, name, labels, path, scale):
    assert samples(machine)[(name, *labels)] == pytest.approx(leaves(machine)[path] * scale, rel=1e-12)


@pytest.mark.parametrize("machine", machines.MACHINES)
def test_entities_have_a_topic(machine):
    """Both styles announce the same entities, and each reads a topic that carries a value or events."""
    topics = {*machines.messages(machine), f"pistat/{machines.state(machine)['system']['hostname']}/event"}
    [device] = [machines.parse(payload) for payload in machines.messages(machine, "discovery").values()]
    by_device = {c["uniq_id"]: c["stat_t"] for c in device["cmps"].values()}
    entities = machines.messages(machine, "discovery", "--set", "homeassistant.style=entities").values()
    by_entity = {c["uniq_id"]: c["stat_t"] for c in map(machines.parse, entities)}
    assert by_device == by_entity
    for topic in by_device.values():
        assert topic in topics
