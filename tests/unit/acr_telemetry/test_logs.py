"""Log lines carry no message, local or argument of an exception, whoever logs it.

Each case runs in a process of its own: the configuration is the process's.
"""

import json
import subprocess
import sys
from typing import Any

import pytest

SECRET = "m1ller"
PREAMBLE = """
import asyncio, logging, sys
import structlog, uvloop
from acr_settings.settings import TelemetrySettings
from acr_telemetry.logs import configure_logs, log_loop_faults
configure_logs(TelemetrySettings(log_format=FORMAT), "acr-test")
def fail():
    secret = "m1" + "ller"
    raise ValueError(f"patient {secret}")
def caught():
    try:
        try:
            fail()
        except ValueError as error:
            raise KeyError("m1" + "ller") from error
    except KeyError as error:
        error.add_note("m1" + "ller")
        return error
"""
CASES = {
    "our own logger": "structlog.get_logger().error('broke', exc_info=caught())",
    "our own logger in a handler": """
try:
    fail()
except ValueError:
    structlog.get_logger().exception('broke')
""",
    "the web server": """
logging.getLogger('uvicorn.error').error('Exception in ASGI application', exc_info=caught())
""",
    "a foreign library": "logging.getLogger('aiokafka.x').warning('broke', exc_info=caught())",
    "the event loop": """
async def work():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(log_loop_faults)
    loop.call_soon(fail)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
uvloop.run(work())
""",
    "nobody": """
async def work():
    raise caught()
uvloop.run(work())
""",
}


def run(code: str, log_format: str = "json") -> str:
    """Run code in a process of its own; give all that it wrote."""
    program = PREAMBLE.replace("FORMAT", repr(log_format)) + code
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("case", CASES)
def test_an_exception_is_logged_by_class_and_place_only(case: str) -> None:
    written = run(CASES[case])

    line: dict[str, Any] = json.loads(written.splitlines()[0])
    assert SECRET not in written
    assert line["error"] in {"ValueError", "KeyError"}
    assert line["where"]
    assert line["service"] == "acr-test"
    assert len(written.splitlines()) == 1


def test_lines_for_people_are_as_discreet() -> None:
    written = run("\n".join(CASES.values()), "console")

    assert SECRET not in written
    assert "KeyError" in written
    assert "Traceback" not in written


def test_a_line_that_cannot_be_formatted_does_not_show_its_arguments() -> None:
    written = run("logging.getLogger('x').error('bad %d', 'm1' + 'ller')")

    assert SECRET not in written


@pytest.mark.parametrize("library", ["aiokafka", "asyncpg", "asyncio", "httpx", "uvicorn.error"])
def test_what_libraries_say_below_a_warning_is_dropped(library: str) -> None:
    code = f"logging.getLogger('{library}.inner').info('m1' + 'ller')"

    assert run(code) == ""
