"""The walls of the house (who may import whom, and what no file may do), and that a broken wall is noticed."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import posenc

ROOT = Path(__file__).parents[1]
STANDARD = set(sys.stdlib_module_names)
PAGE = STANDARD - {"importlib", "runpy"} | {"sections", "ui", "posenc", "streamlit", "numpy"}
MAY_IMPORT = {
    "encodings/posenc": STANDARD | {"posenc", "numpy"},
    "charts": STANDARD | {"charts", "posenc", "plotly", "numpy"},
    "ui": STANDARD | {"ui", "charts", "posenc", "streamlit", "numpy", "PIL"},
    "sections": STANDARD | {"sections", "ui", "charts", "posenc", "streamlit", "numpy", "PIL"},
    "pages": PAGE,
    "app.py": PAGE,
}
LOADED_TO_BE_FROZEN = {"ui/runs.py": {"pandas", "plotly", "pyarrow"}}  # what streamlit would load later anyway


def files(*folders: str) -> list[Path]:
    return [
        file
        for folder in folders
        for file in ([ROOT / folder] if folder[-3:] == ".py" else (ROOT / folder).rglob("*.py"))
    ]


def imported(source: str, package: str) -> Iterator[str]:
    """The top-level names that a source imports; what is relative comes from its own package."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield package if node.level else (node.module or "").partition(".")[0]
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in (
            "__import__",
            "import_module",
            "importlib.import_module",
        ):
            name = node.args[0]
            yield name.value.partition(".")[0] if isinstance(name, ast.Constant) else "importlib"


def forbidden(source: str, folder: str, name: str = "") -> set[str]:
    """What a source imports that its folder may not."""
    return set(imported(source, Path(folder).name)) - MAY_IMPORT[folder] - LOADED_TO_BE_FROZEN.get(name, set())


def modules_of(source: str, module: str) -> set[str]:
    """The full names that a source, itself the module of that name, imports from: relative ones resolved."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = module.split(".")[: -node.level] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            found |= {f"{base}.{alias.name}" for alias in node.names}
    return found


def module_of(file: Path, root: Path) -> str:
    return ".".join(file.relative_to(root).with_suffix("").parts)


def neighbours(source: str, module: str) -> set[str]:
    """The sections, other than its own, that a section imports."""
    named = {name.split(".")[1] for name in modules_of(source, module) if name.startswith("sections.")}
    return named - {module.split(".")[1]}


def experiments_in(source: str, module: str) -> set[str]:
    """What a module of the core imports from the experiments."""
    return {name for name in modules_of(source, module) if name.startswith("posenc.experiments")}


def addresses_in(source: str, addresses: set[str]) -> set[str]:
    """The pages' addresses that stand in a source as strings."""
    constants = (node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))
    return {value for value in constants if isinstance(value, str)} & addresses


def loaded(package: str, root: Path = ROOT) -> set[str]:
    """The top-level modules that are there after a fresh Python imported all of a package."""
    code = f"""
import importlib, pkgutil, sys
package = importlib.import_module({package!r})
for module in pkgutil.walk_packages(package.__path__, {package + "."!r}):
    importlib.import_module(module.name)
print(*{{name.partition(".")[0] for name in sys.modules}})
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def standard_encodings(root: Path) -> bool:
    """Whether Python starts with a folder on its path, finds its own `encodings` there, and posenc too."""
    code = "import encodings, posenc; print(encodings.__file__)"
    environment = {**os.environ, "PYTHONPATH": "."}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode == 0 and not Path(done.stdout.strip()).is_relative_to(root)


def decided_by_name(source: str, ids: set[str]) -> list[str]:
    """Where a source decides something by a scheme's id: a comparison, a match, a table with a row a scheme.

    To show a scheme by its name (a preset, a default, a source) is no decision, and some families are named alike.
    """
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare):
            parts, about = [node.left, *node.comparators], ast.unparse(node)
            few = 0
        elif isinstance(node, ast.Match):
            parts, about = [case.pattern for case in node.cases], ast.unparse(node.subject)
            few = 0
        elif isinstance(node, ast.Dict):
            parts, about = [key for key in node.keys if key], ""
            few = 1
        else:
            continue
        named = {leaf.value for part in parts for leaf in ast.walk(part) if isinstance(leaf, ast.Constant)} & ids
        if len(named) > few and ".family" not in about:
            found.append(f"line {node.lineno}: {', '.join(sorted(named))}")
    return found


def about(file: Path, ids: set[str]) -> set[str]:
    """The schemes that a file's name says it is about."""
    return {id for id in ids if id in file.stem}


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_imports_stay_within_the_walls(folder):
    assert files(folder)
    for file in files(folder):
        name = file.relative_to(ROOT).as_posix()
        assert not forbidden(file.read_text("utf-8"), folder, name), name


