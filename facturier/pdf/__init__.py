"""Pages: an XML dialect written by Jinja2 templates, laid out in one pass and written as PDF/A-3b.

    Page (page.py) → template.py → dialect.py → layout.py → paint.py → pdfa.py

:func:`facturier.pdf.render.render_pdf` goes the whole way.
"""
