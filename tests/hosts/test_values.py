"""
Values worked out by hand from the machines' files, not taken from pistat: what expected/ must contain to be right.
Numbers in the arithmetic are those that stand in the trees; comments say which trap they are for.  values_boards.py and
values_pcs.py have more of them.
"""

import datetime

import machines
import pytest
import values_boards
import values_pcs

KIB = 1024
SECTOR = 512
SECONDS = 10


def moment(*utc):
    return datetime.datetime(*utc, tzinfo=datetime.timezone.utc).timestamp()


def percent(blocks, free, available):
    used = blocks - free
    return round(100 * used / (used + available), 1)


X86 = {
    "timestamp": moment(2026, 10, 5, 8, 0, 10) + 0.25,
    "uptime": 1234577.89,
    "boot_time": round(1791187210.25 - 1234577.89),
    # Seven CPUs for ten seconds are 7000 ticks, 4900 of them idle.  iowait went back by 20 (so it counts for nothing,
    # and not against idle), and the 100 ticks of guest are in user's 1400 already.
    "cpu_usage": 100 * (7000 - 4900) / 7000,
    "cpu.user": 100 * 1400 / 7000,
    "cpu.nice": 100 * 70 / 7000,
    "cpu.system": 100 * 490 / 7000,
    "cpu.idle": 100 * 4900 / 7000,
    "cpu.iowait": 0,
    "cpu.irq": 100 * 35 / 7000,
    "cpu.softirq": 100 * 105 / 7000,
    "cpu.steal": 0,
    # CPU 5 is offline; it was the other thread of core 1.
    "per_cpu_usage": [70, 36, 22, 16, 40, 26, 0],
    "cpu.logical_cores": 7,
    "cpu.physical_cores": 4,
    "cpu.freq_min": 800,
    "cpu.freq_max": 4600,  # what the governor may choose; the hardware could 4700
    "cpu_freq": (4200 + 2000 + 800 + 3300 + 4200 + 800 + 800) / 7,
    "cpu.governor": "powersave",
    "cpu.context_switches": 5123456789 + 56789,
    "cpu.context_switch_rate": 5678.9,
    "cpu.interrupts": 2718281828 + 23456,  # on a line of more than 8 kB
    "cpu.interrupt_rate": 2345.6,
    "cpu.fork_rate": 12,
    "load_avg": [1.61, 1.13, 0.99],
    "memory.total": 16307400 * KIB,
    "memory.available": (9784440 - 163074) * KIB,
    "memory.used": (16307400 - 9784440 + 163074) * KIB,
    "memory.percent": 41,
    "memory.cached": (8235560 + 912400) * KIB,  # page cache and reclaimable slab
    "memory.dirty": 2200 * KIB,
    "memory.oom_kills": 4,
    "swap.total": 8388604 * KIB,
    "swap.used": (8388604 - 7339004) * KIB,
    "swap.percent": 12.5,
    "swap.in": 51225 * 4096,
    "swap.out": 313881 * 4096,
    "pressure.cpu.some_avg10": 2.35,
    "pressure.memory.full_avg10": 0.22,
    "pressure.io.some_avg10": 6.04,
    "disk.mount": "/",
    "disk.total": 24539216 * 4096,
    "disk.used": (24539216 - 8178738) * 4096,
    "disk.free": 6920458 * 4096,  # for users: what root may still use is not counted
    "disk.percent": percent(24539216, 8178738, 6920458),
    "filesystems.root.device": "/dev/mapper/attic--vg-root",
    "filesystems.root.inodes_percent": round(100 * (6242304 - 5617000) / 6242304, 1),
    "filesystems.boot.total": 479888 * 1024,  # f_frsize, which is not f_bsize here
    "filesystems.boot_efi.type": "vfat",
    "filesystems.srv_media.percent": percent(976754385, 244162996, 243874400),
    "filesystems.srv_media.read_only": False,
    "filesystems.srv_my_data.mount": "/srv/my data",
    "filesystems.srv_my_data.percent": 80,
    "filesystems.srv_my_data.read_only": True,  # went read-only between the samples
    "disks.nvme0n1.read_rate": 8192 * SECTOR // SECONDS,
    "disks.nvme0n1.write_rate": 20480 * SECTOR // SECONDS,
    "disks.nvme0n1.busy": 100 * 0.350 / SECONDS,
    "disks.nvme0n1.temperature": 42.9,
    "disks.nvme0n1.model": "EXAMPLE NVMe SN512",
    "disks.sda.read_bytes": (734567890 + 40960) * SECTOR,
    "disks.sda.read_rate": 40960 * SECTOR // SECONDS,
    "disks.sda.write_rate": 204800 * SECTOR // SECONDS,
    # 4294965796 ms, then 2500 ms: 32 bits that wrapped
    "disks.sda.busy": 100 * (2**32 - 4294965796 + 2500) / 1000 / SECONDS,
    "disks.sda.temperature": 34,
    "disk_io.read_count": 5679151 + 912385,  # nvme0n1 and sda, nothing else
    "disk_io.write_bytes": (587674801 + 412550478) * SECTOR,
    "disk_io.write_rate": 225280 * SECTOR // SECONDS,
    "disk_io.busy": 40,  # the busiest, not the sum
    "network.primary_interface": "eno1",  # the least metric of several default routes
    "network.ipv4": "192.0.2.20",
    # 3 established and 1 + 1 half-open TCP, 1 TCP on IPv6, 1 connected UDP; neither listeners nor those in their last words
    "network.active_connections": 7,
    "network.eno1.bytes_recv": 1234567890123456 + 125000000,  # sixteen digits, every one kept
    "network.eno1.recv_rate": 12500000,
    "network.eno1.send_rate": 400000,
    "network.eno1.dropin": 3458,
    "network.eno1.speed": 1000,
    "network.eno1.up": True,
    "network.eno1.ipv4": "192.0.2.20",  # not the secondary
    "network.eno1.ipv6": "2001:db8:20::ff:fe00:20",  # neither temporary nor deprecated nor link-local
    "network.enp4s0.up": False,
    "cpu_temp": 55,
    "temperatures.coretemp_0_temp1.label": "coretemp Package id 0",
    "temperatures.coretemp_0_temp3.celsius": 48,
    "temperatures.coretemp_0_temp1.critical": 100,
    "temperatures.nvme_0000_03_00_0_temp1.critical": 89.9,
    "temperatures.acpitz_temp1.celsius": 27.8,
    "temperatures.x86_pkg_temp.celsius": 55,
    "fans.nct6798_nct6775_656_fan1.rpm": 1217,
    "fans.nct6798_nct6775_656_fan1.percent": round(100 * 130 / 255, 1),
    "fans.nct6798_nct6775_656_fan3.rpm": 0,  # standing still is a speed
    "fans.nct6798_nct6775_656_fan3.percent": 100,
    "voltages.nct6798_nct6775_656_in2.volts": 3.376,
    "voltages.corsairpsu_1-9_1_0_in0.volts": 230,
    "currents.corsairpsu_1-9_1_0_curr1.amps": 1.5,
    "powers.corsairpsu_1-9_1_0_power1.watts": 66.5,
    "hardware.model": "Example Computers Ltd. TinyServer 4",
    "hardware.serial": None,  # DMI has it for root alone
    "system.hostname": "attic",
    "system.os": "Debian GNU/Linux 12 (bookworm)",
    "system.kernel": "6.1.0-25-amd64",
    "system.time_synchronised": True,
    "system.reboot_required": True,
    "processes.total": 12,
    "processes.running": 3,
    "processes.blocked": 1,
    "processes.threads": 1189,
    "processes.zombies": 2,  # and not the one named "Z) Z (odd"
}