@pytest.mark.parametrize(
    ("folder", "source", "breach"),
    [
        ("encodings/posenc", "import numpy as np\nimport scipy.linalg", "scipy"),
        ("encodings/posenc", "def f():\n    from streamlit import cache_data", "streamlit"),
        ("encodings/posenc", "from charts import heatmap", "charts"),
        ("encodings/posenc", "__import__('plotly.express')", "plotly"),
        ("charts", "from . import style\nimport streamlit as st", "streamlit"),
        ("charts", "from ui.frame import page", "ui"),
        ("charts", "import importlib\nimportlib.import_module('streamlit')", "streamlit"),
        ("ui", "import pages", "pages"),
        ("ui", "from sections import heatmap", "sections"),
        ("sections", "import pages.helper", "pages"),
        ("ui", "import pandas", "pandas"),
        ("ui", "from plotly import graph_objects", "plotly"),
        ("pages", "import plotly.graph_objects as go", "plotly"),
        ("pages", "from charts import heatmap", "charts"),
        ("pages", "import pages.helper", "pages"),
        ("pages", "import helper", "helper"),
        ("pages", "from . import helper", "pages"),
        ("pages", "import importlib", "importlib"),
        ("pages", "from runpy import run_path", "runpy"),
        ("pages", "__import__(name)", "importlib"),
        ("app.py", "import torch", "torch"),
        ("app.py", "from charts import heatmap", "charts"),
    ],
)
def test_a_bad_import_is_noticed(folder, source, breach):
    assert forbidden(source, folder) == {breach}


@pytest.mark.parametrize(
    ("folder", "source"),
    [
        ("encodings/posenc", "import math, numpy.typing\nfrom ..checks import Array\nfrom . import schemes"),
        ("charts", "import plotly.graph_objects as go\nfrom .style import figure\nimport posenc"),
        ("ui", "import gc\nimport streamlit as st\nfrom charts import style\nfrom .frame import page"),
        ("pages", "import streamlit as st\nfrom ui import controls\nfrom sections import heatmap"),
    ],
)
def test_a_good_import_is_not(folder, source):
    assert not forbidden(source, folder)


def test_what_is_loaded_to_be_frozen_is_so_in_one_file_alone():
    assert not forbidden("import pandas, pyarrow, plotly", "ui", "ui/runs.py")
    assert forbidden("import torch", "ui", "ui/runs.py") == {"torch"}


SECTIONS = files("sections")
CORE = [  # data holds the script that makes it
    file for file in files("encodings/posenc") if not {"experiments", "data"} & {*file.parts}
]


@pytest.mark.parametrize("file", SECTIONS, ids=lambda file: file.stem)
def test_sections_do_not_import_one_another(file):
    assert not neighbours(file.read_text("utf-8"), module_of(file, ROOT))


def test_a_section_that_imports_another_is_noticed():
    assert neighbours("from .heatmap import picture", "sections.rotary") == {"heatmap"}
    assert neighbours("from sections import heatmap", "sections.rotary") == {"heatmap"}
    assert neighbours("from ..heatmap import x", "sections.king_and_queen.parts") == {"heatmap"}
    assert not neighbours("from .verdicts import case", "sections.king_and_queen.parts")


@pytest.mark.parametrize("file", CORE, ids=lambda file: file.stem)
def test_the_core_does_not_import_the_experiments(file):
    assert not experiments_in(file.read_text("utf-8"), module_of(file, ROOT / "encodings"))


def test_a_core_that_imports_an_experiment_is_noticed():
    for source in ("from .experiments import adding", "from .experiments.adding import recover"):
        assert experiments_in(source, "posenc.rasters")
    assert experiments_in("from ..experiments import adding", "posenc.schemes.rotary")
    assert not experiments_in("from .checks import Array", "posenc.numeric.pairs")


