"""Steps: single changes to a clinic's files, each with a price and with whoever decides on it."""
