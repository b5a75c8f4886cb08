"""The mentions of an invoice, row by row, and what of the program answers each.

The rows are those of the law as gathered for this program: CGI ann. II art. 242 nonies A, C. com.
art. L441-9 and the texts named. The page docs/mentions.md is written from them.
"""

from __future__ import annotations

from typing import NamedTuple

_RULES_TEST = "tests/test_rules_mentions.py::test_rule"
_PRINTED_TEST = "tests/test_mentions_printed.py::test_printed"


class MentionRow(NamedTuple):
    """One mention.

    Attributes:
        number: Its rank.
        mention: What it is.
        when: When it applies.
        source: The articles.
        rules: The rules that check it or the data it needs.
        wordings: Ids of the wordings printed for it.
        tests: The tests that cover it; empty where the row is not covered.
        remark: What a reader must know; of a row that is not covered, why.
    """

    number: int
    mention: str
    when: str
    source: str
    rules: tuple[str, ...] = ()
    wordings: tuple[str, ...] = ()
    tests: tuple[str, ...] = (_RULES_TEST,)
    remark: str = ""


ROWS: tuple[MentionRow, ...] = (
    MentionRow(1, "Seller's name and address", "always", "242 nonies A I-1°; L441-9", ("FR-MENTION-SELLER",)),
    MentionRow(2, "Seller's SIREN", "always", "242 nonies A I-1°; R123-237", ("FR-MENTION-SIREN", "FR-ID-SIRET")),
    MentionRow(3, "RCS and city", "commercial companies", "R123-237 2°, 3°", ("FR-MENTION-RCS",), ("register",)),
    MentionRow(4, "Legal form and capital", "companies", "R123-238", ("FR-MENTION-LEGAL-FORM",), ("capital",)),
    MentionRow(5, "EI", "sole traders", "R526-27, L526-22", ("FR-MENTION-EI",), ("sole-trader",)),
    MentionRow(
        6,
        "Seller's VAT number",
        "not under franchise; may be left out up to 150 EUR net and on credit notes",
        "242 nonies A I-2°, II",
        ("FR-MENTION-VAT-NUMBER", "FR-ID-VAT-NUMBER"),
    ),
    MentionRow(
        7,
        "Client's name and address",
        "always; for a consumer a notice",
        "242 nonies A I-1°; L441-9",
        ("FR-MENTION-CLIENT", "FR-MENTION-CONSUMER"),
    ),
    MentionRow(
        8,
        "Client's SIREN",
        "French businesses; from 01/09/2026 (ge, eti) or 01/09/2027 (pme, micro), a notice before",
        "242 nonies A I-1°; décret 2022-1299",
        ("FR-MENTION-CLIENT-SIREN", "FR-EINVOICE-SIREN"),
    ),
    MentionRow(
        9,
        "Client's VAT number",
        "intra-EU goods, and where the client owes the tax",
        "242 nonies A I-3°, 4°",
        ("FR-MENTION-CLIENT-VAT", "FR-ID-VAT-NUMBER"),
    ),
    MentionRow(
        10,
        "Tax representative",
        "seller from outside the Union",
        "242 nonies A I-5° (not read first hand)",
        ("FR-MENTION-REPRESENTATIVE",),
        ("tax-representative",),
    ),
    MentionRow(11, "Date of issue", "always; a notice if to come", "242 nonies A I-6°", ("FR-MENTION-DATE",)),
    MentionRow(
        12,
        "Unique number in a sequence without gaps",
        "always",
        "242 nonies A I-7°",
        ("FR-MENTION-NUMBER", "FR-NUM-GAP", "FR-NUM-DUPLICATE", "FR-NUM-START"),
        tests=(_RULES_TEST, "tests/test_rules_numbering.py"),
    ),
    MentionRow(
        13,
        "Delivery address of goods",
        "goods delivered elsewhere; dates of row 8",
        "242 nonies A I-7° bis",
        ("FR-MENTION-DELIVERY-ADDRESS",),
        tests=(_RULES_TEST, _PRINTED_TEST),
        remark="Printed where stated; checked against the delivery notes that the invoice names.",
    ),
    MentionRow(
        14,
        "Quantity, designation, unit price, rate of each line",
        "always",
        "242 nonies A I-8°",
        ("FR-MENTION-DESIGNATION", "AMOUNT-LINE", "FR-VAT-RATE"),
    ),
    MentionRow(
        15,
        "Nature of the operations: goods, services, both",
        "always printed; dates of row 8",
        "242 nonies A I-8° bis",
        ("FR-MENTION-NATURE",),
        tests=(_RULES_TEST, _PRINTED_TEST),
        remark="A line whose nature is stated nowhere counts as services.",
    ),
    MentionRow(
        16,
        "Discounts",
        "acquired at the date of the invoice",
        "242 nonies A I-9°",
        ("AMOUNT-LINE", "AMOUNT-DISCOUNT"),
        tests=("tests/test_rules_amounts.py",),
    ),
    MentionRow(
        17,
        "Date of supply",
        "if known and another day",
        "242 nonies A I-10°",
        ("FR-MENTION-SUPPLY-DATE", "FR-EINVOICE-DELIVERY-DATE"),
        tests=(_RULES_TEST, _PRINTED_TEST),
        remark="Whether the supply was on another day only the seller knows; intra-EU goods always state it.",
    ),
    MentionRow(
        18,
        "Net and VAT per rate, total",
        "always; VAT in euro",
        "242 nonies A I-11°; CGI 289-IV",
        ("AMOUNT-VAT", "AMOUNT-TOTAL", "AMOUNT-CURRENCY"),
        tests=("tests/test_rules_amounts.py",),
    ),
    MentionRow(
        19,
        "Option for VAT on debits",
        "services with VAT of a seller who opted",
        "242 nonies A I-11° bis",
        ("AMOUNT-VAT-ACCOUNT",),
        ("debits",),
        (_PRINTED_TEST,),
    ),
    MentionRow(
        20,
        "Reason of an exemption",
        "lines without VAT",
        "242 nonies A I-12°; CGI 293 E",
        (
            "FR-MENTION-EXEMPTION",
            "FR-MENTION-FRANCHISE",
            "FR-VAT-FRANCHISE-INTRA-EU",
            "FR-VAT-FRANCHISE-THRESHOLD",
            "FR-VAT-PLACE",
            "FR-MENTION-CIBS",
            "FR-VAT-DISBURSEMENT",
        ),
        tests=(_RULES_TEST, _PRINTED_TEST),
        remark="The wordings are those of the VAT treatments below.",
    ),
    MentionRow(
        21,
        "Reverse charge: Autoliquidation",
        "the client owes the tax; never a consumer",
        "242 nonies A I-13°",
        ("FR-MENTION-REVERSE-CHARGE", "FR-VAT-PLACE"),
        tests=(_RULES_TEST, _PRINTED_TEST),
    ),
    MentionRow(
        22,
        "Self-billing",
        "the client issues the invoice",
        "242 nonies A I-14°; CGI 289-I-2",
        ("FR-MENTION-SELF-BILLED", "FR-MENTION-MANDATE"),
        ("self-billed",),
        (_RULES_TEST, _PRINTED_TEST),
    ),
    MentionRow(
        23,
        "Travel agencies",
        "margin scheme",
        "242 nonies A I-15°; CGI 266-1-e",
        ("FR-MENTION-NATURE",),
        tests=(_PRINTED_TEST,),
    ),
    MentionRow(
        24,
        "Second-hand goods, art, antiques",
        "margin scheme; VAT is never shown",
        "242 nonies A I-16°; CGI 297 A, 297 E",
        ("FR-MENTION-NATURE", "AMOUNT-VAT"),
        tests=(_PRINTED_TEST,),
    ),
    MentionRow(
        25,
        "New means of transport",
        "intra-EU sale of a new vehicle",
        "242 nonies A I-17°",
        tests=(),
        remark="Not covered: which vehicles are new, and what is told of them, was not read; write it in description:.",
    ),
    MentionRow(
        26,
        "Due date",
        "businesses",
        "L441-9 I; L441-10",
        ("FR-MENTION-DUE", "FR-DUE-DATE", "FR-TERMS-CEILING", "FR-TERMS-PUBLIC"),
        ("terms-date", "terms-dates"),
    ),
    MentionRow(
        27,
        "Early-payment discount, or none",
        "always printed",
        "L441-9",
        ("LEDGER-VALUE",),
        ("escompte-none", "escompte-offered"),
        ("tests/test_mentions.py", _PRINTED_TEST),
        "Words that cannot be read are refused where they are typed.",
    ),
    MentionRow(
        28,
        "Late-payment rate",
        "not for consumers",
        "L441-9; L441-10 II; CCP R2192-31",
        ("FR-MENTION-PENALTY",),
        ("penalty-legal", "penalty-contractual", "penalty-public"),
        (_RULES_TEST, _PRINTED_TEST),
    ),
    MentionRow(
        29,
        "Recovery indemnity of 40 EUR",
        "not for consumers",
        "L441-9; D441-5",
        wordings=("recovery-indemnity",),
        tests=(_PRINTED_TEST,),
        remark="Nothing to check: it is printed on every invoice that is not a consumer's.",
    ),
    MentionRow(
        30,
        "Purchase-order number",
        "if the buyer gave one",
        "L441-9",
        ("FR-MENTION-ORDER",),
        tests=(_RULES_TEST, _PRINTED_TEST),
        remark="Checked against the quote or order that from: names.",
    ),
    MentionRow(
        31,
        "Deposits on the final invoice",
        "number, date, amount and VAT of each",
        "BOI-TVA-DECLA-30-20-20-10 § 60",
        ("FR-MENTION-DEPOSIT", "AMOUNT-DEPOSIT"),
    ),
    MentionRow(
        32,
        "Credit note: the invoice it corrects; replacement: the one it cancels",
        "credit notes, replacing invoices",
        "CGI 289-I-5; BOI-TVA-DECLA-30-20-20-20",
        ("FR-CREDIT-REFERENCE", "REF-DOCUMENT"),
        ("cancels",),
        ("tests/test_references.py", _PRINTED_TEST),
    ),
    MentionRow(33, "French language", "consumers in France", "loi 94-665 art. 2", ("FR-MENTION-LANGUAGE",)),
    MentionRow(
        34,
        "Certificate for works at a reduced rate",
        "works-10, works-5.5, from 1 000 EUR with tax",
        "loi 2025-127 art. 41",
        ("FR-MENTION-WORKS",),
        ("works-certificate",),
        (_RULES_TEST, _PRINTED_TEST),
    ),
    MentionRow(
        35,
        "Insurance of builders",
        "building works, on quotes and invoices",
        "C. assur. L243-2; C. artisanat L132-1",
        ("FR-MENTION-INSURANCE", "FR-MENTION-CERTIFICATE", "ATTACH-FILE"),
        ("insurance",),
        (_RULES_TEST, _PRINTED_TEST, "tests/test_supporting.py"),
        "The certificate goes with each quote and invoice: attach: of the seller.",
    ),
    MentionRow(
        36,
        "Waste of the works",
        "quotes for building works",
        "C. env. L541-21-2-3",
        ("FR-MENTION-WASTE",),
        ("waste",),
        (_RULES_TEST, _PRINTED_TEST),
    ),
    MentionRow(
        37,
        "Mediator",
        "consumers (a notice)",
        "C. conso. L616-1",
        ("FR-MENTION-MEDIATOR",),
        ("mediator",),
        (_RULES_TEST, _PRINTED_TEST),
    ),
    MentionRow(
        38,
        "Legal guarantee of two years",
        "some goods for consumers",
        "C. conso. D211 (not read first hand)",
        tests=(),
        remark="Not covered: the list of goods (décret 2021-609) was not read; write it with note:.",
    ),
    MentionRow(
        39,
        "Member of an approved association",
        "never since 16/02/2025",
        "LF 2025 art. 11",
        tests=(),
        remark="Obsolete: there is nothing to type and nothing is printed.",
    ),
    MentionRow(
        40,
        "Eco-contribution",
        "electrical equipment, furniture",
        "C. env. L541-10-20 (not read first hand)",
        tests=(),
        remark="Not covered: neither goods nor amounts were read in the law; write it as a line without discount.",
    ),
    MentionRow(
        41,
        "Public buyer: SIRET, service code, engagement",
        "French public buyers",
        "CCP D2192-2",
        ("FR-MENTION-PUBLIC", "FR-MENTION-ENGAGEMENT"),
        tests=(_RULES_TEST, _PRINTED_TEST),
    ),
    MentionRow(
        42,
        "Note for a consumer's services",
        "services from 25 EUR with tax (a notice)",
        "arrêté 83-50/A",
        ("FR-MENTION-NOTE",),
    ),
)
