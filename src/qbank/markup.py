"""The smallest pieces of HTML: escaped text, escaped attributes and addresses that may be linked to."""

import re

MAX_CODE = 10_000
"""Characters of a code block that is looked at closely: coloured and, where it is Python, parsed."""

REL = "noopener noreferrer nofollow"

# What GitHub calls an alert, and the admonition of Material that it becomes.
ALERTS = {"Note": "note", "Tip": "tip", "Important": "info", "Warning": "warning", "Caution": "danger"}


def escape(text: str) -> str:
    """Escapes as HTML serialisers do, no more and no less, so that the sanitiser finds nothing to change."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\xa0", "&nbsp;")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def escape_attribute(text: str) -> str:
    return escape(text).replace('"', "&quot;")


def address(url: str, scope: str) -> str:
    """Returns the address as an attribute's value if it may be linked to, else nothing; `#x` becomes `#scope--x`."""
    url = url.strip()
    if re.search(r"[\x00-\x1f\\]", url) or url.startswith("//"):
        return ""
    scheme = re.match(r"[^/?#]*?:", url)
    match scheme[0].lower() if scheme else "":
        case "":
            if url.startswith("#"):
                url = f"#{scope}--{url[1:]}" if url != "#" else ""
        case "question:":
            if not re.fullmatch(r"question:[a-z0-9]+(-[a-z0-9]+)*", url):
                return ""
        case "https:" | "http:":
            # What stands before an `@` looks like the host, and is not.
            if not re.match(r"https?://[^/?#\s@]+(?:[/?#]|$)", url, re.IGNORECASE):
                return ""
        case "mailto:":
            pass
        case _:
            return ""
    return escape_attribute(
        re.sub(r"[\s\"<>`]", lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), url)
    )


def is_absolute(href: str) -> bool:
    return href.lower().startswith(("https:", "http:"))
