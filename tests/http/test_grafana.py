"""The dashboard for Grafana: a real Prometheus scrapes captured machines and this one, and is asked all that is in it."""

import http.client
import json
import os
import re
import subprocess
import urllib.parse

import live
import pytest
from conftest import Pistat

# Between them they have nearly every sensor.  Captured machines do not move: every rate is 0, and is there.
REPLAYED = ["x86-server", "x86-laptop", "pi5", "pi4-64", "pi-zero-w", "cm4-emmc"]
# What is nowhere by default; usage of the VideoCore needs a clock that moves.
NOWHERE = re.compile(r"pistat_(probe|unit|ollama|model)_|pistat_gpu_usage_ratio")
COLUMNS = 24


@pytest.fixture(scope="module")
def dashboard():
    text = subprocess.run([live.PISTAT, "grafana"], capture_output=True, check=True, text=True).stdout
    return json.loads(text)


def panels_of(dashboard):
    """Without the headings."""
    for panel in dashboard["panels"]:
        yield from panel["panels"] if panel["type"] == "row" else [panel]


def queries_of(dashboard):
    return sorted({target["expr"] for panel in panels_of(dashboard) for target in panel["targets"]})


def metrics_of(query):
    return set(re.findall(r"pistat_\w+", query))


def variables_of(dashboard):
    """{name: (metric and matchers, label)} of what label_values() is asked for."""
    asked = {}
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            assert variable["definition"] == variable["query"]["query"]
            series, label = re.fullmatch(r"label_values\((.+), (\w+)\)", variable["definition"]).groups()
            asked[variable["name"]] = series, label
    return asked


def filled(text, node):
    """As Grafana sends it when all members are chosen."""
    text = text.replace("$node", node).replace("$__rate_interval", "1m")
    text = re.sub(r'=~"\$\w+"', '=~".*"', text)
    assert "$" not in text
    return text


def test_is_whole(dashboard, pistat):
    answer = pistat.ask("/grafana.json")
    assert answer.status == 200 and answer.headers["Content-Type"] == "application/json"
    assert answer.json() == dashboard
    assert dashboard["uid"] == "pistat" and dashboard["schemaVersion"] >= 39
    ids = [panel["id"] for panel in [*dashboard["panels"], *panels_of(dashboard)]]
    assert len(set(ids)) == len({panel["id"] for panel in dashboard["panels"]} | {p["id"] for p in panels_of(dashboard)})
    names = {variable["name"] for variable in dashboard["templating"]["list"]}
    for panel in panels_of(dashboard):
        assert panel["title"] and panel["description"] and panel["targets"], panel["id"]
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        refs = [target["refId"] for target in panel["targets"]]
        assert len(set(refs)) == len(refs)
        for target in panel["targets"]:
            used = set(re.findall(r"\$([a-z]\w*)", target["expr"].replace("$__rate_interval", "")))
            assert "node" in used and used <= names, target["expr"]
            labels = set(re.findall(r"{{(\w+)}}", target["legendFormat"]))
            assert target["legendFormat"] and labels <= {"value", "unit"} | set(re.findall(r"\w+", target["expr"])) | {
                "core", "window", "array", "sensor", "battery", "collector", "probe", "model"}, target


def cells(panel):
    at = panel["gridPos"]
    assert at["x"] + at["w"] <= COLUMNS and at["w"] > 0 and at["h"] > 0
    return {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}


def test_nothing_overlaps(dashboard):
    taken = set()
    for panel in dashboard["panels"]:
        assert not cells(panel) & taken, panel["title"]
        taken |= cells(panel)
        inside = set()
        for inner in panel.get("panels", []):
            assert panel["collapsed"] and not cells(inner) & inside, inner["title"]
            inside |= cells(inner)


