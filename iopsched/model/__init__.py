"""The only package that posts constraints."""
