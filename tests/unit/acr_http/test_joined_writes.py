"""The head of an answer goes with what follows at once, and no byte is lost or late."""

import asyncio

from acr_http.joined_writes import JoinedWrites

HEAD, BODY = b"HTTP/1.1 200 OK\r\n\r\n", b"body"


class Written(asyncio.Transport):
    """Keeps what it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[bytes] = []
        self.closed = False

    def write(self, data: object) -> None:
        assert isinstance(data, bytes)
        assert not self.closed
        self.given.append(data)

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


def joined() -> tuple[JoinedWrites, Written]:
    beneath = Written()
    return JoinedWrites(beneath, asyncio.get_running_loop()), beneath


async def test_head_and_body_are_one_write_and_the_next_answer_is_another() -> None:
    transport, beneath = joined()

    for _ in range(2):
        transport.write(HEAD)
        transport.write(BODY)
    transport.write(BODY)

    assert beneath.given == [HEAD + BODY, HEAD + BODY, BODY]


async def test_a_head_that_nothing_follows_goes_with_the_next_turn_of_the_loop() -> None:
    transport, beneath = joined()

    transport.write(HEAD)
    before = list(beneath.given)
    await asyncio.sleep(0)
    transport.write(BODY)

    assert (before, beneath.given) == ([], [HEAD, BODY])


async def test_a_head_without_a_body_is_sent_before_the_connection_is_closed() -> None:
    transport, beneath = joined()

    transport.write(HEAD)
    transport.close()
    await asyncio.sleep(0)

    assert (beneath.given, transport.is_closing()) == ([HEAD], True)


async def test_nothing_is_written_to_a_connection_that_is_gone() -> None:
    transport, beneath = joined()
    aborted, beneath_aborted = joined()

    transport.write(HEAD)
    beneath.close()
    aborted.write(HEAD)
    aborted.abort()
    await asyncio.sleep(0)

    assert beneath.given == beneath_aborted.given == []
