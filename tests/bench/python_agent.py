#!/usr/bin/python3
"""The agent people write: psutil for the values, paho for the broker, everything retained, every interval.

usage: python_agent.py PORT INTERVAL [NODE]
"""

import json
import platform
import sys
import time

import paho.mqtt.client as mqtt
import psutil

SKIPPED = ("proc", "sysfs", "devtmpfs", "devpts", "tmpfs", "cgroup2", "overlay", "squashfs")


def rate(now, before, name, seconds):
    return round((getattr(now, name) - getattr(before, name)) / seconds, 1)


class Host:
    def __init__(self):
        self.when = time.monotonic()
        self.net = psutil.net_io_counters(pernic=True)
        self.io = psutil.disk_io_counters(nowrap=False)

    def processor(self):
        times, stats = psutil.cpu_times_percent(), psutil.cpu_stats()
        values = {"cpu_usage": psutil.cpu_percent(), "per_cpu_usage": psutil.cpu_percent(percpu=True),
                  "load_avg": psutil.getloadavg()}
        values["cpu"] = {name: getattr(times, name) for name in
                         ("user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal")}
        values["cpu"].update(context_switches=stats.ctx_switches, interrupts=stats.interrupts,
                             logical_cores=psutil.cpu_count())
        frequency = psutil.cpu_freq()
        if frequency:
            values["cpu_freq"] = frequency.current
        return values

    def memory(self):
        memory, swap = psutil.virtual_memory(), psutil.swap_memory()
        return {"memory": {name: getattr(memory, name) for name in
                           ("total", "available", "used", "free", "buffers", "cached", "shared", "percent")},
                "swap": {"total": swap.total, "used": swap.used, "free": swap.free, "percent": swap.percent,
                         "in": swap.sin, "out": swap.sout}}

    def disks(self, seconds):
        io = psutil.disk_io_counters(nowrap=False)
        values = {"filesystems": {}, "disk_io": {}}
        for part in psutil.disk_partitions():
            if part.fstype in SKIPPED:
                continue
            usage = psutil.disk_usage(part.mountpoint)
            key = part.mountpoint.strip("/").replace("/", "_") or "root"
            values["filesystems"][key] = {
                "mount": part.mountpoint, "device": part.device, "type": part.fstype, "total": usage.total,
                "used": usage.used, "free": usage.free, "percent": usage.percent}
        if io:
            values["disk_io"] = {name: getattr(io, name) for name in
                                 ("read_count", "write_count", "read_bytes", "write_bytes")}
            values["disk_io"]["read_rate"] = rate(io, self.io, "read_bytes", seconds)
            values["disk_io"]["write_rate"] = rate(io, self.io, "write_bytes", seconds)
        self.io = io
        return values

    def network(self, seconds):
        counters, links = psutil.net_io_counters(pernic=True), psutil.net_if_stats()
        addresses = psutil.net_if_addrs()
        values = {}
        for name, now in counters.items():
            if name == "lo":
                continue
            before = self.net.get(name, now)
            values[name] = dict(now._asdict(), up=links[name].isup, speed=links[name].speed,
                                send_rate=rate(now, before, "bytes_sent", seconds),
                                recv_rate=rate(now, before, "bytes_recv", seconds))
            for address in addresses.get(name, []):
                values[name]["address_%d" % address.family] = address.address
        self.net = counters
        values["active_connections"] = len(psutil.net_connections("inet"))
        return {"network": values}

    def rest(self):
        processes = {"total": 0, "running": 0, "zombies": 0}
        for process in psutil.process_iter(["status"]):
            processes["total"] += 1
            processes["running"] += process.info["status"] == psutil.STATUS_RUNNING
            processes["zombies"] += process.info["status"] == psutil.STATUS_ZOMBIE
        temperatures = {f"{chip}_{i}": reading.current
                        for chip, readings in psutil.sensors_temperatures().items()
                        for i, reading in enumerate(readings)}
        return {"uptime": time.time() - psutil.boot_time(), "boot_time": psutil.boot_time(),
                "processes": processes, "temperatures": temperatures,
                "system": {"hostname": platform.node(), "kernel": platform.release()}}

    def sample(self):
        now = time.monotonic()
        seconds, self.when = max(now - self.when, 1e-3), now
        return {"timestamp": time.time(), **self.processor(), **self.memory(), **self.disks(seconds),
                **self.network(seconds), **self.rest()}


def publish(client, topic, value):
    if isinstance(value, dict):
        for name, inner in value.items():
            publish(client, f"{topic}/{name}", inner)
    elif isinstance(value, (list, tuple)):
        for i, inner in enumerate(value):
            publish(client, f"{topic}/{i}", inner)
    elif isinstance(value, bool):
        client.publish(topic, "ON" if value else "OFF", retain=True)
    else:
        client.publish(topic, value, retain=True)


def main():
    port, interval = int(sys.argv[1]), float(sys.argv[2])
    base = "python/" + (sys.argv[3] if len(sys.argv) > 3 else "bench")
    client = mqtt.Client()
    client.connect("127.0.0.1", port)
    client.loop_start()
    host, due = Host(), time.monotonic()
    while True:
        document = host.sample()
        client.publish(base + "/state", json.dumps(document), retain=True)
        publish(client, base, document)
        due += interval
        time.sleep(max(due - time.monotonic(), 0))


if __name__ == "__main__":
    main()
