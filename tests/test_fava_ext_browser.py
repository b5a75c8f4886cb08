"""The Fava extension in a browser: a real Fava, the system's Chromium."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import fava_ledgers as ledgers
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

pytestmark = pytest.mark.chromium
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DAY = "2026-11-22"
STARTS_WITHIN = 30.0
BRIGHTEST_CHANNEL = 255
# Contrast of normal text (WCAG 2.2, success criterion 1.4.3).
READABLE = 4.5


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Fava on a free port of this machine; its extension's address."""
    path = tmp_path_factory.mktemp("ledger") / "main.beancount"
    text = ledgers.SETUP + ledgers.ENGLISH + ledgers.case_16() + ledgers.PAPERS
    path.write_text(text, encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "fava.cli", "--host", "127.0.0.1", "--port", str(port), str(path)]
    fava = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        found = f"http://127.0.0.1:{port}/atelier/extension/Facturier/"
        _wait_for(found, fava)
        yield found
    finally:
        fava.terminate()
        fava.wait(timeout=10)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(address)  # noqa: S310  # our own server
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("Fava did not start")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture
def tab(browser: Browser, address: str) -> Iterator[Page]:
    """A tab on the page; whatever the browser complains about fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    opened = context.new_page()
    complaints: list[str] = []
    outside: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    opened.on("request", lambda request: outside.append(request.url) if "//127.0.0.1:" not in request.url else None)
    opened.goto(f"{address}?as_of={DAY}")
    yield opened
    context.close()
    assert complaints == []
    assert [url for url in outside if not url.startswith(("data:", "blob:"))] == []


def test_from_the_sidebar_to_the_documents_and_sorting(tab: Page, address: str) -> None:
    tab.goto(address.partition("extension")[0] + "errors/")
    tab.get_by_role("link", name="Invoices").click()
    first = tab.locator("table.documents tbody tr").first
    expect(tab.locator("table.documents tbody tr")).to_have_count(len(ledgers.CASE_16))
    expect(tab.locator("table.papers tbody tr")).to_have_count(3)
    expect(first.locator("td").first).to_have_text("F2026-0009")
    heading = tab.locator("table.documents").get_by_role("button", name="Total")
    heading.focus()
    tab.keyboard.press("Enter")
    expect(first.locator("td").first).to_have_text("F2026-0001")
    tab.keyboard.press("Enter")
    expect(first.locator("td").first).to_have_text("F2026-0009")


def test_the_aged_balance_opens_and_changes_its_day(tab: Page) -> None:
    tab.get_by_role("link", name="Aged balance").click()
    total = tab.locator("table.aged tfoot td").last
    expect(total).to_have_text("4764.00")
    expect(tab.locator("table.aged tfoot td.days_1_30")).to_have_text("1200.00")
    item = tab.locator("table.aged tr.item").first
    expect(item).to_be_hidden()
    expander = tab.locator("table.aged tbody .facturier-expander").first
    expander.focus()
    tab.keyboard.press("Space")
    expect(item).to_be_visible()
    expect(tab.locator("table.aged tr.item:visible")).to_have_count(4)
    tab.locator("table.aged thead .facturier-expander").check()
    expect(tab.locator("table.aged tr.item:visible")).to_have_count(len(ledgers.CASE_16))

    tab.get_by_label("As of").fill("2026-12-01")
    tab.get_by_role("button", name="Show").click()
    tab.wait_for_url("**as_of=2026-12-01*")
    expect(tab.locator("table.aged tfoot td").last).to_have_text("4764.00")
    expect(tab.locator("table.aged tfoot td.not_due")).to_have_text("")
    expect(tab.locator("table.aged tfoot td.days_1_30")).to_have_text("2040.00")
    tab.get_by_role("link", name="Documents", exact=True).last.click()
    expect(tab.get_by_label("As of")).to_have_value("2026-12-01")


def test_columns_of_the_aged_balance_order_it(tab: Page) -> None:
    tab.get_by_role("link", name="Aged balance").click()
    clients = tab.locator("table.aged tr.client td.facturier-client")
    expect(clients.first).to_have_text("Boulangerie de la Lune")
    tab.locator("table.aged thead").get_by_role("link", name="Total").click()
    expect(clients.first).to_have_text("Martin Bâtiment SAS")
    expect(tab.locator("table.aged th.total")).to_have_attribute("aria-sort", "descending")


def test_links_lead_into_fava(tab: Page) -> None:
    row = tab.locator("table.documents tbody tr", has_text="F2026-0004")
    row.locator("td.facturier-date a").click()
    expect(tab.get_by_role("dialog").or_(tab.locator(".overlay"))).to_contain_text("F2026-0004")
    tab.keyboard.press("Escape")
    row.locator("td.facturier-number a").click()
    expect(tab.locator("ol.journal li.transaction")).to_have_count(1)
    assert "/journal/?filter=%5EF2026-0004" in tab.url


@pytest.mark.parametrize("kind", ["pdf", "xml"])
def test_files_are_downloaded(tab: Page, kind: str) -> None:
    link = tab.locator("table.documents tbody tr", has_text="F2026-0004").get_by_role("link", name=kind.upper())
    assert link.get_attribute("href") == f"{kind}?number=F2026-0004"
    with tab.expect_download() as download:
        link.click()
    assert download.value.suggested_filename.endswith(f".{kind}")
    content = Path(download.value.path()).read_bytes()
    assert content.startswith(b"%PDF-" if kind == "pdf" else b"<?xml")


def test_a_missing_document_is_a_page_of_fava_s(browser: Browser, address: str) -> None:
    context = browser.new_context()
    opened = context.new_page()
    answer = opened.goto(address + "pdf?number=F2099-0001")
    assert answer is not None
    assert answer.status == 404
    expect(opened.locator("article")).to_contain_text("There is no document F2099-0001")
    opened.get_by_role("link", name="Back to the invoices").click()
    expect(opened.locator("table.documents")).to_be_visible()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_page_fits_and_reads(browser: Browser, address: str, tmp_path: Path, scheme: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)  # type: ignore[arg-type]
    opened = context.new_page()
    for view in ("documents", "aged"):
        opened.goto(f"{address}?view={view}&as_of={DAY}")
        expect(opened.locator(".facturier table").first).to_be_visible()
        opened.screenshot(path=tmp_path / f"{view}-{scheme}-{width}.png")
        wider = opened.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0
        article = opened.locator("article")
        assert article.evaluate("one => one.scrollWidth - one.clientWidth") <= 0
        scrolled = opened.locator(".facturier-scroll").evaluate_all(
            "all => all.map(o => o.scrollWidth - o.clientWidth)"
        )
        assert max(scrolled) <= 0
    opened.goto(f"{address}?as_of={DAY}")
    badges = opened.locator(".facturier-badge").evaluate_all(
        "all => all.map(o => [getComputedStyle(o).color, getComputedStyle(o).backgroundColor])"
    )
    assert len(badges) == len(ledgers.CASE_16) + 3
    for ink, paper in badges:
        assert contrast(ink, paper) >= READABLE, (ink, paper)
    context.close()


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours written as rgb(r, g, b) (WCAG 2.2)."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = [float(one) / BRIGHTEST_CHANNEL for one in colour.strip("rgba()").split(",")[:3]]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
