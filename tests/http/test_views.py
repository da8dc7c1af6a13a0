"""Every field that the documentation of another monitor promises: its name, type, range and unit, on the live answer."""

import datetime
import os
import re
import socket

import live
import pytest

GIB = 1 << 30


class Field:
    """What a value must be.  `of`: where the same value stands in /stats, and its factor."""

    def __init__(self, kind, low=None, high=None, null=False, pattern=None, of=None, scale=1):
        self.kind, self.low, self.high, self.null, self.pattern = kind, low, high, null, pattern
        self.of, self.scale = of, scale

    def check(self, value, where):
        if value is None:
            assert self.null, f"{where} is null"
            return
        if self.kind is list:
            assert isinstance(value, list), where
            return
        assert type(value) is self.kind, f"{where}: {value!r} is no {self.kind.__name__}"
        if self.low is not None:
            assert self.low <= value, f"{where}: {value}"
        if self.high is not None:
            assert value <= self.high, f"{where}: {value}"
        if self.pattern:
            assert re.fullmatch(self.pattern, value), f"{where}: {value!r}"


def size(**more):
    return Field(int, 0, **more)


def gigabytes(**more):
    return Field(float, 0, 1e6, scale=1 / GIB, **more)


def percent(**more):
    return Field(float, 0, 100, **more)


MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"
TEXT = Field(str, null=True, pattern=r".+")

SHAPES = {
    "/system": {
        "collected_at": Field(str, pattern=MOMENT + r"\.\d{6}\+00:00"),
        "cpu.percent": percent(), "cpu.logical_cores": Field(int, 1, of="cpu.logical_cores"),
        "cpu.physical_cores": Field(int, 1, null=True, of="cpu.physical_cores"),
        "cpu.frequency.current": Field(float, 1, null=True),
        "cpu.frequency.min": Field(float, 1, null=True), "cpu.frequency.max": Field(float, 1, null=True),
        "memory.percent": percent(), "memory.total": size(of="memory.total"), "memory.available": size(),
        "memory.used": size(), "memory.free": size(), "memory.swap.total": size(of="swap.total"),
        "memory.swap.used": size(), "memory.swap.percent": percent(null=True),
        "disk.percent": percent(), "disk.mount": Field(str, pattern="/.*", of="disk.mount"),
        "disk.total": size(of="disk.total"), "disk.used": size(), "disk.free": size(),
        "network.primary_interface.name": TEXT,
        "network.primary_interface.ipv4": Field(str, null=True, pattern=r"\d+\.\d+\.\d+\.\d+"),
        "network.primary_interface.bytes_sent": size(null=True),
        "network.primary_interface.bytes_recv": size(null=True),
        "uptime.human": Field(str, pattern=r"(?:\d+d )?(?:\d+h )?\d+m"),
        "uptime.boot_time": Field(str, null=True, pattern=MOMENT + r"[+-]\d\d:\d\d"),
        "system.hostname": Field(str, of="system.hostname"), "system.model": TEXT, "system.system": Field(str, pattern="Linux"),
        "system.release": Field(str, of="system.kernel"), "system.machine": Field(str, of="system.architecture"),
    },
    "/stats/cpu": {
        "usage_percent": percent(), "cores": Field(int, 1, null=True, of="cpu.physical_cores"),
        "threads": Field(int, 1, of="cpu.logical_cores"), "frequency_mhz": Field(float, 1, 20000, null=True),
        "per_core_usage": Field(list)},
    "/stats/memory": {
        "total_gb": gigabytes(of="memory.total"), "used_gb": gigabytes(), "available_gb": gigabytes(), "percent": percent()},
    "/stats/disk": {
        "total_gb": gigabytes(of="disk.total"), "used_gb": gigabytes(), "free_gb": gigabytes(), "percent": percent()},
    "/stats/gpu": {"type": TEXT, "gpus": Field(list)},
    "/stats/network": {
        "bytes_sent_gb": gigabytes(null=True), "bytes_recv_gb": gigabytes(null=True), "packets_sent": size(null=True),
        "packets_recv": size(null=True)},
    "/stats/ollama": {"running_models": size(null=True), "models": Field(list)},
    "/stats/summary": {
        "cpu_usage": Field(str, pattern=r"\d+\.\d%"),
        "ram_usage": Field(str, pattern=r"\d+\.\d\d GB / \d+\.\d\d GB \(\d+\.\d%\)"),
        "disk_usage": Field(str, pattern=r"\d+\.\d%"), "ollama_models": size(null=True)},
    "/api/current": {
        "id": Field(int, 1), "timestamp": Field(float, 1.7e9), "cpu_percent": percent(), "cpu_per_core": Field(list),
        "mem_used": size(), "mem_total": size(of="memory.total"), "mem_percent": percent(),
        "cpu_temp": Field(float, -40, 150, null=True), "disk_used": size(), "disk_total": size(of="disk.total"),
        "disk_percent": percent(), "load_1": Field(float, 0), "load_5": Field(float, 0), "load_15": Field(float, 0),
        "net_bytes_sent": size(null=True), "net_bytes_recv": size(null=True), "uptime_seconds": Field(int, 1)},
    "/api/config": {
        "interval_seconds": Field(int, 1), "network_interface": TEXT, "disk_path": Field(str, pattern="/"),
        "host": Field(str, pattern=r"127\.0\.0\.1"), "port": Field(int, 1, 65535)},
}


