"""A director at the page: finds things by what is visible, points with the mouse, types, and reads what the page says."""

import re
import subprocess
import sys

from playwright.sync_api import expect

SEARCH_MS = 150_000
"""So long a search of a minute may take where the machine is busy, its start and its end included."""


class Director:
    """Somebody who has never opened a terminal; ``home`` is where the clinics of this person lie."""

    def __init__(self, tab, running, home):
        self.tab, self.running, self.home = tab, running, home
        tab.goto(running.link())
        self.sees("heading", "Open a clinic")

    # --- what is there ------------------------------------------------------
    def button(self, name):
        return self.tab.get_by_role("button", name=name, exact=True)

    def sees(self, role, name):
        expect(self.tab.get_by_role(role, name=name, exact=True).first).to_be_visible()

    def reads(self, place, text):
        expect(self.tab.locator(place)).to_contain_text(text)

    def hears(self, text):
        """Read the status line."""
        self.reads("#status", text)

    def badge(self, step):
        """Return what stands beside the name of a step."""
        return self.tab.locator(f'nav a[href="#/{step}"] .badge')

    # --- ways ---------------------------------------------------------------
    def open(self, name):
        self.button("Look in my folders").click()
        self.button(f"Open {name}").click()

    def step(self, name):
        """Go to a step of the frame, by its name."""
        self.tab.get_by_role("link", name=re.compile(rf"^\d {name}\b")).click()
        self.tab.locator("[aria-current=page]", has_text=name).wait_for()
        self.tab.locator("#screen h1").wait_for()

    def week_after(self, monday):
        self.button("The week after").click()
        expect(self.tab.get_by_role("combobox", name="Week")).to_have_value(monday)

    # --- Input --------------------------------------------------------------
    def table(self, name):
        self.tab.locator("button.entry", has_text=name).click()
        expect(self.tab.locator("#table-title")).to_have_text(name)

    def add_row(self, cells):
        """Type a row as in a spreadsheet: blanks are passed over with Tab."""
        rows = self.tab.locator(".cells tbody tr")
        before = rows.count()
        self.button("Add a row").click()
        for text in cells:
            self.tab.keyboard.type(text)
            self.tab.keyboard.press("Tab")
        expect(rows).to_have_count(before + 1)
        self.rest()

    def write(self, old, new):
        """Type another text into the first cell with this one."""
        self.tab.locator(".cells td").get_by_text(old, exact=True).first.click()
        self.tab.keyboard.type(new)
        self.tab.keyboard.press("Enter")
        self.rest()

    def rest(self):
        """Wait until what was typed is written, and judged."""
        self.tab.locator(".sheet:not([aria-busy])").wait_for()

    # --- Solve --------------------------------------------------------------
    def search(self, *, is_stopped=False):
        """Search until the least unmet need is known, or to the end of a minute, and take the week."""
        self.button("Search").click()
        need = self.tab.get_by_role("row", name="Unmet need")
        expect(need).to_be_visible(timeout=SEARCH_MS)
        expect(need.or_(self.tab.locator("#found")).first).to_contain_text(
            re.compile("Proven best|found"), timeout=SEARCH_MS
        )
        stop = self.button("Stop and keep the best")
        if is_stopped and stop.is_visible():
            stop.click()
        expect(self.tab.locator("#found")).to_have_text(
            re.compile("A week was found|best week so far"), timeout=SEARCH_MS
        )
        self.button("Take it").click()
        self.hears("The found week is the draft now.")
        self.tab.locator(".wk-block").first.wait_for()
        expect(self.tab.locator(".wk-verdict")).to_contain_text("This week keeps every rule.")

    # --- Week ---------------------------------------------------------------
    def blocks(self):
        """Return what each session of the shown day says."""
        return sorted(self.tab.locator(".wk-grid .wk-block").all_inner_texts())

    def alone(self):
        """Return the block of a session of one person on the shown day."""
        return self.tab.locator(".wk-grid .wk-block", has_text="individual").first

    def drag(self, block, to_x, to_y):
        box = block.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + 8
        self.tab.mouse.move(x, y)
        self.tab.mouse.down()
        self.tab.mouse.move(x, y + 6)
        self.tab.mouse.move(to_x if to_x is not None else x, y + to_y if to_x is None else to_y, steps=6)

    # --- what lies on the disk ----------------------------------------------
    def verified(self, clinic, folder):
        """Return whether the command finds that a written week breaks no rule, and says so."""
        command = [sys.executable, "-m", "iopsched", "verify", str(clinic), str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return (done.returncode, done.stdout, "no violation" in done.stderr)

    def publish(self, number, clinic, folder):
        """Publish the draft, hand it out, and look at what lies there."""
        self.step("Publish")
        self.button(f"Publish as revision {number}").click()
        self.hears(f"Published as revision {number}.")
        expect(self.tab.locator("#draft")).to_have_text("No changes")
        self.button("Write the files").click()
        self.hears("files were written into")
        assert self.verified(clinic, folder) == (0, "", True)
        exports = {path.suffix for path in (folder / "exports").iterdir()}
        assert {".html", ".xlsx"} <= exports
