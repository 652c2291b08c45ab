"""Settings that all tests share."""

from hypothesis import settings

settings.register_profile("posenc", max_examples=30, deadline=None, derandomize=True, database=None)
settings.load_profile("posenc")
