"""What has begun: by how much a total is above a limit in any case."""

import pytest
from ortools.sat.python import cp_model

from iopsched.model.posting import Past


@pytest.fixture
def model():
    return cp_model.CpModel()


@pytest.mark.parametrize(("factor", "offset", "expected"), [(1, 3, 3), (-1, 3, 0), (-1, 9, 2), (-2, 15, 1)])
def test_a_total_is_above_0_by_what_no_value_of_its_variables_takes_away(model, factor, offset, expected):
    begun, count = model.new_bool_var(""), model.new_int_var(0, 7, "")
    assert Past(model, [begun]).excess(factor * count + offset) == expected


@pytest.mark.parametrize(("most", "is_off"), [(0, True), (1, False), (5, False)])
def test_a_limit_that_what_has_begun_keeps_stays_on(model, most, is_off):
    begun = model.new_bool_var("")
    past = Past(model, [begun])
    constraint = model.add(begun <= most)
    past.meet(constraint)
    assert bool(len(constraint.proto.enforcement_literal)) == is_off
