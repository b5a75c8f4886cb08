"""What goes with a document is there, is of a type that e-invoices carry, and is not too much.

Sources: EN 16931-1 BG-24 (BR-52, BR-CL-24); BR-FR-17 and BR-FR-18 of AFNOR XP Z12-012; C. assur. art. L243-2.
What can be told from the text of ``attach:`` alone is told where it is read (LEDGER-VALUE).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from facturier.books import Books
from facturier.directives.attachments import Attached
from facturier.directives.source import place_of_key
from facturier.documents import Document
from facturier.messages import message
from facturier.parties import Seller
from facturier.supporting import SupportingFault, Wrong, file_fault, of_document, of_seller, together_faults
from facturier.violations import Place, Rule, Violation

_KEY = "attach"
_EXAMPLE = '  attach: "BON_LIVRAISON pieces/bon-4711.pdf; pieces/photos.png"'

FILE = Rule(
    id="ATTACH-FILE",
    title=message("What is attached is there"),
    wants=message(
        "A file named with attach: lies in the ledger's folder, is not empty, and is what its ending says: PDF, PNG, "
        "JPEG, CSV, XLSX or ODS."
    ),
    law="EN 16931 BT-125, BR-CL-24",
    example=_EXAMPLE,
    waivable=False,
)
SIZE = Rule(
    id="ATTACH-SIZE",
    title=message("What is attached is not too large"),
    wants=message(
        "The files of one document have 7 MB together: written into the e-invoice they grow by a third, and platforms "
        "take 10 MB."
    ),
    law="Chorus Pro; AFNOR XP Z12-012",
    example=_EXAMPLE,
    waivable=False,
)
ONCE = Rule(
    id="ATTACH-ONCE",
    title=message("Each attachment has a name of its own"),
    wants=message(
        "No two files of a document, its own and its seller's, have one name, and one of them at most is LISIBLE."
    ),
    law="EN 16931 BT-122; BR-FR-18",
    example=_EXAMPLE,
    waivable=False,
)
RULES = (FILE, SIZE, ONCE)
_RULE_OF = {Wrong.FILE: FILE, Wrong.SIZE: SIZE, Wrong.TWICE: ONCE}


def check(books: Books) -> Iterator[Violation]:
    """Check the files that go with documents; each file is looked at once, the seller's once for each version."""
    checking = _Checking(books)
    for document in (*books.documents, *books.papers):
        seller = document.seller
        if _KEY in document.further_keys or (seller is not None and seller.attach):
            yield from checking.document(document)


class _Checking:
    """What was looked at already."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.folder = Path(books.filename).parent
        self.files: dict[str, SupportingFault | None] = {}
        # By identity: the books keep one object for each version of a seller.
        self.sellers: dict[int, Seller] = {}

    def document(self, document: Document) -> Iterator[Violation]:
        own, sellers = of_document(document), of_seller(document)
        faults = list(self._faults(own))
        if own or sellers:
            told = self._seller(document, sellers)
            yield from told
            # Their sum is told of each document that has files of its own; the seller's alone once.
            if own:
                faults += together_faults(own + sellers, self.folder)
        place = document.place
        if faults:
            place = place_of_key(place, _KEY)
        for fault in faults:
            yield self._violation(fault, place, document.entry, document.number)

    def _seller(self, document: Document, files: tuple[Attached, ...]) -> list[Violation]:
        seller = document.seller
        if not files or seller is None or id(seller) in self.sellers:
            return []
        self.sellers[id(seller)] = seller
        faults = [*self._faults(files), *together_faults(files, self.folder)]
        if not faults:
            return []
        stated = [place for day, place in self.books.stated.get(("seller", seller.id), ()) if day <= document.date]
        places = [found for place in stated if (found := place_of_key(place, _KEY)) != place]
        place = places[-1] if places else document.place
        return [self._violation(fault, place, document.entry, document.number) for fault in faults]

    def _faults(self, files: Iterable[Attached]) -> Iterator[SupportingFault]:
        for one in files:
            if one.path not in self.files:
                self.files[one.path] = file_fault(one, self.folder)
            fault = self.files[one.path]
            if fault is not None:
                yield fault

    def _violation(self, fault: SupportingFault, place: Place, entry: Any, number: str) -> Violation:
        return Violation(_RULE_OF[fault.wrong], fault.message, place, entry, number)
