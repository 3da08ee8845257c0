"""Health: ready only when every neighbour answers and no drain has begun."""

from acr_telemetry.health import Health


def test_a_service_without_neighbours_is_ready() -> None:
    assert Health().ready


def test_a_neighbour_that_was_not_reached_yet_keeps_it_unready() -> None:
    health = Health()

    health.watch("kafka")

    assert not health.ready
    assert health.report() == {
        "status": "not ready",
        "neighbours": {"kafka": "not reached yet"},
    }


def test_it_is_ready_when_all_neighbours_answer_and_not_before() -> None:
    health = Health()
    note_kafka, note_postgres = health.watch("kafka"), health.watch("postgres")

    note_kafka(None)
    with_one = health.ready
    note_postgres(None)

    assert (with_one, health.ready) == (False, True)
    assert health.report() == {
        "status": "ready",
        "neighbours": {"kafka": "ok", "postgres": "ok"},
    }


def test_trouble_comes_and_goes() -> None:
    health = Health()
    note = health.watch("kafka")
    note(None)

    note("no broker answers")
    in_trouble = health.report()
    note(None)

    assert in_trouble == {
        "status": "not ready",
        "neighbours": {"kafka": "no broker answers"},
    }
    assert health.ready


def test_draining_ends_readiness_for_good() -> None:
    health = Health()
    note = health.watch("kafka")
    note(None)

    health.drain()
    note(None)

    assert not health.ready
    assert health.report()["status"] == "draining"
