"""The tests of iopsched. What several of them share stands in ``tests.support``."""
