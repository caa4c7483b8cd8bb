"""Files that would run something when they are loaded: what they would run only touches a marker."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import pickle
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import joblib
import numpy as np

HEAD = b"\x80\x04"
PYTHON_2 = b"\x80\x02"
# Nothing to see when these are loaded here: they only open the way, or start what ends later.
SILENT = {
    "Popen",
    "marshal",
    "ctypes",
    "joblib load",
    "numpy load",
    "numpy vectorize",
    "re-exported GzipFile",
    "re-exported Memory",
    "cloudpickle",
    "environment",
    "modules",
    "distribution's template",
    "distribution's template, ordered",
    "bdb, dotted",
    "codec",
    "copyreg newobj",
    "extension code",
    "persistent id",
    "code object",
    "behind the first",
    "behind three",
    "function's globals",
    "build of a class",
    "call of an instance",
}


class Touch:
    """Pickles as the call that touches the marker."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (f"touch {self.marker}",)


def text(words: str) -> bytes:
    return b"X" + len(words.encode()).to_bytes(4, "little") + words.encode()


def name(module: str, attribute: str) -> bytes:
    return text(module) + text(attribute) + b"\x93"


def line(module: str, attribute: str) -> bytes:
    return f"c{module}\n{attribute}\n".encode()


def row(*parts: bytes) -> bytes:
    return b"(" + b"".join(parts) + b"t"


def listed(*parts: bytes) -> bytes:
    return b"](" + b"".join(parts) + b"e"


def called(function: bytes, *arguments: bytes) -> bytes:
    return function + row(*arguments) + b"R"


def payloads(marker: Path) -> dict[str, bytes]:
    """Return pickles, each of which touches the marker by another way."""
    shell, code = text(f"touch {marker}"), text(f"open({str(marker)!r}, 'w').close()")
    the_os, system = called(name("importlib", "import_module"), text("os")), name("os", "system")
    attacks = {f"reduce, protocol {each}": pickle.dumps(Touch(marker), each) for each in range(6)}
    bodies = {
        **_calls(marker, shell, code),
        **_chains(shell, code, the_os, system),
        **_instances(shell, system),
        **_library(marker, code, system),
        **_spelling(shell, system),
    }
    attacks |= {key: HEAD + body + b"." for key, body in bodies.items()}
    attacks |= {
        "inst": f"(S'touch {marker}'\nios\nsystem\n.".encode(),
        "obj": f"(cos\nsystem\nS'touch {marker}'\no.".encode(),
        "lines": f"cposix\nsystem\n(S'touch {marker}'\ntR.".encode(),
        "python 2 eval": PYTHON_2 + called(line("__builtin__", "eval"), code) + b".",
        "python 2 commands": PYTHON_2 + called(line("commands", "getoutput"), shell) + b".",
        "no stop": HEAD + called(system, shell),
        "garbage behind": HEAD + called(system, shell) + b"\xff\xff\xff",
        "no protocol": called(line("os", "system"), shell) + b".",
        "behind the first": pickle.dumps({"a": 1}) + HEAD + called(system, shell) + b".",
        "behind three": pickle.dumps([1]) * 3 + HEAD + called(system, shell) + b".",
        "frame": HEAD
        + b"\x95"
        + len(called(system, shell) + b".").to_bytes(8, "little")
        + called(system, shell)
        + b".",
    }
    return attacks


def _calls(marker: Path, shell: bytes, code: bytes) -> dict[str, bytes]:
    words = listed(text("touch"), text(str(marker)))
    return {
        "os.system": called(name("os", "system"), shell),
        "posix.system": called(name("posix", "system"), shell),
        "os.popen": called(name("os", "popen"), shell)
        + b"0"
        + called(name("time", "sleep"), b"G?\xb9\x99\x99\x99\x99\x99\x9a"),
        "exec": called(name("builtins", "exec"), code),
        "eval": called(name("builtins", "eval"), code),
        "open": called(name("builtins", "open"), text(str(marker)), text("w")),
        "io.open": called(name("_io", "open"), text(str(marker)), text("w")),
        "Popen": called(name("subprocess", "Popen"), words),
        "subprocess.run": called(name("subprocess", "run"), words),
        "subprocess.getoutput": called(name("subprocess", "getoutput"), shell),
        "timeit": called(name("timeit", "timeit"), code, text("pass"), name("time", "perf_counter"), b"K\x01"),
        "cProfile": called(name("cProfile", "runctx"), code, b"}", b"}", text(str(marker))),
        "ctypes": called(name("ctypes", "CDLL"), text("libm.so.6")),
        "marshal": called(name("marshal", "loads"), b"C\x01N"),
        "code object": called(name("types", "FunctionType"), b"N", b"}"),
        "codec": called(name("_codecs", "encode"), text("x"), text("antigravity")),
        "nested": called(name("pickle", "loads"), _bytes(pickle.dumps(Touch(marker)))),
        "nested twice": called(
            name("pickle", "loads"),
            _bytes(HEAD + called(name("_pickle", "loads"), _bytes(pickle.dumps(Touch(marker)))) + b"."),
        ),
        "pathlib": called(name("pathlib", "Path.touch"), called(name("pathlib", "PosixPath"), text(str(marker)))),
    }


