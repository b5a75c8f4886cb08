"""Generators and side-by-side measurements, printed as tables."""
