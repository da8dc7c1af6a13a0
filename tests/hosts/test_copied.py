"""
Machines that nobody captured with pistat: copied with cp, tar and `vcgencmd … >file`, by which links, whole folders and
everything that no file tells get lost.  What is there must show, what is not must be absent and not zero.
"""

import json
import os

import machines
import pytest


def tree(folder, files):
    """{path: text or bytes}; a path that ends with '@' is a symbolic link."""
    for path, content in files.items():
        to = folder / path.rstrip("@")
        to.parent.mkdir(parents=True, exist_ok=True)
        if path.endswith("@"):
            os.symlink(content, to)
        else:
            to.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def shown(folder, complains=""):
    """{path: value} of everything that is there."""
    return flat(json.loads(machines.pistat("once", "--root", folder, "--format", "json", complains=complains)))


def flat(document, path=""):
    if isinstance(document, dict):
        return {k: v for key, value in document.items() for k, v in flat(value, f"{path}.{key}" if path else key).items()}
    return {} if document is None or document == [] else {path: document}


def of_machine(values):
    """Without what is pistat's own."""
    return {path: value for path, value in values.items() if not path.startswith("agent.") and path != "timestamp"}


VERSION = ("Aug  3 2021 18:14:56 \nCopyright (c) 2012 Broadcom\n"
           "version 0badc0de0badc0de0badc0de0badc0de0badc0de (clean) (release) (start)\n")