def test_shows_every_number(dashboard, pistat):
    """What pistat exposes here is in the dashboard: itself, or its counter."""
    text = pistat.ask("/metrics").text()
    exposed = set(re.findall(r"^# TYPE (\w+) ", text, re.M))
    shown = set().union(*map(metrics_of, queries_of(dashboard)))
    rates = {name for name in exposed if name.endswith("_per_second")}
    unshown = {"pistat_cpu_idle_ratio", "pistat_disk_busy_time_seconds_total", "pistat_temperature_critical_celsius"}
    missing = {name for name in exposed - shown - rates - unshown if not name.endswith("_info")}
    assert missing == set()


class Prometheus(live.Process):
    def __init__(self, folder, targets):
        command = live.find("prometheus")
        if not command:
            pytest.skip("prometheus (package prometheus) is not installed")
        place = os.path.join(folder, "prometheus")
        os.makedirs(place)
        self.port = live.free_port()
        configuration = os.path.join(place, "prometheus.yml")
        with open(configuration, "w", encoding="ascii") as file:
            json.dump({"global": {"scrape_interval": "1s", "scrape_timeout": "1s"},
                       "scrape_configs": [{"job_name": "pistat", "static_configs": [{"targets": targets}]}]}, file)
        super().__init__([command, "--config.file", configuration, "--storage.tsdb.path", os.path.join(place, "data"),
                          f"--web.listen-address=127.0.0.1:{self.port}", "--log.level=warn"], place, "prometheus")

    def ask(self, path, **parameters):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path + "?" + urllib.parse.urlencode(parameters))
            answer = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        assert answer["status"] == "success", (parameters, answer.get("error"))
        return answer["data"]

    def ready(self):
        try:
            return live.get(self.port, "/-/ready")[0] == 200 or not self.running()
        except OSError:
            return not self.running()


@pytest.fixture(scope="module")
def machines(folder):
    """{instance: pistat}: captured machines, and this one."""
    agents = {}
    try:
        for name in [*REPLAYED, "here"]:
            root = "" if name == "here" else f" --root '{live.ROOT}/tests/hosts/{name}/0'"
            agent = Pistat(folder, "grafana-" + name, wrapper=("sh", "-c", f'exec "$@"{root}', "sh"))
            agents[f"127.0.0.1:{agent.http_port}"] = agent
        for agent in agents.values():
            agent.wait_until_ready(60)
        yield agents
    finally:
        for agent in agents.values():
            agent.stop()


@pytest.fixture(scope="module")
def prometheus(folder, machines):
    with Prometheus(folder, list(machines)) as running:
        assert live.wait_for(running.ready, 60, 0.1) and running.running(), running.output()
        yield running


def test_prometheus_answers_every_query(dashboard, prometheus, machines):
    """Each query is valid; each whose row a machine has returns data of that machine.

    Asked again until it is so: rates need a second sample of pistat's, and others a second scrape.
    """
    answered, lacking = set(), {}

    def ask(query, node):
        result = prometheus.ask("/api/v1/query", query=filled(query, node))["result"]
        assert {series["metric"]["instance"] for series in result} <= {node}
        if result:
            answered.add((query, node))
        return result

    def all_answered():
        unseen = set(queries_of(dashboard))
        lacking.clear()
        for node, agent in machines.items():
            exposed = set(re.findall(r"^# TYPE (\w+) ", agent.ask("/metrics").text(), re.M))
            mine = {query for query in queries_of(dashboard) if metrics_of(query) <= exposed}
            unseen -= mine
            lacking[agent.name] = {query for query in mine if (query, node) not in answered and not ask(query, node)}
        lacking["no machine has"] = {query for query in unseen if not NOWHERE.search(query)}
        return not any(lacking.values())

    live.wait_for(all_answered, 60, 0.5)
    assert {name: queries for name, queries in lacking.items() if queries} == {}
    for query in queries_of(dashboard):
        ask(query, "nowhere")


def test_prometheus_knows_the_variables(dashboard, prometheus, machines):
    for name, (series, label) in variables_of(dashboard).items():
        def values(series=series, label=label):
            return [value for node in machines
                    for value in prometheus.ask(f"/api/v1/label/{label}/values", **{"match[]": filled(series, node)})]
        assert live.wait_for(values, 60, 0.5), name
