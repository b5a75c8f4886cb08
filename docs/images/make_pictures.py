"""The pictures of the documentation, made from the demo books as they are now: ``make pictures``.

Needs pdftoppm (poppler) and Chromium. Pictures are reduced to a palette: they are mostly white.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).parent
INVOICE = "F2026-0077"
DAY = "2026-11-20"
COLOURS = 255
# One dot per point and a half: readable in a page of documentation.
DOTS_PER_INCH = "108"
WINDOW = {"width": 1440, "height": 800}
STARTS_WITHIN = 60.0


def main() -> None:
    """Make all pictures again."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        _run(str(Path(sys.executable).with_name("facturier")), "demo", str(folder / "demo"))
        pages = folder / "invoice"
        pdf = folder / "demo" / "pdf" / f"{INVOICE}.pdf"
        _run("pdftoppm", "-r", DOTS_PER_INCH, "-f", "1", "-singlefile", "-png", str(pdf), str(pages))
        _reduce(pages.with_suffix(".png"), HERE / "invoice.png")
        ledger = folder / "demo" / "main.beancount"
        for language, picture in (("fr", "fava.fr.png"), ("en", "fava.png")):
            text = ledger.read_text(encoding="utf-8")
            ledger.write_text(text.replace('"language" "fr"', f'"language" "{language}"'), encoding="utf-8")
            _photograph(ledger, folder / picture)
            _reduce(folder / picture, HERE / picture)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _reduce(source: Path, target: Path) -> None:
    with Image.open(source) as picture:
        reduced = picture.convert("RGB").quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        reduced.save(target, optimize=True)


def _photograph(ledger: Path, target: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "fava.cli", "--port", str(port), str(ledger)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = f"http://127.0.0.1:{port}/noctiluque-sarl/extension/Facturier/?as_of={DAY}"
        _wait_for(address)
        with sync_playwright() as playwright:
            arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
            chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
            _open(playwright.chromium.launch(executable_path=chromium, args=arguments), address, target)
    finally:
        server.terminate()
        server.wait(timeout=10)


def _open(browser: Browser, address: str, target: Path) -> None:
    tab = browser.new_page(viewport={"width": WINDOW["width"], "height": WINDOW["height"]})
    tab.goto(address)
    tab.wait_for_load_state("networkidle")
    tab.screenshot(path=target)
    browser.close()


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(address)  # noqa: S310  # our own server
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError(address)


if __name__ == "__main__":
    main()
