"""A pistat and a headless Chromium that looks at it."""

import os
import subprocess
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import live  # noqa: E402

try:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.by import By
    MISSING = None if live.find("chromium") and live.find("chromedriver") else "chromium and chromium-driver"
except ImportError:
    MISSING = "python3-selenium"

SWITCHES = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--disable-extensions", "--lang=en-US"]


def pytest_collection_modifyitems(items):
    reason = f"not installed: package {MISSING}" if MISSING else None
    if not reason and live.sanitizer():
        reason = "the page is the same without sanitizers"
    for item in items if reason else []:
        item.add_marker(pytest.mark.skip(reason=reason))


class Page:
    """A browser, and waiting in it for what must come true."""

    def __init__(self, folder):
        options = webdriver.ChromeOptions()
        for switch in SWITCHES + ["--user-data-dir=" + os.path.join(folder, "chromium")]:
            options.add_argument(switch)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(service=Service(live.find("chromedriver")), options=options)
        self.driver.set_script_timeout(30)

    def open(self, pistat, fragment="", width=1280, height=900, scheme="light"):
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500)
        self.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.driver.get("about:blank")
        self.driver.get(f"http://127.0.0.1:{pistat.http_port}/{fragment}")

    def command(self, name, **arguments):
        return self.driver.execute_cdp_cmd(name, arguments)

    def script(self, text, *arguments):
        return self.driver.execute_script(text, *arguments)

    def until(self, text, *arguments, seconds=45):
        """The value of a script's expression, once it is true; what the page shows if it does not become so."""
        value = live.wait_for(lambda: self.script("return " + text, *arguments), seconds, 0.1)
        assert value, f"not so: {text}\n" + self.script("return document.body.innerText")
        return value

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def click(self, selector):
        self.one(selector).click()

    def press(self, key):
        self.driver.switch_to.active_element.send_keys(key)

    def text(self, selector):
        return self.script("return document.querySelector(arguments[0])?.textContent ?? ''", selector)

    def errors(self):
        """What the console has said since the last time; Chromium's hints are no errors."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]

    def keep(self, name):
        """A screenshot of the whole page, to be looked at by people."""
        folder = os.environ.get("SCREENSHOTS")
        if folder:
            os.makedirs(folder, exist_ok=True)
            self.driver.save_screenshot(os.path.join(folder, name + ".png"))


class Pistat(live.Agent):
    def __init__(self, folder, name, **options):
        known = subprocess.run([live.PISTAT, "print-config"], capture_output=True, text=True, check=True).stdout
        if "history" not in known:
            options = {path: value for path, value in options.items() if not path.startswith("history__")}
        super().__init__(folder, 1, name, **{"mqtt__enabled": "false", "http__cache_seconds": 0.5, **options})


@pytest.fixture(scope="session")
def folder():
    with live.Folder() as path:
        yield path


@pytest.fixture(scope="session")
def page(folder):
    page = Page(folder)
    yield page
    page.driver.quit()


@pytest.fixture(scope="session")
def pistat(folder):
    """One for all tests that change nothing."""
    with Pistat(folder, "shared", history__batch=1) as running:
        running.wait_until_ready()
        yield running


@pytest.fixture
def start(folder):
    started = []

    def go(name, **options):
        pistat = Pistat(folder, name, **options)
        started.append(pistat)
        return pistat

    yield go
    for pistat in started:
        pistat.stop()


@pytest.fixture(autouse=True)
def quiet_console(request):
    """Nothing but what a test expects may be said there."""
    if "page" in request.fixturenames:
        request.getfixturevalue("page").driver.get_log("browser")
    yield
