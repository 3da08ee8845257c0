"""The published CDSR sample request, through the whole path."""

import httpx

from acr_testkit.samples import submission


def test_the_published_sample_answers_201_and_sent_again_200(gateway: httpx.Client) -> None:
    body = submission()

    first = gateway.post("/v1/registries/cdsr/submissions", json=body)
    again = gateway.post("/v1/registries/cdsr/submissions", json=body)

    assert (first.status_code, first.json()["verdict"]) == (201, "created")
    assert (again.status_code, again.json()["verdict"]) == (200, "duplicate")
    assert again.json()["first_outcome"]["submission_id"] == first.json()["submission_id"]
