"""beangulp importers: thin shells over the readers of bank files in the core."""

from .matching import match_invoices, matching
from .statements import CamtImporter, Cfonb120Importer, StatementImporter

__all__ = ["CamtImporter", "Cfonb120Importer", "StatementImporter", "match_invoices", "matching"]
