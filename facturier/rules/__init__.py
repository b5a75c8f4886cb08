"""The rules: books in, violations out. Each module cites its law and checks one subject."""
