"""posenc as it would be published: a wheel that works beside NumPy alone, with its licences and without its tools."""

import subprocess
import sys
import zipfile
from pathlib import Path
from shutil import copytree, ignore_patterns

import numpy as np
import pytest

ROOT = Path(__file__).parents[1]
USE = """
import sys
import numpy as np
import posenc
assert posenc.scheme("sinusoidal").table(8, 4).shape == (8, 4)
assert posenc.scheme("learned").table(512, 384).shape == (512, 384)
x, weights = np.eye(3, 8), posenc.AttentionWeights.random(8)
assert posenc.attention(x, weights, heads=2, scheme=posenc.scheme("rotary")).output.shape == (3, 8)
assert len(posenc.schemes()) >= 24
from posenc.experiments.public_models import MODELS
assert MODELS["Llama 3.1"].read().trained == 8192
print(posenc.__file__, *{name.partition(".")[0] for name in sys.modules} & {"streamlit", "plotly", "charts", "ui"})
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    made = tmp_path_factory.mktemp("wheel")
    source = made / "encodings"  # setuptools writes beside what it builds
    copytree(ROOT / "encodings", source, ignore=ignore_patterns("*.egg-info", "build", "__pycache__"))
    command = ["build", "--wheel", "--no-build-isolation", "--offline", "--python", sys.executable, "-o", made, source]
    subprocess.run([Path(sys.executable).with_name("uv"), *command], check=True, capture_output=True)
    return next(made.glob("*.whl"))


def test_it_works_in_a_bare_environment_with_numpy_alone(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)  # all that installing a pure wheel does
    for folder in Path(np.__file__).parents[1].glob("numpy*"):
        (tmp_path / folder.name).symlink_to(folder)
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}){USE}"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(tmp_path / "posenc" / "__init__.py")


def test_it_carries_both_licences_its_types_and_its_data_and_no_script(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = {Path(name).name for name in archive.namelist()}
        about = next(archive.read(name).decode() for name in archive.namelist() if name.endswith("/METADATA"))
    assert {"LICENSE", "LICENSE-APACHE", "py.typed", "minilm_positions.npy", "public_models.json"} <= names
    assert not [name for name in names if name.startswith("extract")]
    assert "License-Expression: MIT AND Apache-2.0" in about
