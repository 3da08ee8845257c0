"""Only rounds that nothing slowed are counted, and there is always one."""

from benchmarks.undisturbed import Round, Undisturbed, time_round, undisturbed


def test_rounds_beside_slow_arithmetic_do_not_count() -> None:
    rounds = [Round(50.0, 1.0), Round(60.0, 1.05), Round(70.0, 1.1), Round(99.0, 1.2)]

    assert undisturbed(rounds) == Undisturbed(60.0, 3, 4)
    assert undisturbed(rounds).per_second == 1e6 / 60.0


def test_what_is_fast_beside_slow_arithmetic_does_not_count_either() -> None:
    assert undisturbed([Round(50.0, 1.0), Round(10.0, 2.0)]) == Undisturbed(50.0, 1, 2)


def test_the_only_round_counts() -> None:
    assert undisturbed([Round(80.0, 9.0)]) == Undisturbed(80.0, 1, 1)


def test_a_round_runs_the_work_so_many_times() -> None:
    done: list[int] = []

    told = time_round(lambda: done.append(1), 7)

    assert len(done) == 7
    assert told.micros >= 0
    assert told.arithmetic > 0
