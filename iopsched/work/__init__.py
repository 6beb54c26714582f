"""The use cases: what the commands, scripts and notebooks let the rest of the package do."""
