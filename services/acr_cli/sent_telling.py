"""Shows people what became of what was sent, and ends a command with the status that says it."""

import typer

from acr_cli.output import Output
from acr_cli.sent_report import SentReport, problem_lines
from acr_client.told import Told

# So many that are not stored are shown one by one; the rest is in the table and the report.
SHOWN_MAX = 20


def note(output: Output, sent: SentReport, told: Told) -> None:
    """Count one, and show it where it is not stored and not too many were."""
    sent.note(told)
    if not told.stored and not output.as_json and sent.not_stored <= SHOWN_MAX:
        for text in problem_lines(told):
            output.say(text, "red")


def tell_end(output: Output, sent: SentReport, registry: str | None, failure: str | None) -> None:
    """Tell counts and rules, then exit: 2 where not all is sent or settled, 1 where not all is stored."""
    output.data(sent.data(registry, failure))
    if not output.as_json:
        for each in sent.rules.by_rule():
            output.say(
                f"{each.count:>9,}  {each.severity.value:<10}  {each.rule:<14}  {each.message}"
            )
        before = f"; {sent.done_before:,} were done before" if sent.done_before else ""
        style = "red" if sent.not_stored or failure else "green"
        output.say(f"{sent.sent:,} submissions sent: {sent.told() or 'none'}{before}", style)
    if failure is not None:
        output.complain(failure)
    if failure is not None or sent.incomplete:
        raise typer.Exit(2)
    if sent.not_stored:
        raise typer.Exit(1)
