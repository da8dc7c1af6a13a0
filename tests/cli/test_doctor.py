"""`pistat doctor` beside a real broker that is right, and wrong in every way that people meet."""
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
import live  # noqa: E402

HERE = pathlib.Path(__file__).parent
MACHINES = HERE.parent / "hosts"
ILL = ("no permission", "failing")

needs_broker = pytest.mark.skipif(not live.find("mosquitto"), reason="mosquitto is missing")
needs_openssl = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is missing")


class Report:
    """What was printed: rows of (name, verdict, text), each with the advice below it."""

    def __init__(self, result):
        self.status, self.text = result.returncode, result.stdout + result.stderr
        self.rows, self.part = [], ""
        for line in result.stdout.splitlines():
            row = re.match(r"  (\S.{0,15}?) +(ok|absent|note|unknown|no permission|failing) +(.*)", line)
            if row:
                self.rows.append([self.part, *row.groups(), ""])
            elif line.startswith("   ") and "→" in line:
                self.rows[-1][4] += line.partition("→")[2].strip()
            else:
                self.part = line

    def find(self, name, part=None):
        return [row for row in self.rows if row[1] == name and part in (None, row[0])]

    def one(self, name, part=None):
        rows = self.find(name, part)
        assert len(rows) == 1, f"{name}: {rows}\n{self.text}"
        return rows[0][2:]


def doctor(folder, *arguments, **options):
    options = {"node.name": "attic", "node.id": "pistat_attic", "node.state_directory": folder,
               "http.port": live.free_port(), "http.listen": "127.0.0.1", "mqtt.host": "127.0.0.1",
               **{path.replace("__", "."): value for path, value in options.items()}}
    result = subprocess.run([live.PISTAT, "doctor", "--config", "/dev/null", *map(str, arguments)], cwd=folder,
                            env=live.pistat_environment(options), text=True, capture_output=True, timeout=120, check=False)
    report = Report(result)
    ill = any(row[2] in ILL for row in report.rows)
    assert report.status == (1 if ill else 0), report.text
    assert ("Nothing needs a person" in report.text) == (not ill), report.text
    assert "Sanitizer" not in report.text and "runtime error" not in report.text, report.text
    return report


class Mosquitto(live.Process):
    def __init__(self, folder, *lines):
        self.port = live.free_port()
        path = pathlib.Path(folder) / f"mosquitto-{self.port}.conf"
        path.write_text("\n".join(["persistence false", "log_dest stderr", "user root" if os.getuid() == 0 else "",
                                   f"listener {self.port} 127.0.0.1", *lines]) + "\n")
        super().__init__([live.find("mosquitto"), "-c", str(path)], folder, f"mosquitto-{self.port}")
        assert live.wait_for(lambda: live.accepts(self.port) or not self.running(), 30), self.output()


@needs_broker
@pytest.mark.parametrize("version", ["3.1.1", "5"])
def test_good(tmp_path, version):
    with Mosquitto(tmp_path, "allow_anonymous true") as broker:
        report = doctor(tmp_path, mqtt__port=broker.port, mqtt__version=version)
    assert report.one("name")[0] == "ok" and "127.0.0.1" in report.one("name")[1]
    assert report.one("TCP")[0] == "ok"
    assert report.one("MQTT")[:2] == ["ok", f"MQTT {version} accepts us"]
    assert [row[2] for row in report.find("access")] == ["ok", "ok"]
    assert report.one("status", "Broker")[0] == "note"  # nothing is retained yet
    assert report.one("HTTP")[0] == "ok" and "free" in report.one("HTTP")[1]
    assert report.one("status", "Home Assistant")[0] == "unknown"
    assert report.one("cpu")[0] == "ok" and report.one("memory")[0] == "ok"


