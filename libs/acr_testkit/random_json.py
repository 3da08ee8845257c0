"""Random JSON documents, many of them wrong, on which ways of reading must agree."""

from collections.abc import Iterator
from random import Random

_PIECES = (
    *('a', 'b', ':', ' :x', '{', '[', ' ', 'é', '😀', '\x7f', '\u2028', '1e5', '0.00001'),
    *('\\"', '\\"\\":', '\\\\', '\\n', '\\t', '\\/', '\\\\u0000', '\\u0000', '\\u0022'),
    *('\\u003a', '\\u0061', '\\u007f', '\\u00e9', '\\ud800', '\\ud83d\\ude00', '1' * 20),
)  # fmt: skip
_NUMBERS = (
    *("0", "-0", "-0.0", "1.0", "1e5", "1e16", "1e22", "1.5e-7", "0.00001", "0.0001", "0.00012"),
    *("9223372036854775807", "18446744073709551615", "18446744073709551616", "1e400", "7" * 310),
    *("9999999999999999.5", "99999999999999999.0", "0.00e1", "01", "1.", ".5", "NaN", "1e-400"),
)  # fmt: skip


def random_documents(chance: Random, count: int) -> Iterator[bytes]:
    """Give random JSON documents; a tenth of them have a byte changed."""
    writer = _Writer(chance)
    return (writer.document() for _ in range(count))


class _Writer:
    """Writes documents made of pieces on which libraries are known to differ."""

    def __init__(self, chance: Random) -> None:
        """Take all chance from one place."""
        self._random = chance

    def _space(self) -> str:
        return self._random.choice(("", "", "", " ", "\n", "\t"))

    def _string(self) -> str:
        return '"' + "".join(self._random.choices(_PIECES, k=self._random.randint(0, 3))) + '"'

    def _number(self) -> str:
        scale = self._random.randint(-6, 24)
        choices = (
            self._random.choice(_NUMBERS),
            repr(self._random.uniform(-1, 1) * 10.0**scale),
            str(int(self._random.uniform(-1, 1) * 10**scale)),
        )
        return self._random.choice(choices)

    def _value(self, depth: int) -> str:
        kind = self._random.random()
        if depth == 0 or kind < 0.55:
            return self._random.choice((self._string(), self._number(), "true", "null"))
        if kind < 0.8:
            return self._object(depth - 1)
        return (
            "[" + ",".join(self._value(depth - 1) for _ in range(self._random.randint(0, 3))) + "]"
        )

    def _object(self, depth: int) -> str:
        members = (
            f"{self._space()}{self._string()}{self._space()}:{self._space()}{self._value(depth)}"
            for _ in range(self._random.randint(0, 4))
        )
        return "{" + ",".join(members) + self._space() + "}"

    def document(self) -> bytes:
        """Write one document."""
        raw = bytearray(self._object(3).encode())
        if self._random.random() < 0.1:
            raw[self._random.randrange(len(raw))] = self._random.randrange(256)
        return bytes(raw)
