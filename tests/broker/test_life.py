"""The connection's life: who starts first, who dies, who hangs."""
import json
import signal
import socket
import threading
import time

import pytest

import rig

EVERY_MOVE = {"sampling__deadbands": "*=0"}


@pytest.mark.parametrize("version", ["3.1.1", "5"])
def test_broker_first(stage, version):
    broker = stage.broker().start()
    agent = stage.agent(broker.port, mqtt__version=version, **EVERY_MOVE).start()
    agent.said(f"connected \\(MQTT {version}\\)")
    rig.complete(broker.port, agent.base)
    assert agent.end(signal.SIGTERM) == 0
    assert rig.retained(broker.port)[f"{agent.base}/status"] == "offline"


@pytest.mark.parametrize("version", ["3.1.1", "5"])
def test_agent_first(stage, version):
    broker = stage.broker()
    agent = stage.agent(broker.port, mqtt__version=version, **EVERY_MOVE).start()
    agent.said(rf"broker 127\.0\.0\.1:{broker.port}: Connection refused; next try in \d+ s")
    time.sleep(3)
    assert agent.log().count("refused") == 1, "the same complaint is said once"
    broker.start()
    rig.complete(broker.port, agent.base)


def test_killed_agent_leaves_its_will(stage):
    broker = stage.broker().start()
    agent = stage.agent(broker.port).start()
    watcher = stage.watcher(broker.port)
    watcher.heard(f"{agent.base}/status", "online")
    agent.end(signal.SIGKILL)
    watcher.heard(f"{agent.base}/status", "offline")
    assert rig.retained(broker.port)[f"{agent.base}/status"] == "offline"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_broker_forgets_everything(stage, number):
    broker = stage.broker().start()
    agent = stage.agent(broker.port, **EVERY_MOVE).start()
    rig.complete(broker.port, agent.base)
    for _ in range(2):
        broker.end(number)
        agent.said("connection lost: .*; next try in")
        time.sleep(1.5)
        broker.start()
        rig.complete(broker.port, agent.base)
    watcher = stage.watcher(broker.port)
    watcher.heard(f"{agent.base}/agent/reconnects", "2")  # the agent looks at itself every few seconds


def test_frozen_broker(stage):
    """Accepts, takes and says nothing: noticed by pings; a new dial does not wait for CONNACK for ever either."""
    broker = stage.broker().start()
    agent = stage.agent(broker.port, mqtt__keepalive=5, **EVERY_MOVE).start()
    rig.complete(broker.port, agent.base)
    broker.send(signal.SIGSTOP)
    stopped = time.monotonic()
    agent.said("connection lost: it has fallen silent; next try in", patience=60)
    assert time.monotonic() - stopped < 30
    agent.said("accepts the connection, but does not answer", patience=60)
    broker.send(signal.SIGCONT)
    seen = len(agent.log())
    agent.said("connected", seen)
    rig.complete(broker.port, agent.base)


def test_both_sides_silent(stage):
    """Pings alone keep the connection, no more of them than are needed."""
    broker = stage.broker(extra="allow_anonymous true\nlog_type all\n").start()
    agent = stage.agent(broker.port, mqtt__keepalive=5, sampling__interval=600).start()
    agent.said("connected")
    time.sleep(2)  # the second sample comes a second after the first
    before = broker.log().count("Received PINGREQ")
    time.sleep(20)
    assert 2 <= broker.log().count("Received PINGREQ") - before <= 4
    assert "connection lost" not in agent.log()


@pytest.mark.parametrize("version", ["3.1.1", "5"])
def test_one_side_silent(stage, version):
    """What comes in all the time does not keep our side of it."""
    broker = stage.broker(extra="allow_anonymous true\nlog_type all\n").start()
    agent = stage.agent(broker.port, mqtt__keepalive=5, mqtt__version=version, sampling__interval=600).start()
    agent.said("connected")
    watcher = stage.watcher(broker.port)
    before = broker.log().count("Received PINGREQ")
    for _ in range(44):
        watcher.publish("homeassistant/status", "offline", qos=0)  # nothing follows from that
        time.sleep(0.5)
    assert broker.log().count("Received PINGREQ") - before >= 2
    assert "connection lost" not in agent.log()


def test_nothing_piles_up_for_a_frozen_broker(stage):
    """What it did not take of one sample holds back the next ones: they would be old news once it goes on."""
    broker = stage.broker().start()
    agent = stage.agent(broker.port, mqtt__qos=1, mqtt__scalars="false", sampling__interval=1,
                        homeassistant__enabled="false").start()
    topic = f"{agent.base}/state"
    watcher = stage.watcher(broker.port)
    rig.until(lambda: watcher.count(topic) >= 3, message="no samples come")
    time.sleep(0.4)  # until that one is confirmed
    broker.send(signal.SIGSTOP)
    stopped = time.time()
    time.sleep(6)
    going_on = time.time()
    broker.send(signal.SIGCONT)

    def samples():
        return [json.loads(text)["timestamp"] for name, text in watcher.live if name == topic]

    rig.until(lambda: [moment for moment in samples() if moment > going_on], message="it does not go on")
    assert len([moment for moment in samples() if stopped < moment < going_on - 1]) <= 1


