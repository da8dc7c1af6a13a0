"use strict";
/* What the page saw in the last minutes, for sparklines and for the end of charts; a null is a gap. */

const EVERY = 3000; // milliseconds from one poll to the next

const seen = {
	span: 900, now: 0, lines: new Map(), filled: new Set(), config: null, asked: 0,
	points(path) {
		if (!this.lines.has(path))
			this.lines.set(path, []);
		return this.lines.get(path);
	},
	add(flat, time) {
		if (time === this.now)
			return;
		if (time < this.now)
			this.goBack(time);
		if (this.now && time - this.now > 4 * EVERY / 1000)
			this.filled.clear(); // the agent may know what the page has missed
		for (const [path, value] of flat)
			if (typeof value === "number")
				this.addPoint(this.points(path), time, value);
		this.now = time;
		this.begun = Math.max(this.begun || time, time - this.span);
		this.forget();
	},
	addPoint(points, time, value) {
		const last = points.length ? points.at(-1)[0] : time;

		if (points.length && (last < this.now || time - last > 4 * EVERY / 1000))
			points.push([(last + time) / 2, null]);
		points.push([time, value]);
	},
	/* The agent's clock was set back: what was seen later than now was not. */
	goBack(time) {
		for (const points of this.lines.values())
			while (points.length && points.at(-1)[0] >= time)
				points.pop();
		this.now = 0;
		this.begun = Math.min(this.begun, time);
	},
	/* What is too old, and what is gone: names come and go for as long as the page is open. */
	forget() {
		for (const [path, points] of this.lines) {
			while (points.length && points[0][0] < this.now - this.span)
				points.shift();
			if (points.length)
				continue;
			this.lines.delete(path);
			this.filled.delete(path);
		}
	},
	/* The minutes before the page was opened, or while nobody looked; asked once for each. */
	async fill(paths) {
		const wanted = paths.filter((path) => !this.filled.has(path) && this.lines.get(path)?.length);

		wanted.forEach((path) => this.filled.add(path));
		try {
			if (wanted.length && await this.remembers())
				for (let i = 0; i < wanted.length; i += TOGETHER)
					for (const [path, before] of await past(wanted.slice(i, i + TOGETHER), this.now - this.span, this.now, 200))
						this.putBefore(this.points(path), before);
		} catch (error) {
			wanted.forEach((path) => this.filled.delete(path));
			console.debug(error); // with the next poll, then
		}
	},
	/* All up to the last gap comes from the agent, if it has something. */
	putBefore(points, before) {
		const gap = points.findLastIndex(([, value]) => value === null), first = points[gap + 1];
		const older = first ? before.filter(([time]) => time < first[0]).map(([time, value]) => [time, Number.isNaN(value) ? null : value]) : [];

		if (!older.length)
			return;
		points.splice(0, gap + 1, ...older);
		if (isGap(older.at(-2)?.[0], older.at(-1)[0], first[0], undefined, 2 * EVERY / 1000))
			points.splice(older.length, 0, [(older.at(-1)[0] + first[0]) / 2, null]);
	},
	/* What the agent is told to do, now and then asked again; throws if it does not say so now. */
	settings() {
		if (Date.now() - this.asked > FORGET)
			this.config = null;
		if (!this.config)
			this.asked = Date.now();
		this.config ??= ask("api/config").then((answer) => answer.ok ? answer.json() : Promise.reject(new Error(`status ${answer.status}`)))
			.catch((error) => {
				this.config = null;
				throw error;
			});
		return this.config;
	},
	async remembers() {
		return (await this.settings()).options["history.enabled"] === true;
	},
	/* It may be another one that answers now, or one with other settings. */
	renew() {
		this.config = null;
		this.filled.clear();
		unknown.clear();
	},
};
