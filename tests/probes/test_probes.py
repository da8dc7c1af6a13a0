"""The user's own sensors: what they say arrives everywhere, and whatever they do, nothing else suffers and nothing stays."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

import pytest

TESTS = pathlib.Path(__file__).parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "homeassistant")]
pytest.importorskip("paho.mqtt.client", reason="python3-paho-mqtt is not installed")
import check_discovery  # noqa: E402
import live  # noqa: E402

LONG = 60  # seconds, until something hangs

GOOD = """
probes = (
    {{ name = "water_level"; file = "{folder}/level"; scale = 0.1; offset = -3.0; unit = "cm"; class = "distance";
      icon = "mdi:waves"; precision = 1; interval = 1; }},
    {{ name = "line"; command = [ "/bin/sh", "-c", "echo 12.5", "secret-argument" ]; unit = "dB"; interval = 1; }},
    {{ name = "ups"; command = [ "/bin/cat", "{folder}/ups.json" ]; json = "battery.charge"; unit = "%"; class = "battery";
      label = "UPS charge"; diagnostic = true; interval = 1; }},
    {{ name = "door"; file = "{folder}/door"; kind = "state"; class = "door"; on = "1"; interval = 1; }},
    {{ name = "song"; command = [ "/bin/echo", "Grüße, Bach" ]; kind = "text"; enabled = false; interval = 1; }},
);
"""


@pytest.fixture
def folder():
    with live.Folder() as path:
        for name, text in (("level", "1234\n"), ("door", "1\n"), ("ups.json", '{"battery": {"charge": "97"}}\n')):
            pathlib.Path(path, name).write_text(text)
        yield path


@pytest.fixture
def broker(folder):
    if not live.find("mosquitto"):
        pytest.skip("mosquitto is not installed")
    with live.Broker(folder) as running:
        yield running


def write_config(folder, probes):
    path = pathlib.Path(folder, "pistat.conf")
    path.write_text(probes.format(folder=folder))
    return str(path)


def once(folder, probes, form, *arguments):
    ran = subprocess.run([live.PISTAT, "once", "-c", write_config(folder, probes), "--format", form, *arguments],
                         capture_output=True, text=True, timeout=LONG, cwd=folder, check=False,
                         env=live.pistat_environment({"node.name": "attic", "node.id": "pistat_0123456789ab"}))
    assert ran.returncode == 0, ran.stderr
    return ran


class Agent(live.Process):
    def __init__(self, folder, port, probes, **options):
        self.http_port = live.free_port()
        chosen = {"node.name": "attic", "node.id": "pistat_test_attic", "node.state_directory": folder,
                  "mqtt.host": "127.0.0.1", "mqtt.port": port, "mqtt.enabled": "true" if port else "false",
                  "http.port": self.http_port, "http.listen": "127.0.0.1",
                  "sampling.interval": 0.5, "sampling.refresh": 2}
        chosen.update({path.replace("__", "."): value for path, value in options.items()})
        environment = live.pistat_environment({path: value for path, value in chosen.items() if value is not None})
        super().__init__([live.PISTAT, "run", "-c", write_config(folder, probes)], folder, "agent", environment)

    def probes(self):
        """{name: value} as /stats has it now; {} while nobody answers."""
        try:
            stats = json.loads(live.get(self.http_port, "/stats")[1])
        except (OSError, ValueError):
            return {}
        return {name: next(iter(member.values())) for name, member in stats.get("probes", {}).items()}

    def children(self):
        """Of all threads; zombies are among them."""
        found = []
        for thread in pathlib.Path(f"/proc/{self.pid}/task").iterdir():
            found += (thread / "children").read_text().split()
        return [int(pid) for pid in found]


def alive(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def pids(path):
    path = pathlib.Path(path)
    return [int(word) for word in path.read_text().split()] if path.exists() else []


def test_every_rendering(folder):
    table = once(folder, GOOD, "table").stdout
    for line in ("probes.water_level.value 120.4 cm", "probes.line.value 12.5 dB", "probes.ups.value 97 %",
                 "probes.door.state ON", "probes.song.text Grüße, Bach"):
        assert line in [" ".join(row.split()) for row in table.splitlines()]
    prometheus = once(folder, GOOD, "prometheus").stdout
    assert 'pistat_probe_value{probe="water_level",unit="cm"} 120.4\n' in prometheus
    assert 'pistat_probe_state{probe="door"} 1\n' in prometheus
    if live.find("promtool"):
        subprocess.run(["promtool", "check", "metrics"], input=prometheus, text=True, check=True)


@pytest.mark.parametrize("style", ["device", "entities"])
@pytest.mark.parametrize("scalars", ["true", "false"])
def test_discovery(folder, style, scalars):
    options = ["-o", f"homeassistant.style={style}", "-o", f"mqtt.scalars={scalars}", "-o", "sampling.include=probes.*,system.*"]
    discovery = check_discovery.read_messages(once(folder, GOOD, "discovery", *options).stdout)
    topics = dict(check_discovery.read_messages(once(folder, GOOD, "topics", *options).stdout))
    assert check_discovery.check(discovery, topics) == []


def test_entities_are_as_the_user_wrote_them(folder):
    (_, payload), = check_discovery.read_messages(once(folder, GOOD, "discovery").stdout)
    entities = {one["name"]: one for key, one in json.loads(payload)["cmps"].items() if key.startswith("probes_")}
    assert sorted(entities) == ["Door", "Line", "Song", "UPS charge", "Water level"]
    level = entities["Water level"]
    assert (level["p"], level["dev_cla"], level["unit_of_meas"], level["stat_cla"], level["ic"], level["sug_dsp_prc"]) == (
        "sensor", "distance", "cm", "measurement", "mdi:waves", 1)
    assert entities["Door"]["p"] == "binary_sensor" and entities["Door"]["dev_cla"] == "door"
    assert entities["UPS charge"]["ent_cat"] == "diagnostic" and "en" not in entities["UPS charge"]
    assert entities["Song"]["en"] is False and "unit_of_meas" not in entities["Song"]
    assert "sug_dsp_prc" not in entities["Line"]


def test_published_and_changed(folder, broker):
    told = {}
    with live.Subscriber(broker.port, lambda topic, payload, *_: told.__setitem__(topic, payload.decode()),
                         "pistat/attic/probes/#"), Agent(folder, broker.port, GOOD) as agent:
        assert live.wait_for(lambda: len(told) == 5, LONG), (told, agent.output())
        assert told["pistat/attic/probes/water_level/value"] == "120.4"
        assert told["pistat/attic/probes/song/text"] == "Grüße, Bach"
        pathlib.Path(folder, "level").write_text("2234")
        pathlib.Path(folder, "door").write_text("0")
        assert live.wait_for(lambda: told["pistat/attic/probes/water_level/value"] == "220.4", LONG)
        assert live.wait_for(lambda: told["pistat/attic/probes/door/state"] == "OFF", LONG)
        pathlib.Path(folder, "level").write_text("broken")
        assert live.wait_for(lambda: told["pistat/attic/probes/water_level/value"] == "", LONG), "cleared"
        assert live.wait_for(lambda: agent.output().count('probe water_level: no number: "broken"'), LONG)
        time.sleep(2)
        assert agent.output().count("no number") == 1
        pathlib.Path(folder, "level").write_text("1234")
        assert live.wait_for(lambda: told["pistat/attic/probes/water_level/value"] == "120.4", LONG)
        assert "probe water_level: well again" in agent.output()
        assert agent.stop()[0] == 0
        assert "secret-argument" not in agent.output()


BAD = """
probes = (
    {{ name = "fine"; command = [ "/bin/echo", "1" ]; interval = 0.5; }},
    {{ name = "hang"; command = [ "/bin/sh", "-c", "trap '' TERM; sleep 1000 & echo $$ $! >>{folder}/pids; wait" ];
      timeout = 1; interval = 0.5; }},
    {{ name = "flood"; command = [ "/usr/bin/yes" ]; interval = 0.5; }},
    {{ name = "fail"; command = [ "/bin/sh", "-c", "echo 5; exit 3", "secret-argument" ]; interval = 0.5; }},
    {{ name = "bytes"; command = [ "/usr/bin/head", "-c", "1000", "/dev/urandom" ]; interval = 0.5; }},
    {{ name = "missing"; command = [ "/nonexistent/program" ]; interval = 0.5; }},
    {{ name = "leaves"; command = [ "/bin/sh", "-c", "sleep 1000 & echo $! >>{folder}/pids; echo 7" ]; interval = 0.5; }},
);
"""


def test_whatever_they_do(folder):
    with Agent(folder, 0, BAD) as agent:
        assert live.wait_for(lambda: set(agent.probes()) == {"fine", "leaves"}, LONG), agent.output()
        assert live.wait_for(lambda: len(pids(folder + "/pids")) >= 12, LONG)
        for _ in range(20):  # and /stats answers while one of them hangs
            begun = time.monotonic()
            assert set(agent.probes()) == {"fine", "leaves"}
            assert time.monotonic() - begun < 5
            time.sleep(0.05)
        assert agent.stop()[0] == 0
        said = agent.output()
    for line in ("probe hang: /bin/sh: killed after 1 seconds", "probe fail: /bin/sh: exit status 3",
                 "probe flood: /usr/bin/yes: killed for writing more than 65536 bytes",
                 "probe missing: /nonexistent/program: No such file or directory"):
        assert said.count(line) == 1, said
    assert said.count("probe bytes: no") == 1
    assert "secret-argument" not in said
    assert live.wait_for(lambda: not any(alive(pid) for pid in pids(folder + "/pids")), LONG)


HANGS = """
probes = (
    {{ name = "hang"; command = [ "/bin/sh", "-c", "sleep 1000 & echo $$ $! >>{folder}/pids; wait" ]; timeout = 60; }},
);
"""


def test_pages_are_told_labels_and_units_and_no_more(folder):
    with Agent(folder, 0, GOOD) as agent:
        assert live.wait_for(agent.probes, LONG), agent.output()
        body = live.get(agent.http_port, "/api/config")[1].decode()
        told = json.loads(body)["probes"]
        assert told["water_level"] == {"label": "Water level", "unit": "cm"}
        assert told["ups"] == {"label": "UPS charge", "unit": "%"} and len(told) == 5
        assert "secret-argument" not in body and folder not in body


def test_nobody_is_left_between_runs(folder):
    probes = GOOD.replace("interval = 1;", "interval = 0.5;")
    with Agent(folder, 0, probes) as agent:
        assert live.wait_for(lambda: len(agent.probes()) == 5, LONG), agent.output()
        assert live.wait_for(lambda: not agent.children(), LONG, 0.01), "zombies"
        assert agent.stop()[0] == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_end_does_not_wait(folder, number):
    with Agent(folder, 0, HANGS) as agent:
        assert live.wait_for(lambda: len(pids(folder + "/pids")) == 2, LONG), agent.output()
        status, seconds = agent.stop(LONG, number)
    assert status == 0
    assert seconds < 30
    assert live.wait_for(lambda: not any(alive(pid) for pid in pids(folder + "/pids")), LONG)


def test_reload(folder):
    with Agent(folder, 0, HANGS) as agent:
        assert live.wait_for(lambda: len(pids(folder + "/pids")) == 2, LONG), agent.output()
        write_config(folder, GOOD)
        agent.child.send_signal(signal.SIGHUP)
        assert live.wait_for(lambda: len(agent.probes()) == 5, LONG), agent.output()
        assert live.wait_for(lambda: not any(alive(pid) for pid in pids(folder + "/pids")), LONG)
        write_config(folder, 'probes = ( {{ name = "x"; file = "y"; }} );')
        agent.child.send_signal(signal.SIGHUP)
        assert live.wait_for(lambda: "does not begin with /: the whole path is wanted; going on as before" in agent.output(), LONG)
        assert len(agent.probes()) == 5
        assert agent.stop()[0] == 0


def test_a_captured_machine_runs_nothing(folder):
    trap = 'probes = ( {{ name = "trap"; command = [ "/usr/bin/touch", "{folder}/sprung" ]; kind = "text"; }}, );'
    tree = pathlib.Path(folder, "tree")
    (tree / "proc").mkdir(parents=True)
    assert "probes." not in once(folder, trap, "table", "--root", str(tree)).stdout
    (tree / "captured/probes").mkdir(parents=True)
    (tree / "captured/probes/trap").write_text("still\n")
    assert "still" in once(folder, trap, "table", "--root", str(tree)).stdout
    assert not os.path.exists(folder + "/sprung")


def test_capture_and_replay(folder):
    config = write_config(folder, GOOD)
    subprocess.run([live.PISTAT, "capture", folder + "/machine", "-c", config], check=True, timeout=LONG,
                   capture_output=True, env=live.pistat_environment({}))
    pathlib.Path(folder, "ups.json").unlink()
    for part in "01":
        assert pathlib.Path(folder, "machine", part, "captured/probes/ups").read_text() == '{"battery": {"charge": "97"}}\n'
        table = once(folder, GOOD, "table", "--root", f"{folder}/machine/{part}").stdout
        assert table.count("probes.") - table.count("collectors.probes.") == 5


def test_explain(folder):
    ran = subprocess.run([live.PISTAT, "explain", "probes.ups.value", "-c", write_config(folder, GOOD)],
                         capture_output=True, text=True, timeout=LONG, check=True, env=live.pistat_environment({}))
    for line in ("  read        ups: /bin/cat", '              | {"battery": {"charge": "97"}}', "  value       97 %"):
        assert line in ran.stdout.splitlines()
    assert '"UPS charge"' in ran.stdout


def test_valgrind_is_silent(folder):
    if not live.find("valgrind"):
        pytest.skip("valgrind is not installed")
    if live.sanitizer():
        pytest.skip("a sanitizer is built in, which does the same")
    config = write_config(folder, GOOD.replace("\n);", BAD.partition("probes = (")[2].rstrip(";\n)") + "\n);"))
    ran = subprocess.run(["valgrind", "--quiet", "--leak-check=full", "--error-exitcode=99",
                          "--errors-for-leak-kinds=definite,indirect,possible", f"--log-file={folder}/valgrind.%p",
                          live.PISTAT, "once", "-c", config], capture_output=True, text=True, timeout=5 * LONG, check=False,
                         env=live.pistat_environment({}))
    said = "".join(file.read_text() for file in pathlib.Path(folder).glob("valgrind.*"))
    assert ran.returncode == 0, ran.stderr + said
    assert "probes.ups.value" in ran.stdout
    # Lines of its own begin with "--": it does not know pidfd_open(2), without which we wait a little longer.
    assert [line for line in said.splitlines() if not line.startswith("--")] == []
