"""`pistat explain` of every row that any machine has, and of what a machine has not."""
import os
import pathlib
import subprocess

import pytest

PISTAT = os.path.abspath(os.environ.get("PISTAT", pathlib.Path(__file__).parents[2] / "build" / "pistat"))
HOSTS = pathlib.Path(__file__).parents[1] / "hosts"
MACHINES = sorted(path.parent.name for path in HOSTS.glob("*/0"))


def pistat(*arguments):
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PISTAT", "STATE_DIRECTORY"))}
    environment["PISTAT_LOG_LEVEL"] = "error"
    return subprocess.run([PISTAT, *map(str, arguments), "--config", "/dev/null"], env=environment, text=True,
                          capture_output=True, timeout=120, check=False)


def paths(machine):
    """The values of a machine as their topics name them."""
    for line in pistat("once", "--root", HOSTS / machine / "0", "--format", "topics").stdout.splitlines():
        topic = line.split(" ", 1)[0].split("/")[2:]
        if topic not in (["status"], ["state"]):
            yield ".".join(topic)


def row_of(path):
    """Near enough to the row: numbers and members that differ are one."""
    parts = path.split(".")
    return (parts[0], len(parts), parts[-1] if len(parts) != 2 or parts[0] not in ("per_cpu_usage", "load_avg") else "")


def test_every_row():
    done, wrong = set(), []
    for machine in MACHINES:
        for path in paths(machine):
            if row_of(path) in done:
                continue
            done.add(row_of(path))
            result = pistat("explain", path, "--root", HOSTS / machine / "0")
            if result.returncode != 0 or "\n  value " not in result.stdout:
                wrong.append(f"{machine} {path}: {result.returncode} {result.stdout} {result.stderr}")
            elif path != "timestamp" and not path.startswith("agent.") and "\n  read  " not in result.stdout:
                wrong.append(f"{machine} {path}: nothing was read: {result.stdout}")
    assert len(done) > 50
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("path, collector, said", [
    ("power.core_voltage", "videocore", "/captured/firmware"),
    ("network.wlan0.ssid", "wifi", "/"),
    ("fans.any.rpm", "sensors", "/sys/class/hwmon"),
    ("pressure.cpu.some_avg10", "pressure", "/proc/pressure/cpu"),
    ("cpu.fork_rate", "cpu", "/proc/stat"),
])
def test_what_a_machine_has_not(tmp_path, path, collector, said):
    (tmp_path / "proc").mkdir()
    result = pistat("explain", path, "--root", tmp_path)
    assert result.returncode == 1
    assert f"collector   {collector}: " in result.stdout, result.stdout
    assert f"not read    {said}" in result.stdout, result.stdout
    assert "absent" in result.stdout


def test_text_that_says_nothing(tmp_path):
    """The file is there, what is wanted is not in it: it is shown."""
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc" / "meminfo").write_text("MemTotal: 100 kB\nMemFree: 50 kB\nMemAvailable: 60 kB\n")
    result = pistat("explain", "memory.dirty", "--root", tmp_path)
    assert result.returncode == 1
    assert "collector   memory: gives other values" in result.stdout, result.stdout
    assert "read        /proc/meminfo" in result.stdout and "| MemTotal: 100 kB" in result.stdout
