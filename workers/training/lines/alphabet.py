"""What the recognisers can say: one class for each symbol, and the blank after the last."""

ARABIC_LETTERS = "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهويىپڤڨ"
ARABIC_DIGITS = "٠١٢٣٤٥٦٧٨٩"
DIGITS = "0123456789"
CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SMALL = CAPITALS.lower()
ACCENTED = (
    "àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿœß"
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝŸŒ"
    "ąćęłńśźżĄĆĘŁŃŚŹŻğışİĞŞčďěňřšťůžČĎĚŇŘŠŤŮŽðþÐÞđĐőűŐŰăâîșțĂȘȚ"
)

ARABIC_ALPHABET = (
    " " + DIGITS + ARABIC_LETTERS + ARABIC_DIGITS + CAPITALS + SMALL + ".,-/():'\"+*%&°،؛؟_=#"
)
LATIN_ALPHABET = (
    " "
    + DIGITS
    + CAPITALS
    + SMALL
    + "".join(dict.fromkeys(ACCENTED))
    + ".,-/():;'\"&+*<>°²³=%#@!?_[]|€№«»$§\u2019ªº"
)
