"""Bundles by OpenSSF's model-signing itself: what holds is said, and what does not is refused."""

from __future__ import annotations

import base64
import datetime as dt
import json
import os
import pickle
import shutil
import sys

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from model_signing import hashing, signing

from pytest_iso23053 import measures
from pytest_iso23053.assurance.errors import SubjectError
from pytest_iso23053.subjects.load import load_model
from pytest_iso23053.subjects.project import Project
from pytest_iso23053.subjects.scan.files import scan_file, scan_paths


class Keys:
    """A private key, and its public half, in files."""

    def __init__(self, folder, name, curve) -> None:
        self.key = ec.generate_private_key(curve)
        self.private, self.public = folder / f"{name}.pem", folder / f"{name}.pub"
        self.private.write_bytes(
            self.key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        self.public.write_bytes(self.key.public_key().public_bytes(serialization.Encoding.PEM, form))
        self.trust = {"key": str(self.public)}


@pytest.fixture(scope="module")
def team(tmp_path_factory):
    return Keys(tmp_path_factory.mktemp("keys"), "team", ec.SECP256R1())


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    return Keys(tmp_path_factory.mktemp("keys"), "stranger", ec.SECP384R1())


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps({"weights": [1.0, 2.0]}))
    return path


def by(keys):
    return signing.Config().use_elliptic_key_signer(private_key=keys.private)


@pytest.fixture
def signed(model, team):
    by(team).sign(model, model.with_name("model.pkl.sig"))
    return model


@pytest.fixture
def folder(tmp_path, team):
    made = tmp_path / "models"
    (made / "inner").mkdir(parents=True)
    for name in ("a.pkl", "inner/b.pkl"):
        (made / name).write_bytes(pickle.dumps({"weights": name}))
    by(team).sign(made, made / "model.sig")
    return made


def restated(bundle, change):
    """Write other claims into a bundle, under the old signature."""
    document = json.loads(bundle.read_text())
    statement = json.loads(base64.b64decode(document["dsseEnvelope"]["payload"]))
    change(statement)
    document["dsseEnvelope"]["payload"] = base64.b64encode(json.dumps(statement).encode()).decode()
    bundle.write_text(json.dumps(document))


