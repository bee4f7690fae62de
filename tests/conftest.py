"""Every test that asks for `level` runs once at each level this machine runs; its id says at which."""

import pytest

from onedot import levels


@pytest.fixture(scope="module", params=levels.runnable())
def level(request):
    """The level in use; module-scoped, so that hypothesis may ask for it and levels change rarely."""
    with levels.using(request.param):
        yield request.param