@needs_broker
def test_beside_a_pistat_at_work(tmp_path):
    with Mosquitto(tmp_path, "allow_anonymous true") as broker, live.Agent(str(tmp_path), broker.port, "attic") as agent:
        agent.wait_until_ready()
        port = agent.http_port
        live.wait_for(lambda: b'"connected"' in agent.get("/health")[1], 30)
        assert live.wait_for(lambda: doctor(tmp_path, mqtt__port=broker.port, http__port=port,
                                            node__id="pistat_test_attic").one("discovery")[0] == "ok", 30, 0.5)
        report = doctor(tmp_path, mqtt__port=broker.port, http__port=port, node__id="pistat_test_attic")
        assert "pistat answers: healthy" in report.one("HTTP")[1]
        assert report.one("status", "Broker")[:2] == ["ok", "pistat/attic/status says online"]
        assert int(report.one("retained")[1].split()[0]) > 10
        assert "is announced" in report.one("discovery")[1]
        # somebody is online under our name, and nothing runs here
        report = doctor(tmp_path, mqtt__port=broker.port, node__id="pistat_test_attic")
        assert report.one("status", "Broker")[0] == "failing"
        assert "node.name" in report.one("status", "Broker")[2]
        # pistat answers here, but speaks under another name
        report = doctor(tmp_path, mqtt__port=broker.port, http__port=port, node__name="cellar")
        assert report.one("status", "Broker")[0] == "note"
        # the visit has left nothing behind, and has not thrown pistat out
        assert agent.output().count("connected (MQTT") == 1


@needs_broker
def test_wrong_password(tmp_path):
    (tmp_path / "passwords").write_text("")
    subprocess.run(["mosquitto_passwd", "-b", str(tmp_path / "passwords"), "ada", "right"], check=True,
                   capture_output=True)
    (tmp_path / "passwords").chmod(0o644)
    secret = tmp_path / "secret"
    secret.write_text("hunter2-is-wrong\n")
    secret.chmod(0o600)
    with Mosquitto(tmp_path, "allow_anonymous false", f"password_file {tmp_path}/passwords") as broker:
        report = doctor(tmp_path, mqtt__port=broker.port, mqtt__username="ada", mqtt__password_file=secret)
        assert report.one("MQTT")[0] == "failing"
        assert "user name or password not accepted" in report.one("MQTT")[1]
        assert "mqtt.password_file" in report.one("MQTT")[2]
        assert "hunter2" not in report.text
        secret.write_text("right\n")
        report = doctor(tmp_path, mqtt__port=broker.port, mqtt__username="ada", mqtt__password_file=secret)
        assert report.one("MQTT")[:2] == ["ok", "MQTT 3.1.1 accepts us as user ada"]
        secret.chmod(0o644)
        report = doctor(tmp_path, mqtt__port=broker.port, mqtt__username="ada", mqtt__password_file=secret)
        assert report.one("secret")[0] == "failing" and "chmod" in report.one("secret")[2]


@needs_broker
@pytest.mark.parametrize("version", ["3.1.1", "5"])
def test_access_list(tmp_path, version):
    """The broker says nothing, it only drops what is forbidden."""
    acl = tmp_path / "acl"

    def visit(text):
        acl.write_text(text)
        acl.chmod(0o644)
        with Mosquitto(tmp_path, "allow_anonymous true", f"acl_file {acl}") as broker:
            return doctor(tmp_path, mqtt__port=broker.port, mqtt__version=version)

    report = visit("topic read homeassistant/#\n")
    first, second = report.find("access")
    assert first[2] == "failing" and "pistat/attic/doctor-" in first[3] and "topic readwrite pistat/attic/#" in first[4]
    assert second[2] == "failing" and "topic readwrite homeassistant/#" in second[4]
    report = visit("topic readwrite pistat/#\n")
    first, second = report.find("access")
    assert first[2] == "ok" and second[2] == "unknown"
    report = visit("topic readwrite pistat/attic/#\ntopic readwrite homeassistant/#\n")
    assert [row[2] for row in report.find("access")] == ["ok", "ok"]


