"""A film: a moment of it as preview, then all of it."""

import json
import subprocess
import tempfile
from pathlib import Path

from studio import PHOTOS, StudioTest, difference


class Film(StudioTest):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.film = Path(folder.name) / "walk.mp4"
        # Two seconds of a photo that is slid over.
        subprocess.run([
            "ffmpeg", "-v", "error", "-loop", "1", "-i", PHOTOS / "dandelions.jpg", "-vf",
            "crop=320:240:x='100+200*t':y=100", "-t", "2", "-r", "10", "-pix_fmt", "yuv420p", "-c:v", "libx264",
            self.film], check=True)

    def test_a_moment_is_previewed_and_the_film_painted(self):
        self.open_photo(self.film)
        self.choose("Poppies")
        first = self.pixels()
        self.slide("#moment", 1.8)
        self.wait(lambda: self.find("#moment-time").text == "0:01.8", "the moment is not shown")
        self.wait(lambda: difference(self.pixels(), first) > 3, "the preview is still of the first moment")
        self.click("#tab-save")
        self.slide("#film-duration", 0.5)
        self.click("#paint-full")
        self.button("Download", "#save-job").click()
        film = self.downloaded(".mp4")
        streams = json.loads(subprocess.run(
            ["ffprobe", "-v", "error", "-count_frames", "-show_streams", "-of", "json", film],
            check=True, capture_output=True).stdout)["streams"]
        self.assertEqual([(one["width"], one["height"], one["nb_read_frames"]) for one in streams], [(320, 240, "5")])