def test_the_core_loads_no_experiment():
    code = "import sys, posenc; posenc.schemes(); print([name for name in sys.modules if 'experiments' in name])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


DOCUMENTED = ("streamlit.delta_generator.", "streamlit.errors.")
REACH_INSIDE = ("ui/links.py", "ui/runs.py")  # tests/ui/test_links.py lists what they touch


def insides(source: str, module: str) -> set[str]:
    """What a source touches that is not its own: modules that Streamlit does not document, private names of others."""
    modules = {name for name in modules_of(source, module) if name.startswith("streamlit.")}
    attributes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute)]
    private = {
        ast.unparse(node)
        for node in attributes
        if re.match(r"_[^_]", node.attr) and ast.unparse(node.value) not in ("self", "cls")
    }
    by_name = {ast.unparse(node) for node in attributes} & {
        f"st.{name}" for name in ("runtime", "elements", "web", "proto")
    }
    return {name for name in modules if not name.startswith(DOCUMENTED)} | private | by_name


@pytest.mark.parametrize(
    "file", files("ui", "sections", "pages", "app.py", "charts"), ids=lambda file: file.relative_to(ROOT).as_posix()
)
def test_the_inside_of_streamlit_and_plotly_is_touched_in_two_files_alone(file):
    if file.relative_to(ROOT).as_posix() not in REACH_INSIDE:
        assert not insides(file.read_text("utf-8"), module_of(file, ROOT))


@pytest.mark.parametrize(
    ("source", "breach"),
    [
        (
            "from streamlit.runtime.scriptrunner import get_script_run_ctx",
            "streamlit.runtime.scriptrunner.get_script_run_ctx",
        ),
        ("from streamlit.elements.lib import utils", "streamlit.elements.lib.utils"),
        ("from streamlit import runtime", "streamlit.runtime"),
        ("import streamlit.web.cli", "streamlit.web.cli"),
        ("import streamlit as st\nst.runtime.exists()", "st.runtime"),
        ("figure._data = ()", "figure._data"),
        ("st.session_state._state", "st.session_state._state"),
    ],
)
def test_a_touch_of_the_inside_is_noticed(source, breach):
    assert insides(source, "ui.chart") == {breach}


def test_what_is_documented_or_a_files_own_may_be_touched():
    source = "from streamlit.errors import StreamlitAPIException\nself._lock\nfrom .runs import _key\nx.__dict__"
    assert not insides(source, "ui.chart")


ADDRESSES = {re.sub(r"^\d+_", "", page.stem) for page in (ROOT / "pages").glob("*.py")}
NAMES = ADDRESSES - {*posenc.schemes(), *posenc.__all__, *(cls.family for cls in posenc.schemes().values())}


@pytest.mark.parametrize("file", files("ui", "encodings/posenc"), ids=lambda file: file.stem)
def test_no_page_is_known_by_name_below_the_sections(file):  # but by charts: "heatmap" is a kind of trace
    assert not addresses_in(file.read_text("utf-8"), NAMES)


def test_a_page_known_by_name_is_noticed():
    assert addresses_in("pages = ('king_and_queen', 'other')", NAMES) == {"king_and_queen"}


def test_the_library_loads_nothing_of_the_app():
    modules = loaded("posenc")
    assert {"numpy", "posenc"} <= modules
    assert not modules & {"streamlit", "plotly", "pandas", "PIL", "charts", "ui", "sections", "pages"}


def test_charts_load_no_streamlit():
    modules = loaded("charts")
    assert {"plotly", "charts"} <= modules
    assert not modules & {"streamlit", "ui", "sections", "pages"}


def test_a_package_that_loads_streamlit_is_noticed(tmp_path):
    (tmp_path / "streamlit.py").touch()
    (tmp_path / "charts").mkdir()
    (tmp_path / "charts" / "__init__.py").touch()
    (tmp_path / "charts" / "hidden.py").write_text("import streamlit")
    assert "streamlit" in loaded("charts", tmp_path)


def test_encodings_is_a_folder_and_no_package():
    folder = ROOT / "encodings"
    assert not [*folder.glob("*.py"), *folder.glob("*.so")]
    assert {init.parent.name for init in folder.glob("*/__init__.py")} == {"posenc"}
    assert standard_encodings(ROOT)


