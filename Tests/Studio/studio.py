"""The service and the browser that the tests of the page share."""

import atexit
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.request
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service as Driver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

ROOT = Path(__file__).resolve().parents[2]
PHOTOS = ROOT / "Docs/Pictures"
SCREENSHOTS = None  # A folder, set by Scripts/test-studio.
PATIENCE = 60  # Seconds until something that should happen counts as missing.


class Service:
    """`impasto serve` with a data folder of its own, which outlives a kill."""

    def __init__(self, program):
        self.program = program
        self.folder = Path(tempfile.mkdtemp(prefix="impasto-studio-"))
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.port = one.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None

    def start(self, *options):
        self.log = open(self.folder / "log.txt", "ab")
        self.process = subprocess.Popen(
            [self.program, "serve", "--port", str(self.port), "--data", self.folder / "data", *options],
            cwd=ROOT, stdout=self.log, stderr=self.log, start_new_session=True)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                if urllib.request.urlopen(f"{self.url}/healthz").status == 200:
                    return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError(f"the service does not start:\n{(self.folder / 'log.txt').read_text()}")

    def kill(self):
        """Ends the service at once, as a failing machine would."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def get(self, path):
        return json.load(urllib.request.urlopen(self.url + path))

    def post(self, path, body, type):
        request = urllib.request.Request(self.url + path, data=body, headers={"Content-Type": type})
        return json.load(urllib.request.urlopen(request))


SERVICE = None


@contextlib.contextmanager
def service(program):
    global SERVICE
    SERVICE = Service(program)
    SERVICE.start()
    try:
        yield
    finally:
        SERVICE.stop()


def browser(downloads, *, width=1280, height=800, is_phone=False, is_dark=False, names=()):
    """A browser of its own, for which the `names` of hosts are this machine."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    options.add_argument("--headless=new")
    options.add_argument("--disable-dev-shm-usage")  # /dev/shm is small in containers.
    if names:
        rules = ",".join(f"MAP {name} 127.0.0.1" for name in names)
        options.add_argument(f"--host-resolver-rules={rules}")
    options.add_argument("--use-fake-device-for-media-stream")
    options.add_argument("--use-fake-ui-for-media-stream")
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")  # Chromium refuses to start as root otherwise.
    options.add_experimental_option("prefs", {
        "download.default_directory": str(downloads), "download.prompt_for_download": False,
        "profile.default_content_setting_values.automatic_downloads": 1})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options, Driver(shutil.which("chromedriver")))
    atexit.register(driver.quit)  # Where the tests are ended before they end it.
    driver.set_script_timeout(PATIENCE)
    resize(driver, width, height, is_phone)
    show_theme(driver, is_dark)
    return driver


def resize(driver, width, height, is_phone=False):
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": width, "height": height, "deviceScaleFactor": 2 if is_phone else 1,
        "mobile": is_phone})


def show_theme(driver, is_dark):
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [
        {"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"},
        {"name": "prefers-reduced-motion", "value": "reduce"}]})  # Colours half-way are not looked at.


