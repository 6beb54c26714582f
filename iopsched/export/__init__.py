"""A week as files that people use: workbook, page, calendars, handouts, tables for other programs.

Every format is a pure function of an :class:`~iopsched.export.edition.Edition`:
no clock, no disk, no network, no solver. The same edition gives the same bytes.
"""
