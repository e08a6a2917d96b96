"""Who may use a studio: those with its token, and those who call it by one of its names."""

import tempfile
import unittest

import studio
from selenium.webdriver.support.ui import WebDriverWait
from studio import StudioTest


class Session(StudioTest):
    allowed_messages = ("401 (Unauthorized)",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.open_service = studio.SERVICE
        studio.SERVICE = studio.Service(cls.open_service.program)
        token = studio.SERVICE.folder / "token"
        token.write_text("0123456789abcdef0123456789abcdef")
        studio.SERVICE.start("--token-file", token)

    @classmethod
    def tearDownClass(cls):
        studio.SERVICE.stop()
        studio.SERVICE = cls.open_service
        super().tearDownClass()

    def setUp(self):
        super().setUp()
        self.driver.delete_all_cookies()
        self.open_page()

    def test_a_wrong_token_is_refused_and_the_right_one_lets_in(self):
        self.wait(lambda: self.find("#sign-in").is_displayed(), "nobody asks for the token")
        self.find("#token").send_keys("wrong")
        self.button("Enter", "#sign-in").click()
        self.wait(lambda: self.find("#sign-in-error").is_displayed(), "a wrong token is not refused")
        self.find("#token").clear()
        self.find("#token").send_keys("0123456789abcdef0123456789abcdef")
        self.button("Enter", "#sign-in").click()
        self.wait(lambda: self.all(".sample img"), "the right token does not let in")

    def test_the_link_lets_in_and_leaves_no_token_in_the_address(self):
        self.open_page("#token=0123456789abcdef0123456789abcdef")
        self.wait(lambda: self.all(".sample img"), "the link does not let in")
        self.assertNotIn("token", self.driver.current_url)
        self.assertEqual(self.script("return document.cookie"), "", "scripts can read the cookie")


class Names(unittest.TestCase):
    """A page of another host whose name leads here (DNS rebinding), seen by the browser."""

    def page(self, service):
        downloads = tempfile.TemporaryDirectory()
        self.addCleanup(downloads.cleanup)
        driver = studio.browser(downloads.name, names=["studio.test"])
        self.addCleanup(driver.quit)
        driver.get(f"http://studio.test:{service.port}/")
        return driver

    def test_another_name_is_refused_in_words(self):
        driver = self.page(studio.SERVICE)
        self.assertIn("not a name of this service; use its address, or start it with --allow-host NAME",
                      driver.find_element("tag name", "body").text)
        self.assertEqual(driver.find_elements("css selector", "#workbench"), [])
        status = driver.execute_async_script("""
            fetch("/api/v1/jobs").then((answer) => arguments[0](answer.status), () => arguments[0](0))""")
        self.assertIn(status, (0, 421), "a page under another name can ask")

    def test_a_name_that_is_allowed_has_the_page(self):
        service = studio.Service(studio.SERVICE.program)
        service.start("--allow-host", "studio.test")
        self.addCleanup(service.stop)
        driver = self.page(service)
        WebDriverWait(driver, studio.PATIENCE).until(
            lambda _: driver.find_elements("css selector", ".sample img"), "the page is not shown")
