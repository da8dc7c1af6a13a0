"""
What the Raspberry Pis must show, worked out by hand from their files as in test_values.py.  None: the machine has no such
thing, and the document says null.
"""

KIB, MIB = 1024, 1024 * 1024
SECTOR = 512
SECONDS = 10
DAY = 86400


def percent(blocks, free, available):
    used = blocks - free
    return round(100 * used / (used + available), 1)


def per_day(sectors, uptime):
    """Written since boot, as if every day were like that; in whole bytes."""
    return round(sectors * SECTOR / uptime * DAY)


# throttled=0x50005: bits 0 and 2 now, 16 and 18 since boot; bits 1 and 3 are others.
TOO_LITTLE_VOLTAGE = {
    "power.under_voltage": True,
    "power.freq_capped": False,
    "power.throttled": True,
    "power.soft_temp_limit": False,
    "power.under_voltage_occurred": True,
    "power.freq_capped_occurred": False,
    "power.throttled_occurred": True,
    "power.soft_temp_limit_occurred": False,
}
# throttled=0x80008: bits 3 and 19.
TOO_WARM = {**dict.fromkeys(TOO_LITTLE_VOLTAGE, False), "power.soft_temp_limit": True, "power.soft_temp_limit_occurred": True}
ALL_WELL = dict.fromkeys(TOO_LITTLE_VOLTAGE, False)
# What only a firmware that answers can tell.
NO_FIRMWARE = dict.fromkeys(("gpu.temperature", "gpu.memory", "gpu.v3d_clock", "power.core_voltage", "power.throttled",
                             "power.freq_capped", "power.soft_temp_limit", "power.throttled_occurred",
                             "power.freq_capped_occurred", "power.soft_temp_limit_occurred", "clocks.arm", "clocks.core",
                             "clocks.sdram", "clocks.v3d", "clocks.emmc", "hardware.firmware"))
# What only a Raspberry Pi 5 has.
NO_PMIC = dict.fromkeys(("power.watts", "power.input_voltage", "power.supply_current_max", "power.rtc_battery_voltage",
                         "power.usb_current_limited", "power.usb_over_current"))
NO_EMMC = {"storage.life_used": None, "storage.pre_eol": None}
NO_PSI = {f"pressure.{what}.{who}_avg10": None for what in ("cpu", "memory", "io") for who in ("some", "full")}

ZERO_W = {
    **TOO_LITTLE_VOLTAGE, **NO_PMIC, **NO_EMMC, **NO_PSI,
    "uptime": 432110.25,
    "boot_time": 1791467901,  # 1791900010.75 - 432110.25: a half goes up
    "cpu_usage": 25,  # 150 + 80 + 20 of 1000 ticks: one core
    "per_cpu_usage": [25],
    "cpu.physical_cores": 1,
    "cpu_temp": 57.8,
    "cpu_freq": 1000,  # what the kernel asks for …
    "clocks.arm": 600117184,  # … and what it gets
    "memory.percent": 31.4,  # (443080 - 304000) / 443080
    "swap.percent": 0.3,
    "disk.percent": percent(3764736, 2735000, 2543512),
    "storage.lifetime_written": (48123456 + 160) * KIB,
    "storage.written_per_day": per_day(4012664, 432110.25),
    "storage.errors": 0,
    "network.primary_interface": "wlan0",
    # 32 bits in a 32-bit kernel: 4294960000 and 20000 more
    "network.wlan0.bytes_recv": 4294960000 + 20000 - 2**32,
    "network.wlan0.recv_rate": 2000,
    "network.wlan0.send_rate": 600,
    "network.wlan0.ipv6": "2001:db8:61::ff:fe00:61",
    "network.wlan0.signal_strength": -71,
    "network.wlan0.ssid": "Garden shed",
    "network.wlan0.bssid": "02:00:00:00:01:01",
    "network.wlan0.bitrate": 58.5,
    "network.wlan0.receive_bitrate": 52,
    "network.wlan0.frequency": 2437,
    "gpu.temperature": 57.8,
    "gpu.memory": 64 * MIB,
    "gpu.v3d_clock": 300000000,
    "gpu.usage": None,  # vc4 does not count
    "power.core_voltage": 1.35,
    "power.under_voltage_events": 1,  # the alarm went from 0 to 1
    "clocks.sdram": 450000000,
    "hardware.model": "Raspberry Pi Zero W Rev 1.1",
    "hardware.serial": "1000000000c0ffee",  # of the device tree: cpuinfo has none
    "hardware.revision": "9000c1",
    # 9 0 0 0 c 1: new kind, 512 MB, Sony UK, BCM2835, type 0c, revision 1
    "hardware.board": "Raspberry Pi Zero W 1.1, 512 MB, Sony UK",
    "hardware.processor": "BCM2835",
    "hardware.firmware": "2025-08-20 0badc0de",
    "hardware.bootloader": None,
    "hardware.usb_devices": 0,  # a root hub is none
    "system.os": "Raspbian GNU/Linux 13 (trixie)",
    "system.architecture": "armv6l",
    "system.time_synchronised": True,
    "system.clock_offset": None,  # an old capture without it
    "system.users": None,
    "system.failed_units": None,
    "system.packages_upgradable": None,
}

