#!/usr/bin/python3
"""Measures pistat beside collectd, node_exporter and a small Python agent, on this machine, in one run.

All run together on one private broker, sample at the same interval, publish every value every cycle, and are
measured over the same stretches of time.  Nothing here fails for being slow: the table says which budgets hold.
"""

import argparse
import collections
import contextlib
import json
import os
import random
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]

try:
    import live
    import agents
    import measure
    import report
    import soak
    import sources
except ModuleNotFoundError as missing:
    sys.exit(f"bench: {missing}; install the packages python3-paho-mqtt and python3-psutil and use /usr/bin/python3")

NAMES = {"pistat/full/": "pistat", "pistat/paced/": "pistat paced", "pistat/deadband/": "pistat deadband",
         "pistat/tls/": "pistat TLS", "collectd/": "collectd", "python/": "python"}


STRETCHES = 3


def agent_of(topic):
    for prefix, name in NAMES.items():
        if topic.startswith(prefix):
            return name
    return None


class Bench:
    def __init__(self, options, folder, stack):
        self.options = options
        self.folder = folder
        self.stack = stack
        self.running = {}       # name → live.Process
        self.others = {}        # name → how it is started
        self.results = {"interval": options.interval, "cycles": options.cycles, "skipped": [], "agents": {},
                        "scrape": {}, "start": {}, "hanging": {}, "children": 0, "bare": {}, "history": {},
                        "machine": report.machine(), "versions": report.versions()}
        self.certificates = folder if live.find("openssl") else None
        if self.certificates:
            live.make_certificates(folder)
        else:
            self.skip("TLS: openssl is not installed")
        if not live.find("ss"):
            self.skip("bytes and packets: ss is not installed (package iproute2)")
        self.broker = stack.enter_context(live.Broker(folder, self.certificates))

    def skip(self, what):
        self.results["skipped"].append(what)

    def say(self, what):
        if not self.options.quiet:
            print(f"bench: {what} …", file=sys.stderr, flush=True)

    def pistat(self, name, **changes):
        chosen = {**agents.everything(self.options.interval), **changes}
        port = chosen.pop("mqtt__port", self.broker.port)
        agent = self.stack.enter_context(live.Agent(self.folder, port, name, **chosen))
        agent.wait_until_ready()
        return agent

    def start_ours(self):
        self.running["pistat"] = self.pistat("full")
        self.running["pistat paced"] = self.pistat("paced", sampling__intervals="")
        self.running["pistat deadband"] = self.pistat("deadband", sampling__refresh=60, sampling__intervals="")
        if self.certificates:
            self.running["pistat TLS"] = self.pistat(
                "tls", **agents.with_tls(self.certificates, self.broker.tls_port))

    def start_other(self, name):
        process = self.others[name](self.folder, self.broker.port, self.options.interval)
        self.running[name] = self.stack.enter_context(process)

    def start_others(self):
        missing = agents.collectd_missing()
        if missing:
            self.skip(missing)
        else:
            self.others["collectd"] = agents.collectd
            self.start_other("collectd")
        if live.find("prometheus-node-exporter"):
            self.running["node_exporter"] = self.stack.enter_context(agents.node_exporter(self.folder))
        else:
            self.skip("node_exporter is not installed (package prometheus-node-exporter)")
        self.others["python"] = agents.python_agent
        self.start_other("python")

    def restart_others(self):
        for name in self.others:
            if name in self.running:
                self.running[name].stop()
                self.start_other(name)
                time.sleep(random.random() * self.options.interval)

    def prepare_bare(self):
        """The questions pistat asks in a few cycles, and what they cost in a loop."""
        cycles = min(self.options.cycles, 5)
        asked = sources.observed(self.folder, self.broker.port, cycles, self.options.interval,
                                 agents.everything(self.options.interval))
        origin = "seen by strace"
        if not asked:
            self.skip("the exact files pistat reads: strace is missing or not permitted; a built-in list instead")
            asked, cycles, origin = list(sources.BUILT_IN), 1, "built-in list"
        path = os.path.join(self.folder, "questions")
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(asked) + "\n")
        program = agents.compiled(self.folder, os.path.join(HERE, "bare.c"))
        loop = int(report.first_line([program, path, "200"])) / 1e9 / cycles
        self.results["bare"] = {"questions": len(asked) / cycles, "from": origin, "loop": loop, "list": asked,
                                "exact": origin == "seen by strace"}
        # Several cycles are one round of bare: spread them out, so that it too wakes once in each interval.
        shares = [asked[i * len(asked) // cycles:(i + 1) * len(asked) // cycles] for i in range(cycles)]
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(shares[-1]) + "\n")
        self.running["bare"] = self.stack.enter_context(live.Process(
            [program, path, "1000000", str(self.options.interval)], self.folder, "bare"))

    def warm_up(self):
        time.sleep(3 * self.options.interval + 1)
        for name, process in list(self.running.items()):
            if not process.running():
                self.skip(f"{name} ended: {process.output()[-300:].strip()}")
                del self.running[name]

    def stretch(self, cycles, tally, spent):
        """Adds to spent what each used, and to tally what it published."""
        ports = {self.broker.port, self.broker.tls_port}
        wire = {name: measure.sent(process.pid, ports) for name, process in self.running.items()}
        tally.counting = True
        begun = time.monotonic()
        cpu = {name: measure.cpu_seconds(process.pid) for name, process in self.running.items()}
        for _ in range(cycles):
            time.sleep(self.options.interval)
            self.results["children"] += sum(measure.children(process.pid) for name, process in
                                            self.running.items() if name.startswith("pistat"))
        spent["cycles"] += (time.monotonic() - begun) / self.options.interval
        for name, process in self.running.items():
            spent[name, "cpu"] += measure.cpu_seconds(process.pid) - cpu[name]
        tally.counting = False
        for name, process in self.running.items():
            after = measure.sent(process.pid, ports)
            if wire[name] and after:
                spent[name, "bytes"] += after[0] - wire[name][0]
                spent[name, "packets"] += after[1] - wire[name][1]

    def window(self):
        """The time over which all are measured.  Who wakes just behind whom, and finds the caches warm or cold, is
        settled when they start: so it comes in several stretches, and the others start anew for each."""
        spent = collections.Counter()
        cycles, stretches = self.options.cycles, min(STRETCHES, self.options.cycles)
        with measure.Tally(self.broker.port, agent_of) as tally:
            for i in range(stretches):
                if i:
                    self.restart_others()
                    self.warm_up()
                self.stretch(cycles * (i + 1) // stretches - cycles * i // stretches, tally, spent)
        for name, process in self.running.items():
            row = {what: spent[name, what] / spent["cycles"] for what in ("cpu", "bytes", "packets")
                   if (name, what) in spent}
            row.update(measure.memory(process.pid), threads=measure.threads(process.pid))
            if name in NAMES.values():
                row.update(values=tally.values[name] / spent["cycles"], messages=tally.messages[name] / spent["cycles"])
            self.results["agents"][name] = row
        for name in ("bare", "node_exporter"):      # idle, or not a publisher: a row would mislead
            if name in self.results["agents"]:
                for column in ("rss", "pss", "private", "threads") if name == "bare" else ("cpu",):
                    self.results["agents"][name].pop(column)

    def scrapes(self):
        for name in ("pistat", "node_exporter"):
            if name in self.running:
                background = self.results["agents"][name].get("cpu", 0) / self.options.interval
                self.results["scrape"][name] = measure.scrape_cost(
                    self.running[name].pid, self.running[name].http_port, "/metrics", self.options.scrapes, background)

    def starts(self):
        tries, port, interval = self.options.starts, self.broker.port, self.options.interval
        self.results["start"]["pistat"] = measure.first_states(
            port, lambda i: f"pistat/start{i}/state", lambda i: live.Agent(self.folder, port, f"start{i}"), tries)
        if "python" in self.running:
            self.results["start"]["python"] = measure.first_states(
                port, lambda i: f"python/start{i}/state",
                lambda i: agents.python_agent(self.folder, port, interval, f"start{i}"), min(tries, 3))
        self.results["start"] = {name: taken for name, taken in self.results["start"].items() if taken}

    def hangs(self):
        """/health while calls take half a minute, see tests/stall."""
        if live.sanitizer():
            return self.skip("hanging calls: a sanitizer is built in")
        library = agents.compiled(self.folder, os.path.join(HERE, "..", "stall", "stall.c"), shared=True)
        calls = {}
        for call in ("statvfs", "getaddrinfo", "connect", "fsync"):
            with live.Agent(self.folder, self.broker.port, "hang_" + call, mqtt__host="localhost",
                            environment={"LD_PRELOAD": library, "STALL": call}) as agent:
                agent.wait_until_ready()
                calls[call] = measure.worst_answer(agent.http_port, "/health", 3)
                agent.stop(5)
        self.results["hanging"] = {"calls": calls, "worst": max(calls.values())}
        return None

    def history(self):
        """Nine days of it, of which the last is measured: then old samples go as new ones come."""
        folder = os.path.join(self.folder, "history")
        os.mkdir(folder)
        told = json.loads(report.first_line([agents.history_program(self.folder), folder, "9"]) or "{}")
        if not told.get("written_per_day"):
            told["written_per_day"] = None
            self.skip("bytes written by the history: the temporary folder is on no disk, set TMPDIR")
        self.results["history"] = told

    def run(self):
        self.say("starting pistat")
        self.start_ours()
        if not self.options.only_pistat:
            self.say("starting the others")
            self.start_others()
        self.say("seeing what pistat reads")
        self.prepare_bare()
        self.warm_up()
        self.say(f"measuring {self.options.cycles} cycles of {self.options.interval:g} s")
        self.window()
        self.say("scraping, starting, hanging")
        self.scrapes()
        self.starts()
        self.hangs()
        self.say("writing history")
        self.history()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--interval", type=float, default=1, help="seconds between samples (default 1)")
    parser.add_argument("--cycles", type=int, default=60, help="cycles to measure (default 60)")
    parser.add_argument("--scrapes", type=int, default=300, help="scrapes of /metrics (default 300)")
    parser.add_argument("--starts", type=int, default=7, help="starts of pistat (default 7)")
    parser.add_argument("--only-pistat", action="store_true", help="leave the others out")
    parser.add_argument("--quiet", action="store_true", help="print the results only")
    parser.add_argument("--json", metavar="FILE", help="write the results there too")
    parser.add_argument("--soak", type=float, metavar="MINUTES", help="instead: run pistat so long, watch its memory")
    return parser.parse_args()


def main():
    options = arguments()
    if not os.access(live.PISTAT, os.X_OK):
        sys.exit(f"bench: there is no {live.PISTAT}; build it first, or name another by PISTAT")
    if not live.find("mosquitto"):
        sys.exit("bench: mosquitto is not installed")
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(live.Folder())
        if options.soak:
            sys.exit(soak.run(folder, options))
        bench = Bench(options, folder, stack)
        bench.run()
        report.print_all(bench.results)
        if options.json:
            with open(options.json, "w", encoding="utf-8") as file:
                json.dump(dict(bench.results, budgets=report.budgets(bench.results)), file, indent=1)
                file.write("\n")


if __name__ == "__main__":
    main()
