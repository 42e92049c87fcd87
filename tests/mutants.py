"""What `mutate.py` changes in a module: one operator, number, statement or operand at a time.

Operators and numbers are cosmic-ray's. It knows none of the others, and of those who keep counts the statements matter
most: here one is left out, an operand of `and` or `or` decides nothing, or `min` is `max`.
"""

import ast
import re
from collections.abc import Iterator

#: Operators that change nothing: `is` for `==` between small numbers, and the reverse between members of an enum.
_SAME = re.compile(r"core/ReplaceComparisonOperator_((Eq|NotEq|Lt|LtE|Gt|GtE)_Is(Not)?|Is_Eq|IsNot_NotEq)$")
_STATEMENTS = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.Return)


def operators(text: str) -> Iterator[str]:
    """The module, each time with one operator or number that is another one."""
    from cosmic_ray.ast import ast_nodes, get_ast  # type: ignore[import-untyped,import-not-found,unused-ignore]
    from cosmic_ray.mutating import mutate_code  # type: ignore[import-untyped,import-not-found,unused-ignore]
    from cosmic_ray.plugins import get_operator, operator_names  # type: ignore[import-untyped,import-not-found,unused-ignore]

    nodes = list(ast_nodes(get_ast(text)))
    for name in operator_names():
        kind = get_operator(name)
        if _SAME.match(name) or kind.arguments():
            continue
        operator = kind()
        for number in range(sum(len(list(operator.mutation_positions(node))) for node in nodes)):
            changed = mutate_code(text, operator, number)
            if changed is not None and changed != text:
                yield changed


def statements(text: str) -> Iterator[str]:
    """The module, each time with one statement or operand that is left out, or `min` for `max`."""
    lines = text.encode().splitlines(keepends=True)
    begins = [sum(map(len, lines[:number])) for number in range(len(lines))]
    for function in ast.walk(ast.parse(text)):
        if isinstance(function, ast.FunctionDef):
            for node, instead in _replaced(function):
                assert node.end_lineno is not None
                assert node.end_col_offset is not None
                start = begins[node.lineno - 1] + node.col_offset
                end = begins[node.end_lineno - 1] + node.end_col_offset
                whole = b"".join(lines)
                yield (whole[:start] + instead.encode() + whole[end:]).decode()


def _replaced(function: ast.FunctionDef) -> Iterator[tuple[ast.stmt | ast.expr, str]]:
    """Parts of a function, each with what stands in its place."""
    for node in ast.walk(function):
        if isinstance(node, _STATEMENTS) and not _says_nothing(node):
            yield node, "pass"
        elif isinstance(node, ast.BoolOp):
            yield from ((operand, str(isinstance(node.op, ast.And))) for operand in node.values)
        elif isinstance(node, ast.Name) and node.id in ("min", "max"):
            yield node, "max" if node.id == "min" else "min"


def _says_nothing(node: ast.stmt) -> bool:
    """Whether it is a docstring, or an annotation alone."""
    if isinstance(node, ast.AnnAssign):
        return node.value is None
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
