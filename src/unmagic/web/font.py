"""The math font: cut out of an installed package down to what formulas use, and kept for the next start.

STIX Two Math (SIL Open Font License) lies in the package ``ziamath``; fontTools subsets it and keeps its MATH table and
its licence text. Without those packages the site serves no font, and browsers fall back to what they have.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from functools import cache
from importlib import metadata, util
from io import BytesIO
from pathlib import Path

NAME = "stix-two-math.woff2"

RANGES = (
    (0x20, 0x7E),  # Latin
    (0xA0, 0xA0), (0xAC, 0xB7), (0xD7, 0xD7), (0xF7, 0xF7),  # ¬ ± ² ³ · × ÷
    (0x2C6, 0x2C7), (0x2DC, 0x2DC), (0x302, 0x304), (0x307, 0x308), (0x20D7, 0x20D7),  # accents
    (0x391, 0x3C9), (0x3D1, 0x3D6), (0x3F5, 0x3F5),  # Greek
    (0x2013, 0x2014), (0x2016, 0x201D), (0x2026, 0x2026), (0x2032, 0x2034),  # dashes, ‖, quotes, …, primes
    (0x2061, 0x2064),  # invisible operators
    (0x2070, 0x2071), (0x2074, 0x208E), (0x2090, 0x2099),  # super- and subscripts
    (0x210E, 0x210E), (0x2113, 0x2113), (0x211D, 0x211D), (0x2115, 0x2115),  # ℎ ℓ ℝ ℕ
    (0x2190, 0x2195), (0x21A6, 0x21A6), (0x21D2, 0x21D2),  # arrows
    (0x2200, 0x220F), (0x2211, 0x221E), (0x2223, 0x222B), (0x2248, 0x2248), (0x2260, 0x2265), (0x2282, 0x2287),
    (0x2295, 0x2299), (0x22A4, 0x22A5), (0x22C5, 0x22C5), (0x22EE, 0x22F1),  # operators
    (0x2308, 0x230B), (0x27E8, 0x27E9),  # floors, ceilings, angle brackets
    (0x1D434, 0x1D467), (0x1D6FC, 0x1D71B),  # italic letters and small Greek, which <mi> is set in
    (0x1D7D9, 0x1D7D9),  # 𝟙
)  # fmt: skip
"""What formulas, numerals and headings use."""

FEATURES = ["kern", "mark", "mkmk", "ccmp", "lnum", "tnum"]
"""Typesetting rules that are kept. Script shapes (ssty) would double the file."""

LICENCE = [0, 1, 2, 3, 4, 5, 6, 13, 14]
"""Names that are kept: whose it is, and its licence."""


@cache
def font() -> bytes | None:
    """The subset as WOFF2, or None where the packages that carry and cut it are not installed."""
    if any(util.find_spec(name) is None for name in ("ziamath", "fontTools", "brotli")):
        return None
    kept = _folder() / f"{_version()}-{NAME}"
    if kept.is_file():
        return kept.read_bytes()
    made = _cut()
    _keep(kept, made)
    return made


def _cut() -> bytes:
    from fontTools import subset

    spec = util.find_spec("ziamath")
    assert spec is not None
    assert spec.origin is not None
    options = subset.Options(flavor="woff2", layout_features=FEATURES, name_IDs=LICENCE, hinting=False)
    face = subset.load_font(Path(spec.origin).parent / "fonts" / "STIXTwoMath-Regular.ttf", options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
    cutter.subset(face)
    out = BytesIO()
    subset.save_font(face, out, options)
    return out.getvalue()


def _version() -> str:
    """Changes whenever the result would."""
    made_of = (metadata.version("ziamath"), metadata.version("fonttools"), RANGES)
    return hashlib.sha256(repr(made_of).encode()).hexdigest()[:12]


def _folder() -> Path:
    root = os.environ.get("XDG_CACHE_HOME")
    return (Path(root) if root else Path.home() / ".cache") / "unmagic"


def _keep(path: Path, content: bytes) -> None:
    """Write whole or not at all; a folder that can't be written to costs the next start a second."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(content)
        os.replace(file.name, path)
    except OSError:
        pass


if __name__ == "__main__":
    cut = font()
    print(f"{len(cut):,} bytes of math font" if cut else "no math font: install unmagic[site]")
    sys.exit(0)
