"""Every rendering of every machine is what it was; `tests/hosts/update` rewrites what it should be."""

import difflib

import machines
import pytest


@pytest.mark.parametrize("form", machines.EXPECTED)
@pytest.mark.parametrize("machine", machines.MACHINES)
def test_rendering(machine, form):
    path = machines.HERE / machine / "expected" / machines.EXPECTED[form]
    kept, now = path.read_text(), machines.rendering(machine, form)
    difference = difflib.unified_diff(kept.splitlines(), now.splitlines(), str(path), "now", lineterm="", n=1)
    if kept != now:
        pytest.fail("\n".join(difference) or "the line ends differ", pytrace=False)
