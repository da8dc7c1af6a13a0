"""What tests that need a live pistat share: free ports, a private mosquitto, an agent, a subscriber, HTTP.

Everything listens on 127.0.0.1 only and is a context manager: what it started ends with it.
"""

import http.client
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

import paho.mqtt.client as mqtt

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PISTAT = os.path.abspath(os.environ.get("PISTAT", os.path.join(ROOT, "build", "pistat")))

# Debian keeps daemons where a user's PATH does not look; bootstrap unpacks some tools beside us.
os.environ["PATH"] += os.pathsep + os.pathsep.join(
    ["/usr/sbin", "/sbin", os.path.join(ROOT, "build-tools", "usr", "bin")])


def find(command):
    return shutil.which(command)


_ports_given = set()


def free_port():
    """A port that nothing listens on; one process is never given the same one twice.

    From below those that the kernel gives to outgoing connections (ip_local_port_range begins at 32768), so that a
    server that is started anew on its port finds it free.
    """
    while True:
        port = random.SystemRandom().randrange(10240, 32768)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in _ports_given:
            _ports_given.add(port)
            return port


def wait_for(true, seconds=10, pause=0.02):
    """Polls until true() is; returns its value, or a false one after so many seconds."""
    end = time.monotonic() + seconds
    while True:
        value = true()
        if value or time.monotonic() >= end:
            return value
        time.sleep(pause)


def accepts(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Process:
    """A child process with its output in a file."""

    def __init__(self, arguments, folder, name, environment=None):
        self.name = name
        self.log = os.path.join(folder, name + ".log")
        with open(self.log, "wb") as log:
            self.started = time.monotonic()
            self.child = subprocess.Popen(arguments, cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                                          stdout=log, stderr=subprocess.STDOUT)
        self.pid = self.child.pid

    def running(self):
        return self.child.poll() is None

    def output(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def stop(self, seconds=10, how=signal.SIGTERM):
        """The exit status, and the seconds it took; killed if it took longer than allowed (status -9)."""
        begun = time.monotonic()
        if self.running():
            self.child.send_signal(how)
            try:
                self.child.wait(seconds)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
        return self.child.returncode, time.monotonic() - begun

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def make_certificates(folder):
    """A CA and a server certificate for 127.0.0.1 and localhost, valid for two days."""
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    with open(os.path.join(folder, "names.txt"), "w", encoding="ascii") as names:
        names.write("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test CA",
            "-keyout", "ca.key", "-out", "ca.pem")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", "server.key",
            "-out", "server.csr")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
            "-days", "2", "-extfile", "names.txt", "-out", "server.pem")
    os.chmod(os.path.join(folder, "server.key"), 0o644)


class Broker(Process):
    """A private mosquitto; with certificates (see make_certificates) also on tls_port."""

    def __init__(self, folder, certificates=None, port=None, extra=()):
        self.port = port or free_port()
        self.tls_port = free_port() if certificates else None
        # Started by root it would become another user, who cannot read our folder.
        lines = ["allow_anonymous true", "persistence false", "log_type error", "log_dest stderr",
                 "user root" if os.getuid() == 0 else "", "set_tcp_nodelay true",
                 f"listener {self.port} 127.0.0.1"]
        if certificates:
            lines += [f"listener {self.tls_port} 127.0.0.1"]
            lines += [f"{option} {os.path.join(certificates, name)}" for option, name in (
                ("cafile", "ca.pem"), ("certfile", "server.pem"), ("keyfile", "server.key"))]
        lines += extra
        path = os.path.join(folder, "mosquitto.conf")
        with open(path, "w", encoding="utf-8") as conf:
            conf.write("\n".join(lines) + "\n")
        super().__init__([find("mosquitto"), "-c", path], folder, "mosquitto")
        ports = [port for port in (self.port, self.tls_port) if port]
        if not wait_for(lambda: all(map(accepts, ports)) or not self.running(), 30) or not self.running():
            raise RuntimeError("mosquitto did not start: " + self.output())


def pistat_environment(options):
    """{"mqtt.port": 1883} as environment; nothing of the caller's own configuration is seen."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PISTAT")}
    for path, value in options.items():
        environment["PISTAT_" + path.upper().replace(".", "_")] = str(value)
    environment["ASAN_OPTIONS"] = environment.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
    return environment


class Agent(Process):
    """pistat against a broker at `port`; further options by their path with '__' for the dot."""

    def __init__(self, folder, port, name="pistat", wrapper=(), environment=None, **options):
        os.makedirs(os.path.join(folder, name), exist_ok=True)
        self.node = name
        self.http_port = free_port()
        chosen = {"node.name": name, "node.id": "pistat_test_" + name,
                  "node.state_directory": os.path.join(folder, name), "mqtt.host": "127.0.0.1",
                  "mqtt.port": port, "http.port": self.http_port, "http.listen": "127.0.0.1",
                  "sampling.interval": 1}
        chosen.update({path.replace("__", "."): value for path, value in options.items()})
        config = os.path.join(folder, name, "empty.conf")
        with open(config, "w", encoding="ascii"):
            pass
        variables = pistat_environment(chosen)
        variables.update(environment or {})
        super().__init__([*wrapper, PISTAT, "run", "--config", config], folder, name, variables)

    def get(self, path, seconds=5):
        return get(self.http_port, path, seconds)

    def stats(self):
        return json.loads(self.get("/stats")[1])

    def wait_until_ready(self, seconds=30):
        """Until it listens and has its first sample: /health, which needs no token, says 503 until then."""
        def ready():
            try:
                return self.get("/health", 2)[0] == 200 or not self.running()
            except OSError:
                return not self.running()
        if not wait_for(ready, seconds, 0.1) or not self.running():
            raise RuntimeError(f"{self.name} did not start: " + self.output())


def get(port, path, seconds=5):
    """(status, body) of a GET on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


class Subscriber:
    """Sees every message; tell(topic, payload, retained, mono) is called from its own thread."""

    def __init__(self, port, tell, topic="#"):
        self.client = mqtt.Client(client_id=f"subscriber-{os.getpid()}-{id(self):x}")
        self.subscribed = threading.Event()
        self.client.on_connect = lambda client, *_: client.subscribe(topic)
        self.client.on_subscribe = lambda *_: self.subscribed.set()
        self.client.on_message = lambda _c, _u, message: tell(
            message.topic, message.payload, bool(message.retain), time.monotonic())
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        self.subscribed.wait(10)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.loop_stop()
        self.client.disconnect()


def sanitizer(binary=None):
    """The path of the sanitizer's runtime that a binary needs, "built in", or None."""
    binary = binary or PISTAT
    libraries = subprocess.run(["ldd", binary], capture_output=True, text=True, check=False).stdout
    found = re.search(r"lib(?:asan|tsan|ubsan)\S* => (\S+)", libraries)
    if found:
        return found.group(1)
    with open(binary, "rb") as file:
        return "built in" if b"__asan_init" in file.read() else None


class Folder(tempfile.TemporaryDirectory):
    """A temporary directory that goes with its context."""

    def __init__(self, where=None):
        super().__init__(prefix="pistat-test-", dir=where, ignore_cleanup_errors=True)
