"""The `acr-connect` command."""

from importlib.metadata import version
from typing import Annotated

import typer

from acr_cli import running_commands, sending_commands, store_commands
from acr_cli.archive_commands import add_archive_commands
from acr_cli.contract_command import contract
from acr_cli.convert_command import convert
from acr_cli.dead_letter_commands import dead_letters_app
from acr_cli.dead_letter_redriving import discard_command, redrive_command
from acr_cli.generate_command import generate
from acr_cli.rebuild_command import rebuild_command
from acr_cli.replay_command import replay_app
from acr_cli.upload_commands import uploads_app
from acr_cli.validate_command import validate

app = typer.Typer(
    name="acr-connect",
    help="Runs and operates ACR Connect. Example: acr-connect up",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("up")(running_commands.up)
app.command("endpoints")(running_commands.endpoints)
app.command("status")(running_commands.status)
app.command("clean-data")(running_commands.clean_data)
app.command("send")(sending_commands.send)
app.add_typer(uploads_app, name="uploads")
app.command("validate")(validate)
app.command("contract")(contract)
app.command("generate")(generate)
app.command("convert")(convert)
app.command("migrate")(store_commands.migrate_command)
dead_letters_app.command("redrive")(redrive_command)
dead_letters_app.command("discard")(discard_command)
app.add_typer(dead_letters_app, name="dead-letters")
app.command("rebuild")(rebuild_command)
add_archive_commands(store_commands.topics_app)
app.add_typer(store_commands.topics_app, name="topics")
app.add_typer(replay_app, name="replay")


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(version("acr-connect"))
        raise typer.Exit


@app.callback()
def acr_connect(
    _: Annotated[
        bool,
        typer.Option("--version", callback=_tell_version, is_eager=True, help="Tell the version."),
    ] = False,
) -> None:
    """Run and operate ACR Connect. Example: acr-connect up."""
