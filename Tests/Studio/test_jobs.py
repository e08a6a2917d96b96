"""Pictures in full size: progress, reload, download, cancel, history, and a service that is killed."""

import subprocess
import tempfile
from pathlib import Path

import studio
from studio import PHOTOS, StudioTest, difference, impasto


class Jobs(StudioTest):
    # What a browser logs while there is no server to connect to.
    allowed_messages = ("ERR_CONNECTION_REFUSED", "ERR_EMPTY_RESPONSE", "ERR_INCOMPLETE_CHUNKED_ENCODING",
                        "ERR_CONNECTION_RESET", "ERR_CONNECTION_CLOSED")

    def setUp(self):
        super().setUp()
        for file in self.downloads.iterdir():
            file.unlink()

    def large_photo(self):
        """A photo that takes some seconds in full size."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        photo = Path(folder.name) / "large.jpg"
        subprocess.run(["ffmpeg", "-v", "error", "-i", PHOTOS / "dandelions.jpg", "-vf", "scale=5000:-2",
                        "-q:v", "3", photo], check=True)
        return photo

    def paint_full(self):
        self.click("#tab-save")
        self.click("#paint-full")

    def download(self, part):
        self.button("Download", "#save-job").click()
        return self.downloaded(part).read_bytes()

    def test_a_downloaded_png_is_the_picture_of_the_command_line(self):
        self.open_photo()
        self.choose("The Great Wave")
        self.add("Poppies")
        self.click("#tab-mix")
        self.slide("#strength", 75)
        self.paint_full()
        picture = self.download(".png")
        expected = self.downloads / "expected.png"
        impasto("stylize", PHOTOS / "dandelions.jpg", "--style", "great-wave:0.5,hokusai-poppies:0.5",
                "--strength", "0.75", "-o", expected, "--quiet")
        self.assertEqual(picture, expected.read_bytes())

    def test_a_downloaded_jpeg_has_the_chosen_quality(self):
        self.open_photo()
        self.choose("Summertime")
        self.click("#tab-save")
        self.click("input[value=jpeg]")
        self.slide("#quality", 60)
        self.paint_full()
        picture = self.download(".jpg")
        expected = self.downloads / "expected.jpeg"
        impasto("stylize", PHOTOS / "dandelions.jpg", "--style", "cassatt-summertime", "--quality", "60",
                "-o", expected, "--quiet")
        self.assertEqual(picture, expected.read_bytes())

    def test_a_reload_finds_the_job_again(self):
        self.open_photo(self.large_photo())
        self.choose("The Great Wave")
        self.paint_full()
        self.button("Cancel", "#save-job")
        self.driver.refresh()
        self.click("#tab-save")
        self.assertGreater(len(self.download(".png")), 1_000_000)

    def test_a_canceled_job_ends_and_says_so(self):
        self.open_photo(self.large_photo())
        self.choose("The Great Wave")
        self.paint_full()
        self.button("Cancel", "#save-job").click()
        self.wait(lambda: self.find("#save-job .job-state").text == "Canceled", "it is not canceled")
        states = [job["state"] for job in studio.SERVICE.get("/api/v1/jobs")["jobs"]]
        self.assertEqual(states[0], "canceled")

    def test_the_history_gives_settings_back(self):
        self.open_photo()
        self.choose("Poppies")
        self.click("#tab-mix")
        self.slide("#strength", 55)
        self.paint_full()
        self.button("Download", "#save-job")
        self.click("#tab-mix")
        self.click("#reset")
        self.choose("Lion")
        self.click("a[href='#results']")
        self.assertIn("strength 55 %", self.find("#result-list li").text)
        self.button("Use these settings", "#result-list li").click()
        self.wait_for_rest()
        self.assertEqual(self.find("#strength-value").text, "55 %")
        self.assertEqual(self.find("#mix-list .mix-title").text, "Poppies")
        self.click("a[href='#results']")
        count = len(self.all("#result-list li"))
        self.button("Remove", "#result-list li").click()
        self.wait(lambda: len(self.all("#result-list li")) == count - 1, "it is not removed")

    def test_the_command_line_is_shown(self):
        self.open_photo()
        self.choose("The Great Wave")
        self.click("#tab-save")
        self.click("#share summary")
        self.wait(lambda: self.find("#command").text.startswith("impasto stylize "), "no command")
        self.assertIn("--style great-wave", self.find("#command").text)

    def test_nothing_is_lost_when_the_service_is_killed(self):
        self.open_photo(self.large_photo())
        self.choose("The Great Wave")
        painted = self.pixels()
        self.paint_full()
        self.button("Cancel", "#save-job")
        studio.SERVICE.kill()
        self.click("#tab-mix")
        self.slide("#strength", 50)
        self.wait(lambda: self.find("#offline").is_displayed(), "the page does not say that nobody answers")
        studio.SERVICE.start()
        self.wait(lambda: not self.find("#offline").is_displayed(), "the page does not come back")
        self.wait_for_rest()
        self.assertGreater(difference(self.pixels(), painted), 3, "the preview is the one from before")
        self.click("#tab-save")
        self.assertGreater(len(self.download(".png")), 1_000_000)