PI = {
    "uptime": 95.5,
    "boot_time": round(1791187210.5 - 95.5),  # only now that the clock is right
    "system.time_synchronised": True,
    "cpu_usage": round(100 * 230 / 4000, 1),  # 5.75: a half goes up
    "cpu.iowait": 1,
    "per_cpu_usage": [16, 5, 1, 1],
    "cpu_temp": 51.6,
    "cpu_freq": 1500,
    "cpu.governor": "ondemand",
    "cpu.physical_cores": 4,
    "memory.percent": 16,
    "swap.total": 2097136 * KIB,  # zram, which came late
    "swap.percent": 0,
    "pressure.cpu.some_avg10": None,
    "disk.percent": percent(7486464, 5614592, 5295871),
    "filesystems.root.device": "/dev/mmcblk0p2",  # not "/dev/root"
    "filesystems.boot_firmware.total": 1043453 * 512,
    "disks.mmcblk0.read_rate": 640 * SECTOR // SECONDS,
    "disks.mmcblk0.write_rate": 1600 * SECTOR // SECONDS,
    "disks.mmcblk0.busy": 6.4,
    "disks.mmcblk0.model": "EX32G",
    "disk_io.read_count": 8765 + 8,  # without the boot areas
    "network.primary_interface": "eth0",
    "network.eth0.bytes_recv": 4294960000 + 50000,  # beyond 32 bits without a wrap
    "network.eth0.recv_rate": 5000,
    "network.eth0.up": True,
    "network.wlan0.up": False,
    "network.active_connections": 1,
    "temperatures.cpu_thermal_temp1.celsius": 51.6,
    "temperatures.cpu_thermal_temp1.critical": 110,
    "hardware.model": "Raspberry Pi 4 Model B Rev 1.4",
    "hardware.serial": "10000000a1b2c3d4",
    "hardware.revision": "c03114",  # four bytes, the big end first
    "system.architecture": "aarch64",
    "system.reboot_required": False,  # a newer kernel lies there, but the running one still has its modules
    "processes.total": 5,
}

