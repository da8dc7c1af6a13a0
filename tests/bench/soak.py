"""Runs pistat at 1 s for a long time, MQTT, TLS and HTTP in use, and watches whether anything of it grows."""

import json
import time

import live
import measure

PATHS = ("/stats", "/metrics", "/health", "/json", "/", "/nothing-here")


def watch(agent, started):
    found = measure.memory(agent.pid)
    return {"minute": (time.monotonic() - started) / 60, "rss": found["rss"], "pss": found["pss"],
            "private": found["private"], "fds": measure.descriptors(agent.pid),
            "threads": measure.threads(agent.pid), "cpu": measure.cpu_seconds(agent.pid)}


def use(agent, seconds):
    """Asks for everything over HTTP for so long; returns how many requests got no answer."""
    failed, end = 0, time.monotonic() + seconds
    while time.monotonic() < end and agent.running():
        for path in PATHS:
            try:
                agent.get(path)
            except OSError:
                failed += 1
        time.sleep(0.5)
    return failed


def growth(rows, name):
    """The last quarter's mean against the second quarter's; the first is warming up."""
    quarter = max(len(rows) // 4, 1)
    early, late = rows[quarter:2 * quarter] or rows[:1], rows[-quarter:]
    return sum(row[name] for row in late) / len(late) - sum(row[name] for row in early) / len(early)


def run(folder, options):
    """0, or 1 if pistat ended by itself; growth is reported, not judged by a number of ours but by the reader."""
    tls = bool(live.find("openssl"))
    if tls:
        live.make_certificates(folder)
    messages, rows, failed = [0], [], 0
    changes = {"sampling__interval": options.interval}
    with live.Broker(folder, folder if tls else None) as broker:
        if tls:
            changes.update(mqtt__host="localhost", mqtt__tls__enabled="true", mqtt__tls__ca_file=folder + "/ca.pem")

        def count(*_):
            messages[0] += 1

        with live.Subscriber(broker.port, count), live.Agent(
                folder, broker.tls_port or broker.port, "soak", **changes) as agent:
            agent.wait_until_ready()
            started = time.monotonic()
            print(f"{'minute':>8}{'RSS KiB':>9}{'PSS KiB':>9}{'private':>9}{'fds':>5}{'threads':>8}{'CPU s':>8}"
                  f"{'messages':>10}{'failed':>7}", flush=True)
            while agent.running():
                row = watch(agent, started)
                rows.append(row)
                print(f"{row['minute']:8.1f}{row['rss'] // 1024:9}{row['pss'] // 1024:9}{row['private'] // 1024:9}"
                      f"{row['fds']:5}{row['threads']:8}{row['cpu']:8.2f}{messages[0]:10}{failed:7}", flush=True)
                left = options.soak * 60 - (time.monotonic() - started)
                if left <= 0:
                    break
                failed += use(agent, min(left, 60))
            alive = agent.running()
            if not alive:
                print("pistat ended: " + agent.output()[-2000:])
    flat = all(growth(rows, name) <= limit for name, limit in (("private", 64 * 1024), ("fds", 0.5), ("threads", 0.5)))
    print(f"{'flat' if flat else 'NOT FLAT'}: private {growth(rows, 'private') / 1024:+.1f} KiB, descriptors "
          f"{growth(rows, 'fds'):+.1f}, threads {growth(rows, 'threads'):+.1f} from the second quarter to the last")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"rows": rows, "flat": flat, "messages": messages[0], "failed": failed}, file, indent=1)
            file.write("\n")
    return 0 if alive else 1
