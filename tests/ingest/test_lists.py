"""What a list in a cell means, and that equal words in other letters are equal."""

from datetime import date

import pytest

from iopsched.ingest import read_problem
from iopsched.ingest.cell.fault import Fault
from iopsched.ingest.cell.spelling import choice, gender, language
from iopsched.ingest.row.lists import Lists
from iopsched.words.wording import nearest, plain, same_name

KNOWN = Lists(
    {
        "skill": frozenset({"group", "individual", "family", "psychiatry", "co-lead"}),
        "track": frozenset({"sud", "dual", "lgbtq+", "drug and alcohol"}),
        "therapists.csv": frozenset({"t1", "t2"}),
        "groups.csv": frozenset({"smith, j", "g1"}),
        "language": frozenset({"english", "spanish"}),
    }
)


@pytest.mark.parametrize(
    ("kind", "text", "values"),
    [
        ("skill", "group;individual", "group|individual"),
        ("skill", "group, individual,family,", "group|individual|family"),
        ("skill", "group / individual", "group|individual"),
        ("skill", "group and individual", "group|individual"),
        ("skill", "group & family + co-lead", "group|family|co-lead"),
        ("skill", "group\nindividual\r\nfamily", "group|individual|family"),
        ("skill", "group individual", "group|individual"),
        ("skill", "yoga, art", "yoga|art"),
        ("skill", "art therapy", "art therapy"),
        ("track", "LGBTQ+", "LGBTQ+"),
        ("track", "drug and alcohol", "drug and alcohol"),
        ("track", "drug and alcohol; sud", "drug and alcohol|sud"),
        ("track", "grief & loss", "grief & loss"),
        ("track", "sud, dual", "sud|dual"),
        ("therapists.csv", "T1 T2", "T1|T2"),
        ("therapists.csv", "T1, T9", "T1|T9"),
        ("groups.csv", "Smith, J", "Smith, J"),
        ("groups.csv", "Smith, J; G1", "Smith, J|G1"),
        ("language", "English and Spanish", "English|Spanish"),
        ("", "a1, b2", "a1|b2"),
    ],
)
def test_values(kind, text, values):
    assert KNOWN.parts(kind, text) == tuple(values.split("|"))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("skill", "group; art, yoga"),
        ("track", "sud and grief"),
        ("groups.csv", "Jones, K"),
        ("track", "w/ child"),
        ("track", "n/a"),
        ("therapists.csv", "T1 & T9"),
    ],
)
def test_unsure_lists_are_faults(kind, text):
    with pytest.raises(Fault) as caught:
        KNOWN.parts(kind, text)
    assert caught.value.code == "E-LIST"


@pytest.mark.parametrize("text", ["group:1, family:2", "group:1/family:2", "group:1 + family:2", "group:1\nfamily:2"])
def test_counted_lists(text):
    assert KNOWN.counted("skill", text) == "group:1;family:2"


def test_the_remedy_of_an_unsure_list_is_read_as_its_values():
    with pytest.raises(Fault) as caught:
        KNOWN.parts("track", "sud; opioid, young")
    assert KNOWN.parts("track", caught.value.remedy.split("write ")[1].split(".")[0]) == ("sud", "opioid", "young")


def test_no_row_is_changed_by_the_sign_between_its_values(tmp_path):
    """The whole clinic is the same with commas in place of semicolons."""
    found = []
    for sign in ("; ", ", ", "/", " & "):
        folder = tmp_path / str(len(found))
        folder.mkdir()
        for name, text in TINY.items():
            (folder / name).write_text(text.replace("; ", sign), encoding="utf-8")
        problem = read_problem(folder, date(2026, 11, 30))
        found.append((problem.participants, problem.therapists, problem.rooms, problem.groups, problem.services))
    assert all(other == found[0] for other in found[1:])
    assert found[0][1][0].skills == ("group", "individual")


TINY = {
    "clinic.toml": 'name = "x"\ntimezone = "UTC"\nopen = "Mon-Fri 08:00-21:00"\npopulations = ["adult"]\n',
    "participants.csv": 'participant_id,population,track,needs_features,language,group_id\nP1,adult,"sud; dual","tv; lift","English; Spanish","A; B"\nP2,adult,sud,tv,English,A\nP3,adult,dual,lift,Spanish,A\n',
    "therapists.csv": 'therapist_id,skills,tracks,language\nT1,"group; individual","sud; dual","en; es"\nT2,group,sud,es\n',
    "rooms.csv": 'room_id,capacity,features\nR1,14,"tv; lift"\nR2,14,tv\nR3,14,lift\n',
    "services.csv": 'service_id,kind,minutes,staff\ngroup,group,180,"group:1; individual:1"\nskills,group,60,group\n',
    "groups.csv": 'group_id,service_id,track,population,sessions_per_week,lead\nA,group,"sud; dual",adult,3,"T1; T2"\nB,skills,sud,adult,1,T1\n',
}


@pytest.mark.parametrize(
    ("one", "other"), [("Jose\u0301", "José"), ("P\u00a01", "P 1"), ("P\u20111", "P-1"), ("a\u2212b", "a-b")]
)
def test_plain_text(one, other):
    assert plain(one) == plain(other) == other


@pytest.mark.parametrize(
    ("text", "option"),
    [
        ("H01", "K01"),
        ("T11", "T1"),
        ("medicaid", "medicare"),
        ("step-up", "step-down"),
        ("Jonson", "Johnson"),
        ("A2", "A1"),
        ("teen", "tween"),
    ],
)
def test_nobody_else_is_meant(text, option):
    assert same_name(text, [option]) is None


@pytest.mark.parametrize(("text", "option"), [("k05", "K05"), ("TEEN 2", "TEEN2"), ("P-1", "P1"), ("R1O", "R10")])
def test_the_same_in_other_letters(text, option):
    assert same_name(text, [option, "else"]) == option


@pytest.mark.parametrize(
    ("text", "option"),
    [
        ("keep_together", "keep_apart"),
        ("multifamily", "family"),
        ("max_hours_per_week", "min_hours_per_week"),
        ("individual_per_week", "family_per_week"),
        ("max_hours_per_day", "max_hours_per_week"),
        ("G1-2", "G1-1"),
    ],
)
def test_no_opposite_word_is_meant(text, option):
    assert nearest(text, [option]) is None


@pytest.mark.parametrize("text", ["F", "female", "Woman", "W", "women"])
def test_genders(text):
    assert gender(text) == "female"


def test_words_that_stay():
    assert (gender("two-spirit"), language("Zapotec"), choice("status", "partial")) == (
        "two-spirit",
        "Zapotec",
        "partial",
    )


@pytest.mark.parametrize("text", ["Spanish", "es", "ES", "español", "es-MX", "espan\u0303ol"])
def test_languages(text):
    assert language(plain(text)) == "Spanish"


@pytest.mark.parametrize(
    ("text", "status"),
    [("Present", "attended"), ("left early", "attended"), ("No-Show", "no_show"), ("late cancel", "cancelled")],
)
def test_statuses(text, status):
    assert choice("status", text) == status
