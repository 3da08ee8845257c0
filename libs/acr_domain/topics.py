"""Names of the topics."""

RESULTS_TOPIC = "acr.results.v1"


def submissions_topic(registry: str) -> str:
    """Name the topic that keeps a registry's submissions."""
    return f"acr.{registry}.submissions.v1"


def dead_letters_topic(registry: str) -> str:
    """Name the topic that keeps a registry's dead letters."""
    return f"acr.{registry}.dead-letters.v1"


def amendments_topic(registry: str) -> str:
    """Name the topic that keeps later decisions about a registry's submissions."""
    return f"acr.{registry}.amendments.v1"


def uploads_topic(registry: str) -> str:
    """Name the topic that keeps how far a registry's uploads are, and what their lines became."""
    return f"acr.{registry}.uploads.v1"