ZERO_2W = {
    **TOO_WARM, **NO_PMIC, **NO_EMMC, **NO_PSI,
    "cpu_usage": round(100 * (810 + 100 + 50 + 40) / 4000, 1),
    "per_cpu_usage": [81, 10, 5, 4],
    "memory.percent": 60,
    "memory.oom_kills": 1,
    "swap.percent": 20,
    "swap.in": 612 * 4096,
    "storage.written_per_day": per_day(249766, 7210.5),
    "network.wlan0.signal_strength": -48,  # of /proc/net/wireless: this driver lists no stations
    "network.wlan0.frequency": 2462,
    "network.wlan0.send_rate": 250000,
    "gpu.v3d_clock": 0,  # asleep, which is no error
    "clocks.v3d": 0,
    "gpu.memory": 64 * MIB,
    "power.core_voltage": 1.2375,
    "power.under_voltage_events": 0,
    "hardware.serial": "1000000002c0ffee",
    "hardware.board": "Raspberry Pi Zero 2 W 1.0, 512 MB, Sony UK",
    "hardware.processor": "BCM2837",
    "hardware.bootloader": None,  # 'error=1 error_msg="Command not registered"'
    "hardware.usb_devices": 1,  # a camera of two interfaces
}

PI3BPLUS = {
    **NO_FIRMWARE, **NO_PMIC, **NO_EMMC,
    "cpu_freq": None,  # no cpufreq, and BogoMIPS are no MHz
    "cpu.governor": None,
    "cpu_temp": 47.8,
    "pressure.cpu.some_avg10": 0.12,
    "pressure.io.full_avg10": 0.95,
    "memory.percent": 35,  # (923100 - 600015) / 923100
    "disk.percent": percent(7401472, 5921178, 5900000),
    "filesystems.root.type": "btrfs",
    "storage.errors": None,  # of ext4, and / is btrfs
    "storage.lifetime_written": None,
    # The alarm was on and is off again: once seen is seen.  It did not begin while we looked.
    "power.under_voltage": False,
    "power.under_voltage_occurred": True,
    "power.under_voltage_events": 0,
    "gpu.usage": None,
    "network.eth0.recv_rate": 12500,
    "network.active_connections": 2,
    "hardware.model": "Raspberry Pi 3 Model B Plus Rev 1.3",
    "hardware.serial": None,
    "hardware.revision": None,
    "hardware.board": None,
    "hardware.processor": "BCM2837",  # of the device tree: no revision tells
    "hardware.bootloader": None,
    "hardware.usb_devices": 3,  # two hubs and the network chip
    "system.os": "Fedora Linux 42 (Server Edition)",
    "system.packages_upgradable": None,  # no dpkg
}

PI4_32 = {
    **NO_FIRMWARE, **NO_PMIC, **NO_EMMC, **NO_PSI,  # /dev/vcio is there, but not for us
    "cpu_freq": 600,
    "power.under_voltage": False,
    "power.under_voltage_occurred": None,  # before pistat started, only the firmware knows
    "power.under_voltage_events": 0,
    "memory.percent": 20,  # (1912776 - 1530220) / 1912776
    "filesystems.root.device": "/dev/sda2",
    "disk_io.write_rate": 640 * SECTOR // SECONDS,
    "disks.sda.model": "EXAMPLE SSD 120",
    "storage.lifetime_written": (812345678 + 320) * KIB,
    "storage.written_per_day": per_day(2012984, 86410),
    "network.eth0.speed": 100,
    "hardware.serial": "1000000004c0ffee",
    "hardware.board": "Raspberry Pi 4 Model B 1.1, 2 GB, Sony UK",
    "hardware.processor": "BCM2711",
    "hardware.bootloader": "2022-01-21 0badc0de",  # of the device tree: 1642784900, with '_' in its name
    "hardware.usb_devices": 3,  # the hub on the board, a keyboard, a disk
    "system.users": 1,  # the other is leaving
}

