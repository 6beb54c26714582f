"""The page about reports says of each column what is declared of it."""

from dataclasses import fields

import pytest

from iopsched.reports.reporttable import columns_of
from scripts.report_tables import PAGE, ROWS, filled


def test_the_page_is_as_declared():
    text = PAGE.read_text(encoding="utf-8")
    assert filled(text) == text, "python -m scripts.report_tables"


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_every_column_has_a_meaning_that_is_a_sentence(row):
    columns = columns_of(row)
    assert [column.name for column in columns] == [one.name for one in fields(row)]
    assert all(column.meaning.endswith(".") for column in columns)