def _bytes(content: bytes) -> bytes:
    return b"B" + len(content).to_bytes(4, "little") + content


def _chains(shell: bytes, code: bytes, the_os: bytes, system: bytes) -> dict[str, bytes]:
    reached = called(name("builtins", "getattr"), the_os, text("system"))
    imported = called(name("builtins", "__import__"), text("os"))
    builtin = called(
        name("builtins", "getattr"), called(name("importlib", "import_module"), text("builtins")), text("exec")
    )
    return {
        "getattr": called(reached, shell),
        "getattr of __import__": called(called(name("builtins", "getattr"), imported, text("system")), shell),
        "getattr of builtins": called(builtin, code),
        "attrgetter": called(called(called(name("operator", "attrgetter"), text("system")), the_os), shell),
        "methodcaller": called(called(name("operator", "methodcaller"), text("system"), shell), the_os),
        "partial": called(called(name("functools", "partial"), system, shell)),
        "partial of getattr": called(
            called(called(name("functools", "partial"), name("builtins", "getattr"), the_os, text("system"))), shell
        ),
        "reduce by functools": called(
            name("functools", "reduce"), name("builtins", "getattr"), listed(the_os, text("system"))
        )
        + row(shell)
        + b"R",
        "starmap": called(name("builtins", "list"), called(name("itertools", "starmap"), system, listed(row(shell)))),
        "map": called(name("builtins", "list"), called(name("builtins", "map"), system, listed(shell))),
    }


def _instances(shell: bytes, system: bytes) -> dict[str, bytes]:
    partial, forest = name("functools", "partial"), name("sklearn.svm._classes", "SVC")
    return {
        "newobj": name("builtins", "bytes")
        + row(name("builtins", "map") + row(system, listed(shell)) + b"\x81")
        + b"\x81",
        "newobj_ex": called(partial + row(system, shell) + b"}\x92"),
        "copyreg newobj": called(name("copyreg", "__newobj__"), system),
        "build of a partial": called(
            called(partial, name("builtins", "abs")) + row(system, row(shell), b"}", b"N") + b"b"
        ),
        "build of __setstate__": forest + b")\x81}" + text("__setstate__") + system + b"sb" + shell + b"b",
        "build of a class": forest + b"}" + text("predict") + system + b"sb",
        "function's globals": name("sklearn.metrics._classification", "accuracy_score")
        + b"}"
        + text("x")
        + system
        + b"sb",
        "call of an instance": called(forest + b")\x81}" + text("x") + system + b"sb"),
        "environment": name("os", "environ") + text("PYTHONSTARTUP") + text("/nowhere") + b"s",
        "modules": name("sys", "modules") + text("crafted_never") + b"Ns",
    }


def _library(marker: Path, code: bytes, system: bytes) -> dict[str, bytes]:
    distribution, template = name("scipy.stats._continuous_distns", "uniform_gen"), text("_parse_arg_template")
    return {
        "re-exported GzipFile": called(name("sklearn.datasets._openml", "GzipFile"), text(str(marker)), text("wb")),
        "re-exported Memory": called(name("sklearn.pipeline", "Memory"), text(str(marker.with_suffix(".d")))),
        "distribution's template": distribution + b")\x81}" + template + code + b"sb",
        "distribution's template, ordered": distribution
        + b")\x81"
        + called(name("collections", "OrderedDict"))
        + template
        + code
        + b"sb",
        "joblib load": called(name("joblib.numpy_pickle", "load"), text("/nowhere")),
        "numpy load": called(name("numpy", "load"), text("/nowhere"), b"N", b"\x88"),
        "numpy vectorize": called(name("numpy", "vectorize"), system),
        "bdb, dotted": name("bdb", "Bdb.run"),
        "cloudpickle": called(name("cloudpickle.cloudpickle", "_make_cell"), b"N"),
        "extension code": b"\x82\x01",
        "persistent id": text("a") + b"Q",
    }


