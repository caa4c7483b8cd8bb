"""Secrets by the shape their issuers gave them, by the names they stand under, and by their known values."""

from __future__ import annotations

import base64
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_iso23053.assurance.known_secrets import KnownSecrets, secret_values
from pytest_iso23053.assurance.secret_patterns import REDACTED, looks_secret, without_secrets

# Put together here, so that no scanner takes this file for a leak.
SECRETS = [
    "AKIA" + "ABCDEFGHIJKLMNOP",
    "ASIA" + "ABCDEFGHIJ234567",
    *(f"gh{kind}_" + "a1B2" * 9 for kind in "pousr"),
    "github_pat_" + "11AAAAAAA0" + "a1B2_" * 12,
    "glpat-" + "abcde-12345_" * 2,
    "xoxb-" + "1234567890-abcdef",
    "xapp-" + "1-A0123-456789-abcdef",
    "sk-" + "abcdefghij1234567890ABCD",
    "sk-" + "proj-" + "abc_DEF-123" * 4,
    "sk-" + "ant-api03-" + "abcDEF123" * 4,
    "sk_" + "live_" + "a1b2c3d4e5f6",
    "hf_" + "a" * 34,
    "AIza" + "b" * 35,
    "ya29." + "a0AfH6SMB" * 5,
    "npm_" + "c" * 36,
    "pypi-" + "AgEIcHlwaS5vcmc" * 4,
    "dckr_pat_" + "abcdefghij-1234567890",
    "dapi" + "0123456789abcdef" * 2,
    "hvs." + "CAESIJ" * 5,
    "SG." + "a" * 22 + "." + "b" * 43,
    "eyJ" + "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcdefghijk",
    "eyJ" + "hbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..48V1_ALb6US04U3b.5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4v.XFBo",
    "-----BEGIN " + "RSA PRIVATE KEY-----\nMIIEow+/=\nabc\n-----END RSA PRIVATE KEY-----",
    "-----BEGIN " + "OPENSSH PRIVATE KEY-----\\nb3BlbnNzaC1rZXk",
    "-----BEGIN " + "PGP PRIVATE KEY BLOCK-----\n\nlQOYBF\n=abcd\n-----END PGP PRIVATE KEY BLOCK-----",
]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("around", ["before {} after", "x={}", "'{}'", "t[{}]", "{}", "({}),", "key\n{}\n"])
def test_known_patterns(secret, around):
    found = without_secrets(around.format(secret))
    assert secret not in found
    assert secret[4:20] not in found
    assert REDACTED in found
    assert without_secrets(found) == found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("postgres://me:hunter2@db.example/x", f"postgres://{REDACTED}@db.example/x"),
        ("https://a1b2c3@host.example", f"https://{REDACTED}@host.example"),
        ("Authorization: Bearer abcdefgh12345", f"Authorization: Bearer {REDACTED}"),
        ("'Authorization': 'Basic dXNlcjpwYXNz'", f"'Authorization': 'Basic {REDACTED}'"),
        ("sent Bearer abcdefghijklmnop1", f"sent Bearer {REDACTED}"),
        ("{'password': 'correct-horse'}", f"{{'password': '{REDACTED}'}}"),
        ('{"client_secret": "two words of it"}', f'{{"client_secret": "{REDACTED}"}}'),
        ("api_key=0123456789, n = 3", f"api_key={REDACTED}, n = 3"),
        ("AccountKey=abcDEF123+/==;Endpoint", f"AccountKey={REDACTED};Endpoint"),
        ("curl --token abcdefgh1 x", f"curl --token {REDACTED} x"),
        ("https://x.example/a?b=1&sig=abcdefgh1&c=2", f"https://x.example/a?b=1&sig={REDACTED}&c=2"),
        ("DB_PASSWORD = hunter2hunter2", f"DB_PASSWORD = {REDACTED}"),
    ],
)
def test_what_is_named_or_stands_in_an_address(text, expected):
    assert without_secrets(text) == expected
    assert without_secrets(expected) == expected


@pytest.mark.parametrize(
    "text",
    [
        "token: short",
        "the token of the bank is 12 characters",
        "9f2c" * 16,
        "tests/test_a.py::test_token[1]",
        "tests/test_a.py::test_x[sk-learn]",
        "built on sk-learn",
        "scikit-learn 1.9, task-list, risk-based-approach-to-the-release",
        "accuracy >= 0.75 is not demonstrated: 0.783, 95 % interval 0.741 to 0.821, n = 400",
        "bearer authentication is missing",
        "max_tokens = 12345678",
        "https://docs.example/a@b",
        "7.2>7.3 models/credit.skops 2027-01-31 risk@example.org",
        "iso23053/7.4::test_membership_inference[credit-test]",
    ],
)
def test_ordinary_text_stays(text):
    assert without_secrets(text) == text


