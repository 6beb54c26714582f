"""The states of the steps Changes and Publish."""

from tests.support.walks.basics import blocks


def changes_states(stage):
    tab = stage.tab
    stage.show("changes")
    tab.locator("#told").wait_for()
    yield "nobody"
    for row in [row for row in stage.week()["sessions"] if row["group"] is None][:3]:
        stage.move(kind="unplace", session=row["id"])
    stage.show("changes")
    tab.locator("table.changes").wait_for()
    yield "people"
    tab.locator("summary").click()
    yield "the list to copy"


def publish_states(stage):
    tab = stage.tab
    alone, _, _ = blocks(stage)
    stage.show("publish")
    tab.locator("#publish-do").wait_for()
    yield "ready"
    stage.move(kind="place", session=alone["id"], start="03:00")
    stage.show("publish")
    tab.locator("#blocked").wait_for()
    yield "rules are broken"
    stage.other.post("/api/week/undo", {"revision": stage.week()["revision"]})
    stage.show("publish")
    tab.locator("#publish-do").click()
    tab.locator("#published").wait_for()
    yield "published"
    tab.locator("#show-names").select_option("full")
    tab.locator("#handout-do").click()
    tab.locator("#files").wait_for(timeout=60_000)
    yield "handed out"
    stage.show("publish")
    tab.locator("#nothing-new").wait_for()
    yield "nothing new"
    stage.move(kind="unplace", session=alone["id"])
    stage.show("publish")
    tab.locator("#publish-do").wait_for()
    yield "a further revision"
    told = stage.other.get("/api/publish")
    row = "T01 is away on Tuesday"
    stage.told(
        "**/api/publish?*",
        {
            **told,
            "unrecorded": [row],
            "kept": [row],
            "corrected": [row],
            "news": [row],
            "news_more": 3,
            "news_text": row,
        },
    )
    stage.show("publish")
    tab.locator("#record").wait_for()
    stage.tab.unroute("**/api/publish?*")
    yield "what a call-out has changed"
    tab.evaluate("import('/static/main.js').then(({app}) => app.setWeek('2026-12-14'))")
    tab.locator("#publish-solve").wait_for()
    yield "an empty week"
