"""A rebuild of the made-up registry as a process of its own, slow enough to be killed.

`python -m acr_testkit.rebuilding REGISTRY`; imported by tests only.
"""

import argparse
import asyncio
import time

from acr_rebuilding.rebuild import rebuild
from acr_rebuilding.request import Request
from acr_settings.settings import KafkaSettings, PostgresSettings
from acr_testkit.phantoms.samples import phantoms_named


def main() -> None:
    """Rebuild, with a pause after each batch that was settled."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("registry")
    parser.add_argument("--pause", type=float, default=2.0, help="seconds after each batch")
    parser.add_argument("--processes", type=int, default=1, help="processes that settle")
    options = parser.parse_args()
    registry = phantoms_named(options.registry)
    request = Request(registry, "tester", processes=options.processes)

    def pause(_: int, __: int) -> None:
        time.sleep(options.pause)

    asyncio.run(rebuild(request, KafkaSettings(), PostgresSettings(), pause))


if __name__ == "__main__":
    main()
