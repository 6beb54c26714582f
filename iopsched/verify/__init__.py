"""A second statement of every rule in plain Python; knows nothing of the model."""
