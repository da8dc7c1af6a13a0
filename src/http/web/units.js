"use strict";
/* The document of /stats as a flat list of paths, and every value as words with its unit. */

const NBSP = "\u202f"; // narrow, and no line ends at it
const PROBES = {}; // by name, what /api/config says: label, unit
const MEMBERS = {load_avg: ["1m", "5m", "15m"]}; // the families that are arrays in JSON

const TURNS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g; // would turn the words around a name, too

/* Calls visit(path, value) for every value that is there. */
function walk(thing, visit, path = "") {
	if (thing === null || thing === undefined)
		return;
	if (typeof thing !== "object") {
		visit(path, thing);
		return;
	}
	const names = Array.isArray(thing) && MEMBERS[path];

	for (const [key, inner] of Object.entries(thing))
		walk(inner, visit, (path ? path + "." : "") + (names ? names[key] : key));
}

function flatten(document) {
	const flat = new Map();

	walk(document, (path, value) => flat.set(path, typeof value === "string" ? value.replace(TURNS, "") : value));
	return flat;
}

/* Members of a family that have such a value: [{key, path, value}]; pattern: "fans.*.rpm". */
function members(flat, pattern) {
	const [before, after] = pattern.split("*");
	const found = [];

	for (const [path, value] of flat)
		if (path.startsWith(before) && path.endsWith(after) && path.length > before.length + after.length) {
			const key = path.slice(before.length, path.length - after.length);

			if (!key.includes("."))
				found.push({key, path, value});
		}
	return found;
}

function digits(number, n) {
	return number.toFixed(n).replace(/^-(?=[0.]*$)/, "").replace("-", "−");
}

/* Three digits or so: 5.3, 17.2, 981. */
function short(number) {
	const size = Math.abs(number);

	return digits(number, size >= 99.95 || Number.isInteger(number) ? 0 : size >= 9.995 ? 1 : 2);
}

function scaled(number, step, names, write = short) {
	let i = 0;

	while (Math.abs(number) >= step * 0.9995 && i < names.length - 1) {
		number /= step;
		i++;
	}
	return `${i ? write(number) : digits(number, 0)}${NBSP}${names[i]}`;
}

/* Always three digits, so that what moves does not jump. */
function three(number) {
	return digits(number, Math.abs(number) >= 99.95 ? 0 : Math.abs(number) >= 9.995 ? 1 : 2);
}

function duration(seconds) {
	const days = Math.floor(seconds / 86400), hours = Math.floor(seconds / 3600) % 24, minutes = Math.floor(seconds / 60) % 60;

	if (seconds < 60)
		return `${digits(seconds, 0)}${NBSP}s`;
	return [[days, "d"], [hours, "h"], [days ? 0 : minutes, "min"]].filter(([n]) => n)
		.map(([n, unit]) => `${n}${NBSP}${unit}`).join(" ");
}

function moment(seconds) {
	return new Date(seconds * 1000).toLocaleString([], {dateStyle: "medium", timeStyle: "short"});
}

function plain(number, n) {
	return Number.isInteger(number) ? digits(number, 0) : String(Number(number.toPrecision(n))).replace("-", "−");
}

const as = (unit, n) => (value) => `${digits(value, n)}${NBSP}${unit}`;
const FORMATS = {
	percent: as("%", 1),
	celsius: as("°C", 1),
	bytes: (value) => scaled(value, 1024, ["B", "KiB", "MiB", "GiB", "TiB", "PiB"], three),
	rate: (value) => scaled(value, 1000, ["B/s", "kB/s", "MB/s", "GB/s"], three),
	hertz: (value) => scaled(value, 1000, ["Hz", "kHz", "MHz", "GHz"]),
	megahertz: (value) => scaled(value * 1e6, 1000, ["Hz", "kHz", "MHz", "GHz"]),
	megabits: (value) => scaled(value * 1e6, 1000, ["bit/s", "kbit/s", "Mbit/s", "Gbit/s"]),
	perSecond: (value) => `${short(value)}${NBSP}/s`,
	watts: as("W", 2),
	volts: as("V", 3),
	amperes: as("A", 2),
	milliamperes: as("mA", 0),
	dbm: as("dBm", 0),
	rpm: as("rpm", 0),
	milliseconds: as("ms", 1),
	seconds: duration,
	moment,
	load: (value) => digits(value, 2),
	number: (value) => plain(value, 4),
};

/* By the end of a path; the first that fits. */
const UNITS = [
	[/^(timestamp|boot_time)$/, "moment"],
	[/^load_avg/, "load"],
	[/^(cpu_freq|cpu\.freq_m..|gpus\..*\.clock|network\..*\.frequency)$/, "megahertz"],
	[/^agent\.cpu$|^cpu\.(user|nice|system|idle|iowait|irq|softirq|steal)$|^per_cpu_usage/, "percent"],
	[/(percent|usage|busy|avg10|life_used|spare|health|sync|\.fan)$/, "percent"],
	[/(celsius|critical|temperature|cpu_temp)$/, "celsius"],
	[/^cpu\..*_rate$/, "perSecond"],
	[/bitrate$|\.speed$/, "megabits"],
	[/_rate$/, "rate"],
	[/_clock$|^clocks\./, "hertz"],
	[/^(memory|swap|disk|filesystems\..*)\.(total|used|free|available|buffers|cached|shared|dirty|in|out)$/, "bytes"],
	[/vram_\w+$|_bytes$|bytes_\w+$|written|^gpu\.memory$|^agent\.rss$|\.size$|\.vram$/, "bytes"],
	[/watts$/, "watts"],
	[/volt(s|age)$/, "volts"],
	[/amps$/, "amperes"],
	[/current_max$/, "milliamperes"],
	[/signal_strength$/, "dbm"],
	[/rpm$/, "rpm"],
	[/_ms$|clock_offset$/, "milliseconds"],
	[/(^|\.)(uptime|age|busy_time)$/, "seconds"],
];

function unitOf(path) {
	const found = UNITS.find(([pattern]) => pattern.test(path));

	return path.startsWith("probes.") ? "number" : found ? found[1] : "number";
}

/* The user's own, in the user's own unit. */
function sayProbe(path, value) {
	const {unit} = PROBES[path.split(".")[1]] || {};

	return plain(value, 7) + (unit ? NBSP + unit : "");
}

/* Whole numbers beside an axis need no decimals. */
function sayAtAxis(path, value) {
	return say(path, value).replace(/\.0+(?!\d)/, "");
}

function say(path, value) {
	if (value === undefined || value === null)
		return "–";
	if (typeof value === "boolean")
		return value ? "yes" : "no";
	if (typeof value !== "number")
		return value;
	return path.startsWith("probes.") ? sayProbe(path, value) : FORMATS[unitOf(path)](value);
}
