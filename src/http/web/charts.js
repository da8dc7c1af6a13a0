"use strict";
/* The dialog that a card opens: its charts from /api/history, and what the page itself has seen since. */

const CLOSEST = 60e3; // milliseconds
const RANGES = [[1, "1 h"], [24, "24 h"], [168, "7 d"], [720, "30 d"]];

/* Its legend would write inline style, which the page's policy forbids; the page has one of its own. */
Dygraph.PLUGINS = Dygraph.PLUGINS.filter((plugin) => plugin !== Dygraph.Plugins.Legend);

const opened = {card: null, hours: 1, plots: [], flat: null, seen: null, window: null, asked: 0, load: 0, later: 0};

/* The times of the whole range, in milliseconds as dygraphs has them; without a history, what the page has seen. */
function whole() {
	const first = opened.remembered ? -Infinity : opened.seen.begun;

	return [Math.max(opened.seen.now - opened.hours * 3600, Math.min(first, opened.seen.now - 60)) * 1000, opened.seen.now * 1000];
}

function zoomed() {
	return opened.window && opened.window[1] - opened.window[0] < (whole()[1] - whole()[0]) * .98;
}

/* All charts of the dialog show the same time. */
function move(window) {
	opened.window = window;
	for (const plot of opened.plots) {
		if (plot.graph)
			plot.graph.updateOptions({dateWindow: window});
		legend(plot);
	}
	clearTimeout(opened.later);
	opened.later = setTimeout(load, 400);
}

/* Somebody drags one of them: the others come along. */
function follow(graph) {
	const [from, to] = graph.xAxisRange(), known = opened.window;

	if (known && Math.abs(known[0] - from) + Math.abs(known[1] - to) > 2 && opened.plots.some((plot) => plot.graph === graph))
		move([from, to]);
}

function step(how) {
	const [from, to] = opened.window || whole(), width = to - from, middle = (from + to) / 2, [first, last] = whole();
	const bounded = ([a, b]) => b > last ? [a - (b - last), last] : [a, b];

	if (how === "all")
		move(whole());
	else if (how === "in")
		move(width < CLOSEST ? [from, to] : [middle - width / 4, middle + width / 4]);
	else if (how === "out")
		move(width * 2 >= last - first ? whole() : bounded([middle - width, middle + width]));
	else
		move(bounded(how === "earlier" ? [from - width / 2, to - width / 2] : [from + width / 2, to + width / 2]));
}

/* What the page saw after the last that the agent has written down. */
function continued(path, points, to) {
	const last = points.length ? points.at(-1)[0] : -Infinity;
	const more = opened.seen.points(path).filter(([time]) => time > last + 1 && time <= to);

	return points.concat(more.map(([time, value]) => [time, value === null ? NaN : value]));
}

async function loadPlot(plot, from, to, number) {
	const paths = plot.series.map(([path]) => path), questions = [];
	let failed = null, known = new Map();

	try {
		if (!await opened.seen.remembers())
			throw Object.assign(new Error(), {status: 404});
		for (let i = 0; i < paths.length; i += TOGETHER)
			questions.push(past(paths.slice(i, i + TOGETHER), from, to));
		known = new Map((await Promise.all(questions)).flatMap((part) => [...part]));
	} catch (error) {
		failed = error;
	}
	if (number === opened.load) {
		plot.lists = paths.map((path) => continued(path, known.get(path) || [], to));
		drawPlot(plot);
	}
	return failed;
}

function tell(failed, any) {
	let words = "";

	if (failed && !any) {
		words = failed.status === 404 ? "This agent keeps no history (option history.enabled)" : `The history cannot be read (${failed.message})`;
		words += ": the charts show what this page has seen since it was opened.";
	}
	write(at("details-note"), words);
}

async function load() {
	const number = ++opened.load, [from, to] = opened.window.map((time) => time / 1000);
	const failures = await Promise.all(opened.plots.map((plot) => loadPlot(plot, from, to, number)));

	opened.asked = Date.now();
	if (number === opened.load && opened.card)
		tell(failures.find(Boolean), failures.some((failed) => !failed));
}

async function choose(hours) {
	opened.hours = hours;
	opened.remembered = await opened.seen.remembers().catch(() => true);
	opened.window = whole();
	for (const button of at("ranges").children)
		button.ariaPressed = String(Number(button.dataset.hours) === hours);
	load();
}

function allValues() {
	const body = at("all-values").querySelector("tbody"), found = [...opened.flat].filter(([path]) => opened.card.roots.test(path));

	while (body.children.length > found.length)
		body.lastChild.remove();
	found.forEach(([path, value], i) => {
		if (!body.children[i]) {
			body.append(element("tr"));
			body.lastChild.append(element("th"), element("td"));
			body.lastChild.firstChild.scope = "row";
		}
		write(body.children[i].firstChild, path);
		write(body.children[i].lastChild, say(path, value));
	});
}

/* What is wrong with this card's things, in full. */
function faults(problems) {
	const box = at("details-problems"), mine = problems.filter(({card}) => card === opened.card.id);

	while (box.children.length > mine.length)
		box.lastChild.remove();
	mine.forEach(({level, text}, i) => {
		if (!box.children[i]) {
			box.append(element("p"));
			box.lastChild.append(element("span", "word"), " ", element("span"));
		}
		mark(box.children[i].firstChild, level);
		write(box.children[i].lastChild, text);
	});
}

/* After each poll. */
function refreshDetails(flat, seen, problems) {
	Object.assign(opened, {flat, seen});
	if (!opened.card)
		return;
	allValues();
	faults(problems);
	if (zoomed() || Date.now() - opened.asked < (opened.hours === 1 ? 9e3 : 60e3))
		return;
	opened.window = whole();
	load();
}

function openDetails(card, problems) {
	closePlots();
	write(at("details-note"), "");
	opened.card = card;
	write(at("details-title"), card.title);
	opened.plots = card.charts(opened.flat).map(makePlot);
	at("charts").replaceChildren(...opened.plots.map(({holder}) => holder));
	at("details").classList.toggle("plain", !opened.plots.length);
	at("all-values").open = !opened.plots.length;
	allValues();
	faults(problems);
	if (!at("details").open)
		at("details").showModal();
	choose(opened.hours);
}

function closePlots() {
	for (const {graph} of opened.plots)
		if (graph)
			graph.destroy();
	Object.assign(opened, {card: null, plots: [], load: opened.load + 1});
	clearTimeout(opened.later);
}

for (const [hours, label] of RANGES) {
	const button = element("button", "", label);

	button.type = "button";
	button.dataset.hours = hours;
	button.addEventListener("click", () => choose(hours));
	at("ranges").append(button);
}
for (const button of document.querySelectorAll("[data-move]"))
	button.addEventListener("click", () => step(button.dataset.move));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
	for (const plot of opened.plots)
		if (plot.graph)
			plot.graph.updateOptions({...options(plot), dateWindow: opened.window});
});
