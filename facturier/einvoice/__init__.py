"""E-invoices: building the XML of a document, and validating XML against the European and French rules."""
