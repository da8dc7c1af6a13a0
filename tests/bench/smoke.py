#!/usr/bin/python3
"""Runs the bench for a few cycles with pistat alone and looks whether it filled its tables; nothing is timed."""

import json
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def expect(true, what):
    if not true:
        sys.exit("bench_smoke: " + what)


def main():
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    if not shutil.which("mosquitto"):
        print("skipped: mosquitto is not installed")
        sys.exit(77)
    if subprocess.run([sys.executable, "-c", "import paho.mqtt.client"], check=False, stderr=subprocess.DEVNULL).returncode:
        print("skipped: python3-paho-mqtt is not installed")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "results.json")
        subprocess.run([sys.executable, os.path.join(HERE, "bench.py"), "--only-pistat", "--quiet", "--cycles", "3",
                        "--scrapes", "10", "--starts", "2", "--json", path], check=True)
        with open(path, encoding="utf-8") as file:
            results = json.load(file)
    ours = results["agents"]["pistat"]
    expect(ours["cpu"] > 0, "pistat used no CPU time")
    expect(ours["values"] > 20, f"{ours['values']} values a cycle")
    expect(ours["values"] >= results["agents"]["pistat deadband"]["values"], "deadbands publish more than everything")
    expect(ours["rss"] >= ours["pss"] > 0, "memory was not measured")
    expect(results["agents"]["bare"]["cpu"] > 0, "bare reading was not measured")
    expect(results["scrape"]["pistat"]["samples"] > 20, "no samples on /metrics")
    expect(results["start"]["pistat"]["tries"] == 2, "a start left nothing retained")
    expect(results["history"]["series"] > 40 and results["history"]["database"] > 1e6, "no history was written")
    print("bench_smoke: the bench runs")


if __name__ == "__main__":
    main()