class TestAKey:
    def test_a_good_signature_says_who_signed(self, signed, team):
        found = scan_file(signed, signature=team.trust)
        assert found.verdict == "clean", found.reasons
        (note,) = found.notes
        assert note.startswith("model.pkl.sig: signed by the key team.pub (SHA-256 ")
        assert note.endswith("; verified")

    @pytest.mark.parametrize("curve", [ec.SECP384R1(), ec.SECP521R1()], ids=lambda curve: curve.name)
    def test_on_other_curves(self, model, tmp_path, curve):
        keys = Keys(tmp_path, "other", curve)
        by(keys).sign(model, model.with_name("model.pkl.sig"))
        assert scan_file(model, signature=keys.trust).clean

    def test_of_somebody_else_is_refused(self, signed, stranger):
        found = scan_file(signed, signature=stranger.trust)
        assert found.verdict == "unsafe"
        assert "its signature does not hold for the key stranger.pub: ValueError: Key mismatch" in found.reasons[0]
        assert not found.notes

    def test_a_tampered_file_is_refused(self, signed, team):
        signed.write_bytes(pickle.dumps({"weights": [1.0, 3.0]}))
        for trust in (None, team.trust):
            found = scan_file(signed, signature=trust)
            assert found.reasons == ("model.pkl.sig: this is not the file that was signed: its digest is another",)
            assert found.verdict == "unsafe"
            assert not found.notes

    def test_a_tampered_bundle_is_refused(self, signed, team):
        signed.write_bytes(pickle.dumps({"weights": [1.0, 3.0]}))
        other = hashing.hash(signed)
        (resource,) = other.resource_descriptors()

        def claim(statement):
            statement["predicate"]["resources"][0]["digest"] = resource.digest.digest_hex

        restated(signed.with_name("model.pkl.sig"), claim)
        assert scan_file(signed).clean  # who wrote it is not known, and the note says so
        found = scan_file(signed, signature=team.trust)
        assert found.verdict == "unsafe"
        assert "InvalidSignature" in found.reasons[0]

    def test_a_bundle_of_a_stranger_with_the_hint_of_the_team_is_refused(self, model, team, stranger):
        bundle = model.with_name("model.pkl.sig")
        by(team).sign(model, bundle)
        hint = json.loads(bundle.read_text())["verificationMaterial"]
        other = Keys(model.parent, "other", ec.SECP256R1())
        by(other).sign(model, bundle)
        bundle.write_text(json.dumps(json.loads(bundle.read_text()) | {"verificationMaterial": hint}))
        assert "InvalidSignature" in scan_file(model, signature=team.trust).reasons[0]

    def test_an_unsigned_file_is_refused_where_a_signature_is_asked_for(self, model, team):
        found = scan_file(model, signature=team.trust)
        assert found.reasons == ("a signature is asked for, and none lies beside model.pkl",)
        assert scan_file(model).clean

    def test_a_missing_key_clears_nothing(self, signed, tmp_path):
        assert "FileNotFoundError" in scan_file(signed, signature={"key": str(tmp_path / "gone.pub")}).reasons[0]

    def test_the_signature_of_another_file_is_refused(self, signed, tmp_path, team):
        other = tmp_path / "other.pkl"
        other.write_bytes(pickle.dumps([1]))
        shutil.copy(tmp_path / "model.pkl.sig", tmp_path / "other.pkl.sig")
        assert scan_file(other, signature=team.trust).verdict == "unsafe"

    def test_of_two_signatures_one_that_holds_is_enough(self, signed, team, stranger):
        by(stranger).sign(signed, signed.with_name("model.pkl.sigstore.json"))
        for keys in (team, stranger):
            (note,) = scan_file(signed, signature=keys.trust).notes
            assert keys.public.name in note

    def test_several_in_one_file(self, model, team, stranger):
        lines = []
        for keys in (stranger, team):
            by(keys).sign(model, model.parent / "one.json")
            lines.append(json.dumps(json.loads((model.parent / "one.json").read_text())))
        (model.parent / "claims.jsonl").write_text("\n".join(lines) + "\n")
        assert "team.pub" in scan_file(model, signature=team.trust).notes[0]
        assert scan_file(model.parent / "claims.jsonl").clean

    def test_elsewhere(self, signed, tmp_path, team):
        (tmp_path / "kept").mkdir()
        place = signed.with_name("model.pkl.sig").rename(tmp_path / "kept" / "credit.sig")
        assert scan_file(signed, signature=team.trust).verdict == "unsafe"
        assert scan_file(signed, signature=team.trust | {"file": str(place)}).clean


class TestAFolder:
    def test_every_file_of_it_is_held_against_the_one_bundle(self, folder, team):
        verdicts = list(scan_paths([folder], signature=team.trust))
        assert len(verdicts) == 3
        assert all(each.clean for each in verdicts), [each.reasons for each in verdicts]
        assert [len(each.notes) for each in verdicts] == [1, 1, 0]  # the last is the bundle

    def test_a_changed_file_is_named(self, folder):
        (folder / "inner" / "b.pkl").write_bytes(pickle.dumps(1))
        verdicts = {each.path.rpartition("/")[2]: each for each in scan_paths([folder])}
        assert verdicts["b.pkl"].verdict == "unsafe"
        assert verdicts["a.pkl"].clean

    def test_a_file_that_came_later_is_not_signed(self, folder, team):
        (folder / "c.pkl").write_bytes(pickle.dumps(1))
        assert scan_file(folder / "c.pkl").clean
        assert "none lies beside c.pkl" in scan_file(folder / "c.pkl", signature=team.trust).reasons[0]
        assert scan_file(folder / "a.pkl", signature=team.trust).clean

    def test_in_shards(self, tmp_path, team):
        (tmp_path / "models").mkdir()
        path = tmp_path / "models" / "a.pkl"
        path.write_bytes(pickle.dumps(bytes(5_000)))
        config = hashing.Config().use_shard_serialization(shard_size=1_000)
        bundle = tmp_path / "models" / "model.sig"
        by(team).set_hashing_config(config.set_ignored_paths(paths=[bundle])).sign(tmp_path / "models", bundle)
        assert scan_file(path).clean
        # model-signing 1.1.1 cannot read its own shards again; nothing is cleared for that.
        assert "does not hold" in scan_file(path, signature=team.trust).reasons[0]
        for content in (pickle.dumps(bytes(4_999) + b"x"), path.read_bytes()[:4_000], path.read_bytes() + b"x"):
            path.write_bytes(content)
            assert "not the file that was signed" in scan_file(path).reasons[0]


