"""The sheets of the workbook, each a function from the book to what it draws."""