PI4_64 = {
    **NO_PMIC,
    "power.under_voltage": True,  # the kernel's alarm, though the firmware says throttled=0x50000
    "power.throttled": False,
    "power.under_voltage_occurred": True,
    "power.throttled_occurred": True,
    "power.freq_capped_occurred": False,
    "power.under_voltage_events": 1,
    # The render queue: 2.5 of 10 seconds.  Others ran meanwhile; queues are not added.
    "gpu.usage": 25,
    "gpu.temperature": 51.6,
    "gpu.memory": 76 * MIB,
    "power.core_voltage": 0.8875,
    "clocks.arm": 1500345728,
    "clocks.sdram": None,  # frequency(0)=0: it is not the firmware's
    "storage.life_used": 20,  # 0x02 0x01: the worse of the two, at most 20 %
    "storage.pre_eol": "normal",
    "storage.lifetime_written": (21345678 + 800) * KIB,
    "storage.written_per_day": None,  # booted a minute ago
    "hardware.firmware": "2024-09-03 0badc0de",
    "hardware.bootloader": "2024-09-05 0badc0de",
    "hardware.usb_devices": 2,  # the hub, and a stick that is new
    "system.users": 1,
    "system.clock_offset": 2.5,  # ms; 0.0025 s
    "system.failed_units": 0,
    "system.packages_upgradable": 2,  # one of them for all architectures; the list is compressed
}

PI5_RAILS = (  # A and V of the twelve that have both, as the power chip says at the end
    .05 * 3.7 + .08 * 3.3 + .15 * 1.8 + .1 * 1.1 + 0 * .6 + .2 * 1.1 + .35 * .8 + 3.0 * .88 + .0005 * 3.3 + .0006 * 3.3
    + .0025 * .8 + .02 * 5.1)

PI5 = {
    **ALL_WELL, **NO_EMMC, **NO_PSI,
    "cpu_usage": 40,
    "per_cpu_usage": [80, 35, 30, 15],
    "cpu.physical_cores": 4,  # eight memory nodes are no sockets
    "cpu_temp": 59.8,
    "swap.in": 1024 * 16384,  # pages are larger
    "swap.out": 4096 * 16384,
    "memory.total": 8251776 * KIB,
    "gpu.usage": 47,  # render: 4.7 of 10 s; bin, csd and the display device do not count
    "gpu.temperature": 60.4,
    "gpu.memory": 4 * MIB,
    "power.watts": round(PI5_RAILS, 2),
    "power.input_voltage": 5.099,
    "power.core_voltage": 0.8807,
    "power.supply_current_max": 5000,
    "power.usb_current_limited": False,
    "power.usb_over_current": False,
    "power.rtc_battery_voltage": 2.971,
    "power.under_voltage_events": 0,
    "clocks.arm": 2400017408,
    "clocks.sdram": None,
    "disks.nvme0n1.temperature": 48.9,
    "disks.nvme0n1.life_used": 3,
    "disks.nvme0n1.spare": 100,
    "disks.nvme0n1.media_errors": 0,
    "disks.nvme0n1.warning": False,
    "disk_io.write_rate": 20480 * SECTOR // SECONDS,
    "storage.written_per_day": per_day(62032824, 259210.5),
    "fans.pwmfan_cooling_fan_fan1.rpm": 3145,
    "fans.pwmfan_cooling_fan_fan1.percent": round(100 * 125 / 255, 1),
    "temperatures.rp1_adc_1f000c8000_adc_temp1.celsius": 52.7,
    "voltages.rp1_adc_1f000c8000_adc_in2.volts": 2.533,
    "network.primary_interface": "eth0",  # the least metric
    "network.eth0.recv_rate": 11700000,
    "network.wlan0.ssid": "Observatório",
    "network.wlan0.signal_strength": -39,
    "network.wlan0.bitrate": 390,
    "network.wlan0.receive_bitrate": 433.3,
    "hardware.board": "Raspberry Pi 5 Model B 1.0, 8 GB, Sony UK",
    "hardware.processor": "BCM2712",
    "hardware.firmware": "2025-08-20 0badc0de",  # a date of another form
    "hardware.bootloader": "2025-08-20 0badc0de",
    "hardware.usb_devices": 1,
    "system.users": 3,  # here, from afar, and root; neither of the two managers
    "system.clock_offset": -0.129,
    "system.packages_upgradable": None,
    "processes.zombies": 1,
}

