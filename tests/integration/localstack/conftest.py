"""A data folder for each test, and the cache folder of the machine."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from acr_localstack.cache import cache_home
from acr_localstack.shelter import temporary_data


@pytest.fixture
def home() -> Path:
    return cache_home(os.environ)


@pytest.fixture
def data() -> Iterator[Path]:
    with temporary_data() as folder:
        yield folder