class StudioTest(unittest.TestCase):
    """A test of the page. After each, console, content security policy and requests are checked."""

    allowed_messages = ()  # Parts of console messages that a test causes on purpose.

    @classmethod
    def setUpClass(cls):
        cls.downloads = Path(tempfile.mkdtemp(prefix="impasto-downloads-"))
        cls.driver = browser(cls.downloads)

    @classmethod
    def tearDownClass(cls):
        cls.driver.quit()
        shutil.rmtree(cls.downloads, ignore_errors=True)

    def setUp(self):
        self.requests = []
        self.driver.get("about:blank")
        self.driver.execute_cdp_cmd(
            "Storage.clearDataForOrigin", {"origin": SERVICE.url, "storageTypes": "local_storage"})
        self.open_page()
        self.addCleanup(self.check_browser)

    def open_page(self, fragment=""):
        """Loads the page anew, as from a link: an address that differs after # alone is not loaded."""
        self.driver.get("about:blank")
        self.driver.get(f"{SERVICE.url}/{fragment}")

    def check_browser(self):
        messages = [
            entry["message"] for entry in self.driver.get_log("browser")
            if entry["level"] in ("SEVERE", "WARNING")
            and not any(part in entry["message"] for part in self.allowed_messages)]
        self.assertEqual(messages, [], "the console is not empty")
        hosts = {request["url"].split("/")[2] for request in self.sent()
                 if request["url"].startswith(("http:", "https:", "ws:", "wss:"))}
        self.assertLessEqual(hosts, {f"127.0.0.1:{SERVICE.port}"}, "another host was asked")

    # What the browser sent.

    def sent(self):
        """All requests of this test so far, as the DevTools protocol describes them."""
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                self.requests.append(message["params"]["request"])
        return self.requests

    def previews_sent(self):
        """The number of live previews asked for; the gallery's paintings have no slot."""
        return sum(1 for request in self.sent() if request["url"].endswith("/stylize")
                   and any(name.lower() == "x-impasto-slot" for name in request["headers"]))

    # What is on the page.

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def click(self, selector):
        self.wait(lambda: self.find(selector).is_displayed(), f"{selector} is not shown")
        self.find(selector).click()

    def button(self, text, within="body", seconds=PATIENCE):
        """The button or link with this text."""
        return self.wait(lambda: next(
            (one for one in self.find(within).find_elements(By.CSS_SELECTOR, "button, a, label")
             if one.text.strip() == text and one.is_displayed()), None), f"no button {text}", seconds)

    def script(self, code, *arguments):
        return self.driver.execute_script(code, *arguments)

    def wait(self, condition, message, seconds=PATIENCE):
        """Waits until the condition holds, and returns its value."""
        return WebDriverWait(self.driver, seconds, 0.05, ignored_exceptions=[Exception]).until(
            lambda _: condition(), message)

    # What users do again and again.

    def open_photo(self, path=PHOTOS / "dandelions.jpg"):
        self.find("#choose-file").send_keys(str(path))
        self.wait(lambda: self.find("#workbench").is_displayed(), "no workbench")
        self.wait_for_gallery()

    def wait_for_gallery(self):
        self.wait(lambda: self.script(
            "const all = [...document.querySelectorAll('.card-picture')];"
            "return all.length > 0 && all.every((one) => one.naturalWidth > 0)"),
            "the gallery is not painted")

    def choose(self, title):
        """Chooses a style of the gallery and waits for its picture."""
        self.click("#tab-styles")
        card = next(one for one in self.all(".card") if title in one.text)
        card.find_element(By.CSS_SELECTOR, ".card-choose").click()
        self.wait_for_rest()

    def add(self, title):
        self.click("#tab-styles")
        card = next(one for one in self.all(".card") if title in one.text)
        card.find_element(By.CSS_SELECTOR, ".card-add").click()
        self.wait_for_rest()

    def wait_for_rest(self):
        """Waits until a painting is shown and none has been under way for longer than a sharp one waits."""
        self.driver.execute_async_script("""
            const done = arguments[0], stage = document.querySelector("#stage");
            let quiet = 0;
            const timer = setInterval(() => {
              const after = document.querySelector("#after");
              const isQuiet = stage.getAttribute("aria-busy") !== "true" && !after.hidden && after.complete;
              quiet = isQuiet ? quiet + 1 : 0;
              if (quiet > 12) { clearInterval(timer); done(); }
            }, 50);""")

    def slide(self, selector, value):
        """Moves a slider as a user does, in one step."""
        self.script("""
            const [slider, value] = arguments;
            slider.value = value;
            slider.dispatchEvent(new Event("input", { bubbles: true }));
            slider.dispatchEvent(new Event("change", { bubbles: true }));""", self.find(selector), value)

    def pixels(self, selector="#after", size=32):
        """The picture of an element, scaled to a square, as rows of red, green and blue."""
        values = self.script("""
            const [image, size] = arguments, canvas = document.createElement("canvas");
            canvas.width = canvas.height = size;
            const context = canvas.getContext("2d");
            context.drawImage(image, 0, 0, size, size);
            return [...context.getImageData(0, 0, size, size).data];""", self.find(selector), size)
        colors = [values[index:index + 3] for index in range(0, len(values), 4)]
        return [colors[row * size:(row + 1) * size] for row in range(size)]

    def downloaded(self, name_part):
        """The file that the browser has downloaded, once it is whole."""
        return self.wait(lambda: next(
            (one for one in self.downloads.iterdir()
             if name_part in one.name and one.suffix not in (".crdownload", ".tmp")
             and not one.name.startswith(".")), None), f"no download {name_part}")

    def screenshot(self, name):
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.driver.get_screenshot_as_file(str(SCREENSHOTS / f"{name}.png"))


def difference(one, other, rows=slice(None), columns=slice(None)):
    """The mean difference of two pictures by `pixels`, in levels of 255."""
    values = [abs(a - b) for first, second in zip(one[rows], other[rows])
              for left, right in zip(first[columns], second[columns]) for a, b in zip(left, right)]
    return sum(values) / len(values)


def impasto(*arguments):
    """Runs the command line on its own."""
    subprocess.run([SERVICE.program, *map(str, arguments)], cwd=ROOT, check=True,
                   stdout=subprocess.DEVNULL)
