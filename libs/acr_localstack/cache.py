"""Says where downloads and data are kept. Never inside the repository; makes no folder."""

from collections.abc import Callable, Mapping
from pathlib import Path

Report = Callable[[str], None]  # Takes one line of progress for each step.

FOLDER_NAME = "acr-connect"


def cache_home(environ: Mapping[str, str]) -> Path:
    """Name the cache folder: ACR_LOCALSTACK_HOME, else the user's own cache folder.

    As the XDG specification says, an XDG_CACHE_HOME that is not absolute is ignored.
    """
    if chosen := environ.get("ACR_LOCALSTACK_HOME"):
        return Path(chosen).expanduser().absolute()
    xdg = environ.get("XDG_CACHE_HOME", "")
    if xdg and Path(xdg).is_absolute():
        return Path(xdg) / FOLDER_NAME
    user = Path(environ["HOME"]) if environ.get("HOME") else Path.home()
    return user / ".cache" / FOLDER_NAME
