"""A broker, the agent and what stands between them, as objects a test can start, freeze and kill."""
import json
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

import paho.mqtt.client as paho

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests"))
from live import free_port  # noqa: E402

PISTAT = os.environ.get("PISTAT", os.path.join(ROOT, "build", "pistat"))
MOSQUITTO = shutil.which("mosquitto", path=os.environ.get("PATH", "") + ":/usr/sbin")
PATIENCE = 60  # only a hang takes this long


def until(what, patience=PATIENCE, message="nothing came"):
    """Waits for what() to be true and returns it."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        result = what()
        if result:
            return result
        time.sleep(0.02)
    raise AssertionError(message() if callable(message) else message)


class Process:
    """A child that is always reaped, with its output in a file."""

    def __init__(self, log):
        self.log_file = log
        self.child = None

    def launch(self, argv, **more):
        with open(self.log_file, "ab") as log:
            self.child = subprocess.Popen(argv, stdout=log, stderr=log, stdin=subprocess.DEVNULL, **more)

    def log(self):
        with open(self.log_file, encoding="utf-8", errors="replace") as log:
            return log.read()

    def said(self, pattern, since=0, patience=PATIENCE):
        """Waits for a line; returns the match."""
        return until(lambda: re.search(pattern, self.log()[since:]), patience,
                     lambda: f"{pattern!r} was not said:\n{self.log()}")

    def send(self, number):
        self.child.send_signal(number)

    def end(self, number=signal.SIGTERM):
        """Sends the signal and waits; SIGKILL if that is not enough."""
        if self.child is None:
            return None
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGCONT)
            self.child.send_signal(number)
        try:
            status = self.child.wait(10)
        except subprocess.TimeoutExpired:
            self.child.kill()
            status = self.child.wait()
        self.child = None
        return status


class Broker(Process):
    def __init__(self, directory, port=None, extra=""):
        super().__init__(os.path.join(directory, "mosquitto.log"))
        self.port = port or free_port()
        self.file = os.path.join(directory, "mosquitto.conf")
        with open(self.file, "w", encoding="ascii") as conf:
            # started by root, mosquitto would become somebody who cannot read the test's files
            conf.write("user root\n" if os.geteuid() == 0 else "")
            conf.write(f"listener {self.port} 127.0.0.1\npersistence false\n")
            conf.write(extra or "allow_anonymous true\n")
        self.secret = {}

    def start(self):
        self.launch([MOSQUITTO, "-c", self.file])
        until(self.listening, message=lambda: "mosquitto does not start:\n" + self.log())
        return self

    def listening(self):
        """On all ports of its configuration."""
        try:
            with open(self.file, encoding="ascii") as conf:
                for port in re.findall(r"^listener (\d+)", conf.read(), re.M):
                    socket.create_connection(("127.0.0.1", int(port)), 1).close()
        except OSError:
            return False
        return True


class Agent(Process):
    def __init__(self, directory, port, name="host-a", **options):
        super().__init__(os.path.join(directory, f"{name}.log"))
        self.name = name
        self.base = f"pistat/{name}"
        self.directory = directory
        self.root = None  # a captured machine instead of this one
        state = os.path.join(directory, f"{name}.state")
        os.makedirs(state, exist_ok=True)
        self.options = {
            "node.name": name, "node.id": f"id-{name}", "node.state_directory": state,
            "mqtt.host": "127.0.0.1", "mqtt.port": port, "mqtt.reconnect_max": 2, "http.enabled": "false",
            "sampling.interval": 1, "log.level": "info", **options}

    def start(self):
        empty = os.path.join(self.directory, "pistat.conf")
        open(empty, "w", encoding="ascii").close()
        environment = {"PATH": os.environ.get("PATH", ""), "HOME": self.directory}
        for option, value in self.options.items():
            environment["PISTAT_" + option.upper().replace(".", "_")] = str(value)
        for kept in ("CREDENTIALS_DIRECTORY", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"):
            if kept in os.environ:
                environment[kept] = os.environ[kept]
        machine = ["--root", self.root] if self.root else []
        self.launch([PISTAT, "--config", empty, *machine], env=environment, cwd=self.directory)
        return self

    def ticks(self):
        """CPU time used so far, in clock ticks."""
        with open(f"/proc/{self.child.pid}/stat", encoding="ascii") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])


class Watcher:
    """Hears everything from its connection on: what is retained, and what comes live."""

    def __init__(self, port, topics="#", version=paho.MQTTv311, client_id="", secret=None):
        self.live = []
        self.retained = {}
        self.connected = threading.Event()
        self.client = paho.Client(client_id, protocol=version)
        if secret:
            self.client.username_pw_set(*secret)
        self.client.on_connect = self._connected
        self.client.on_message = self._message
        self.topics = topics
        self.client.connect("127.0.0.1", port, 60)
        self.client.loop_start()
        assert self.connected.wait(PATIENCE)

    def _connected(self, client, _userdata, _flags, _reason, _properties=None):
        if self.topics:
            client.subscribe(self.topics, 1)
        self.connected.set()

    def _message(self, _client, _userdata, message):
        text = message.payload.decode("utf-8")
        if message.retain:
            self.retained[message.topic] = text
        else:
            self.live.append((message.topic, text))

    def heard(self, topic, payload=None, since=0):
        return until(lambda: [text for name, text in self.live[since:]
                              if name == topic and payload in (None, text)],
                     message=f"{topic} {payload or ''} was not heard")

    def count(self, topic, since=0):
        return sum(name == topic for name, _ in self.live[since:])

    def publish(self, topic, payload, retain=False, qos=1):
        self.client.publish(topic, payload, qos, retain).wait_for_publish()

    def close(self):
        self.client.disconnect()
        self.client.loop_stop()


def retained(port, pattern="#", **more):
    """What the broker holds now.  A marker that is published after subscribing says that all came."""
    watcher = Watcher(port, pattern, **more)
    try:
        watcher.publish("rig/marker", str(time.monotonic()))
        if pattern == "#":
            watcher.heard("rig/marker")
        else:
            time.sleep(0.3)
        return dict(watcher.retained)
    finally:
        watcher.close()


ARRAYS = {"per_cpu_usage": None, "load_avg": ["1m", "5m", "15m"]}
MOMENTS = ("timestamp", "boot_time")


def leaves(document, path=""):
    """(topic path, value) of everything in the document that is not null."""
    if isinstance(document, dict):
        for key, value in document.items():
            yield from leaves(value, f"{path}/{key}" if path else key)
    elif isinstance(document, list):
        for i, value in enumerate(document):
            keys = ARRAYS[path]
            yield from leaves(value, f"{path}/{keys[i] if keys else i}")
    elif document is not None:
        yield path, document


def scalar_text_matches(path, value, text):
    if path in MOMENTS:
        return re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", text) is not None
    if isinstance(value, bool):
        return text == ("ON" if value else "OFF")
    if isinstance(value, str):
        return text == value
    return abs(float(text) - value) <= 1e-6 * max(1, abs(value))


def incomplete(held, base, same=True):
    """What is wrong with a node's retained tree; empty: all there, and nothing else."""
    if held.get(f"{base}/status") != "online":
        return [f"status is {held.get(base + '/status')}"]
    if f"{base}/state" not in held:
        return ["no state"]
    document = dict(leaves(json.loads(held[f"{base}/state"])))
    scalars = {topic[len(base) + 1:]: text for topic, text in held.items() if topic.startswith(base + "/")}
    del scalars["state"], scalars["status"]
    wrong = [f"no topic for {path}" for path in document if path not in scalars]
    wrong += [f"{path} is in no document" for path in scalars if path not in document]
    if same:
        wrong += [f"{path}: {document[path]} in the document, {text} on its topic"
                  for path, text in scalars.items()
                  if path in document and not scalar_text_matches(path, document[path], text)]
    return wrong


