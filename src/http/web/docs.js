"use strict";
/* The interactive documentation: everything on it comes from openapi.json, asked when it opens. */

const at = (id) => document.getElementById(id);
const KEY = "pistat-token"; // also the dashboard's, which may keep it longer than this tab
const SHOWN = 200000; // characters; more would keep the browser busy
let description = null;

function token() {
	try {
		return sessionStorage.getItem(KEY) || localStorage.getItem(KEY) || "";
	} catch {
		return at("token").value; // storage may be forbidden; then the field is all there is
	}
}

function keepToken(text) {
	at("token").value = text;
	try {
		if (text)
			sessionStorage.setItem(KEY, text);
		else
			[sessionStorage, localStorage].forEach((store) => store.removeItem(KEY));
	} catch {
		return;
	}
}

function ask(path, accept) {
	const headers = {Accept: accept};

	if (token())
		headers.Authorization = `Bearer ${token()}`;
	return fetch(path, {headers, cache: "no-store", credentials: "omit"});
}

function element(name, text, className) {
	const made = document.createElement(name);

	if (text !== undefined)
		made.textContent = text;
	if (className)
		made.className = className;
	return made;
}

/* What {"$ref": "#/components/…"} stands for. */
function resolved(thing) {
	if (!thing || !thing.$ref)
		return thing;
	return thing.$ref.slice(2).split("/").reduce((inner, name) => inner[name], description);
}

function isJson(type) {
	return type.startsWith("application/json");
}

/* A field for each parameter, and one for the type if there is a choice. */
function control(id, schema) {
	const choices = schema.enum || (schema.type === "boolean" ? ["true", "false"] : null);
	const made = element(choices ? "select" : "input");

	made.id = id;
	if (choices) {
		made.append(element("option", ""), ...choices.map((choice) => element("option", choice)));
	} else {
		made.type = schema.type === "integer" ? "number" : "text";
		made.autocomplete = "off";
		for (const [name, limit] of [["min", schema.minimum], ["max", schema.maximum]])
			if (limit !== undefined)
				made[name] = limit;
	}
	if (schema.default !== undefined && !choices)
		made.placeholder = schema.default;
	return made;
}

function addField(into, id, label, input, about) {
	const name = element("label", label), note = element("span", about);

	name.htmlFor = input.id = id;
	note.id = `${id}-about`;
	input.setAttribute("aria-describedby", note.id);
	into.append(name, input, note);
	return input;
}

function fieldsOf(path, operation, types, into) {
	const fields = operation.parameters.map((parameter) => {
		const unset = parameter.schema.default === undefined ? "" : ` Default: ${parameter.schema.default}.`;
		const input = control("", parameter.schema);

		addField(into, `${path}?${parameter.name}`, parameter.name, input, `${parameter.description}.${unset}`);
		return {name: parameter.name, input};
	});
	let accept = null;

	if (types.length > 1) {
		accept = element("select");
		accept.append(...types.map((type) => element("option", type)));
		addField(into, `${path}?Accept`, "Accept", accept, "Type of the answer.");
	}
	return {fields, accept: () => (accept ? accept.value : types[0])};
}

/* Also without the characters that a shell would see within single quotes. */
function encoded(text) {
	return encodeURIComponent(text).replace(/'/g, "%27");
}

function target(path, fields) {
	const query = fields.filter(({input}) => input.value !== "")
		.map(({name, input}) => `${encoded(name)}=${encoded(input.value)}`).join("&");

	return query ? `${path}?${query}` : path;
}

function curlLine(path, operation, form, types) {
	const needed = !operation.security && (token() || description.security.length === 1);
	const words = ["curl", "-i"];

	if (needed)
		words.push("-H 'Authorization: Bearer TOKEN'");
	if (form.accept() !== types[0])
		words.push(`-H 'Accept: ${form.accept()}'`);
	words.push(`'${new URL(target(path, form.fields), location.href).href}'`);
	return words.join(" ");
}

/* JSON indented, with every number as it came: 93.0 is not 93. */
function pretty(type, text) {
	let depth = 0;
	const line = (change) => `\n${"  ".repeat(depth += change)}`;

	if (!isJson(type))
		return text;
	return text.replace(/"(?:[^"\\]|\\.)*"|\{\}|\[\]|[{}[\],:]/g, (token) => {
		if (token === "{" || token === "[")
			return token + line(1);
		if (token === "}" || token === "]")
			return line(-1) + token;
		if (token === ",")
			return token + line(0);
		return token === ":" ? ": " : token;
	});
}

