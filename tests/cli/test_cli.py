"""The command line as a person meets it: what is printed, what a mistake is answered with, what a reload does."""
import ipaddress
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
import live  # noqa: E402

PISTAT = os.environ.get("PISTAT", str(pathlib.Path(__file__).parents[2] / "build" / "pistat"))
MACHINES = pathlib.Path(__file__).parents[1] / "hosts"


def run(*arguments, cwd, environment=None, seconds=60):
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PISTAT")}
    return subprocess.run([PISTAT, *map(str, arguments)], cwd=cwd, env={**clean, **(environment or {})}, text=True,
                          capture_output=True, timeout=seconds, check=False)


@pytest.fixture(name="conf")
def conf_fixture(tmp_path):
    def write(text):
        path = tmp_path / "pistat.conf"
        path.write_text(text)
        return path
    return write


@pytest.mark.parametrize("arguments, status, said", [
    (["--help"], 0, "usage: pistat"),
    (["--version"], 0, "pistat "),
    (["chekc"], 2, "did you mean check"),
    (["--nonsense"], 2, "try pistat --help"),
    (["once", "one"], 2, "one: too many arguments"),
    (["explain", "cpu_usage", "memory.percent"], 2, "memory.percent: too many arguments"),
    (["once", "--format", "yaml"], 2, "one of table, json, prometheus, topics, discovery, csv"),
    (["once", "--root", "/nonexistent"], 2, "No such file or directory"),
    (["once", "--elapsed", "soon"], 2, "seconds are wanted"),
    (["metrics", "--format", "yaml"], 2, "one of table, markdown"),
    (["explain"], 2, "a path is wanted"),
    (["explain", "memory.precent"], 2, "did you mean memory.percent"),
    (["capture"], 2, "directory"),
    (["check", "--set", "mqtt.hots=x"], 2, "did you mean mqtt.host?"),
    (["check", "--set", "mqtt.host"], 2, "OPTION=VALUE"),
    (["check", "--set", "sampling.intervals=flesystems=60"], 2, "names nothing; did you mean filesystems?"),
    (["check", "--set", "sampling.deadbands=cpu_usge=2"], 2, "names nothing; did you mean cpu_usage?"),
    (["check", "--set", "sampling.intervals=*=1,disks=60"], 0, "disks=60"),
    (["check", "--set", "sampling.deadbands=disks.sda.busy=2,memory.*=5"], 0, "disks.sda.busy=2"),
    (["once", "--root", str(MACHINES / "container")], 2, "no captured machine"),
    (["check", "--set", "sampling.deadbands=network.eth0.*=3,filesystems.mnt*=1,n?twork.e*[0-9].up=1"], 0, "mnt*=1"),
    (["check", "--set", "sampling.deadbands=networks.eth0.*=3"], 2, "\"networks.eth0.*\" names nothing"),
    (["check", "--set", "sampling.exclude=hardware.serail"], 2, "names nothing; did you mean hardware.serial?"),
    (["check", "--set", "sampling.include=*,!pressure.*,memory.*"], 0, "!pressure.*"),
    (["check", "--set", "sampling.exclude=power." + "*?" * 14 + "*Q"], 2, "names nothing"),
    (["check", "--set", "http.listen=board.lan"], 2, "neither an IPv4 nor an IPv6 address"),
    (["once", "--then", MACHINES / "container" / "1"], 2, "only beside --root"),
    (["forget", ""], 2, "no node's name"),
    (["forget", "#"], 2, "no node's name"),
    (["check", "--log-level", "loud"], 2, "error warning info debug"),
    (["check", "--config", "/nonexistent.conf"], 2, "/nonexistent.conf: cannot be read"),
])
def test_status_and_words(tmp_path, arguments, status, said):
    result = run(*arguments, cwd=tmp_path)
    assert result.returncode == status, result
    assert said in result.stdout + result.stderr


@pytest.mark.parametrize("text, said", [
    ("mqtt = {\n  hots = \"x\";\n};\n", r"pistat\.conf:2: unknown option mqtt\.hots; did you mean mqtt\.host\?"),
    ("mqtt = {\n  port = 70000;\n};\n", r"pistat\.conf:2: mqtt\.port: \"70000\" is not a whole number from 0 to 65535"),
    ("mqtt = {\n\n  host = broker;\n};\n", r"pistat\.conf:3: syntax error"),
    ("homeassistant = { style = \"both\"; };\n", r"pistat\.conf:1: .*is not one of: device entities"),
])
@pytest.mark.parametrize("command", ["check", "run", "once"])
def test_a_mistake_in_the_file_is_one_line(tmp_path, conf, text, said, command):
    result = run(command, "--config", conf(text), cwd=tmp_path)
    assert result.returncode == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert re.search(said, result.stderr), result.stderr


