"""Rule ``overlap`` on and just past its edge."""

from clinics import broken, individual, schedule, sentences, session, small

from iopsched.verifier import violations


def test_touching_sessions_do_not_overlap():
    """Half-open ranges: 09:00-12:00 and 12:00-13:00 share no minute."""
    assert broken(small(), session("Mon 09:00-12:00"), individual("Mon 12:00-13:00")) == set()


def test_participant_in_two_sessions_at_once():
    first, second = session("Mon 09:00-12:00"), individual("Mon 11:00-12:00", staff="T2", room_id="R2")
    assert broken(small(), first, second) == {"overlap"}
    assert sentences(small(), first, second) == [
        (
            "Participant A1 is in sessions S-Mon-09:00-12:00 (Mon 09:00-12:00) and "
            "S-Mon-11:00-12:00 (Mon 11:00-12:00) at once."
        )
    ]


def test_therapist_in_two_sessions_at_once():
    found = broken(small(), session("Mon 09:00-12:00"), individual("Mon 11:00-12:00", "A2", room_id="R2"))
    assert found == {"overlap"}


def test_surplus_therapist_in_two_sessions_at_once():
    both = session("Mon 09:00-12:00", staff="T1 T2")
    assert broken(small(), both, individual("Mon 11:00-12:00", "A2", "T2", room_id="R2")) == {"overlap"}


def test_room_in_two_sessions_at_once():
    assert broken(small(), session("Mon 09:00-12:00"), individual("Mon 11:00-12:00", "A2", "T2")) == {"overlap"}


def test_different_people_and_rooms_at_once():
    assert broken(small(), session("Mon 09:00-12:00"), individual("Mon 11:00-12:00", "A2", "T2", room_id="R2")) == set()


def test_same_clock_on_another_day():
    assert broken(small(), session("Mon 09:00-12:00"), session("Tue 09:00-12:00")) == set()


def test_a_long_session_hides_no_later_clash():
    """The first session overlaps the second and the third, which do not touch each other."""
    found = violations(
        small(),
        schedule(
            session("Mon 09:00-12:00"),
            individual("Mon 09:00-10:00", staff="T2", room_id="R2"),
            individual("Mon 11:00-12:00", staff="T2", room_id="R2"),
        ),
    )
    assert [(row.rule, row.subject) for row in found] == [("overlap", "A1")] * 2


def test_a_participant_entered_twice_in_one_session():
    assert broken(small(), session("Mon 09:00-12:00", "A1 A1")) == {"overlap"}
