"""Spans between days, in whole years and months as people count them. Pure."""

from datetime import date, timedelta

# Somewhere on Earth it is already the next day by so much: a day or time without zone may be ahead of UTC.
ZONE_AHEAD_MOST = timedelta(hours=14)


def whole_years(first: date, last: date) -> int:
    """Count the whole years from one day to a later one, such as an age."""
    month, first_month = last.month, first.month
    short = month < first_month or (month == first_month and last.day < first.day)
    return last.year - first.year - short


def whole_months(first: date, last: date) -> int:
    """Count the whole months from one day to a later one; negative where it is earlier."""
    months = (last.year - first.year) * 12 + last.month - first.month
    return months - (last.day < first.day)


def as_sent(day: date) -> str:
    """Write a day as senders do, MM/DD/YYYY."""
    return f"{day.month:02}/{day.day:02}/{day.year:04}"
