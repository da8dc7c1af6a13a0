"""forward.url gets the newest sample; whatever it does with it, nothing else suffers and nothing piles up."""

import json
import pathlib
import signal

import live
import pytest
from conftest import Agent, Server

LONG = 60


def forwarding(folder, server, **options):
    chosen = {"forward__url": server.url("/metrics"), "forward__interval": 1}
    chosen.update(options)
    return Agent(folder, **chosen)


def test_what_is_sent(folder, server):
    with forwarding(folder, server, forward__url=server.url("/in?x=1", user="me:se%20cret@")) as agent:
        assert live.wait_for(lambda: len(server.posts) >= 3, LONG), agent.output()
        system = agent.get("/system")[1]
        stats = agent.stats()
        configured = agent.get("/api/config")[1]
    path, sent = server.posts[-1]
    assert path == "/in?x=1"
    assert list(sent) == ["hostname", "collected_at", "cpu_percent", "memory_percent", "swap_percent", "disk_percent",
                          "snapshot"]
    assert sent["hostname"] == stats["system"]["hostname"] == sent["snapshot"]["system"]["hostname"]
    assert sent["collected_at"] == sent["snapshot"]["collected_at"]
    for name in ("cpu", "memory", "disk"):
        assert sent[name + "_percent"] == sent["snapshot"][name]["percent"]
        assert isinstance(sent[name + "_percent"], float)
    assert sent["swap_percent"] == sent["snapshot"]["memory"]["swap"]["percent"]
    assert list(sent["snapshot"]) == list(json.loads(system))
    headers = server.asked[-1][3]
    assert headers["Authorization"] == "Basic bWU6c2UgY3JldA=="
    assert headers["Content-Type"] == "application/json" and headers["User-Agent"].startswith("pistat/")
    collected = [sent["collected_at"] for _, sent in server.posts]
    assert collected == sorted(set(collected)), "each sample is sent once"
    assert "cret" not in agent.output() and b"cret" not in configured
    assert agent.output().count("takes the samples") == 1


def test_token(folder, server):
    token = pathlib.Path(folder, "token")
    with forwarding(folder, server, forward__token_file=token) as agent:
        assert live.wait_for(lambda: "cannot read its token: No such file" in agent.output(), LONG), agent.output()
        assert server.asked == []
        token.write_text("hush-hush\n")
        assert live.wait_for(lambda: server.posts, LONG), agent.output()
    assert server.asked[0][3]["Authorization"] == "Bearer hush-hush"
    assert "hush" not in agent.output()


@pytest.mark.parametrize("mood, words", [
    (500, "HTTP status 500"), (401, "HTTP status 401"), ("redirect", "HTTP status 302, a redirect: not followed"),
    ("file", "HTTP status 301, a redirect: not followed"), ("huge", "an answer of more than 65536 bytes"),
    ("rude", "HTTP/0.9"), ("cut", "")])
def test_what_it_may_answer(folder, server, mood, words):
    server.mood = mood
    with forwarding(folder, server) as agent:
        assert live.wait_for(lambda: len(server.asked) >= 3, LONG), agent.output()
        assert live.wait_for(lambda: "trying again" in agent.output(), LONG)
        assert [path for _, _, path, _ in server.asked if path != "/metrics"] == []
        assert server.posts == []
        server.mood = "good"
        assert live.wait_for(lambda: len(server.posts) >= 2, LONG), agent.output()
        assert live.wait_for(lambda: "takes the samples" in agent.output(), LONG)
    said = [line for line in agent.output().splitlines() if "forward" in line]
    assert len(said) == 2 and words in said[0], said


def test_pauses_grow(folder, server):
    server.mood = 503
    with forwarding(folder, server) as agent:
        assert live.wait_for(lambda: len(server.asked) >= 5, LONG), agent.output()
    times = [when for when, *_ in server.asked]
    assert times[4] - times[3] >= 8 * 0.75 - 0.3
    assert agent.output().count("forward:") == 1


@pytest.mark.parametrize("mood", ["hang", "slow"])
def test_one_that_hangs(folder, server, mood):
    """Samples and /health keep time meanwhile, nothing is queued, and pistat ends at once."""
    server.mood = mood
    with forwarding(folder, server) as agent:
        assert live.wait_for(lambda: server.asked, LONG), agent.output()
        oldest, longest = agent.keeps_time(5)
        assert oldest < 3 and longest < 3
        assert len(server.asked) == 1
        assert live.wait_for(lambda: "trying again" in agent.output(), LONG), agent.output()
        assert live.wait_for(lambda: len(server.asked) == 2, LONG), agent.output()
        status, took = agent.stop(30)
    assert status == 0 and took < 5, agent.output()


