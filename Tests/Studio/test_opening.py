"""Photos come in by file, sample, drop, paste and camera; what is no photo is refused in words."""

import tempfile
from pathlib import Path

from studio import PHOTOS, StudioTest

# Hands the page a file the way that drops and pastes do; WebDriver has neither.
HAND_OVER = """
const [kind, url, name, type, done] = arguments;
fetch(url).then((response) => response.blob()).then((blob) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([blob], name, { type }));
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true })
    : new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true });
  document.body.dispatchEvent(event);
  done();
});
"""


class Opening(StudioTest):
    allowed_messages = ("api/v1/photos - Failed to load resource",)

    def wait_for_photo(self):
        self.wait(lambda: self.script("return document.querySelector('#before').naturalWidth > 0"),
                  "no photo is shown")

    def sample_url(self):
        return self.wait(lambda: self.find(".sample img"), "no samples").get_attribute("src")

    def test_three_clicks_lead_to_a_painted_photo_in_full_size(self):
        self.click(".sample")                                        # 1: a photo
        self.wait_for_gallery()
        self.click(".card-choose")                                   # 2: a style
        self.wait_for_rest()
        self.assertGreater(self.script("return document.querySelector('#after').naturalWidth"), 0)
        self.click("#tab-save")
        self.click("#paint-full")                                    # 3 (and the tab): full size
        self.button("Download", "#save-job")

    def test_a_file_is_opened(self):
        self.open_photo(PHOTOS / "cat.jpg")
        self.wait_for_photo()

    def test_a_dropped_file_is_opened(self):
        self.driver.execute_async_script(HAND_OVER, "drop", self.sample_url(), "photo.jpg", "image/jpeg")
        self.wait_for_photo()

    def test_a_pasted_picture_is_opened(self):
        self.driver.execute_async_script(HAND_OVER, "paste", self.sample_url(), "image.jpg", "image/jpeg")
        self.wait_for_photo()

    def test_a_picture_of_the_camera_is_opened(self):
        self.click("#take-picture")
        self.wait(lambda: self.script("return document.querySelector('#camera-view').videoWidth > 0"),
                  "no camera")
        self.click("#camera-shoot")
        self.wait_for_photo()

    def test_a_file_that_is_no_picture_is_refused_beside_the_button(self):
        with tempfile.TemporaryDirectory() as folder:
            text = Path(folder) / "broken.jpg"
            text.write_text("This is no picture.")
            self.find("#choose-file").send_keys(str(text))
            self.wait(lambda: self.find("#open-error").is_displayed(), "no error is shown")
        self.assertNotEqual(self.find("#open-error").text, "")
        self.assertTrue(self.find("#welcome").is_displayed())

    def test_a_reload_keeps_photo_and_settings(self):
        self.open_photo()
        self.choose("Poppies")
        self.click("#tab-mix")
        self.slide("#strength", 40)
        self.wait_for_rest()
        before = self.pixels()
        self.driver.refresh()
        self.wait_for_gallery()
        self.wait_for_rest()
        self.assertEqual(self.pixels(), before)
        self.assertEqual(self.find("#strength").get_attribute("value"), "40")
