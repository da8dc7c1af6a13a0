"""The laptop's second graphics card sleeps: whoever reads its sensors wakes it."""

import re

import machines

CARD, CHIP = "/sys/class/drm/card0/", "/sys/class/hwmon/hwmon3/"
# What the PCI core and hwmon answer by themselves.
HARMLESS = {"device/vendor", "device/product_name", "device/uevent", "device/power/runtime_status", "device/power/control",
            "device/power/autosuspend_delay_ms", "name", "temp1_label", "power1_label"}


def reads(path):
    text = machines.pistat("explain", path, "--root", machines.HERE / "x86-laptop" / "0")
    return re.findall(r"^ +read +(\S+)$", text, re.MULTILINE)


def test_the_card_is_let_sleep():
    seen = reads("gpus.0000_01_00_0.name")
    assert CARD + "device/power/runtime_status" in seen
    assert {path.removeprefix(CARD) for path in seen if path.startswith(CARD)} <= HARMLESS
    assert "/sys/class/drm/card1/device/gpu_busy_percent" in seen, "the one that is awake is asked"


def test_its_chip_is_let_be():
    seen = reads("temperatures.k10temp_0000_00_18_3_temp1.celsius")
    assert CHIP + "device/power/runtime_status" in seen
    assert {path.removeprefix(CHIP) for path in seen if path.startswith(CHIP)} <= HARMLESS | {"."}
