"""Signs that a reader does not see, or takes for others, in a text; and where they stand for honest reasons.

Arabic, Hebrew and the scripts of South and South-East Asia are written with joiners, marks of direction and invisible
breaks; emoji are joined by one; flags of regions are spelled with tags. None of that is hidden text.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

BIDI_OVERRIDES = "\u202d\u202e"
BIDI_OTHERS = "\u202a\u202b\u202c\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
ZERO_WIDTH = "\u200b\u2060\u2061\u2062\u2063\u2064\u180e\u115f\u1160\u3164\uffa0\ufeff"
JOINERS = "\u200c\u200d"
_TAGS = re.compile("[\U000e0000-\U000e007f]")
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]{1,6}\U000e007f")
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{2,}")
_UNSEEN = re.compile(f"[{BIDI_OVERRIDES}{BIDI_OTHERS}{ZERO_WIDTH}{JOINERS}\U000e0000-\U000e01ef\ufe00-\ufe0f]")
_WORD = re.compile(r"[^\W\d_]{3,}")
# Scripts that write with joiners, and those that break lines at an invisible space.
_JOINING = ((0x0600, 0x08FF), (0x0900, 0x0DFF), (0x1000, 0x109F), (0x1780, 0x18AF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFC))
_SPACELESS = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x4E00, 0x9FFF))
# Cyrillic and Greek letters that are taken for Latin ones (Unicode TS 39, confusables).
_LIKE_LATIN = frozenset("асеорхуіјѕһԁԛԝѵАВЕЗІЈКМНОРСТУХЅԌԚԜҮ" + "ονρΑΒΕΖΗΙΚΜΝΟΡΤΥΧ")
_ALIKE = re.compile(f"[{''.join(sorted(_LIKE_LATIN))}\uff21-\uff5a\U0001d400-\U0001d7ff]")


def bidi_controls(text: str) -> bool:
    """Overrides of direction anywhere; other controls of it where nothing is written from right to left."""
    if any(sign in text for sign in BIDI_OVERRIDES):
        return True
    return any(sign in text for sign in BIDI_OTHERS) and not any(
        unicodedata.bidirectional(sign) in {"R", "AL"} and sign not in BIDI_OTHERS for sign in text
    )


def zero_width(text: str) -> bool:
    """Signs without width where the script does not ask for them; a byte-order mark may stand at the beginning."""
    for place, sign in enumerate(text):
        if sign in ZERO_WIDTH and not (sign == "\ufeff" and not place):
            honest = sign == "\u200b" and _beside(text, place, _SPACELESS)
            hangul = sign in "\u115f\u1160\u3164\uffa0" and _beside(
                text, place, ((0x1100, 0x11FF), (0x3130, 0x318F), (0xAC00, 0xD7FF))
            )
            if not honest and not hangul:
                return True
        elif sign in JOINERS and not (
            _beside(text, place, _JOINING) or (sign == "\u200d" and _joins_emoji(text, place))
        ):
            return True
    return False


def tag_signs(text: str) -> bool:
    """Tags, which spell a text that nobody sees, but for the flags of regions; and runs of variation selectors."""
    return bool(_TAGS.search(_FLAG.sub("", text)) or _SELECTORS.search(text))


def mixed_scripts(text: str) -> bool:
    """A word of Latin letters in which letters of another script stand for the Latin ones they look like."""
    return any(_is_mixed(match[0]) for match in _WORD.finditer(text) if _ALIKE.search(match[0]))


def _is_mixed(word: str) -> bool:
    latin = sum(_is_latin(letter) for letter in word)
    alike = sum(letter in _LIKE_LATIN for letter in word)
    styled = sum(_is_styled(letter) for letter in word)
    if styled and latin and len(word) > 3:
        return True
    # A Latin letter slipped into a Cyrillic word is a matter of keyboards, and a Greek one at an end of physics.
    others = sum(not _is_latin(letter) and letter not in _LIKE_LATIN for letter in word)
    inner = any(letter in _LIKE_LATIN for letter in (word[1:-1] if alike == 1 and _is_greek(word) else word))
    return alike > 0 and latin >= 2 and not others and inner


def _is_greek(word: str) -> bool:
    return any(0x370 <= ord(letter) <= 0x3FF for letter in word)


def _is_latin(letter: str) -> bool:
    return letter.isascii() or ("LATIN" in unicodedata.name(letter, "") and not _is_styled(letter))


def _is_styled(letter: str) -> bool:
    """Letters of the mathematical alphabets and of full width."""
    return 0x1D400 <= ord(letter) <= 0x1D7FF or 0xFF21 <= ord(letter) <= 0xFF5A


def _beside(text: str, place: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    around = text[max(place - 1, 0) : place] + text[place + 1 : place + 2]
    return any(low <= ord(sign) <= high for sign in around for low, high in ranges)


def _joins_emoji(text: str, place: int) -> bool:
    """Between two pictures; a skin tone or a variation selector may stand before the joiner."""
    before, after = text[:place].rstrip("\ufe0f"), text[place + 1 : place + 2]
    return bool(before and after) and all(unicodedata.category(sign) in {"So", "Sk"} for sign in (before[-1], after))


KINDS: dict[str, Callable[[str], bool]] = {
    "control of direction": bidi_controls,
    "sign without width": zero_width,
    "tag or run of selectors": tag_signs,
    "letters of another script": mixed_scripts,
}


def hidden_kinds(text: str) -> list[str]:
    """What is hidden in a text."""
    if text.isascii():
        return []
    unseen, alike = _UNSEEN.search(text), _ALIKE.search(text)
    return [
        kind for kind, is_there in KINDS.items() if (alike if is_there is mixed_scripts else unseen) and is_there(text)
    ]