# name: files, all that must be shown of them
BOARDS = {
    "pi-1-of-2012": ({
        "proc/cpuinfo": "Processor\t: ARMv6-compatible processor rev 7 (v6l)\nBogoMIPS\t: 697.95\nCPU implementer\t: 0x41\n"
                        "CPU architecture: 7\nCPU part\t: 0xb76\n\nHardware\t: BCM2708\nRevision\t: 000d\n",
    }, {
        "cpu.logical_cores": 1,
        "system.architecture": "armv6l",
        "hardware.model": "Raspberry Pi Model B Rev 2.0",
        "hardware.board": "Raspberry Pi Model B 2.0, 512 MB, Egoman",
        "hardware.revision": "000d",
        "hardware.processor": "BCM2835",
    }),
    "mainline-by-cpuinfo-alone": ({
        "proc/cpuinfo": "processor\t: 0\nBogoMIPS\t: 108.00\nCPU implementer\t: 0x41\nCPU architecture: 8\nCPU part\t: 0xd08\n"
                        "\nprocessor\t: 1\nCPU implementer\t: 0x41\nCPU part\t: 0xd08\n",
    }, {"cpu.logical_cores": 2, "system.architecture": "aarch64", "hardware.processor": "Cortex-A72"}),
    "pi-400-with-vcgencmd": ({
        "proc/device-tree/model": b"Raspberry Pi 400 Rev 1.0\0",
        "proc/device-tree/compatible": b"raspberrypi,400\0brcm,bcm2711\0",
        "proc/swaps": "Filename\t\t\t\tType\t\tSize\tUsed\tPriority\n"
                      "/dev/zram0                             \tpartition\t262140\t52428\t100\n"
                      "/var/swap\\040(deleted)               file    \t102396\t0\t-2\n",
        "vcgencmd/version": VERSION,
        "vcgencmd/measure_temp": "temp=41.3'C\n",
        "vcgencmd/measure_volts": "volt=0.8600V\n",
        "vcgencmd/measure_clock_arm": "frequency(48)=1800457088\n",
        "vcgencmd/get_throttled": "throttled=0x50000\n",
        "vcgencmd/get_config_int": "arm_freq=1800\n",
        "vcgencmd/pmic_read_adc": "error=1 error_msg=\"Command not registered\"\n",
        "vcgencmd/measure_clock_v3d": "",  # somebody's disk was full
    }, {
        "swap.total": 364536 * 1024, "swap.used": 52428 * 1024, "swap.free": 312108 * 1024, "swap.percent": 14.4,
        "hardware.model": "Raspberry Pi 400 Rev 1.0",
        "hardware.processor": "BCM2711",
        "hardware.firmware": "2021-08-03 0badc0de",
        "gpu.temperature": 41.3,
        "power.core_voltage": 0.86,
        "clocks.arm": 1800457088,
        "power.under_voltage": False, "power.throttled": False, "power.freq_capped": False, "power.soft_temp_limit": False,
        "power.under_voltage_occurred": True, "power.throttled_occurred": True,
        "power.freq_capped_occurred": False, "power.soft_temp_limit_occurred": False,
        "power.under_voltage_events": 0,
    }),
    # tar is told that attributes are 4096 bytes long, and fills up what is missing
    "tar-of-sys": ({
        "sys/firmware/devicetree/base/model": b"Raspberry Pi Compute Module 5 Rev 1.0\0",
        "sys/firmware/devicetree/base/system/linux,revision": b"\x00\xd0\x41\x80",
        "sys/firmware/devicetree/base/serial-number": b"1000000005c0ffee\0",
        "sys/firmware/devicetree/base/chosen/power/max_current": b"\x00\x00\x0b\xb8",
        "sys/class/hwmon/hwmon2@": "../../devices/virtual/thermal/thermal_zone0/hwmon2",
        "sys/devices/virtual/thermal/thermal_zone0/hwmon2/name": b"cpu_thermal\n".ljust(4096, b"\0"),
        "sys/devices/virtual/thermal/thermal_zone0/hwmon2/temp1_input": b"49950\n".ljust(4096, b"\0"),
        "sys/devices/virtual/thermal/thermal_zone0/hwmon2/device@": "../../thermal_zone0",
        "sys/devices/system/cpu/cpufreq/policy0/scaling_cur_freq": b"2400000\n".ljust(4096, b"\0"),
        "sys/class/drm/card1@": "../../devices/gone/drm/card1",  # not copied
    }, {
        "hardware.model": "Raspberry Pi Compute Module 5 Rev 1.0",
        "hardware.board": "Raspberry Pi Compute Module 5 1.0, 8 GB, Sony UK",
        "hardware.serial": "1000000005c0ffee",
        "hardware.revision": "d04180",
        "hardware.processor": "BCM2712",
        "power.supply_current_max": 3000,
        "cpu_temp": 50,
        "temperatures.cpu_thermal_temp1.celsius": 50,
        "temperatures.cpu_thermal_temp1.label": "cpu_thermal temp1",
        "cpu_freq": 2400,
    }),
    # files without links: nothing in /sys tells hardware from the rest
    "plain-files-of-proc": ({
        "proc/version": "Linux version 3.18.4-v7+ (dc4@dc4-XPS13-9333) (gcc version 4.8.3) #769 SMP PREEMPT\n",
        "proc/uptime": "86400.5 300000.25\n",
        "proc/loadavg": "0.25 0.5 0.75 2/120 4242\n",
        # before Linux 3.14 there was no MemAvailable
        "proc/meminfo": "MemTotal:         445556 kB\nMemFree:          100000 kB\nBuffers:           10000 kB\n"
                        "Cached:           200000 kB\nSReclaimable:       5000 kB\nShmem:              5000 kB\n"
                        "SwapTotal:             0 kB\nSwapFree:              0 kB\n",
        "proc/diskstats": " 179       0 mmcblk0 100 1 2000 3 50 6 1000 8 0 90 100\n"
                          " 179       1 mmcblk0p1 1 1 1 1 1 1 1 1 0 1 1\n 179       8 mmcblk0boot0 1 1 1 1 1 1 1 1 0 1 1\n"
                          "   8       0 sda 1 1 10 1 1 1 20 1 0 1 1\n   8       1 sda1 1 1 1 1 1 1 1 1 0 1 1\n"
                          " 254       0 zram0 9 9 9 9 9 9 9 9 0 9 9\n   7       0 loop0 9 9 9 9 9 9 9 9 0 9 9\n",
        "proc/net/dev": "Inter-|   Receive\n face |bytes\n"
                        "    lo: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n  eth0:70 1 0 0 0 0 0 0 90 2 0 0 0 0 0 0\n"
                        "eth0.7: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\nvetha1: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n",
        "proc/net/udp": "  sl  local_address rem_address   st\n",  # of TCP nobody knows anything
    }, {
        "system.kernel": "3.18.4-v7+",
        "uptime": 86400.5,
        "load_avg": [.25, .5, .75],
        "processes.threads": 120,
        "memory.total": 445556 * 1024, "memory.free": 100000 * 1024, "memory.buffers": 10000 * 1024,
        "memory.available": 310000 * 1024, "memory.used": 135556 * 1024,
        "memory.cached": 205000 * 1024, "memory.shared": 5000 * 1024, "memory.percent": 30.4,
        "swap.total": 0, "swap.used": 0, "swap.free": 0,
        "disk_io.read_count": 101, "disk_io.write_count": 51, "disk_io.read_bytes": 2010 * 512, "disk_io.write_bytes": 1020 * 512,
        "disks.mmcblk0.read_bytes": 2000 * 512, "disks.mmcblk0.write_bytes": 1000 * 512, "disks.mmcblk0.busy_time": .09,
        "disks.sda.read_bytes": 10 * 512, "disks.sda.write_bytes": 20 * 512, "disks.sda.busy_time": .001,
        "network.eth0.bytes_recv": 70, "network.eth0.bytes_sent": 90,
        "network.eth0.packets_recv": 1, "network.eth0.packets_sent": 2,
        "network.eth0.errin": 0, "network.eth0.errout": 0, "network.eth0.dropin": 0, "network.eth0.dropout": 0,
    }),
    "cards-alone": ({
        "sys/class/drm/card0/device/gpu_busy_percent": "10\n",
        "sys/class/drm/card0/device/pp_dpm_sclk": "0: 214Mhz \n1: 551Mhz *\n",
        "sys/class/drm/card0/device/hwmon/hwmon0/temp1_input": "24000\n",
        "sys/class/drm/card1/gt_act_freq_mhz": "300\n",
        "sys/class/drm/card2/device/uevent": "DRIVER=vc4\n",  # neither: a Raspberry Pi's display
    }, {
        "gpus.card1.vendor": "Intel", "gpus.card1.name": "Intel graphics", "gpus.card1.clock": 300,
        "gpus.card0.vendor": "AMD", "gpus.card0.name": "AMD graphics", "gpus.card0.usage": 10,
        "gpus.card0.temperature": 24, "gpus.card0.clock": 551,
    }),
    "folders-where-links-were": ({
        "sys/class/hwmon/hwmon0/name": "k10temp\n",
        "sys/class/hwmon/hwmon0/temp1_input": "31875\n",
        "sys/class/hwmon/hwmon0/temp1_label": "Tctl\n",
        "sys/class/hwmon/hwmon0/device/vendor": "0x1022\n",
    }, {
        "cpu_temp": 31.9,
        "temperatures.k10temp_temp1.celsius": 31.9,
        "temperatures.k10temp_temp1.label": "k10temp Tctl",
    }),
    # all that an unreadable file leaves behind; and /var/run leads to /run of the machine, not of this one
    "empty-files": ({
        **{f"proc/{name}": "" for name in ("stat", "meminfo", "loadavg", "uptime", "diskstats", "net/dev", "cpuinfo", "vmstat",
                                           "mdstat", "net/wireless", "pressure/cpu", "pressure/io", "self/mountinfo", "net/tcp", "modules")},
        "sys/class/thermal/thermal_zone0/temp": "",
        "sys/class/thermal/thermal_zone0/type": "",
        "vcgencmd/get_throttled": "VCHI initialization failed\n",
        "var/run@": "/run",
        "run/lock/x": "",
    }, {"disk.mount": "/", "system.reboot_required": False}),
}


