"""Reading ``custom`` directives and metadata by their declarations.

Reading never stops at a fault: what is wrong is reported with its place, and left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple

from beancount.core import account as account_type
from beancount.core import data
from beancount.utils.defdict import ImmutableDictWithDefault

from facturier.directives.declaration import Argument, Directive, Key
from facturier.directives.events import CLOSE, EVENTS, SEAL
from facturier.directives.faults import ARGUMENTS, UNKNOWN_DIRECTIVE, UNKNOWN_KEY, WRONG_VALUE
from facturier.directives.kinds import ACCOUNT, accept
from facturier.directives.setup import SETUP
from facturier.directives.source import place_of_key
from facturier.directives.spelling import nearest
from facturier.directives.transactions import POSTING_KEYS, TRANSACTION_KEYS
from facturier.messages import Message, message
from facturier.violations import Place, Violation

Report = Callable[[Violation], None]

DIRECTIVES: Mapping[str, Directive] = {directive.name: directive for directive in (*SETUP, *EVENTS, SEAL, CLOSE)}
# Names of other programs' directives that are near to ours but no slips of typing.
_FOREIGN = frozenset({"fava-option", "fava-extension", "fava-sidebar-link", "budget"})
_BEANCOUNTS_OWN = {"filename": str, "lineno": int, "__automatic__": bool, "__tolerances__": ImmutableDictWithDefault}
_ALWAYS = frozenset(_BEANCOUNTS_OWN)
_PLACE_KEYS = len(("filename", "lineno"))
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Record(NamedTuple):
    """A ``custom`` directive as declared: its arguments and its keys, only the valid ones."""

    directive: Directive
    date: date
    arguments: tuple[Any, ...]
    values: Mapping[str, Any]
    entry: data.Custom

    @property
    def place(self) -> Place:
        """The line of the ledger it stands on."""
        return Place.of(self.entry.meta)


class Shape:
    """The keys that may stand on one kind of thing, ready for the fast check of many.

    Attributes:
        declared: The keys, by name.
        also: Keys that belong to a neighbour (the transaction of a posting), for the hint.
        closed: Whether any key that is not declared is a fault.
        fast: For each name and type of value that may stand, the check it still needs, or None.
    """

    def __init__(
        self, declared: Mapping[str, Key], also: Mapping[str, Key] | None = None, *, closed: bool = False
    ) -> None:
        self.declared = declared
        self.also = also or {}
        self.closed = closed
        self.fast: dict[str, dict[type, Callable[[Any], Message | None] | None]] = {
            name: dict.fromkeys(key.kind.types, None if key.kind.refuse is accept else key.kind.refuse)
            for name, key in declared.items()
        }
        for name, kind in _BEANCOUNTS_OWN.items():
            self.fast[name] = {kind: None}


TRANSACTION = Shape(TRANSACTION_KEYS, POSTING_KEYS)
_SEAL = Shape(SEAL.keys, closed=True)
POSTING = Shape(POSTING_KEYS, TRANSACTION_KEYS)


def checked(meta: Mapping[str, Any] | None, shape: Shape, report: Report, entry: data.Directive) -> Mapping[str, Any]:
    """Return metadata whose declared keys hold only valid values.

    Nearly all metadata is right, and then it is given back as it is: this runs for every
    posting of the books.
    """
    if meta is None or (len(meta) == _PLACE_KEYS and "lineno" in meta):
        return _NOTHING
    known = shape.fast
    try:
        for name, value in meta.items():
            refuse = known[name][type(value)]
            if refuse is not None and refuse(value) is not None:
                break
        else:
            return meta
    except KeyError:
        pass
    return read_keys(meta, shape.declared, report, entry, closed=shape.closed, also=shape.also)


def read_custom(entry: data.Custom, report: Report) -> Record | None:
    """Read one ``custom`` directive; None when it is not ours or cannot be understood."""
    directive = DIRECTIVES.get(entry.type)
    if directive is None:
        _suspect(entry, report)
        return None
    arguments = _read_arguments(directive, entry, report)
    if arguments is None:
        return None
    # There is a seal for each document, hence the check made for many.
    if directive is SEAL:
        return Record(directive, entry.date, arguments, checked(entry.meta, _SEAL, report, entry), entry)
    values = read_keys(entry.meta, directive.keys, report, entry, closed=True)
    return Record(directive, entry.date, arguments, values, entry)


def read_keys(
    meta: Mapping[str, Any],
    declared: Mapping[str, Key],
    report: Report,
    entry: data.Directive,
    *,
    closed: bool = False,
    also: Mapping[str, Key] | None = None,
) -> dict[str, Any]:
    """Return the valid declared keys of some metadata.

    Args:
        meta: beancount's metadata of a directive or posting.
        declared: The keys that may stand there.
        report: Takes each fault found.
        entry: The directive, for the report.
        closed: Whether a key that is not declared is a fault; otherwise only a key close to a
            declared one is, since people keep keys of their own on transactions.
        also: Keys that belong to a neighbour (the transaction of a posting), for the hint.
    """
    values: dict[str, Any] = {}
    for name, value in meta.items():
        key = declared.get(name)
        if key is None:
            if name not in _ALWAYS and name[0] != "_":
                _unknown_key(name, meta, declared, also or {}, report, entry, closed)
        elif value is None:
            _wrong_value(
                key,
                meta,
                message("it has no value; write for example {example}", example=key.kind.example),
                report,
                entry,
            )
        elif isinstance(value, str) and not value:
            values[name] = value
        else:
            fault = key.kind.fault(value)
            if fault is None:
                values[name] = value
            else:
                _wrong_value(key, meta, fault, report, entry)
    return values


def _read_arguments(directive: Directive, entry: data.Custom, report: Report) -> tuple[Any, ...] | None:
    given: Sequence[Any] = entry.values or []
    declared = directive.arguments
    if len(given) == len(declared) and all(map(_is_right, declared, given)):
        return tuple([value for value, _ in given])
    required = sum(not argument.optional for argument in declared)
    if not required <= len(given) <= len(declared):
        found = message(
            'custom "{name}" takes {wanted}, and {count} were given; write for example: {example}',
            name=directive.name,
            wanted=", ".join(argument.name for argument in declared),
            count=len(given),
            example=directive.example.split("\n")[0],
        )
        report(Violation(ARGUMENTS, found, Place.of(entry.meta), entry))
        return None
    for argument, value in zip(declared, given, strict=False):
        fault = _argument_fault(argument, value)
        if fault is not None:
            found = message(
                'custom "{name}": its {argument} is wrong: {fault}',
                name=directive.name,
                argument=argument.name,
                fault=fault,
            )
            report(Violation(ARGUMENTS, found, Place.of(entry.meta), entry))
            return None
    return tuple(value.value for value in given)


def _is_right(argument: Argument, given: Any) -> bool:
    """Tell at little cost that ``_argument_fault`` finds nothing."""
    value, dtype = given
    kind = argument.kind
    return (
        type(value) in kind.types
        and (dtype == account_type.TYPE) is (kind is ACCOUNT)
        and (kind.refuse is accept or kind.refuse(value) is None)
    )


def _argument_fault(argument: Argument, value: Any) -> Message | None:
    is_account = value.dtype == account_type.TYPE
    if is_account != (argument.kind is ACCOUNT):
        if is_account:
            return message('a text in quotes is expected, such as "…", not {value}', value=value.value)
        return message("an account is expected, such as Assets:Clients, not {value}", value=value.value)
    return argument.kind.fault(value.value)


def _suspect(entry: data.Custom, report: Report) -> None:
    if entry.type in _FOREIGN:
        return
    meant = nearest(entry.type, DIRECTIVES)
    if meant is not None:
        found = message('custom "{name}" means nothing here; did you mean "{meant}"?', name=entry.type, meant=meant)
        report(Violation(UNKNOWN_DIRECTIVE, found, Place.of(entry.meta), entry))
    elif not entry.values:
        found = message('custom "{name}" has no value; beancount itself needs at least one.', name=entry.type)
        report(Violation(ARGUMENTS, found, Place.of(entry.meta), entry))


def _unknown_key(
    name: str,
    meta: Mapping[str, Any],
    declared: Mapping[str, Key],
    also: Mapping[str, Key],
    report: Report,
    entry: data.Directive,
    closed: bool,
) -> None:
    meant = nearest(name, declared) or (nearest(name, also) if name not in also else None)
    if meant is not None:
        found = message("The key {key} is not known here; did you mean {meant}?", key=name, meant=meant)
    elif closed:
        found = message(
            "The key {key} is not known here; known are: {keys}.", key=name, keys=", ".join(sorted(declared))
        )
    else:
        return
    report(Violation(UNKNOWN_KEY, found, place_of_key(Place.of(meta), name), entry))


def _wrong_value(key: Key, meta: Mapping[str, Any], fault: Message, report: Report, entry: data.Directive) -> None:
    found = message("{key}: {fault}.", key=key.name, fault=fault)
    report(Violation(WRONG_VALUE, found, place_of_key(Place.of(meta), key.name), entry))
