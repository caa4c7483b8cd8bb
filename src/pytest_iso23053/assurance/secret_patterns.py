"""What gives a secret away: the shape that its issuer gave it, the name it stands under, or the address it stands in.

No text takes more than linear time: every quantifier is bounded or gives nothing back (``++``), and none of the
patterns is tried where the text holds no word that they begin with.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

REDACTED = "[redacted]"
LEAST = 8  # characters of a value that is taken for a secret: shorter ones stand in too many harmless words

# What an issuer's tokens begin with, what they consist of, and how long the rest is at least.
_WORD, _DASHED, _HEX = "[A-Za-z0-9_]", "[A-Za-z0-9_-]", "[0-9a-fA-F]"
_ISSUED: tuple[tuple[str, str, int], ...] = (
    *((prefix, "[0-9A-Z]", 16) for prefix in ("AKIA", "ASIA", "AROA", "AIDA")),
    *((f"gh{kind}_", _WORD, 30) for kind in "pousr"),
    ("github_pat_", _WORD, 22),
    *((prefix, _DASHED, 18) for prefix in ("glpat-", "gldt-", "glrt-", "glptt-", "glcbt-", "glsoat-")),
    *((f"xox{kind}-", "[A-Za-z0-9-]", 10) for kind in "abcdeoprs"),
    ("xapp-", "[A-Za-z0-9-]", 10),
    ("sk-", _DASHED, 20),
    *((f"{kind}k_{mode}_", _WORD, 10) for kind in "srp" for mode in ("live", "test")),
    ("whsec_", "[A-Za-z0-9+/=]", 20),
    ("hf_", "[A-Za-z0-9]", 30),
    ("AIza", _DASHED, 35),
    ("ya29.", _DASHED, 20),
    ("GOCSPX-", _DASHED, 20),
    ("npm_", "[A-Za-z0-9]", 36),
    ("pypi-", _DASHED, 40),
    ("dckr_pat_", _DASHED, 20),
    *((f"do{kind}_v1_", _HEX, 32) for kind in "opr"),
    ("dapi", _HEX, 32),
    ("hvs.", _DASHED, 20),
    ("hvb.", _DASHED, 20),
    ("SG.", "[A-Za-z0-9_.-]", 40),
    *((f"shp{kind}_", _HEX, 32) for kind in ("at", "ca", "pa", "ss")),
    *(
        (prefix, "[A-Za-z0-9_.-]", 20)
        for prefix in ("glsa_", "glc_", "lin_api_", "sntrys_", "NRAK-", "PMAK-", "dp.pt.")
    ),
    *((prefix, _WORD, 20) for prefix in ("gsk_", "r8_", "pcsk_", "lsv2_pt_", "xai-", "pplx-", "tvly-")),
    ("AGE-SECRET-KEY-1", "[0-9A-Z]", 40),
    ("ATATT3", "[A-Za-z0-9_=-]", 40),
    ("EAACEdEose0cBA", "[0-9A-Za-z]", 10),
)
_BEGINNINGS = (*dict.fromkeys(prefix for prefix, _, _ in _ISSUED), "eyJ")
_EDGE = r"(?<![A-Za-z0-9])"
_CUTS = ("...", "…")
_MAY_BE_CUT = 400  # characters: shorter texts were not shortened, or say so by an ellipsis


@cache  # compiled where a text begins like one: the two take longer to compile than most runs have to redact
def _tokens(*, cut: bool) -> re.Pattern[str]:
    """Match what issuers give out; where a text was shortened, also what has lost its end."""
    end = r"(?=\.\.\.|…|\Z)"
    issued = [rf"{re.escape(prefix)}{of}{{{least},512}}+" for prefix, of, least in _ISSUED]
    issued.append(r"eyJ[\w-]{4,4096}+(?:\.[\w-]{0,4096}+){1,4}")
    if cut:
        issued += [rf"{re.escape(prefix)}{of}{{3,{least}}}{end}" for prefix, of, least in _ISSUED]
        issued.append(rf"eyJ[\w-]{{3,4096}}+{end}")
    return re.compile(f"{_EDGE}(?:{'|'.join(issued)})")


_KEY_BLOCK = (
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:[^-]++|-(?!----END ))*+(?:-----END [A-Z0-9 ]{0,50}-----)?"
)
_ADDRESS = r"(?<=://)[^\s/@'\"<>]{1,512}@"
_SIGNED = (
    r"(?i)(?P<name>[?&;](?:sig|signature|x-amz-signature|x-amz-credential|code|key|token|access_token|api_?key)=)"
    r"[^&\s'\"]{8,2048}+"
)
_NAME = (
    r"(?:authorization|proxy-authorization|x-api-key|cookie|api[_-]?key|access[_-]?key(?:[_-]?id)?|account[_-]?key|"
    r"private[_-]?key|secret[_-]?key|client[_-]?secret|shared[_-]?access[_-]?key|password|passwd|passphrase|pwd|secret|"
    r"token|credentials?)"
)
_NAMED = (
    rf"""(?i)(?P<name>{_NAME}["']?\s{{0,3}}(?:=>|[:=])\s{{0,3}}["']?(?:(?:bearer|basic|token|digest|apikey)\s{{1,3}})?)"""
    rf"""(?P<value>[^\s"',;)\]}}]{{{LEAST},2048}}+|(?<=["'])[^"'\n]{{{LEAST},2048}}+)"""
)
_BEARER = r"(?i)(?P<name>\bbearer\s{1,3})(?=[^\s\d]{0,200}\d)[A-Za-z0-9._~+/=-]{16,4096}+"
_OPTION = rf"(?i)(?P<name>--?{_NAME}\s{{1,3}})(?P<value>[^\s\"'-][^\s\"']{{{LEAST - 1},2048}}+)"
# Each with what it cannot do without, one of these.
_AFTER_WORDS = ((("=",), _SIGNED), (("=", ":"), _NAMED), (("bearer",), _BEARER), (("-",), _OPTION))
_WORDS = ("auth", "api", "key", "pass", "pwd", "secret", "token", "credential", "cookie", "bearer", "sig", "code=")
_TELLING_NAME = (
    r"(?i)(?:^|[_.-])(?:tokens?|secrets?|passw(?:or)?d|passwd|passphrase|credentials?|creds|api_?keys?|access_?keys?|"
    r"private_?keys?|secret_?keys?|account_?keys?|auth|cookie|dsn|conn(?:ection)?_?str(?:ing)?|webhook(?:_url)?)(?:$|[_.-])"
)
_STEMS = ("token", "secret", "pass", "cred", "key", "auth", "cookie", "dsn", "conn", "webhook")
_IN_CAPITALS = r"(?<=[a-z0-9])(?=[A-Z])"


def looks_secret(name: str) -> bool:
    """Tell a name under which secrets are kept: ``DB_PASSWORD``, ``apiKey``, ``GITHUB_TOKEN``."""
    if not any(map(name.lower().__contains__, _STEMS)):
        return False
    return re.search(_TELLING_NAME, re.sub(_IN_CAPITALS, "_", name)) is not None


def holds_secret(variable: str) -> bool:
    """Tell an environment variable that holds one; there a key is no key of a table."""
    return looks_secret(variable) or variable.upper().endswith("_KEY")


def may_be_cut(text: str) -> bool:
    """Tell whether somebody may have shortened the text, so that a part of a secret stands in it."""
    return len(text) >= _MAY_BE_CUT or any(cut in text for cut in _CUTS)


def without_secrets(text: str, keep: Collection[str] = ()) -> str:
    """Return the text with what has the shape of a secret, or stands where one stands, taken out."""
    if "-----BEGIN" in text:
        text = re.sub(_KEY_BLOCK, REDACTED, text)
    if any(map(text.__contains__, _BEGINNINGS)):
        text = _tokens(cut=may_be_cut(text)).sub(_kept(keep, lambda _: REDACTED), text)
    if "://" in text:
        text = re.sub(_ADDRESS, f"{REDACTED}@", text)
    lowered = text.lower()
    if any(map(lowered.__contains__, _WORDS)):
        for signs, pattern in _AFTER_WORDS:
            if any(map(lowered.__contains__, signs)):
                text = re.sub(pattern, _kept(keep, _value), text)
    return text


def _value(match: re.Match[str]) -> str:
    rest = match[0][len(match["name"]) :]
    return match[0] if rest.startswith(REDACTED[:-1]) else f"{match['name']}{REDACTED}"


def _kept(keep: Collection[str], otherwise: Callable[[re.Match[str]], str]) -> Callable[[re.Match[str]], str]:
    return lambda match: match[0] if match[0] in keep or match.groupdict().get("value") in keep else otherwise(match)
