"""Small faults, one at a time: what a tired hand changes in a formula or a rule.

A mutation changes one node of a module's syntax tree. Left alone are type annotations, decorators, docstrings and
other texts, assertions (they are for the type checker), and `strict=` and `check_finite=` of calls. Whether a limit
itself belongs inside or outside (`<` for `<=`) is asked only of whole numbers: measured values never meet it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_NEGATED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_EDGE: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
}
_OTHER_NAME = {
    "min": "max",
    "max": "min",
    "minimum": "maximum",
    "maximum": "minimum",
    "argmin": "argmax",
    "argmax": "argmin",
    "any": "all",
    "all": "any",
    "sin": "cos",
    "cos": "sin",
}
_IGNORED_KEYWORDS = {"strict", "check_finite", "dtype"}


Change = Callable[[ast.AST], None]


@dataclass(frozen=True)
class Mutation:
    """One change of a module. before, after: the statement around it, on one line; source: the module with it."""

    line: int
    kind: str
    before: str
    after: str
    source: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.kind}: `{self.before}` -> `{self.after}`"


@dataclass(frozen=True)
class Site:
    """A node that may be changed in one way or several. place: of the node and of the statement around it."""

    place: int
    statement: int
    choices: int


def sites(source: str) -> list[Site]:
    """Every node of a module that may be changed."""
    return [
        Site(node.place, owner.place, count)  # type: ignore[attr-defined]
        for owner, node in _nodes(_numbered(source))
        if (count := len(list(_changes(node))))
    ]


def mutated(source: str, site: Site, choice: int) -> Mutation:
    """The module with one of the changes of a site."""
    before, tree = ({node.place: node for node in ast.walk(_numbered(source))} for _ in range(2))  # type: ignore[attr-defined]
    kind, change = list(_changes(tree[site.place]))[choice]
    change(tree[site.place])
    line: int = before[site.place].lineno  # type: ignore[attr-defined]
    text = ast.unparse(ast.fix_missing_locations(tree[0]))
    return Mutation(line, kind, _text(before[site.statement]), _text(tree[site.statement]), text)


def _numbered(source: str) -> ast.AST:
    tree = ast.parse(source)
    for place, node in enumerate(ast.walk(tree)):
        node.place = place  # type: ignore[attr-defined]
    return tree


def _text(statement: ast.AST) -> str:
    """A statement on one line; of a compound one its head."""
    return " ".join(ast.unparse(statement).split("\n")[0].split())


def _nodes(node: ast.AST, owner: ast.AST | None = None) -> Iterator[tuple[ast.AST, ast.AST]]:
    """(statement around it, node) for every node that may be changed."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "bases", "type_params"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or isinstance(child, ast.Import | ast.ImportFrom | ast.Assert):
                continue
            if isinstance(child, ast.keyword) and child.arg in _IGNORED_KEYWORDS:
                continue
            around = child if isinstance(child, ast.stmt) else owner
            if around is not None and hasattr(child, "lineno"):
                yield around, child
            yield from _nodes(child, around)


def _changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    match node:
        case ast.Compare(ops=[op], left=left, comparators=[right]):
            yield "negated", _set("ops", [_NEGATED[type(op)]()])
            if type(op) in _EDGE and (_whole(left) or _whole(right)):
                yield "edge", _set("ops", [_EDGE[type(op)]()])
        case ast.Compare(ops=[first, *middle, last]):
            yield "negated", _set("ops", [_NEGATED[type(first)](), *middle, last])
            yield "negated", _set("ops", [first, *middle, _NEGATED[type(last)]()])
        case ast.BinOp(op=sign) | ast.AugAssign(op=sign) if type(sign) in _ARITHMETIC:
            yield "arithmetic", _set("op", _ARITHMETIC[type(sign)]())
        case ast.BoolOp(op=word):
            yield "logic", _set("op", ast.Or() if isinstance(word, ast.And) else ast.And())
        case ast.UnaryOp(op=ast.USub()):
            yield "sign", _set("op", ast.UAdd())
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield "logic", _set("operand", ast.UnaryOp(ast.Not(), operand))
        case ast.Constant(value=bool() as value):
            yield "constant", _set("value", not value)
        case ast.Constant(value=int() as value):
            yield "constant", _set("value", value + 1)
            yield "constant", _set("value", value - 1)
        case ast.Constant(value=float() as value):
            yield "constant", _set("value", 2.0 * value if value else 1.0)
            yield "constant", _set("value", 0.5 * value if value else -1.0)
        case ast.IfExp(test=test):
            yield "branches", _set("test", ast.UnaryOp(ast.Not(), test))
        case ast.If(test=ast.Name() | ast.Attribute() | ast.Call() as condition):
            yield "logic", _set("test", ast.UnaryOp(ast.Not(), condition))
        case ast.Call(func=ast.Name(id=name) as function) if name in _OTHER_NAME:
            yield "function", _set("func", ast.Name(_OTHER_NAME[name], function.ctx))
        case ast.Call(func=ast.Attribute(value=owner, attr=name)) if name in _OTHER_NAME:
            yield "function", _set("func", ast.Attribute(owner, _OTHER_NAME[name], ast.Load()))
        case _:
            pass
    match node:
        case ast.AugAssign() | ast.Delete() | ast.Raise() | ast.Continue() | ast.Expr(value=ast.Call()):
            yield "removed", _remove
        case ast.Assign(targets=[ast.Attribute()]):
            yield "removed", _remove
        case _:
            pass


def _set(name: str, value: object) -> Change:
    return lambda node: setattr(node, name, value)


def _whole(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=int()):
            return True
        case ast.Call(func=ast.Name(id="len" | "round") | ast.Attribute(attr="count_nonzero")):
            return True
        case _:
            return False


def _remove(node: ast.AST) -> None:
    node.__class__ = ast.Pass
