"""Runs the broker tests, or says what is missing and ends with 77."""
import importlib.util
import os
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def missing():
    for module, package in (("pytest", "python3-pytest"), ("paho", "python3-paho-mqtt")):
        if importlib.util.find_spec(module) is None:
            return f"Python module {module} (package {package})"
    for program, package in (("mosquitto", "mosquitto"), ("openssl", "openssl")):
        if shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin") is None:
            return f"{program} (package {package})"
    return None


if __name__ == "__main__":
    lack = missing()
    if lack:
        print(f"skipped: {lack} is missing")
        sys.exit(77)
    import pytest

    sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", *(sys.argv[1:] or [HERE])]))
