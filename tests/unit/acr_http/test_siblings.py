"""Metrics of several workers on one page: each sample once, under the number of its worker."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from acr_http.siblings import joined_metrics


def page(sent: int) -> str:
    """Make a worker's page."""
    registry = CollectorRegistry()
    Counter("acr_sent", "Sent, {or not}.", ["route"], registry=registry).labels("/{a} b").inc(sent)
    Gauge("acr_open", "Open.", registry=registry).set(sent)
    if sent > 1:
        Histogram("acr_late", "Only here.", registry=registry, buckets=[1]).observe(sent)
    return generate_latest(registry).decode()


def test_each_sample_has_its_worker_and_families_stay_together() -> None:
    joined = joined_metrics({0: page(1), 2: page(5)})

    families = {each.name: each for each in text_string_to_metric_families(joined)}
    assert {(s.labels["worker"], s.value) for s in families["acr_open"].samples} == {
        ("0", 1),
        ("2", 5),
    }
    sent = [s for s in families["acr_sent"].samples if s.name == "acr_sent_total"]
    assert [(s.labels, s.value) for s in sent] == [
        ({"worker": "0", "route": "/{a} b"}, 1),
        ({"worker": "2", "route": "/{a} b"}, 5),
    ]
    assert {s.labels["worker"] for s in families["acr_late"].samples} == {"2"}
    heads = [line for line in joined.splitlines() if line.startswith("# TYPE")]
    assert len(heads) == len(set(heads))


def test_nothing_of_a_page_is_left_out() -> None:
    alone = page(3)

    joined = joined_metrics({1: alone})

    assert joined.replace('worker="1",', "").replace('{worker="1"}', "") == alone
