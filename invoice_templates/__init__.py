"""Templates, fonts and wording of the documents; data only."""