def test_reload_while_it_hangs(folder, server):
    server.mood = "hang"
    with forwarding(folder, server) as agent:
        assert live.wait_for(lambda: server.asked, LONG), agent.output()
        server.mood = "good"
        agent.child.send_signal(signal.SIGHUP)
        assert live.wait_for(lambda: len(server.posts) >= 2, LONG), agent.output()
        assert agent.stop(30)[0] == 0


def test_nobody_there(folder, server):
    url = f"http://127.0.0.1:{live.free_port()}/"
    with forwarding(folder, server, forward__url=url + "api/webhook/secret") as agent:
        assert live.wait_for(lambda: f"forward: {url}…: " in agent.output(), LONG), agent.output()
        assert "onnect" in agent.output() and "secret" not in agent.output()
        assert agent.stop(30)[0] == 0


def test_name_that_nobody_knows(folder, server):
    with forwarding(folder, server, forward__url="http://nobody.invalid/in") as agent:
        assert live.wait_for(lambda: "resolve host" in agent.output(), LONG), agent.output()


def test_proxies_are_not_asked(folder, server):
    with Server() as proxy:
        proxies = {name: proxy.url() for name in ("http_proxy", "https_proxy", "all_proxy", "ALL_PROXY")}
        with forwarding(folder, server, environment=proxies) as agent:
            assert live.wait_for(lambda: server.posts, LONG), agent.output()
        assert proxy.asked == []


def test_netrc_is_not_read(folder, server):
    pathlib.Path(folder, ".netrc").write_text("machine 127.0.0.1 login me password secret\n")
    with forwarding(folder, server, environment={"HOME": folder}) as agent:
        assert live.wait_for(lambda: server.posts, LONG), agent.output()
    assert "Authorization" not in server.asked[0][3]


def test_certificates(folder, certificates):
    with Server(certificates) as server:
        with forwarding(folder, server, forward__ca_file=certificates + "/ca.pem") as agent:
            assert live.wait_for(lambda: server.posts, LONG), agent.output()
        n = len(server.asked)
        with forwarding(folder, server) as agent:  # the system's CAs do not know it
            assert live.wait_for(lambda: "certificate" in agent.output(), LONG), agent.output()
        with forwarding(folder, server, forward__ca_file=certificates + "/ca.pem",
                        forward__url=server.url("/in", host="127.0.0.2")) as agent:
            assert live.wait_for(lambda: "trying again" in agent.output(), LONG), agent.output()
        with forwarding(folder, server, forward__ca_file=folder + "/nothing.pem") as agent:
            assert live.wait_for(lambda: "trying again" in agent.output(), LONG), agent.output()
        assert len(server.asked) == n, "nothing was sent before the certificate was believed"


def test_name_of_another(folder, certificates):
    """The certificate is that of localhost and 127.0.0.1, and the server is called otherwise."""
    with Server(certificates) as server:
        with forwarding(folder, server, forward__ca_file=certificates + "/ca.pem",
                        forward__url=server.url("/in", host="localhost.localdomain")) as agent:
            assert live.wait_for(lambda: "trying again" in agent.output(), LONG), agent.output()
        assert server.asked == []


def test_without_libcurl(folder, server):
    """A library of that name that is none, found first."""
    fake = pathlib.Path(folder, "libraries")
    fake.mkdir()
    (fake / "libcurl.so.4").write_text("no library\n")
    with forwarding(folder, server, environment={"LD_LIBRARY_PATH": str(fake)}) as agent:
        assert live.wait_for(lambda: "libcurl is missing: apt install libcurl4" in agent.output(), LONG), agent.output()
    assert server.asked == []


def test_not_loaded_unless_wanted(folder):
    with Agent(folder) as agent:
        assert "libcurl" not in pathlib.Path(f"/proc/{agent.pid}/maps").read_text()
        threads = [path.read_text().strip() for path in pathlib.Path(f"/proc/{agent.pid}/task").glob("*/comm")]
    assert "forward" not in threads and "ollama" not in threads
