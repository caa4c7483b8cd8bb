"""Patterns of personal data that carry a check of their own, so that a number in a column is not taken for a person.

What is found is counted by column and kind. It is never kept, shown or raised.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# Length of an IBAN by country (ISO 13616 registry).
_IBAN = {
    15: "NO",
    16: "BE",
    18: "DK FI FO GL NL SD FK",
    19: "MK SI",
    20: "AT BA EE KZ LT LU MN XK",
    21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS VA",
    23: "AE GI IL IQ OM SO TL",
    24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "LY PT ST",
    26: "IS TR",
    27: "BI DJ FR GR IT MC MR SM",
    28: "AL AZ BY CY DO GT HU LB NI PL SV",
    29: "BR EG PS QA UA",
    30: "JO KW MU YE",
    31: "MT SC",
    32: "LC",
    33: "RU",
}
LENGTHS = {country: length for length, countries in _IBAN.items() for country in countries.split()}
_FILES = frozenset({"png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js", "html", "py", "txt", "pdf"})

_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[^\W_](?:[\w-]*[^\W_])?\.)+([^\W\d_]{2,24})(?![\w-])")
_ACCOUNT = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,29}(?![A-Za-z0-9])")
_CARD = re.compile(
    r"(?<![\w.,+-])(?:\d{4}([ -])\d{4}\1\d{4}\1\d{3,4}(?:\1\d{1,3})?|\d{4}([ -])\d{6}\2\d{4,5})(?![\w-]|[.,]\d)"
)
_BARE_CARD = re.compile(r"(?<![\w.,+-])\d{13,19}(?![\w-]|[.,]\d)")
_CARD_WORD = re.compile(r"card|visa|master|amex|kredit|carte|tarjeta|carta", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\w+.,])(?<!\w[ -])(?:\+|00)[1-9](?:[ ().\-/]{0,2}\d){7,14}(?![\w]|[.,]\d)")
_CALL_WORDS = (
    "tel",
    "phone",
    "mobile",
    "cell",
    "call",
    "fax",
    "telefon",
    "handy",
    "rufnummer",
    "mobil",
    "tél",
    "móvil",
)
_CALL = re.compile(
    rf"\b(?:tele)?(?:{'|'.join(_CALL_WORDS)})\b[ .:]{{0,3}}"
    r"(?:[a-z]+[ :]{1,2}){0,2}(\(?\d(?:[ ().\-/]{0,2}\d){6,13})(?![\w]|[.,]\d)",
    re.IGNORECASE,
)
BETWEEN = "\x00"  # what parts the texts of a column, so that all are searched in one go


@dataclass(frozen=True)
class Found:
    """Where in the joined texts something stands that passed its check, and how likely that was by chance.

    ``candidates`` is the number of places that had the form, each of which passes the check with ``by_chance``.
    """

    places: list[int]
    candidates: int = 0
    by_chance: float = 0.0
    beyond: float = 1.0  # so unlikely the number that passed must be by chance alone


def mails(text: str) -> list[Found]:
    """Addresses of e-mail; a file name with an @, as of pictures for dense screens, is none."""
    if "@" not in text:
        return []
    return [Found([match.start() for match in _MAIL.finditer(text) if match[1].lower() not in _FILES])]


def accounts(text: str) -> list[Found]:
    """IBANs: the country's length, and a remainder of one by 97 (ISO 13616), which one in 97 has by chance."""
    formed = [(match.start(), bare) for match in _ACCOUNT.finditer(text) if (bare := _of_length(match[0]))]
    places = [place for place, bare in formed if _remainder(bare) == 1]
    return [Found(places, len(formed), 1 / 97, 0.02)]


def _of_length(written: str) -> str:
    """The sign sequence that may be an account's; a match in groups may have run on into the next word."""
    bare = re.sub(r"[ -]", "", written)
    length = LENGTHS.get(bare[:2], 99)
    fits = len(bare) == length or (len(bare) > length and re.search(r"[ -]", written) is not None)
    return bare[:length] if fits else ""


def _remainder(bare: str) -> int:
    return int("".join(str(int(sign, 36)) for sign in bare[4:] + bare[:4])) % 97


def cards(text: str) -> list[Found]:
    """Cards: issuer and check digit; in groups or beside a word for a card at once, bare ones only beyond chance."""
    grouped = [match.start() for match in _CARD.finditer(text) if _is_card(re.sub(r"\D", "", match[0]))]
    bare = [(match.start(), match[0]) for match in _BARE_CARD.finditer(text) if _has_issuer(match[0])]
    passed = [place for place, digits in bare if luhn(digits)]
    named = [place for place in passed if _CARD_WORD.search(_around(text, place))] if passed else []
    return [Found(grouped + named), Found(passed, len(bare), 0.1, 2e-3)]


def _around(text: str, place: int) -> str:
    start, end = text.rfind(BETWEEN, 0, place) + 1, text.find(BETWEEN, place)
    return text[start : end if end >= 0 else len(text)]


def _is_card(digits: str) -> bool:
    return _has_issuer(digits) and luhn(digits)


def _has_issuer(digits: str) -> bool:
    """Whether a number of this length can be some issuer's (ISO/IEC 7812)."""
    four, three, two, length = int(digits[:4]), int(digits[:3]), int(digits[:2]), len(digits)
    return (
        (digits[0] == "4" and length in {13, 16, 19})
        or ((51 <= two <= 55 or 2221 <= four <= 2720) and length == 16)
        or (two in {34, 37} and length == 15)
        or ((four == 6011 or two == 65 or 644 <= three <= 649 or 3528 <= four <= 3589) and 16 <= length <= 19)
        or ((300 <= three <= 305 or two in {36, 38, 39}) and length in {14, 16, 19})
    )


def luhn(digits: str) -> bool:
    """The check digit of payment cards; one number in ten has it by chance."""
    doubled = (2 * int(digit) for digit in digits[-2::-2])
    return (sum(value - 9 * (value > 9) for value in doubled) + sum(map(int, digits[::-2]))) % 10 == 0


def phones(text: str) -> list[Found]:
    """International numbers written with a plus (E.164), and numbers beside a word for a telephone."""
    places = [match.start() for match in _PHONE.finditer(text) if _is_international(match[0])]
    lowered = text.casefold()
    if any(word in lowered for word in _CALL_WORDS):  # the search for all of them at once is slow
        places += [match.start(1) for match in _CALL.finditer(text) if _is_dialled(match[1])]
    return [Found(places)]


def _is_international(written: str) -> bool:
    digits = re.sub(r"\D", "", written).lstrip("0")
    if not 8 <= len(digits) <= 15 or len(set(digits)) < 3:
        return False
    # A bare run behind two noughts is as likely an article number.
    return written.startswith("+") or re.search(r"[ ()/-]", written) is not None


def _is_dialled(written: str) -> bool:
    """Written as numbers are dialled, and not two other numbers side by side."""
    return written[0] in "(0" or " " not in written


KINDS: dict[str, Callable[[str], list[Found]]] = {
    "e-mail address": mails,
    "IBAN": accounts,
    "payment card": cards,
    "telephone number": phones,
}
