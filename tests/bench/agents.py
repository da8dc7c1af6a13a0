"""Those who run beside each other: how each is configured and started, and what it shows of itself."""

import glob
import os
import subprocess
import sys

import live

HERE = os.path.dirname(os.path.abspath(__file__))

COLLECTD = """
Hostname "bench"
FQDNLookup false
Interval {interval}
BaseDir "{folder}"
PIDFile "{folder}/collectd.pid"
{plugins}
<Plugin logfile>
	LogLevel "warning"
	File STDERR
</Plugin>
<Plugin cpu>
	ReportByCpu true
	ReportByState true
	ValuesPercentage true
</Plugin>
<Plugin memory>
	ValuesAbsolute true
	ValuesPercentage true
</Plugin>
<Plugin df>
	FSType proc
	FSType sysfs
	FSType tmpfs
	FSType devtmpfs
	FSType devpts
	FSType overlay
	FSType squashfs
	IgnoreSelected true
	ValuesPercentage true
</Plugin>
<Plugin tcpconns>
	AllPortsSummary true
</Plugin>
<Plugin mqtt>
	<Publish "bench">
		Host "127.0.0.1"
		Port "{port}"
		ClientId "collectd"
		Prefix "collectd"
		QoS 0
		Retain true
	</Publish>
</Plugin>
"""

# What pistat also tells.  Not vmem: it publishes the whole of /proc/vmstat, which nobody else here does.
COLLECTD_PLUGINS = ("logfile", "cpu", "memory", "load", "df", "disk", "interface", "swap", "processes", "uptime",
                    "cpufreq", "thermal", "contextswitch", "users", "tcpconns", "mqtt")


def collectd_missing():
    """Why collectd cannot take part, or None."""
    if not live.find("collectd"):
        return "collectd is not installed (package collectd-core)"
    linked = subprocess.run(["ldd", "/usr/lib/collectd/mqtt.so"], capture_output=True, text=True, check=False)
    if linked.returncode:
        return "collectd has no mqtt plugin here"
    lacking = [line.split()[0] for line in linked.stdout.splitlines() if "not found" in line]
    return f"collectd's mqtt plugin lacks {', '.join(lacking)} (package libmosquitto1)" if lacking else None


def collectd(folder, port, interval):
    path = os.path.join(folder, "collectd.conf")
    plugins = "\n".join("LoadPlugin " + name for name in COLLECTD_PLUGINS)
    with open(path, "w", encoding="ascii") as conf:
        conf.write(COLLECTD.format(interval=interval, folder=folder, port=port, plugins=plugins))
    return live.Process([live.find("collectd"), "-f", "-C", path], folder, "collectd")


def node_exporter(folder):
    port = live.free_port()
    process = live.Process([live.find("prometheus-node-exporter"), f"--web.listen-address=127.0.0.1:{port}"],
                           folder, "node_exporter")
    process.http_port = port
    live.wait_for(lambda: live.accepts(port) or not process.running())
    if not process.running():
        raise RuntimeError("node_exporter did not start: " + process.output())
    return process


def python_agent(folder, port, interval, node="bench"):
    return live.Process([sys.executable, os.path.join(HERE, "python_agent.py"), str(port), str(interval), node],
                        folder, "python_" + node)


def everything(interval):
    """Options with which pistat reads every source and sends every value each cycle, as the others do."""
    return {"sampling__interval": interval, "sampling__refresh": max(round(interval), 1),
            "sampling__intervals": f"*={interval}"}


def with_tls(certificates, tls_port):
    return {"mqtt__host": "localhost", "mqtt__port": tls_port, "mqtt__tls__enabled": "true",
            "mqtt__tls__ca_file": os.path.join(certificates, "ca.pem")}


def compiled(folder, source, *more, shared=False):
    """A C file of the tests, built into the folder: the release build has no tests in it."""
    name = os.path.splitext(os.path.basename(source))[0]
    target = os.path.join(folder, f"lib{name}.so" if shared else name)
    flags = ["-fPIC", "-shared", "-ldl"] if shared else []
    subprocess.run(["cc", "-std=c11", "-D_GNU_SOURCE", "-O2", source, "-o", target, *more, *flags], check=True)
    return target


def history_program(folder):
    """Days of history, as fast as they can be written: with the sources that keep it, less what runs in the loop."""
    src = os.path.join(live.ROOT, "src")
    parts = [path for path in sorted(glob.glob(os.path.join(src, "history", "*.c")))
             if os.path.basename(path) not in ("history.c", "history_ask.c")]
    parts += [os.path.join(src, name + ".c") for name in ("snapshot", "snapshot_seal", "reading", "catalogue",
                                                          "base/hash", "base/text", "base/mem", "base/log",
                                                          "base/words")]
    folders = ["-I" + os.path.join(src, name) for name in ("", "base", "config", "history")]
    return compiled(folder, os.path.join(HERE, "history_day.c"), *folders, *parts, "-lsqlite3", "-lm", "-lsystemd")
