"use strict";
/* Questions to /api/history. */

const POINTS = 720; // as many as a chart has pixels, or so
const AT_ONCE = 3, TOGETHER = 12; // questions, paths in one
const TIRED = 1500, FORGET = 600e3; // milliseconds
const unknown = new Set();
let learnt = 0;

/* Runs a few at a time: a phone's radio and a small board's daemon have other things to do. */
const queue = {waiting: [], running: 0};

function queued(task) {
	return new Promise((resolve, reject) => {
		queue.waiting.push(() => task().then(resolve, reject).finally(() => {
			queue.running--;
			advance();
		}));
		advance();
	});
}

function advance() {
	while (queue.running < AT_ONCE && queue.waiting.length) {
		queue.running++;
		queue.waiting.shift()();
	}
}

/* Others may be asking, too. */
async function patiently(path) {
	let answer = await ask(path);

	for (let again = 3; answer.status === 503 && again; again--) {
		await new Promise((resolve) => setTimeout(resolve, TIRED * (1 + Math.random())));
		answer = await ask(path);
	}
	return answer;
}

/*
 * What the agent remembers: for each path [[seconds, mean, least, greatest]], with NaN where nobody measured.
 * A path that it keeps no history of is left out and asked no more.
 */
async function past(paths, from, to, points = POINTS) {
	if (Date.now() - learnt > FORGET) { // what is new is kept a little later than it is seen
		unknown.clear();
		learnt = Date.now();
	}
	const known = paths.filter((path) => !unknown.has(path));

	if (!known.length)
		return new Map();
	const answer = await queued(() => patiently(`api/history?metric=${encodeURIComponent(known.join(","))}` +
		`&from=${from.toFixed(0)}&to=${to.toFixed(0)}&points=${points}`));
	const body = await answer.json().catch(() => ({}));

	if (answer.status === 400 && body.metrics) {
		const before = unknown.size;

		known.filter((path) => !body.metrics.includes(path)).forEach((path) => unknown.add(path));
		if (unknown.size > before)
			return past(paths, from, to, points);
	}
	if (!answer.ok)
		throw Object.assign(new Error(body.error || `status ${answer.status}`), {status: answer.status});
	return new Map(body.metrics.map((path, i) =>
		[path, withGaps(body.points.filter((row) => row[i + 1]).map((row) => {
			const [least, mean, greatest] = row[i + 1];

			return [row[0], mean, least, greatest];
		}), body.step)]));
}

/* Longer than two steps, and than what is usual hereabouts: the interval may have been another one then. */
function isGap(before, from, to, after, step) {
	const usual = Math.min(from - (before ?? -Infinity), (after ?? Infinity) - to);

	return to - from > 2.5 * Math.max(step, Number.isFinite(usual) ? usual : 0, 8);
}

/* NaN breaks the line where values are missing. */
function withGaps(points, step) {
	const made = [];

	points.forEach((point, i) => {
		if (i && isGap(points[i - 2]?.[0], points[i - 1][0], point[0], points[i + 1]?.[0], step))
			made.push([points[i - 1][0] + step, NaN]);
		made.push(point);
	});
	return made;
}
