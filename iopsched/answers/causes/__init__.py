"""Causes: why people lack what they need. Each fact of a cause was tried: without it less is unmet."""
