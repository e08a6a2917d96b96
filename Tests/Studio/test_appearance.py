"""Every page at phone and desktop size, light and dark: axe-core finds nothing, nothing is cut off."""

import axe_core_python.base
import studio
from studio import StudioTest

SIZES = {"desktop": (1440, 900, False), "phone": (360, 740, True)}


class Appearance(StudioTest):
    def check(self, name, *, also=lambda: None):
        """Looks at the page as it is now in all four ways."""
        for size, (width, height, is_phone) in SIZES.items():
            for is_dark in (False, True):
                with self.subTest(page=name, size=size, dark=is_dark):
                    studio.resize(self.driver, width, height, is_phone)
                    studio.show_theme(self.driver, is_dark)
                    also()
                    self.screenshot(f"{name}-{size}-{'dark' if is_dark else 'light'}")
                    self.assertLessEqual(
                        self.script("return document.documentElement.scrollWidth"), width, "it is wider than the screen")
                    self.check_with_axe()

    def check_with_axe(self):
        self.script(axe_core_python.base.AXE_SCRIPT)
        violations = self.driver.execute_async_script("""
            const done = arguments[0];
            axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] })
              .then((result) => done(result.violations.map((one) =>
                one.id + ": " + one.nodes.map((node) => node.target.join(" ") + " " + node.failureSummary).join("; "))));""")
        self.assertEqual(violations, [])

    def test_the_first_page(self):
        self.wait(lambda: self.all(".sample img"), "no samples")
        self.check("welcome")

    def test_the_workbench(self):
        self.open_photo()
        self.choose("The Great Wave")
        self.add("Poppies")
        self.add("Summertime")
        for tab in ("styles", "mix", "save"):
            self.click(f"#tab-{tab}")
            self.check(tab, also=self.wait_for_rest)
        self.click("#tab-regions")
        self.click("#add-region")
        self.check("regions", also=self.wait_for_rest)

    def test_results_and_adding(self):
        self.open_photo()
        self.choose("The Great Wave")
        self.click("#tab-save")
        self.click("#paint-full")
        self.button("Download", "#save-job")
        self.click("a[href='#results']")
        self.wait(lambda: self.script(
            "return [...document.querySelectorAll('#result-list img')].every((one) => one.complete)"), "no results")
        self.check("results")
        self.click("a[href='#add']")
        self.check("add")
