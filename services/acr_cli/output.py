"""What the commands print: for people, with a spinner on a terminal and plain lines elsewhere; for
machines, one JSON document on standard output and everything else on standard error."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document for machines.")]


class Output:
    """Prints lines with the seconds since the command began. NO_COLOR is honoured by rich."""

    def __init__(self, *, as_json: bool = False) -> None:
        """Keep standard output free for JSON where that is asked for."""
        self.as_json = as_json
        self._console = Console(stderr=as_json, highlight=False, soft_wrap=True)
        self._began = time.monotonic()

    def step(self, text: str) -> None:
        """Tell one step of a longer work."""
        seconds = time.monotonic() - self._began
        self._console.print(f"[dim]{seconds:6.1f} s[/dim]  {escape(text)}")

    def say(self, text: str = "", style: str | None = None) -> None:
        """Tell something else."""
        self._console.print(escape(text), style=style)

    def data(self, document: object) -> None:
        """Print the document, where JSON is asked for."""
        if self.as_json:
            typer.echo(json.dumps(document, indent=2))

    @contextmanager
    def busy(self, text: str) -> Iterator[None]:
        """Show a spinner on a terminal while the block runs; nothing elsewhere."""
        with self._console.status(escape(text)):
            yield

    def complain(self, text: str) -> None:
        """Tell an error on standard error; the command goes on."""
        Console(stderr=True, soft_wrap=True).print(f"[red]error:[/red] {escape(text)}")

    def fail(self, text: str) -> NoReturn:
        """Tell an error and end the command with status 1."""
        self.complain(text)
        raise typer.Exit(1)
