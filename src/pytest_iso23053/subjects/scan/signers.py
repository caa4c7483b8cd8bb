"""Who signed: a bundle is verified by OpenSSF's model-signing, with a key or certificates that the user named."""

from __future__ import annotations

import contextlib
import hashlib
import io
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_iso23053.subjects.wording import brief

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pytest_iso23053.subjects.scan.bundles import Bundle


class NotInstalledError(Exception):
    """The library is missing; nothing was verified."""


class RefusedError(Exception):
    """The signature does not hold, or is of somebody else; the message is the reason."""


def verify(bundle: Bundle, signed: Path, trust: Mapping[str, Any]) -> str:
    """Return who signed, in words.

    Parameters
    ----------
    bundle : Bundle
        Whose very bytes are verified, whatever lies on the disk by now.
    signed : Path
        The file or folder that the bundle is of.
    trust : mapping
        ``key``, or ``certificates``, or ``identity`` with ``issuer`` and ``trust_root``: paths and texts.

    Raises
    ------
    NotInstalledError
        Without model-signing, or one of its parts.
    RefusedError
        In every other case but a signature that holds.
    """
    try:
        from model_signing import verifying
    except ImportError as error:
        raise NotInstalledError(str(error)) from error
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        copy = Path(folder) / "bundle.json"
        copy.write_bytes(bundle.content)
        try:
            with contextlib.redirect_stdout(io.StringIO()):  # it prints what it thinks of old bundles
                config: Any = verifying
                verifier = _configured(config.Config(), trust).set_ignore_unsigned_files(True)
                verifier.verify(signed.resolve(), copy)
            return _who(bundle, trust)
        except Exception as error:
            raise RefusedError(f"its signature does not hold for {_asked(trust)}: {brief(error)}") from error


def _configured(config: Any, trust: Mapping[str, Any]) -> Any:
    if "key" in trust:
        return config.use_elliptic_key_verifier(public_key=Path(trust["key"]))
    if "certificates" in trust:
        return config.use_certificate_verifier(certificate_chain=[Path(each) for each in trust["certificates"]])
    # Without a root of trust on the disk, the library would fetch one from the network.
    return config.use_sigstore_verifier(
        identity=trust["identity"], oidc_issuer=trust["issuer"], trust_config=Path(trust["trust_root"])
    )


def _asked(trust: Mapping[str, Any]) -> str:
    if "key" in trust:
        return f"the key {Path(trust['key']).name}"
    if "certificates" in trust:
        return f"the certificates {', '.join(Path(each).name for each in trust['certificates'])}"
    return f"{trust['identity']} of {trust['issuer']}"


def _who(bundle: Bundle, trust: Mapping[str, Any]) -> str:
    if "key" in trust:
        return f"the key {Path(trust['key']).name} (SHA-256 {_fingerprint(Path(trust['key']))})"
    if "certificates" in trust:
        return (
            f"{_of_certificate(bundle)}, vouched for by {', '.join(Path(each).name for each in trust['certificates'])}"
        )
    return _asked(trust)


def _fingerprint(key: Path) -> str:
    """As `openssl pkey -pubin -outform DER | sha256sum` prints it."""
    from cryptography.hazmat.primitives import serialization

    public = serialization.load_pem_public_key(key.read_bytes())
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return hashlib.sha256(public.public_bytes(serialization.Encoding.DER, form)).hexdigest()


def _of_certificate(bundle: Bundle) -> str:
    import base64
    import json

    from cryptography import x509

    chain = json.loads(bundle.content)["verificationMaterial"]["x509CertificateChain"]["certificates"]
    return str(x509.load_der_x509_certificate(base64.b64decode(chain[0]["rawBytes"])).subject.rfc4514_string())
