"""A roster that a clinic keeps in a spreadsheet, a list or a calendar becomes the sessions of a week."""
