"""The wheel: everything it needs is inside, and it works where no checkout is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest
from house import ROOT, setuptools_settings, tree

PATIENCE = 300
ONLY_FOR_TESTS = {"hypothesis", "opendataloader_pdf", "pikepdf", "playwright", "pytest", "saxonche", "weasyprint"}


class Built(NamedTuple):
    """The files a release consists of."""

    wheel: Path
    sdist: Path


class Installed(NamedTuple):
    """A virtual environment that holds the wheel, and a folder far from the checkout to work in."""

    environment: Path
    folder: Path

    @property
    def python(self) -> Path:
        return self.environment / ("Scripts" if os.name == "nt" else "bin") / "python"

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a module or program of the environment, with nothing else on Python's path."""
        keep = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "BEANCOUNT"))}
        # The language of the terminal decides that of some messages.
        environment = {**keep, "LC_ALL": "C.UTF-8", "PATH": f"{self.python.parent}{os.pathsep}{keep['PATH']}"}
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
        )


def mapped_folders() -> dict[str, str]:
    """Where each folder of the tree stands in the wheel."""
    return {folder: name.replace(".", "/") for name, folder in setuptools_settings()["package-dir"].items()}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The source archive, and the wheel made from that archive, built from what a clone would hold."""
    source = tmp_path_factory.mktemp("source")
    for path in tree():
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, source / path)
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,), (sdist,) = out.glob("*.whl"), out.glob("*.tar.gz")
    return Built(wheel, sdist)


@pytest.fixture(scope="module")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel in an empty environment; what it depends on is lent by the one that runs the tests."""
    environment = tmp_path_factory.mktemp("environment")
    venv.create(environment, with_pip=False)
    empty = Installed(environment, tmp_path_factory.mktemp("elsewhere"))
    missing = empty.run(str(empty.python), "-c", "import facturier")
    assert "No module named 'facturier'" in missing.stderr
    pip = (sys.executable, "-m", "pip", "--python", str(empty.python))
    done = empty.run(*pip, "install", "--quiet", "--no-deps", "--no-index", str(built.wheel))
    assert done.returncode == 0, done.stderr
    # A plain path in a .pth is searched after the environment's own packages, and its .pth files,
    # among them that of an editable install, are not obeyed.
    site_packages = next(environment.rglob("site-packages"))
    lent = dict.fromkeys((sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))
    (site_packages / "lent.pth").write_text("\n".join(lent) + "\n", encoding="utf-8")
    return empty


@pytest.fixture(scope="module")
def demo(installed: Installed) -> Path:
    """The demo books, made by the installed program."""
    done = installed.run("facturier", "demo", "books")
    assert done.returncode == 0, done.stdout + done.stderr
    return installed.folder / "books"


def test_the_wheel_holds_the_tree_and_nothing_else(built: Built) -> None:
    folders = mapped_folders()
    shipped = [path for path in tree() if path.parts[0] in folders and len(path.parts) > 1]
    with zipfile.ZipFile(built.wheel) as wheel:
        held = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert held == {"/".join((folders[path.parts[0]], *path.parts[1:])) for path in shipped}


@pytest.mark.parametrize(
    "ending",
    [
        "locale/fr/LC_MESSAGES/facturier.mo",
        "invoice_templates/default/invoice.xml",
        "invoice_templates/default/theme.toml",
        "invoice_templates/wording/fr.toml",
        "invoice_templates/fonts/Inter-Regular.ttf",
        "law/vat_rates.toml",
        "pdf/sRGB.icc",
        "fava_ext/templates/Facturier.html",
        "ledger/main.beancount",
        "ledger/bank/camt053-2026-11.xml",
        "py.typed",
    ],
)
def test_what_is_no_python_is_inside(built: Built, ending: str) -> None:
    with zipfile.ZipFile(built.wheel) as wheel:
        assert wheel.getinfo(f"facturier/{ending}").file_size >= (0 if ending == "py.typed" else 1)


