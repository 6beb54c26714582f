"""Text of one cell becomes a value or a fault: days, times, dates, windows, lists of numbers, words spelled many ways."""
