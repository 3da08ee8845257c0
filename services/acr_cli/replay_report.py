"""Tells people and machines what a replay found and changed. Holds no value of a submission."""

from collections.abc import Mapping
from typing import Any

from acr_cli.output import Output
from acr_postgres.replays import Run
from acr_replayer.opening import Ended
from acr_replayer.tally import Tally, read_tally, total


def ended_data(ended: Ended) -> dict[str, Any]:
    """Describe what became of a run, in JSON members."""
    return {
        **run_data(ended.run),
        "state": ended.state,
        "tally": ended.tally.data(),
        "trouble": ended.trouble,
    }


def run_data(run: Run) -> dict[str, Any]:
    """Describe a run in JSON members."""
    return {
        "run_id": run.run_id,
        "registry": run.registry,
        "state": run.state,
        "who": run.who,
        "why": run.why,
        "contract": run.contract,
        "selection": dict(run.selection),
        "tell_senders": run.tell_senders,
        "started_at": run.started_at.isoformat(),
        "ended_at": run.ended_at.isoformat() if run.ended_at else None,
        "abandoned_by": run.abandoned_by,
        "abandoned_why": run.abandoned_why,
        "stretches": [
            {
                "partition": each.partition,
                "begin": each.begin,
                "end": each.end,
                "next": each.next,
            }
            for each in run.stretches
        ],
        "tally": _tally(run).data(),
    }


def show_run(run: Run, output: Output, *, whole: bool = False) -> None:
    """Tell of a run in a line or two; the whole of it with what it found."""
    covered = sum(each.end - each.begin for each in run.stretches)
    done = sum(each.next - each.begin for each in run.stretches)
    share = f"{done / covered:.0%}" if covered else "100%"
    tally = _tally(run)
    output.say(
        f"{run.run_id}  {run.registry}  {run.state}  {share}  {run.started_at:%Y-%m-%d %H:%M} UTC  "
        f"{run.who}: {run.why}  ({tally.changed} of {tally.arrivals} changed)"
    )
    if run.abandoned_by:
        output.say(f"  given up by {run.abandoned_by}: {run.abandoned_why}")
    if whole:
        output.say(f"by {run.contract}")
        asked = ", ".join(f"{name} {value}" for name, value in run.selection.items())
        output.say(f"asked for: {asked or 'everything settled'}")
        for each in run.stretches:
            output.say(f"partition {each.partition}: {each.begin} to {each.end}, at {each.next}")
        _show_tally(tally, output, "changed")


def show_ended(ended: Ended, output: Output) -> None:
    """Tell what became of a run, and how to go on with one that was stopped."""
    word = "would change" if ended.run.state == "dry" else "changed"
    _show_tally(ended.tally, output, word)
    if ended.trouble:
        output.complain(ended.trouble)
    if ended.run.state == "dry":
        output.say("a dry run: nothing was changed; --for-real --why ... applies it")
    elif ended.state == "stopped":
        output.say(f"stopped; go on with: acr-connect replay resume {ended.run.run_id}")
    else:
        output.say(f"done: acr-connect replay show {ended.run.run_id}")


def _tally(run: Run) -> Tally:
    return total(read_tally(each.tally) for each in run.stretches)


def _show_tally(tally: Tally, output: Output, word: str) -> None:
    output.say(f"{tally.arrivals} arrivals looked at, {tally.changed} {word}")
    _show(output, "verdicts", tally.verdicts)
    _show(output, "findings that appeared", tally.appeared)
    _show(output, "findings that vanished", tally.vanished)
    if tally.records:
        output.say(f"records whose typed rows {word}: {tally.records}")
    _show(output, "typed rows", tally.rows)
    if tally.kept:
        output.say(f"stored, and stay so although today's rules would reject them: {tally.kept}")
    if tally.unprojectable:
        output.say(f"records that today's declaration cannot read: {tally.unprojectable}")
    _show(output, "dead letters that cannot be read", tally.unreadable)
    _show(output, "dead letters that the database refuses", tally.refused)
    if tally.missing:
        output.say(f"offsets that the log no longer holds: {tally.missing}", "red")
    if tally.discarded:
        output.say(f"dead letters given up, left alone: {tally.discarded}")
    for example in tally.examples:
        output.say(f"  {_example(example)}")


def _show(output: Output, title: str, counts: Mapping[str, int]) -> None:
    if counts:
        output.say(f"{title}:")
        for name, count in sorted(counts.items(), key=lambda each: (-each[1], each[0])):
            output.say(f"  {count:>8}  {name}")


def _example(example: Mapping[str, Any]) -> str:
    if "missing" in example:
        return str(example["missing"])
    if "dead_letter" in example:
        return f"{example['position']}  dead letter: {example['dead_letter']}"
    found = [f"+{each['rule']} {each['pointer']}" for each in example["appeared"]]
    found += [f"-{each['rule']} {each['pointer']}" for each in example["vanished"]]
    verdicts = f"{example['before']} -> {example['after']}"
    return f"{example['position']}  {example['submission_id']}  {verdicts}  {' '.join(found)}"
