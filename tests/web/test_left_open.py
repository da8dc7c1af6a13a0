"""A page that stays open: what it remembers and forgets, and how its charts are used."""

import os

import pytest
from test_dashboard import SHOWN

# One of its own, so that the page's is left alone.
SEEN = "const mine = {...seen, lines: new Map(), filled: new Set(), now: 0, begun: 0}; "
FEED = "const feed = (time, values) => mine.add(new Map(Object.entries(values)), time); "


def test_what_vanishes_and_returns_leaves_a_gap(page, pistat):
    page.open(pistat)
    points = page.script(SEEN + FEED + """
        [1000, 1003].forEach((time) => feed(time, {a: 1, b: 1}));
        [1006, 1009].forEach((time) => feed(time, {a: 1}));
        feed(1012, {a: 1, b: 1});
        return [mine.points("a"), mine.points("b")];""")
    assert [value for _, value in points[0]] == [1] * 5
    assert [value for _, value in points[1]] == [1, 1, None, 1]


def test_names_that_come_and_go_are_forgotten(page, pistat):
    page.open(pistat)
    size = page.script(SEEN + FEED + """
        for (let i = 0; i < 3000; i++)
            feed(1000 + 3 * i, {[`network.veth${i}.recv_rate`]: 1, cpu_usage: 5});
        return [mine.lines.size, mine.points("cpu_usage").length];""")
    assert size[0] < 310 and 290 < size[1] < 310


@pytest.mark.parametrize("back", [2, 5, 1e8])
def test_a_clock_set_back_is_followed(page, pistat, back):
    page.open(pistat)
    points = page.script(SEEN + FEED + """
        for (let time = 2e8; time <= 2e8 + 900; time += 3)
            feed(time, {a: 1});
        for (let time = 2e8 + 900 - arguments[0]; time < 2e8 + 990 - arguments[0]; time += 3)
            feed(time, {a: 1});
        return [mine.points("a"), mine.now, mine.begun];""", back)
    times = [time for time, _ in points[0]]
    assert times == sorted(times) and times[-1] == points[1] and times[0] >= points[1] - 900
    assert points[2] <= points[1]


