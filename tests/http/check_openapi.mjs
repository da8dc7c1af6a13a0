/*
 * check_openapi.mjs TOOLS FILE: is the document in FILE ({"document": …, "answers": {path: JSON}}) valid OpenAPI, and are
 * its examples and those answers what its schemas say?  TOOLS: the folder into which tests/npm/install installed.
 */
import {readFileSync} from "node:fs";
import {createRequire} from "node:module";
import {pathToFileURL} from "node:url";

const [tools, file] = process.argv.slice(2);
const require = createRequire(`${tools}/package.json`);
const packaged = async (name) => {
	const loaded = await import(pathToFileURL(require.resolve(name)));
	return loaded.default?.default ?? loaded.default ?? loaded;
};
const {Validator} = await import(pathToFileURL(require.resolve("@seriousme/openapi-schema-validator")));
const Ajv = await packaged("ajv/dist/2020.js");
const addFormats = await packaged("ajv-formats");

const {document, answers} = JSON.parse(readFileSync(file));
const complaints = [];
const judged = await new Validator().validate(structuredClone(document));

if (!judged.valid)
	complaints.push(`not valid: ${JSON.stringify(judged.errors)}`);

/* References of OpenAPI are relative to the whole document. */
const ajv = new Ajv({strict: false, allErrors: true});
addFormats(ajv);
ajv.addSchema({$id: "pistat:/", components: document.components});

function check(what, schema, value) {
	const validate = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"pistat:/#/')));

	if (!validate(value))
		complaints.push(`${what}: ${ajv.errorsText(validate.errors)}`);
}

/* Every object with a schema and an example, wherever it is. */
function examples(at, thing) {
	if (!thing || typeof thing !== "object")
		return;
	if ("example" in thing && thing.schema)
		check(at, thing.schema, thing.example);
	for (const [name, inner] of Object.entries(thing))
		if (name !== "example" && name !== "schema")
			examples(`${at}/${name}`, inner);
}

examples("", document);
for (const [path, answer] of Object.entries(answers))
	check(`answer of ${path}`, document.paths[path].get.responses[200].content["application/json"].schema, answer);
console.log(complaints.join("\n") || "valid");
process.exitCode = complaints.length ? 1 : 0;