CM4 = {
    **ALL_WELL, **NO_PMIC, **NO_PSI,
    "storage.life_used": 70,  # 0x03 0x07
    "storage.pre_eol": "warning",
    "storage.errors": 4,  # one more than before
    "storage.lifetime_written": (3512345678 + 1600) * KIB,
    "storage.written_per_day": per_day(168750080, 1728010),
    "disk.percent": percent(3702784, 740556, 550000),
    "swap.percent": 25,
    "gpu.usage": None,  # a kernel before gpu_stats
    "clocks.v3d": 500000992,
    "batteries.battery.percent": 90,
    "batteries.battery.volts": 4.088,  # 4.0875
    "network.active_connections": 2,
    "hardware.board": "Raspberry Pi Compute Module 4 1.1, 2 GB, Sony UK",
    "hardware.usb_devices": 0,
    "processes.blocked": 1,
    "system.reboot_required": True,  # the modules of the running kernel are gone
    "system.users": 1,  # of utmp: the process of the other is gone
    "system.failed_units": 2,
    "units.mosquitto.active": True,
    "units.mosquitto.state": "active (running)",
    "units.zigbee2mqtt.active": False,
    "units.zigbee2mqtt.state": "failed (failed)",
    "units.nope.state": "not-found",
    "probes.boiler.value": 61.9,  # 61875 × 0.001, one decimal
    "probes.gate.state": True,
    "probes.solar_mode.text": "feeding",
}

BY_HAND = {"pi-zero-w": ZERO_W, "pi-zero-2w": ZERO_2W, "pi3bplus": PI3BPLUS, "pi4-32": PI4_32, "pi4-64": PI4_64, "pi5": PI5,
           "cm4-emmc": CM4}

ONE_CHIP = {"temperatures": {"cpu_thermal_temp1"}, "fans": set(), "voltages": set(), "batteries": set(), "gpus": set(),
            "raids": set(), "probes": set(), "units": set()}

MEMBERS = {
    "pi-zero-w": {**ONE_CHIP, "filesystems": {"root", "boot_firmware"}, "disks": {"mmcblk0"}, "network": {"wlan0"}},
    "pi-zero-2w": {**ONE_CHIP, "filesystems": {"root", "boot_firmware"}, "disks": {"mmcblk0"}, "network": {"wlan0"}},
    # one of the two subvolumes; neither zram nor its swap
    "pi3bplus": {**ONE_CHIP, "filesystems": {"root", "boot", "boot_efi"}, "disks": {"mmcblk0"}, "network": {"eth0", "wlan0"}},
    "pi4-32": {**ONE_CHIP, "filesystems": {"root", "boot"}, "disks": {"sda"}, "network": {"eth0", "wlan0"}},
    "pi4-64": {**ONE_CHIP, "filesystems": {"root", "boot_firmware"}, "disks": {"mmcblk0"}, "network": {"eth0", "wlan0"}},
    "pi5": {**ONE_CHIP, "filesystems": {"root", "boot_firmware"}, "disks": {"nvme0n1"}, "network": {"eth0", "wlan0"},
            "temperatures": {"cpu_thermal_temp1", "rp1_adc_1f000c8000_adc_temp1", "nvme_0001_01_00_0_temp1"},
            "fans": {"pwmfan_cooling_fan_fan1"},
            "voltages": {f"rp1_adc_1f000c8000_adc_in{i}" for i in range(1, 5)}},
    "cm4-emmc": {**ONE_CHIP, "filesystems": {"root", "boot"}, "disks": {"mmcblk0"}, "network": {"eth0"},
                 "batteries": {"battery"}, "probes": {"boiler", "gate", "solar_mode"},
                 "units": {"mosquitto", "zigbee2mqtt", "nope"}},
}

# Members that lack something: no key at all.
ABSENT = {
    "pi-zero-w": ["network.wlan0.speed"],
    # a network that hides its name
    "pi-zero-2w": ["network.wlan0.ssid", "network.wlan0.bitrate", "network.wlan0.receive_bitrate", "network.wlan0.ipv6"],
    "pi3bplus": ["network.wlan0.signal_strength", "filesystems.root.inodes_percent"],
    "pi4-32": ["network.wlan0.signal_strength", "network.wlan0.ipv4", "disks.sda.life_used", "disks.sda.temperature"],
    "pi4-64": ["network.wlan0.speed", "network.wlan0.ipv4", "network.eth0.ipv6", "network.wlan0.signal_strength"],
    "pi5": ["network.eth0.signal_strength", "network.wlan0.speed"],
    # a gauge that knows charge and voltage
    "cm4-emmc": ["batteries.battery.status", "batteries.battery.watts", "batteries.battery.health", "disks.mmcblk0.life_used",
                 "units.nope.active"],
}
