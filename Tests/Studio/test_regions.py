"""Regions: masks painted with a brush."""

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from studio import StudioTest, difference


class Regions(StudioTest):
    def setUp(self):
        super().setUp()
        self.open_photo()
        self.choose("The Great Wave")
        self.plain = self.pixels()
        self.click("#tab-regions")
        self.click("#add-region")

    def masks(self):
        return self.script("return JSON.parse(localStorage['impasto.studio']).regions.map((one) => one.mask)")

    def wait_for_mask(self):
        self.wait(lambda: self.masks()[0], "the mask is not kept")
        self.wait_for_rest()

    def stroke(self, x, y):
        """One stroke of the brush, from a place of the picture's middle that is told in its pixels."""
        picture = self.find("#picture")
        ActionChains(self.driver).move_to_element_with_offset(picture, x, y).click_and_hold() \
            .move_by_offset(20, 30).move_by_offset(20, -30).release().perform()

    def test_a_region_changes_where_it_is_painted_and_nowhere_else(self):
        self.stroke(-self.find("#picture").size["width"] // 3, 0)
        self.wait_for_mask()
        painted = self.pixels()
        middle = slice(12, 20)
        self.assertGreater(difference(painted, self.plain, middle, slice(3, 9)), 5)
        self.assertLess(difference(painted, self.plain, columns=slice(20, 32)), 1)

    def test_undo_takes_the_last_stroke_back(self):
        self.stroke(-self.find("#picture").size["width"] // 3, 0)
        self.wait_for_mask()
        one = self.pixels()
        self.stroke(self.find("#picture").size["width"] // 4, 0)
        self.wait_for_rest()
        self.assertGreater(difference(self.pixels(), one), 0.5)
        self.click("#undo-stroke")
        self.wait_for_rest()
        self.assertEqual(self.pixels(), one)
        self.click("#undo-stroke")
        self.wait_for_rest()
        self.assertEqual(self.pixels(), self.plain)
        self.assertFalse(self.find("#undo-stroke").is_enabled())

    def test_erasing_all_of_a_region_leaves_the_plain_picture(self):
        width = self.find("#picture").size["width"]
        self.stroke(-width // 3, 0)
        self.wait_for_mask()
        self.click("#erase")
        self.slide("#brush-size", 40)
        self.stroke(-width // 3, 0)
        self.wait_for_rest()
        self.assertEqual(self.masks(), [None])
        self.assertEqual(self.pixels(), self.plain)

    def test_keys_paint_too(self):
        self.find("#stage").send_keys(Keys.ARROW_LEFT * 4 + " ")
        self.wait_for_mask()
        self.assertGreater(difference(self.pixels(), self.plain), 0.5)

    def test_a_region_has_a_style_of_its_own_and_can_be_removed(self):
        self.stroke(0, 0)
        self.wait_for_mask()
        one = self.pixels()
        self.script("""
            const select = document.querySelector("#region-list select");
            select.value = "van-gogh-auvers";
            select.dispatchEvent(new Event("change", { bubbles: true }));""")
        self.wait_for_rest()
        self.assertGreater(difference(self.pixels(), one), 0.3)
        self.find("[aria-label='Remove Region 1']").click()
        self.wait_for_rest()
        self.assertEqual(self.pixels(), self.plain)