def complete(port, base, same=True, **more):
    """Waits until the node's retained tree is whole (a burst may be on its way)."""
    last = []

    def whole():
        last[:] = incomplete(retained(port, **more), base, same)
        return not last

    until(whole, message=lambda: f"{base} is not complete: {last[:10]}")


class Proxy:
    """TCP in between, which can stop forwarding without closing anything: a pulled cable."""

    def __init__(self, target):
        self.target = target
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.cut = threading.Event()
        self.stopping = threading.Event()
        self.pairs = []
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        while not self.stopping.is_set():
            sockets = [self.server] + [end for pair in self.pairs for end in pair]
            ready, _, _ = select.select([] if self.cut.is_set() else sockets, [], [], 0.05)
            for one in ready:
                self._serve(one)

    def _serve(self, one):
        if one is self.server:
            near, _ = self.server.accept()
            try:
                self.pairs.append((near, socket.create_connection(("127.0.0.1", self.target))))
            except OSError:
                near.close()
            return
        for pair in [pair for pair in self.pairs if one in pair]:
            other = pair[1] if one is pair[0] else pair[0]
            try:
                data = one.recv(65536)
                if data:
                    other.sendall(data)
                    continue
            except OSError:
                pass
            self.pairs.remove(pair)
            pair[0].close()
            pair[1].close()

    def close(self):
        self.stopping.set()
        self.thread.join()
        for one in [self.server] + [end for pair in self.pairs for end in pair]:
            one.close()
