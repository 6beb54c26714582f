"""Names and codes for the outside, and the apostrophe that keeps a cell from being run."""

from iopsched.ingest import read_names, read_problem


def test_a_service_has_a_public_name_and_a_code(bare, week):
    """Without either, there is no entry and a blank."""
    (bare / "services.csv").write_text(
        "service_id,kind,minutes,adult_per_week,code,public_name\n"
        "process,group,180,0,H0015,Morning group\nindividual,individual,60,1,,\n",
        encoding="utf-8",
    )
    assert read_names(bare).public_services == {"process": "Morning group"}
    assert [service.code for service in read_problem(bare, week).services] == ["H0015", ""]


def test_without_services_there_are_no_public_names(bare):
    assert read_names(bare).public_services == {}


def test_a_guarded_cell_is_read_as_it_was_meant(bare):
    """Spreadsheets are kept from running a cell by an apostrophe in front; another apostrophe stays."""
    (bare / "participants.csv").write_text(
        "participant_id,population,name\nP1,adult,'=1+1\nP2,adult,''-5\nP3,adult,'t Hooft\nP4,adult,O'Neil\n",
        encoding="utf-8",
    )
    assert read_names(bare).participants == {"P1": "=1+1", "P2": "'-5", "P3": "'t Hooft", "P4": "O'Neil"}
