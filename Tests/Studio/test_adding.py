"""Adding a style from the page."""

import json

import studio
from studio import PHOTOS, StudioTest, ROOT

PAINTING = ROOT / "Styles/hokusai-kazusa.jpg"


class Adding(StudioTest):
    def begin(self, title):
        self.click("a[href='#add']")
        self.find("#choose-painting").send_keys(str(PAINTING))
        self.wait(lambda: self.find("#painting-image").is_displayed(), "the painting is not shown")
        self.find("#painting-title").clear()
        self.find("#painting-title").send_keys(title)
        self.find("#steps").clear()
        self.find("#steps").send_keys("10000")
        self.find("#content-photos").send_keys(
            "\n".join(str(PHOTOS / name) for name in ("cat.jpg", "coffee.jpg", "astronaut.jpg")))
        self.find("#start-adding").click()
        self.wait(lambda: self.find("#add-runs h2").text == title, "the run is not shown")

    def begin_small(self, title, name):
        """A run on squares of 64 pixels, which the page has no setting for, begun by another client."""
        def photo(path):
            return studio.SERVICE.post("/api/v1/photos", path.read_bytes(), "image/jpeg")["id"]

        settings = {"painting": photo(PAINTING), "name": name, "title": title, "steps": 10_000, "imageSize": 64,
                    "batchSize": 1, "content": [photo(PHOTOS / "cat.jpg"), photo(PHOTOS / "coffee.jpg")]}
        body = json.dumps({"kind": "add-style", "settings": settings}).encode()
        studio.SERVICE.post("/api/v1/jobs", body, "application/json")
        self.open_page("#add")

    def names(self):
        return [one["name"] for one in studio.SERVICE.get("/api/v1/styles")["styles"]]

    def test_a_style_is_stopped_early_kept_painted_with_exported_and_thrown_away(self):
        self.open_photo()
        self.begin_small("Tiny Study", "tiny-study")
        self.wait(lambda: self.all("#add-runs .run:first-child .losses polyline"), "no losses are drawn")
        self.button("Stop and keep", "#add-runs .run", seconds=200).click()
        self.button("Paint with it", "#add-runs .run", seconds=200).click()
        self.wait_for_rest()
        self.assertIn("Tiny Study", self.find("#museum-label").text)
        self.assertIn("tiny-study", self.names())
        self.click("a[href='#add']")
        self.button("Save as a file", "#add-runs .run").click()
        self.assertGreater(self.downloaded("tiny-study").stat().st_size, 10_000)
        self.button("Throw away", "#add-runs .run").click()
        self.wait(lambda: "tiny-study" not in self.names(), "the style is still there")

    def test_a_run_is_thrown_away(self):
        self.begin("Unwanted Study")
        self.assertIn("After them you can stop and keep", self.find("#add-runs .run:first-child .hint").text)
        self.button("Throw away", "#add-runs .run").click()
        self.wait(lambda: self.find("#add-runs .run .job-state").text == "Canceled", "it is not canceled")
        self.assertNotIn("unwanted-study", self.names())

    def test_a_name_that_is_taken_is_refused_beside_the_button(self):
        self.click("a[href='#add']")
        self.find("#choose-painting").send_keys(str(PAINTING))
        self.wait(lambda: self.find("#painting-image").is_displayed(), "the painting is not shown")
        self.find("#painting-title").clear()
        self.find("#painting-title").send_keys("Great Wave")
        self.find("#start-adding").click()
        self.assertEqual(self.find("#add-error").text,
                         "There is a style great-wave already. Give this one another name.")
