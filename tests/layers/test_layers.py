"""Who may include whom, which library has which owner, and how long a file may get."""

import fnmatch
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).parents[2]
FOLDERS = ["src", "topics", "homeassistant"]
INCLUDE_FOLDERS = ["src", "src/base", "src/root", "src/config", "src/history", "src/render", "src/http", "src/commands",
                   "topics", "homeassistant"]
FILES = sorted(str(path.relative_to(ROOT)) for folder in FOLDERS for path in (ROOT / folder).rglob("*")
               if path.suffix in (".c", ".h", ".def"))
SOURCES = [file for file in FILES if not file.endswith(".def")]

# Every layer: its files, and the layers that those may include besides their own.  A value travels from the top to
# the bottom and never comes back.
BASE = {"base", "root"}
MODEL = BASE | {"catalogue", "snapshot", "config"}
LAYERS = {
    "base": (["src/base/*"], set()),
    "root": (["src/root/*"], {"base"}),
    "catalogue": (["src/catalogue.*"], set()),
    "snapshot": (["src/snapshot*", "src/reading.*", "src/rate.*"], BASE | {"catalogue"}),
    "config": (["src/config/*", "src/options.def"], BASE | {"catalogue"}),
    "lane": (["src/lane.*"], BASE),
    "collect": (["src/collector.*", "src/collect/*"], MODEL),
    "render": (["src/render/*"], BASE | {"catalogue", "snapshot"}),
    "sampler": (["src/sampler*", "src/slots.*", "src/fresh.*", "src/remote.*", "src/collectors.*", "src/undervoltage_watch.*"],
                MODEL | {"lane", "collect"}),
    "history": (["src/history/*"], MODEL | {"lane"}),
    "http": (["src/http/*"], MODEL | {"lane", "render", "sampler", "history"}),
    "forward": (["src/forward.*"], MODEL | {"lane", "render", "topics"}),
    "topics": (["topics/*"], MODEL | {"lane", "render", "sampler"}),
    "homeassistant": (["homeassistant/*"], MODEL | {"lane", "render", "sampler", "topics"}),
    "commands": (["src/main.*", "src/commands/*"],
                 MODEL | {"lane", "collect", "render", "sampler", "history", "http", "topics", "homeassistant", "forward"}),
}

# Narrower than the layers: who else may include it.
ONLY_FOR = {
    # Collectors are a list of struct collector.  Only the lanes of remote mounts share code with one of them.
    "src/collect/*": ["src/collect/*", "src/remote.c"],
    # Discovery needs names, the connection, and what events there are.
    "topics/*": ["topics/*", "src/*.c", "src/commands/doctor_private.h", "homeassistant/*"],
    "topics/publisher.h": ["topics/*", "src/*.c"],
    "src/*_private.h": ["src/*"],
    "topics/*_private.h": ["topics/*"],
    "homeassistant/*_private.h": ["homeassistant/*"],
    # Everybody else returns errors; who called knows whether anybody must be told, and says it once.
    # The user's probes are many, and only their collector knows which of them fails.
    "src/base/log.h": ["src/base/log.c", "src/main.c", "src/commands/*.c", "src/collect/probes.c", "src/sampler.c", "src/slots.c",
                       "src/forward.c", "src/history/history.c", "src/history/history_file.c", "src/http/*.c",
                       "topics/session*.c", "topics/publisher.c", "homeassistant/*.c"],
}

LIBRARIES = {
    "mosquitto.h": ["topics/session*.c"],
    "libconfig.h": ["src/config/config.c"],
    "sqlite3.h": ["src/history/*"],
    "pthread.h": ["src/lane.c"],
    "cJSON.h": ["src/render/*.c", "src/render/view_values.h", "homeassistant/*.c", "topics/events.c",
                "src/collect/probe_output.c", "src/collect/ollama.c"],
    "systemd/sd-event.h": ["src/sampler.h", "src/lane.h", "src/remote.h", "src/undervoltage_watch.h", "src/history/history.h",
                           "src/http/server.h", "topics/session.h", "homeassistant/remembered.h"],
    "systemd/sd-daemon.h": ["src/commands/run.c"],
    "systemd/sd-bus.h": ["src/root/bus.c"],
    "spawn.h": ["src/root/child.c"],
    "dlfcn.h": ["src/root/nvml.c", "src/commands/doctor_tls.c", "src/base/lz4.c", "src/root/curl_library.c"],
}

SYSTEM_INCLUDE = re.compile(r"^#include <([^>]+)>", re.M)
OWN_INCLUDE = re.compile(r'^#include "([^"]+)"', re.M)

LONGEST_FILE = 300
LONGEST_HEADER = 90
LONGEST_FUNCTION = 45
LONG_HEADERS = {"src/catalogue.h"}  # metric, unit and family are one table and read together


