"""The address that submissions are sent to: one of them, or a stream of lines. Decides only which."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from acr_gateway.answer_ways import AfterUpload, AnswerWay, AtOnce, send_end
from acr_gateway.bodies import SUBMISSION_TYPES, check_form, is_stream
from acr_gateway.inflating import inflater
from acr_gateway.stream_body import StreamBody
from acr_gateway.stream_values import Wishes
from acr_gateway.stream_walk import StreamWalk
from acr_gateway.submit import Gateway, trace_of
from acr_gateway.upload_notes import NotedUpload
from acr_http.preferences import RESPOND_ASYNC, Waiting, read_waiting, wants_answers_after
from acr_http.problems import Problem
from acr_http.red import UNTIMED
from acr_registries.registry import Registry
from acr_telemetry import metrics

# The registry that an address names, and what it says of the headers of its submissions.
Named = Callable[[Request], tuple[Registry, Mapping[str, str]]]


class Submissions:
    """An ASGI application: answers to a stream begin before its body has ended."""

    def __init__(self, gateway: Gateway, named: Named) -> None:
        """Say what the address means."""
        self._gateway = gateway
        self._named = named

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive, send)
        registry, expected = self._named(request)
        if is_stream(request):
            await take_stream(self._gateway, request, send, registry, expected)
            return
        response = await self._gateway.submit(request, registry, expected)
        await response(scope, receive, send)


async def take_stream(
    gateway: Gateway,
    request: Request,
    send: Send,
    registry: Registry,
    expected: Mapping[str, str],
) -> None:
    """Take a stream of submissions and answer line by line.

    Raises:
        Problem: for a stream of which nothing is read.
    """
    settings, prefer = gateway.settings, request.headers.getlist("prefer")
    waiting = read_waiting(prefer, settings.wait_seconds_default, settings.wait_seconds_max)
    wishes = Wishes(registry, expected, waiting.seconds, trace_of(request))
    with ExitStack() as stack:
        try:
            coding = check_form(request, *SUBMISSION_TYPES)
            stack.enter_context(gateway.admission.stream(registry.name))
        except Problem as problem:
            metrics.SUBMISSIONS_REFUSED.labels(registry.name, problem.kind.slug).inc()
            raise
        request.scope[UNTIMED] = True
        way = stack.enter_context(_answer_way(gateway, send, registry.name, waiting, prefer))
        inflating = inflater(coding, settings.inflate_ratio_max)
        line_seconds_max = settings.stream_line_timeout_seconds
        body = StreamBody(request, inflating, line_seconds_max, gateway.closing)
        stack.enter_context(gateway.closing.watched(body.interrupt))
        walk = StreamWalk(gateway, wishes, body, way)
        await walk.run()
        if walk.gone:
            metrics.HANG_UPS.inc()
        await walk.finish()
        await send_end(send)


@contextmanager
def _answer_way(
    gateway: Gateway, send: Send, registry: str, waiting: Waiting, prefer: Sequence[str]
) -> Iterator[AnswerWay]:
    """Choose how answers reach the sender: as they come, after the upload, or as an upload's notes."""
    settings, after = gateway.settings, wants_answers_after(prefer)
    applied = [each for each in (waiting.applied, "answers=after" if after else None) if each]
    fields = {"Preference-Applied": ", ".join(applied)} if applied else {}
    if after:
        with AfterUpload(send, fields, settings.stream_answers_bytes_max) as way:
            yield way
    elif waiting.applied == RESPOND_ASYNC:
        yield NotedUpload(send, fields, gateway.log, registry, settings.upload_lines_max)
    else:
        yield AtOnce(send, fields)
