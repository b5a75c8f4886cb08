"""The directives that set the books up: roles, parties, products, series, journals."""

from __future__ import annotations

from collections.abc import Mapping

from facturier.directives.appearance import APPEARANCE
from facturier.directives.attachments import ATTACH
from facturier.directives.declaration import Argument, Directive, Key, keys
from facturier.directives.electronic_address import ELECTRONIC_ADDRESS
from facturier.directives.kinds import (
    ACCOUNT,
    AMOUNT,
    COUNTRY,
    DATE,
    ESCOMPTE,
    FLAG,
    IBAN,
    NUMBER,
    PENALTY_RATE,
    SIREN,
    SIRET,
    TERMS,
    TEXT,
    VAT,
    VAT_NUMBER,
    choice,
)
from facturier.law.law import TABLES
from facturier.messages import Message, message

ROLES: Mapping[str, Message] = {
    "receivable": message("What clients owe."),
    "doubtful": message("What clients owe and may never pay."),
    "retention": message("Retention money, which the client keeps back until the works are accepted."),
    "bank": message("Money in a bank."),
    "cash": message("Cash."),
    "cheques": message("Cheques received, not paid in yet."),
    "clearing": message("Money on its way: card payments, bank lines that wait for their account."),
    "bills": message("Bills of exchange to be paid by clients."),
    "deposits": message("Deposits invoiced, until the final invoice deducts them."),
    "vat-collected": message("VAT owed to the State."),
    "vat-pending": message("VAT invoiced that falls due when the client pays."),
    "vat-deductible": message("VAT to deduct on goods and services bought."),
    "vat-deductible-assets": message("VAT to deduct on fixed assets bought."),
    "fees": message("Fees of banks and of payment services."),
    "rounding": message("Small differences lost when a payment is booked; without rounding-gain also those gained."),
    "rounding-gain": message("Small differences gained when a payment is booked."),
    "escompte": message("Discounts granted for early payment."),
    "bad-debt": message("What clients will never pay."),
    "fx": message("Exchange losses; without fx-gain also the gains."),
    "fx-gain": message("Exchange gains."),
    "disbursements": message("Costs paid in the client's name and passed on as they are."),
    "allowance": message("Discounts and charges on a whole document."),
    "recoveries": message("Money received for a debt that was written off."),
    "penalties": message("Late-payment penalties and fixed recovery costs charged to clients."),
    "customer-credit": message("What is owed to clients: overpayments kept for later."),
    "accrued": message("Sales made, not invoiced yet."),
    "deferred": message("Sales invoiced ahead of the period they belong to."),
    "stock": message("Goods in stock."),
    "cost-of-sales": message("Cost of the goods sold."),
}
SERIES_KINDS = (
    "invoice", "credit-note", "deposit", "self-billed", "quote", "order", "delivery", "proforma", "claim",
)  # fmt: skip
NATURE = choice("services", "goods")
LANGUAGE = choice("fr", "en", "nl", "de")

_ADDRESS = (
    Key("name", TEXT, message("Name or company name (BT-27, BT-44).")),
    Key("street", TEXT, message("Street and number (BT-35, BT-50).")),
    Key("postcode", TEXT, message("Postcode, in quotes (BT-38, BT-53).")),
    Key("city", TEXT, message("City (BT-37, BT-52).")),
    Key("country", COUNTRY, message('Country, two capitals such as "FR" (BT-40, BT-55).')),
    Key("siren", SIREN, message("SIREN, nine digits (BT-30, BT-47).")),
    Key("siret", SIRET, message("SIRET, fourteen digits (BT-29, BT-46).")),
    Key("vat-number", VAT_NUMBER, message("VAT number (BT-31, BT-48).")),
    Key("email", TEXT, message("E-mail address (BT-43, BT-58).")),
    Key("phone", TEXT, message("Telephone number (BT-42, BT-57).")),
    Key("contact", TEXT, message("Name of the person to ask for (BT-41, BT-56).")),
    Key("iban", IBAN, message("IBAN (BT-84 for the seller).")),
    Key("bic", TEXT, message("BIC (BT-86 for the seller).")),
    Key("electronic-address", ELECTRONIC_ADDRESS, message("Address on the e-invoicing network (BT-34, BT-49).")),
    Key("language", LANGUAGE, message("Language of messages (seller) or of documents (client).")),
    Key("terms", TERMS, message("Payment terms (BT-20).")),
)

