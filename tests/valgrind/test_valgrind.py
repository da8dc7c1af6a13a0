"""pistat under valgrind: no bad access, nothing uninitialised used, nothing lost, no descriptor left open."""

import os
import subprocess
import sys
import time

import pytest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
pytest.importorskip("paho.mqtt.client", reason="python3-paho-mqtt is not installed")
import live  # noqa: E402

COMPLAINT = 99
VALGRIND = ["valgrind", "--quiet", "--leak-check=full", "--show-leak-kinds=definite,indirect,possible",
            "--errors-for-leak-kinds=definite,indirect,possible", f"--error-exitcode={COMPLAINT}",
            "--suppressions=" + os.path.join(os.path.dirname(os.path.abspath(__file__)), "suppressions")]
PATHS = ("/stats", "/stats?cache=false", "/stats?block=true", "/metrics", "/json", "/health", "/health?require=mqtt",
         "/", "/nothing-here", "/stats?cache=what",
         "/system", "/stats/cpu", "/stats/gpu", "/stats/summary", "/api/current", "/api/config", "/openapi.json", "/docs")


def why_not():
    if not live.find("valgrind"):
        return "valgrind is not installed"
    if os.access(live.PISTAT, os.X_OK) and live.sanitizer():
        return "a sanitizer is built in, which does the same"
    tried = subprocess.run([*VALGRIND, "true"], capture_output=True, text=True, check=False)
    return None if tried.returncode == 0 else "valgrind does not run here: " + tried.stderr.strip()[-200:]


REASON = why_not()
pytestmark = pytest.mark.skipif(bool(REASON), reason=str(REASON))


@pytest.fixture
def folder():
    """In memory: who waits for a disk for two seconds leaves its lane behind, and what that lane has is then lost."""
    with live.Folder("/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as path:
        yield path


def valgrind(folder):
    """Its complaints in files of their own, so that what pistat says is not among them."""
    return [*VALGRIND, f"--log-file={folder}/valgrind.%p"]


def expect_silence(folder):
    said = []
    for name in sorted(os.listdir(folder)):
        if name.startswith("valgrind."):
            with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
                said.append(file.read())
    assert said, "valgrind left no log"
    assert not any(said), "\n".join(said)


@pytest.mark.parametrize("form", ("table", "json", "prometheus", "topics", "discovery"))
def test_once(folder, form):
    config = os.path.join(folder, "empty.conf")
    with open(config, "w", encoding="ascii"):
        pass
    ran = subprocess.run([*valgrind(folder), live.PISTAT, "once", "--format", form, "--config", config],
                         capture_output=True, env=live.pistat_environment({}), cwd=folder, timeout=120, check=False)
    assert ran.returncode == 0, ran.stderr.decode(errors="replace")
    assert ran.stdout
    expect_silence(folder)


def use(agent):
    """Ten cycles with every endpoint asked, the right and the wrong way."""
    for _ in range(10):
        for path in PATHS:
            agent.get(path, 30)
        time.sleep(0.5)


def expect_clean_end(folder, agent):
    status, _ = agent.stop(60)
    expect_silence(folder)
    assert status == 0, agent.output()


@pytest.mark.skipif(not live.find("mosquitto"), reason="mosquitto is not installed")
@pytest.mark.parametrize("style, version", (("device", "3.1.1"), ("entities", "5")))
def test_ten_cycles_with_broker_and_http(folder, style, version):
    options = {"sampling__interval": 0.5, "sampling__intervals": "*=0.5", "homeassistant__style": style,
               "mqtt__version": version}
    with live.Broker(folder) as broker, \
            live.Agent(folder, broker.port, "grind", valgrind(folder), **options) as agent:
        agent.wait_until_ready(60)
        with live.Subscriber(broker.port, lambda *_: None) as subscriber:
            subscriber.client.publish("homeassistant/status", "online")
            subscriber.client.publish("pistat/grind/command/refresh", "now")
            use(agent)
        assert b'"connected"' in agent.get("/health", 30)[1]
        expect_clean_end(folder, agent)


@pytest.mark.skipif(not live.find("mosquitto"), reason="mosquitto is not installed")
@pytest.mark.skipif(not live.find("openssl"), reason="openssl is not installed")
def test_over_tls(folder):
    live.make_certificates(folder)
    options = {"sampling__interval": 0.5, "mqtt__host": "localhost", "mqtt__tls__enabled": "true",
               "mqtt__tls__ca_file": os.path.join(folder, "ca.pem")}
    with live.Broker(folder, folder) as broker, \
            live.Agent(folder, broker.tls_port, "grind", valgrind(folder), **options) as agent:
        agent.wait_until_ready(60)
        assert live.wait_for(lambda: b'"connected"' in agent.get("/health", 30)[1], 60)
        time.sleep(2)
        expect_clean_end(folder, agent)


@pytest.mark.skipif(not live.find("mosquitto"), reason="mosquitto is not installed")
def test_a_broker_that_goes_and_comes_back(folder):
    options = {"sampling__interval": 0.5, "mqtt__reconnect_max": 1}
    with live.Broker(folder) as broker:
        port = broker.port
        with live.Agent(folder, port, "grind", valgrind(folder), **options) as agent:
            agent.wait_until_ready(60)
            assert live.wait_for(lambda: b'"connected"' in agent.get("/health", 30)[1], 60)
            broker.stop()
            assert live.wait_for(lambda: b'"connected"' not in agent.get("/health", 30)[1], 60)
            time.sleep(2)
            with live.Broker(folder, port=port):
                assert live.wait_for(lambda: b'"connected"' in agent.get("/health", 30)[1], 60)
                expect_clean_end(folder, agent)
