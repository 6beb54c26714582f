"""Words for readers: counts, dates, and sentences as data; knows nothing but the standard library."""
