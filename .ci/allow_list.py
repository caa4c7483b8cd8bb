"""Write the generated part of the artefact scan's allow-list: what scikit-learn, scipy and pandas themselves define.

    python .ci/allow_list.py FOLDER…

Each folder is a site-packages, or a wheel unpacked; the names of several versions add up. Nothing is imported: Python
files are parsed, and of extension modules the names of their types are read. Only what a module *defines* counts, as
what it merely imports (``sklearn.datasets._base.os``) is reachable under its name too, and is what attackers use.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from pathlib import Path

NAMES = Path(__file__).parents[1] / "src/pytest_iso23053/subjects/scan/names"
CLASS, CONSTRUCT, FUNCTION, REFERENCE = "class", "construct", "function", "reference"

# Modules by a regular expression on their dotted name. What opens files, connections or processes is left out.
WANTED = {
    "sklearn": (
        r"sklearn\.(?!.*(?:tests?|_?testing|mocking|conftest|externals|datasets|_build_utils|callback|experimental"
        r"|_min_dependencies|parallel|_estimator_html_repr|_repr_html|deprecation|discovery|estimator_checks|_array_api"
        r"|_param_validation|_pprint|_export|_reingold_tilford)\b)"
    ),
    "scipy": (
        r"scipy\.(sparse\.(_?(base|bsr|coo|csc|csr|dia|dok|lil|matrix|data|compressed)$)"
        r"|stats\.(_continuous_distns|_discrete_distns|_distn_infrastructure|_multivariate|_kde)$"
        r"|interpolate\.(_interpolate|interpolate|_bsplines|_cubic|_fitpack2|fitpack2|_polyint|_rbfinterp)$"
        r"|spatial\.(_ckdtree|ckdtree|_kdtree|kdtree)$|optimize\.(_optimize|optimize)$)"
    ),
    "pandas": (
        r"pandas\.(core\.(frame|series|flags|generic)$|core\.(indexes|arrays|dtypes|internals)\.(?!api$|.*accessor|concat$|ops$)"
        r"|_libs\.(internals|interval|missing|arrays|sparse|tslibs)\b(?!.*test))"
    ),
    "lightgbm": r"lightgbm\.(sklearn|basic)$",
    "xgboost": r"xgboost\.(sklearn|core)$",
}
# Functions that estimators hold and call on data: pure ones.
REFERABLE = re.compile(
    r"sklearn\.(metrics\.(?!_plot)|feature_selection\.(_?univariate_selection|_?mutual_info)|preprocessing\.(_?data|_?label)$"
    r"|utils\.extmath$|covariance\._(shrunk|empirical))"
)
# Classes whose making or state does something beyond holding it; see the documentation page.
LEFT_OUT = re.compile(r"Memory|Parallel|ThreadPool|Display$|Mixin$|^_?Test|Error$|Warning$|^(Loss|Sequence)$")
# Of these modules only what estimators hold; destructors of the rest free whatever address their state names.
ONLY = {
    "lightgbm.basic": {"Booster"},
    "xgboost.core": {"Booster"},
    "scipy.optimize._optimize": {"OptimizeResult"},
    "scipy.optimize.optimize": {"OptimizeResult"},
}
_TYPE = re.compile(rb"(?<=\0)((?:sklearn|scipy|pandas)(?:\.\w+)+)\.([A-Za-z_]\w*)(?=\0)")
_CLASS_NAME = re.compile(rb"(?!Enum$)_?[A-Z]\w*")
_RESTORE = re.compile(rb"(?<=\0)(__pyx_unpickle_[A-Z]\w*?)(?=\0)")


def module_of(path: Path, root: Path) -> str:
    parts = list(path.relative_to(root).parts)
    parts[-1] = parts[-1].split(".")[0]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def of_python(path: Path, module: str) -> dict[str, set[str]]:
    tree = ast.parse(path.read_bytes())
    found = defaultdict(set)
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and not LEFT_OUT.search(node.name):
            if node.name in ONLY.get(module, {node.name}):
                found[CLASS].add(node.name)
        elif isinstance(node, ast.FunctionDef) and REFERABLE.match(module) and _is_public(node.name, module):
            found[REFERENCE].add(node.name)
    return found


def _is_public(name: str, module: str) -> bool:
    return not name.startswith("_") or module.endswith("_scorer")


def of_extension(path: Path, module: str) -> dict[str, set[str]]:
    content = path.read_bytes()
    found = defaultdict(set)
    for home, name in _TYPE.findall(content):
        if home.decode() == module and (_CLASS_NAME.fullmatch(name) or name == b"cKDTree"):
            found[CONSTRUCT].add(name.decode())
    restoring = {name.decode() for name in _RESTORE.findall(content) if b"__set_state" not in name}
    found[FUNCTION] = restoring - {"__pyx_unpickle_Enum"}
    if b"newObj" in content:
        found[FUNCTION].add("newObj")
    return found


def collect(folder: Path, package: str, names: dict[str, dict[str, set[str]]]) -> None:
    wanted = re.compile(WANTED[package])
    for path in sorted((folder / package).rglob("*")):
        if path.suffix not in {".py", ".so", ".pyd"} or not path.is_file():
            continue
        module = module_of(path, folder)
        if not wanted.match(module):
            continue
        for kind, found in (of_python if path.suffix == ".py" else of_extension)(path, module).items():
            names[kind][module] |= found


def main(folders: list[str]) -> None:
    for package in WANTED:
        names: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for folder in folders:
            collect(Path(folder), package, names)
        lines = [
            f"{kind} {module} {' '.join(sorted(found))}"
            for kind in (CLASS, CONSTRUCT, FUNCTION, REFERENCE)
            for module, found in sorted(names[kind].items())
            if found
        ]
        (NAMES / f"{package}.txt").write_text("\n".join(lines) + "\n")
        print(package, len(lines), "modules,", sum(len(line.split()) - 2 for line in lines), "names")


if __name__ == "__main__":
    main(sys.argv[1:])