def test_the_wheel_names_its_licence(built: Built) -> None:
    with zipfile.ZipFile(built.wheel) as wheel:
        (metadata,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
        assert "License-Expression: GPL-2.0-only" in wheel.read(metadata).decode()
        assert any(name.endswith("licenses/LICENSE") for name in wheel.namelist())


def test_the_source_archive_can_be_tested(built: Built) -> None:
    with tarfile.open(built.sdist) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    left_out = {str(path) for path in tree()} - held
    assert left_out <= {".gitignore"}


def test_it_is_the_wheel_that_runs(installed: Installed) -> None:
    program = (
        "import importlib, importlib.util as util\n"
        "for name in ('', '.plugins', '.importers', '.invoice_templates', '.fava_ext', '.ledger', '.cli'):\n"
        "    print(importlib.import_module('facturier' + name).__file__)\n"
        "print([util.find_spec(name) for name in ('plugins', 'importers', 'fava_ext', 'tests', 'house')])\n"
    )
    done = installed.run(str(installed.python), "-c", program)
    assert done.returncode == 0, done.stderr
    *files, strangers = done.stdout.splitlines()
    assert len(files) == 7
    assert all(Path(file).is_relative_to(installed.environment) for file in files)
    assert strangers == "[None, None, None, None, None]"


def test_every_module_of_the_wheel_can_be_imported(built: Built, installed: Installed) -> None:
    with zipfile.ZipFile(built.wheel) as wheel:
        names = [name.removesuffix(".py").replace("/", ".") for name in wheel.namelist() if name.endswith(".py")]
    modules = [name.removesuffix(".__init__") for name in names if ".fonts." not in name]
    program = f"import importlib\nfor name in {modules}: importlib.import_module(name)"
    done = installed.run(str(installed.python), "-c", program)
    assert done.returncode == 0, done.stderr


def test_the_demo_is_whole(demo: Path) -> None:
    assert (demo / "pdf" / "F2026-0077.pdf").read_bytes().startswith(b"%PDF-")
    assert len(list((demo / "pdf").glob("*.pdf"))) >= 30
    shipped = Path(__file__).resolve().parents[1] / "ledger" / "bank"
    assert {path.name for path in (demo / "bank").iterdir()} == {path.name for path in shipped.iterdir()}
    assert not (demo / "__init__.py").exists()


def _check(installed: Installed, ledger: Path) -> subprocess.CompletedProcess[str]:
    program = "from beancount.scripts.check import main; main()"
    return installed.run(str(installed.python), "-c", program, "-C", str(ledger))


def test_bean_check_finds_our_plugin(installed: Installed, demo: Path) -> None:
    done = _check(installed, demo / "main.beancount")
    assert (done.returncode, done.stderr) == (0, "")


def test_bean_check_with_our_plugin_finds_a_gap(installed: Installed, demo: Path) -> None:
    broken = demo.with_name("broken")
    shutil.copytree(demo, broken)
    month = broken / "2026-09.beancount"
    month.write_text(month.read_text(encoding="utf-8").replace("F2026-0079", "F2026-0149"), encoding="utf-8")
    done = _check(installed, broken / "main.beancount")
    assert done.returncode == 1
    assert "FR-NUM-GAP" in done.stderr


def test_a_document_is_rendered(installed: Installed, demo: Path) -> None:
    done = installed.run("facturier", "pdf", "F2026-0078", "-f", str(demo / "main.beancount"), "-o", "out")
    assert done.returncode == 0, done.stderr
    content = (installed.folder / "out" / "F2026-0078.pdf").read_bytes()
    assert content == (demo / "pdf" / "F2026-0078.pdf").read_bytes()


def test_a_bank_file_is_read(installed: Installed, demo: Path) -> None:
    ledger, bank = str(demo / "main.beancount"), str(demo / "bank" / "camt053-2026-11.xml")
    done = installed.run("facturier", "import", "-f", ledger, bank, "--dry-run")
    assert done.returncode == 0, done.stderr
    assert 'settles: "F2026-' in done.stdout


def test_fava_finds_the_extension(installed: Installed, demo: Path) -> None:
    program = (
        "import sys\n"
        "from fava.core import FavaLedger\n"
        "ledger = FavaLedger(sys.argv[1])\n"
        "print([extension.name for extension in ledger.extensions._instances.values()], len(ledger.errors))\n"
    )
    done = installed.run(str(installed.python), "-c", program, str(demo / "main.beancount"))
    assert done.stdout.strip() == "['Facturier'] 0", done.stdout + done.stderr


def test_what_it_depends_on_is_declared(installed: Installed) -> None:
    """The test's own libraries are lent too: the shipped modules may not lean on one that is only of the tests."""
    program = (
        "import sys\n"
        "class Barrier:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name.partition('.')[0] in {ONLY_FOR_TESTS}:\n"
        "            raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Barrier())\n"
        "from facturier.cli import main\n"
        "main()\n"
    )
    done = installed.run(str(installed.python), "-c", program, "demo", "without-extras")
    assert done.returncode == 0, done.stdout + done.stderr
