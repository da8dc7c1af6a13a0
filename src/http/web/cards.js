"use strict";
/*
 * The cards: what each shows, made of blocks that draw.js draws, and the charts that it opens to.
 * A card whose blocks() gives none is not shown.  `path` of a block is what problems.js may find fault with.
 */

const big = (text, about, path) => ({kind: "big", text, about, path});
const spark = (paths, most) => ({kind: "spark", paths, most});
const meter = (label, percent, text, path) => ({kind: "meter", label, percent, text, path});
const row = (label, text, path) => ({kind: "row", label, text, path});
const MANY = 12; // of one kind
const cores = (values) => ({kind: "cores", values});

/* A row for each of [[path, label]] that is there. */
function rows(flat, list) {
	return list.filter(([path]) => flat.has(path)).map(([path, label]) => row(label, say(path, flat.get(path)), path));
}

/* One line of text of what is there. */
function together(flat, list, between = " · ") {
	return list.filter(([path]) => flat.has(path)).map(([path, before = "", after = ""]) => before + say(path, flat.get(path)) + after).join(between);
}

/* A chart of what is there; series: [[path, label]]. */
function chart(flat, title, series, least) {
	const there = series.filter(([path]) => flat.has(path));

	return there.length ? [{title, series: there, least}] : [];
}

function more(n) {
	return n > 0 ? [row(`and ${n} more`, "")] : [];
}

function labelOf(flat, family, key) {
	return flat.get(`${family}.${key}.label`) || key;
}

/* The same value of all members as series; name(key) is what they are called. */
function each(flat, pattern, name = (key) => key) {
	return members(flat, pattern).map(({key, path}) => [path, name(key)]);
}

function share(flat, used, total) {
	return flat.has(used) && flat.has(total) ? `${say(total, flat.get(used))} of ${say(total, flat.get(total))}` : "–";
}

function cpuBlocks(flat) {
	if (!flat.has("cpu_usage") && !flat.has("load_avg.1m"))
		return [];
	return [
		big(say("cpu_usage", flat.get("cpu_usage")), together(flat, [["cpu_freq"], ["cpu.governor"]]), "cpu_usage"),
		spark(["cpu_usage"], 100),
		cores(members(flat, "per_cpu_usage.*")),
		row("Load, 1 · 5 · 15 min", together(flat, [["load_avg.1m"], ["load_avg.5m"], ["load_avg.15m"]])),
		...(flat.has("cpu.user") ? [row("User · system · wait", ["cpu.user", "cpu.system", "cpu.iowait"].filter((path) => flat.has(path)).map((path) => as("%", 0)(flat.get(path))).join(" · "))] : []),
		...(flat.get("cpu.steal") > 0 ? rows(flat, [["cpu.steal", "Taken by the hypervisor"]]) : []),
	];
}

function memoryBlocks(flat) {
	if (!flat.has("memory.percent"))
		return [];
	return [
		big(say("memory.percent", flat.get("memory.percent")), share(flat, "memory.used", "memory.total"), "memory.percent"),
		spark(["memory.percent"], 100),
		...rows(flat, [["memory.available", "Available"], ["memory.cached", "Cache"]]),
		...(flat.has("swap.percent") ? [meter("Swap", flat.get("swap.percent"), share(flat, "swap.used", "swap.total"), "swap.percent")] : []),
		...(flat.get("memory.oom_kills") > 0 ? rows(flat, [["memory.oom_kills", "Killed for want of memory"]]) : []),
	];
}

function heatSeries(flat) {
	return [["cpu_temp", "Processor"], ["gpu.temperature", "Firmware's sensor"],
		...each(flat, "temperatures.*.celsius", (key) => labelOf(flat, "temperatures", key)),
		...each(flat, "gpus.*.temperature", (key) => flat.get(`gpus.${key}.name`) || key)];
}

