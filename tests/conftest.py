"""Settings that all tests share."""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as `make run` has it; read when NumPy is first imported

from hypothesis import settings

settings.register_profile("posenc", max_examples=30, deadline=None, derandomize=True, database=None)
settings.load_profile("posenc")
