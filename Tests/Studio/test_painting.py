"""The gallery, the blend and the live preview."""

import statistics

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from studio import StudioTest, difference
import studio

# Moves a slider and waits until the next picture is on the page; the time between, in milliseconds.
TIMED = """
const [slider, value, done] = arguments, after = document.querySelector("#after");
after.addEventListener("load", () => requestAnimationFrame(() => done(performance.now() - begun)), { once: true });
const begun = performance.now();
slider.value = value;
slider.dispatchEvent(new Event("input", { bubbles: true }));
"""

# Fifty events, each in a task of its own, as fast as they come.
STORM = """
const [slider, done] = arguments;
let count = 0;
const channel = new MessageChannel();
channel.port1.onmessage = () => {
  slider.value = 20 + count;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  count += 1;
  if (count < 50) channel.port2.postMessage(null); else done();
};
channel.port2.postMessage(null);
"""


class Gallery(StudioTest):
    def test_every_style_is_painted_on_the_photo_with_its_facts(self):
        self.open_photo()
        styles = [one for one in studio.SERVICE.get("/api/v1/styles")["styles"] if one["name"] != "photo"]
        cards = self.all(".card")
        self.assertEqual(len(cards), len(styles))
        for card, style in zip(cards, styles):
            for fact in ("title", "artist", "license"):
                if style[fact]:
                    self.assertIn(style[fact], card.text)
            if style["thumbnail"]:
                self.assertEqual(len(card.find_elements(By.CSS_SELECTOR, ".card-painting")), 1)
        pictures = [self.pixels(f".card:nth-child({index + 1}) .card-picture", 8) for index in range(4)]
        for index in range(3):
            self.assertGreater(difference(pictures[index], pictures[index + 1]), 2)

    def test_search_finds_by_title_and_artist(self):
        self.open_photo()
        for words, expected in (("hokusai wave", ["The Great Wave off Kanagawa"]), ("auvers", ["Village Street in Auvers"])):
            self.find("#search").clear()
            self.find("#search").send_keys(words)
            shown = [one.find_element(By.CSS_SELECTOR, ".card-title").text
                     for one in self.all(".card") if one.is_displayed()]
            self.assertEqual(shown, expected)
        self.find("#search").send_keys("zzz")
        self.assertEqual(self.find("#gallery-count").text, "No painting of that name.")


class Preview(StudioTest):
    def setUp(self):
        super().setUp()
        self.open_photo()
        self.choose("The Great Wave")

    def test_sliders_change_the_preview(self):
        self.click("#tab-mix")
        pictures = [self.pixels()]
        for change in (lambda: self.slide("#strength", 30), lambda: self.slide("#stroke-size", -1),
                       lambda: self.find("#keep-colors").click()):
            change()
            self.wait_for_rest()
            pictures.append(self.pixels())
        for one, other in zip(pictures, pictures[1:]):
            self.assertGreater(difference(one, other), 0.5)
        self.click("#reset")
        self.wait_for_rest()
        self.assertEqual(self.pixels(), pictures[0])

    def test_strength_zero_shows_the_photo(self):
        self.click("#tab-mix")
        wave = difference(self.pixels(), self.pixels("#before"))
        self.slide("#strength", 0)
        self.wait_for_rest()
        self.assertLess(difference(self.pixels(), self.pixels("#before")), wave / 4)

    def test_a_storm_of_slider_events_runs_three_paintings_at_most(self):
        self.click("#tab-mix")
        before = self.previews_sent()
        self.driver.execute_async_script(STORM, self.find("#strength"))
        self.wait_for_rest()
        self.assertLessEqual(self.previews_sent() - before, 3)
        storm = self.pixels()
        self.slide("#strength", 100)
        self.wait_for_rest()
        self.slide("#strength", 69)  # The last of the storm.
        self.wait_for_rest()
        self.assertEqual(storm, self.pixels(), "the newest setting is not what is shown")

    def test_a_preview_comes_soon_after_a_slider(self):
        self.click("#tab-mix")
        times = []
        for value in range(30, 75, 3):
            times.append(self.driver.execute_async_script(TIMED, self.find("#strength"), value))
            self.wait_for_rest()
        print(f"\n  slider to picture at 480 pixels: median {statistics.median(times):.0f} ms, "
              f"{min(times):.0f} to {max(times):.0f}", end=" ", flush=True)

    def test_a_blend_by_sliders_and_by_the_pad(self):
        alone = self.pixels()
        self.add("Poppies")
        self.click("#tab-mix")
        shares = [one.text for one in self.all("#mix-list output")]
        self.assertEqual(shares, ["50 %", "50 %"])
        blend = self.pixels()
        self.assertGreater(difference(alone, blend), 1)
        self.slide("#mix-list li:nth-child(1) input", 80)
        self.assertEqual([one.text for one in self.all("#mix-list output")], ["80 %", "20 %"])
        self.wait_for_rest()
        # The pad's left end is the first style alone.
        pad = self.find("#pad")
        ActionChains(self.driver).move_to_element(pad).click_and_hold().move_by_offset(
            -pad.size["width"], 0).release().perform()
        self.assertEqual([one.text for one in self.all("#mix-list output")], ["100 %", "0 %"])
        self.wait_for_rest()
        self.assertEqual(self.pixels(), alone)
        self.find("#pad-point").send_keys(Keys.ARROW_RIGHT * 5)
        self.assertEqual([one.text for one in self.all("#mix-list output")], ["90 %", "10 %"])

    def test_four_styles_have_a_pad_and_five_have_not(self):
        for title in ("Poppies", "Summertime", "Lion"):
            self.add(title)
        self.click("#tab-mix")
        self.assertEqual(len(self.all(".pad-corner")), 4)
        self.add("The Harvesters")
        self.click("#tab-mix")
        self.assertFalse(self.find("#pad-box").is_displayed())

    def test_a_link_carries_the_settings(self):
        self.open_page("#studio?style=great-wave:0.7,hokusai-poppies:0.3&strength=0.6&stroke-size=0.5&keep-colors")
        self.wait_for_gallery()
        self.click("#tab-mix")
        self.assertEqual([one.text for one in self.all("#mix-list output")], ["70 %", "30 %"])
        self.assertEqual(self.find("#strength-value").text, "60 %")
        self.assertEqual(self.find("#stroke-size-value").text, "× 0.5")
        self.assertTrue(self.find("#keep-colors").is_selected())

    def test_the_divider_and_the_zoom_obey_keys(self):
        self.click("#compare")
        divider = self.find("#divider")
        divider.send_keys(Keys.ARROW_LEFT * 5)
        self.assertEqual(divider.get_attribute("aria-valuenow"), "40")
        stage = self.find("#stage")
        stage.send_keys("1")
        self.assertEqual(self.find("#zoom-level").text, "100 %")
        width = self.find("#picture").size["width"]
        self.assertEqual(width, 1024)  # One pixel of the photo for each of the screen's.
        stage.send_keys("0")
        self.assertLess(self.find("#picture").size["width"], width)
