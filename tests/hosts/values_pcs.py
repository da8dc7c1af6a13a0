"""What the laptop must show, and what was added to the server later; worked out by hand as in test_values.py."""

from values_boards import KIB, MIB, NO_FIRMWARE, NO_PMIC, SECONDS, SECTOR, per_day, percent

LAPTOP = {
    **{path: None for path in NO_FIRMWARE if path != "hardware.firmware"}, **NO_PMIC,
    "cpu_usage": 20.5,  # 1240 + 400 of 8000 ticks
    "cpu.logical_cores": 8,
    "cpu.physical_cores": 4,
    "cpu_freq": 1950,  # 1600 to 2300 in steps of 100
    "cpu_temp": 56.1,  # Tctl; acpitz says 56
    "memory.percent": 30,  # (14123008 - 9886106) / 14123008
    "disk.percent": percent(122000000, 61000000, 54800000),
    "filesystems.root.device": "/dev/mapper/lap--vg-root",
    "disk_io.write_rate": 10240 * SECTOR // SECONDS,  # of the disk, not of the volumes on it as well
    "storage.life_used": None,
    "storage.lifetime_written": (612345678 + 5120) * KIB,  # of dm-1
    "storage.written_per_day": per_day(12022584, 15010.25),  # of nvme0n1, on which dm-1 stands by way of dm-0
    "storage.errors": 0,
    "network.primary_interface": "wlp4s0",
    "network.wlp4s0.signal_strength": -58,
    "network.wlp4s0.ssid": "Example",
    "network.wlp4s0.bitrate": 864.6,
    "network.wlp4s0.frequency": 5500,
    "network.wlp4s0.ipv6": "2001:db8:71::ff:fe00:72",
    "network.active_connections": 2,  # one established, one connected UDP; CLOSE_WAIT is in its last words
    "batteries.BAT0.percent": 62,
    "batteries.BAT0.status": "Discharging",
    "batteries.BAT0.watts": -10.51,  # 10512000 µW, out of it
    "batteries.BAT0.volts": 11.612,
    "batteries.BAT0.health": 83,  # 47.31 of 57 Wh
    "gpu.usage": None,  # that is VideoCore's
    "gpus.0000_05_00_0.vendor": "AMD",
    "gpus.0000_05_00_0.usage": 17,
    "gpus.0000_05_00_0.vram_total": 512 * MIB,
    "gpus.0000_05_00_0.vram_used": 288 * MIB,
    "gpus.0000_05_00_0.vram_free": 224 * MIB,
    "gpus.0000_05_00_0.temperature": 51,
    "gpus.0000_05_00_0.watts": 7.03,  # 7034000 µW
    "gpus.0000_05_00_0.clock": 1015,
    "gpus.0000_05_00_0.name": "AMD graphics",
    "gpus.0000_01_00_0.vendor": "AMD",
    "gpus.0000_01_00_0.name": "AMD Radeon EX 6800",
    "fans.thinkpad_hwmon_fan1.rpm": 2571,
    "hardware.processor": "AMD Ryzen 5 Example with Radeon Graphics",
    "hardware.firmware": "R1MET50W (1.20 )",
    "hardware.serial": None,
    "hardware.usb_devices": 3,
    "system.users": 2,  # one here, one from afar; not the greeter, the manager, the one who left
    # libc6 (security), linux-image-amd64, example-tool (1.0 is newer than 1.0~rc1).  Not: backports, on hold, removed, of
    # another architecture, an epoch that went back.
    "system.packages_upgradable": 3,
    "system.failed_units": None,
    "system.reboot_required": True,  # a kernel came after the boot; the old one's modules are still there
}

SERVER = {
    "storage.lifetime_written": (3912345678 + 10240) * KIB,
    "storage.written_per_day": per_day(587654321 + 20480, 1234577.89),
    "storage.errors": 0,
    "raids.md0.level": "raid1",
    "raids.md0.degraded": True,
    "raids.md0.disks": 2,
    "raids.md0.missing": 1,
    "raids.md1.degraded": False,
    "raids.md1.disks": 3,  # without the spare
    "raids.md1.sync": 45.5,
    "raids.md127.degraded": True,  # did not start
    "gpus.0000_00_02_0.vendor": "Intel",
    "gpus.0000_00_02_0.usage": 25,  # switched off for 7.5 of 10 s
    "gpus.0000_00_02_0.clock": 350,
    "gpus.0000_01_00_0.vendor": "NVIDIA",
    "gpus.0000_01_00_0.name": "NVIDIA H200",
    "gpus.0000_01_00_0.usage": 42,
    "gpus.0000_01_00_0.memory_usage": 12,
    "gpus.0000_01_00_0.vram_used": 38654705664,
    "gpus.0000_01_00_0.watts": 312.68,
    "gpus.0000_01_00_0.clock": 1980,
    "gpus.0000_02_00_0.name": "NVIDIA RTX EX16",
    "gpus.0000_02_00_0.fan": 30,
    "hardware.firmware": "1.07",
    "hardware.usb_devices": 1,
    "system.failed_units": 0,
    "system.packages_upgradable": None,
}

BY_HAND = {"x86-laptop": LAPTOP, "x86-server": SERVER}

MEMBERS = {
    "x86-laptop": {
        "filesystems": {"root", "boot", "boot_efi"},  # not fuse.portal
        "disks": {"nvme0n1"},  # not dm-0 to dm-2
        "network": {"enp2s0f0", "wlp4s0"},
        "batteries": {"BAT0"},  # neither the supply nor the mouse
        "fans": {"thinkpad_hwmon_fan1"},  # fan2 says 65535: not connected
        # not the sleeping card's
        "temperatures": {"acpitz", "amdgpu_0000_05_00_0_temp1", "k10temp_0000_00_18_3_temp1", "nvme_0000_03_00_0_temp1",
                         "thinkpad_hwmon_temp1"},
        "gpus": {"0000_01_00_0", "0000_05_00_0"},  # neither the panel nor the render node
        "raids": set(),
    },
}

ABSENT = {
    "x86-laptop": [
        # Asking would wake it, and it has an answer to each.
        *(f"gpus.0000_01_00_0.{what}" for what in ("usage", "memory_usage", "vram_used", "temperature", "watts", "fan", "clock")),
        "network.enp2s0f0.speed", "network.wlp4s0.speed", "disks.nvme0n1.life_used",
    ],
    # vfat and btrfs count no inodes; a link that is down has no speed; SMART is for root
    "x86-server": ["filesystems.boot_efi.inodes_percent", "filesystems.srv_media.inodes_percent", "network.enp4s0.speed",
                   "network.enp4s0.ipv4", "raids.md0.sync", "raids.md127.level", "disks.nvme0n1.life_used",
                   # no fan of its own; cut into parts; no memory of its own
                   "gpus.0000_01_00_0.fan", "gpus.0000_02_00_0.usage", "gpus.0000_00_02_0.vram_total",
                   "gpus.0000_00_02_0.temperature"],
}