async function show(answer, path, accept) {
	const [heading, headers, body] = ["h3", "dl", "pre"].map((name) => answer.querySelector(name));
	const begun = performance.now();

	answer.hidden = false;
	heading.className = "";
	heading.textContent = "Asking …";
	headers.replaceChildren();
	body.textContent = "";
	try {
		const response = await ask(path, accept);
		const text = await response.text();
		const took = Math.round(performance.now() - begun);

		heading.className = response.ok ? "good" : "bad";
		heading.textContent = `${response.status} ${response.statusText} after ${took} ms, ${text.length} characters${text.length > SHOWN ? `, the first ${SHOWN} of them` : ""}`;
		for (const [name, value] of response.headers)
			headers.append(element("dt", name), element("dd", value));
		body.textContent = pretty(response.headers.get("Content-Type") || "", text.slice(0, SHOWN));
		if (response.status === 401)
			wantToken();
	} catch (error) {
		heading.className = "bad";
		heading.textContent = `No answer: ${error.message}`;
	}
	body.hidden = !body.textContent;
}

/* Rows "network.*.bytes_recv", "number or null", "Bytes received (B)" of a schema. */
function describeFields(schema, path, into) {
	const within = (name) => (path ? `${path}.${name}` : name);
	const groups = [schema.properties, schema.patternProperties];

	if (schema.items) {
		describeFields(schema.items, `${path}[]`, into);
		return;
	}
	if (schema.description)
		into.append(fieldRow(path, schema));
	for (const group of groups.filter(Boolean))
		for (const [name, inner] of Object.entries(group))
			describeFields(inner, within(name), into);
	if (schema.additionalProperties)
		describeFields(schema.additionalProperties, within("*"), into);
}

function fieldRow(path, schema) {
	const row = element("tr"), name = element("td");

	name.append(element("code", path));
	row.append(name, element("td", [].concat(schema.type || "any").join(" or ")), element("td", schema.description));
	return row;
}

function addResponses(operation, into) {
	for (const [status, response] of Object.entries(operation.responses)) {
		const types = Object.keys(resolved(response).content || {}).join(", ");

		into.append(element("dt", status),
			element("dd", `${resolved(response).description}${types ? ` (${types})` : ""}`));
	}
}

function addEndpoint(path, operation) {
	const card = at("endpoint").content.cloneNode(true).firstElementChild;
	const part = (selector) => card.querySelector(selector);
	const content = operation.responses[200].content, types = Object.keys(content);
	const form = fieldsOf(path, operation, types, part(".fields"));
	const curl = () => { part(".curl code").textContent = curlLine(path, operation, form, types); };
	const json = types.find(isJson);

	card.id = path;
	part(".path").textContent = path;
	part(".about").textContent = operation.summary;
	addResponses(operation, part(".responses"));
	if (json)
		describeFields(resolved(content[json].schema), "", part("tbody"));
	part(".schema").hidden = !part("tbody").children.length;
	part("form").addEventListener("input", curl);
	card.addEventListener("toggle", curl);
	part("form").addEventListener("submit", (event) => {
		event.preventDefault();
		curl();
		show(part(".answer"), target(path, form.fields), form.accept());
	});
	part(".curl button").addEventListener("click", (event) => copy(part(".curl code"), event.target));
	curl();
	return card;
}

/* Plain http has no clipboard for pages: then the line is selected, to be copied by hand. */
async function copy(code, button) {
	try {
		await navigator.clipboard.writeText(code.textContent);
		button.textContent = "Copied";
		setTimeout(() => { button.textContent = "Copy"; }, 2000);
	} catch {
		getSelection().selectAllChildren(code);
	}
}

function wantToken() {
	at("notice").textContent = token() ? "This token is not the right one." : "This pistat asks for its token.";
	at("token").focus();
}

function openAddressed() {
	const card = at(decodeURIComponent(location.hash.slice(1)));

	if (card && card.matches("details")) {
		card.open = true;
		card.scrollIntoView();
	}
}

async function load() {
	at("notice").textContent = "";
	try {
		const response = await ask("openapi.json", "application/json");

		if (response.status === 401) {
			wantToken();
			return;
		}
		description = await response.json();
	} catch (error) {
		at("notice").textContent = `pistat does not answer: ${error.message}`;
		return;
	}
	at("version").textContent = description.info.version;
	at("about").textContent = description.info.description;
	at("endpoints").replaceChildren(
		...Object.entries(description.paths).map(([path, item]) => addEndpoint(path, item.get)));
	openAddressed();
}

at("token-form").addEventListener("submit", (event) => {
	event.preventDefault();
	keepToken(at("token").value.trim().replace(/[^\x20-\x7e]/g, "?")); // no other token could be sent
	load();
});
at("forget").addEventListener("click", () => {
	keepToken("");
	load();
});
at("open-all").addEventListener("click", () => {
	for (const card of at("endpoints").children)
		card.open = true;
});
addEventListener("hashchange", openAddressed);
at("token").value = token();
load();
