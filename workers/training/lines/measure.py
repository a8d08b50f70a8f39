"""Measure line readers on lines of fonts that training never saw, drawn by other code.

    python -m workers.training.lines.measure arabic --fonts FOLDER --count 100

Three levels, as the samples have them: clean print, photos, hard photos (small, soft, noisy).
Pillow lays out mixed lines by the Unicode rules, so that the order of text is measured as well.
"""

import argparse
import io
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from rapidfuzz.distance import Levenshtein

from workers.documents.document_type import Level
from workers.drawing.names import NAMING
from workers.drawing.paper import guilloche
from workers.drawing.tunisia import arabic_date, invent_tunisian
from workers.engines.line_reader import arabic_reader, latin_reader, second_arabic_reader
from workers.engines.rapid import RapidReader
from workers.engines.tesseract_reader import TesseractReader
from workers.engines.text_engine import text_engine
from workers.ports import Image as Pixels
from workers.ports import LineReader, Script
from workers.text.arabic import normal_form
from workers.training.lines.fonts import ARABIC_EVALUATION, LATIN_EVALUATION, find_files


@dataclass(frozen=True, slots=True)
class Damage:
    """Ranges of one level: size of the letters' em, blur, noise and JPEG quality."""

    em_px: tuple[float, float]
    blur: tuple[float, float]
    noise: tuple[float, float]
    jpeg: tuple[int, int]
    turn_deg: float


DAMAGES = {
    Level.CLEAN: Damage((26, 44), (0, 0.2), (0, 1), (92, 98), 0.2),
    Level.PHOTO: Damage((15, 28), (0.4, 0.9), (1, 4), (72, 92), 0.8),
    Level.HARD: Damage((10, 17), (0.5, 1.0), (3, 8), (40, 65), 1.5),
}


def main() -> None:
    """Print a line for each level and reader."""
    options = _options()
    names = ARABIC_EVALUATION if options.script == "arabic" else LATIN_EVALUATION
    files = find_files(options.fonts)
    fonts = [files[name] for name in names if name in files]
    readers = _readers(options.script)
    for level, damage in DAMAGES.items():
        rng = Random(f"{options.seed}/{level}")
        lines = [
            _line(rng, options.script, rng.choice(fonts), damage) for _ in range(options.count)
        ]
        for reader in readers:
            print(f"{level:6} {reader.name:14} {_score(reader, lines, options.show)}")  # noqa: T201


def _score(reader: LineReader, lines: Sequence[tuple[str, Pixels]], show: int) -> str:
    started = time.process_time()
    readings = reader.read([strip for _, strip in lines])
    spent_ms = 1000 * (time.process_time() - started) / len(lines)
    pairs = [
        (normal_form(truth), normal_form(one.text))
        for (truth, _), one in zip(lines, readings, strict=True)
    ]
    wrong = sum(Levenshtein.distance(*pair) for pair in pairs)
    exact = sum(truth == read for truth, read in pairs)
    for truth, read in [pair for pair in pairs if pair[0] != pair[1]][:show]:
        print(f"    {truth} | {read}")  # noqa: T201 - a script's output
    symbols = sum(len(truth) for truth, _ in pairs)
    return f"CER {wrong / symbols:.3f} exact {exact / len(pairs):.3f} {spent_ms:.1f} ms a line"


def _line(rng: Random, script: str, font: Path, damage: Damage) -> tuple[str, Pixels]:
    """Draw one line on security paper, photograph it and cut it out."""
    text = _arabic(rng) if script == "arabic" else _latin(rng)
    face = ImageFont.truetype(str(font), 64)
    direction = "rtl" if script == "arabic" else "ltr"
    left, top, right, bottom = face.getbbox(text, direction=direction)
    pad = round(0.2 * (bottom - top))
    size = (round(right - left) + 4 * pad, round(bottom - top) + 4 * pad)
    page = guilloche(rng, *size)
    shade = rng.randint(10, 70)
    ImageDraw.Draw(page).text(
        (2 * pad - left, 2 * pad - top), text, fill=(shade,) * 3, font=face, direction=direction
    )
    page = page.rotate(rng.uniform(-damage.turn_deg, damage.turn_deg), Image.Resampling.BICUBIC)
    page = page.crop((pad, pad, size[0] - pad, size[1] - pad))
    share = rng.uniform(*damage.em_px) / 64
    small = page.resize(
        (max(8, round(page.width * share)), max(8, round(page.height * share))),
        Image.Resampling.BOX,
    )
    small = small.filter(ImageFilter.GaussianBlur(rng.uniform(*damage.blur)))
    grain = np.random.default_rng(rng.getrandbits(32))
    noise = grain.normal(0, rng.uniform(*damage.noise), (small.height, small.width, 3))
    light = np.linspace(rng.uniform(0.7, 1), rng.uniform(0.7, 1), small.width)[None, :, None]
    noisy = np.clip(np.asarray(small, np.float64) * light + noise, 0, 255).astype(np.uint8)
    packed = io.BytesIO()
    Image.fromarray(noisy).save(packed, "JPEG", quality=rng.randint(*damage.jpeg))
    pixels = np.asarray(Image.open(packed).convert("RGB"), np.uint8)
    return text, np.ascontiguousarray(pixels[:, :, ::-1])


def _arabic(rng: Random) -> str:
    person = invent_tunisian(rng)
    born = arabic_date(person.birth_date, padded=rng.random() < 0.5)
    return rng.choice(
        (
            person.surname[0],
            person.given_names[0],
            person.filiation,
            person.birth_place[0],
            born,
            f"تاريخ الولادة {born}",
            f"اللقب {person.surname[0]}",
            f"{rng.randint(1, 250)} تونس {rng.randint(1, 9999)}",
            rng.choice(person.address),
        )
    )


def _latin(rng: Random) -> str:
    naming = rng.choice([NAMING[one] for one in ("TUN", "FRA", "DEU", "ESP", "POL", "NOR", "TUR")])
    letters = "ABCDEFGHJKLMNPRSTUVWXYZ"
    pair = "".join(rng.choices(letters, k=2))
    return rng.choice(
        (
            rng.choice(naming.surnames).upper(),
            rng.choice(naming.men + naming.women),
            f"{rng.choice(naming.women)} {rng.choice(naming.surnames)}",
            rng.choice(naming.places),
            f"{rng.randint(1, 28):02d}/{rng.randint(1, 12):02d}/{rng.randint(1940, 2030)}",
            f"{rng.randint(1, 28):02d}.{rng.randint(1, 12):02d}.{rng.randint(1940, 2030)}",
            f"{pair}-{rng.randint(1, 999):03d}-{''.join(rng.choices(letters, k=2))}",
            "".join(rng.choices(letters + "0123456789", k=17)),
            f"F.1 {rng.randint(1200, 3500)}",
            f"e2*2007/46*{rng.randint(1, 9999):04d}*{rng.randint(1, 20):02d}",
        )
    )


def _readers(script: str) -> tuple[LineReader, ...]:
    text = text_engine()
    if script == "arabic":
        tesseract = TesseractReader(text, ("ara",), frozenset({Script.ARABIC}))
        return (arabic_reader(), second_arabic_reader(), tesseract)
    french = TesseractReader(text, ("fra",), frozenset({Script.LATIN}))
    return (latin_reader(), RapidReader(), french)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("script", choices=("arabic", "latin"))
    parser.add_argument("--fonts", type=Path, nargs="+", default=[Path("/usr/share/fonts")])
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--show", type=int, default=0, help="wrong lines to print for each")
    return parser.parse_args()


if __name__ == "__main__":
    main()
