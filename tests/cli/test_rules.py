import json

from iopsched.rulebook import GOALS, RULES


def test_every_rule_and_goal_is_printed(run):
    text = run("rules").stdout
    assert all(f"\n{name}\n" in text for name in RULES)
    assert all(f". {name} (" in text for name in GOALS)


def test_one_rule_has_remedy_setting_and_source(run):
    assert run("rules", "ratio").stdout == (
        "ratio\n"
        "    A session has no more participants than its counting staff may care for.\n"
        "    Remedy: Add a co-facilitator with the skill, or change participants_per_staff or [ratios].\n"
        "    Setting: clinic.toml [ratios]; services.csv and groups.csv participants_per_staff\n"
        "    Source: state licensing; `iopsched rules ratio --clinic FOLDER` cites it where the rule set\n"
        "    (preset) has one\n"
    )


def test_one_goal_has_its_terms_with_weight_setting_and_source(run):
    text = run("rules", "people_short").stdout
    assert text == (
        "people_short\n"
        "    As few people as possible are short of anything.\n"
        "    Unit: people\n"
        "      people: Participants with any unmet need.\n"
        "          Source: one person short is better than three\n"
    )
    text = run("rules", "preferences").stdout
    assert "      leads (weight 60): Leads beyond the first of a group" in text
    assert "      modules (weight 0, off): Modules of the rotation" in text
    assert "          Setting: clinic.toml [goals.preferences] wishes; needs.csv optional\n" in text


def test_an_unknown_rule_is_usage(run):
    done = run("rules", "ratoi")
    assert (done.exit_code, done.stderr) == (2, "Error: There is no rule or goal ratoi. Did you mean ratio?\n")


def test_json(run):
    content = json.loads(run("rules", "--json").stdout)
    assert content["schema"] == "iopsched.rules/1"
    assert [row["rule"] for row in content["rules"]] == list(RULES)
    assert [row["goal"] for row in content["goals"]] == list(GOALS)
    assert len(json.loads(run("rules", "size", "--json").stdout)["rules"]) == 1