function temperatureBlocks(flat) {
	const there = heatSeries(flat).filter(([path]) => flat.has(path));
	const [first] = there;

	if (!first)
		return [];
	return [
		big(say(first[0], flat.get(first[0])), first[1], first[0]),
		spark([first[0]], 0),
		...there.slice(1).sort((a, b) => flat.get(b[0]) - flat.get(a[0])).slice(0, 7).map(([path, label]) => row(label, say(path, flat.get(path)), path)),
		...more(there.length - 8),
	];
}

function interfaces(flat) {
	const primary = flat.get("network.primary_interface");

	return members(flat, "network.*.bytes_recv").map(({key}) => key).sort((a, b) => (b === primary) - (a === primary));
}

function networkBlocks(flat) {
	const [first, ...others] = interfaces(flat);
	const rates = (key) => together(flat, [[`network.${key}.recv_rate`, `↓${NBSP}`], [`network.${key}.send_rate`, `↑${NBSP}`]], "  ");
	const up = (key) => flat.get(`network.${key}.up`) !== false;
	const link = (key) => !up(key) ? "down" : together(flat, [[`network.${key}.speed`], [`network.${key}.ipv4`]]) || "up";

	if (!first)
		return [];
	return [
		big(rates(first) || "–", `${first}: ${link(first)}`, `network.${first}.up`),
		spark([`network.${first}.recv_rate`, `network.${first}.send_rate`], 0),
		...others.slice(0, 4).map((key) => row(key, [link(key), up(key) && rates(key)].filter(Boolean).join("  "), `network.${key}.up`)),
		...more(others.length - 4),
		...rows(flat, [[`network.${first}.bytes_recv`, "Received since boot"], [`network.${first}.bytes_sent`, "Sent since boot"], ["network.active_connections", "Connections"]]),
	];
}

function diskBlocks(flat) {
	if (!flat.has("disk_io.read_rate") && !flat.has("disk_io.read_bytes"))
		return [];
	return [
		big(together(flat, [["disk_io.read_rate", `↓${NBSP}`], ["disk_io.write_rate", `↑${NBSP}`]], "  ") || "–", "read and written"),
		spark(["disk_io.read_rate", "disk_io.write_rate"], 0),
		...members(flat, "disks.*.busy").slice(0, MANY).map(({key, path, value}) => meter(`${key} busy`, value, say(path, value), path)),
		...more(members(flat, "disks.*.busy").length - MANY),
		...rows(flat, [["disk_io.read_bytes", "Read since boot"], ["disk_io.write_bytes", "Written since boot"]]),
	];
}

/* Of very many the fullest. */
function spaceBlocks(flat) {
	const all = members(flat, "filesystems.*.percent");
	const full = [...all].sort((a, b) => b.value - a.value).slice(0, MANY);

	return [
		...all.filter((one) => full.includes(one)).map(({key, path, value}) => meter(flat.get(`filesystems.${key}.mount`) || key, value,
			share(flat, `filesystems.${key}.used`, `filesystems.${key}.total`) + (flat.get(`filesystems.${key}.read_only`) ? " · read-only" : ""), path)),
		...more(all.length - MANY),
	];
}

function supplyWord(flat) {
	const now = ["under_voltage", "throttled", "freq_capped", "soft_temp_limit"].filter((flag) => flat.get(`power.${flag}`));
	const words = {under_voltage: "Under-voltage", throttled: "Throttled", freq_capped: "Clock capped", soft_temp_limit: "Warm"};

	return now.length ? words[now[0]] : "Supply good";
}

