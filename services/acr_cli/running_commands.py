"""Commands about the system that runs on this machine."""

import shutil
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import httpx
import typer
from prometheus_client.parser import text_string_to_metric_families

from acr_cli.output import AsJson, Output
from acr_cli.running import Endpoints, find_endpoints, system_folder
from acr_cli.up import Plan, run_up
from acr_localstack.data_lock import hold_data
from acr_localstack.errors import StackError
from acr_settings.reading import BadSettings, read_settings
from acr_settings.settings import StackSettings

Name = Annotated[
    str | None,
    typer.Option(help="Name of the system; without it, the working folder's own."),
]
Port = Annotated[int | None, typer.Option(min=1, max=65535)]
LAG_METRIC = "acr_consumer_lag_records"


def up(  # One parameter an option.
    once: Annotated[bool, typer.Option(help="Demonstrate, then stop.")] = False,
    restart: Annotated[bool, typer.Option(help="Start again what ends by itself.")] = True,
    name: Name = None,
    gateway_port: Annotated[int | None, typer.Option(help="Default 8080, or a free one.")] = None,
    reader_port: Annotated[int | None, typer.Option(help="Default 8081, or a free one.")] = None,
    kafka_port: Annotated[int | None, typer.Option(help="Default 9092, or a free one.")] = None,
    postgres_port: Annotated[int | None, typer.Option(help="Default 5432, or a free one.")] = None,
    as_json: AsJson = False,
) -> None:
    """Start Kafka, PostgreSQL and every service here, send the sample, keep serving.

    Addresses in ACR_KAFKA_BOOTSTRAP_SERVERS and ACR_POSTGRES_DSN are used where both are set;
    otherwise a container engine, where one answers; otherwise the local stack.

    Example: acr-connect up --once
    """
    output = Output(as_json=as_json)
    try:
        topics_file = Path(read_settings(StackSettings).topics_file)
        plan = Plan(
            name, topics_file, gateway_port, reader_port, kafka_port, postgres_port, once, restart
        )
        went_well = run_up(plan, output)
    except BadSettings as error:
        output.fail("; ".join(error.problems))
    except StackError as error:
        output.fail(str(error))
    if not went_well:
        output.fail("the demonstration did not go as it should")


def endpoints(name: Name = None, as_json: AsJson = False) -> None:
    """Tell the addresses and process ids of the running system.

    Example: acr-connect endpoints --json
    """
    output = Output(as_json=as_json)
    found = _running(name, output)
    output.data(asdict(found))
    if not as_json:
        for what in ("gateway", "reader", "kafka", "postgres", "logs"):
            output.say(f"{what:<16}{getattr(found, what)}")
        for service, url in found.metrics.items():
            output.say(f"{service:<16}{url}")
        for service, pid in found.pids.items():
            output.say(f"{service:<16}pid {pid}")


def status(name: Name = None, as_json: AsJson = False) -> None:
    """Tell whether each service of the running system can do its job, and what waits to be settled.

    Exits with 1 where one cannot. Example: acr-connect status
    """
    output = Output(as_json=as_json)
    found = _running(name, output)
    states = {service: _state(url) for service, url in found.metrics.items()}
    output.data(states)
    for service, state in states.items():
        lag = "" if state["lag_records"] is None else f"   {state['lag_records']} to settle"
        why = f"   {state['why']}" if state["why"] else ""
        style = "green" if state["status"] == "ready" else "red"
        if not as_json:
            output.say(f"{service:<16}{state['status']}{lag}{why}", style)
    if any(state["status"] != "ready" for state in states.values()):
        raise typer.Exit(1)


def clean_data(name: Name = None, as_json: AsJson = False) -> None:
    """Delete the data of this folder's system: everything in its Kafka and PostgreSQL.

    Refuses while it runs. Example: acr-connect clean-data
    """
    output = Output(as_json=as_json)
    folder = system_folder(name)
    try:
        for part in ("kafka", "postgres"):
            with hold_data(folder / "data" / part):
                pass
    except StackError as error:
        output.fail(str(error))
    for link in folder.rglob("cluster"):
        # Where PostgreSQL's own user may not enter our folders, its data stand elsewhere.
        if link.is_symlink():
            shutil.rmtree(link.readlink().parent, ignore_errors=True)
    shutil.rmtree(folder)
    output.data({"deleted": str(folder)})
    if not as_json:
        output.say(f"deleted {folder}")


def _running(name: str | None, output: Output) -> Endpoints:
    found = find_endpoints(name)
    if found is None:
        output.fail("no system runs from this folder; start it with `acr-connect up`")
    return found


def _state(metrics_url: str) -> dict[str, str | int | None]:
    try:
        ready = httpx.get(metrics_url.replace("/metrics", "/readyz"), timeout=5).json()
        families = text_string_to_metric_families(httpx.get(metrics_url, timeout=5).text)
    except (httpx.HTTPError, ValueError):
        return {"status": "no answer", "why": None, "lag_records": None}
    lags = [
        sample.value
        for family in families
        if family.name == LAG_METRIC
        for sample in family.samples
    ]
    return {
        "status": ready["status"],
        "why": _trouble(ready.get("neighbours", {})),
        "lag_records": int(sum(lags)) if lags else None,
    }


def _trouble(neighbours: Mapping[str, str]) -> str | None:
    """Name the neighbours that are not well, with what each of them says."""
    said = [f"{name}: {state}" for name, state in neighbours.items() if state != "ok"]
    return "; ".join(said) or None
