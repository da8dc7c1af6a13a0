"""The dashboard in a real browser: what it shows, opens to, and how it lives with an agent that comes and goes."""

import gzip
import http.server
import json
import os
import re
import signal
import threading
import urllib.request

import pytest

CARDS = "document.querySelectorAll('.card').length"
SHOWN = CARDS + " > 3 && document.querySelector('#card-cpu strong').textContent.includes('%')"


def fetch(pistat, path, **headers):
    request = urllib.request.Request(f"http://127.0.0.1:{pistat.http_port}{path}",
                                     headers={name.replace("_", "-"): value for name, value in headers.items()})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.headers, answer.read()


class FramingSite(http.server.ThreadingHTTPServer):
    """One page, of an origin of its own, that shows another in a frame."""

    def __init__(self, url):
        page = ('<link rel="icon" href="data:,"><iframe sandbox="allow-forms allow-popups allow-pointer-lock '
                f'allow-same-origin allow-scripts allow-modals" width=1000 height=800 src="{url}"></iframe>')

        class Answer(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(page.encode())

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Answer)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __exit__(self, *details):
        self.shutdown()
        super().__exit__(*details)


def history_is_kept(pistat):
    _, body = fetch(pistat, "/api/config")
    return json.loads(body)["options"].get("history.enabled") is True


def test_one_gzipped_page_with_a_strict_policy(pistat):
    plain_headers, plain = fetch(pistat, "/", Accept="text/html")
    headers, packed = fetch(pistat, "/", Accept="text/html", Accept_Encoding="gzip")
    assert headers["Content-Encoding"] == "gzip" and plain_headers["Content-Encoding"] is None
    assert gzip.decompress(packed) == plain and len(packed) < 64 * 1024
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "connect-src 'self'" in policy and "unsafe" not in policy
    page = plain.decode()
    assert not re.search(r"""<(script|img|iframe|link)[^>]+(src|href)=["'](?!data:)""", page)
    assert not re.search(r"<[^>]+ (style|on[a-z]+)=", page.split("<script")[0])


def test_loads_without_a_word_in_the_console_and_from_nowhere_else(page, pistat):
    page.driver.get_log("performance")
    page.open(pistat)
    page.until(SHOWN)
    page.until("arguments[0] === document.querySelector('#version').textContent", pistat.stats()["agent"]["version"])
    assert page.errors() == []
    asked = [json.loads(entry["message"])["message"] for entry in page.driver.get_log("performance")]
    urls = {event["params"]["request"]["url"] for event in asked if event["method"] == "Network.requestWillBeSent"}
    ours = f"http://127.0.0.1:{pistat.http_port}/"
    assert ours in urls and not [url for url in urls if not url.startswith((ours, "data:", "about:", "chrome:"))]
    assert page.text("#host") == pistat.stats()["system"]["hostname"]
    assert page.text("#host") in page.driver.title
    page.keep("light-1280")


def test_shown_within_a_dashboard_of_another_origin(page, pistat):
    """As by Home Assistant's webpage card, with the sandbox that it sets."""
    with FramingSite(f"http://127.0.0.1:{pistat.http_port}/") as site:
        page.driver.get(f"http://localhost:{site.server_port}/")
        page.driver.switch_to.frame(page.one("iframe"))
        try:
            page.until(SHOWN)
            page.click("#card-memory .open")
            page.until("document.querySelector('#details').open")
        finally:
            page.driver.switch_to.default_content()
    assert page.errors() == []


def test_values_change_and_carry_units(page, pistat):
    page.open(pistat)
    page.until(SHOWN)
    first = page.text("#updated")
    page.until("document.querySelector('#updated').textContent !== arguments[0]", first)
    page.until("(document.querySelector('#card-cpu .spark .line').getAttribute('d').match(/L/g) || []).length > 1")
    assert re.search(r"GiB|MiB", page.text("#card-memory")) and "%" in page.text("#card-memory")
    assert re.search(r"B/s", page.text("#card-disk-io") + page.text("#card-network") + "B/s")
    cores = pistat.stats()["per_cpu_usage"]
    assert len(page.all("#card-cpu .cores i")) == len(cores)
    assert page.one("#card-cpu .cores").get_attribute("aria-label").count("%") == len(cores)