def test_minutes_in_the_background_are_filled_from_history(page, pistat):
    page.open(pistat)
    page.until(SHOWN)
    page.until("seen.points('cpu_usage').length > 4")
    page.script("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    page.script("setTimeout(() => { window.away = true; }, 14000)")
    page.until("window.away")
    page.script("window.left = seen.now; delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    page.until("seen.now > left + 12")
    page.until("seen.points('cpu_usage').filter(([time, value]) => time > left && time < left + 12 && value !== null).length > 1")  # points of five seconds
    page.until("!seen.points('cpu_usage').some(([time, value]) => time > left && value === null)")
    assert page.errors() == []


def test_an_upgraded_agent_brings_its_page(page, pistat):
    page.open(pistat)
    page.until(SHOWN)
    page.script("window.old = true")
    page.until("seen.points('cpu_usage').length > 3")
    assert page.script("return window.old")
    page.script("page.version = '0.0.1'")
    page.until("!window.old && " + SHOWN)
    assert page.errors() == []


def test_a_question_that_failed_once_is_asked_again(page, pistat):
    page.open(pistat)
    page.until(SHOWN)
    page.script("window.real = fetch; window.fetch = (path, ...rest) => "
                "String(path).includes('api/') ? Promise.reject(new TypeError('lost')) : real(path, ...rest); seen.renew()")
    assert page.script("return seen.remembers().catch(() => 'lost')") == "lost"
    page.script("window.fetch = real")
    assert page.script("return seen.remembers()") is True
    page.until("seen.filled.has('cpu_usage')")


def test_a_busy_history_is_asked_again(page, pistat):
    page.open(pistat)
    page.until(SHOWN)
    page.script("""
        window.refused = 0; window.real = fetch;
        window.fetch = (path, ...rest) => String(path).startsWith("api/history") && refused++ < 2 ?
            Promise.resolve(new Response('{"error": "too many"}', {status: 503})) : real(path, ...rest);""")
    page.until("past(['cpu_usage'], seen.now - 60, seen.now).then((known) => known.get('cpu_usage').length > 1)")
    assert page.script("window.fetch = real; return refused") > 2


def test_gaps_are_what_is_unusual_hereabouts(page, pistat):
    page.open(pistat)
    gaps = "return withGaps(arguments[0].map((time) => [time, 1]), arguments[1]).filter(([, value]) => Number.isNaN(value)).map(([time]) => time)"
    # hourly points, three of them missing
    assert page.script(gaps, [0, 3600, 7200, 18000, 21600], 3600) == [10800]
    # once a minute, before the interval became ten seconds
    assert page.script(gaps, [0, 60, 120, 180, 240], 10) == []
    # one alone between two gaps
    assert page.script(gaps, [0, 10, 20, 2000, 4000, 4010, 4020], 10) == [30, 2010]


def test_least_and_greatest_are_drawn_around_the_mean(page, pistat):
    page.open(pistat)
    row = page.script("return table([[[0, 5, 1, 9], [10, NaN]]], true).map((row) => row[1])")
    assert row[0] == [1, 5, 9] and len(row[1]) == 3
    assert page.script("return isSpread([[[0, 5, 5, 5]]])") is False
    assert page.script("return isSpread([[[0, 5, 1, 9]]])") is True
    assert page.script("return table([[[0, 5, 1, 9]]], false)[0][1]") == 5


def mouse(page, *events):
    """Each ("pressed", x, y) and so on, in pixels of the window."""
    for kind, x, y, *clicks in events:
        page.command("Input.dispatchMouseEvent", type="mouse" + kind.capitalize(), x=x, y=y, button="left",
                     buttons=0 if kind == "released" else 1, clickCount=clicks[0] if clicks else 1)


def drag(page, x, y, to_x, to_y):
    mouse(page, ("pressed", x, y), ("moved", (x + to_x) / 2, (y + to_y) / 2), ("moved", to_x, to_y), ("released", to_x, to_y))


def open_chart(page, pistat):
    """The rectangles of the first chart and of the dialog."""
    page.open(pistat, "#cpu")
    page.until("document.querySelector('#charts .drawing')?.dataset.points > 1 && document.querySelector('#charts canvas')")
    return page.script("return ['#charts .drawing', '#details'].map((name) => document.querySelector(name).getBoundingClientRect().toJSON())")


def test_a_drag_that_ends_beside_the_chart_closes_nothing(page, pistat):
    chart, dialog = open_chart(page, pistat)
    x, y = chart["right"] - 300, chart["top"] + 60
    for end in (dialog["right"] - 12, dialog["right"] + 20):    # on its edge, and on what lies behind
        page.click("[data-move=all]")
        page.until("!zoomed()")
        drag(page, x, y, end, y)
        page.until("zoomed()")
        assert page.script("return document.querySelector('#details').open")
    mouse(page, ("pressed", dialog["left"] + 5, y), ("released", dialog["left"] + 5, y))
    assert page.script("return document.querySelector('#details').open")
    mouse(page, ("pressed", dialog["left"] - 15, y), ("released", dialog["left"] - 15, y))
    page.until("!document.querySelector('#details').open")
    assert page.errors() == []


def test_a_double_click_shows_the_whole_range(page, pistat):
    open_chart(page, pistat)
    width = page.script("return opened.window[1] - opened.window[0]")
    page.script("window.asked = opened.asked; move([whole()[1] - 20e3, whole()[1]])")
    page.until("zoomed() && opened.asked > asked && document.querySelector('#charts canvas')")
    x, y = page.script("const {left, top} = document.querySelector('#charts .drawing').getBoundingClientRect(); return [left + 300, top + 60]")
    mouse(page, ("pressed", x, y), ("released", x, y), ("pressed", x, y, 2), ("released", x, y, 2))
    page.until("!zoomed() && opened.window[1] - opened.window[0] >= arguments[0] * .98", width)
    assert page.errors() == []


def test_way_out_stays_in_sight(page, pistat):
    page.open(pistat, "#cpu", width=360, height=640)
    page.until("document.querySelector('#charts .drawing')?.dataset.points > 0")
    page.script("document.querySelector('#details').scrollTop = 1e6")
    page.until("document.querySelector('#details').scrollTop > 100")
    top = page.script("return document.querySelector('#details-close').getBoundingClientRect().top")
    assert 0 <= top < 60
    page.click("#details-close")
    page.until("!document.querySelector('#details').open")


def test_a_token_that_no_header_can_carry_is_refused(page, start, folder):
    file = os.path.join(folder, "plain-token.txt")
    with open(file, "w", encoding="ascii") as out:
        out.write("sesame\n")
    pistat = start("plain", http__token_file=file)
    pistat.wait_until_ready()
    page.open(pistat)
    page.until("document.querySelector('#ask').open")
    page.one("#token").send_keys("sésame→\n")
    page.until("document.querySelector('#ask-wrong').textContent.includes('not the token')")
    assert page.script("return document.querySelector('#ask').open && document.querySelector('#offline').hidden")
    page.script("document.querySelector('#token').value = ''")
    page.click("#keep")
    page.one("#token").send_keys("sesame\n")
    page.until(SHOWN)
    # links carry no token: they lead to where it is known
    page.click("footer [data-path=metrics]")
    page.until("document.getElementById('/metrics')?.open")
    page.click("[id='/metrics'] .try")
    page.until("document.querySelector(\"[id='/metrics'] .answer h3\").textContent.startsWith('200')")
    page.script("sessionStorage.clear(); localStorage.clear()")
    page.errors()


def test_long_answers_do_not_stop_the_documentation(page, pistat):
    page.open(pistat, "docs#/metrics")
    page.until("document.getElementById('/metrics')?.open")
    page.script("window.fetch = async () => new Response('x'.repeat(3e6))")
    page.click("[id='/metrics'] .try")
    page.until("document.querySelector(\"[id='/metrics'] .answer h3\").textContent.includes('3000000 characters')")
    assert len(page.text("[id='/metrics'] pre")) < 300000
