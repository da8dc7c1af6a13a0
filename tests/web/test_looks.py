"""What is on the page can be read: contrast, hostile and long names, very many of a kind, units."""

import pytest

from test_dashboard import SHOWN

# [ratio, words, colours] of all text that is less in contrast to what is behind it than WCAG 2.1 AA asks for.
PALE = """
    const dot = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
    const over = (below, colour) => {
        dot.fillStyle = below;
        dot.fillRect(0, 0, 1, 1);
        dot.fillStyle = colour;
        dot.fillRect(0, 0, 1, 1);
        return `rgb(${[...dot.getImageData(0, 0, 1, 1).data].slice(0, 3)})`;
    };
    const behind = (node) => node ? over(behind(node.parentElement), getComputedStyle(node).backgroundColor) : "white";
    const light = (colour) => colour.match(/\\d+/g).map((part) => part / 255)
        .map((part) => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4)
        .reduce((sum, part, i) => sum + part * [.2126, .7152, .0722][i], 0);
    const pale = [];
    for (const node of document.querySelectorAll("body *")) {
        const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
        if (!own || !node.checkVisibility({opacityProperty: true}) || node.closest("script, style, noscript, option"))
            continue;
        const style = getComputedStyle(node), ground = behind(node), ink = over(ground, style.color);
        const [a, b] = [light(ground), light(ink)].sort((x, y) => y - x), ratio = (a + .05) / (b + .05);
        const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
        if (ratio < (large ? 3 : 4.5))
            pale.push([ratio.toFixed(2), node.textContent.trim().slice(0, 40), ink, ground]);
    }
    return pale;"""

HOSTILE = ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"'&amp;</p>", "\u202eright to left\u05d0\u05d1", "long" * 40]


def show(page, change):
    """What the page makes of /stats after a change to it; it asks no more."""
    page.script("page.asking = true; clearTimeout(page.timer)")
    page.until("!page.polling")
    page.script(f"return fetch('stats').then((answer) => answer.json()).then((document) => {{ {change};"
                " show(document, {status: 'healthy', mqtt: 'connected'}); })")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_is_in_contrast(page, pistat, scheme):
    page.open(pistat, scheme=scheme)
    page.until(SHOWN)
    page.until("document.querySelector('#verdict').textContent")
    assert page.script(PALE) == []
    show(page, "document.memory.percent = 97; document.swap.percent = 80; document.system.reboot_required = true; "
               "document.power.under_voltage = true")
    page.until("document.querySelectorAll('#problems li').length > 2")
    assert page.script(PALE) == []
    for chart in range(8):
        assert page.script("""
            const light = (name) => { const n = parseInt(colour(name).slice(1).replace(/^(.)(.)(.)$/, "$1$1$2$2$3$3"), 16);
                return [n >> 16, n >> 8 & 255, n & 255].map((part) => part / 255)
                    .map((part) => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4)
                    .reduce((sum, part, i) => sum + part * [.2126, .7152, .0722][i], 0); };
            const [a, b] = [light("--card"), light(arguments[0])].sort((x, y) => y - x);
            return (a + .05) / (b + .05);""", f"--s{chart}") >= 3, chart
    page.click("#card-memory .open")
    page.until("document.querySelector('#charts .drawing')?.dataset.points > 0")
    assert page.script(PALE) == []
    page.script("document.querySelector('#details').close(); showOffline('pistat does not answer.'); askToken()")
    page.until("document.querySelector('#ask').open")
    assert [text for text in page.script(PALE) if "answer" in text[1] or "oken" in text[1]] == []
    page.open(pistat, "docs", scheme=scheme)
    page.until("document.querySelectorAll('main > details').length > 10")
    page.click("#open-all")
    assert page.script(PALE) == []


