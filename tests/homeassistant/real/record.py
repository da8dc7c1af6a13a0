#!/usr/bin/env python3
"""What pistat says to Home Assistant, for test_real.py: each machine as it is, and one machine's life, step by step.

usage: record.py FILE
"""

import glob
import json
import os
import sys
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(HERE), os.path.dirname(os.path.dirname(HERE))]

import live  # noqa: E402
import test_checker  # noqa: E402
import test_live  # noqa: E402

LINK = "network_enp4s0_up"


def machines():
    """Both styles, and both places where a value can be read."""
    for path in sorted(glob.glob(os.path.join(test_live.conftest.HOSTS, "*", "0"))):
        machine = os.path.dirname(path)
        for style, scalars in (("device", "true"), ("entities", "false")):
            options = {"homeassistant__style": style, "mqtt__scalars": scalars}
            yield (f"{os.path.basename(machine)}, {style}",
                   {form: test_checker.once(machine, form, **options) for form in ("discovery", "topics")})


class Life:
    """Steps, each with all that was said in it, in order."""

    def __init__(self, folder, port):
        self.folder, self.port, self.steps = folder, port, {}

    def step(self, name, act, style="device"):
        with test_live.Record(self.port) as record:
            host = test_live.Host(self.folder, self.port, "life", homeassistant__style=style)
            with host:
                assert live.wait_for(lambda: "event" in host.announced(), test_live.LONG)
                act(host)
                time.sleep(7)  # what the last change was answered with
            self.steps[name] = [(topic, payload.decode()) for topic, payload, old, _ in record.messages if not old]

    def forget(self):
        with test_live.Record(self.port) as record:
            host = test_live.Host(self.folder, self.port, "life")
            host.stop()
            assert test_live.forget(host).returncode == 0
            time.sleep(1)
            self.steps["forgotten"] = [(topic, payload.decode()) for topic, payload, old, _ in record.messages
                                       if not old and topic.startswith("homeassistant/")]


def unplug(host):
    host.pull_interface("enp4s0")
    assert live.wait_for(lambda: LINK not in host.announced(), test_live.LONG)


def life():
    with live.Folder() as folder, live.Broker(folder) as broker:
        recorded = Life(folder, broker.port)
        recorded.step("announced", lambda host: None)
        recorded.step("unplugged", unplug)
        recorded.step("entities", lambda host: None, "entities")
        recorded.step("device", lambda host: None)
        recorded.forget()
        return recorded.steps


if __name__ == "__main__":
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        json.dump({"machines": dict(machines()), "life": life()}, file)
