"""The camt reader: published samples as the oracle, own files for each peculiarity, hostile files for the rest."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO, cast

import pytest
from camt_files import ACCOUNT, Entry, balance, camt, write
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from lxml.etree import _Element

from facturier.statements.camt import TAGS, _statements, read_camt
from facturier.statements.errors import StatementError, UnknownFormatError
from facturier.statements.hardened_xml import elements, local_name
from facturier.statements.line import Kind, Statement, StatementLine, Status, balance_difference

OWN = Path(__file__).parent / "data" / "statements"
PUBLISHED = Path(__file__).parents[2] / "shared" / "data" / "statements" / "camt"

# Counts, signed sums and whether it balances, from the index beside the samples (computed there without a reader):
# statements, entries, signed sum, pending, difference (None: no check possible, "?": does not balance).
ORACLE = {
    "BananaAccounting-Universal__2023-02-01_C053_001_04_CH2801234000123456789_CHF_001.xml": (1, 1, "-80", 0, "0"),
    "BananaAccounting-Universal__2023-02-01_C053_001_08_CH2801234000123456789_CHF_001.xml": (1, 1, "-80", 0, "0"),
    "BananaAccounting-Universal__export_postbank_cam.052.xml": (1, 7, "-167.91", 0, None),
    "genkgo-camt__camt052.v6.xml": (1, 1, "-200000", 1, None),
    "genkgo-camt__camt052.v8.xml": (1, 1, "-200000", 0, None),
    "genkgo-camt__camt053.v2.five.decimals.xml": (1, 1, "8.850", 0, "0.050"),
    "genkgo-camt__camt053.v2.with-account-name.xml": (1, 1, "8.85", 0, None),
    # Opening in EUR, closing in SEK: nothing can be said.
    "genkgo-camt__camt053.v2.with-party-ids.xml": (1, 1, "8.85", 0, None),
    "genkgo-camt__camt054.v2.xml": (1, 1, "-200000", 0, None),
    "genkgo-camt__camt054.v4.xml": (1, 1, "-200000", 0, None),
    "genkgo-camt__camt054.v8-with-financial-institution.xml": (1, 1, "-200000", 0, None),
    "genkgo-camt__camt054.v8.xml": (1, 1, "-200000", 0, None),
    "genkgo-camt__camt53.only-Dt-with-DtTm.xml": (1, 0, "0", 0, None),
    "prowide-prowide-iso20022__camt.053.001.07.xml": (1, 0, "0", 0, None),
}
needs_samples = pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the published samples are not beside the checkout")


def read(text: str) -> Statement:
    (statement,) = read_camt(stream(text))
    return statement


def stream(text: str | bytes) -> BinaryIO:
    return io.BytesIO(text if isinstance(text, bytes) else text.encode())


def only_line(entry: Entry, **options: object) -> StatementLine:
    (line,) = read(camt(entry, **options)).lines  # type: ignore[arg-type]
    return line


def fault(text: str | bytes) -> StatementError:
    with pytest.raises(StatementError) as raised:
        read_camt(stream(text))
    return raised.value


@needs_samples
@pytest.mark.parametrize("name", ORACLE)
def test_published_sample_gives_its_count(name: str) -> None:
    statements, entries, total, pending, difference = ORACLE[name]
    found = read_camt(PUBLISHED / name)
    lines = [line for statement in found for line in statement.lines]
    assert len(found) == statements
    assert len(lines) == entries
    assert sum((line.amount for line in lines), Decimal(0)) == Decimal(total)
    assert sum(line.status is not Status.BOOKED for line in lines) == pending
    assert balance_difference(found[0]) == (None if difference is None else Decimal(difference))


@needs_samples
def test_every_published_sample_is_in_the_oracle_or_refused() -> None:
    refused = {path.name for path in PUBLISHED.glob("*.xml")} - set(ORACLE)
    assert refused == {"genkgo-camt__camt053.v2.wrong.xml"}
    with pytest.raises(StatementError, match="holds no statement"):
        read_camt(PUBLISHED / refused.pop())


@needs_samples
def test_party_is_a_bank_from_version_7() -> None:
    (statement,) = read_camt(PUBLISHED / "genkgo-camt__camt054.v8-with-financial-institution.xml")
    assert statement.lines[0].payment.counterparty_name == "Example Creditor 3 - V1"
    assert [str(remark.message) for remark in statement.remarks] == [
        "The entry has no booking date; 2007-10-18 is taken instead."
    ]


@pytest.fixture(scope="module")
def november() -> Statement:
    (statement,) = read_camt(OWN / "november.camt053.xml")
    return statement


def test_head_and_balances(november: Statement) -> None:
    assert (november.account, november.currency, november.kind) == (ACCOUNT, "EUR", Kind.STATEMENT)
    assert november.opening is not None
    assert november.closing is not None
    assert (november.opening.amount, november.opening.date) == (Decimal("1000.00"), date(2026, 10, 31))
    assert (november.closing.amount, november.closing.date) == (Decimal("2814.55"), date(2026, 11, 30))
    assert len(november.lines) == 7
    assert len(november.booked) == 6
    assert balance_difference(november) == 0


def test_every_field_of_a_transfer(november: Statement) -> None:
    line = november.lines[0]
    assert (line.amount, line.currency, line.status) == (Decimal("1506.00"), "EUR", Status.BOOKED)
    assert (line.booking_date, line.value_date) == (date(2026, 11, 5), date(2026, 11, 6))
    assert (line.bank_reference, line.entry_reference, line.record, line.line) == ("BQ2611050001", "1", 1, 27)
    assert line.operation_code == "PMNT/RCDT/ESCT"
    assert line.statement_id == "2026-11-0001"
    assert line.label == ("VIR SEPA RECU",)
    payment = line.payment
    assert (payment.counterparty_name, payment.counterparty_iban) == (
        "MARTIN BATIMENT SAS",
        "FR7612345987650123456789014",
    )
    assert payment.ultimate_party == "MARTIN HOLDING"
    assert payment.remittance == ("VIR F2026-0042", "MERCI & À BIENTÔT")
    assert payment.end_to_end_id == ""
    assert line.texts == ("VIR F2026-0042", "MERCI & À BIENTÔT", "VIR SEPA RECU")


def test_batch_that_adds_up_is_split(november: Statement) -> None:
    line = november.lines[1]
    assert line.amount == Decimal("840.00")
    assert line.batch_agrees
    assert [(part.amount, part.counterparty_name, part.mandate_id, part.references) for part in line.payments] == [
        (Decimal("500.00"), "DUPONT", "RUM-001", ("RF18539007547034",)),
        (Decimal("340.00"), "DURAND", "RUM-002", ("F2026-0044",)),
    ]


def test_batch_that_does_not_add_up_is_one_movement_and_shown(november: Statement) -> None:
    line = november.lines[2]
    assert (line.amount, line.batch_agrees, len(line.batch)) == (Decimal("98.50"), False, 2)
    assert [payment.amount for payment in line.payments] == [Decimal("98.50")]
    assert "CB 14/11 NUMERO 2" in line.texts
    (remark,) = november.remarks
    assert remark.line == line.line
    assert "do not add up to 98.50 EUR" in str(remark.message)


def test_total_repeated_on_each_detail_is_not_added() -> None:
    detail = '<TxDtls><Amt Ccy="EUR">300.00</Amt></TxDtls>'
    line = only_line(Entry("300.00", details=f"<NtryDtls>{detail * 3}</NtryDtls>"))
    assert [payment.amount for payment in line.payments] == [Decimal("300.00")]


def test_return_keeps_its_sign_and_names_the_client(november: Statement) -> None:
    line = november.lines[3]
    assert (line.amount, line.reversal) == (Decimal("-500.00"), True)
    assert (line.payment.return_reason, line.payment.end_to_end_id) == ("AM04", "PRLV-1")
    assert line.payment.counterparty_name == "DUPONT"
    assert "PROVISION INSUFFISANTE" in line.texts


def test_foreign_order_rate_and_charges(november: Statement) -> None:
    payment = november.lines[4].payment
    assert (payment.amount, payment.currency) == (Decimal("-117.45"), "EUR")
    assert (payment.instructed_amount, payment.instructed_currency) == (Decimal("125.00"), "USD")
    assert (payment.exchange_rate, payment.charges) == (Decimal("0.9214"), Decimal("2.28"))
    assert payment.counterparty_name == "EXAMPLE BANK NA"
    assert november.lines[4].bank_reference == ""


def test_pending_entry_is_kept_but_not_booked(november: Statement) -> None:
    assert november.lines[6].status is Status.PENDING
    assert november.lines[6] not in november.booked


@pytest.mark.parametrize("version", range(1, 15))
def test_versions_read_alike(version: int) -> None:
    line = only_line(
        Entry("15.50", text="VIR F2026-0001", name="MARTIN", iban="FR7612345987650123456789014"), version=version
    )
    assert (line.amount, line.status) == (Decimal("15.50"), Status.BOOKED)
    assert (line.payment.counterparty_name, line.payment.remittance) == ("MARTIN", ("VIR F2026-0001",))


@pytest.mark.parametrize("version", [0, 15])
def test_unknown_version_is_refused_by_name(version: int) -> None:
    with pytest.raises(UnknownFormatError, match=rf"camt\.053\.001\.{version:02}; versions 01 to 14 are read"):
        read(camt(Entry("1.00"), version=version))


def test_messages_are_told_apart_by_content() -> None:
    assert [read(camt(Entry("1.00"), kind=kind)).kind for kind in ("053", "052", "054")] == [
        Kind.STATEMENT,
        Kind.REPORT,
        Kind.NOTIFICATION,
    ]


def test_lower_case_root_and_envelope_without_namespace() -> None:
    text = camt(Entry("1.00")).replace("<Document ", "<document ").replace("</Document>", "</document>")
    body = text.partition("?>\n")[2]
    envelope = (
        f'<message><AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.01"><Ntry/></AppHdr>{body}</message>'
    )
    assert len(read(envelope).lines) == 1


def test_several_statements_in_one_file() -> None:
    first, second = camt(Entry("1.00"), Entry("2.00"), statement_id="A"), camt(Entry("3.00"), statement_id="B")
    inside = second[second.index("<Stmt>") : second.index("</BkToCstmrStmt>")]
    statements = read_camt(stream(first.replace("</BkToCstmrStmt>", inside + "</BkToCstmrStmt>")))
    assert [(statement.id, [str(line.amount) for line in statement.lines]) for statement in statements] == [
        ("A", ["1.00", "2.00"]),
        ("B", ["3.00"]),
    ]


def test_supplementary_data_is_no_entry() -> None:
    extra = '<SplmtryData><Envlp><Stmt><Ntry><Amt Ccy="EUR">9.99</Amt></Ntry></Stmt></Envlp></SplmtryData>'
    statement = read(camt(Entry("1.00"), Entry("2.00", extra=extra)))
    assert [str(line.amount) for line in statement.lines] == ["1.00", "2.00"]


def test_page_balances_last_closing_counts() -> None:
    page = balance("CLBD", "99", "2026-11-02")
    text = camt(Entry("1.00"), opening="10.00").replace("</Bal>\n<Bal>", f"</Bal>{page}<Bal>", 1)
    closing = read(text).closing
    assert closing is not None
    assert closing.amount == Decimal("11.00")


def test_balance_difference_is_told_not_refused() -> None:
    assert balance_difference(read(camt(Entry("5.00"), opening="10.00", closing="14.00"))) == Decimal("-1.00")
    assert balance_difference(read(camt(Entry("5.00"), opening=None, closing="14.00"))) is None


def test_debit_names_the_creditor_never_ourselves() -> None:
    line = only_line(Entry("-20.00", name="ORANGE", iban="FR7612345987650123456789014"))
    assert (line.amount, line.payment.counterparty_name) == (Decimal("-20.00"), "ORANGE")
    assert only_line(Entry("20.00", name="ATELIER", iban=ACCOUNT)).payment.counterparty_name == ""


@pytest.mark.parametrize("written", ["NOTPROVIDED", "notprovided", "NONREF", "0000000"])
def test_placeholder_is_no_reference(written: str) -> None:
    assert only_line(Entry("1.00", bank_reference=written)).bank_reference == ""


def test_unknown_status_is_not_booked_and_said() -> None:
    statement = read(camt(Entry("1.00", status="XXXX"), closing="1000.00"))
    assert statement.lines[0].status is Status.INFORMATION
    assert "'XXXX' is no status known here" in str(statement.remarks[0].message)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("1.25</Amt>", "1,25</Amt>", "'1,25' is not an amount"),
        ("1.25</Amt>", "-1.25</Amt>", "'-1.25' is not an amount"),
        ("1.25</Amt>", "NaN</Amt>", "'NaN' is not an amount"),
        ("1.25</Amt>", "١</Amt>", "is not an amount"),
        ("1.25</Amt>", "9" * 400 + "</Amt>", "is not an amount"),
        ("1.25</Amt>", "</Amt>", "'' is not an amount"),
        ('<Amt Ccy="EUR">1.25</Amt>', "", "Ntry has no amount"),
        ('Ccy="EUR">1.25', 'Ccy="euro">1.25', "'euro' is not a currency code"),
        ("<CdtDbtInd>DBIT", "<CdtDbtInd>CREDIT", "neither CRDT nor DBIT but 'CREDIT'"),
        ("2026-11-10</Dt>", "10/11/2026</Dt>", "'10/11/2026' is not a date"),
        ("2026-11-10</Dt>", "2026-02-30</Dt>", "'2026-02-30' is not a date"),
    ],
)
def test_unreadable_figure_names_line_and_words(old: str, new: str, words: str) -> None:
    text = camt(Entry("5.00"), Entry("-1.25"))
    before, _, after = text.rpartition(old)
    error = fault(before + new + after)
    assert words in str(error)
    assert str(error).startswith("<stream>:7: ")


def test_statement_without_account_is_refused() -> None:
    assert "does not name its account" in str(fault(camt(Entry("1.00")).replace(f"<IBAN>{ACCOUNT}</IBAN>", "")))


def test_entry_without_any_date_is_refused() -> None:
    text = camt(Entry("1.00", day="")).replace("<CreDtTm>2026-11-30T20:00:00+01:00</CreDtTm>", "")
    assert "no booking date" in str(fault(text))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b"not xml at all", "not well-formed"),
        (b"<a><b></a>", "not well-formed XML: Opening and ending tag mismatch"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, "not well-formed"),
        (b"<Invoice/>", "no camt.052, camt.053 or camt.054"),
        (b"<Invoice>" + b"<a/>" * 400_000, "of no kind read here"),
        (b"<a>" * 5_000, "not well-formed"),
    ],
)
def test_what_is_no_camt_is_refused_by_name(content: bytes, words: str) -> None:
    assert words in str(fault(content))


def test_truncated_file_gives_nothing_but_the_line() -> None:
    text = camt(Entry("1.00"), Entry("2.00"))
    error = fault(text[: text.rindex("</Ntry>")])
    assert error.line == 7
    assert error.column > 0
    assert (
        str(error) == "<stream>:7: column 199: This is not well-formed XML: Premature end of data in tag Ntry line 7."
    )


def test_wrong_encoding_names_the_line() -> None:
    error = fault(camt(Entry("1.00", text="Réglé")).encode("latin-1"))
    assert error.line == 6
    assert "not well-formed" in str(error)


def test_declared_encodings_are_followed() -> None:
    text = camt(Entry("1.00", text="Réglé"))
    for encoding in ("iso-8859-15", "utf-16"):
        declared = text.replace('encoding="UTF-8"', f'encoding="{encoding}"').encode(encoding)
        (statement,) = read_camt(stream(declared))
        assert statement.lines[0].payment.remittance == ("Réglé",)


BOMB = (
    '<!DOCTYPE Document [<!ENTITY a "'
    + "a" * 50
    + '">'
    + "".join(f'<!ENTITY {new} "{f"&{old};" * 50}">' for old, new in zip("abcde", "bcdef", strict=True))
    + "]>"
)


@pytest.mark.parametrize(
    "doctype",
    [
        BOMB,
        '<!DOCTYPE Document SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE Document [<!ENTITY f SYSTEM "file:///etc/passwd">]>',
        "<!-- <a --><!DOCTYPE Document [<!ENTITY f 'x'>]>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_doctype_is_refused_by_name(doctype: str, encoding: str) -> None:
    text = camt(Entry("1.00", text="HERE")).replace("HERE", "&f;").replace("?>\n", f"?>\n{doctype}", 1)
    error = fault(text.replace('encoding="UTF-8"', f'encoding="{encoding}"').encode(encoding))
    assert "DOCTYPE" in str(error)


class Endless(io.RawIOBase):
    """A file that never ends, without taking room."""

    def __init__(self) -> None:
        self.given = 0

    def read(self, size: int = -1) -> bytes:
        self.given += size
        return (b"<a>" + b" " * (size - 3)) if self.given == size else b" " * size


def test_endless_file_is_refused_early() -> None:
    source = Endless()
    with pytest.raises(StatementError, match="of no kind read here"):
        read_camt(cast(BinaryIO, source))
    assert source.given < 2 * 1024 * 1024


def test_file_over_the_limit_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("facturier.statements.hardened_xml.LARGEST_FILE", 1024 * 1024)
    text = camt(*[Entry("1.00", text="x" * 100)] * 4_000)
    assert "larger than 1 MB" in str(fault(text))


def test_missing_file_and_folder_are_named(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.xml", tmp_path):
        with pytest.raises(StatementError, match=rf"^{path}: The file cannot be read: "):
            read_camt(path)


def process_seconds(work: Callable[[], object]) -> float:
    """Return the least process time of two runs."""
    taken = []
    for _ in range(2):
        started = time.process_time()
        work()
        taken.append(time.process_time() - started)
    return min(taken)


def test_twenty_thousand_entries_fast_and_flat(tmp_path: Path) -> None:
    """A multiple of what lxml takes to walk the file that does not grow with it: a quadratic reader takes hundreds."""
    entries = [
        Entry(
            "10.00",
            text=f"VIR F2026-{rank:05} MERCI",
            name=f"CLIENT {rank}",
            iban="FR7612345987650123456789014",
            bank_reference=f"R{rank}",
        )
        for rank in range(20_000)
    ]
    path = write(tmp_path / "large.xml", camt(*entries))

    def walked() -> int:
        return sum(1 for _ in etree.iterparse(str(path)))

    ratio = process_seconds(lambda: read_camt(path)) / process_seconds(walked)
    assert ratio < 15
    (statement,) = read_camt(path)
    assert len(statement.lines) == 20_000
    assert balance_difference(statement) == 0
    assert statement.lines[-1].line == 20_005


def test_elements_are_forgotten_while_reading(tmp_path: Path) -> None:
    """lxml's memory is not seen by tracemalloc, so the tree itself is looked at."""
    path = write(tmp_path / "many.xml", camt(*[Entry("1.00", text="x" * 200)] * 3_000))
    largest = 0

    def watched() -> Iterator[tuple[str, _Element]]:
        nonlocal largest
        for event, element in elements(path, TAGS):
            parent = element.getparent()
            if event == "end" and local_name(element) == "Ntry" and parent is not None:
                largest = max(largest, len(parent))
            yield event, element

    (statement,) = _statements(watched(), "many.xml")
    assert len(statement.lines) == 3_000
    # Whatever one chunk of the file holds may wait to be read; no more than that.
    assert largest < 400


@given(st.binary(max_size=400))
def test_any_bytes_give_a_named_error(content: bytes) -> None:
    assert str(fault(content)).startswith("<stream>")


@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=4))
def test_any_damage_gives_statements_or_a_named_error(place: int, junk: bytes) -> None:
    """One damaged spot: every entry is still there, or the file is refused; never fewer in silence."""
    whole = camt(Entry("1.00", text="A"), Entry("2.00", text="B")).encode()
    place %= len(whole)
    damaged = whole[:place] + junk + whole[place + len(junk) :]
    try:
        statements = read_camt(stream(damaged))
    except StatementError:
        return
    assert sum(len(statement.lines) for statement in statements) == 2
