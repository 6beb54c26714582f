"""The states of the step Input."""

from tests.support.walks.basics import expect

FAULT = "Mon-Fri 9:00-5:00"


def input_states(stage):
    tab = stage.tab
    tab.refused.update((400, 409))
    (stage.folder / "keep_apart.csv").unlink()
    stage.show("input")
    tab.locator(".cells td").first.wait_for()
    tab.locator(".problems .quiet, .problems .problem").first.wait_for()
    yield "a table"

    def at(name):
        heads = [text.strip("* ") for text in tab.locator(".cells thead th").all_inner_texts()]
        return heads.index(name) - 1

    def cell(row, name):
        return tab.locator(f'.cells td[data-at="{row}"][data-col="{at(name)}"]')

    def rest():
        tab.locator(".sheet:not([aria-busy])").wait_for()

    cell(3, "availability").click()
    tab.keyboard.type(FAULT)
    yield "a cell being typed"
    tab.keyboard.press("Escape")  # whoever looked has led the focus through the page: it is typed anew
    cell(3, "availability").click()
    tab.keyboard.type(FAULT)
    tab.keyboard.press("Enter")
    expect(tab.locator('.cells td[data-level="error"]')).to_have_count(1)
    rest()
    listed = tab.locator('.problems [data-level="error"] .problem')
    listed.wait_for()
    tab.keyboard.press("F8")
    expect(listed).to_have_attribute("data-here", "")
    expect(cell(3, "availability")).to_be_focused()
    yield "a fault and what to write instead"
    tab.keyboard.press("Shift+ArrowDown")
    tab.keyboard.press("Shift+ArrowRight")
    yield "a block chosen"
    cell(5, "modality").click()
    tab.keyboard.type("te")
    tab.locator(".choices li").first.wait_for()
    yield "words offered"
    tab.keyboard.press("Escape")
    tab.keyboard.press("Escape")
    cell(5, "availability").click()
    tab.keyboard.press("F4")
    tab.locator("dialog").wait_for()
    yield "windows painted"
    tab.locator("#windows-text").fill("Mon 1:00-")
    tab.locator("dialog [role=status]:not([hidden])").wait_for()
    yield "windows that are not understood"
    tab.keyboard.press("Escape")
    yield from _hindered(stage, cell(5, "availability"), rest)


def _hindered(stage, cell, rest):
    """Go on with what stands in the way of typing, other tables and the settings."""
    tab = stage.tab
    sign = stage.folder / ".~lock.participants.csv#"
    sign.touch()
    cell.click()
    tab.keyboard.type("never")
    tab.keyboard.press("Enter")
    expect(tab.locator(".banner")).to_contain_text("is open in Excel")
    rest()
    yield "a file that Excel holds"
    sign.unlink()
    tab.locator(".banner").get_by_role("button", name="Got it").click()
    (stage.folder / "rooms.csv").write_bytes((stage.folder / "rooms.csv").read_bytes() + b"R99,9\n")
    expect(tab.locator(".banner")).to_contain_text("Rooms was changed in another program")
    yield "a file changed elsewhere"
    tab.locator('.entry[data-there="false"]').first.click()
    tab.locator(".notice button").wait_for()
    yield "a table that is not there"
    tab.locator("button.entry", has_text="Settings").click()
    tab.locator(".setting-group").first.wait_for()
    yield "settings"
    tab.locator("#setting-grid_minutes").fill("31")
    tab.keyboard.press("Tab")
    expect(tab.locator(".banner")).to_contain_text("31")
    yield "a setting refused"
    with (stage.folder / "participants.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"Q{n:03d},,,adult\n" for n in range(260))
    stage.show("input")
    expect(tab.locator(".pages")).to_contain_text("Rows 1 to 200")
    tab.locator(".problems .problem").first.wait_for()
    yield "a long table with many faults"
