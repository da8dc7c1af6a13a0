"use strict";
/*
 * What needs attention, from one table: each rule looks at one value (or at that of each member of a family) and says
 * in words what is wrong and what to do.  Levels: 1 note, 2 warning, 3 alarm.
 */

const WORDS = ["", "Note", "Warning", "Alarm"];

const above = (warning, alarm) => (value) => value >= alarm ? 3 : value >= warning ? 2 : 0;
const below = (warning, alarm) => (value) => value <= alarm ? 3 : value <= warning ? 2 : 0;
const set = (level) => (value) => value === true ? level : 0;
const unset = (level) => (value) => value === false ? level : 0;
const some = (level) => (value) => value > 0 ? level : 0;
const other = (level, ...good) => (value) => good.includes(value) ? 0 : level;

/* Another value of the same thing. */
const beside = (path, name) => path.slice(0, path.lastIndexOf(".") + 1) + name;

/* How near a temperature may come to where the hardware protects itself. */
function heat(value, flat, path) {
	const critical = flat.get(beside(path, "critical")) || 100;

	return above(critical - 12, critical - 4)(value);
}

function isPi(flat) {
	return flat.has("power.throttled");
}

function discharging(value, flat, path) {
	const status = flat.get(beside(path, "status"));

	return status === undefined || status === "Discharging" ? below(20, 10)(value) : 0;
}

const called = (flat, family, key) => flat.get(`${family}.${key}.label`) || key;

