"""Changes of single cells and rows in a clinic's own files, of which every other byte stays as it is: :mod:`iopsched.edits.opentables`."""
