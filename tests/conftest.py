"""For all tests: hypothesis tries the same examples in every run, so that a red run can be repeated.

To look for new ones: `pytest --hypothesis-profile=roam`.
"""

from hypothesis import settings

settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("roam", max_examples=2000, deadline=None)
settings.load_profile("steady")
