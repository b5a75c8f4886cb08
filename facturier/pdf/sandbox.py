"""Jinja2 for templates that are not trusted: no Python, no files, no endless work.

A template sees values and a fixed set of filters. It calls nothing but its own macros and the functions given to
it; it can neither read attributes beginning with an underscore nor change a value. Every step of a loop, every
call and every character written is counted against a budget, so a template that would run for hours or fill the
memory stops with an error instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from datetime import date
from decimal import Decimal
from functools import wraps
from types import FunctionType
from typing import TYPE_CHECKING, Any
from unicodedata import is_normalized, normalize

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import SecurityError
from jinja2.ext import Extension
from jinja2.runtime import BlockReference, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from facturier.messages import Message, message
from facturier.pdf.schema import LOCATION

if TYPE_CHECKING:
    from jinja2 import BaseLoader
    from jinja2.runtime import Context

MOST_STEPS = 300_000
MOST_CHARACTERS = 20_000_000
_LARGEST_NUMBER = 10**18
_MOST_ATTRIBUTES = 2000

# XML 1.0, production 2: every other character cannot be written, escaped or not.
_TO_ESCAPE = re.compile("[&<>\"']")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# Jinja's own filters that stay, by what they take: a text, a list, or anything.
_TEXT_FILTERS = ("capitalize", "e", "escape", "lower", "string", "title", "trim", "upper")
_LIST_FILTERS = ("list", "map", "reject", "rejectattr", "select", "selectattr")
_PLAIN_FILTERS = ("abs", "count", "d", "default", "first", "int", "last", "length")
_TESTS = ("defined", "undefined", "none", "string", "number", "even", "odd", "true", "false")

_SCALARS = (str, int, float, Decimal, date, type(None))
# Types of values that are told at one look: nothing of theirs can be called or looked into.
_PLAIN_TYPES = frozenset({*_SCALARS, bool, tuple})
_PLAIN_SCALARS = _PLAIN_TYPES - {tuple}


class OverBudgetError(Exception):
    """A template did more than any page needs.

    Attributes:
        message: What it did too much of.
    """

    def __init__(self, text: Message) -> None:
        super().__init__(text)
        self.message = text


class Budget:
    """What is left of one rendering's steps and characters."""

    __slots__ = ("characters", "steps")

    def __init__(self) -> None:
        self.steps = MOST_STEPS
        self.characters = MOST_CHARACTERS

    def step(self) -> None:
        """Count one step."""
        self.steps -= 1
        if self.steps < 0:
            raise OverBudgetError(message("The template loops: more than {most} steps.", most=MOST_STEPS))

    def write(self, count: int) -> None:
        """Count characters made."""
        self.characters -= count
        if self.characters < 0:
            raise OverBudgetError(message("The template writes more than {most} characters.", most=MOST_CHARACTERS))


_budget: ContextVar[Budget] = ContextVar("budget")


def render_within_budget(render: Callable[[], str]) -> str:
    """Run a rendering with a budget of its own, and return it without characters that XML 1.0 cannot hold.

    Raises:
        OverBudgetError: It went beyond it.
    """
    token = _budget.set(Budget())
    try:
        return _NOT_XML.sub(" ", render())
    except RecursionError as error:
        raise OverBudgetError(message("A macro or an include calls itself without end.")) from error
    finally:
        _budget.reset(token)


def _counted(values: Iterable[object]) -> Iterator[object]:
    """Yield the values of a loop, each a step."""
    budget = _budget.get()
    for value in values:
        budget.step()
        yield value


def scalar(value: object) -> object:
    """Return a single value as it is; a list, which could hold itself a million times over, is refused."""
    if type(value) in _PLAIN_SCALARS:
        return value
    if isinstance(value, StrictUndefined):
        str(value)  # raises the error that names it
    if not isinstance(value, _SCALARS):
        raise SecurityError(f"a text, a number or a date is needed here, not a {type(value).__name__}")
    return value


def scalars(values: Iterable[object]) -> None:
    """Refuse what is no single value, as ``scalar`` does."""
    for value in values:
        if type(value) not in _PLAIN_SCALARS:
            scalar(value)


