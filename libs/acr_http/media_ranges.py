"""`Accept` (RFC 9110, 12.5.1): which of two media types a reader would rather have. Pure."""


def prefers(accept: str | None, wanted: str, default: str) -> bool:
    """Tell whether ``wanted`` is liked better than ``default``; without a word for it, it is not."""
    return _quality(accept or "", wanted) > _quality(accept or "", default)


def _quality(accept: str, media_type: str) -> float:
    """Give the weight of a media type: that of the most specific range that it is in."""
    best, weight = -1, 0.0
    for part in accept.split(","):
        kind, *parameters = [each.strip().lower() for each in part.split(";")]
        specific = {media_type: 2, f"{media_type.split('/')[0]}/*": 1, "*/*": 0}.get(kind, -1)
        if specific > best:
            best, weight = specific, _weight(parameters)
    return weight


def _weight(parameters: list[str]) -> float:
    for each in parameters:
        name, _, value = each.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