def test_nobody_listens(tmp_path):
    report = doctor(tmp_path, mqtt__port=live.free_port())
    assert report.one("TCP")[0] == "failing" and "Connection refused" in report.one("TCP")[1]
    assert "does it run" in report.one("TCP")[2]
    assert not report.find("MQTT")


def test_no_such_name(tmp_path):
    report = doctor(tmp_path, mqtt__host="no-such-broker.invalid")
    assert report.one("name")[0] == "failing" and "no-such-broker.invalid" in report.one("name")[1]
    assert not report.find("TCP") and not report.find("MQTT")


def test_a_broker_that_says_nothing(tmp_path):
    """It accepts connections, for ever silent: five seconds, and a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        report = doctor(tmp_path, mqtt__port=server.getsockname()[1])
    assert report.one("TCP")[0] == "ok"
    assert report.one("MQTT")[0] == "failing"


def test_switched_off(tmp_path):
    report = doctor(tmp_path, mqtt__enabled="false", http__enabled="false")
    assert report.one("MQTT")[0] == "note" and report.one("HTTP")[0] == "note"


def test_somebody_else_has_our_port(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        report = doctor(tmp_path, mqtt__enabled="false", http__port=server.getsockname()[1])
    assert report.one("HTTP")[0] == "failing" and "http.port" in report.one("HTTP")[2]


def test_addresses_of_all_kinds(tmp_path):
    report = doctor(tmp_path, mqtt__enabled="false", http__listen="localhost,fe80::1%nowhere0")
    first, second, third = report.find("HTTP")
    assert first[2] == "ok" and first[3].startswith("127.0.0.1:")
    assert second[2] in ("ok", "absent") and second[3].startswith("[::1]:")
    assert third[2] == "failing" and third[3].startswith("[fe80::1%nowhere0]:") and "Cannot assign" in third[3]


def openssl(folder, *arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture(name="papers", scope="module")
def papers_fixture(tmp_path_factory):
    """A CA and certificates for localhost with different ends; another CA that nobody asked."""
    folder = tmp_path_factory.mktemp("papers")
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    for ca in ("authority", "stranger"):
        openssl(folder, "req", "-x509", *curve, "-days", "400", "-subj", f"/CN={ca}", "-addext",
                "basicConstraints=critical,CA:TRUE", "-keyout", f"{ca}.key", "-out", f"{ca}.pem")
    for name, days, alternative in (("long", "90", "DNS:localhost,IP:127.0.0.1"), ("short", "3", "DNS:localhost"),
                                    ("elsewhere", "90", "DNS:elsewhere.example")):
        (folder / f"{name}.ext").write_text(f"subjectAltName={alternative}\n")
        openssl(folder, "req", *curve, "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-CA", "authority.pem", "-CAkey", "authority.key",
                "-CAcreateserial", "-days", days, "-extfile", f"{name}.ext", "-out", f"{name}.pem")
    for file in folder.iterdir():
        file.chmod(0o644)
    folder.chmod(0o755)
    return folder


@needs_broker
@needs_openssl
@pytest.mark.parametrize("server, ca, host, verdict, said, days", [
    ("long", "authority", "localhost", "ok", "trusted by", "(89|90) days left"),
    ("long", "authority", "127.0.0.1", "ok", "trusted by", "(89|90) days left"),
    ("short", "authority", "localhost", "ok", "trusted by", "[23] days left"),
    ("long", "stranger", "localhost", "failing", "certificate", "(89|90) days left"),
    ("elsewhere", "authority", "localhost", "failing", "ostname mismatch", "(89|90) days left"),
])
def test_tls(tmp_path, papers, server, ca, host, verdict, said, days):
    with Mosquitto(tmp_path, "allow_anonymous true", f"certfile {papers}/{server}.pem", f"keyfile {papers}/{server}.key",
                   f"cafile {papers}/authority.pem") as broker:
        report = doctor(tmp_path, mqtt__port=broker.port, mqtt__host=host, mqtt__tls__enabled="true",
                        mqtt__tls__ca_file=papers / f"{ca}.pem")
    assert report.one("TLS")[0] == verdict and said in report.one("TLS")[1], report.text
    certificates = report.find("certificate")
    assert re.search(f"{server}, signed by authority: {days}", certificates[0][3]), report.text
    assert certificates[0][2] == ("failing" if server == "short" else "ok")
    assert report.one("MQTT")[0] == verdict


@needs_broker
def test_no_tls_there(tmp_path):
    with Mosquitto(tmp_path, "allow_anonymous true") as broker:
        report = doctor(tmp_path, mqtt__port=broker.port, mqtt__tls__enabled="true")
    assert report.one("TLS")[0] == "failing" and "speak TLS" in report.one("TLS")[1]


def test_ca_file_that_is_not_there(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        report = doctor(tmp_path, mqtt__port=server.getsockname()[1], mqtt__tls__enabled="true",
                        mqtt__tls__ca_file="/nonexistent.pem")
    assert "/nonexistent.pem" in report.one("TLS")[1] and "No such file" in report.one("TLS")[1]


def replay(folder, machine):
    return doctor(folder, "--root", machine)


def test_a_captured_machine(tmp_path):
    report = replay(tmp_path, MACHINES / "x86-server" / "0")
    assert "cannot be asked" in report.text
    assert not report.find("TCP") and not report.find("clock")
    assert report.one("memory")[0] == "ok"


def test_a_source_that_fails(tmp_path):
    shutil.copytree(MACHINES / "x86-server" / "0", tmp_path / "machine", symlinks=True)
    (tmp_path / "machine" / "proc" / "meminfo").write_text("\x1b[2Jno \x07 such format at all " + "x" * 100 + "\n")
    report = replay(tmp_path, tmp_path / "machine")
    verdict, text, _ = report.one("memory")
    assert verdict == "failing"
    assert "/proc/meminfo" in text and "no ? such format" in text
    assert "\x1b" not in report.text and "x" * 60 not in report.text


def test_a_machine_that_denied(tmp_path):
    shutil.copytree(MACHINES / "x86-server" / "0", tmp_path / "machine", symlinks=True)
    captured = tmp_path / "machine" / "captured"
    captured.mkdir(exist_ok=True)
    (tmp_path / "machine" / "proc" / "loadavg").unlink()
    (captured / "denied").write_text("/proc/loadavg\n")
    report = replay(tmp_path, tmp_path / "machine")
    assert report.one("load")[0] == "no permission"
    assert "/proc/loadavg" in report.one("load")[1]


@pytest.mark.parametrize("machine", sorted(path.parent.name for path in MACHINES.glob("*/0")))
def test_every_captured_machine(tmp_path, machine):
    """Every source of every machine gets one verdict, none fails, and what was denied gets its command."""
    report = replay(tmp_path, MACHINES / machine / "0")
    names = [row[1] for row in report.rows if row[0] == "Sources"]
    assert len(names) >= 20 and "cpu" in names
    assert not [row for row in report.rows if row[2] == "failing"], report.text
    denied = MACHINES / machine / "0" / "captured" / "denied"
    if denied.exists() and "/dev/vcio" in denied.read_text():
        assert report.one("videocore", "Sources")[0] == "no permission"
        assert "usermod -aG video $USER" in report.one("videocore", "Sources")[2]
    else:
        assert not [row for row in report.rows if row[2] == "no permission"], report.text


def test_gaps(tmp_path):
    """A source that gives only a part says which values are missing."""
    shutil.copytree(MACHINES / "pi5" / "0", tmp_path / "machine", symlinks=True)
    (tmp_path / "machine" / "captured" / "firmware" / "measure_volts_core").unlink()
    report = replay(tmp_path, tmp_path / "machine")
    gaps = [row for row in report.rows if row[0].startswith("Single values") and row[1] == "videocore"]
    assert gaps and "power.core_voltage" in gaps[0][3], report.text
