"""What pistat asks the kernel in one cycle, as questions for bare.c: seen by strace, or else listed here."""

import re
import subprocess
import time

import live

# For machines without strace: what any Linux agent must read.
BUILT_IN = ("read /proc/stat", "read /proc/meminfo", "read /proc/loadavg", "read /proc/uptime",
            "read /proc/vmstat", "read /proc/diskstats", "read /proc/net/dev", "read /proc/self/mountinfo",
            "read /proc/pressure/cpu", "read /proc/pressure/memory", "read /proc/pressure/io",
            "read /proc/net/route", "read /proc/self/statm", "list /proc", "list /sys/class/net",
            "list /sys/class/hwmon", "list /sys/class/thermal", "list /sys/block", "statvfs /")

CALLS = ("open,openat,openat2,readlink,readlinkat,statfs,lstat,stat,newfstatat,access,faccessat,faccessat2,"
         "socket,sendto,sendmsg,pread64")
CALL = re.compile(r"^(?:\d+ +)?(\d+\.\d+) (\w+)\((.*)\) += (-?\d+)")
PATH = re.compile(r'"((?:[^"\\]|\\.)*)"')
HELD = re.compile(r"\d+<(/proc/[^>]*)>.*, 0$")
DUMPED = re.compile(r"^ \| [0-9a-f]{5}  ([0-9a-f ]{48})")
NETLINK = re.compile(r"\d+<(NETLINK:\[[^]]+\])>")
OPENED = re.compile(r" socket\(AF_NETLINK, [^,]+, NETLINK_(\w+)\) += \d+<(NETLINK:\[[^]]+\])>")
PROTOCOLS = {"ROUTE": 0, "SOCK_DIAG": 4, "INET_DIAG": 4, "GENERIC": 16}
OF_THE_KERNEL = ("/proc", "/sys", "/etc", "/run", "/usr/lib/os-release", "/var/run")


def path_in(arguments):
    found = PATH.search(arguments)
    return found.group(1).encode().decode("unicode_escape") if found else None


def question(call, arguments, sockets):
    """The line for bare.c that asks the same, or None; the bytes of a netlink request are yet to come."""
    path = path_in(arguments)
    if call == "socket":
        return None
    if call == "pread64":       # from the start of a file that is held open; the rest of it is the same question
        held = HELD.match(arguments)
        return "again " + re.sub(r"^/proc/\d+/", "/proc/self/", held.group(1)) if held else None
    if call in ("sendto", "sendmsg"):
        socket = NETLINK.match(arguments)
        protocol = PROTOCOLS.get(sockets.get(socket.group(1))) if socket else None
        return None if protocol is None else f"dump {protocol} "
    if call == "statfs":
        return f"statvfs {path}"
    if not path or not path.startswith(OF_THE_KERNEL):
        return None
    if call in ("open", "openat", "openat2"):
        if "O_WRONLY" in arguments or "O_RDWR" in arguments:
            return None
        if "O_PATH" in arguments:
            return f"exists {path}"
        return ("list " if "O_DIRECTORY" in arguments else "read ") + path
    if call.startswith("readlink"):
        return f"link {path}"
    return f"exists {path}"


def joined(lines):
    """Calls that strace printed in two halves, "<unfinished ...>" and "<... resumed>", made whole."""
    halves = {}
    for line in lines:
        pid = line.split(" ", 1)[0]
        if "<unfinished ...>" in line:
            halves[pid] = line.split("<unfinished ...>")[0].rstrip()
            continue
        resumed = re.match(r"\d+ +\d+\.\d+ <\.\.\. \w+ resumed>(.*)", line)
        yield halves.pop(pid, "") + resumed.group(1) if resumed else line


def questions(lines, begun, ended):
    """What succeeded between two wall times, in order."""
    found, dumping, sockets = [], False, {}
    for line in joined(lines):
        dumped = DUMPED.match(line)
        if dumped and dumping:
            found[-1] += dumped.group(1).replace(" ", "")
            continue
        match, opened = CALL.match(line), OPENED.search(line)
        if opened:
            sockets[opened.group(2)] = opened.group(1)
        if not match:
            continue
        dumping = False
        if begun <= float(match.group(1)) < ended and int(match.group(4)) >= 0:
            asked = question(match.group(2), match.group(3), sockets)
            dumping = bool(asked) and asked.startswith("dump")
            if asked:
                found.append(asked)
    return found


def observed(folder, broker_port, cycles, interval, options):
    """The questions of so many whole cycles, by strace of a pistat of its own; None if that cannot be done."""
    if not live.find("strace"):
        return None
    trace = f"{folder}/traced.strace"
    wrapper = ["strace", "-f", "-ttt", "-yy", "-s", "4096", "-o", trace, "-e", f"trace={CALLS}",
               "-e", "write=all", "-e", "signal=none"]
    with live.Agent(folder, broker_port, "traced", wrapper, **options) as agent:
        try:
            agent.wait_until_ready()
        except RuntimeError:
            return None
        time.sleep(2 * interval + 1)    # the first rounds read what later ones do not
        begun = time.time()
        time.sleep(cycles * interval)
        ended = time.time()
        # strace passes no signal on: end pistat, not strace
        child = int(open(f"/proc/{agent.pid}/task/{agent.pid}/children", encoding="ascii").read().split()[0])
        subprocess.run(["kill", str(child)], check=False)
        live.wait_for(lambda: not agent.running())
    with open(trace, encoding="utf-8", errors="replace") as lines:
        return questions(lines, begun, ended) or None
