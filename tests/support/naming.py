"""Where a document or a list names a test: is it there, and what does it say?"""

import ast
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parents[1]


@cache
def _sources(file: str) -> tuple[dict[str, list[ast.AST]], dict[str, list[ast.AST]]]:
    """Return the functions of a file of tests, methods too, and what its module assigns, each by name."""
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    functions: dict[str, list[ast.AST]] = {}
    values: dict[str, list[ast.AST]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            functions.setdefault(node.name, []).append(node)
    for node in tree.body:
        for target in node.targets if isinstance(node, ast.Assign) else ():
            values.setdefault(ast.unparse(target), []).append(node)
    return functions, values


def source_of(reference: str) -> str:
    """Return what a test says, decorators and the values that it names included.

    ``reference`` is FILE::NAME below ``tests/``; empty if there is no such test.
    """
    file, _, name = reference.partition("::")
    if not (TESTS / file).is_file() or not name.startswith("test_"):
        return ""
    functions, values = _sources(file)
    found = functions.get(name, [])
    named = {part.id for node in found for part in ast.walk(node) if isinstance(part, ast.Name)}
    used = [node for one in sorted(named) for node in values.get(one, functions.get(one, []))]
    return "\n".join(ast.unparse(node) for node in [*found, *used])
