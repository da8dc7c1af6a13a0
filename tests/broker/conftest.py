import os
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import rig  # noqa: E402


@pytest.fixture
def stage(tmp_path):
    """Makes brokers, agents, watchers and proxies, and ends them all."""
    endings, agents = [], []

    class Stage:
        directory = str(tmp_path)

        def broker(self, **more):
            made = rig.Broker(self.directory, **more)
            endings.append(made.end)
            return made

        def agent(self, port, **options):
            name = options.pop("name", "host-a")
            made = rig.Agent(self.directory, port, name, **{k.replace("__", "."): v for k, v in options.items()})
            endings.append(made.end)
            agents.append(made)
            return made

        def watcher(self, port, **more):
            made = rig.Watcher(port, **more)
            endings.append(made.close)
            return made

        def proxy(self, target):
            made = rig.Proxy(target)
            endings.append(made.close)
            return made

    yield Stage()
    for end in reversed(endings):
        end()
    for agent in agents:  # what a sanitizer says, wherever it was built with one
        assert "Sanitizer" not in agent.log() and "runtime error" not in agent.log(), agent.log()
