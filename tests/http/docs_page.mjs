/*
 * docs_page.mjs TOOLS CHROMIUM URL [TOKEN]: opens /docs in a browser, tries every endpoint, and prints as JSON what the page
 * showed.  With a token: what it says without it first.
 */
import {createRequire} from "node:module";

const [tools, executablePath, url, token] = process.argv.slice(2);
const {chromium} = createRequire(`${tools}/package.json`)("playwright-core");
const browser = await chromium.launch({executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"]});
const seen = {errors: [], requests: [], endpoints: {}};

try {
	const page = await browser.newPage({viewport: {width: 360, height: 800}});

	page.setDefaultTimeout(60000);
	page.on("console", (message) => message.type() === "error" && seen.errors.push(message.text()));
	page.on("pageerror", (error) => seen.errors.push(String(error)));
	page.on("request", (request) => seen.requests.push(request.url()));
	await page.goto(`${url}/docs`);
	if (token) {
		await page.waitForFunction(() => document.activeElement.id === "token");
		seen.notice = await page.textContent("#notice");
		await page.keyboard.type("wrong");
		await page.keyboard.press("Enter");
		await page.waitForFunction((before) => !["", before].includes(document.getElementById("notice").textContent), seen.notice);
		seen.wrong = await page.textContent("#notice");
		await page.fill("#token", token);
		await page.keyboard.press("Enter");
	}
	await page.waitForSelector("main > details");
	await page.click("#open-all");
	for (const card of await page.$$("main > details")) {
		const text = async (selector) => (await card.$(selector)).textContent();

		await (await card.$(".try")).focus();
		await page.keyboard.press("Enter");
		await page.waitForFunction((one) => /^(\d|No)/.test(one.querySelector(".answer h3").textContent), card);
		seen.endpoints[await card.getAttribute("id")] = {
			status: await text(".answer h3"), headers: await text(".answer dl"), body: await text(".answer pre"),
			curl: await text(".curl code"), fields: (await card.$$(".schema tbody tr")).length,
		};
	}
	await page.selectOption("[id='/stats?cache']", "false");
	seen.curl = await page.textContent("[id='/stats'] .curl code");
	seen.width = await page.evaluate(() => document.documentElement.scrollWidth);
	seen.unlabelled = await page.$$eval("input, select", (all) => all.filter((one) => !one.labels.length).map((one) => one.id));
	seen.kept = await page.evaluate(() => [sessionStorage.length, localStorage.length, document.cookie]);
	await page.goto(`${url}/docs#/health`);
	await page.waitForSelector("[id='/health'][open]");
} finally {
	await browser.close();
}
console.log(JSON.stringify(seen));