def test_check_says_where_each_option_comes_from(tmp_path, conf):
    (tmp_path / ".env").write_text("PISTAT_MQTT_PORT=1885\nPISTAT_CACHE_SECONDS=5\n")
    result = run("check", "--config", conf("mqtt = {\n  host = \"a\"; port = 1; keepalive = 20;\n};\n"), "-o", "node.name=n",
                 cwd=tmp_path, environment={"PISTAT_HTTP_PORT": "8586"})
    rows = {line.split(None, 2)[0]: line.split(None, 2)[1:] for line in result.stdout.splitlines()}
    assert rows["mqtt.host"][0] == "a" and rows["mqtt.host"][1].endswith("pistat.conf:2")
    assert rows["mqtt.port"] == ["1885", ".env:1"]
    assert rows["http.cache_seconds"] == ["5", ".env:2"]
    assert rows["http.port"] == ["8586", "environment PISTAT_HTTP_PORT"]
    assert rows["node.name"] == ["n", "command line"]
    assert rows["mqtt.base"] == ["pistat", "default"]


@pytest.mark.parametrize("arguments", [["grafana"], ["metrics"], ["once"], ["once", "--format", "discovery"], ["--help"]])
def test_output_that_is_lost_is_said(tmp_path, arguments):
    with open("/dev/full", "wb") as full:
        result = subprocess.run([PISTAT, *arguments], stdout=full, stderr=subprocess.PIPE, cwd=tmp_path, check=False, text=True)
    assert result.returncode == 1 and "standard output: No space left on device" in result.stderr
    result = subprocess.run(["sh", "-c", 'exec "$@" >&-', "sh", PISTAT, *arguments], stderr=subprocess.PIPE, cwd=tmp_path,
                            check=False, text=True)
    assert result.returncode == 1 and "standard output: Bad file descriptor" in result.stderr


def test_started_without_standard_files(tmp_path):
    """What is meant for the log goes into no socket and no database."""
    port = live.free_port()
    command = [PISTAT, "-o", "mqtt.enabled=false", "-o", f"http.port={port}", "-o", "http.listen=127.0.0.1",
               "-o", f"node.state_directory={tmp_path}"]
    with subprocess.Popen(["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", *command], cwd=tmp_path) as pistat:
        try:
            assert live.wait_for(lambda: live.accepts(port) and live.get(port, "/health")[0] == 200)
            assert {os.readlink(f"/proc/{pistat.pid}/fd/{number}") for number in range(3)} == {"/dev/null"}
        finally:
            pistat.terminate()


def test_priorities_are_for_the_journal_alone(tmp_path):
    """A desktop's shell inherits JOURNAL_STREAM, but its terminal is another."""
    with open(tmp_path / "log", "w", encoding="utf-8") as log:
        status = os.fstat(log.fileno())
        for stream in (f"{status.st_dev}:{status.st_ino}", f"{status.st_dev}:{status.st_ino + 1}", "nonsense"):
            subprocess.run([PISTAT, "chekc"], cwd=tmp_path, stderr=log, check=False, env={**os.environ, "JOURNAL_STREAM": stream})
    lines = (tmp_path / "log").read_text().splitlines()
    assert [line.split("chekc")[0] for line in lines] == ["<3>", "pistat: ", "pistat: "]


def test_check_shows_no_secret(tmp_path):
    secret = tmp_path / "password"
    secret.write_text("hunter2\n")
    result = run("check", "-o", f"mqtt.password_file={secret}", cwd=tmp_path)
    assert str(secret) in result.stdout
    assert "hunter2" not in result.stdout + result.stderr
    links = ["-o", "ollama.url=http://me:hunter2@board/", "-o", "forward.url=http://board/api/webhook/hunter2"]
    result = run("check", *links, cwd=tmp_path)
    assert "http://board/" in result.stdout and "hunter2" not in result.stdout + result.stderr


@pytest.mark.parametrize("path, said", [
    ("memory.percent", ["/proc/meminfo", "pistat/x/memory/percent", "prometheus  pistat_memory", "entity      sensor"]),
    ("network.lo.recv_rate", ["rate of     network.*.bytes_recv", "/proc/net/dev", "kB/s"]),
    ("cpu_usage", ["collector   cpu", "/proc/stat"]),
])
def test_explain(tmp_path, path, said):
    result = run("explain", path, "-o", "node.name=x", "-o", "network.include=lo", cwd=tmp_path)
    assert result.returncode == 0, result
    for words in said:
        assert words in result.stdout, result.stdout


def test_explain_what_the_machine_has_not(tmp_path):
    result = run("explain", "cpu_temp", "--root", MACHINES / "container" / "0", cwd=tmp_path)
    assert result.returncode == 1
    assert "absent" in result.stdout


def values(document, above=""):
    """{path: value}"""
    found = {}
    for key, value in document.items():
        if isinstance(value, dict):
            found.update(values(value, f"{above}{key}."))
        else:
            found[above + key] = value
    return found


# What does not move between two samples, and is no secret.
STATIC = re.compile(r"hardware\.(?!serial).*|system\.(hostname|os|kernel|architecture|packages_upgradable)|memory\.total|swap\.total"
                    r"|cpu\.(logical|physical)_cores|cpu\.governor|filesystems\..*\.(mount|device|type|total)|disks\..*\.model"
                    r"|network\.(primary_interface|.*\.(up|speed))|.*\.label|gpus\..*\.(name|vendor)|clocks\.emmc|raids\..*\.level")


