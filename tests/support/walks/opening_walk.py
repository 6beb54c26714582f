"""The states of the step Open."""

import shutil

from tests.support.walks.basics import expect


def open_states(stage):
    tab = stage.tab
    (stage.folder.parent / "home" / "Our clinic").mkdir(exist_ok=True)
    stage.show("open")
    yield "recent clinics"
    tab.locator("#look").click()
    tab.locator("#folders button.plain").first.wait_for()
    yield "folders"
    tab.get_by_role("button", name="Our clinic").click()
    expect(tab.locator("#where")).to_contain_text("Our clinic")
    yield "an empty folder"
    gone = stage.folder.with_name("gone")
    shutil.copytree(stage.folder, gone)
    stage.other.running.page.open(gone)
    shutil.rmtree(gone)
    stage.show("open")
    yield "a clinic that is gone"
