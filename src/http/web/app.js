"use strict";
/* Asks the agent every few seconds while somebody looks, remembers what it said, and shows it. */

const PATIENCE = 6000; // milliseconds for an answer
const TOKEN = "pistat-token"; // also the documentation's

const page = {flat: new Map(), problems: [], timer: 0, polling: false, asking: false, offline: false, polls: 0};

function stores() {
	try {
		return [sessionStorage, localStorage];
	} catch {
		return [];
	}
}

/* No other token could be sent. */
const fitsHeader = (text) => /^[\x20-\x7e]+$/.test(text);

let token = stores().map((store) => store.getItem(TOKEN)).find(fitsHeader) || "";

function keepToken(text, lasting) {
	token = text;
	stores().forEach((store, i) => {
		if (text && i === Number(lasting))
			store.setItem(TOKEN, text);
		else
			store.removeItem(TOKEN);
	});
	showToken();
}

/* A link carries no token; the documentation's page does. */
function showToken() {
	at("forget").hidden = !token;
	for (const link of document.querySelectorAll("footer [data-path]"))
		link.href = (token ? "docs#/" : "") + link.dataset.path;
}

function ask(path) {
	return fetch(path, {
		headers: {Accept: "application/json", ...(token ? {Authorization: `Bearer ${token}`} : {})},
		cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(PATIENCE),
	});
}

function askToken() {
	page.asking = true;
	write(at("ask-wrong"), token ? "That is not the token." : "");
	at("ask").showModal();
	at("token").focus();
}

function clock(seconds) {
	return new Date(seconds * 1000).toLocaleTimeString();
}

function showOffline(words) {
	if (page.offline === words)
		return;
	page.offline = words;
	document.body.classList.toggle("old", Boolean(words));
	for (const node of document.querySelectorAll(".offline")) { // an open card covers the page's
		node.hidden = !words;
		write(node, words);
	}
}

function showHead(flat) {
	const alarms = page.problems.filter(({level}) => level === 3).length, warnings = page.problems.filter(({level}) => level === 2).length;
	const count = (n, word) => n ? `${n} ${word}${n > 1 ? "s" : ""}` : "";
	const host = flat.get("system.hostname") || "pistat";

	write(at("host"), host);
	write(at("machine"), [flat.get("hardware.model"), flat.get("system.os"), flat.has("uptime") && `up ${duration(flat.get("uptime"))}`, flat.get("network.ipv4")].filter(Boolean).join(" · "));
	write(at("verdict"), [count(alarms, "alarm"), count(warnings, "warning")].filter(Boolean).join(", ") || "All well");
	grade(at("verdict"), alarms ? 3 : warnings ? 2 : 0);
	write(at("updated"), clock(flat.get("timestamp")));
	write(at("version"), flat.get("agent.version") || "");
	document.title = `${alarms + warnings ? `(${alarms + warnings}) ` : ""}${host} – pistat`;
}

/* Rewritten only when it says something else, for it is read aloud. */
function showProblems() {
	const grave = page.problems.filter(({level}) => level > 1), list = at("problems");
	const text = JSON.stringify(grave.map(({card, level}) => [card, level]));

	if (list.dataset.said !== text) {
		list.dataset.said = text;
		list.replaceChildren(...grave.map(({card}) => {
			const item = element("li"), button = element("button");

			button.type = "button";
			button.append(element("span", "word"), " ", element("span"));
			button.addEventListener("click", () => openCard(card));
			item.append(button);
			return item;
		}));
	}
	grave.forEach(({level, text: words}, i) => {
		const button = list.children[i].firstChild;

		mark(button.firstChild, level);
		write(button.lastChild, words);
	});
}

function showCards(flat) {
	const cards = at("cards"), sparks = [];
	let before = null;

	at("waiting")?.remove();
	for (const card of CARDS) {
		const blocks = card.blocks(flat);
		let node = at(`card-${card.id}`);

		if (!blocks.length) {
			node?.remove();
			continue;
		}
		if (!node) {
			node = makeCard(card, openCard);
			cards.insertBefore(node, before ? before.nextSibling : cards.firstChild);
		}
		sparks.push(...blocks.flatMap(({paths = []}) => paths));
		fillCard(node, blocks, page.problems.filter(({card: id}) => id === card.id), seen);
		before = node;
	}
	arrange(cards);
	seen.fill(sparks.slice(0, 2 * TOGETHER));
}

/* The agent was upgraded, and so was its page. */
function renewPage(version) {
	if (version && page.version && version !== page.version)
		location.reload();
	page.version = version || page.version;
}

function show(document, health) {
	const flat = flatten({...document, health});

	renewPage(flat.get("agent.version"));
	page.flat = flat;
	page.problems = problemsOf(flat);
	seen.add(flat, flat.get("timestamp"));
	seen.settings().then(({probes = {}}) => Object.assign(PROBES, probes)).catch(() => {});
	showHead(flat);
	showProblems();
	showCards(flat);
	refreshDetails(flat, seen, page.problems);
	if (!page.polls++)
		openHash();
}

/* Also when the page comes back to the foreground. */
async function poll() {
	if (page.polling || page.asking || document.hidden)
		return;
	page.polling = true;
	clearTimeout(page.timer);
	try {
		const [stats, health] = await Promise.all([ask("stats"), ask("health")]);

		if (stats.status === 401) {
			askToken();
			return;
		}
		if (!stats.ok)
			throw new Error(`status ${stats.status}`);
		if (page.offline)
			seen.renew();
		show(await stats.json(), await health.json());
		showOffline("");
	} catch (error) {
		const since = seen.now ? `The values are those of ${clock(seen.now)}. ` : "";

		console.debug(error);
		showOffline(`pistat does not answer. ${since}This page keeps asking.`);
	} finally {
		page.polling = false;
		if (!page.asking)
			page.timer = setTimeout(poll, page.polls < 3 ? EVERY / 3 : EVERY); // rates need two
	}
}

/* The open card is in the address: it can be kept as a bookmark, and "back" closes it. */
function openCard(id) {
	location.hash = id;
}

function openHash() {
	const card = CARDS.find(({id}) => id === location.hash.slice(1));

	if (card && page.flat.size)
		openDetails(card, page.problems);
	else if (!card && at("details").open)
		at("details").close();
}

at("details").addEventListener("close", () => {
	const id = opened.card?.id;

	closePlots();
	if (location.hash)
		history.replaceState(null, "", location.pathname + location.search);
	at(`card-${id}`)?.querySelector("button").focus();
});
/* Beside it, and not where a drag within a chart ended. */
let pressed = null;
at("details").addEventListener("pointerdown", ({target}) => { pressed = target; });
at("details").addEventListener("click", ({target, clientX, clientY}) => {
	const {left, right, top, bottom} = at("details").getBoundingClientRect();

	if (target === at("details") && pressed === target && (clientX < left || clientX > right || clientY < top || clientY > bottom))
		at("details").close();
});
at("details-close").addEventListener("click", () => at("details").close());
at("ask").addEventListener("cancel", (event) => event.preventDefault());
at("ask-form").addEventListener("submit", (event) => {
	event.preventDefault();
	if (!fitsHeader(at("token").value)) {
		write(at("ask-wrong"), "That is not the token.");
		return;
	}
	keepToken(at("token").value.trim(), at("keep").checked);
	at("token").value = "";
	page.asking = false;
	at("ask").close();
	poll();
});
at("forget").addEventListener("click", () => {
	keepToken("");
	location.reload();
});
showToken();
addEventListener("hashchange", openHash);
addEventListener("resize", () => arrange(at("cards")));
document.addEventListener("visibilitychange", poll);
poll();