@pytest.mark.parametrize("width", [360, 1280])
def test_hostile_names_are_names(page, pistat, width):
    page.open(pistat, width=width)
    page.until(SHOWN)
    page.script("window.names = arguments[0]", HOSTILE)
    show(page, """
        document.system.hostname = names[4]; document.hardware.model = names[0];
        document.network.evil0 = {bytes_recv: 1, recv_rate: 1, send_rate: 1, signal_strength: -88, ssid: names[3], up: true};
        document.temperatures = {}; document.fans = {}; document.probes = {}; document.batteries = {}; document.units = {};
        names.forEach((name, i) => {
            document.filesystems[`evil_${i}`] = {mount: name, percent: 97, used: 97, total: 100, read_only: true, inodes_percent: 1};
            document.temperatures[`evil_${i}`] = {celsius: 99, label: name};
            document.fans[`evil_${i}`] = {rpm: 0, percent: 100, label: name};
            document.probes[`evil_${i}`] = {text: name};
            document.units[`evil_${i}`] = {active: false, state: name};
        });
        Object.assign(PROBES, {evil_0: {label: names[1], unit: names[2]}});
        window.evilBefore = globalThis.document.querySelectorAll("img, script, p p").length""")
    page.until("document.querySelector('#card-temperatures').textContent.includes('<script>alert(1)</script>')")
    assert page.script("return document.querySelectorAll('img, script, p p').length === evilBefore")
    page.until("document.documentElement.scrollWidth <= innerWidth")
    assert "\u202e" not in page.script("return document.body.textContent + document.title")
    assert "right to left" in page.text("#problems")
    for card in ("temperatures", "storage-space", "probes", "services", "wifi"):
        page.click(f"#card-{card} .open")
        page.until("document.querySelector('#details').open")
        page.until("document.querySelector('#details').scrollWidth <= document.querySelector('#details').clientWidth")
        page.click("#details-close")
        page.until("!document.querySelector('#details').open")
    assert [error for error in page.errors() if "api/history" not in error] == []    # which knows none of them


def test_very_many_of_a_kind_are_counted(page, pistat):
    page.open(pistat, width=360)
    page.until(SHOWN)
    show(page, """
        for (let i = 0; i < 200; i++) {
            document.filesystems[`disk${i}`] = {mount: `/srv/disk${i}`, percent: i / 2, used: i, total: 400};
            document.disks[`sd${i}`] = {busy: 3};
        }
        document.per_cpu_usage = Array.from({length: 256}, (_, i) => i % 100)""")
    page.until("document.querySelectorAll('#card-storage-space .meter').length === 12")
    assert "/srv/disk199" in page.text("#card-storage-space") and "/srv/disk7" not in page.text("#card-storage-space").split("/srv/disk1")[0]
    total = page.script("return [...page.flat.keys()].filter((path) => /^filesystems.*percent$/.test(path) && !path.includes('inodes')).length")
    assert f"and {total - 12} more" in page.text("#card-storage-space")
    assert page.script("return document.querySelectorAll('#card-disk-io .meter').length") == 12
    page.until("document.documentElement.scrollWidth <= innerWidth")
    assert page.script("const cores = document.querySelector('#card-cpu .cores'); return cores.children.length === 256 && cores.scrollWidth <= cores.clientWidth")
    page.keep("very-many")


def test_numbers_and_units(page, pistat):
    page.open(pistat)
    said = page.script("""
        Object.assign(PROBES, {water: {label: "Water level", unit: "cm"}});
        return [say("probes.water.value", 12.5), say("probes.other.value", 101325.25), probeName("water"), say("memory.used", 2 ** 30),
            say("cpu_temp", -0.04), sayAtAxis("cpu_usage", 50), sayAtAxis("load_avg.1m", 10), sayAtAxis("power.core_voltage", .88),
            sayAtAxis("memory.used", 1.5 * 2 ** 30), channel(2412), channel(2484), channel(5180), channel(5955)]""")
    assert said == ["12.5\u202fcm", "101325.3", "Water level", "1.00\u202fGiB", "0.0\u202f°C", "50\u202f%", "10", "0.880\u202fV",
                    "1.50\u202fGiB", "1 · 2412\u202fMHz", "14 · 2484\u202fMHz", "36 · 5180\u202fMHz", "1 · 5955\u202fMHz"]


def test_problems_look_beside_their_value(page, pistat):
    """A key may have the name of a value in it."""
    page.open(pistat)
    found = page.script("""return problemsOf(flatten({
        units: {my_state_machine: {active: true, state: "active (running)"}, state: {active: false, state: "failed"}},
        temperatures: {celsius_probe: {celsius: 99, critical: 200}}})).map(({path}) => path)""")
    assert found == ["units.state.active"]