function powerBlocks(flat) {
	const watts = [["power.watts", "Board"], ...each(flat, "powers.*.watts", (key) => labelOf(flat, "powers", key))].filter(([path]) => flat.has(path));
	const flags = [["power.under_voltage", "Under-voltage"], ["power.throttled", "Throttled"], ["power.freq_capped", "Frequency capped"], ["power.soft_temp_limit", "Soft temperature limit"]];

	if (!watts.length && !isPi(flat))
		return [];
	return [
		isPi(flat) ? big(supplyWord(flat), together(flat, [["power.watts"], ["power.input_voltage"]]) || "power supply", "power.under_voltage")
			: big(say(watts[0][0], flat.get(watts[0][0])), watts[0][1], watts[0][0]),
		...(flat.has(watts[0] && watts[0][0]) ? [spark([watts[0][0]], 0)] : []),
		...flags.filter(([path]) => flat.has(path)).map(([path, label]) => row(label, flat.get(path) ? "now" : flat.get(`${path}_occurred`) ? "at times since boot" : "no",
			flat.get(path) ? path : `${path}_occurred`)),
		...rows(flat, watts.slice(1, 4)),
		...rows(flat, [["power.core_voltage", "Core voltage"], ["power.supply_current_max", "Supply may give"], ["power.rtc_battery_voltage", "Clock battery"]]),
	];
}

function cardKeys(flat) {
	return members(flat, "gpus.*.name").map(({key}) => key);
}

function gpuBlocks(flat) {
	const blocks = [], usage = [["gpu.usage", "VideoCore"], ...each(flat, "gpus.*.usage")].find(([path]) => flat.has(path));

	if (usage)
		blocks.push(big(say(usage[0], flat.get(usage[0])), flat.get(beside(usage[0], "name")) || usage[1], usage[0]), spark([usage[0]], 100));
	blocks.push(...rows(flat, [["gpu.v3d_clock", "3D clock"], ["gpu.temperature", "Temperature"], ["gpu.memory", "Memory split"]]));
	for (const key of cardKeys(flat)) {
		const at = (name) => `gpus.${key}.${name}`;

		blocks.push(row(flat.get(at("name")), together(flat, [[at("usage")], [at("temperature")], [at("watts")], [at("clock")], [at("fan"), "fan "]]) || "asleep", at("temperature")));
		if (flat.has(at("vram_used")))
			blocks.push(meter("its memory", flat.get(at("vram_used")) / flat.get(at("vram_total")) * 100, share(flat, at("vram_used"), at("vram_total")), at("vram_used")));
	}
	return blocks;
}

function fanBlocks(flat) {
	const keys = new Set([...members(flat, "fans.*.rpm"), ...members(flat, "fans.*.percent")].map(({key}) => key));

	return [...keys].map((key) => meter(labelOf(flat, "fans", key), flat.get(`fans.${key}.percent`),
		together(flat, [[`fans.${key}.rpm`], [`fans.${key}.percent`]]), `fans.${key}.rpm`));
}

function quality(dbm) {
	return dbm >= -55 ? "excellent" : dbm >= -67 ? "good" : dbm >= -75 ? "fair" : dbm >= -85 ? "weak" : "very weak";
}

/* IEEE 802.11: numbers of 20 MHz channels by their middle. */
function channel(mhz) {
	const number = mhz === 2484 ? 14 : Math.round((mhz - (mhz < 3000 ? 2407 : mhz < 5950 ? 5000 : 5950)) / 5);

	return `${number} · ${as("MHz", 0)(mhz)}`;
}

function wifiBlocks(flat) {
	return members(flat, "network.*.signal_strength").flatMap(({key, path, value}) => [
		big(say(path, value), `${quality(value)} · ${flat.get(`network.${key}.ssid`) || key}`, path),
		spark([path], 0),
		...rows(flat, [[`network.${key}.bitrate`, "Sends at"], [`network.${key}.receive_bitrate`, "Receives at"], [`network.${key}.bssid`, "Access point"]]),
		...(flat.has(`network.${key}.frequency`) ? [row("Channel", channel(flat.get(`network.${key}.frequency`)))] : []),
	]);
}

