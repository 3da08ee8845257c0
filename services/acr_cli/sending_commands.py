"""Commands that send submissions."""

import json
import sys
from pathlib import Path
from typing import Annotated

import httpx
import typer

from acr_cli.output import AsJson, Output
from acr_cli.running import find_endpoints
from acr_registries.catalogue import load_registries

DEFAULT_GATEWAY = "http://127.0.0.1:8080"
TIMEOUT_SECONDS = 330.0


def send(
    files: Annotated[
        list[Path], typer.Argument(help="Submission files, JSON; - reads standard input.")
    ],
    registry: Annotated[
        str | None, typer.Option(help="Registry; without it, what the header's programname says.")
    ] = None,
    gateway: Annotated[str | None, typer.Option(help="Gateway's address.")] = None,
    wait: Annotated[int | None, typer.Option(min=0, help="Seconds to wait for the result.")] = None,
    as_json: AsJson = False,
) -> None:
    """Send submissions, one after another, and tell what became of each.

    Exits with 1 where one is not stored. Example: acr-connect send sample.json
    """
    output = Output(as_json=as_json)
    running = find_endpoints(None)
    url = gateway or (running.gateway if running else DEFAULT_GATEWAY)
    headers = {"Content-Type": "application/json"}
    if wait is not None:
        headers["Prefer"] = f"wait={wait}"
    answers = []
    with httpx.Client(base_url=url, timeout=TIMEOUT_SECONDS, headers=headers) as client:
        for file in files:
            answers.append(_send(client, registry, file, output))
    output.data(answers)
    if not all(answer["kept"] for answer in answers):
        raise typer.Exit(1)


def _send(
    client: httpx.Client, registry: str | None, file: Path, output: Output
) -> dict[str, object]:
    try:
        body = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        name = registry or _registry_of(body)
        if name is None:
            output.fail(f"{file} names no registry (programname); say --registry")
        response = client.post(f"/v1/registries/{name}/submissions", content=body)
        answer = response.json()
    except OSError as error:
        output.fail(f"{file}: {error.strerror}")
    except httpx.HTTPError as error:
        output.fail(f"{client.base_url} does not answer ({type(error).__name__})")
    except json.JSONDecodeError:
        output.fail(f"{client.base_url} is no gateway of ACR Connect")
    style = "green" if response.is_success else "red"
    if not output.as_json:
        verdict = answer.get("verdict", answer.get("title"))
        output.say(f"{file}: {response.status_code} {verdict}", style)
        for finding in answer.get("findings", ()):
            output.say(f"  {finding['severity']} {finding['rule']} {finding['pointer']}")
            output.say(f"  {finding['message']}")
    return {
        "file": str(file),
        "status": response.status_code,
        "kept": response.is_success,
        "answer": answer,
    }


def _registry_of(body: bytes) -> str | None:
    """Look up the header's programname; everything else about the body is the gateway's to say."""
    try:
        members = {name.lower(): value for name, value in json.loads(body).items()}
        header = {name.lower(): value for name, value in members["dartheader"].items()}
        name = str(header["programname"]).lower()
    except (ValueError, AttributeError, KeyError, RecursionError):
        return None
    return name if name in load_registries() else None
