"""beangulp importers: thin shells over the readers of bank files in the core."""

from .camt import CamtImporter
from .matching import match_invoices, matching

__all__ = ["CamtImporter", "match_invoices", "matching"]
