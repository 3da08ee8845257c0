"""Requests to stop: Ctrl-C and SIGTERM. They are noted, not thrown, so that nothing is left half."""

import signal
from types import FrameType, TracebackType
from typing import Any, Self

from acr_cli.output import Output

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopRequests:
    """Notes requests to stop while its block runs. ``requested`` changes from False to True once."""

    def __init__(self, output: Output) -> None:
        """Say where to tell that a request was heard."""
        self.requested = False
        self._output = output
        self._former: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        for number in _SIGNALS:
            self._former[number] = signal.signal(number, self._note)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for number, handler in self._former.items():
            signal.signal(number, handler)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if not self.requested:
            self.requested = True
            self._output.step(f"{signal.Signals(number).name}: stopping after this step")