def value_at(document, path):
    for name in path.split("."):
        assert name in document, f"no {name} of {path} in {list(document)}"
        document = document[name]
    return document


def sampled_twice(pistat):
    """Shares of CPU time need two samples."""
    assert live.wait_for(lambda: pistat.ask("/stats").json()["cpu_usage"] is not None, 30)


@pytest.mark.parametrize("path", SHAPES)
def test_fields(pistat, path):
    sampled_twice(pistat)
    answer, stats = pistat.ask(path), pistat.ask("/stats").json()
    assert answer.status == 200 and answer.headers["Content-Type"] == "application/json"
    for name, field in SHAPES[path].items():
        value = value_at(answer.json(), name)
        field.check(value, f"{path} {name}")
        if field.of and value is not None:
            same = value_at(stats, field.of)
            assert value == (round(same * field.scale, 2) if field.kind is float else same), name


def test_system_says_when_and_since_when(pistat):
    system = pistat.ask("/system").json()
    collected = datetime.datetime.fromisoformat(system["collected_at"])
    assert abs((datetime.datetime.now(datetime.timezone.utc) - collected).total_seconds()) < 60
    assert system["system"]["hostname"] == socket.gethostname()
    up = {unit: int(number) for number, unit in re.findall(r"(\d+)([dhm])", system["uptime"]["human"])}
    minutes = up.get("d", 0) * 1440 + up.get("h", 0) * 60 + up["m"]
    assert 0 <= system["uptime"]["seconds"] - minutes * 60 < 60


def test_cores_are_a_list_of_floats(pistat):
    sampled_twice(pistat)
    cpu, current = pistat.ask("/stats/cpu").json(), pistat.ask("/api/current").json()
    for cores in (cpu["per_core_usage"], current["cpu_per_core"]):
        assert len(cores) == cpu["threads"]
        assert all(type(core) is float and 0 <= core <= 100 for core in cores)


AMD = {"name", "usage_percent", "vram_total_gb", "vram_used_gb", "vram_free_gb", "vram_used_percent"}
NVIDIA = {"index", "name", "temperature", "gpu_utilization", "memory_utilization", "memory_total_mb", "memory_used_mb",
          "memory_free_mb"}


def test_cards(pistat):
    gpu = pistat.ask("/stats/gpu").json()
    assert (gpu["type"] is None) == (gpu["gpus"] == [])
    assert all(AMD <= set(card) or NVIDIA <= set(card) for card in gpu["gpus"])


def test_current_is_the_newest_regular_sample(start):
    pistat = start("current", sampling__interval=3600)
    pistat.wait_until_ready()
    sampled_twice(pistat)  # the second regular sample is the last
    first = pistat.ask("/api/current").json()
    assert first["id"] == int(first["timestamp"])
    assert pistat.ask("/api/current").json() == first


def test_configuration_tells_no_secrets(start, folder):
    secrets = {"mqtt__username": "hidden-user", "homeassistant__url": "http://hidden:hidden@192.0.2.1/",
               "mqtt__client_id": "hidden-id", "node__state_directory": os.path.join(folder, "hidden")}
    pistat = start("config", sampling__interval=2.5, network__primary="eth7", disks__exclude="/mnt/*,/srv/\"x\"", **secrets)
    pistat.wait_until_ready()
    answer = pistat.ask("/api/config")
    config = answer.json()
    assert (config["interval_seconds"], config["network_interface"]) == (2.5, "eth7")
    assert config["port"] == pistat.http_port
    assert config["options"]["disks.exclude"] == ["/mnt/*", '/srv/"x"']
    assert "hidden" not in answer.text()
    assert not re.search("token|password|user|secret|command|file", " ".join(config["options"]))


def test_token_guards_them_all(start, folder):
    token = os.path.join(folder, "views-token.txt")
    with open(token, "w", encoding="ascii") as file:
        file.write("sesame\n")
    pistat = start("guarded", http__token_file=token)
    pistat.wait_until_ready()
    for path in [*SHAPES, "/openapi.json", "/docs"]:
        answer = pistat.ask(path)
        assert answer.status == 401 and "error" in answer.json(), path
        assert pistat.ask(path, headers={"Authorization": "Bearer sesame"}).status == 200, path
