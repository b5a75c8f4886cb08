"""Make the two static faces beside this file from the variable Inter of the PyPI package fontpkg-inter.

Run by hand, once per version of Inter, in an environment with ``fontpkg-inter`` and ``fonttools``:

    python invoice_templates/fonts/make_fonts.py

ReportLab reads static TrueType only and knows no OpenType feature, so three things are fixed here: the axes (weight
400 and 600, optical size 14), tabular figures (the feature ``tnum``, so that columns of amounts line up) and the
tables nobody reads (shaping, alternates without a character). Same input, same bytes: no clock enters the files.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import fontpkg_inter  # type: ignore[import-not-found]
from fontTools.subset import Options, Subsetter  # type: ignore[import-not-found]
from fontTools.ttLib import TTFont  # type: ignore[import-not-found]
from fontTools.varLib.instancer import instantiateVariableFont  # type: ignore[import-not-found]

HERE = Path(__file__).parent
FACES = {"Inter-Regular": ("Regular", 400), "Inter-SemiBold": ("SemiBold", 600)}
OPTICAL_SIZE = 14


def bake_tabular_figures(font: TTFont) -> None:
    """Point the characters 0 to 9 at the glyphs that the feature ``tnum`` would choose."""
    table = font["GSUB"].table
    replaced: dict[str, str] = {}
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag != "tnum":
            continue
        for index in record.Feature.LookupListIndex:
            for subtable in table.LookupList.Lookup[index].SubTable:
                single = getattr(subtable, "ExtSubTable", subtable)
                replaced.update(getattr(single, "mapping", {}))
    for cmap in font["cmap"].tables:
        for code in range(ord("0"), ord("9") + 1):
            cmap.cmap[code] = replaced.get(cmap.cmap[code], cmap.cmap[code])  # tables may share one mapping


def make_face(variable: Path, name: str, style: str, weight: int) -> None:
    """Write one static face with its names, its tabular figures and without shaping tables."""
    font = TTFont(variable, recalcTimestamp=False)
    font = instantiateVariableFont(font, {"wght": weight, "opsz": OPTICAL_SIZE}, inplace=True)
    bake_tabular_figures(font)
    for record in list(font["name"].names):
        if record.nameID in (16, 17, 21, 22, 25):
            font["name"].removeNames(nameID=record.nameID)
    for identifier, text in ((1, f"Inter {style}"), (2, "Regular"), (3, name), (4, f"Inter {style}"), (6, name)):
        font["name"].setName(text, identifier, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight
    options = Options(
        notdef_outline=True,
        hinting=False,
        layout_features=[],
        name_IDs=["*"],
        drop_tables=["GSUB", "GPOS", "GDEF", "STAT", "DSIG"],
    )
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=font.getBestCmap())
    subsetter.subset(font)
    font.save(HERE / f"{name}.ttf", reorderTables=True)


def main() -> None:
    """Make every face and copy the licence beside them."""
    package = Path(fontpkg_inter.__file__).parent
    variable = package / "files" / "Inter[opsz,wght].ttf"
    for name, (style, weight) in FACES.items():
        make_face(variable, name, style, weight)
    shutil.copyfile(package / "LICENSE", HERE / "OFL.txt")
    sys.stdout.write(f"made {', '.join(FACES)} in {HERE}\n")


if __name__ == "__main__":
    main()
