"""Pages as trees of elements, read by the parser of the standard library."""

from html.parser import HTMLParser
from xml.etree.ElementTree import TreeBuilder

VOID = frozenset({"meta", "link", "br", "img", "input", "hr", "col"})


class Tree(HTMLParser):
    """A page as a tree of elements."""

    def __init__(self, text):
        super().__init__()
        self._builder = TreeBuilder()
        self.feed(text)
        self.root = self._builder.close()

    def handle_starttag(self, tag, attributes):
        self._builder.start(tag, {key: value or "" for key, value in attributes})
        if tag in VOID:
            self._builder.end(tag)

    def handle_endtag(self, tag):
        self._builder.end(tag)

    def handle_data(self, data):
        self._builder.data(data)


def root_of(text):
    """Return the root of a page."""
    return Tree(text.partition("<!doctype html>")[2].strip()).root


def tree(path):
    """Return the root of a page on disk."""
    return root_of(path.read_text(encoding="utf-8"))


def every(root, tag, kind=None):
    """Return all elements below a root of a tag, and of a class if one is named."""
    return [one for one in root.iter(tag) if kind in (None, *one.get("class", "").split())]


def spoken(element):
    """Return the text of an element, its blanks as one."""
    return " ".join("".join(element.itertext()).split())