CONTAINER = {
    "boot_time": None,  # nobody says whether the clock is right
    "system.time_synchronised": None,
    "cpu_usage": 25,
    "per_cpu_usage": [30, 20],
    "cpu.physical_cores": None,
    "cpu_temp": None,
    "cpu_freq": None,
    # MemAvailable is the host's, more than the container has at all; then what is free is what there is.
    "memory.available": (393216 - 26214) * KIB,
    "memory.percent": 30,
    "memory.oom_kills": None,
    "swap.total": 0,
    "swap.percent": None,
    "disk.mount": "/",
    "disk.total": 5120000 * 4096,
    "filesystems.root.type": "overlay",
    "filesystems.data.device": "/dev/sdb1",
    "filesystems.data.read_only": False,  # the mount is, the disk is not
    "disk_io.read_rate": None,
    "network.primary_interface": "eth0",
    "network.ipv4": "198.51.100.7",
    "network.active_connections": None,
    "network.eth0.recv_rate": 300,
    "network.eth0.up": True,
    "hardware.model": None,
    "system.os": None,
    "system.hostname": "3f2a9c81d7e4",
    "processes.total": None,
    "processes.threads": 513,
}

# All members there are: whatever else the machine's files name must not appear.
MEMBERS = {
    "x86-server": {
        # not: the second subvolume, the bind mount of /home, snaps, NFS, 42 overlays, tmpfs, lxcfs
        "filesystems": {"root", "boot", "boot_efi", "srv_media", "srv_my_data"},
        # not: loop, zram, LVM, partitions, the DVD drive
        "disks": {"nvme0n1", "sda"},
        # not: lo, docker0, the bridge, the tunnel, 42 veths
        "network": {"eno1", "enp4s0"},
        # not: AUXTIN0, which is not connected and says -62 °C
        "temperatures": {"acpitz_temp1", "x86_pkg_temp", *(f"coretemp_0_temp{i}" for i in range(1, 6)),
                         *(f"nct6798_nct6775_656_temp{i}" for i in (1, 2, 4)), "drivetemp_0000_00_17_0_ata1_temp1",
                         *(f"nvme_0000_03_00_0_temp{i}" for i in (1, 2)),
                         *(f"corsairpsu_1-9_1_0_temp{i}" for i in (1, 2))},
    },
    "container": {
        "filesystems": {"root", "data"},  # not the three files that the engine puts into /etc
        "disks": set(),
        "network": {"eth0"},  # a veth, but the way out
        "temperatures": set(),
    },
    **values_boards.MEMBERS,
    **values_pcs.MEMBERS,
}
ABSENT = {**values_boards.ABSENT, **values_pcs.ABSENT}
BY_HAND = [("x86-server", X86), ("pi4-64", PI), ("container", CONTAINER), *values_boards.BY_HAND.items(),
           *values_pcs.BY_HAND.items()]


