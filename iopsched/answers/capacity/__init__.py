"""How many more people a clinic can take: of each kind, of those who wait by name, and of these at once."""