# What is there, but tells nothing; and who can show it.
FAILING = {"empty-files": {"host": "uptime", "cpu": "cpu_usage", "load": "load_avg.*", "memory": "memory.total",
                           "network": "network.primary_interface", "processes": "processes.total"}}


@pytest.mark.parametrize("board", BOARDS)
def test_what_was_copied_is_shown(tmp_path, board):
    files, expected = BOARDS[board]
    complains = "".join(f"pistat: {name}: failing: what it reads is not understood; `pistat explain {path}` shows it\n"
                        for name, path in FAILING.get(board, {}).items())
    assert of_machine(shown(tree(tmp_path, files), complains)) == expected


def test_links_stay_inside(tmp_path):
    """Not this machine's: both names lead out of a copy that follows them blindly."""
    outside = tree(tmp_path / "outside", {"run/reboot-required": "", "net/eth7/device@": "../../x"})
    inside = tree(tmp_path / "inside", {
        "proc/net/dev": "eth7: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\ntap7: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n",
        "var/run@": f"{outside}/run",
        "sys/class/net/tap7@": f"{outside}/net/eth7",
        "run/lock/x": "",
    })
    values = of_machine(shown(inside))
    assert values["system.reboot_required"] is False
    assert {path.split(".")[1] for path in values if path.startswith("network.")} == {"eth7"}


def test_time_is_never_1970(tmp_path):
    assert shown(tree(tmp_path, {"proc/loadavg": "0 0 0 1/2 3\n"}))["timestamp"] > 1700000000
