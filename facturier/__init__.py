"""facturier: French invoicing, receivables and VAT in plain text, on beancount and Fava."""
