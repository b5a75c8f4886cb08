"""The words of the ledger: one declaration per directive and key gives all that depends on it."""
