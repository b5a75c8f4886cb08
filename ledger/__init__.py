"""The demo company's books: Noctiluque SARL, lighting and scenography in Brest, autumn 2026."""
