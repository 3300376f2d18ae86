"""What an author probably meant by a date or an address that is none."""

from __future__ import annotations

import re

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FORMS = "Write `2026`, `2026-05` or `2026-05-12`."


def date_meant(text: str) -> str:
    """A sentence that says how to write the date."""
    if (year := re.match(r"\d{4}(?!\d)", text, re.ASCII)) and not 1900 <= int(year[0]) < 2100:
        return "Check the year."
    if match := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text, re.ASCII):
        return _days(*map(int, match.groups()))
    if match := re.fullmatch(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?", text, re.ASCII):
        year, month, day = match.groups()
    elif match := re.fullmatch(r"(\d{1,2})[-/.](\d{4})", text, re.ASCII):
        (month, year), day = match.groups(), None
    elif match := re.fullmatch(r"(?:(\d{1,2})\.? +)?([A-Za-z]{3,9})\.?,? +(\d{4})", text, re.ASCII):
        day, name, year = match.groups()
        month = str(_MONTHS.index(name[:3].lower()) + 1) if name[:3].lower() in _MONTHS else "0"
    else:
        return _FORMS
    if not 1 <= int(month) <= 12 or (day and not 1 <= int(day) <= 31):
        return _FORMS
    return f"Write `{year}-{int(month):02}{f'-{int(day):02}' if day else ''}`."


def _days(year: int, month: int, day: int) -> str:
    if not 1 <= month <= 12:
        return f"There is no month {month}. {_FORMS}"
    from calendar import month_name, monthrange  # wanted for findings only

    days = monthrange(year, month)[1]
    return f"{month_name[month]} {year} has {days} days; without the day, write `{year:04}-{month:02}`."


def address_meant(text: str) -> str:
    """A sentence that says how to write the web address."""
    bare = re.sub(r"^[a-zA-Z]{0,6}:?/{1,3}", "", text.strip()).replace(" ", "")
    whole = f"https://{bare}"
    if re.fullmatch(r"(?:[\w-]+\.)+[a-zA-Z]{2,}(?:[/?#][\w./?#=&%~:+,;@!()-]*)?", bare, re.ASCII):
        return f"Write `{whole}`."
    return "Write the whole address, such as `https://arxiv.org/abs/1706.03762`."