def text(file):
    return (ROOT / file).read_text()


def matches(file, patterns):
    return any(fnmatch.fnmatchcase(file, pattern) for pattern in patterns)


def layer(file):
    found = [name for name, (patterns, _) in LAYERS.items() if matches(file, patterns)]
    assert len(found) == 1, f"{file} belongs to {found or 'no layer'}: say where in LAYERS"
    return found[0]


def resolve(file, name):
    candidates = [pathlib.PurePath(file).parent / name, *(pathlib.PurePath(folder) / name for folder in INCLUDE_FOLDERS)]
    found = [str(path) for path in dict.fromkeys(candidates) if (ROOT / path).exists()]
    assert len(found) == 1, f'{file} includes "{name}": {found or "no such file"}'
    return found[0]


def includes(file):
    return [resolve(file, name) for name in OWN_INCLUDE.findall(text(file))]


def below(header):
    """What a header brings along."""
    found = {header}
    for inner in includes(header):
        found |= below(inner) if inner not in found else set()
    return found


@pytest.mark.parametrize("file", FILES)
def test_layers(file):
    mine = layer(file)
    wrong = [header for header in includes(file) if layer(header) not in LAYERS[mine][1] | {mine}]
    assert wrong == [], f"{mine} may not know {[layer(header) for header in wrong]}"


@pytest.mark.parametrize("file", FILES)
def test_narrow_doors(file):
    for header in includes(file):
        for pattern, allowed in ONLY_FOR.items():
            if fnmatch.fnmatchcase(header, pattern):
                assert matches(file, allowed), f"{header} is not for {file}"


@pytest.mark.parametrize("file", [file for file in FILES if file.endswith(".h")])
def test_no_circles(file):
    for header in includes(file):
        assert file not in below(header), f"{file} and {header} include each other"


@pytest.mark.parametrize("file", SOURCES)
def test_collectors_are_not_known_by_name(file):
    """Sinks see snapshots; only the list names the collectors."""
    if file == "src/collectors.c" or file.startswith("src/collect/"):
        return
    assert not re.search(r"\bcollect_[a-z]+\b", text(file))


@pytest.mark.parametrize("file", SOURCES)
def test_every_library_has_one_owner(file):
    for name in SYSTEM_INCLUDE.findall(text(file)):
        for library, owners in LIBRARIES.items():
            if name == library:
                assert matches(file, owners), f"<{library}> belongs to {owners}"
            else:
                assert not name.endswith("/" + library), f"<{name}> is spelled <{library}> here"


@pytest.mark.parametrize("file", SOURCES)
def test_no_child_processes(file):
    """But for the user's own commands, which have one door."""
    if file == "src/root/child.c":
        return
    code = re.sub(r"/\*.*?\*/", "", text(file), flags=re.S)
    assert not re.search(r"\b(fork|vfork|popen|system|posix_spawnp?|exec[lv]p?e?|clone3?)\s*\(", code)


@pytest.mark.parametrize("file", SOURCES)
def test_length(file):
    n = len(text(file).splitlines())
    assert n <= LONGEST_FILE, f"{n} lines: split it by idea"
    if file.endswith(".h") and file not in LONG_HEADERS:
        assert n <= LONGEST_HEADER, f"{n} lines are too many for a header"


@pytest.mark.parametrize("file", [file for file in SOURCES if file.endswith(".c")])
def test_functions_fit_a_screen(file):
    start = name = previous = None
    for number, line in enumerate(text(file).splitlines(), 1):
        if line == "{":
            start, name = number, previous
        elif line == "}" and start:
            assert number - start <= LONGEST_FUNCTION, f"{name} has {number - start} lines"
            start = None
        previous = line


@pytest.mark.parametrize("file", [file for file in FILES if file.endswith(".h")])
def test_headers_say_what_they_are(file):
    assert re.match(r"#pragma once\n/\*", text(file)), "a header starts with #pragma once and some lines of prose"


ALL = sorted(str(path.relative_to(ROOT)) for folder in (*FOLDERS, "tests", "systemd") for path in (ROOT / folder).rglob("*")
             if path.suffix in (".c", ".h", ".def", ".py", ".txt", ".md", ".service", "") and path.is_file()
             and not path.is_relative_to(ROOT / "tests" / "hosts") and path != pathlib.Path(__file__))


@pytest.mark.parametrize("file", ALL)
def test_words(file):
    assert not re.search(r"manager|handler|helper|util", pathlib.PurePath(file).name, re.I), "what does it do?"
    try:
        content = text(file)
    except UnicodeDecodeError:
        return
    assert not re.search(r"\b(TODO|FIXME|XXX)\b", content), "done or not done"
