import glob
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HOSTS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "hosts")


def pytest_generate_tests(metafunc):
    """`machine`: every captured machine there is."""
    if "machine" in metafunc.fixturenames:
        machines = sorted(os.path.dirname(path) for path in glob.glob(os.path.join(HOSTS, "*", "0")))
        metafunc.parametrize("machine", machines, ids=[os.path.basename(path) for path in machines])
