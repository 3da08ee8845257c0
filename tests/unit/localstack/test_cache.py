"""Where downloads and data are kept."""

from pathlib import Path

import pytest

from acr_localstack.cache import cache_home


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"ACR_LOCALSTACK_HOME": "/a", "XDG_CACHE_HOME": "/b", "HOME": "/c"}, "/a"),
        ({"XDG_CACHE_HOME": "/b", "HOME": "/c"}, "/b/acr-connect"),
        ({"XDG_CACHE_HOME": "not/absolute", "HOME": "/c"}, "/c/.cache/acr-connect"),
        ({"ACR_LOCALSTACK_HOME": "", "HOME": "/c"}, "/c/.cache/acr-connect"),
    ],
)
def test_the_most_specific_setting_names_the_cache_folder(
    environ: dict[str, str], expected: str
) -> None:
    assert cache_home(environ) == Path(expected)


def test_a_relative_cache_folder_becomes_absolute() -> None:
    assert cache_home({"ACR_LOCALSTACK_HOME": "here"}).is_absolute()
