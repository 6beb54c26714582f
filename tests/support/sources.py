"""The source of the package as trees; a tree is made once and kept until it is dropped."""

import ast
from functools import cache


@cache
def tree(path):
    """Return the syntax tree of a module."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports(path):
    """Return the full names of everything a module imports, also inside functions."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(found)


def drop():
    """Forget all trees: they take some 200 MB."""
    tree.cache_clear()