def _comparable(value: object) -> object:
    """Return a value that may be compared: a single one, or a list of single ones."""
    if type(value) in _PLAIN_SCALARS:
        return value
    if isinstance(value, list | tuple):
        for item in value:
            scalar(item)
        return value
    return value if isinstance(value, StrictUndefined | range) else scalar(value)


def _joined(*parts: object) -> object:
    """Return what ``a ~ b`` gives, within the budget."""
    if all(type(part) is str for part in parts):
        joined = "".join(parts)  # type: ignore[arg-type]
        _budget.get().write(len(joined))
        return joined
    return _join(parts)


def _join(parts: Iterable[object], between: str = "") -> object:
    """Return single values one behind the other; markup stays markup, and the rest of it is escaped."""
    texts = [part if isinstance(part, Markup) else str(scalar(part)) for part in _counted(parts)]
    _budget.get().write(sum(map(len, texts)) + len(between) * len(texts))
    if any(isinstance(text, Markup) for text in texts) or isinstance(between, Markup):
        return escape(between).join(texts)
    return between.join(texts)


def _replace(text: str, old: str, new: str) -> str:
    """Return a text with every ``old`` replaced, within the budget."""
    text, old, new = (str(scalar(part)) for part in (text, old, new))
    _budget.get().write(len(text) + text.count(old) * len(new))
    return text.replace(old, new)


def _unique(values: Iterable[object]) -> list[object]:
    """Return single values without their repetitions, in the order of the first ones."""
    return list(dict.fromkeys(scalar(value) for value in _counted(values)))


def _batch(values: Iterable[object], size: int) -> list[list[object]]:
    """Return the values in lists of ``size``."""
    items = list(_counted(values))
    return [items[start : start + size] for start in range(0, len(items), max(int(size), 1))]


def _guarded(function: Callable[..., object], guard: Callable[..., object]) -> Callable[..., object]:
    """Return one of Jinja's filters with its value passed through a guard."""
    place = 1 if hasattr(function, "jinja_pass_arg") else 0

    @wraps(function)
    def filtered(*arguments: Any, **named: Any) -> object:
        return function(*arguments[:place], guard(arguments[place]), *arguments[place + 1 :], **named)

    return filtered


def _finalized(value: object) -> str:
    """Return a value as it is written: escaped unless it is markup, composed (NFC) by itself; nothing for None."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else str(scalar(value))
    _budget.get().write(len(text))
    if not text.isascii() and not is_normalized("NFC", text):
        composed = normalize("NFC", text)
        text = Markup(composed) if isinstance(value, Markup) else composed  # noqa: S704 (was markup before)
    return text if type(text) is Markup or not _TO_ESCAPE.search(text) else escape(text)


class _Output(CodeGenerator):
    """Writes every value by the one call of ``_finalized``; Jinja's own would escape it in a second step."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:  # noqa: ARG002
        self.write("environment.finalize(")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:  # noqa: ARG002
        self.write(")")


class _Guard(NodeTransformer):
    """Rewrites a parsed template so that loops and concatenations are counted."""

    def visit_For(self, node: nodes.For) -> nodes.For:  # noqa: N802 (Jinja's naming)
        self.generic_visit(node)
        node.iter = nodes.Filter(node.iter, "_counted", [], [], None, None, lineno=node.lineno)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Filter:  # noqa: N802
        self.generic_visit(node)
        return nodes.Filter(node.nodes[0], "_joined", node.nodes[1:], [], None, None, lineno=node.lineno)

    def visit_Compare(self, node: nodes.Compare) -> nodes.Compare:  # noqa: N802
        self.generic_visit(node)
        node.expr = nodes.Filter(node.expr, "_comparable", [], [], None, None, lineno=node.lineno)
        for operand in node.ops:
            operand.expr = nodes.Filter(operand.expr, "_comparable", [], [], None, None, lineno=node.lineno)
        return node

    def visit_ScopedEvalContextModifier(self, node: nodes.ScopedEvalContextModifier) -> nodes.Node:  # noqa: N802
        raise TemplateSyntaxError("autoescape cannot be switched off", node.lineno)


