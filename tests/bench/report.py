"""The results as a table for people, and what the budgets say to them."""

import os
import platform
import re
import subprocess

import live

BUDGETS = (
    # what, limit, unit, how it is measured from the results (None: not measured in this run)
    # The same work: each agent publishes another number of values, so the work of a cycle is counted in values.
    ("CPU for the same work (per value) / collectd's", 1 / 8, "x", lambda r: ratio(r, "pistat paced", "collectd", True)),
    ("CPU for the same work (per value) / Python agent's", 1 / 12, "x",
     lambda r: ratio(r, "pistat paced", "python", True)),
    ("  per cycle, however many values / collectd's", 1 / 8, "x", lambda r: ratio(r, "pistat paced", "collectd")),
    ("  per cycle, however many values / Python agent's", 1 / 12, "x", lambda r: ratio(r, "pistat paced", "python")),
    ("  per cycle, every source forced / collectd's", 1 / 8, "x", lambda r: ratio(r, "pistat", "collectd")),
    ("  per cycle, every source forced / Python agent's", 1 / 12, "x", lambda r: ratio(r, "pistat", "python")),
    ("CPU per cycle / bare reading at the same pace", 3, "x", lambda r: bare_ratio(r)),
    ("CPU per /metrics scrape / node_exporter's", 1 / 10, "x", lambda r: scrape_ratio(r)),
    ("RSS with TLS, HTTP and history", 7, "MiB", lambda r: number(r, "agents", "pistat TLS", "rss", scale=2 ** 20)),
    ("child processes", 0, "", lambda r: number(r, "children")),
    ("start to first retained state, median", 100, "ms", lambda r: number(r, "start", "pistat", "median", scale=1e-3)),
    ("/health while calls hang, worst", 50, "ms", lambda r: number(r, "hanging", "worst", scale=1e-3)),
    ("history written per day at 10 s", 5, "MB", lambda r: number(r, "history", "written_per_day", scale=1e6)),
    ("a week of one value from history", 50, "ms", lambda r: number(r, "history", "week_of_values_ms")),
)


def number(results, *path, scale=1):
    for step in path:
        results = (results or {}).get(step)
    return None if results is None else results / scale


def cpu(results, name, per_value):
    spent, values = (number(results, "agents", name, what) for what in ("cpu", "values"))
    return spent / values if per_value and spent and values else None if per_value else spent


def ratio(results, one, other, per_value=False):
    ours, theirs = (cpu(results, name, per_value) for name in (one, other))
    return ours / theirs if ours is not None and theirs else None


def scrape_ratio(results):
    ours, theirs = (number(results, "scrape", name, "cpu") for name in ("pistat", "node_exporter"))
    return ours / theirs if ours is not None and theirs else None


def bare_ratio(results):
    """Only against the very files that pistat reads: the built-in list is shorter."""
    return ratio(results, "pistat", "bare") if results["bare"].get("exact") else None


def machine():
    model = cores = None
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        for line in info:
            found = re.match(r"(?:model name|Model|Hardware)\s*:\s*(.+)", line)
            model = found.group(1) if found else model
    cores = os.cpu_count()
    with open("/proc/meminfo", encoding="ascii") as info:
        memory = int(info.readline().split()[1]) // 1024
    return {"cpu": model or platform.machine(), "cores": cores, "memory_mib": memory,
            "kernel": f"{platform.system()} {platform.release()} {platform.machine()}"}


def versions():
    found = {"pistat": first_line([live.PISTAT, "--version"]).removeprefix("pistat ")}
    for package in ("collectd-core", "prometheus-node-exporter", "mosquitto", "libmosquitto1", "python3-psutil",
                    "python3-paho-mqtt"):
        found[package] = first_line(["dpkg-query", "-W", "-f", "${Version}", package]) or "not a package here"
    found["python"] = platform.python_version()
    return found


def first_line(arguments):
    try:
        return subprocess.run(arguments, capture_output=True, text=True, check=False).stdout.split("\n")[0].strip()
    except OSError:
        return ""


def cell(value, scale=1, form="{:.0f}"):
    return "-" if value is None else form.format(value / scale)