def find(document, path):
    for name in path.split("."):
        document = document[name]
    return document


@pytest.mark.parametrize("machine, path, expected", [
    pytest.param(machine, path, value, id=f"{machine}-{path}") for machine, values in BY_HAND for path, value in values.items()])
def test_value(machine, path, expected):
    value = find(machines.state(machine), path)
    if isinstance(expected, float) and not expected.is_integer():
        assert value == pytest.approx(expected, rel=1e-12)
    else:
        assert value == expected and isinstance(value, bool) == isinstance(expected, bool)


@pytest.mark.parametrize("machine", machines.MACHINES)
def test_members(machine):
    document = machines.state(machine)
    for family, members in MEMBERS[machine].items():
        assert {key for key, value in document[family].items() if isinstance(value, dict)} == members, family


@pytest.mark.parametrize("machine, path", [(machine, path) for machine, paths in ABSENT.items() for path in paths])
def test_absent(machine, path):
    """What a member lacks has no key."""
    with pytest.raises(KeyError):
        find(machines.state(machine), path)


@pytest.mark.parametrize("machine, values", BY_HAND, ids=[machine for machine, _ in BY_HAND])
def test_null_is_absent_everywhere(machine, values):
    """No topic, no entity, no line for Prometheus, nothing in the table."""
    paths = [path for path, value in values.items() if value is None]
    node = machines.state(machine)["system"]["hostname"]
    topics = machines.messages(machine)
    assert [path for path in paths if f"pistat/{node}/{path.replace('.', '/')}" in topics] == []
    announced = "".join(machines.messages(machine, "discovery").values())
    assert [path for path in paths if f'"pistat/{node}/{path.replace(".", "/")}"' in announced] == []
    shown = {line.split(" ", 1)[0] for line in machines.once(machine, "table").splitlines()}
    assert shown.isdisjoint(paths)


@pytest.mark.parametrize("machine", machines.MACHINES)
def test_first_sample_has_no_rates(machine):
    """Not even 0: that nothing moved is something else than that nothing is known."""
    document = machines.first_state(machine)
    for path in ("cpu_usage", "cpu.user", "cpu.context_switch_rate", "disk_io.read_rate", "disk_io.busy"):
        assert find(document, path) is None, path
    assert document["per_cpu_usage"] == []
    for interface in MEMBERS[machine]["network"]:
        assert "recv_rate" not in document["network"][interface]
        assert "bytes_recv" in document["network"][interface]
    for disk in document["disks"].values():
        assert not {"read_rate", "busy"} & disk.keys()


def test_pi_before_its_clock_was_set():
    document = machines.first_state("pi4-64")
    assert document["system"]["time_synchronised"] is False
    assert document["boot_time"] is None
    assert document["swap"]["total"] == 0 and document["swap"]["percent"] is None
    assert document["cpu_freq"] == 600


def test_links_of_the_same_shape_on_both_trees():
    """A machine that is copied without its links would lose half of what it is for."""
    for machine in machines.MACHINES:
        for tree in ("0", "1"):
            links = [path for path in (machines.HERE / machine / tree / "sys").rglob("*") if path.is_symlink()]
            assert links, f"{machine}/{tree}"
            for link in links:
                assert link.exists(), f"{link} leads nowhere"
                assert not str(link.readlink()).startswith("/"), f"{link} is not relative"
