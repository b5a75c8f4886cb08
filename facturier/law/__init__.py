"""The law as dated data: VAT rates and treatments, each row with its source."""
