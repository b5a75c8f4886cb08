"""From a client's statement to its PDF, in the client's language and the look of the seller's own template."""

from __future__ import annotations

from pathlib import Path

from facturier.assets import DEFAULT_TEMPLATE, no_template, template_folder
from facturier.books import Books
from facturier.client_statement import Statement
from facturier.mentions import PRINTED_LANGUAGES
from facturier.messages import Message, message
from facturier.pages.parties import page_client, page_seller
from facturier.pdf.render import Rendered, render_pdf
from facturier.pdf.shelf import choose, chosen_template
from facturier.pdf.statement_page import StatementPage
from facturier.pdf.template import statement_template
from facturier.rendering import RenderingError, read_logo


def render_statement(statement: Statement, books: Books, folder: Path) -> tuple[Rendered, list[Message]]:
    """Render a statement.

    Args:
        statement: What it says.
        books: The books it comes from.
        folder: The ledger's folder, for the logo, templates and fonts.

    Returns:
        The file, and what could not be shown as asked.

    Raises:
        RenderingError: There is no seller or no such client, or the seller's template is not there.
        TemplateError: The template cannot be used.
    """
    client = books.clients.at(statement.client, statement.day) or books.clients.latest(statement.client)
    identifier = books.sellers.sole or next(iter(books.sellers), "")
    seller = books.sellers.at(identifier, statement.day) if identifier else None
    if seller is None or client is None:
        raise RenderingError(message('There is no seller: add a custom "seller" directive dated before the document.'))
    language = client.language or "fr"
    language = language if language in PRINTED_LANGUAGES else "en"
    name = seller.template or DEFAULT_TEMPLATE
    found = template_folder(name, folder)
    if found is None:
        raise RenderingError(no_template(name, folder))
    look = books.appearance
    choice = choose(found, folder, look.theme(name, statement.day), look.words(language, statement.day))
    logo, warnings = read_logo(seller.logo, folder)
    page = StatementPage(
        date=statement.day,
        begins=statement.begins,
        language=language,
        currency=books.currency,
        seller=page_seller(seller, client, language),
        client=page_client(client, seller, language),
        accounts=statement.accounts,
        iban=seller.iban,
        bic=seller.bic,
    )
    template = statement_template(chosen_template(choice))
    return render_pdf(page, template, pictures={"logo": logo} if logo else {}), warnings
