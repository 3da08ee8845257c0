"""Importing a module of ours does nothing: no socket, no file of a user's, no environment.

Seen from inside through audit events, in a process of its own.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = sorted(
    path.parent.name
    for folder in ("services", "libs")
    for path in (ROOT / folder).glob("*/__init__.py")
)

# Third-party modules do what they like when imported; so they are imported first, unwatched, by
# importing ours once. Then ours alone are imported again, watched.
PROGRAM = """
import importlib, json, os, pathlib, sys
roots = [pathlib.Path(each) for each in json.loads(sys.argv[1])]
package = sys.argv[2]
folder = next(root / package for root in roots if (root / package).is_dir())
names = sorted(
    ".".join(path.relative_to(folder.parent).with_suffix("").parts).removesuffix(".__init__")
    for path in folder.rglob("*.py")
    if path.stem != "__main__"
)
for name in names:
    importlib.import_module(name)
for name in list(sys.modules):
    if name.split(".")[0] == package:
        del sys.modules[name]

if "prometheus_client" in sys.modules:
    from prometheus_client import REGISTRY
    for collector in list(REGISTRY._collector_to_names):
        REGISTRY.unregister(collector)

deeds, watching = [], True
inside = (str(folder.parent), sys.prefix, sys.base_prefix)

def watch(event, arguments):
    if not watching:
        return
    if event == "open" and isinstance(arguments[0], str):
        if not os.path.abspath(arguments[0]).startswith(inside):
            deeds.append(f"opens {arguments[0]}")
    elif event.startswith(("socket.", "subprocess.", "os.system", "os.putenv", "os.mkdir")):
        deeds.append(event)

class Watched(dict):
    # Libraries may look: pydantic does whenever a class is made. What counts is who asks first.
    def _say(self, name):
        asker = sys._getframe(2)
        while asker and asker.f_code.co_filename in (os.__file__, "<frozen os>"):
            asker = asker.f_back
        if watching and asker and asker.f_code.co_filename.startswith(str(folder)):
            deeds.append(f"reads the environment: {name}")
    def __getitem__(self, name):
        self._say(name)
        return super().__getitem__(name)
    def get(self, name, default=None):
        self._say(name)
        return super().get(name, default)
    def __contains__(self, name):
        self._say(name)
        return super().__contains__(name)

os.environ = Watched(os.environ)
sys.addaudithook(watch)
for name in names:
    importlib.import_module(name)
watching = False
print(json.dumps({"modules": len(names), "deeds": deeds}))
"""


@pytest.mark.parametrize("package", PACKAGES)
def test_importing_a_package_opens_nothing_and_reads_no_environment(package: str) -> None:
    roots = json.dumps([str(ROOT / "services"), str(ROOT / "libs")])

    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, roots, package],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=ROOT,
    )

    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["modules"] >= 1
    assert seen["deeds"] == []