def secrets():
    """What would tell whose machine this is."""
    for path in ("/etc/machine-id", "/proc/device-tree/serial-number", "/sys/class/dmi/id/product_serial",
                 "/proc/sys/kernel/random/boot_id"):
        try:
            yield path, pathlib.Path(path).read_bytes().strip(b"\0\n ")
        except OSError:
            pass
    for path in pathlib.Path("/sys/class/net").glob("*/address"):
        if not path.read_text().startswith(("00:00:00:00:00:00", "02:00:00:00:00:00")):
            yield path, path.read_bytes().strip()
    for line in pathlib.Path("/proc/net/if_inet6").read_text().splitlines() if os.path.exists("/proc/net/if_inet6") else []:
        address = line.split()[0]
        if address != "0" * 31 + "1":
            yield "IPv6", str(ipaddress.IPv6Address(int(address, 16))).encode()
            yield "IPv6", address.encode()
    for session in pathlib.Path("/run/systemd/sessions").glob("[0-9]*"):
        try:
            yield session, re.search(rb"^USER=.*$", session.read_bytes(), re.M).group()
        except (OSError, AttributeError):
            pass


def test_a_captured_machine_replays(tmp_path):
    before = values(json.loads(run("once", "--format", "json", cwd=tmp_path).stdout))
    result = run("capture", "machine", cwd=tmp_path)
    assert result.returncode == 0, result
    replayed = run("once", "--root", "machine/0", "--then", "machine/1", "--format", "json", cwd=tmp_path)
    assert replayed.returncode == 0, replayed
    again = values(json.loads(replayed.stdout))
    missing = {path for path, value in before.items()
               if value is not None and again.get(path) is None and not path.startswith("agent.")}
    assert not missing
    moved = {path: (value, again[path]) for path, value in before.items() if STATIC.fullmatch(path) and value != again[path]}
    assert not moved
    everything = b"".join(file.read_bytes() for file in (tmp_path / "machine").rglob("*") if file.is_file())
    names = "\n".join(map(str, (tmp_path / "machine").rglob("*"))).encode()
    for source, text in secrets():
        assert len(text) < 6 or text not in everything + names, source
    assert run("capture", "machine", cwd=tmp_path).returncode == 1  # never into what is there


def test_a_capture_that_has_no_room_is_said_to_be_incomplete(tmp_path):
    result = subprocess.run(["sh", "-c", 'ulimit -f 1; exec "$@"', "sh", PISTAT, "capture", "machine"], cwd=tmp_path, check=False,
                            capture_output=True, text=True, preexec_fn=lambda: signal.signal(signal.SIGXFSZ, signal.SIG_IGN))
    assert result.returncode == 1 and "the copy is not complete" in result.stderr, result


def test_reload(tmp_path, conf):
    """A good file takes over, a bad one changes nothing; in both cases the process lives on."""
    first, second = live.free_port(), live.free_port()
    text = "mqtt = { enabled = false; };\nsampling = { interval = 0.5; };\nhttp = { listen = \"127.0.0.1\"; port = %s; };\n"
    path = conf(text % first)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PISTAT")}
    with open(tmp_path / "log", "w", encoding="utf-8") as log, subprocess.Popen(
            [PISTAT, "--config", str(path)], cwd=tmp_path, env=environment, stderr=log) as pistat:
        def said(words):
            return words in (tmp_path / "log").read_text()
        try:
            live.wait_for(lambda: live.accepts(first) and live.get(first, "/health")[0] == 200)
            path.write_text(text % "many")
            pistat.send_signal(signal.SIGHUP)
            live.wait_for(lambda: said("going on as before"))
            assert live.get(first, "/health")[0] == 200
            path.write_text(text.replace("127.0.0.1", "here") % second)
            pistat.send_signal(signal.SIGHUP)
            live.wait_for(lambda: said("neither an IPv4 nor an IPv6 address"))
            assert live.get(first, "/health")[0] == 200
            path.write_text(text.replace("listen", "token_file = \"missing\"; listen") % second)
            pistat.send_signal(signal.SIGHUP)
            live.wait_for(lambda: said("http.token_file"))
            assert live.get(first, "/health")[0] == 200
            path.write_text(text % second)
            pistat.send_signal(signal.SIGHUP)
            live.wait_for(lambda: live.accepts(second))
            assert live.get(second, "/stats")[0] == 200
            assert not live.accepts(first)
            descriptors = len(os.listdir(f"/proc/{pistat.pid}/fd"))
            for _ in range(20):
                before = (tmp_path / "log").read_text().count("listening on")
                pistat.send_signal(signal.SIGHUP)
                live.wait_for(lambda: (tmp_path / "log").read_text().count("listening on") > before)
            time.sleep(1)
            assert len(os.listdir(f"/proc/{pistat.pid}/fd")) <= descriptors + 5  # lanes and the database may have come
        finally:
            pistat.terminate()
            assert pistat.wait(timeout=10) == 0