ROLE = Directive(
    name="role",
    arguments=(Argument("role", choice(*ROLES)), Argument("account", ACCOUNT)),
    help=message("Says what an account, and all accounts below it, mean. Several of one role add up."),
    example='2026-01-01 custom "role" "receivable" Assets:Clients',
    keys=keys(Key("vat", VAT, message("Only for this VAT rate or treatment."))),
)
SELLER = Directive(
    name="seller",
    arguments=(Argument("id", TEXT),),
    help=message("The business that invoices. A later one for the same id gives only what changes."),
    example='2026-01-01 custom "seller" "atelier"\n  name: "Atelier Numérique"\n  siren: "732829320"',
    keys=keys(
        *_ADDRESS,
        Key("trade-name", TEXT, message("Trade name, if it differs from the name (BT-28).")),
        Key("legal-form", TEXT, message('Legal form, such as "SARL" (C. com. art. R123-238).')),
        Key("capital", AMOUNT, message("Share capital (C. com. art. R123-238).")),
        Key("rcs", TEXT, message("City of the commercial register (C. com. art. R123-237).")),
        Key("rna", TEXT, message("Number of an association in the RNA.")),
        Key("ape", TEXT, message("APE code of the activity.")),
        Key("ei", FLAG, message("TRUE for a sole trader: prints “EI” (C. com. art. R526-27).")),
        Key("vat-on", choice("receipts", "debits", "franchise"), message("When VAT falls due (CGI art. 269, 293 B).")),
        Key(
            "size",
            choice("micro", "pme", "eti", "ge"),
            message("Size, which sets the dates of the e-invoicing duties."),
        ),
        Key(
            "escompte", ESCOMPTE, message('Discount for early payment: "none", or "2% 10 days" (C. com. art. L441-9).')
        ),
        Key("penalty-rate", PENALTY_RATE, message("Late-payment rate (C. com. art. L441-10).")),
        Key("website", TEXT, message("Web site.")),
        Key("logo", TEXT, message("Picture file, relative to the ledger (SVG, PNG or JPEG).")),
        Key(
            "template",
            TEXT,
            message('Template of the documents: "default", "studio", or a folder of templates/ beside the ledger.'),
        ),
        Key("insurer", TEXT, message("Professional insurance: name and address of the insurer.")),
        Key("insurance-area", TEXT, message("Where that insurance covers.")),
        Key(
            "attach",
            ATTACH,
            message("Files that go with every quote and invoice, such as the insurance certificate (BG-24)."),
        ),
        Key("mediator", TEXT, message("Consumer mediator: name and address (C. conso. art. L616-1).")),
        Key("activity", TEXT, message("Activity, in a few words.")),
        Key(
            "sector",
            choice("construction", "transport", "perishable-food", "meat", "alcohol", "other"),
            message("Sector with rules of its own (payment terms, insurance); by default told from the APE code."),
        ),
        Key("tax-representative", TEXT, message("Of a foreign seller: name, address and VAT number of who stands in.")),
        Key("platform", TEXT, message("Accredited e-invoicing platform (plateforme agréée).")),
        Key("creditor-id", TEXT, message("SEPA creditor identifier (BT-90).")),
    ),
    versioned=True,
)
CLIENT = Directive(
    name="client",
    arguments=(Argument("id", TEXT),),
    help=message("A customer. A later one for the same id gives only what changes."),
    example='2026-01-01 custom "client" "martin"\n  name: "Martin Bâtiment SAS"\n  account: Assets:Clients:Martin',
    keys=keys(
        *_ADDRESS,
        Key("kind", choice("business", "consumer", "public", "association"), message("What the client is, in law.")),
        Key(
            "public-body",
            choice("administration", "hospital", "undertaking"),
            message("What a public buyer is, which sets how long it may take to pay (CCP art. R2192-10, R2192-11)."),
        ),
        Key("account", ACCOUNT, message("Receivable account, below one of role receivable.")),
        Key("service-code", TEXT, message("Service code of a public buyer (BT-10).")),
        Key("delivery-address", TEXT, message("Where goods go, if elsewhere (BG-15); one line each.")),
        Key("currency", TEXT, message("Usual currency of invoices (BT-5).")),
        Key("credit-limit", AMOUNT, message("Credit limit.")),
        Key("profile", TEXT, message("Collection profile.")),
        Key("discount", NUMBER, message("Percent off catalogue prices.")),
        Key("mandate", TEXT, message("SEPA direct-debit mandate (BT-89).")),
        Key("group", TEXT, message("Group of clients.")),
        Key("series", TEXT, message("Series of this client's invoices.")),
    ),
    versioned=True,
)
PAYER = Directive(
    name="payer",
    arguments=(Argument("client", TEXT), Argument("iban", TEXT)),
    help=message("An IBAN that a client pays from."),
    example='2026-06-01 custom "payer" "martin" "FR7612345987650123456789014"',
)
ALIAS = Directive(
    name="alias",
    arguments=(Argument("client", TEXT), Argument("name", TEXT)),
    help=message("A name under which a client's payments arrive."),
    example='2026-06-01 custom "alias" "martin" "MARTIN BAT"',
)
PRODUCT = Directive(
    name="product",
    arguments=(Argument("code", TEXT),),
    help=message("An item of the catalogue, named like a commodity: capitals, digits, dashes."),
    example='2026-01-01 custom "product" "DEV-DAY"\n  name: "Journée"\n  price: 650.00 EUR\n  unit: "day"\n  vat: 20',
    keys=keys(
        Key("name", TEXT, message("What is printed (BT-153).")),
        Key("description", TEXT, message("Details printed below it (BT-154).")),
        Key("account", ACCOUNT, message("Income account.")),
        Key("price", AMOUNT, message("Net price of one unit (BT-146).")),
        Key("unit", TEXT, message('Unit: "day", "hour", "piece", "month", "kg"… (BT-130).')),
        Key("vat", VAT, message("VAT rate in percent, or treatment.")),
        Key("nature", NATURE, message("Goods or services (CGI ann. II art. 242 nonies A 8° bis).")),
    ),
    versioned=True,
)
SERIES = Directive(
    name="series",
    arguments=(Argument("id", TEXT), Argument("kind", choice(*SERIES_KINDS)), Argument("pattern", TEXT)),
    help=message("A numbering series. {{year}} restarts it each year; {{number:04}} is the running number."),
    example='2026-01-01 custom "series" "main" "invoice" "F{year}-{number:04}"',
    keys=keys(
        Key("start", NUMBER, message("First number of that year, when taking over from another program.")),
        Key("reason", TEXT, message("Why a second series of one kind is justified (CGI ann. II 242 nonies A 7°).")),
        Key("seller", TEXT, message("Seller, if there are several.")),
    ),
)
JOURNAL = Directive(
    name="journal",
    arguments=(Argument("code", TEXT), Argument("label", TEXT)),
    help=message("A journal of the FEC and its name."),
    example='2026-01-01 custom "journal" "VE" "Ventes"',
)