class _Locations(Extension):
    """Notes in every element of the page dialect the line of the template it stands on."""

    _ELEMENT = re.compile(r"(\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|<!--.*?-->)|<([a-z][\w-]*)", re.DOTALL)

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002
        """Return the source with a location attribute in each start tag."""
        prefix = "" if name in (None, "invoice.xml") else f"{name}:"
        line, seen = 1, 0

        def located(found: re.Match[str]) -> str:
            nonlocal line, seen
            if found[1] is not None:
                return found[1]
            line += source.count("\n", seen, found.start())
            seen = found.start()
            return f'<{found[2]} {LOCATION}="{prefix}{line}"'

        return self._ELEMENT.sub(located, source)


class PageEnvironment(ImmutableSandboxedEnvironment):
    """The environment of page templates."""

    intercepted_binops = frozenset({"*", "**", "+", "%"})
    code_generator_class = _Output

    def __init__(self, loader: BaseLoader, filters: dict[str, Callable[..., object]]) -> None:
        super().__init__(
            loader=loader,
            autoescape=True,
            undefined=StrictUndefined,
            finalize=_finalized,
            extensions=[_Locations],
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        kept = {name: self.filters[name] for name in _PLAIN_FILTERS}
        kept.update({name: _guarded(self.filters[name], scalar) for name in _TEXT_FILTERS})
        kept.update({name: _guarded(self.filters[name], _counted) for name in _LIST_FILTERS})
        kept.update({name: _guarded(function, scalar) for name, function in filters.items()})
        kept.update(_counted=_counted, _joined=_joined, _comparable=_comparable)
        kept.update(join=_join, replace=_replace, unique=_unique, batch=_batch)
        self.filters = kept
        self.tests = {name: self.tests[name] for name in _TESTS}
        self.globals = {"range": self.globals["range"], "namespace": self.globals["namespace"]}
        self.safe_attributes: dict[tuple[type, str], bool] = {}
        self.callables = tuple(self.globals.values())

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree: nodes.Template = _Guard().visit(super()._parse(source, name, filename))
        return tree

    def is_safe_callable(self, obj: Any) -> bool:
        """Allow macros, loops, blocks and the functions given to the template; no method of any value."""
        if isinstance(obj, Macro | LoopContext | BlockReference):
            return True
        owner = getattr(obj, "__self__", None)
        if isinstance(owner, LoopContext | BlockReference):
            return True
        return any(obj is known for known in self.callables) or getattr(obj, "page_function", False) is True

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Tell whether an attribute may be read; Jinja's answer depends on type and name only, so it is kept."""
        key = (type(obj), attr)
        safe = self.safe_attributes.get(key)
        if safe is None:
            safe = super().is_safe_attribute(obj, attr, value)
            if len(self.safe_attributes) < _MOST_ATTRIBUTES:
                self.safe_attributes[key] = safe
        return safe

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Read an attribute; a plain value under a name found safe before is read at once."""
        if self.safe_attributes.get((type(obj), attribute)):
            value = getattr(obj, attribute, obj)
            if type(value) in _PLAIN_TYPES:
                return value
        return super().getattr(obj, attribute)

    def call(self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        """Make a call; functions of the page are called at once, macros, which can call themselves, are counted."""
        is_function = type(__obj) is FunctionType and __obj.__dict__.get("page_function") is True
        if not is_function:
            _budget.get().step()
            if type(__obj) is not Macro:
                return super().call(__context, __obj, *args, **kwargs)
        if kwargs:
            kwargs.pop("_loop_vars", None)  # as Jinja's own call does
            kwargs.pop("_block_vars", None)
        return __obj(*args, **kwargs) if is_function else __obj(__context.eval_ctx, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Calculate with numbers of a sensible size; texts are joined with ``~``."""
        for operand in (left, right):
            if isinstance(operand, str | bytes | list | tuple):
                raise SecurityError(f"{operator} works on numbers; join texts with ~")
            if abs(operand) > _LARGEST_NUMBER:
                raise SecurityError("a number is too large to calculate with")
        if operator == "**":
            raise SecurityError("** is not available")
        return super().call_binop(context, operator, left, right)
