"""Cut Source Sans 3 to what pages print: weights 400-700, letters of fi, sv, en and Sámi.

Run by build.mjs with the project's Python (fonttools and brotli come with WeasyPrint):
    python subset_fonts.py SOURCE_FOLDER TARGET_FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

LATIN = (
    "U+0020-007E,U+00A0-00FF,U+0152-0153,U+2010-2015,U+2018-201A,U+201C-201E,U+2020,U+2022,"
    "U+2026,U+2030,U+2039-203A,U+202F,U+2044,U+20AC,U+2122,U+2190-2193,U+2212,U+2248,U+2260,"
    "U+2264-2265,U+2713"
)
#: Latin Extended-A and the Skolt Sámi letters; fetched only for a page that has them.
LATIN_EXT = (
    "U+0100-0151,U+0154-017F,U+01B7,U+01E4-01E9,U+01EE-01EF,U+0218-021B,U+0292,U+02B9,U+02BC"
)
#: The licence reserves the name "Source" for unchanged files: the cut font has its own name.
FAMILY = "Innoverkko Sans"
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum", "lnum", "liga"]


def cut_font(source: Path, target: Path, unicodes: str) -> None:
    """Write the subset of a variable woff2 font, its weight axis limited to 400-700, to target."""
    font = TTFont(source, recalcTimestamp=False)
    options = subset.Options()
    options.layout_features = FEATURES
    options.flavor = "woff2"
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.notdef_outline = True
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=subset.parse_unicodes(unicodes.replace("U+", "")))
    subsetter.subset(font)
    instancer.instantiateVariableFont(font, {"wght": (400, 700)}, inplace=True)
    for name_id, text in ((1, FAMILY), (3, target.stem), (4, FAMILY), (6, FAMILY.replace(" ", ""))):
        font["name"].setName(text, name_id, 3, 1, 0x409)
    font.flavor = "woff2"
    font.save(target)


def main(source: Path, target: Path) -> None:
    """Cut both files of the family."""
    for name, unicodes in (("latin", LATIN), ("latin-ext", LATIN_EXT)):
        original = source / f"source-sans-3-{name}-wght-normal.woff2"
        cut_font(original, target / f"innoverkko-sans-{name}.woff2", unicodes)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
