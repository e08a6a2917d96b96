"""A studio that needs a token: the printed link lets in, and others are asked for it."""

import studio
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