LAW = Directive(
    name="law",
    arguments=(Argument("table", choice(*TABLES)), Argument("id", TEXT)),
    help=message(
        "A row of a law table: a new one, or one that replaces ours of the same id on its days, from the date of the "
        "directive unless from: says otherwise. A VAT treatment of your own has an id that begins with own-."
    ),
    example='2026-12-28 custom "law" "interest" "ecb"\n  from: 2027-01-01\n  to: 2027-06-30\n  value: 2.65\n'
    '  source: "BCE, 16/09/2026"',
    keys=keys(
        Key("from", DATE, message("First day on which it applies.")),
        Key("to", DATE, message("Last day on which it applies.")),
        Key("source", TEXT, message("Where it is written: the article, the notice."), required=True),
        Key("verified", FLAG, message("FALSE where the source was not read.")),
        Key("value", NUMBER, message("The number: percent, days or euro, as its table says.")),
        Key("territory", TEXT, message('Territory of a VAT rate: "FR", "FR-COR", "FR-DOM".')),
        Key("category", choice("S", "E", "AE", "K", "G", "O", "Z"), message("Category of a VAT treatment (BT-151).")),
        Key("vatex", TEXT, message("Exemption code of a VAT treatment (BT-121).")),
        Key("text-fr", TEXT, message("What is printed, in French.")),
        Key("text-en", TEXT, message("What is printed, in English.")),
    ),
)

SETUP = (ROLE, SELLER, CLIENT, PAYER, ALIAS, PRODUCT, SERIES, JOURNAL, LAW, *APPEARANCE)

OPEN_KEYS = keys(
    Key("pcg", TEXT, message("Account number in the PCG, inherited by accounts below.")),
    Key("aux", TEXT, message("Auxiliary account of the FEC, inherited by accounts below.")),
    Key("journal", TEXT, message("Journal of the FEC for entries on this account.")),
    Key("iban", TEXT, message("IBAN of the bank account kept here.")),
)
