"""Coverage-guided fuzzing of everything that reads what people write: ``python -m scripts.fuzz TARGET --runs N``.

A crash is any exception besides the errors that the product tells of itself, more than two seconds, or more than
500 MB. ``targets.py`` has the targets, ``seeds.py`` what each begins with, ``__main__.py`` runs atheris over one.
"""
