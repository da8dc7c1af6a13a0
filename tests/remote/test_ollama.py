"""ollama.url is asked which models it has; whatever it answers costs nothing but its own values."""

import json
import pathlib
import subprocess

import live
import pytest
from conftest import Agent, Server

LONG = 60


def asking(folder, server, **options):
    chosen = {"ollama__enabled": "true", "ollama__url": server.url(), "sampling__intervals": "ollama=1"}
    chosen.update(options)
    return Agent(folder, **chosen)


def running_models(agent):
    return agent.stats()["ollama"]["running_models"]


def test_every_view(folder, server):
    with asking(folder, server, ollama__url=server.url("/")) as agent:
        assert live.wait_for(lambda: running_models(agent) == 1, LONG), agent.output()
        assert json.loads(agent.get("/stats/ollama")[1]) == {"running_models": 1, "models": [{
            "name": "glm-4.7:fixed", "size_gb": 13.77, "vram_gb": 13.77, "processor": "100% GPU",
            "expires_at": "2026-02-03T18:12:25.883099+00:00"}]}
        assert json.loads(agent.get("/stats/summary")[1])["ollama_models"] == 1
        model, = agent.stats()["ollama"]["models"].values()
        assert model["size"] == 14785424384
        assert b'pistat_ollama_model_size_bytes{model="glm-4.7:fixed"} 14785424384\n' in agent.get("/metrics")[1]
    assert {path for _, _, path, _ in server.asked} == {"/api/ps"}


def test_not_asked_unless_wanted(folder, server):
    with asking(folder, server, ollama__enabled="false") as agent:
        assert running_models(agent) is None and agent.stats()["ollama"]["models"] == {}
    assert server.asked == []


@pytest.mark.parametrize("mood", [500, 404, "redirect", "file", "nonsense", "huge", "rude", "cut"])
def test_what_it_may_answer(folder, server, mood):
    with asking(folder, server) as agent:
        assert live.wait_for(lambda: running_models(agent) == 1, LONG), agent.output()
        server.mood = mood
        assert live.wait_for(lambda: running_models(agent) is None, LONG), "what is too old goes"
        assert agent.get("/health")[0] == 200
        server.mood = "good"
        assert live.wait_for(lambda: running_models(agent) == 1, LONG), agent.output()
        assert live.wait_for(lambda: "ollama: well again" in agent.output(), LONG)
    said = [line for line in agent.output().splitlines() if "ollama" in line]
    assert len(said) == 2 and "ollama: failing" in said[0], said


@pytest.mark.parametrize("mood", ["hang", "slow"])
def test_one_that_hangs(folder, server, mood):
    with asking(folder, server) as agent:
        assert live.wait_for(lambda: running_models(agent) == 1, LONG), agent.output()
        server.mood = mood
        before = len(server.asked)
        assert live.wait_for(lambda: len(server.asked) > before, LONG)
        oldest, longest = agent.keeps_time(4)
        assert oldest < 3 and longest < 3
        assert live.wait_for(lambda: running_models(agent) is None, LONG), agent.output()
        before = len(server.asked)
        assert live.wait_for(lambda: len(server.asked) > before, LONG)
        status, took = agent.stop(30)
    assert status == 0 and took < 5, agent.output()


def test_certificate_that_nobody_signed(folder, certificates):
    with Server(certificates) as server, asking(folder, server) as agent:
        assert live.wait_for(lambda: "ollama: failing: Key was rejected" in agent.output(), LONG), agent.output()
        assert server.asked == []


def once(*arguments):
    ran = subprocess.run([live.PISTAT, *arguments], capture_output=True, text=True, timeout=LONG, check=False,
                         env=live.pistat_environment({}))
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_captured_and_replayed(folder, server):
    machine = folder + "/machine"
    options = ["--config", "/dev/null", "-o", "ollama.enabled=true", "-o", "ollama.url=" + server.url()]
    once("capture", machine, *options)
    tree = pathlib.Path(machine, "0") if pathlib.Path(machine, "0").is_dir() else pathlib.Path(machine)
    assert json.loads((tree / "captured" / "ollama").read_text())["models"][0]["name"] == "glm-4.7:fixed"
    n = len(server.asked)
    stats = json.loads(once("once", "--format", "json", "--root", str(tree), *options))
    assert stats["ollama"]["running_models"] == 1
    assert len(server.asked) == n, "a captured machine asks nobody"


def test_explained(server):
    told = once("explain", "ollama.running_models", "--config", "/dev/null", "-o", "ollama.enabled=true",
                "-o", "ollama.url=" + server.url(user="me:secret@"))
    assert server.url("/api/ps") in told and "secret" not in told
