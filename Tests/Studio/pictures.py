"""The pictures of the page in the documents: Docs/Pictures/studio."""

import subprocess
import tempfile
from pathlib import Path

import studio
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.support.ui import Select
from studio import ROOT, StudioTest

FOLDER = ROOT / "Docs/Pictures/studio"


class Pictures(StudioTest):
    def show(self, width, height, *, is_phone=False, is_dark=False):
        studio.resize(self.driver, width, height, is_phone)
        studio.show_theme(self.driver, is_dark)
        self.wait_for_rest()

    def write(self, name, filters, *, quality):
        """Makes the pictures that were taken one JPEG file."""
        inputs = [word for number in range(self.count) for word in ("-i", self.folder / f"{number}.png")]
        subprocess.run(["ffmpeg", "-v", "error", "-y", *inputs, "-filter_complex", filters, "-q:v", str(quality),
                        "-pix_fmt", "yuvj420p", "-map_metadata", "-1", "-bitexact", FOLDER / name], check=True)
        self.count = 0

    def take(self):
        self.driver.get_screenshot_as_file(str(self.folder / f"{self.count}.png"))
        self.count += 1

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder, self.count = Path(folder.name), 0

    def add_region(self, style):
        """Paints over the large dandelion."""
        self.click("#tab-regions")
        self.click("#add-region")
        Select(self.find(".region-row select")).select_by_visible_text(style)
        self.slide("#brush-size", 18)
        picture = self.find("#picture")
        width = picture.size["width"]
        brush = ActionChains(self.driver).move_to_element_with_offset(picture, round(-0.24 * width), round(-0.1 * width))
        brush.click_and_hold()
        for x, y in ((0.06, 0.02), (0.02, 0.06), (-0.06, 0.06), (-0.06, -0.03), (0.02, -0.07)):
            brush.move_by_offset(round(x * width), round(y * width))
        brush.release().perform()
        self.wait_for_rest()

    def test_pictures(self):
        studio.resize(self.driver, 1440, 900)
        self.open_photo()
        self.choose("Village Street in Auvers")
        self.add("Poppies")
        self.add("The Great Wave")
        self.click("#tab-mix")
        self.slide("#strength", 90)
        self.click("#compare")
        self.wait_for_rest()
        self.take()
        self.write("studio.jpg", "scale=1200:-2:flags=lanczos", quality=3)

        self.click("#compare")
        self.slide("#strength", 100)
        self.choose("The Great Wave")
        self.add_region("The Starry Night")
        self.take()
        self.write("regions.jpg", "scale=1000:-2:flags=lanczos", quality=4)

        self.click("#finish-region")
        self.show(390, 780, is_phone=True, is_dark=True)
        self.take()
        self.click(".region-row [aria-label^=Remove]")
        self.choose("Summertime")
        self.add("Poppies")
        self.click("#tab-mix")
        self.wait_for_rest()
        self.take()
        self.click("#tab-styles")
        self.script("document.querySelector('#panel-styles').scrollTop = 0")
        self.show(390, 780, is_phone=True)
        self.take()
        margin = "scale=300:-2:flags=lanczos,pad=312:ih:6:0:white"
        self.write("phones.jpg", f"[2]{margin}[a];[1]{margin}[b];[0]{margin}[c];[a][b][c]hstack=3", quality=4)
