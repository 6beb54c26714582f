"""One row being read: its cells by column, each fault told at its place."""