function batteryBlocks(flat) {
	return members(flat, "batteries.*.percent").flatMap(({key, path, value}) => [
		meter(key, value, together(flat, [[path], [`batteries.${key}.status`]]), path),
		...rows(flat, [[`batteries.${key}.watts`, "Power into it"], [`batteries.${key}.volts`, "Voltage"], [`batteries.${key}.health`, "Health"]]),
	]);
}

function healthBlocks(flat) {
	const disks = members(flat, "disks.*.model");
	const lives = disks.filter(({key}) => ["life_used", "spare", "media_errors", "warning"].some((name) => flat.has(`disks.${key}.${name}`)));
	const blocks = [
		...(flat.has("storage.life_used") ? [meter("eMMC life used", flat.get("storage.life_used"), say("storage.life_used", flat.get("storage.life_used")), "storage.life_used")] : []),
		...rows(flat, [["storage.pre_eol", "eMMC reserve"], ["storage.errors", "Filesystem errors"], ["storage.lifetime_written", "Written in its life"], ["storage.written_per_day", "Written per day"]]),
	];

	for (const {key} of lives) {
		const at = (name) => `disks.${key}.${name}`;

		if (flat.has(at("life_used")))
			blocks.push(meter(`${key} life used`, flat.get(at("life_used")), together(flat, [[at("life_used")], [at("spare"), "spare "]]), at("life_used")));
		blocks.push(...rows(flat, [[at("media_errors"), `${key} media errors`]]));
	}
	for (const {key, path, value} of members(flat, "raids.*.degraded"))
		blocks.push(row(`Array ${key}`, [value ? "degraded" : "complete", flat.get(`raids.${key}.level`), flat.has(`raids.${key}.sync`) && `rebuilt ${say("percent", flat.get(`raids.${key}.sync`))}`].filter(Boolean).join(" · "), path));
	return blocks;
}

function serviceBlocks(flat) {
	const names = new Set([...members(flat, "units.*.state"), ...members(flat, "units.*.active")].map(({key}) => key));

	return [
		...rows(flat, [["system.failed_units", "Failed units"]]),
		...[...names].map((key) => row(key, flat.get(`units.${key}.state`) || say("", flat.get(`units.${key}.active`)),
			flat.has(`units.${key}.active`) ? `units.${key}.active` : `units.${key}.state`)),
	];
}

function probeName(key) {
	return PROBES[key]?.label || key.replaceAll("_", " ");
}

function probeBlocks(flat) {
	return ["value", "state", "text"].flatMap((kind) => rows(flat, each(flat, `probes.*.${kind}`, probeName)));
}

function ollamaBlocks(flat) {
	return rows(flat, [["ollama.running_models", "Models loaded"]]).concat(members(flat, "ollama.models.*.name").map(({key, value}) =>
		row(value, together(flat, [[`ollama.models.${key}.size`], [`ollama.models.${key}.processor`]]))));
}

function systemBlocks(flat) {
	return [
		...rows(flat, [["uptime", "Up for"], ["boot_time", "Started"], ["system.os", "System"], ["system.kernel", "Kernel"], ["hardware.processor", "Processor"],
			["system.users", "Users logged in"], ["processes.total", "Processes"], ["processes.zombies", "Zombies"], ["system.packages_upgradable", "Updates waiting"],
			["system.reboot_required", "Reboot required"], ["system.time_synchronised", "Clock synchronised"], ["hardware.firmware", "Firmware"]]),
	];
}

function agentBlocks(flat) {
	const silent = members(flat, "agent.collectors.*.ok").filter(({value}) => value === false).map(({key}) => key);

	return [
		...rows(flat, [["health.mqtt", "MQTT"], ["agent.published", "Messages sent"], ["agent.reconnects", "Connections lost"], ["agent.rss", "Memory"], ["agent.cpu", "Share of a CPU"],
			["agent.sample_ms", "A sample takes"], ["agent.uptime", "Running for"]]),
		...(silent.length ? [row("Not readable", silent.join(", "))] : []),
	];
}