def _spelling(shell: bytes, system: bytes) -> dict[str, bytes]:
    long = b"\x8d\x02\0\0\0\0\0\0\0os"
    return {
        "computed name": called(called(name("builtins", "str"), text("os")) + text("system") + b"\x93", shell),
        "name from the memo": text("system") + b"\x940" + text("os") + b"\x940" + called(b"h\x01h\x00\x93", shell),
        "escaped name": called(b"V\\u006f\\u0073\nV\\u0073ystem\n\x93", shell),
        "long name": called(long + text("system") + b"\x93", shell),
        "doubled name": called(text("system") + b"0" + text("os") + b"2" + b"0" + text("system") + b"\x93", shell),
        "dotted": called(name("shutil", "os.system"), shell),
        "dotted far": called(name("os", "path.os.system"), shell),
        "dotted in a library": called(name("sklearn.datasets._base", "os.system"), shell),
        "thrown away": called(system, shell) + b"0N",
        "function from the memo": system + b"\x940" + called(b"h\x00", shell),
        "key of a dict": b"}" + called(system, shell) + b"Ns",
        "in a set": b"\x8f(" + called(system, shell) + b"\x90",
        "below the mark": b"(" + called(system, shell) + b"1N",
        "argument of another": called(name("builtins", "str"), called(system, shell)),
    }


def archive(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as opened:
        for member, content in members.items():
            opened.writestr(member, content)
    return stream.getvalue()


def tape(members: dict[str, bytes], mode: str = "w") -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as opened:
        for member, content in members.items():
            info = tarfile.TarInfo(member)
            info.size = len(content)
            opened.addfile(info, io.BytesIO(content))
    return stream.getvalue()


def npy(content: bytes) -> bytes:
    header = b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }".ljust(117) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + content


CONTAINERS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "bare": (".pkl", bytes),
    "zlib": (".joblib", zlib.compress),
    "gzip": (".pkl.gz", gzip.compress),
    "bz2": (".pkl.bz2", bz2.compress),
    "xz": (".pkl.xz", lzma.compress),
    "lzma": (".pkl.lzma", lambda content: lzma.compress(content, lzma.FORMAT_ALONE)),
    "gzip in xz": (".joblib", lambda content: lzma.compress(gzip.compress(content))),
    "second gzip": (".joblib", lambda content: gzip.compress(pickle.dumps(1)) + gzip.compress(content)),
    "npy": (".npy", npy),
    "npz": (".npz", lambda content: archive({"a.npy": npy(content)})),
    "zip": (".zip", lambda content: archive({"model.pkl": content})),
    "zip, stored": (".zip", lambda content: archive({"notes.txt": b"a", "model.pkl": content}, zipfile.ZIP_STORED)),
    "zip, by another suffix": (".zip", lambda content: archive({"model.txt": content})),
    "zip in zip": (".zip", lambda content: archive({"a.zip": archive({"model.pkl": content})})),
    "tar": (".tar", lambda content: tape({"model.pkl": content})),
    "tar.gz": (".tar.gz", lambda content: tape({"a/model.pkl": content}, "w:gz")),
    "tar.xz": (".tar.xz", lambda content: tape({"a/model.pkl": content}, "w:xz")),
    "zip in tar": (".tar", lambda content: tape({"a.zip": archive({"model.pkl": content})})),
    "torch": (
        ".pt",
        lambda content: archive(
            {"archive/data.pkl": content, "archive/version": b"3\n", "archive/data/0": bytes(16)}, zipfile.ZIP_STORED
        ),
    ),
}


def objects(marker: Path) -> dict[str, Any]:
    """Return objects that joblib and numpy write in their own way, raw arrays among them."""
    touch, numbers = Touch(marker), np.arange(40.0)
    nested = np.empty(2, dtype=object)
    nested[:] = [np.array([touch, 1], dtype=object), numbers]
    return {
        "after an array": [numbers, touch],
        "before an array": [touch, numbers],
        "between arrays": {"a": numbers, "b": touch, "c": numbers.astype("f4").reshape(4, 10)},
        "in an object array": np.array([1, touch], dtype=object),
        "in an object array in another": nested,
        "behind an object array": [np.array(["a", None], dtype=object), touch],
    }


def written(folder: Path, marker: Path) -> Iterator[Path]:
    """Write what joblib and numpy write of such objects."""
    for key, value in objects(marker).items():
        for compress in (0, ("zlib", 3), ("gzip", 3), ("bz2", 3), ("lzma", 3), ("xz", 3)):
            path = folder / f"{key}-{compress[0] if compress else 'plain'}.joblib"
            joblib.dump(value, path, compress=compress)
            yield path
    harm = np.array([Touch(marker)], dtype=object)
    np.save(folder / "objects.npy", harm, allow_pickle=True)
    np.savez(folder / "objects.npz", good=np.arange(3), harm=harm)
    np.savez_compressed(folder / "compressed.npz", harm=harm)
    yield from (folder / each for each in ("objects.npy", "objects.npz", "compressed.npz"))


