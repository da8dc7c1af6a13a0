"""The interface as /openapi.json and /docs tell it: valid, complete, and what is really answered."""

import base64
import gzip
import hashlib
import json
import os
import re
import subprocess

import live
import pytest
from conftest import read_all

HERE = os.path.dirname(os.path.abspath(__file__))
NPM = os.path.join(live.ROOT, "build-tools", "npm")


def node(script, *arguments):
    if not live.find("node"):
        pytest.skip("there is no node here")
    if not os.path.isdir(os.path.join(NPM, "node_modules")):
        pytest.skip("the packages of tests/npm are not in build-tools/npm: tests/npm/install build-tools/npm")
    return subprocess.run(["node", os.path.join(HERE, script), NPM, *arguments], capture_output=True, text=True, check=False,
                          timeout=240)


@pytest.fixture
def document(pistat):
    assert live.wait_for(lambda: pistat.ask("/stats").json()["cpu_usage"] is not None, 30)
    return pistat.ask("/openapi.json").json()


def test_valid_with_its_examples_and_answers(pistat, document, folder):
    kinds = {path: item["get"]["responses"]["200"]["content"] for path, item in document["paths"].items()}
    answers = {path: pistat.ask(path, headers={"Accept": "application/json"}).json()
               for path, content in kinds.items() if "application/json" in content}
    assert {"/", "/stats", "/system", "/api/current"} <= answers.keys()
    file = os.path.join(folder, "openapi.json")
    with open(file, "w", encoding="utf-8") as out:
        json.dump({"document": document, "answers": answers}, out)
    checked = node("check_openapi.mjs", file)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_tells_of_every_endpoint(pistat, document):
    guide = pistat.ask("/", headers={"Accept": "application/json"}).json()["endpoints"]
    assert document["openapi"] == "3.1.0"
    assert list(document["paths"]) == [endpoint["path"] for endpoint in guide]
    for endpoint in guide:
        get = document["paths"][endpoint["path"]]["get"]
        assert [parameter["name"] for parameter in get["parameters"]] == list(endpoint["parameters"])
        assert list(get["responses"]["200"]["content"]) == endpoint["content_types"]
        assert ("401" in get["responses"]) == (endpoint["path"] != "/health")
        assert {"400", "503"} <= get["responses"].keys()
    assert "204" in document["paths"]["/api/current"]["get"]["responses"]
    operations = [item["get"]["operationId"] for item in document["paths"].values()]
    assert len(set(operations)) == len(operations)


def test_parameters(document):
    block, cache = document["paths"]["/stats"]["get"]["parameters"]
    assert block["schema"] == {"type": "boolean", "default": False} and block["in"] == "query"
    assert cache["schema"] == {"type": "boolean", "default": True}
    [require] = document["paths"]["/health"]["get"]["parameters"]
    assert require["schema"] == {"type": "string", "enum": ["mqtt"]}


def test_document_follows_the_catalogue(document):
    properties = document["components"]["schemas"]["document"]["properties"]
    total = properties["memory"]["properties"]["total"]
    assert total == {"type": ["number", "null"], "description": "Memory the kernel manages (B)"}
    received = properties["network"]["additionalProperties"]["properties"]["bytes_recv"]
    assert received["description"] == "Bytes received (B)"
    assert properties["system"]["properties"]["reboot_required"]["type"] == ["boolean", "null"]


def test_examples_are_answers_of_now(pistat, document):
    def example(path, kind="application/json"):
        return document["paths"][path]["get"]["responses"]["200"]["content"][kind]["example"]

    assert example("/stats")["memory"]["total"] == pistat.ask("/stats").json()["memory"]["total"]
    assert example("/api/config") == pistat.ask("/api/config").json()
    metrics = example("/metrics", "text/plain; version=0.0.4; charset=utf-8")
    assert metrics.endswith("\n") and len(metrics) <= 4096
    assert pistat.ask("/metrics").text().startswith(metrics.split("\n", 1)[0])
    assert example("/health", "text/plain") == "ok\n"


def test_says_whether_a_token_is_asked_for(pistat, start, folder):
    file = os.path.join(folder, "openapi-token.txt")
    with open(file, "w", encoding="ascii") as out:
        out.write("sesame\n")
    guarded = start("openapi-token", http__token_file=file)
    guarded.wait_until_ready()
    answer = guarded.ask("/openapi.json", headers={"Authorization": "Bearer sesame"})
    assert "sesame" not in answer.text()
    assert answer.json()["security"] == [{"bearer": []}]
    assert answer.json()["paths"]["/health"]["get"]["security"] == []
    assert pistat.ask("/openapi.json").json()["security"] == [{}, {"bearer": []}]


