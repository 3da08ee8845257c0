"""Waiters: each result to whoever waits for it, and to nobody else."""

from acr_domain.judgement import Outcome, Verdict
from acr_domain.submission import LogPosition
from acr_gateway.waiters import Waiters


def outcome(submission_id: str, verdict: Verdict = Verdict.CREATED) -> Outcome:
    return Outcome(LogPosition("topic", 0, 0), submission_id, verdict)


async def test_a_result_reaches_the_one_who_waits_for_it() -> None:
    waiters = Waiters()

    with waiters.expect("a") as mine, waiters.expect("b") as other:
        assert waiters.tell(outcome("a"))

        assert await mine == outcome("a")
        assert not other.done()


async def test_a_repeat_changes_nothing() -> None:
    waiters = Waiters()

    with waiters.expect("a") as mine:
        waiters.tell(outcome("a"))
        assert not waiters.tell(outcome("a", Verdict.DUPLICATE))

        assert await mine == outcome("a")


async def test_a_result_that_nobody_waits_for_is_let_go() -> None:
    waiters = Waiters()
    with waiters.expect("a"):
        pass

    assert not waiters.tell(outcome("a"))

    with waiters.expect("a") as again:
        assert not again.done()


async def test_a_wait_that_was_given_up_by_its_owner_is_passed_over() -> None:
    waiters = Waiters()

    with waiters.expect("a") as mine:
        mine.cancel()
        waiters.tell(outcome("a"))

        assert mine.cancelled()


async def test_giving_up_ends_every_wait_without_a_result() -> None:
    waiters = Waiters()

    with waiters.expect("a") as one, waiters.expect("b") as two:
        waiters.tell(outcome("a"))
        waiters.give_up()

        assert (await one, await two) == (outcome("a"), None)
