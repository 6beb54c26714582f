"""Faults made from the source by rule: each is one small change of the syntax tree, with a name that edits elsewhere keep."""

from __future__ import annotations

import ast
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

BOUNDARIES: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}
OPPOSITES: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
ARITHMETIC: Mapping[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}


def _both_ways(*pairs: tuple[str, str]) -> Mapping[str, str]:
    """Return each word of a pair with the other."""
    return {**dict(pairs), **{second: first for first, second in pairs}}


CALLS = {
    "extremes_swapped": _both_ways(("min", "max")),
    "quantifiers_swapped": _both_ways(("any", "all")),
}
WRONG_PERSON = _both_ways(
    ("participant_id", "therapist_id"),
    ("participant_ids", "lead_ids"),
    ("participants", "therapists"),
    ("participant", "therapist"),
    ("of_participant", "of_therapist"),
    ("attending", "working"),
    ("people", "staff"),
)
WRONG_FIELD = _both_ways(
    ("start", "end"),
    ("starts", "ends"),
    ("begins", "finishes"),
    ("admitted", "discharged"),
    ("first", "last"),
    ("before", "after"),
    ("low", "high"),
    ("min_size", "max_size"),
    ("min_participants", "max_participants"),
    ("min_minutes_per_week", "max_minutes_per_week"),
    ("max_minutes_per_day", "max_sessions_per_day"),
    ("min_group_sessions", "max_group_sessions"),
    ("minutes", "contact_minutes"),
    ("required", "wished"),
    ("needed", "wished"),
    ("capacity", "max_participants"),
    ("break_minutes", "changeover_minutes"),
    ("per_day", "per_week"),
    ("today", "tomorrow"),
    ("service_id", "group_id"),
    ("availability", "preferred"),
    ("heads", "held"),
    ("attends", "leads"),
)
FLAGS_OF_THE_LANGUAGE = {"strict", "frozen", "slots"}
LONG = 60
Row = TypeVar("Row")
NO_BEHAVIOUR = {"annotation", "returns", "decorator_list", "bases"}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a node hangs in its tree: an attribute of its parent, or a position in a list there."""

    parent: ast.AST
    name: str
    position: int | None

    def put(self, node: ast.AST) -> None:
        """Hang this node there instead."""
        if self.position is None:
            setattr(self.parent, self.name, node)
        else:
            getattr(self.parent, self.name)[self.position] = node


@dataclass(frozen=True, slots=True)
class Fault:
    """One change of one file; ``id`` is file, function, kind and the how-manieth of that kind in the function."""

    id: str
    file: str
    function: str
    kind: str
    line: int
    change: str
    _tree: ast.Module = field(repr=False, compare=False)
    _place: _Place = field(repr=False, compare=False)
    _before: ast.AST = field(repr=False, compare=False)
    _after: ast.AST = field(repr=False, compare=False)

    def source(self) -> str:
        """Return the whole file with the fault, without comments and in one plain layout."""
        self._place.put(self._after)
        text = ast.unparse(self._tree)
        self._place.put(self._before)
        return text + "\n"


def faults_of(source: str, file: str) -> list[Fault]:
    """Return every fault of a file, in the order of its lines."""
    tree = ast.parse(source)
    numbers: dict[tuple[str, str], int] = defaultdict(int)
    found = []
    for node, place, path in _walk(tree, (tree,)):
        function = ".".join(row.name for row in path if isinstance(row, ast.FunctionDef | ast.ClassDef)) or "module"
        for kind, other in _changes(node, path):
            numbers[function, kind] += 1
            found.append(
                Fault(
                    id=f"{file}:{function}:{kind}:{numbers[function, kind]}",
                    file=file,
                    function=function,
                    kind=kind,
                    line=getattr(node, "lineno", getattr(getattr(node, "target", None), "lineno", 0)),
                    change=_change(node, other),
                    _tree=tree,
                    _place=place,
                    _before=node,
                    _after=other,
                )
            )
    return found


def every_fault(home: Path, patterns: Iterable[str]) -> list[Fault]:
    """Return the faults of all modules below ``home`` that match a pattern such as ``model/**/*.py``."""
    files = sorted(path for pattern in patterns for path in home.glob(pattern))
    return [
        fault
        for path in files
        for fault in faults_of(path.read_text(encoding="utf-8"), path.relative_to(home).as_posix())
    ]


def spread(faults: Iterable[Fault], number: int, seed: int) -> list[Fault]:
    """Return so many of the faults, by chance but evenly: files take turns, and within a file kinds take turns."""
    chance = random.Random(seed)
    by_file: dict[str, dict[str, list[Fault]]] = defaultdict(lambda: defaultdict(list))
    for fault in faults:
        by_file[fault.file][fault.kind].append(fault)
    queues = []
    for kinds in by_file.values():
        for rows in kinds.values():
            chance.shuffle(rows)
        order = list(kinds.values())
        chance.shuffle(order)
        queues.append(_in_turn(order))
    return sorted(_in_turn(queues)[:number], key=lambda fault: (fault.file, fault.line, fault.id))


def _in_turn(queues: list[list[Fault]]) -> list[Fault]:
    """Return the members of some lists: the first of each, then the second of each, and so on."""
    longest = max(map(len, queues), default=0)
    return [queue[place] for place in range(longest) for queue in queues if place < len(queue)]


def _change(before: ast.AST, after: ast.AST) -> str:
    """Return both sides in one line, cut to where they differ if they are long."""
    sides = [f"if {ast.unparse(row.test)}" if isinstance(row, ast.If) else ast.unparse(row) for row in (before, after)]
    old, new = (" ".join(side.split()) for side in sides)
    same = next((place for place, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), 0)
    start = 0 if same < LONG else same - LONG // 2
    return f"{_cut(old, start)} -> {_cut(new, start)}"


def _cut(text: str, start: int) -> str:
    end = start + 2 * LONG
    return ("..." if start else "") + text[start:end] + ("..." if end < len(text) else "")


def _walk(node: ast.AST, path: tuple[ast.AST, ...]) -> Iterator[tuple[ast.AST, _Place, tuple[ast.AST, ...]]]:
    """Yield every node that behaves, with its place and its ancestors, the module first."""
    for name, value in ast.iter_fields(node):
        if name in NO_BEHAVIOUR:
            continue
        rows = value if isinstance(value, list) else [value]
        for position, child in enumerate(rows):
            if isinstance(child, ast.AST):
                place = _Place(node, name, position if isinstance(value, list) else None)
                yield child, place, path
                yield from _walk(child, (*path, child))


# --- kinds --------------------------------------------------------------------
def _changes(node: ast.AST, path: tuple[ast.AST, ...]) -> Iterator[tuple[str, ast.AST]]:
    """Yield (kind, changed node) for everything that can be done to one node."""
    parent = path[-1]
    match node:
        case ast.Compare():
            yield from _comparisons(node)
        case ast.BinOp():
            yield from _operations(node, path)
        case ast.BoolOp():
            yield from _conditions(node)
        case ast.UnaryOp(op=ast.Not()):
            yield "not_dropped", node.operand
        case ast.UnaryOp(op=ast.USub()):
            yield "arithmetic", node.operand
        case ast.Constant():
            yield from _constants(node, parent)
        case ast.Call():
            yield from _calls(node)
        case ast.comprehension() if node.ifs:
            for place in range(len(node.ifs)):
                yield "filter_dropped", ast.comprehension(node.target, node.iter, _without(node.ifs, place), 0)
        case ast.If() if not _is_at_module(path):
            yield from _branches(node)
        case ast.IfExp():
            yield "branch_forced", node.body
            yield "branch_forced", node.orelse
        case ast.Set() | ast.List() | ast.Dict() | ast.Tuple():
            yield from _members(node, path)
        case ast.stmt():
            yield from _statements(node, parent, path)
        case ast.Attribute(ctx=ast.Load()) | ast.Name(ctx=ast.Load()):
            yield from _names(node, path)
        case _:
            pass


def _comparisons(node: ast.Compare) -> Iterator[tuple[str, ast.AST]]:
    for place, operator in enumerate(node.ops):
        for kind, table in (("boundary", BOUNDARIES), ("comparison", OPPOSITES)):
            if type(operator) in table:
                others = [*node.ops[:place], table[type(operator)](), *node.ops[place + 1 :]]
                yield kind, ast.Compare(node.left, others, node.comparators)


def _operations(node: ast.BinOp, path: tuple[ast.AST, ...]) -> Iterator[tuple[str, ast.AST]]:
    """Turn an operation into its contrary, but not where a text, list or type is built: that fault shows at once."""
    built = ast.List | ast.Tuple | ast.JoinedStr
    is_number = not any(isinstance(side, built) or _is_text(side) for side in (node.left, node.right))
    if type(node.op) in ARITHMETIC and is_number and not _is_at_module(path):
        yield "arithmetic", ast.BinOp(node.left, ARITHMETIC[type(node.op)](), node.right)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_at_module(path: tuple[ast.AST, ...]) -> bool:
    return not any(isinstance(row, ast.FunctionDef) for row in path)


def _conditions(node: ast.BoolOp) -> Iterator[tuple[str, ast.AST]]:
    yield "connective", ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    for place in range(len(node.values)):
        rest = _without(node.values, place)
        yield "condition_dropped", rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


def _constants(node: ast.Constant, parent: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(parent, ast.keyword) and parent.arg in FLAGS_OF_THE_LANGUAGE:
        return
    if isinstance(node.value, bool):
        yield "truth", ast.Constant(not node.value)
    elif isinstance(node.value, int):
        yield "off_by_one", ast.Constant(node.value + 1)


def _calls(node: ast.Call) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node.func, ast.Attribute) and node.func.attr == "negated":
        yield "not_dropped", node.func.value
    if isinstance(node.func, ast.Name):
        for kind, table in CALLS.items():
            if node.func.id in table:
                yield kind, ast.Call(ast.Name(table[node.func.id], ast.Load()), node.args, node.keywords)


def _branches(node: ast.If) -> Iterator[tuple[str, ast.AST]]:
    """Remove a guard (``if`` that only leaves), else take the branch always and never."""
    if _is_guard(node):
        yield "guard_removed", ast.Pass()
        return
    yield "condition_forced", ast.If(ast.Constant(value=True), node.body, node.orelse)
    yield "condition_forced", ast.If(ast.Constant(value=False), node.body, node.orelse)


def _is_guard(node: ast.If) -> bool:
    leaves = ast.Return | ast.Continue | ast.Break | ast.Raise
    return not node.orelse and len(node.body) == 1 and isinstance(node.body[0], leaves)


def _members(
    node: ast.Set | ast.List | ast.Dict | ast.Tuple, path: tuple[ast.AST, ...]
) -> Iterator[tuple[str, ast.AST]]:
    """Drop a member; of a tuple only where it is a key, an order, a choice or a list of things to do, not a row."""
    parent = path[-1]
    if isinstance(node, ast.Dict):
        for place in range(len(node.keys) if len(node.keys) > 1 else 0):
            yield "member_dropped", ast.Dict(_without(node.keys, place), _without(node.values, place))
        return
    if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load) or len(node.elts) < 2:
        return
    is_rows = any(isinstance(row, ast.For | ast.comprehension) and row.iter is node for row in path[-1:])
    is_type = isinstance(parent, ast.Subscript) and _is_at_module(path)
    is_key = not is_type and isinstance(parent, ast.Compare | ast.Lambda | ast.Subscript | ast.SetComp | ast.Set)
    if isinstance(node, ast.Tuple) and not (is_rows or is_key):
        return
    if isinstance(node, ast.List) and _is_at_module(path):
        return
    kind = "key_dropped" if isinstance(node, ast.Tuple) and is_key else "member_dropped"
    for place in range(len(node.elts)):
        rest = _without(node.elts, place)
        if kind == "key_dropped" and isinstance(parent, ast.Subscript | ast.SetComp):
            # The key keeps its length, so that other lines can still take it apart.
            rest = [*node.elts[:place], ast.Constant(None), *node.elts[place + 1 :]]
        other: ast.AST = ast.Set(rest) if isinstance(node, ast.Set) else type(node)(rest, ast.Load())
        yield kind, other


def _statements(node: ast.stmt, parent: ast.AST, path: tuple[ast.AST, ...]) -> Iterator[tuple[str, ast.AST]]:
    """Remove a statement that has an effect: a call, a yield, an item set, a total raised, a way out of a loop."""
    if (isinstance(parent, ast.If) and _is_guard(parent)) or _is_at_module(path):
        return
    is_effect = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call | ast.Yield | ast.YieldFrom | ast.IfExp)
    is_item = isinstance(node, ast.Assign) and all(isinstance(row, ast.Subscript) for row in node.targets)
    if is_effect or is_item or isinstance(node, ast.AugAssign | ast.Continue | ast.Break):
        yield "statement_removed", ast.Pass()
    if isinstance(node, ast.AugAssign) and type(node.op) in ARITHMETIC:
        yield "arithmetic", ast.AugAssign(node.target, ARITHMETIC[type(node.op)](), node.value)


def _names(node: ast.Attribute | ast.Name, path: tuple[ast.AST, ...]) -> Iterator[tuple[str, ast.AST]]:
    """Name somebody or something else of the same sort; a local name only where the function has the other one too."""
    word = node.attr if isinstance(node, ast.Attribute) else node.id
    for kind, table in (("wrong_person", WRONG_PERSON), ("wrong_field", WRONG_FIELD)):
        if word not in table:
            continue
        if isinstance(node, ast.Attribute):
            yield kind, ast.Attribute(node.value, table[word], ast.Load())
        elif table[word] in _known_names(path):
            yield kind, ast.Name(table[word], ast.Load())


def _known_names(path: tuple[ast.AST, ...]) -> set[str]:
    """Return the names that the innermost function binds."""
    functions = [row for row in path if isinstance(row, ast.FunctionDef)]
    found = set()
    for node in ast.walk(functions[-1]) if functions else ():
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
    return found


def _without(rows: list[Row], place: int) -> list[Row]:
    return [*rows[:place], *rows[place + 1 :]]
