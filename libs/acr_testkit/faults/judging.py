"""Judges one scenario at rest: gathers the facts, rebuilds the tables, lets the checker check."""

from dataclasses import replace

from acr_domain.topics import submissions_topic
from acr_testkit.facts import Kept
from acr_testkit.faults.calm import settle_calmly, sums
from acr_testkit.faults.evidence import Stretch, kept_of, results_of, told_of
from acr_testkit.faults.history import History
from acr_testkit.faults.parts import REGISTRIES, Parts
from acr_testkit.invariant_report import Report
from acr_testkit.invariants import check


async def judge_stretch(parts: Parts, history: History, stretch: Stretch) -> Report:
    """Check all invariants on what one scenario did; raises what the neighbours raise."""
    kafka, live, calm = parts.kafka_settings, parts.database.dsn, parts.calm_dsn
    announced = await results_of(kafka, stretch)
    report = Report()
    for registry in REGISTRIES:
        kept = await kept_of(kafka, live, stretch, announced[registry], registry)
        await settle_calmly(kafka, calm, registry, stretch.until[submissions_topic(registry)])
        kept = replace(
            kept,
            live=await sums(live, registry, stretch.partners),
            rebuilt=await sums(calm, registry, stretch.partners),
        )
        report.add(check(told_of(history, registry), kept))
    return report


async def judge_whole(parts: Parts) -> Report:
    """Compare every table of ours, whole, with what the topics make of it."""
    report = Report()
    for registry in REGISTRIES:
        live = await sums(parts.database.dsn, registry, None)
        rebuilt = await sums(parts.calm_dsn, registry, None)
        report.add(check((), Kept((), live=live, rebuilt=rebuilt)))
    return report