def recipes(marker: Path) -> dict[str, bytes]:
    """Return archives whose JSON asks for what is harmful."""
    strange = {"__class__": "system", "__module__": "os", "__loader__": "ObjectNode", "content": None, "__id__": 1}
    function = {
        "__class__": "function",
        "__module__": "builtins",
        "__loader__": "FunctionNode",
        "content": {"module_path": "os", "function": "system"},
        "__id__": 1,
    }
    good = {"__class__": "dict", "__module__": "builtins", "__loader__": "DictNode", "key_types": {}, "__id__": 2}
    layer = {
        "module": "keras.layers",
        "class_name": "Lambda",
        "registered_name": None,
        "config": {
            "name": "lambda",
            "function": {"class_name": "__lambda__", "config": {"code": "4wEAAAAAAAAA", "defaults": None}},
        },
    }
    module = {"module": "os", "class_name": "system", "config": {"command": f"touch {marker}"}, "registered_name": None}

    def skops(node: dict[str, Any]) -> bytes:
        return archive({"schema.json": json.dumps({**node, "protocol": 2, "_skops_version": "0.16.0"}).encode()})

    def keras(*layers: dict[str, Any]) -> bytes:
        whole = {"module": "keras", "class_name": "Sequential", "config": {"name": "s", "layers": list(layers)}}
        return archive(
            {
                "metadata.json": b'{"keras_version": "3.8.0"}',
                "config.json": json.dumps(whole).encode(),
                "model.weights.h5": b"\x89HDF\r\n\x1a\n" + bytes(100),
            }
        )

    plain = {"__class__": "int", "__module__": "builtins", "__loader__": "JsonNode", "content": "1", "__id__": 3}
    listed_by_exec = {"__class__": "exec", "__module__": "builtins", "__loader__": "ListNode", "content": [plain]}
    type_of_the_node = {"__class__": "Popen", "__module__": "subprocess", "__loader__": "TypeNode", "content": plain}
    method = {**good, "__loader__": "MethodNode", "content": {"func": "__class__", "obj": {**good, "content": {}}}}
    named = {"module": "builtins", "class_name": "function", "config": "eval", "registered_name": "eval"}

    def of_keras(name: str, **config: Any) -> bytes:
        return keras({"module": "keras.layers", "class_name": name, "config": config, "registered_name": None})

    return {
        "list.skops": skops(listed_by_exec),
        "type node.skops": skops(type_of_the_node),
        "method.skops": skops(method),
        "function.keras": of_keras("Dense", activation=named),
        "pickled torch.keras": of_keras("TorchModuleWrapper", module="gASV"),
        "path.keras": of_keras("StringLookup", vocabulary="/etc/passwd"),
        "graph.keras": of_keras("TFSMLayer", filepath="/tmp/graph"),
        "type.skops": skops(strange),
        "function.skops": skops(function),
        "deep.skops": skops({**good, "content": {"a": {**good, "content": {"b": strange}}}}),
        "lambda.keras": keras(layer),
        "module.keras": keras(module),
    }


def overlapping(content: bytes, members: int) -> bytes:
    """Return an archive whose members are all the same bytes of it."""
    one = archive({"00000": content})
    directory = one.rfind(b"PK\x01\x02")
    entry, end = one[directory : one.rfind(b"PK\x05\x06")], one[one.rfind(b"PK\x05\x06") :]
    entries = b"".join(entry.replace(b"00000", b"%05d" % each) for each in range(members))
    counted = members.to_bytes(2, "little") * 2 + len(entries).to_bytes(4, "little")
    return one[:directory] + entries + end[:8] + counted + end[16:]


