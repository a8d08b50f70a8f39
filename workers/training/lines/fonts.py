"""The fonts of a script, found by file name: those to learn from and those to be measured on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import ImageFont

SIZE_PX = 40
"""Size at which lines are drawn; the camera scales them."""

ARABIC_SHARES: dict[str, float] = {
    r"Amiri-(Bold|Slanted|BoldSlanted)\.ttf|AmiriQuran\.ttf": 4.0,
    r"NotoNaskhArabic(-Regular|-Medium|-SemiBold|UI-Bold|UI-Regular)\.ttf": 3.0,
    r"NotoSansArabic-(Regular|Bold|Light|Medium|Black|SemiBold|Condensed(Bold|Light)?"
    r"|ExtraCondensed(Medium)?)\.ttf|NotoSansArabicUI-\w+\.ttf": 2.5,
    r"NotoKufiArabic-(Bold|Light|Medium|SemiBold|ExtraBold)\.ttf": 1.5,
    r"Kacst(Naskh|Office|Qurn|Screen|Letter|Title|Poster|Digital|Pen|Farsi|Decorative)\.ttf"
    r"|mry_KacstQurn\.ttf|KacstOne(-Bold)?\.ttf": 3.5,
    r"DejaVuSans(-Bold|Mono|Mono-Bold|Condensed|Condensed-Bold)?\.ttf": 2.0,
    r"Free(Serif|SerifBold|Mono)\.ttf|Thabit(-Bold|-Oblique)?\.ttf": 1.5,
    r"(nazlib?|homa|titr)\.ttf|NafeesWeb\.ttf|PakType (Naskh.*|Tehreer)\.ttf": 2.0,
    r"Scheherazade-Bold\.ttf|Lemonada-(Regular|Light|Bold)\.otf|Alkalami-Light\.ttf": 1.0,
    r"ae_(AlHor|Arab|Cortoba|Dimnah|Furat|Hani|Hor|Khalid|Nice|Petra|Rehan|Salem|Sharjah"
    r"|Sindbad|Mashq|Nada|Granada|Graph|Metal|AlYarmook|AlBattar|Rasheeq-Bold|Jet)\.ttf": 2.0,
    r"(Alexandria|BalooBhaijaan2|Changa|Kufam|Mada|Marhey|ReemKufi|Rubik)"
    r"_[3-8]00(Light|Regular|Medium|SemiBold|Bold|ExtraBold)\.ttf": 5.0,
    r"Lalezar_400Regular\.ttf|Mirza_\w+\.ttf|ScheherazadeNew_[567]00\w+\.ttf"
    r"|(ArefRuqaa|Rakkas)_\w+\.ttf|Noto(Naskh|Kufi)Arabic_[57]00\w+\.ttf": 3.0,
}
ARABIC_EVALUATION = (
    "Amiri-Regular.ttf",
    "KacstBook.ttf",
    "NotoNaskhArabic-Bold.ttf",
    "NotoKufiArabic-Regular.ttf",
    "NotoSansArabic-SemiCondensed.ttf",
    "Scheherazade-Regular.ttf",
    "Lateef-Regular.ttf",
    "Harmattan-Regular.ttf",
    "FreeFarsi.ttf",
    "ae_AlArabiya.ttf",
    "ae_Tholoth.ttf",
    "ae_Ouhod-Bold.ttf",
)
LATIN_SHARES: dict[str, float] = {
    r"NimbusSans-\w+\.otf|texgyreheros-\w+\.otf|FreeSans(Bold)?\.ttf|Arimo-(Bold)?Italic\.ttf"
    r"|LiberationSans-(Bold)?Italic\.ttf": 5.0,
    r"NimbusSansNarrow-\w+\.otf|texgyreheroscn-\w+\.otf|LiberationSansNarrow-\w+\.ttf"
    r"|RobotoCondensed-\w+\.ttf|NotoSans-(Semi|Extra)?Condensed(Bold|Medium)?\.ttf"
    r"|OpenSans-Cond\w+\.ttf": 3.0,
    r"DejaVuSans(-Bold|-Oblique)?\.ttf|Roboto-(Regular|Bold|Light|Italic|Black)\.ttf"
    r"|OpenSans-(Regular|Bold|Light|Italic|Semibold)\.ttf|Lato-(Regular|Bold|Light|Italic)\.ttf"
    r"|NotoSans-(Regular|Bold|Light|Italic|SemiBold)\.ttf|NotoSansDisplay-\w+\.ttf"
    r"|Cantarell-(Regular|Bold|Light)\.otf|Carlito-(Bold|Italic)\.ttf": 4.0,
    r"URWGothic-\w+\.otf|Play-\w+\.ttf|Jura-(Medium|Bold)\.otf|Dosis-(Medium|Bold)\.otf"
    r"|Comfortaa-\w+\.ttf|Quicksand-\w+\.[ot]tf|LinBiolinum_R.?\.otf|cmunss\.ttf": 1.0,
    r"NimbusRoman-\w+\.otf|FreeSerif(Bold|Italic)?\.ttf|texgyretermes-\w+\.otf"
    r"|LiberationSerif-(Bold|Italic)\.ttf|DejaVuSerif(-Bold|Condensed)?\.ttf|C059-\w+\.otf"
    r"|P052-\w+\.otf|LinLibertine_R.?\.otf|CharisSIL-\w+\.ttf|NotoSerif-(Regular|Bold)\.ttf"
    r"|Caladea-(Regular|Bold)\.ttf|EBGaramond12-\w+\.otf|Gentium-R\.ttf|URWBookman-\w+\.otf"
    r"|cmun(rm|bx|ti)\.ttf": 3.0,
    r"NimbusMonoPS-\w+\.otf|FreeMono(Bold)?\.ttf|LiberationMono-(Bold|Italic)\.ttf"
    r"|DejaVuSansMono(-Bold)?\.ttf|Courier Prime( Bold| Code| Sans)?\.otf|Hack-\w+\.ttf"
    r"|JetBrainsMono-(Regular|Bold|Light)\.ttf|cmuntt\.ttf|NotoSansMono-\w+\.ttf"
    r"|B612Mono-(Regular|Bold)\.otf": 3.0,
    r"OCRB(E|F|L|X)?\.otf|OCRA\.ttf": 1.5,
    r"(RobotoMono|ShareTechMono|RedHatMono|AzeretMono|DMMono|OxygenMono|NovaMono|SplineSansMono"
    r"|MartianMono|SometypeMono|SpecialElite|XanhMono|Lekton|KodeMono|GeistMono|ChivoMono"
    r"|FragmentMono|VictorMono|RedditMono|SyneMono)_\d00(Light|Regular|Medium|Bold)\.ttf": 5.0,
    r"(NunitoSans|Poppins|Montserrat|Oswald|Karla|Mulish|Manrope|DMSans|PublicSans|LibreFranklin"
    r"|TitilliumWeb|AsapCondensed|SairaCondensed|EncodeSansCondensed|PathwayGothicOne|FjallaOne"
    r"|LeagueGothic|Teko|Rajdhani|Exo2)_\d00(Light|Regular|Medium|SemiBold|Bold)\.ttf": 5.0,
    r"(SpaceMono|AnonymousPro|CourierPrime|UbuntuMono|CascadiaCode|NanumGothicCoding|B612Mono"
    r"|CutiveMono)_\d00(Light|Regular|Medium|SemiBold|Bold)\.ttf": 4.0,
    r"(Hind|Signika|Catamaran|Sarabun|Prompt|Kanit|BeVietnamPro|PlusJakartaSans|Lexend|Figtree"
    r"|Urbanist|Sora|RedHatText|PragatiNarrow|SofiaSans|SofiaSansCondensed|Antonio"
    r"|SofiaSansExtraCondensed|YanoneKaffeesatz|RopaSans|CarroisGothic|IstokWeb|Gudea|Questrial"
    r"|DidactGothic|Varela|Assistant|Ubuntu|Oxygen|NewsCycle|Economica|Homenaje|Armata|Share"
    r"|Metrophobic|Anaheim)_\d00(Light|Regular|Medium|SemiBold|Bold)\.ttf": 5.0,
    r"(LibreBaskerville|Merriweather|Bitter|CrimsonText|Arvo|ZillaSlab|RobotoSlab)"
    r"_\d00(Regular|Medium|Bold)\.ttf": 1.5,
}
LATIN_EVALUATION = (
    "LiberationSans-Regular.ttf",
    "LiberationSans-Bold.ttf",
    "LiberationMono-Regular.ttf",
    "LiberationSerif-Regular.ttf",
    "Carlito-Regular.ttf",
    "B612-Regular.otf",
    "Vollkorn-Regular.ttf",
    "Cabin-Bold.otf",
    "Roboto-Medium.ttf",
    "DejaVuSansCondensed.ttf",
    "Inconsolata.otf",
    "OCRBS.otf",
)
LATIN_FALLBACK = ("DejaVuSans.ttf", "LiberationSans-Regular.ttf", "FreeSerif.ttf")


@dataclass(frozen=True, slots=True)
class Face:
    """A font at SIZE_PX and the symbols of the alphabet that it draws."""

    name: str
    font: ImageFont.FreeTypeFont
    symbols: frozenset[str]


def find_files(folders: Sequence[Path]) -> dict[str, Path]:
    """Return every font file below the folders by its name."""
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*.[ot]tf")):
            found.setdefault(path.name, path)
    return found


def load_faces(
    files: dict[str, Path], shares: dict[str, float], alphabet: str, held_out: Sequence[str]
) -> tuple[list[Face], list[float]]:
    """Return the faces to draw with and how often each; a family's share is split by its files."""
    faces: list[Face] = []
    weights: list[float] = []
    for pattern, share in shares.items():
        names = [n for n in sorted(files) if re.fullmatch(pattern, n) and n not in held_out]
        faces.extend(load_face(files[name], alphabet) for name in names)
        weights.extend(share / len(names) for _ in names)
    total = sum(weights)
    return faces, [weight / total for weight in weights]


def load_face(path: Path, alphabet: str) -> Face:
    """Open a font and see what it draws: a missing glyph looks like that of U+FFFF."""
    font = ImageFont.truetype(str(path), SIZE_PX)
    missing = _look(font, "\uffff")
    symbols = {s for s in alphabet if s == " " or _look(font, s) not in (missing, b"")}
    # Some fonts draw Arabic-Indic shapes for 0-9: what is seen must be what is said.
    symbols -= {s for s in "0123456789" if _look(font, s) == _look(font, chr(0x660 + int(s)))}
    return Face(path.name, font, frozenset(symbols))


def _look(font: ImageFont.FreeTypeFont, symbol: str) -> bytes:
    mask = font.getmask(symbol)
    return bytes(mask) + bytes(str(mask.size), "ascii") if mask.size[0] else b""