@pytest.mark.parametrize("name", ["DB_PASSWORD", "apiKey", "GITHUB_TOKEN", "client-secret", "AWS_SECRET_ACCESS_KEY"])
def test_names_under_which_secrets_are_kept(name):
    assert looks_secret(name)


@pytest.mark.parametrize("name", ["MONKEY", "SECRETARY", "key", "primary_key", "tokenizer", "author", "passing"])
def test_names_that_only_sound_like_it(name):
    assert not looks_secret(name)


def test_values_of_the_environment_by_their_names():
    environment = {
        "DB_PASSWORD": "s3cr3t-value", "MONKEY": "not-a-secret", "GITHUB_TOKEN": "tokenvalue-1", "API_KEY": "short",
        "AWS_SECRET_ACCESS_KEY": "s3cr3t-value-longer", "SECRETARY": "somebody-else", "SIGNING_KEY": "0a1b2c3d4e",
        "X_TOKEN": "disabled", "TOKENIZERS_PARALLELISM": "false-false", "Y_SECRET": "   ",
    }  # fmt: skip
    values = secret_values(environment)
    assert set(values) == {"s3cr3t-value", "tokenvalue-1", "s3cr3t-value-longer", "0a1b2c3d4e"}
    found = KnownSecrets(values)("x s3cr3t-value-longer y s3cr3t-value z not-a-secret")
    assert found == "x [redacted: AWS_SECRET_ACCESS_KEY] y [redacted: DB_PASSWORD] z not-a-secret"
    assert KnownSecrets({})("x s3cr3t-value") == "x s3cr3t-value"


@pytest.mark.parametrize("spelled", ["p%40ss%20w%C3%B6rd%22", 'p@ss w\\u00f6rd\\"', 'p@ss wörd"'])
def test_a_value_is_known_as_it_is_spelled_elsewhere(spelled):
    assert KnownSecrets({'p@ss wörd"': "X"})(f"a {spelled} b") == "a [redacted: X] b"


@pytest.mark.parametrize("before", ["", "u", "us", "usr:", "user:"])
@pytest.mark.parametrize("after", ["", "!", "@host"])
@pytest.mark.parametrize("coded", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("value", ["zq81-Kx_value/9931+??~~", "12345678", "p@ss w\u00f6rd\udc80"])
def test_a_known_value_in_base64_is_one(before, after, coded, value):
    spelled = coded(f"{before}{value}{after}".encode("utf-8", "surrogateescape")).decode()
    told = KnownSecrets({value: "X"})(f"Authorization: Basic {spelled}")
    assert "[redacted: X]" in told
    assert len(told) <= len("Authorization: Basic [redacted: X]") + 4 + 4 + 12  # what is left is of the ends


def test_what_is_short_in_base64_is_left():
    assert KnownSecrets({"ab": "X"})("YWI= is no secret") == "YWI= is no secret"


@pytest.mark.parametrize("length", range(4, 23))
def test_half_a_value_is_known_where_a_text_was_cut(length):
    known = KnownSecrets({"correct-horse-battery-": "X"})
    value = "correct-horse-battery-"[:length]
    filler = "x " * 250
    assert known(f"{filler}{value}") == f"{filler}[redacted: X]"
    assert known(f"a {value}…") == "a [redacted: X]…"
    assert known(f"a ...{'correct-horse-battery-'[-length:]} b") == "a ...[redacted: X] b"


@pytest.mark.parametrize("secret", ["ghp_" + "a1B2" * 9, "eyJ" + "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcdefghijk"])
@pytest.mark.parametrize("length", [8, 12, 20, 30])
def test_half_a_token_is_known_where_a_text_was_cut(secret, length):
    filler = "x " * 250
    assert without_secrets(f"{filler}{secret[:length]}") == f"{filler}{REDACTED}"
    assert without_secrets(f"a {secret[:length]}… b") == f"a {REDACTED}… b"
    assert without_secrets(f"a '{secret[:length]}...{secret[-9:]}' b").startswith(f"a '{REDACTED}")


@given(st.text(alphabet="ghp_eyJ.-sk:/@='\"tokenBearer \n…A", max_size=200))
def test_twice_is_once(text):
    once = without_secrets(text)
    assert without_secrets(once) == once


HOSTILE = [
    "a:", "eyJ", "eyJaaaa.", "token=", "-----BEGIN ", "-----BEGIN PRIVATE KEY-----", "-", "://", "://a:", "ghp_", "sk-",
    "xoxb-", "bearer ", "bearer a", "authorization: ", "&sig=", "password='", "--token ", "…ghp_a", "...eyJ", "=", "\\",
    "'", '"', "AKIA", "SG.", "key: ", "pwd=>", "-----END ",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_no_text_takes_more_than_linear_time(piece):
    def took(length):
        text = piece * (length // len(piece))
        started = time.process_time()
        without_secrets(text)
        return time.process_time() - started

    took(1_000)
    assert min(took(200_000) for _ in range(2)) < 1.0  # quadratic: minutes
