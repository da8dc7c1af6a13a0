"""A row of the catalogue that no machine ever produces is a row that nothing tests."""

import re

import machines

# About pistat itself: only a live one has these.
LIVE_ONLY = re.compile(r"agent\..*")


def patterns():
    """{"network.*.bytes_recv": matches a path of it}"""
    rows = [line.split()[0] for line in machines.pistat("metrics").splitlines()]
    assert len(rows) > 100, "`pistat metrics` does not list the catalogue"
    return {row: re.compile(re.escape(row).replace(r"\*", r"[^.]+")) for row in rows}


def produced():
    return {line.split(" ", 1)[0] for machine in machines.MACHINES
            for line in machines.once(machine, "table").splitlines()}


def test_every_row_is_produced():
    paths = produced()
    missing = [row for row, pattern in patterns().items()
               if not LIVE_ONLY.fullmatch(row) and not any(map(pattern.fullmatch, paths))]
    assert missing == []


def test_every_path_has_a_row():
    rows = patterns().values()
    assert [path for path in produced() if not any(row.fullmatch(path) for row in rows)] == []
