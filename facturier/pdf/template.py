"""A template: a folder with ``invoice.xml``, ``theme.toml`` and, if it likes, ``wording/`` and ``fonts/``.

    my-invoices/templates/studio/
        invoice.xml      Jinja2 that writes the page dialect
        theme.toml       colours, styles, fonts
        wording/fr.toml  its own words, over those that come with facturier

It is read and compiled once; rendering is a pure function of the page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import BaseLoader, TemplateNotFound, TemplateSyntaxError
from jinja2 import TemplateError as JinjaError
from markupsafe import Markup, escape

from facturier.assets import TEMPLATE_FILE, packaged_templates
from facturier.messages import message
from facturier.pdf.faults import TemplateError
from facturier.pdf.sandbox import OverBudgetError, PageEnvironment, render_within_budget, scalars
from facturier.pdf.theme import Theme, read_theme
from facturier.pdf.wording import Wording, read_wording

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from decimal import Decimal
    from types import TracebackType

    from jinja2 import Environment

    from facturier.pdf.page import Page
    from facturier.pdf.statement_page import StatementPage

    AnyPage = Page | StatementPage

MAIN = TEMPLATE_FILE
_FILE_NAME = re.compile(r"[\w-][\w.-]*\.xml")
_LANGUAGE = re.compile(r"[a-z]{2}")


@dataclass(frozen=True, slots=True, eq=False)
class PageTemplate:
    """A template ready to use.

    Attributes:
        name: The folder's name.
        folder: Where it is.
        theme: Its theme, with the user's own values laid over.
        words: The user's own words, laid over those of the page's language.
        main: The file it begins with.
    """

    name: str
    folder: Path
    theme: Theme
    environment: PageEnvironment
    words: Mapping[str, str] = field(default_factory=dict)
    wordings: dict[str, Wording] = field(default_factory=dict)
    main: str = MAIN

    @property
    def filename(self) -> str:
        """How errors call the main file."""
        return str(self.folder / self.main)

    def wording(self, language: str) -> Wording:
        """Return the words of a language.

        Raises:
            TemplateError: There are none.
        """
        if language not in self.wordings:
            wording = _load_wording(self.folder, language)
            self.wordings[language] = replace(wording, texts={**wording.texts, **self.words}) if self.words else wording
        return self.wordings[language]

    def render(self, page: AnyPage, ratios: Mapping[str, float] | None = None) -> str:
        """Return the page description of a page.

        Args:
            page: What to show.
            ratios: Width by height of the pictures it may use, by their names.

        Raises:
            TemplateError: The template is wrong, or does more than a page needs.
        """
        wording = self.wording(page.language)
        functions = _functions(wording, page.currency, ratios or {})
        context = {"page": page, "options": self.theme.options, **functions}
        try:
            template = self.environment.get_template(self.main)
            return render_within_budget(lambda: template.render(context))
        except TemplateSyntaxError as error:
            raise self.fault(error.name or self.main, error.lineno, error) from error
        except (OverBudgetError, TemplateError) as error:
            cause = error.__cause__ or error
            name, line = _template_line(cause.__traceback__)
            raise TemplateError(str(self.folder / (name or self.main)), line, error.message) from error
        except (JinjaError, ArithmeticError, TypeError, ValueError, AttributeError, KeyError, IndexError) as error:
            name, line = _template_line(error.__traceback__)
            raise self.fault(name or self.main, line, error) from error

    def fault(self, name: str, line: int, error: Exception) -> TemplateError:
        """Return an error at a line of one of the template's files."""
        if isinstance(error, TemplateNotFound):
            text = message("There is no file {name} in the template's folder.", name=error.name or "")
        else:
            text = message("The template cannot be used: {error}.", error=str(error).rstrip("."))
        return TemplateError(str(self.folder / name), line, text)


def load_template(
    folder: Path,
    over: Mapping[str, Any] | None = None,
    words: Mapping[str, str] | None = None,
    fonts: Sequence[Path] = (),
) -> PageTemplate:
    """Read a template's folder.

    Args:
        folder: The folder.
        over: The user's own theme values, laid over ``theme.toml`` key by key.
        words: The user's own words, by their dotted names.
        fonts: Further folders of fonts.

    Raises:
        TemplateError: A file is missing or wrong.
    """
    theme_file = folder / "theme.toml"
    theme = read_theme(_text(theme_file), str(theme_file), over, (*fonts, folder / "fonts"))
    return PageTemplate(folder.name, folder, theme, PageEnvironment(_FolderLoader(folder), _FILTERS), words or {})


@cache
def packaged_template(name: str = "default") -> PageTemplate:
    """Return a template that comes with facturier, read once per process.

    Raises:
        TemplateError: There is none of this name.
    """
    folder = packaged_templates() / name
    if not re.fullmatch(r"[\w-]+", name) or not (folder / MAIN).is_file():
        raise TemplateError(name, 0, message("There is no template “{name}”.", name=name))
    return load_template(folder)