def test_an_encodings_package_is_noticed(tmp_path):
    (tmp_path / "encodings").mkdir()
    assert standard_encodings(tmp_path)
    (tmp_path / "encodings" / "__init__.py").touch()
    assert not standard_encodings(tmp_path)


@pytest.mark.parametrize("file", files("charts", "ui", "sections", "pages", "app.py"), ids=lambda file: file.stem)
def test_nothing_above_the_library_decides_by_a_schemes_name(file):
    source, ids = file.read_text("utf-8"), set(posenc.schemes())
    assert not decided_by_name(source, ids - about(file, ids))
    assert not re.search(r"(from|import) posenc\.schemes\b", source), "a scheme is asked for by posenc.scheme(id)"


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("if scheme.id == 'alibi': pass", 1),
        ("x = 1 if 'learned' != scheme.id else 2", 1),
        ("x = scheme.id in ('sinusoidal', 'learned')", 1),
        ("match scheme.id:\n    case 'alibi' | 'rotary':\n        pass", 1),
        ("LABEL = {'alibi': 'slopes', 'rotary': 'turns'}", 1),
        ("x = scheme.family == 'rotary'", 0),
        ("match scheme.family:\n    case 'rotary':\n        pass", 0),
        ("x = mode == 'markers'", 0),
        ("PRESETS = {'A million': {'scheme': 'sinusoidal', 'length': 1048576}}", 0),
        ("paper = posenc.schemes()['sinusoidal'].paper", 0),
        ("figure.update(line={'dash': 'none'}, polar={'hole': 0})", 0),
    ],
)
def test_a_decision_by_name_is_noticed(source, count):
    assert len(decided_by_name(source, {"none", "sinusoidal", "learned", "rotary", "alibi", "polar"})) == count


def test_a_page_may_decide_by_the_name_it_bears():
    ids = {"rotary", "alibi"}
    assert about(Path("pages/7_rotary.py"), ids) == {"rotary"}
    assert about(Path("pages/1_heatmap.py"), ids) == set()


def guesses(source: str) -> list[int]:
    """The lines where a source guesses what something is from what it has: an attribute or a parameter of some name."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("hasattr", "getattr"):
            if ast.unparse(node.func) == "hasattr" or isinstance(node.args[1], ast.Constant):
                found.append(node.lineno)
        elif isinstance(node, ast.Compare) and ".parameters()" in ast.unparse(node):
            parts = (leaf for part in (node.left, *node.comparators) for leaf in ast.walk(part))
            if any(isinstance(leaf, ast.Constant) for leaf in parts):
                found.append(node.lineno)
    return found


@pytest.mark.parametrize("file", files(*MAY_IMPORT), ids=lambda file: file.stem)
def test_schemes_declare_what_they_are(file):
    assert not guesses(file.read_text("utf-8")), "declare it on the class: see Scheme in posenc/families.py"


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("if hasattr(scheme, 'axes'): pass", 1),
        ("scaling = getattr(scheme, 'scaling', None)", 1),
        ("x = 'toy' if 'seed' in scheme.parameters() else 'exact'", 1),
        ("def f(cls): return 'width' not in cls.parameters()", 1),
        ("x = {'height', 'width'} <= set(cls.parameters())", 1),
        ("values = {name: getattr(scheme, name) for name in scheme.parameters()}", 0),
        ("x = {name: value for name, value in fixed.items() if name in known.parameters()}", 0),
        ("x = scheme.values == 'toy'", 0),
    ],
)
def test_a_guess_is_noticed(source, count):
    assert len(guesses(source)) == count


UNSAFE = re.compile(r"unsafe_allow|allow_pickle\s*=\s*True|\bimport pickle\b|\beval\(|\bexec\(")


def test_nothing_unsafe_is_allowed():
    for file in files("app.py", "pages", "sections", "ui", "charts", "encodings", "benchmarks"):
        assert not UNSAFE.search(file.read_text("utf-8")), file


@pytest.mark.parametrize(
    "source",
    ["st.markdown(text, unsafe_allow_html=True)", "np.load(file, allow_pickle = True)", "import pickle", "eval(text)"],
)
def test_what_is_unsafe_is_noticed(source):
    assert UNSAFE.search(source)
    assert not UNSAFE.search("np.load(file, allow_pickle=False)  # evaluate(text)")
