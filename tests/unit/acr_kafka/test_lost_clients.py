"""A client that asks in vain where another finds the brokers is lost; away brokers lose nobody's."""

from collections.abc import Iterable

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaTimeoutError

from acr_domain.errors import ClientLost, Unavailable
from acr_kafka.source import IN_VAIN_MAX, SubmissionSource


class Deaf:
    """A consumer that gets no answer until it ``hears``."""

    def __init__(self) -> None:
        self.hears = False

    async def end_offsets(self, places: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        if not self.hears:
            raise KafkaTimeoutError
        return dict.fromkeys(places, 7)


def source_of(consumer: Deaf, *, brokers_there: bool) -> SubmissionSource:
    async def answer() -> bool:
        return brokers_there

    return SubmissionSource(consumer, "t", answer)


async def ask(source: SubmissionSource) -> type[Exception] | None:
    try:
        await source.fetch_ends([0])
    except Unavailable as error:
        return type(error)
    return None


async def test_a_client_that_asks_in_vain_again_is_lost() -> None:
    source = source_of(Deaf(), brokers_there=True)

    assert [await ask(source) for _ in range(IN_VAIN_MAX)] == [Unavailable, ClientLost]


async def test_an_answer_between_two_silences_clears_the_first() -> None:
    consumer = Deaf()
    source, found = source_of(consumer, brokers_there=True), []
    for hears in (False, True, False):
        consumer.hears = hears
        found.append(await ask(source))

    assert found == [Unavailable, None, Unavailable]


@pytest.mark.parametrize("times", [IN_VAIN_MAX + 1])
async def test_while_brokers_are_away_no_client_is_lost(times: int) -> None:
    source = source_of(Deaf(), brokers_there=False)

    assert [await ask(source) for _ in range(times)] == [Unavailable] * times