def table(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("  " + row[0].ljust(widths[0]) + "".join("  " + text.rjust(width)
                                                     for text, width in zip(row[1:], widths[1:])))


def print_agents(results):
    print(f"\nEvery {results['interval']:g} s, {results['cycles']} cycles, all beside each other\n")
    ours = number(results, "agents", "pistat", "cpu")
    rows = [("", "CPU/cycle us", "x pistat", "values/cycle", "messages", "CPU/value us", "bytes/cycle", "packets",
             "RSS KiB", "PSS KiB", "threads")]
    for name, agent in results["agents"].items():
        cpu, values = agent.get("cpu"), agent.get("values")
        rows.append((name, cell(cpu, 1e-6), cell(cpu / ours if ours and cpu else None, 1, "{:.2f}"), cell(values),
                     cell(agent.get("messages")), cell(cpu / values if cpu and values else None, 1e-6, "{:.1f}"),
                     cell(agent.get("bytes")), cell(agent.get("packets"), 1, "{:.1f}"),
                     cell(agent.get("rss"), 1024), cell(agent.get("pss"), 1024), cell(agent.get("threads"))))
    table(rows)
    print("  pistat: every source read and every value sent each cycle, as the others do.  paced: every value sent, slow\n"
          "  sources read at their own intervals.  deadband: as configured by default, only what moved is sent.\n"
          "  packets: as the loopback carries them, up to 64 KiB each.  bare: what pistat asks, and no more.")


def print_scrapes(results):
    print("\nOne scrape of /metrics\n")
    rows = [("", "CPU us", "samples", "CPU/sample us", "bytes")]
    for name, scrape in results["scrape"].items():
        rows.append((name, cell(scrape["cpu"], 1e-6), cell(scrape["samples"]),
                     cell(scrape["cpu"] / scrape["samples"] if scrape["samples"] else None, 1e-6, "{:.2f}"),
                     cell(scrape["bytes"])))
    table(rows)
    if number(results, "agents", "pistat", "cpu") and "pistat" in results["scrape"]:
        print("  (pistat answers from its last sample; node_exporter samples for each scrape."
              f"  With one cycle of sampling and publishing added: "
              f"{(results['scrape']['pistat']['cpu'] + results['agents']['pistat']['cpu']) * 1e6:.0f} us.)")


def print_rest(results):
    if results["start"]:
        print("\nStart to first retained message\n")
        table([("", "median ms", "worst ms", "tries")] +
              [(name, cell(taken["median"], 1e-3), cell(taken["worst"], 1e-3), str(taken["tries"]))
               for name, taken in results["start"].items()])
    if "bare" in results["agents"]:
        print(f"\nBare reading: {results['bare']['questions']:.0f} questions a cycle ({results['bare']['from']}), "
              f"{results['agents']['bare']['cpu'] * 1e6:.0f} us at the agents' pace, "
              f"{results['bare']['loop'] * 1e6:.0f} us in a tight loop with warm caches")
    if results["history"]:
        told = results["history"]
        print(f"\nHistory of {told['series']} series every 10 s, after {told['days']} days: "
              f"{cell(told['written_per_day'], 1e6, '{:.2f}')} MB written a day, {told['database'] / 1e6:.1f} MB on disk; "
              f"a week of one value in {told['week_of_values_ms']:.1f} ms, as 500 points in "
              f"{told['week_in_500_points_ms']:.1f} ms, a day of all as CSV in {told['day_as_csv_ms']:.0f} ms")
    if results["hanging"]:
        print("\n/health, slowest answer while a call hangs: " + ", ".join(
            f"{call} {seconds * 1000:.1f} ms" for call, seconds in results["hanging"]["calls"].items()))


def budgets(results):
    """[(what, value, limit, unit, verdict)]"""
    rows = []
    for what, limit, unit, measured in BUDGETS:
        value = measured(results)
        rows.append((what, value, limit, unit,
                     "not measured" if value is None else "HOLDS" if value <= limit else "BROKEN"))
    return rows


def print_budgets(results):
    print("\nBudgets\n")
    rows = [("", "measured", "budget", "")]
    for what, value, limit, unit, verdict in budgets(results):
        form = "{:.3f}" if unit == "x" else "{:.1f}" if unit == "ms" else "{:.2f}" if unit else "{:.0f}"
        rows.append((what, cell(value, 1, form) + (" " + unit if unit and value is not None else ""),
                     "<= " + cell(limit, 1, form) + " " + unit, verdict))
    table(rows)


def print_all(results):
    about, found = results["machine"], results["versions"]
    print(f"{about['cpu']}, {about['cores']} cores, {about['memory_mib']} MiB, {about['kernel']}")
    print(", ".join(f"{name} {version}" for name, version in found.items() if version))
    for what in results["skipped"]:
        print(f"skipped: {what}")
    print_agents(results)
    if results["scrape"]:
        print_scrapes(results)
    print_rest(results)
    print_budgets(results)
