"""Article pages of a newspaper's site, with what stands around an article on every such page."""

from tests.servers.feeds import Answer

FILLER = tuple(
    f"Paragraph {number} tells in plain words what officials said on day {number} of the talks."
    for number in range(1, 13)
)


def article_page(title: str, *paragraphs: str, around: str = "", head: str = "") -> bytes:
    """A page as sites make them: a menu, the article, whatever is `around` it, a footer.

    What stands in its `head` besides the title may be given, too.
    """
    inner = "".join(f"<p>{text}</p>" for text in paragraphs)
    return (
        f"<!doctype html><html><head><title>{title} - The Paper</title>{head}</head><body>"
        "<nav><ul><li><a href='/'>Home</a></li><li><a href='/war'>War</a></li></ul></nav>"
        f"<article><h1>{title}</h1>{inner}</article>"
        f"{around}<footer>All rights reserved</footer></body></html>"
    ).encode()


def html(body: bytes) -> Answer:
    """An answer that is a web page."""
    return Answer(body, headers={"Content-Type": "text/html; charset=utf-8"})


def long_read(title: str, ninth: str) -> Answer:
    """An article whose ninth paragraph is this one."""
    return html(article_page(title, *FILLER[:8], ninth, *FILLER[8:]))