def traps() -> dict[str, bytes]:
    """Return what is to be refused at once and cheaply: cut short, swelling, or claiming more than there is."""
    good = pickle.dumps({"weights": list(range(500))})
    stream = io.BytesIO()
    joblib.dump({"a": np.arange(1000.0)}, stream)
    array = stream.getvalue()
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (536870912,), }".ljust(117) + b"\n"
    deep = good
    for _ in range(12):
        deep = archive({"a.zip": deep})
    zeros = bytes(100 << 20)
    doubled = b")" + b"2\x86" * 60  # a tuple of the same tuple twice, sixty times over: 2 ** 60 parts to hash
    million = called(name("builtins", "range"), b"J\x40\x42\x0f\x00")
    no_array = called(name("numpy._core.multiarray", "_reconstruct"), name("numpy", "ndarray"), b"K\0\x85", b"C\x01b")
    objects = called(name("numpy", "dtype"), text("O8"), b"\x89", b"\x88")
    claimed = b"K\x01" + b"\x8a\x06\0\0\0\0\0\x01\x85" + objects + b"\x89"
    large = b"B" + (2 << 20).to_bytes(4, "little") + bytes(2 << 20)
    letters = b"X" + (2 << 20).to_bytes(4, "little") + b"a" * (2 << 20)
    numbers = called(name("numpy", "dtype"), text("u1"), b"\x89", b"\x88")
    shared = no_array + row(b"K\x01", b"J\0\0\x20\0\x85", numbers, b"\x89", b"h\0") + b"b"
    packed = archive({f"{each}.npy": bytes(60 << 20) for each in "a"})
    return {
        "key.pkl": HEAD + b"}" + doubled + b"Ns.",
        "keys.pkl": HEAD + b"}(" + doubled + b"Nu.",
        "dict.pkl": HEAD + b"(" + doubled + b"Nd.",
        "set.pkl": HEAD + b"\x8f(" + doubled + b"\x90.",
        "frozenset.pkl": HEAD + b"(" + doubled + b"\x91.",
        "called set.pkl": HEAD + called(name("builtins", "set"), listed(doubled)) + b".",
        "hidden key.pkl": HEAD + called(name("builtins", "set"), listed(*[b"N"] * 64, doubled)) + b".",
        "made key.pkl": HEAD + b"}" + called(name("builtins", "tuple"), listed(doubled, doubled)) + b"Ns.",
        "new frozenset.pkl": HEAD + name("builtins", "frozenset") + row(listed(doubled)) + b"\x81.",
        "rebuilt.pkl": HEAD
        + called(
            name("copyreg", "_reconstructor"),
            *[name("builtins", "dict")] * 2,
            listed(row(doubled, b"N")),
        )
        + b".",
        "copies.pkl": HEAD + b"(" + called(name("builtins", "list"), million) * 50 + b"t.",
        "copies of one.pkl": HEAD
        + called(name("builtins", "list"), million)
        + b"\x940("
        + called(name("builtins", "tuple"), b"h\0") * 50
        + b"t.",
        "copies of copies.pkl": HEAD + (name("builtins", "list") + b"(") * 12 + b"]" + b"tR" * 12 + b".",
        "arrays of one content.pkl": HEAD + large + b"\x94(" + shared * 40 + b"t.",
        "encoded again.pkl": HEAD
        + letters
        + b"\x94("
        + called(name("_codecs", "encode"), b"h\0", text("latin1")) * 40
        + b"t.",
        "objects.pkl": HEAD + no_array + row(claimed, b"]") + b"b.",
        "objects by a call.pkl": HEAD + no_array + row(claimed, called(name("builtins", "list"), million)) + b"b.",
        "short state.pkl": HEAD + no_array + row(b"K\x01") + b"b.",
        "overlapping.zip": overlapping(bytes(1 << 20), 300),
        "bombs in bombs.zip": archive({f"{each}.zip": packed for each in range(6)}),
        "empty.pkl": b"",
        "cut.pkl": good[:-40],
        "cut.joblib": array[:-3000],
        "cut.pkl.gz": gzip.compress(good)[:-12],
        "cut.pkl.xz": lzma.compress(good)[:-30],
        "cut.zip": archive({"a.pkl": good})[:-30],
        "cut.tar": tape({"a.pkl": good})[:700],
        "cut.npz": archive({"a.npy": b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header}),
        "bomb.zip": archive({"a.pkl": zeros}),
        "bomb.pkl.gz": gzip.compress(zeros, 9),
        "bomb.pkl.xz": lzma.compress(zeros, preset=0),
        "deep.zip": deep,
        "bytes.pkl": HEAD + b"B\xff\xff\xff\xffabc.",
        "long bytes.pkl": HEAD + b"\x8e" + (1 << 62).to_bytes(8, "little") + b"abc.",
        "text.pkl": HEAD + b"X\xff\xff\xff\xffabc.",
        "number.pkl": HEAD + b"\x8b\xff\xff\xff\x7f.",
        "frame.pkl": HEAD + b"\x95" + b"\xff" * 8 + b"N.",
        "memo.pkl": HEAD + b"Nr\xff\xff\xff\xff.",
        "claim.npy": b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + bytes(80),
        "mess.pkl": HEAD + b"00000.",
        "noise.bin": bytes(range(256)) * 3,
    }
