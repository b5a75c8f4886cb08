"""Lines of a CII file: filled into the words of others of their kind, they are what they would be alone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from facturier.einvoice import cii_lines, figures
from facturier.einvoice.elements import CII_NAMESPACES, Element, add, finished
from facturier.einvoice.invoice import InvoiceLine

texts = st.text(max_size=20) | st.sampled_from(["100 % coton & <lin>", "%s", "\ue000", "\x00", "a\r\nb"])
amounts = st.decimals(min_value=-100_000, max_value=100_000, places=2)
lines = st.builds(
    InvoiceLine,
    id=st.integers(1, 500).map(str),
    note=texts,
    quantity=amounts,
    unit=st.sampled_from(["DAY", "HUR", "C62"]),
    net=amounts,
    period_start=st.none() | st.just(date(2026, 1, 1)),
    period_end=st.none() | st.just(date(2026, 1, 31)),
    adjustment=st.none(),
    price=amounts.map(abs),
    category=st.sampled_from(["S", "E", "O"]),
    rate=st.none() | st.sampled_from([Decimal(20), Decimal("5.5"), Decimal("20.00")]),
    item=texts,
    description=texts,
    product=texts,
)


def written(line: InvoiceLine, *, alone: bool) -> bytes:
    root = Element("rsm:CrossIndustryInvoice")
    transaction = add(root, "rsm:SupplyChainTradeTransaction")
    if alone:
        amount = figures.amount(line.net)
        own = line.id, line.product, line.item, line.description, figures.price(line.price)
        holder = cii_lines._Texts(*own, figures.quantity(line.quantity), amount)
        transaction.children.append(cii_lines._element(line, holder))
    else:
        cii_lines.add_line(transaction, line)
    return finished(root, CII_NAMESPACES)


@given(lines)
def test_a_line_filled_into_the_words_of_its_kind_is_the_line_itself(line: InvoiceLine) -> None:
    plain = line._replace(note="", period_start=None, period_end=None)
    for one in (line, plain):
        assert written(one, alone=False) == written(one, alone=True)
