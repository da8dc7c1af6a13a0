"use strict";
/* One chart with its table of numbers. */

const PATTERNS = [null, [6, 3], [2, 3]]; // eight colours, three times

/* Whether points stand for many values each: then least and greatest are drawn around their mean. */
function isSpread(lists) {
	return lists.length < 3 && lists.some((points) => points.some(([, , least, greatest]) => greatest > least));
}

/* The series of one chart side by side; null: no value of this one at that time. */
function table(lists, spread) {
	const rows = new Map(), cell = ([, mean, least = mean, greatest = mean]) => (spread ? [least, mean, greatest] : mean);

	lists.forEach((points, i) => points.forEach((point) => {
		if (!rows.has(point[0]))
			rows.set(point[0], [new Date(point[0] * 1000), ...lists.map(() => null)]);
		rows.get(point[0])[i + 1] = cell(point);
	}));
	return [...rows.keys()].sort((a, b) => a - b).map((time) => rows.get(time));
}

function colour(name) {
	return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function colours(n) {
	return Array.from({length: n}, (_, i) => colour(`--s${i % 8}`));
}

/* The legend is a table that a screen reader can read: the chart in numbers. */
function legend(plot, chosen) {
	const [from, to] = opened.window || [-Infinity, Infinity];

	plot.lists.forEach((points, i) => {
		const inside = points.filter(([time, value]) => !Number.isNaN(value) && time * 1000 >= from && time * 1000 <= to);
		const path = plot.series[i][0], cells = plot.body.children[i].children;
		const now = chosen ? chosen[i] : inside.at(-1)?.[1];
		const numbers = inside.length ? [now, Math.min(...inside.map(([, mean, least = mean]) => least)),
			inside.reduce((sum, [, mean]) => sum + mean, 0) / inside.length, Math.max(...inside.map(([, mean, , greatest = mean]) => greatest))] : [];

		for (let j = 0; j < 4; j++)
			write(cells[j + 1], Number.isFinite(numbers[j]) ? say(path, numbers[j]) : "–");
	});
}

function makePlot({title, series, least}) {
	const holder = element("section", "plot"), drawing = element("div", "drawing"), values = element("table", "legend");
	const head = element("tr"), body = element("tbody"), top = element("thead");

	head.append(element("td"));
	for (const name of ["Last", "Lowest", "Mean", "Highest"]) {
		head.append(element("th", "", name));
		head.lastChild.scope = "col";
	}
	series.forEach(([, label], i) => {
		const line = element("tr"), name = element("th");

		name.scope = "row";
		name.append(element("i", `s${i % 8} p${Math.min(2, Math.floor(i / 8))}`), label);
		line.append(name, ...Array.from({length: 4}, () => element("td")));
		body.append(line);
	});
	top.append(head);
	values.append(top, body);
	drawing.role = "img";
	drawing.ariaLabel = `Chart: ${title}; its numbers are in the table that follows`;
	values.ariaLabel = title;
	holder.append(element("h3", "", title), drawing, values);
	return {series, least, holder, drawing, body, when: head.children[1], lists: series.map(() => []), graph: null};
}

function options(plot) {
	const path = plot.series[0][0], unit = unitOf(path), series = {};

	plot.series.forEach((_, i) => { series[`s${i}`] = {strokePattern: PATTERNS[Math.min(2, Math.floor(i / 8))]}; });
	return {
		series, customBars: plot.spread,
		labels: ["time", ...plot.series.map((_, i) => `s${i}`)],
		colors: colours(plot.series.length), strokeWidth: 1.7, fillGraph: plot.series.length < 3 && !plot.spread, fillAlpha: plot.spread ? .22 : .13,
		connectSeparatedPoints: true, legend: "never", labelsKMG2: unit === "bytes", animatedZooms: false,
		includeZero: plot.least === 0, xRangePad: 2, yRangePad: 8, highlightCircleSize: 4,
		axisLineColor: colour("--line"), gridLineColor: colour("--line"), gridLineWidth: .6,
		axes: {
			y: {axisLabelFormatter: (value) => sayAtAxis(path, value), axisLabelWidth: 74, pixelsPerLabel: 34},
			x: {pixelsPerLabel: 58},
		},
		highlightCallback: (event, time, points) => {
			const chosen = plot.series.map((_, i) => (points.find(({name}) => name === `s${i}`) || {}).yval);

			write(plot.when, new Date(time).toLocaleString([], {month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit"}));
			legend(plot, chosen);
		},
		unhighlightCallback: () => {
			write(plot.when, "Last");
			legend(plot);
		},
		zoomCallback: (from, to) => move([from, to]),
		interactionModel: {...Dygraph.defaultInteractionModel, dblclick: () => step("all")},
		drawCallback: (graph, first) => first || follow(graph),
	};
}

function drawPlot(plot) {
	const spread = isSpread(plot.lists), data = table(plot.lists, spread);

	if (plot.graph && (!data.length || spread !== plot.spread)) {
		plot.graph.destroy();
		plot.graph = null;
	}
	plot.spread = spread;
	plot.drawing.classList.toggle("empty", !data.length);
	if (!data.length) {
		write(plot.drawing, "No values in this time.");
	} else if (plot.graph) {
		plot.graph.updateOptions({file: data, dateWindow: opened.window, colors: colours(plot.series.length)});
	} else {
		plot.drawing.textContent = "";
		plot.graph = new Dygraph(plot.drawing, data, {...options(plot), dateWindow: opened.window});
	}
	plot.drawing.dataset.points = data.length;
	legend(plot);
}