def test_pulled_cable(stage):
    broker = stage.broker().start()
    proxy = stage.proxy(broker.port)
    agent = stage.agent(proxy.port, mqtt__keepalive=5, **EVERY_MOVE).start()
    rig.complete(broker.port, agent.base)
    watcher = stage.watcher(broker.port)
    proxy.cut.set()
    agent.said("connection lost: ", patience=60)
    watcher.heard(f"{agent.base}/status", "offline")
    proxy.cut.clear()
    watcher.heard(f"{agent.base}/status", "online")
    rig.complete(broker.port, agent.base)


@pytest.mark.parametrize("answer, words", [
    (b"HTTP/1.1 400 Bad Request\r\n\r\n", "it closed the connection"),
    (b"\x20\x02\x00\x00" b"\x30\xff\xff\xff\xff\xff", "what it says is not MQTT"),
])
def test_somebody_else_listens_there(stage, answer, words):
    """Nor is it said that anybody uses our id."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                peer = server.accept()[0]
            except OSError:
                return
            peer.recv(1000)
            peer.sendall(answer)
            time.sleep(0.2)
            peer.close()

    threading.Thread(target=serve, daemon=True).start()
    agent = stage.agent(server.getsockname()[1], mqtt__reconnect_max=1).start()
    agent.said(f"{words}; next try in")
    time.sleep(5)
    server.close()
    assert "another client" not in agent.log() and "Success" not in agent.log()


def test_goodbye_to_a_frozen_broker_is_short(stage):
    broker = stage.broker().start()
    agent = stage.agent(broker.port).start()
    agent.said("connected")
    broker.send(signal.SIGSTOP)
    started = time.monotonic()
    assert agent.end(signal.SIGTERM) == 0
    assert time.monotonic() - started < 9, "it hangs"


def test_unknown_name(stage):
    agent = stage.agent(1883, mqtt__host="no-such-host.invalid").start()
    agent.said(r"broker no-such-host\.invalid:1883: .*; next try in")
    assert agent.end(signal.SIGTERM) == 0


@pytest.mark.parametrize("version", ["3.1.1", "5"])
def test_wrong_password(stage, tmp_path, version):
    passwords = tmp_path / "passwords"
    passwords.write_text("monitor:secret\n")
    rig.subprocess.run(["mosquitto_passwd", "-U", str(passwords)], check=True)
    passwords.chmod(0o644)
    broker = stage.broker(extra=f"allow_anonymous false\npassword_file {passwords}\n").start()
    secret = tmp_path / "secret"
    secret.write_text("wrong\n")
    agent = stage.agent(broker.port, mqtt__version=version, mqtt__username="monitor",
                        mqtt__password_file=str(secret), **EVERY_MOVE).start()
    agent.said("user name or password not accepted; next try in")
    before = agent.ticks()
    time.sleep(5)
    assert agent.ticks() - before < 100, "it spins"
    assert agent.log().count("not accepted") == 1
    assert "secret" not in agent.log() and "wrong" not in agent.log()
    secret.write_text("secret\n")
    agent.said("connected")
    rig.complete(broker.port, agent.base, secret=("monitor", "secret"))


def test_password_from_a_systemd_credential(stage, tmp_path, monkeypatch):
    passwords, folder = tmp_path / "passwords", tmp_path / "credentials"
    passwords.write_text("monitor:secret\n")
    rig.subprocess.run(["mosquitto_passwd", "-U", str(passwords)], check=True)
    passwords.chmod(0o644)
    broker = stage.broker(extra=f"allow_anonymous false\npassword_file {passwords}\n").start()
    folder.mkdir()
    (folder / "mqtt-password").write_text("secret\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    agent = stage.agent(broker.port, mqtt__username="monitor", **EVERY_MOVE).start()
    agent.said("connected")
    with open(f"/proc/{agent.child.pid}/cmdline", "rb") as line:
        assert b"secret" not in line.read()
    rig.complete(broker.port, agent.base, secret=("monitor", "secret"))


def test_password_file_that_is_not_there(stage, tmp_path):
    broker = stage.broker().start()
    secret = tmp_path / "late"
    agent = stage.agent(broker.port, mqtt__username="monitor", mqtt__password_file=str(secret)).start()
    agent.said(r'mqtt\.password_file = ".*/late": No such file or directory; next try in')
    secret.write_text("x")
    agent.said("connected")


@pytest.mark.parametrize("version", ["3.1.1", "5"])
def test_two_with_one_id(stage, version):
    broker = stage.broker().start()
    options = {"mqtt__client_id": "twin", "mqtt__version": version, "mqtt__reconnect_max": 20}
    one = stage.agent(broker.port, **options).start()
    one.said("connected")
    two = stage.agent(broker.port, name="host-b", **options).start()
    rig.until(lambda: any('another client uses the id "twin"' in agent.log() for agent in (one, two)), 60,
              lambda: one.log() + two.log())
