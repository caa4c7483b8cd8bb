"""Who wrote a model file, found in whatever lies before it, within bounds, and without executing anything."""

from __future__ import annotations

import bz2
import gzip
import io
import pickle
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_iso23053.subjects import provenance
from pytest_iso23053.subjects.containers import CHUNK, decompressed, kind_of_file
from pytest_iso23053.subjects.provenance import note_on, version_in_pickle, version_in_skops


def state(version="1.2.3", **more):
    return {**more, "_sklearn_version": version}


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("before", [b"", b"\x00\xff" * 100], ids=["opcodes", "raw bytes before"])
def test_every_protocol(protocol, before):
    content = before + pickle.dumps(state("0.24.dev0", coef=[1, 2], name="n" * 300), protocol)
    assert version_in_pickle(io.BytesIO(content)) == "0.24.dev0"


def test_behind_an_array_that_no_opcode_can_be_read_of():
    noise = np.random.default_rng(0).integers(0, 256, 3 * CHUNK).astype("u1").tobytes()
    head = pickle.dumps({"a": 1})[:-1]
    content = head + noise + pickle.dumps(state("1.5.0"))[2:]
    assert version_in_pickle(io.BytesIO(content)) == "1.5.0"


@pytest.mark.parametrize("shift", range(-60, 5, 3))
def test_across_two_pieces(shift):
    content = b"\xff" * (CHUNK + shift) + pickle.dumps(state("1.5.0"))
    assert version_in_pickle(io.BytesIO(content)) == "1.5.0"


def test_at_the_end_of_a_file_too_long_to_be_read_whole(monkeypatch):
    monkeypatch.setattr(provenance, "_MOST_BYTES", CHUNK)
    monkeypatch.setattr(provenance, "_MOST_BYTES_OF_OPCODES", CHUNK)
    content = b"\xff" * (6 * CHUNK) + pickle.dumps(state("1.5.0"))
    assert version_in_pickle(io.BytesIO(content)) == "1.5.0"
    assert version_in_pickle(io.BytesIO(gzip.compress(content))) is None, "it cannot be reached within the bounds"


def test_a_string_that_is_no_version_is_none():
    assert version_in_pickle(io.BytesIO(pickle.dumps(state("<script>")))) is None
    assert version_in_pickle(io.BytesIO(pickle.dumps({"a": "_sklearn_version"}))) is None
    assert version_in_pickle(io.BytesIO(pickle.dumps({"_sklearn_version": 3, "a": "b"}))) is None


def test_the_handle_is_left_at_its_beginning():
    for content in (pickle.dumps(state()), b"nothing"):
        handle = io.BytesIO(content)
        version_in_pickle(handle)
        assert handle.tell() == 0


@given(st.binary(max_size=400))
def test_nothing_in_a_file_can_make_it_fail(content):
    for handle in (io.BytesIO(content), io.BytesIO(b"\x80\x04" + content), io.BytesIO(gzip.compress(content))):
        assert version_in_pickle(handle) is None
        assert version_in_skops(handle) is None
        assert isinstance(kind_of_file(handle, "model.bin"), str)


def test_a_huge_length_reads_no_more_than_there_is():
    content = b"\x80\x05\x8e" + (1 << 60).to_bytes(8, "little") + b"x" * 10
    assert version_in_pickle(io.BytesIO(content)) is None


@pytest.mark.parametrize("compress", [gzip.compress, zlib.compress, bz2.compress], ids=["gzip", "zlib", "bz2"])
def test_a_bomb_is_read_within_bounds(compress):
    handle = io.BytesIO(compress(bytes(50 * CHUNK)))
    sizes = [len(piece) for piece in decompressed(handle, limit=10 * CHUNK)]
    assert sum(sizes) == 10 * CHUNK
    assert max(sizes) <= CHUNK


def test_what_is_cut_short_is_read_as_far_as_it_goes():
    content = gzip.compress(pickle.dumps(state("1.5.0")) + bytes(1000))
    assert version_in_pickle(io.BytesIO(content[:-10])) == "1.5.0"


def test_notes():
    assert note_on("1.3.2").startswith("written by scikit-learn 1.3.2, running ")
    assert note_on(None) == "the scikit-learn version that wrote it was not found"