class TestCertificates:
    @pytest.fixture
    def authority(self, tmp_path, team):
        """A certificate of its own, and one of the team's that it signed."""
        own = Keys(tmp_path, "authority", ec.SECP256R1())

        def certificate(name, public, *, authority):
            now = dt.datetime.now(dt.UTC)
            usage = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
            builder = (
                x509.CertificateBuilder()
                .subject_name(x509.Name(usage))
                .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority")]))
                .public_key(public)
                .serial_number(x509.random_serial_number())
                .not_valid_before(now - dt.timedelta(days=1))
                .not_valid_after(now + dt.timedelta(days=1))
                .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
                .add_extension(
                    x509.KeyUsage(not authority, False, False, False, False, authority, authority, False, False),
                    critical=True,
                )
            )
            if not authority:
                builder = builder.add_extension(
                    x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False
                )
            path = tmp_path / f"{name}.crt"
            made = builder.sign(own.key, hashes.SHA256())
            path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
            return path

        root = certificate("Authority", own.key.public_key(), authority=True)
        return root, certificate("Team", team.key.public_key(), authority=False)

    def test_who_is_certified_is_said(self, model, team, authority):
        root, leaf = authority
        signer = signing.Config().use_certificate_signer(
            private_key=team.private, signing_certificate=leaf, certificate_chain=[root]
        )
        signer.sign(model, model.with_name("model.pkl.sig"))
        found = scan_file(model, signature={"certificates": (str(root),)})
        assert found.notes == ("model.pkl.sig: signed by CN=Team, vouched for by Authority.crt; verified",), (
            found.reasons
        )

    def test_another_authority_does_not_vouch(self, model, team, authority, tmp_path):
        root, leaf = authority
        signer = signing.Config().use_certificate_signer(
            private_key=team.private, signing_certificate=leaf, certificate_chain=[root]
        )
        signer.sign(model, model.with_name("model.pkl.sig"))
        found = scan_file(model, signature={"certificates": (str(leaf),)})
        assert found.verdict == "unsafe"

    def test_an_identity_needs_a_bundle_of_sigstores(self, signed, team, tmp_path):
        root = tmp_path / "root.json"
        root.write_text("{}")
        trust = {"identity": "team@example.com", "issuer": "https://example.com", "trust_root": str(root)}
        found = scan_file(signed, signature=trust)
        assert found.verdict == "unsafe"
        assert "does not hold for team@example.com of https://example.com" in found.reasons[0]


