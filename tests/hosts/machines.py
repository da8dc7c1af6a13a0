"""
Replays of the machines in this folder: tree 0, then tree 1 ten seconds later.  All of them are invented.

x86-server: many sensors, one NVMe and one SATA disk, LVM, btrfs, and what Docker and snap leave in every list; one CPU is
    offline, counters go back and wrap.
    RAID with a disk missing, NVIDIA cards.
x86-laptop: two AMD cards of which one sleeps and must be let sleep, a battery that empties, Wi-Fi, root on LVM on LUKS, apt's
    lists with what is held, removed, foreign or not meant to be taken.
pi-zero-w: one 32-bit core, Wi-Fi counters that wrap, too little voltage (throttled=0x50005), no Serial in cpuinfo.
pi-zero-2w: too warm (throttled=0x80008), a V3D that sleeps, a firmware that refuses commands, a Wi-Fi driver without stations.
pi3bplus: Fedora's kernel: nothing of the board in cpuinfo, no firmware interface, no cpufreq; btrfs; Ethernet on USB.
pi4-32: 32-bit Bullseye, started from a USB disk; /dev/vcio is there and may not be opened.
pi4-64: a Raspberry Pi 4 on eMMC that boots in the past and gets its clock and its swap between the two samples.
pi5: pages of 16 KiB, numa=fake, the power chip's rails, fan, NVMe, clock battery, two ways out.
cm4-emmc: a Compute Module whose eMMC wears out and whose filesystem has errors; UPS, failed units, probes.
container: as little as a container shows, half of it faked.

What no file tells stands in captured/; src/root/root.h says how.  A machine may have a pistat.conf.
"""

import csv
import functools
import io
import json
import os
import pathlib
import re
import subprocess
import tempfile

HERE = pathlib.Path(__file__).parent
MACHINES = sorted(path.parent.name for path in HERE.glob("*/0"))
PISTAT = os.path.abspath(os.environ.get("PISTAT", HERE.parents[1] / "build-test" / "pistat"))

# What is said to the user beside it.
COMPLAINTS = {"pi4-32": "pistat: videocore: failing: Permission denied\n"}

# What `once` calls a format, and where its output is kept.
EXPECTED = {
    "json": "state.json",
    "table": "table.txt",
    "prometheus": "metrics.prom",
    "topics": "topics.txt",
    "discovery": "discovery.json",
    "csv": "sample.csv",
}


def config(machine):
    path = HERE / machine / "pistat.conf"
    return path if path.exists() else "/dev/null"


def pistat(*arguments, config="/dev/null", complains=""):
    """The output; nothing of the user's own configuration gets in."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PISTAT", "STATE_DIRECTORY", "TZ"))}
    environment["TZ"] = "Pacific/Auckland"  # moments are in UTC wherever the machine is
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run([PISTAT, "--config", config, *map(str, arguments)], cwd=folder, env=environment,
                             capture_output=True, timeout=120)
    complaint = run.stderr.decode(errors="replace")
    assert run.returncode == 0, f"pistat {' '.join(map(str, arguments))}: exit status {run.returncode}\n{complaint}"
    assert complaint == complains
    return run.stdout.decode()


@functools.lru_cache(maxsize=None)
def once(machine, form, *settings):
    return pistat("once", "--root", HERE / machine / "0", "--then", HERE / machine / "1", "--elapsed", 10,
                  "--format", form, *settings, config=config(machine), complains=COMPLAINTS.get(machine, ""))


@functools.lru_cache(maxsize=None)
def first_state(machine):
    return parse(pistat("once", "--root", HERE / machine / "0", "--format", "json",
                        config=config(machine), complains=COMPLAINTS.get(machine, "")))


def unique_pairs(pairs):
    assert len(dict(pairs)) == len(pairs), f"a key comes twice in {pairs}"
    return dict(pairs)


def parse(text):
    return json.loads(text, object_pairs_hook=unique_pairs)


@functools.lru_cache(maxsize=None)
def state(machine):
    return parse(once(machine, "json"))


def messages(machine, form="topics", *settings):
    """{topic: payload}"""
    lines = once(machine, form, *settings).splitlines()
    split = [line.split(" ", 1) for line in lines]
    assert len({topic for topic, _ in split}) == len(split), "a topic is published twice"
    return dict(split)


@functools.lru_cache(maxsize=None)
def version():
    return pistat("--version").split()[1]


def pretty(document):
    return json.dumps(document, indent="\t", ensure_ascii=False) + "\n"


def rendering(machine, form):
    """
    The output as it is kept: JSON and CSV in lines that a diff can show (CSV's columns as rows), and no version, which
    changes with every release.
    """
    text = once(machine, form)
    if form == "json":
        return pretty(parse(text))
    if form == "csv":
        turned = io.StringIO(newline="")
        csv.writer(turned, lineterminator="\n").writerows(zip(*csv.reader(io.StringIO(text, newline="")), strict=True))
        return turned.getvalue()
    if form == "discovery":
        documents = {topic: parse(payload) for topic, payload in messages(machine, form).items()}
        for document in documents.values():
            assert document["o"]["sw"] == version()
            document["o"]["sw"] = "VERSION"
        return pretty(documents)
    if form == "topics":
        lines = messages(machine)
        for topic, payload in lines.items():
            if re.fullmatch(r"pistat/[^/]+/state", topic):
                assert payload == once(machine, "json").rstrip("\n"), "the state topic is not the document of /stats"
                lines[topic] = "(state.json)"
        return "".join(f"{topic} {payload}\n" for topic, payload in lines.items())
    return text
