"""Somebody else's plugin: it changes the Markdown of hand-written pages and the HTML of every page."""


def on_page_markdown(markdown, **_):
    return markdown.replace("[[answer]]", "forty-two")


def on_page_content(html, page, **_):
    return html + f'\n<p class="from-another-plugin">{page.file.src_uri}</p>'