/* card, path, level(value, flat, path), words(value, key, flat) */
const RULES = [
	["memory", "memory.percent", above(85, 95), (v) => `${say("memory.percent", v)} of the memory is in use. Programs are killed when none is left.`],
	["memory", "swap.percent", above(75, 95), (v) => `${say("swap.percent", v)} of the swap space is in use.`],
	["memory", "memory.oom_kills", some(2), (v) => `Programs were killed for want of memory since boot: ${v}.`],
	["temperatures", "cpu_temp", (v, flat) => isPi(flat) ? above(75, 80)(v) : above(88, 96)(v),
		(v, key, flat) => `The processor is at ${say("cpu_temp", v)}.` + (isPi(flat) ? " A Raspberry Pi slows down from 80 °C (a 3B+ from 60 °C): give it air or a cooler." : "")],
	["temperatures", "temperatures.*.celsius", heat, (v, key, flat) => `${called(flat, "temperatures", key)} is at ${say("celsius", v)}, near its limit.`],
	["gpu", "gpus.*.temperature", above(85, 95), (v, key, flat) => `${flat.get(`gpus.${key}.name`) || key} is at ${say("celsius", v)}.`],
	["fans", "fans.*.rpm", (v, flat, path) => v === 0 && flat.get(beside(path, "percent")) > 40 ? 2 : 0,
		(v, key, flat) => `${called(flat, "fans", key)} is driven but does not turn: blocked, broken or not connected.`],
	["storage-space", "filesystems.*.percent", above(85, 95), (v, key, flat) => `${flat.get(`filesystems.${key}.mount`)} is ${say("percent", v)} full.`],
	["storage-space", "filesystems.*.inodes_percent", above(85, 95), (v, key, flat) => `${flat.get(`filesystems.${key}.mount`)} has ${say("percent", v)} of its inodes in use: too many files.`],
	["storage-space", "filesystems.*.read_only", (v, flat, path) => v ? path.includes(".root.") ? 3 : 1 : 0,
		(v, key, flat) => `${flat.get(`filesystems.${key}.mount`)} is read-only` + (key === "root" ? ". After errors the kernel does this by itself: look at dmesg." : ".")],
	["power", "power.under_voltage", set(3), () => "Under-voltage now: the supply is below 4.63 V. Files may be damaged. Use a stronger supply (5 V, 3 A; Raspberry Pi 5: 5 A) with a short, thick cable, or unplug USB devices."],
	["power", "power.throttled", set(3), () => "Throttled now: the processor is slowed down, for its temperature or for want of voltage."],
	["power", "power.freq_capped", set(2), () => "Frequency capped now: the processor's clock is limited, for its temperature or for want of voltage."],
	["power", "power.soft_temp_limit", set(2), () => "Soft temperature limit now: the processor is slowed down a little, because it is warm."],
	["power", "power.under_voltage_occurred", (v, flat) => v && !flat.get("power.under_voltage") ? 2 : 0,
		() => "Under-voltage occurred since boot: the supply was below 4.63 V at times. A stronger supply or a better cable helps."],
	["power", "power.throttled_occurred", (v, flat) => v && !flat.get("power.throttled") ? 1 : 0, () => "The processor was throttled at times since boot."],
	["power", "power.freq_capped_occurred", (v, flat) => v && !flat.get("power.freq_capped") ? 1 : 0, () => "The processor's clock was capped at times since boot."],
	["power", "power.soft_temp_limit_occurred", (v, flat) => v && !flat.get("power.soft_temp_limit") ? 1 : 0, () => "The soft temperature limit was reached at times since boot."],
	["power", "power.usb_over_current", set(2), () => "USB ports drew too much current while booting."],
	["power", "power.usb_current_limited", set(1), () => "USB ports may draw 600 mA together, because the supply did not promise 5 A."],
	["wifi", "network.*.signal_strength", below(-75, -85), (v, key) => `The signal of ${key} is weak: ${say("signal_strength", v)}.`],
	["network", "network.*.up", (v, flat, path) => v === false && path === `network.${flat.get("network.primary_interface")}.up` ? 2 : 0, (v, key) => `The link of ${key} is down.`],
	["batteries", "batteries.*.percent", discharging, (v, key) => `${key} has ${say("percent", v)} left.`],
	["batteries", "batteries.*.health", below(60, -1), (v, key) => `${key} holds only ${say("percent", v)} of what it was made for.`],
	["storage-health", "storage.life_used", above(80, 100), (v) => `${say("percent", v)} of the eMMC's rated life is used up: plan for another.`],
	["storage-health", "storage.pre_eol", (v) => v === "urgent" ? 3 : v === "warning" ? 2 : 0, () => "The eMMC's reserve of blocks is nearly used up: replace it in time."],
	["storage-health", "storage.errors", some(3), (v) => `The main filesystem has recorded ${v} errors. Make a backup, then check it (fsck).`],
	["storage-health", "disks.*.life_used", above(80, 100), (v, key) => `${key} has used up ${say("percent", v)} of its rated writes.`],
	["storage-health", "disks.*.spare", below(20, 10), (v, key) => `${key} has ${say("percent", v)} of its spare blocks left.`],
	["storage-health", "disks.*.media_errors", some(2), (v, key) => `${key} could not correct ${v} reads or writes.`],
	["storage-health", "disks.*.warning", set(3), (v, key) => `${key} itself warns that it is failing, too hot or worn.`],
	["storage-health", "raids.*.degraded", set(3), (v, key) => `The array ${key} lacks a disk.`],
	["services", "system.failed_units", some(2), (v) => `${v} ${v === 1 ? "unit has" : "units have"} failed: systemctl --failed`],
	["services", "units.*.active", unset(2), (v, key, flat) => `${key} is ${flat.get(`units.${key}.state`) || "not active"}.`],
	["services", "units.*.state", (v, flat, path) => flat.has(beside(path, "active")) || v.startsWith("active") ? 0 : 2, (v, key) => `${key}: ${v}.`],
	["system", "system.reboot_required", set(1), () => "An upgrade waits for a reboot."],
	["system", "system.time_synchronised", unset(1), () => "The clock is not synchronised."],
	["agent", "health.status", other(3, "healthy"), () => "Sampling has stalled: the values are old."],
	["agent", "health.mqtt", other(2, "connected", "disabled"), (v) => `MQTT: ${v}. pistat doctor says why.`],
];

/* [{card, path, level, text}], the worst first. */
function problemsOf(flat) {
	const found = [];

	for (const [card, pattern, level, words] of RULES) {
		const places = pattern.includes("*") ? members(flat, pattern) :
			flat.has(pattern) ? [{key: "", path: pattern, value: flat.get(pattern)}] : [];

		for (const {key, path, value} of places) {
			const worst = level(value, flat, path);

			if (worst)
				found.push({card, path, level: worst, text: words(value, key, flat)});
		}
	}
	return found.sort((a, b) => b.level - a.level);
}
