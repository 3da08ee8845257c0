"""Which of two media types an `Accept` field prefers."""

import pytest

from acr_http.media_ranges import prefers

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "html"),
    [
        (None, False),
        ("*/*", False),
        ("application/json", False),
        (BROWSER, True),
        ("text/html", True),
        ("text/*, application/json;q=0.5", True),
        ("text/html;q=0.3, application/json", False),
        ("text/html;q=0, */*", False),
        ("TEXT/HTML; Q=0.9, application/json; q=0.8", True),
        ("text/html;q=nonsense, application/json;q=0.1", False),
        (",;,", False),
    ],
)
def test_html_is_preferred_where_it_weighs_more(accept: str | None, html: bool) -> None:
    assert prefers(accept, "text/html", "application/json") is html