def test_page_is_gzipped_for_those_who_like_it(pistat):
    plain = pistat.ask("/docs", headers={"Accept-Encoding": "identity"})
    assert plain.headers["Content-Encoding"] is None and "Accept-Encoding" in plain.headers["Vary"]
    for header in ["gzip", "gzip, deflate, br", "br;q=1.0, GZIP;q=0.5", "*", "x-gzip"]:
        packed = pistat.ask("/docs", headers={"Accept-Encoding": header})
        assert packed.headers["Content-Encoding"] == "gzip", header
        assert gzip.decompress(packed.body) == plain.body and len(packed.body) < len(plain.body) / 2
    for header in ["", "br", "gzip;q=0", "*;q=0", "gzip;q=0, *"]:
        assert pistat.ask("/docs", headers={"Accept-Encoding": header}).body == plain.body, header
    with pistat.connect() as peer:  # what curl sends: no such header at all
        peer.sendall(b"GET /docs HTTP/1.1\r\nHost: x\r\n\r\n")
        assert read_all(peer).endswith(plain.body)


def test_page_runs_nothing_but_itself(pistat):
    answer = pistat.ask("/docs")
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    page = answer.text()
    assert policy["default-src"] == "'none'" and policy["connect-src"] == "'self'"
    for element in ["script", "style"]:
        hashes = {"'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"
                  for text in re.findall(rf"<{element}>(.*?)</{element}>", page, re.S)}
        assert hashes and hashes == set(policy[element + "-src"].split())
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert not re.search(r"""(?:src|href)=["'](?!openapi\.json|data:)|https?://|\son\w+=|\sstyle=""", page)


def test_browser_without_token_gets_the_page_that_asks_for_it(start, folder):
    file = os.path.join(folder, "page-token.txt")
    with open(file, "w", encoding="ascii") as out:
        out.write("sesame\n")
    pistat = start("page-token", http__token_file=file)
    pistat.wait_until_ready()
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    asked = pistat.ask("/docs", headers=browser)
    assert asked.status == 401 and asked.headers["WWW-Authenticate"].startswith("Bearer")
    assert asked.text() == pistat.ask("/docs", headers={"Authorization": "Bearer sesame"}).text()
    assert pistat.ask("/docs").json()["error"] == pistat.ask("/stats", headers=browser).json()["error"]


def shown_in_browser(pistat, *token):
    chromium = live.find("chromium")
    if not chromium:
        pytest.skip("chromium (package chromium) is not installed")
    ran = node("docs_page.mjs", chromium, f"http://127.0.0.1:{pistat.http_port}", *token)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return json.loads(ran.stdout)


def test_page_in_a_browser(pistat, document):
    shown = shown_in_browser(pistat)
    assert shown["errors"] == []
    assert all(url.startswith((f"http://127.0.0.1:{pistat.http_port}/", "data:")) for url in shown["requests"])
    assert list(shown["endpoints"]) == list(document["paths"])
    for path, endpoint in shown["endpoints"].items():
        assert endpoint["status"].startswith("200 OK"), path
        assert "no-store" in endpoint["headers"] and endpoint["body"], path
        assert endpoint["curl"] == f"curl -i 'http://127.0.0.1:{pistat.http_port}{path}'"
    assert json.loads(shown["endpoints"]["/system"]["body"])["system"]["system"] == "Linux"
    assert shown["endpoints"]["/stats"]["fields"] > 100
    assert shown["curl"].endswith("/stats?cache=false'")
    assert shown["width"] == 360 and shown["unlabelled"] == []


def test_page_asks_for_the_token_once(start, folder):
    file = os.path.join(folder, "browser-token.txt")
    with open(file, "w", encoding="ascii") as out:
        out.write("sesame\n")
    pistat = start("browser-token", http__token_file=file)
    pistat.wait_until_ready()
    shown = shown_in_browser(pistat, "sesame")
    assert "asks for its token" in shown["notice"] and "not the right one" in shown["wrong"]
    assert all(endpoint["status"].startswith("200 OK") for endpoint in shown["endpoints"].values())
    assert "Bearer TOKEN'" in shown["endpoints"]["/stats"]["curl"]
    assert "Bearer" not in shown["endpoints"]["/health"]["curl"]
    assert "sesame" not in json.dumps(shown) and shown["kept"] == [1, 0, ""]