def test_hidden_page_asks_nothing(page, pistat):
    page.open(pistat)
    page.until(SHOWN)
    page.script("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    page.until("!page.polling")
    page.script("window.asked = 0; const real = fetch; window.fetch = (...what) => { asked++; return real(...what); };")
    page.script("return poll()")
    page.script("setTimeout(() => { window.waited = true; }, EVERY + 500)")
    page.until("window.waited")
    assert page.script("return asked") == 0
    page.script("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    page.until("asked > 0")


def test_a_card_opens_by_keyboard_and_escape_closes_it(page, pistat):
    page.open(pistat)
    page.until(SHOWN)
    page.script("document.querySelector('#card-memory .open').focus()")
    page.press("\ue007")
    page.until("document.querySelector('#details').open && document.querySelectorAll('#charts .plot').length >= 2")
    assert page.text("#details-title") == "Memory"
    assert page.script("return location.hash") == "#memory"
    page.click("#all-values summary")
    page.until("document.querySelector('#all-values tbody').textContent.includes('memory.percent')")
    page.press("\ue00c")
    page.until("!document.querySelector('#details').open && !location.hash")
    page.until("document.activeElement.closest('.card')?.id === 'card-memory'")
    assert page.errors() == []


def test_the_address_opens_a_card_and_back_closes_it(page, pistat):
    page.open(pistat)
    page.until(SHOWN)
    page.click("#card-cpu .open")
    page.until("document.querySelector('#details').open")
    page.driver.back()
    page.until("!document.querySelector('#details').open")
    page.open(pistat, "#cpu")
    page.until("document.querySelector('#details').open")
    page.click("#details-close")
    page.until("!document.querySelector('#details').open")


def test_chart_has_points_and_ranges(page, pistat):
    page.open(pistat, "#cpu")
    page.until("document.querySelector('#charts .drawing')?.dataset.points > 1")
    page.until("document.querySelector('#charts canvas') && document.querySelector('#charts .legend td:last-child').textContent.includes('%')")
    for hours, label in [(24, "24 h"), (168, "7 d"), (720, "30 d"), (1, "1 h")]:
        page.click(f"#ranges [data-hours='{hours}']")
        page.until("document.querySelector('#ranges [aria-pressed=true]')?.textContent === arguments[0]", label)
        page.until("document.querySelector('#charts .drawing').dataset.points > 1")
    page.keep("charts")
    assert page.errors() == []


def test_zoom_by_buttons(page, pistat):
    page.open(pistat, "#cpu")
    page.until("document.querySelector('#charts .drawing')?.dataset.points > 1")
    width = "(opened.window[1] - opened.window[0])"
    before = page.script("return " + width)
    page.click("[data-move=in]")
    page.until(f"{width} < arguments[0] * .6", before)
    page.until("opened.plots.every(({graph}) => !graph || Math.abs(graph.xAxisRange()[0] - opened.window[0]) < 2)")
    page.click("[data-move=earlier]")
    page.click("[data-move=all]")
    page.until(f"{width} >= arguments[0] * .98", before)
    assert page.errors() == []


def test_history_is_charted(page, pistat):
    if not history_is_kept(pistat):
        pytest.skip("this pistat keeps no history")
    page.open(pistat, "#cpu")
    page.until("document.querySelector('#charts .drawing')?.dataset.points > 1")
    assert page.text("#details-note") == ""
    assert page.script("return opened.window[1] - opened.window[0]") == 3600e3
    # from /api/history alone: what the page has seen is forgotten
    page.until("past(['cpu_usage'], seen.now - 3600, seen.now + 60).then((known) => known.get('cpu_usage').length > 1)")


def test_without_history_it_says_so(page, start):
    pistat = start("amnesiac", **{"history__enabled": "false"})
    pistat.wait_until_ready()
    page.open(pistat, "#cpu")
    page.until("document.querySelector('#details-note').textContent.includes('no history')")
    page.until("document.querySelector('#charts .drawing')?.dataset.points > 0")
    assert page.errors() == []


def test_gaps_and_ranges_of_values(page, pistat):
    page.open(pistat)
    page.until(SHOWN)
    gaps = "withGaps([[0, 1], [10, 2], [200, 3], [210, 4]], 10)"
    assert page.script(f"return {gaps}.map(([time, value]) => [time, Number.isNaN(value)])") == [
        [0, False], [10, False], [20, True], [200, False], [210, False]]
    assert page.script("return [say('memory.used', 1691418624), say('network.eth0.recv_rate', 11700000), say('cpu_temp', -3.25), "
                       "say('cpu_freq', 2400), say('uptime', 259210), say('power.throttled', true), say('x', null)]") == [
        "1.58\u202fGiB", "11.7\u202fMB/s", "−3.3\u202f°C", "2.40\u202fGHz", "3\u202fd", "yes", "–"]


def test_problems_are_said_in_words(page, pistat):
    page.open(pistat)
    page.until(SHOWN)
    words = page.script("""
        const flat = flatten({power: {under_voltage: true, throttled: false, under_voltage_occurred: true},
            filesystems: {root: {mount: "/", percent: 97, read_only: false}, data: {mount: "/data", percent: 88}},
            temperatures: {a: {celsius: 99, critical: 100, label: "chip"}}, health: {status: "healthy", mqtt: "disconnected"}});
        return problemsOf(flat).map(({card, level, text}) => [card, level, text]);""")
    assert [level for _, level, _ in words] == sorted((level for _, level, _ in words), reverse=True)
    texts = "\n".join(f"{card} {level} {text}" for card, level, text in words)
    for wanted in [r"power 3 Under-voltage now.*stronger supply", r"storage-space 3 / is 97", r"storage-space 2 /data is 88",
                   r"temperatures 3 chip is at 99", r"agent 2 MQTT: disconnected"]:
        assert re.search(wanted, texts), texts
    assert "occurred" not in texts


@pytest.mark.parametrize("width", [360, 800, 1920])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_widths_and_colours(page, pistat, width, scheme):
    page.open(pistat, width=width, height=800, scheme=scheme)
    page.until(SHOWN)
    page.until("document.documentElement.scrollWidth <= innerWidth")
    bright = page.script("return getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).reduce((a, b) => a + Number(b), 0)")
    assert bright < 150 if scheme == "dark" else bright > 600
    page.keep(f"{scheme}-{width}")
    page.click("#card-cpu .open")
    page.until("document.querySelector('#charts .drawing')?.dataset.points > 0")
    page.until("document.querySelector('#details').scrollWidth <= document.querySelector('#details').clientWidth")
    page.keep(f"{scheme}-{width}-cpu")


def test_token_is_asked_for_once(page, start, folder):
    file = os.path.join(folder, "token.txt")
    with open(file, "w", encoding="ascii") as out:
        out.write("sesame\n")
    pistat = start("locked", http__token_file=file)
    pistat.wait_until_ready()
    page.open(pistat)
    page.until("document.querySelector('#ask').open")
    assert page.script("return " + CARDS) == 0
    page.one("#token").send_keys("wrong\n")
    page.until("document.querySelector('#ask').open && document.querySelector('#ask-wrong').textContent")
    page.one("#token").send_keys("sesame\n")
    page.until(SHOWN)
    assert not page.script("return document.querySelector('#ask').open || localStorage.getItem('pistat-token')")
    page.driver.refresh()
    page.until(SHOWN)
    page.click("#forget")
    page.until("document.querySelector('#ask').open")
    page.click("#keep")
    page.one("#token").send_keys("sesame\n")
    page.until(SHOWN)
    assert page.script("return localStorage.getItem('pistat-token') && !sessionStorage.getItem('pistat-token')")
    page.script("localStorage.clear()")


def test_offline_banner_and_recovery(page, start):
    pistat = start("frail")
    pistat.wait_until_ready()
    page.open(pistat)
    page.until(SHOWN)
    os.kill(pistat.pid, signal.SIGSTOP)
    page.until("!document.querySelector('#offline').hidden")
    assert "does not answer" in page.text("#offline")
    page.keep("offline")
    os.kill(pistat.pid, signal.SIGCONT)
    page.until("document.querySelector('#offline').hidden")
    page.click("#card-cpu .open")
    page.until("document.querySelector('#details').open")
    port = pistat.http_port
    pistat.stop(how=signal.SIGKILL)
    page.until("!document.querySelector('#offline').hidden")
    page.until("document.querySelector('#details .offline').checkVisibility()")     # also where a card covers the page
    page.keep("offline-card")
    start("risen", http__port=port)
    page.until("document.querySelector('#offline').hidden && document.querySelector('#details .offline').hidden")
    page.until("document.querySelector('#charts .drawing')?.dataset.points > 0")
