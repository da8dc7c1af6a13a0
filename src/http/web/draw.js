"use strict";
/* Draws the blocks of cards.js, and changes only what changed, so that focus and reading stay where they are. */

const SVG = "http://www.w3.org/2000/svg";
const at = (id) => document.getElementById(id);

function element(name, className, text) {
	const made = document.createElement(name);

	if (className)
		made.className = className;
	if (text !== undefined)
		made.textContent = text;
	return made;
}

function write(node, text) {
	if (node.textContent !== text)
		node.textContent = text;
}

function grade(node, level) {
	const wanted = level ? `l${level}` : "";

	if (node.dataset.level !== wanted)
		node.dataset.level = wanted;
}

/* The word beside the colour. */
function mark(node, level) {
	write(node, WORDS[level]);
	grade(node, level);
	node.hidden = !level;
}

/* points: [[seconds, number or null]]; a null is a gap. */
function sparkPath(points, from, to, least, most, closed) {
	let text = "", first = null, last = 0;
	const end = () => {
		if (closed && first !== null)
			text += `L${last} 40L${first} 40Z`;
		first = null;
	};

	for (const [time, value] of points) {
		if (value === null) {
			end();
			continue;
		}
		const x = ((time - from) / (to - from) * 300).toFixed(1), y = (38 - (value - least) / (most - least) * 36).toFixed(1);

		text += `${first === null ? "M" : "L"}${x} ${y}`;
		first = first === null ? x : first;
		last = x;
	}
	end();
	return text;
}

const DRAW = {
	big: {
		make: () => {
			const made = element("p", "big");

			made.append(element("strong"), " ", element("span"));
			return made;
		},
		fill: (node, block) => {
			write(node.firstChild, block.text);
			write(node.lastChild, block.about || "");
		},
	},
	row: {
		make: () => {
			const made = element("p", "row");

			made.append(element("span"), " ", element("b"));
			return made;
		},
		fill: (node, block) => {
			write(node.firstChild, block.label);
			write(node.lastChild, block.text);
		},
	},
	meter: {
		make: () => {
			const made = element("div", "meter"), line = element("p", "row"), bar = element("div", "track");

			line.append(element("span"), " ", element("b"));
			bar.append(element("i"));
			bar.ariaHidden = "true";
			made.append(line, bar);
			return made;
		},
		fill: (node, block) => {
			const [line, bar] = node.children;

			write(line.firstChild, block.label);
			write(line.lastChild, block.text || "–");
			bar.hidden = block.percent === undefined;
			bar.firstChild.style.width = `${Math.max(0, Math.min(100, block.percent || 0))}%`;
		},
	},
	cores: {
		make: () => {
			const made = element("div", "cores");

			made.role = "img";
			return made;
		},
		fill: (node, block) => {
			while (node.children.length > block.values.length)
				node.lastChild.remove();
			while (node.children.length < block.values.length)
				node.append(element("i"));
			block.values.forEach(({value}, i) => {
				node.children[i].style.setProperty("--full", `${Math.max(2, value)}%`);
				node.children[i].title = `CPU ${block.values[i].key}: ${say("percent", value)}`;
			});
			node.ariaLabel = "Usage per core: " + block.values.map(({value}) => say("percent", value)).join(", ");
			node.classList.toggle("many", block.values.length > 32);
			node.hidden = !block.values.length;
		},
	},
	spark: {
		make: () => {
			const made = document.createElementNS(SVG, "svg");

			made.setAttribute("class", "spark");
			made.setAttribute("viewBox", "0 0 300 40");
			made.setAttribute("preserveAspectRatio", "none");
			made.setAttribute("aria-hidden", "true");
			return made;
		},
		fill: (node, block, seen) => {
			const lines = block.paths.map((path) => seen.points(path)), to = seen.now;
			const from = Math.max(to - seen.span, Math.min(to - 60, ...lines.filter(({length}) => length).map(([[time]]) => time)));
			const values = lines.flat().map(([, value]) => value).filter((value) => value !== null);
			let most = block.most || Math.max(...values, 1e-9), least = block.most ? 0 : Math.min(...values, most);

			if (!block.most) {
				const rates = unitOf(block.paths[0]) === "rate", room = Math.max(most - least, Math.abs(most) * .04);

				least = rates ? 0 : least - room * .2;
				most += room * .1;
			}
			while (node.children.length < lines.length * 2)
				node.append(document.createElementNS(SVG, "path"));
			lines.forEach((points, i) => [true, false].forEach((closed, j) => {
				const path = node.children[i * 2 + j];

				path.setAttribute("class", `${closed ? "area" : "line"} s${i}`);
				path.setAttribute("d", values.length ? sparkPath(points, from, to, least, most, closed) : "");
			}));
		},
	},
};

function makeCard(card, open) {
	const made = element("section", "card"), head = element("h2"), button = element("button", "open", card.title), word = element("span", "word");

	made.id = `card-${card.id}`;
	button.type = "button";
	button.setAttribute("aria-haspopup", "dialog");
	button.addEventListener("click", () => open(card.id));
	head.append(button);
	made.append(head, word, element("div", "body"));
	return made;
}

/* Blocks keep their place as long as their kinds do not change. */
function fillCard(node, blocks, faults, seen) {
	const body = node.lastChild, worst = Math.max(0, ...faults.map(({level}) => level));
	const levels = new Map(faults.map(({path, level}) => [path, level]).reverse());

	mark(node.children[1], worst);
	grade(node, worst);
	blocks.forEach((block, i) => {
		let inner = body.children[i];

		if (!inner || inner.dataset.kind !== block.kind) {
			const made = DRAW[block.kind].make();

			made.dataset.kind = block.kind;
			if (inner)
				inner.replaceWith(made);
			else
				body.append(made);
			inner = made;
		}
		DRAW[block.kind].fill(inner, block, seen);
		grade(inner, levels.get(block.path) || 0);
	});
	while (body.children.length > blocks.length)
		body.lastChild.remove();
}

/* Cards of different heights without holes: each spans as many of the grid's narrow rows as it needs. */
function arrange(cards) {
	const single = getComputedStyle(cards).gridTemplateColumns.split(" ").length < 2;

	cards.classList.toggle("single", single);
	for (const node of cards.children) {
		const wanted = single ? "" : `span ${Math.ceil((node.firstChild ? node.lastChild.offsetTop + node.lastChild.offsetHeight + 18 : 0) / 4) + 4}`;

		if (node.style.gridRowEnd !== wanted)
			node.style.gridRowEnd = wanted;
	}
}
