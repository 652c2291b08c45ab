"""Settings that all tests share."""

import os
from functools import cache

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as `make run` has it; read when NumPy is first imported

from hypothesis import settings
from streamlit.components.v2 import manifest_scanner

settings.register_profile("posenc", max_examples=30, deadline=None, derandomize=True, database=None)
settings.load_profile("posenc")

# Each AppTest reads the metadata of every installed package, in search of components: half of a page test's time.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
