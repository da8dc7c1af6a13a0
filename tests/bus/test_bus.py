"""The system's units over a real bus: a private dbus-daemon, and a stand-in for systemd on it."""

import contextlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

import pytest

PISTAT = os.environ.get("PISTAT", str(pathlib.Path(__file__).parents[2] / "build" / "pistat"))
SYSTEMD1 = os.environ.get("SYSTEMD1", "")

pytestmark = [
    pytest.mark.skipif(not shutil.which("dbus-daemon"), reason="dbus-daemon is not installed"),
    pytest.mark.skipif(not os.path.exists(SYSTEMD1), reason="the stand-in is not built (SYSTEMD1)"),
]

CONFIGURATION = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>custom</type>
  <listen>unix:path={folder}/bus</listen>
  <servicedir>{folder}/services</servicedir>
  <policy context="default">
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
# As Debian's, which exists so that the name is known; whoever asked for it would start a process.
SERVICE = """[D-BUS Service]
Name=org.freedesktop.systemd1
Exec=/usr/bin/touch {folder}/started
"""


@pytest.fixture(name="folder")
def folder_fixture():
    with tempfile.TemporaryDirectory(prefix="pistat-bus-") as path:  # short: a socket's path has little room
        yield pathlib.Path(path)


@contextlib.contextmanager
def running(*arguments, **more):
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, **more) as process:
        try:
            assert process.stdout.readline().strip()
            yield process
        finally:
            process.kill()


@pytest.fixture(name="bus")
def bus_fixture(folder):
    (folder / "services").mkdir()
    (folder / "services" / "systemd1.service").write_text(SERVICE.format(folder=folder))
    (folder / "bus.conf").write_text(CONFIGURATION.format(folder=folder))
    with running("dbus-daemon", "--nofork", "--print-address", f"--config-file={folder}/bus.conf"):
        yield f"unix:path={folder}/bus"


def stand_in(bus, *arguments):
    return running(SYSTEMD1, *arguments, env={**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": bus})


def pistat(folder, bus, *arguments, units=""):
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PISTAT")}
    done = subprocess.run([PISTAT, *arguments], text=True, capture_output=True, timeout=120, check=False, cwd=folder,
                          env={**clean, "DBUS_SYSTEM_BUS_ADDRESS": bus, "PISTAT_UNITS_NAMES": units,
                               "PISTAT_LOG_LEVEL": "warning"})
    assert done.returncode == 0, done.stderr
    return done


def sample(folder, bus, units=""):
    return json.loads(pistat(folder, bus, "once", "--format", "json", units=units).stdout)


def test_what_systemd_says(folder, bus):
    names = "ssh,sshd,backup.timer,broken,idle.service,off,orphan,nope,nope@"
    with stand_in(bus):
        seen = sample(folder, bus, names)
    assert seen["system"]["failed_units"] == 3
    assert seen["units"] == {
        "ssh": {"active": True, "state": "active (running)"},
        "sshd": {"active": True, "state": "active (running)"},
        "backup_timer": {"active": True, "state": "active (waiting)"},
        "broken": {"active": False, "state": "failed (failed)"},
        "idle": {"active": False, "state": "inactive (dead)"},
        "off": {"active": False, "state": "masked"},
        "orphan": {"active": True, "state": "active (running)"},
        "nope": {"state": "not-found"},
    }
    assert not (folder / "started").exists()


def test_hostile_names_do_no_harm(folder, bus):
    names = "ssh,../../etc/passwd,a b,%n,\u00fc,unit failed 9," + "a" * 300
    with stand_in(bus):
        seen = sample(folder, bus, names)
    assert seen["system"]["failed_units"] == 3
    assert list(seen["units"]) == ["ssh"]


@pytest.mark.parametrize("address", ["unix:path=/nonexistent/bus", "nonsense:", "unix:path=/dev/null"])
def test_no_bus(folder, address):
    seen = sample(folder, address, "ssh")
    assert seen["system"]["failed_units"] is None
    assert seen["units"] == {}


def test_a_bus_without_systemd(folder, bus):
    """As in a container: nobody has the name, and nobody is made to take it."""
    seen = sample(folder, bus, "ssh")
    assert seen["system"]["failed_units"] is None
    assert seen["units"] == {}
    assert not (folder / "started").exists()


def test_a_capture_holds_the_answer(folder, bus):
    with stand_in(bus):
        pistat(folder, bus, "capture", str(folder / "machine"), units="ssh,nope")
    assert (folder / "machine/0/captured/units").read_text() == (
        "failed 3\nunit ssh.service active running\nunit nope.service not-found\n")
    done = pistat(folder, "", "once", "--root", str(folder / "machine/0"), "--format", "json", units="ssh,nope,other")
    seen = json.loads(done.stdout)
    assert seen["system"]["failed_units"] == 3
    assert set(seen["units"]) == {"ssh", "nope"}


def test_a_silent_systemd(folder, bus):
    """It has its name and never answers: everything else is there, and the wait has an end."""
    with stand_in(bus, "silent"):
        seen = sample(folder, bus, "ssh,idle,off,nope")
    assert seen["system"]["failed_units"] is None
    assert seen["memory"]["total"]


def test_a_silent_bus(folder):
    """Somebody listens where the bus should, and says nothing."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "bus"))
        listener.listen()
        begun = time.monotonic()
        seen = sample(folder, f"unix:path={folder}/bus", "ssh")
        assert time.monotonic() - begun < 60  # without a patience of its own it would be 90 seconds
    assert seen["system"]["failed_units"] is None
