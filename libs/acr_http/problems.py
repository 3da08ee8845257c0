"""Problems: every error that a person or program gets over HTTP (RFC 9457), one kind each.

`type` is a relative reference that the service itself resolves: `/problems/{kind}` is a page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

import orjson
from starlette.responses import Response

from acr_domain.findings import Finding, findings_data

PROBLEM_TYPE = "application/problem+json"
FINDINGS_MAX = 100


class Kind(Enum):
    """The kinds of problem: slug, status, title, and what a reader of the page should know."""

    INVALID = (
        "invalid-submission",
        400,
        "The submission is not valid",
        (
            "The body is not JSON that every part of the system can hold, or its header lacks "
            "something. Nothing was kept. Each finding points at a place; correct all and send again."
        ),
    )
    REJECTED = (
        "rejected",
        400,
        "The registry's rules reject the submission",
        (
            "The submission is kept in the log as rejected, and no version was stored. Correct what "
            "the findings with severity error say, and send again with the same id and version."
        ),
    )
    CONFLICT = (
        "conflict",
        400,
        "This version is here already with other content",
        "A version once stored never changes. Send the new content with a higher versionno.",
    )
    FAILED = (
        "failed",
        400,
        "The submission could not be processed",
        "It is kept as a dead letter, and the registry's staff will look at it. Do not send again.",
    )
    MALFORMED = (
        "malformed-request",
        400,
        "The request is not HTTP",
        (
            "The bytes are not a request of HTTP/1.1, so nobody could read it; nothing was kept. "
            "Check the sending program, and what stands between it and this service."
        ),
    )
    PARAMETER = (
        "invalid-parameter",
        400,
        "A parameter of the address is not valid",
        "The detail says which, and what it may be. Correct the address and ask again.",
    )
    NOT_FOUND = ("not-found", 404, "There is nothing here", "Check the address and the ids in it.")
    METHOD = (
        "method-not-allowed",
        405,
        "The address does not take this method",
        "The Allow field of the answer lists the methods.",
    )
    SLOW = (
        "body-timeout",
        408,
        "The body did not arrive in time",
        "Nothing was kept. Send again, faster or smaller.",
    )
    TOO_LARGE = (
        "body-too-large",
        413,
        "The body is larger than the limit",
        "Nothing was kept. Split the data into smaller submissions.",
    )
    MEDIA_TYPE = (
        "unsupported-media-type",
        415,
        "The media type, charset or encoding is not supported",
        "Send application/json, or lines of it as application/x-ndjson, in UTF-8; plain, gzip or zstd.",
    )
    TOO_MANY = (
        "too-many-requests",
        429,
        "The sender has too many submissions in work",
        (
            "Nothing was kept. Have fewer submissions under way at once, or send them as a stream of "
            "lines, which is read as fast as its share allows. Wait as long as Retry-After says."
        ),
    )
    HEADERS_TOO_LARGE = (
        "headers-too-large",
        431,
        "The request's header fields are larger than the limit",
        "Nothing was kept. The data belongs in the body; send fewer or shorter header fields.",
    )
    UNAVAILABLE = (
        "unavailable",
        503,
        "The service cannot do this at present",
        (
            "Wait as long as Retry-After says and send the same again: the same id and version are "
            "never stored twice, even if the first attempt was kept after all."
        ),
    )
    OVERLOADED = (
        "overloaded",
        503,
        "Too many submissions are in work",
        "Nothing was kept. Wait as long as Retry-After says and send again.",
    )
    INTERNAL = (
        "internal",
        500,
        "The service has a fault",
        (
            "The fault is logged. If it was a submission, send the same again later: it is never "
            "stored twice."
        ),
    )

    def __init__(self, slug: str, status: int, title: str, page: str) -> None:
        """Name the parts."""
        self.slug = slug
        self.status = status
        self.title = title
        self.page = page


@dataclass(eq=False)  # Not frozen: raising sets attributes.
class Problem(Exception):
    """One problem, to be raised to wherever the answer is made.

    ``detail`` tells this case; it holds no value of the submission. ``extra`` adds members,
    ``headers`` adds fields to the answer.
    """

    kind: Kind
    detail: str
    findings: Sequence[Finding] = ()
    instance: str | None = None
    extra: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def data(self) -> dict[str, object]:
        """Give the members of the problem document."""
        body: dict[str, object] = {
            "type": f"/problems/{self.kind.slug}",
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.detail,
            **self.extra,
        }
        if self.instance is not None:
            body["instance"] = self.instance
        if self.findings:
            body["findings"] = findings_data(self.findings[:FINDINGS_MAX])
        if len(self.findings) > FINDINGS_MAX:
            body["findings_total"] = len(self.findings)
        return body

    def response(self) -> Response:
        """Make the answer."""
        body = orjson.dumps(self.data())
        headers = dict(self.headers)
        return Response(body, self.kind.status, headers=headers, media_type=PROBLEM_TYPE)
