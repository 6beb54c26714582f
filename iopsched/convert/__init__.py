"""A clinic's tables in another form: as a workbook, as a folder of CSV files, or with its faults marked."""
