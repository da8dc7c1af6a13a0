"""
What ./bootstrap does around building: packages, a broker where none answers, and the way out.

It is the real script and the real pistat; cmake only hands over the latter, and apt-get and sudo only say how they were called.
"""

import contextlib
import os
import pathlib
import shutil
import signal
import stat
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
import live  # noqa: E402

TOP = pathlib.Path(__file__).parents[2]

STAND_INS = {
    "cmake": 'case $1 in --build) mkdir -p "$2" && ln -sf "$REAL_PISTAT" "$2/pistat" ;; esac',
    "dpkg-query": 'for package; do :; done; case " $MISSING " in *" $package "*) exit 1 ;; esac; echo installed',
    "apt-get": 'echo "apt-get $*" >>"$CALLS"',
    "sudo": 'echo sudo >>"$CALLS"; exec "$@"',
    "id": "echo ${USER_ID-0}",
}


class Place:
    """A checkout with a configuration of its own, and programs that stand in for those that would change the machine."""

    def __init__(self, folder):
        self.folder, self.mqtt, self.http = folder, live.free_port(), live.free_port()
        self.calls = folder / "calls"
        (folder / "bin").mkdir()
        shutil.copy(TOP / "bootstrap", folder)
        for name, body in STAND_INS.items():
            path = folder / "bin" / name
            path.write_text(f"#!/bin/sh\n{body}\n")
            path.chmod(path.stat().st_mode | stat.S_IXUSR)
        self.configure()

    def configure(self, more=""):
        (self.folder / "pistat.conf").write_text(
            f'mqtt = {{ host = "127.0.0.1"; port = {self.mqtt}; }};\n'
            f'http = {{ listen = [ "127.0.0.1" ]; port = {self.http}; }};\n'
            f'node = {{ name = "bench"; }};\nhistory = {{ enabled = false; }};\n{more}')

    def environment(self, **more):
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PISTAT")}
        return {**clean, "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}", "REAL_PISTAT": live.PISTAT,
                "CALLS": str(self.calls), "MISSING": "", "HOME": str(self.folder),
                "STATE_DIRECTORY": str(self.folder / "state"), "TMPDIR": str(self.folder), **more}

    @contextlib.contextmanager
    def start(self, *arguments, **more):
        with subprocess.Popen(["./bootstrap", *arguments], cwd=self.folder, env=self.environment(**more), text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              start_new_session=True) as script:
            try:
                yield script
            finally:
                if script.poll() is None:
                    os.killpg(script.pid, signal.SIGTERM)
                    script.communicate(timeout=30)

    def run(self, *arguments, **more):
        with self.start(*arguments, **more) as script:
            said = script.communicate(timeout=60)[0]
        return script.returncode, said

    def called(self):
        return self.calls.read_text().splitlines() if self.calls.exists() else []


@pytest.fixture(name="place")
def place_fixture(tmp_path):
    return Place(tmp_path)


def press_ctrl_c(script):
    """A terminal sends it to all that run in its foreground."""
    os.killpg(script.pid, signal.SIGINT)
    said = script.communicate(timeout=30)[0]
    return script.returncode, said


def serves(place):
    return live.wait_for(lambda: live.accepts(place.http), 30)


@pytest.mark.parametrize("arguments, status", [([], 0), (["--help"], 0), (["rum"], 2)])
def test_usage(place, arguments, status):
    found, said = place.run(*arguments)
    assert found == status
    assert said.startswith("usage: ./bootstrap COMMAND")
    assert place.called() == []


def test_it_runs_with_a_broker_of_its_own_and_takes_it_along(place):
    seen = []
    with place.start("run") as script:
        assert serves(place) and live.accepts(place.mqtt)
        with live.Subscriber(place.mqtt, lambda topic, payload, *_: seen.append((topic, payload))):
            assert live.wait_for(lambda: any(topic == "pistat/bench/state" for topic, _ in seen))
            status, said = press_ctrl_c(script)
            assert live.wait_for(lambda: seen[-1] == ("pistat/bench/status", b"offline"))
    assert status == 0, said
    for command in (f"mosquitto_sub -h 127.0.0.1 -p {place.mqtt} -v -t '#'", f"curl -s localhost:{place.http}/stats | jq",
                    f"curl -s localhost:{place.http}/health"):
        assert f"\n  {command}\n" in said
    assert f"no broker answers at 127.0.0.1:{place.mqtt}: starting a private mosquitto there" in said
    assert not live.accepts(place.mqtt) and not live.accepts(place.http)
    assert not list(place.folder.glob("tmp.*"))
    assert place.called() == []  # nothing is missing, so nobody is asked


def test_a_broker_that_is_there_is_used_and_left(place):
    with live.Broker(str(place.folder), port=place.mqtt) as broker, place.start("run") as script:
        assert serves(place)
        status, said = press_ctrl_c(script)
        assert broker.running()
    assert status == 0, said
    assert "starting a private mosquitto" not in said


def test_where_no_broker_is_wanted_none_is_started(place):
    place.configure()
    with place.start("run", "-o", "mqtt.enabled=false") as script:
        assert serves(place)
        assert not live.accepts(place.mqtt)
        status, said = press_ctrl_c(script)
    assert status == 0, said


def test_a_mistake_in_the_configuration_ends_it(place):
    place.configure("mqqt = { };\n")
    status, said = place.run("run")
    assert status == 2
    assert "did you mean mqtt" in said
    assert not live.accepts(place.mqtt)


def test_only_what_is_missing_is_installed(place):
    status, said = place.run("build", MISSING="libmosquitto-dev cmake", USER_ID="1000")
    assert status == 0, said
    assert "bootstrap: installing cmake libmosquitto-dev\n" in said
    sudo, update, again, install = place.called()
    assert sudo == again == "sudo"
    assert update.startswith("apt-get ") and update.endswith(" update")
    assert install.endswith(" install -y --no-install-recommends cmake libmosquitto-dev")


def test_root_needs_no_sudo(place):
    status, said = place.run("build", MISSING="ninja-build")
    assert status == 0, said
    assert [call.split()[0] for call in place.called()] == ["apt-get", "apt-get"]