def statement_template(look: PageTemplate) -> PageTemplate:
    """Return the template of statements in the look of another one: its theme, its fonts and the user's own words."""
    folder = packaged_templates() / "statement"
    environment = PageEnvironment(_FolderLoader(folder), _FILTERS)
    return replace(look, folder=folder, environment=environment, wordings={}, main="statement.xml")


class _FolderLoader(BaseLoader):
    """Finds the XML files of one folder by their bare names: no paths, no other folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:  # noqa: ARG002
        """Return a file's text."""
        path = self.folder / template
        if not _FILE_NAME.fullmatch(template) or not path.is_file():
            raise TemplateNotFound(template)
        return _text(path), str(path), lambda: True


def _text(path: Path) -> str:
    """Return a template file's text, or raise the sentence that says why it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TemplateError(str(path), 0, message("The file cannot be read: {error}.", error=error)) from error


def _load_wording(folder: Path, language: str) -> Wording:
    """Read a language: the words that come with facturier, and the template's own over them."""
    own = folder / "wording" / f"{language}.toml"
    common = packaged_templates() / "wording" / f"{language}.toml"
    known = bool(_LANGUAGE.fullmatch(language))
    if known and common.is_file():
        over = _text(own) if own.is_file() else ""
        return read_wording(language, _text(common), str(common), over, str(own) if over else "")
    if known and own.is_file():
        return read_wording(language, _text(own), str(own))
    languages = ", ".join(sorted(path.stem for path in common.parent.glob("*.toml")))
    raise TemplateError(
        str(common.parent),
        0,
        message(
            "There are no words for the language “{language}”: use one of {known}.", language=language, known=languages
        ),
    )


def _template_line(traceback: TracebackType | None) -> tuple[str, int]:
    """Return file name and line of the innermost frame that is a template's."""
    name, line = "", 0
    while traceback is not None:
        path = traceback.tb_frame.f_code.co_filename
        if path.endswith(".xml"):
            name, line = Path(path).name, traceback.tb_lineno
        traceback = traceback.tb_next
    return name, line


def _functions(wording: Wording, page_currency: str, ratios: Mapping[str, float]) -> dict[str, object]:
    """Return the functions a template may call: words and formats in the page's language."""

    def t(name: str, otherwise: str | None = None, /, **values: object) -> str:
        return wording.text(name, **values) if otherwise is None or wording.has(name) else otherwise

    def has_text(name: str) -> bool:
        return wording.has(name)

    def money(value: Decimal, currency: str = "") -> str:
        return wording.money(value, currency or page_currency)

    def round_money(value: Decimal, currency: str = "") -> str:
        return wording.money(value, currency or page_currency, whole=True)

    def ratio(name: str) -> float:
        return ratios.get(name, 0.0)

    own: list[Callable[..., object]] = [t, has_text, money, round_money, ratio]
    functions = {function.__name__: function for function in own}
    # The same ones on many lines.
    functions |= {name: cache(getattr(wording, name)) for name in ("number", "percent", "date")}
    return {name: _allowed(function) for name, function in functions.items()}


def _allowed(function: Callable[..., object]) -> Callable[..., object]:
    """Mark a function as one that templates may call."""

    def page_function(*arguments: object, **values: object) -> object:
        scalars(arguments)
        scalars(values.values())
        return function(*arguments, **values)

    page_function.page_function = True  # type: ignore[attr-defined]
    return page_function


# Filters


def _lines(text: str) -> Markup:
    """Return a text over several lines with a line break for each."""
    return Markup("<br/>").join(escape(line) for line in text.strip().splitlines())  # markup stays what it is


def _grouped(text: str, size: int = 4) -> str:
    """Return an identifier in groups held together by no-break spaces: an IBAN, a SIREN.

    >>> _grouped("732829320", 3).replace("\\u00a0", "_")
    '732_829_320'
    """
    compact = "".join(str(text).split())
    return "\u00a0".join(compact[start : start + size] for start in range(0, len(compact), size))


def _siret(text: str) -> str:
    """Return a SIRET as people write it: the SIREN by threes, then the establishment's five digits."""
    compact = "".join(str(text).split())
    return f"{_grouped(compact[:9], 3)}\u00a0{compact[9:]}" if len(compact) == 14 else compact


def _initials(name: str) -> str:
    """Return the first letters of the first two words: what stands in for a missing logo."""
    words = [word for word in re.split(r"[^\w]+", str(name)) if word]
    return "".join(word[0] for word in words[:2]).upper()


_FILTERS: dict[str, Callable[..., object]] = {
    "lines": _lines,
    "grouped": _grouped,
    "siret": _siret,
    "initials": _initials,
}