class TestWithoutAKey:
    def test_digests_are_compared_and_nobody_is_named(self, signed):
        assert scan_file(signed).notes == (
            "model.pkl.sig: signed, not verified: the digests agree, and no key was given",
        )

    def test_without_the_library_it_says_what_to_install(self, signed, team, monkeypatch):
        monkeypatch.setitem(sys.modules, "model_signing", None)
        found = scan_file(signed, signature=team.trust)
        assert found.verdict == "unreadable"
        assert found.reasons == (
            'model.pkl.sig: signed, not verified: install: pip install "pytest-iso23053[signing]"',
        )
        assert not found.notes

    @pytest.mark.parametrize(
        ("content", "verdict"),
        [
            (b'{"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", "dsseEnvelope": {}}', "unreadable"),
            (b'{"dsseEnvelope": [}', "unreadable"),
            (b'{"dsseEnvelope": ' + b"[" * 100_000, "unreadable"),
            (b'{"dsseEnvelope": null}\n' * 200, "unreadable"),
            (b"-----BEGIN PGP SIGNATURE-----", "clean"),
            (b"", "clean"),
        ],
        ids=["empty envelope", "no JSON", "deep", "too many", "of another kind", "empty"],
    )
    def test_what_is_no_bundle(self, model, content, verdict):
        model.with_name("model.pkl.sig").write_bytes(content)
        found = scan_file(model)
        assert found.verdict == verdict, found.reasons
        assert found.notes if verdict == "clean" else not found.notes

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (lambda said: said.update(predicateType="https://slsa.dev/provenance/v1"), "another kind of statement"),
            (lambda said: said.update(_type="https://in-toto.io/Statement/v0.1"), "something else than an in-toto"),
            (lambda said: said["predicate"].update(resources=7), "damaged signature"),
            (lambda said: said["predicate"]["resources"][0].update(algorithm="md5"), "digests by md5"),
            (lambda said: said["predicate"]["resources"][0].update(digest="no hex"), "damaged signature"),
            (lambda said: said["predicate"].update(resources=[]), "signs something else"),
        ],
        ids=["predicate", "type", "resources", "algorithm", "digest", "nothing"],
    )
    def test_a_statement_that_says_something_else(self, signed, change, words):
        restated(signed.with_name("model.pkl.sig"), change)
        found = scan_file(signed)
        assert not found.clean
        assert words in found.reasons[0]

    def test_a_pipe_in_its_place_is_not_waited_for(self, model):
        os.mkfifo(model.with_name("model.pkl.sig"))
        assert "a named pipe" in scan_file(model).reasons[0]


class TestLoading:
    @pytest.fixture
    def pinned(self, tmp_path, pipeline, team):
        path = tmp_path / "credit.pkl"
        path.write_bytes(pickle.dumps(pipeline))
        by(team).sign(path, tmp_path / "credit.pkl.sig")
        return path

    def test_a_signed_model_is_loaded_and_the_report_is_told_by_whom(self, pinned, model_spec, digest, team, tmp_path):
        spec = model_spec(str(pinned), sha256=digest(pinned), signature=team.trust)
        assert any("signed by the key team.pub" in note for note in load_model(spec, tmp_path).notes)

    @pytest.mark.parametrize("asked", [True, False])
    def test_what_is_not_what_was_signed_is_not_loaded(self, pinned, model_spec, digest, team, tmp_path, asked):
        pinned.write_bytes(pickle.dumps(pickle.loads(pinned.read_bytes()), protocol=2))
        spec = model_spec(str(pinned), sha256=digest(pinned), signature=team.trust if asked else None)
        with pytest.raises(SubjectError, match=r"(?s)was not loaded, because of its signature.*its digest is another"):
            load_model(spec, tmp_path)

    def test_nor_what_somebody_else_signed(self, pinned, model_spec, digest, stranger, tmp_path):
        spec = model_spec(str(pinned), sha256=digest(pinned), signature=stranger.trust)
        with pytest.raises(SubjectError, match=r"does not hold for the key stranger\.pub"):
            load_model(spec, tmp_path)

    def test_nor_a_skops_file_without_the_signature(self, trusted, model_spec, team, tmp_path):
        import skops.io

        path = tmp_path / "credit.skops"
        skops.io.dump(trusted, path)
        with pytest.raises(SubjectError, match="none lies beside"):
            load_model(model_spec(str(path), signature=team.trust), tmp_path)
        by(team).sign(path, tmp_path / "credit.skops.sig")
        assert load_model(model_spec(str(path), signature=team.trust), tmp_path).notes[-1].endswith("verified")

    def test_the_measure_asks_for_it_too(self, model, team, tmp_path):
        project = Project(tmp_path, artefacts={"credit": (model, ())}, signatures={"credit": team.trust})
        assert measures.unsafe_artefacts(project).value == 1
        by(team).sign(model, model.with_name("model.pkl.sig"))
        assert measures.unsafe_artefacts(project).value == 0
