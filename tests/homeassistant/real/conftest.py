import json
import os
from unittest.mock import PropertyMock, patch

import pytest

with open(os.environ["PISTAT_RECORD"], encoding="utf-8") as file:
    RECORD = json.load(file)


def pytest_generate_tests(metafunc):
    if "machine" in metafunc.fixturenames:
        metafunc.parametrize("machine", RECORD["machines"].values(), ids=RECORD["machines"])


@pytest.fixture
def expected_lingering_timers():
    """Entities wait for their values to expire."""
    return True


@pytest.fixture
def all_enabled():
    with patch("homeassistant.helpers.entity.Entity.entity_registry_enabled_default", return_value=True,
               new_callable=PropertyMock):
        yield
