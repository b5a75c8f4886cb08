"""The payment code of a contender's page: our own modules as one SVG path."""

from __future__ import annotations

from facturier.pdf.qr import QUIET_ZONE


def code_path(rows: tuple[str, ...]) -> str:
    """Return the dark modules as one path: a rectangle for each run of a row."""
    parts = []
    for y, row in enumerate(rows, QUIET_ZONE):
        x = row.find("1")
        while x >= 0:
            end = row.find("0", x)
            end = len(row) if end < 0 else end
            parts.append(f"M{x + QUIET_ZONE} {y}h{end - x}v1h-{end - x}z")
            x = row.find("1", end)
    return "".join(parts)
