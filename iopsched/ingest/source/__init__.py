"""Where rows and settings come from: a folder of CSV files or a workbook, read once, with every doubt told."""
