"""Reads pages of exports with the standard library's parser."""

from html.parser import HTMLParser


class Page(HTMLParser):
    """A page as a list of elements and the text that a reader sees."""

    def __init__(self, data):
        super().__init__()
        self.elements = []
        self.text = ""
        self._silent = 0
        self.feed(data.decode())

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self._silent += tag in ("script", "style")

    def handle_endtag(self, tag):
        self._silent -= tag in ("script", "style")

    def handle_data(self, data):
        if not self._silent:
            self.text += f" {data.strip()}" if data.strip() else ""

    def all(self, tag, **asked):
        """Return the attributes of every element of a kind that has these attributes."""
        return [
            attributes
            for name, attributes in self.elements
            if name == tag and all(attributes.get(key) == value for key, value in asked.items())
        ]


def canary_names(problem):
    """Return names for everybody and everything that occur nowhere else."""
    from iopsched.domain.names import Names

    def named(word, rows):
        return {row.id: f"{word}{number:03}zq" for number, row in enumerate(rows)}

    return Names(
        participants=named("Canarybird", problem.participants),
        initials=named("Initialbird", problem.participants),
        therapists=named("Staffbird", problem.therapists),
        credentials=named("Credbird", problem.therapists),
        rooms=named("Roombird", problem.rooms),
        groups=named("Topicbird", problem.groups),
        public_groups=named("Publicgroup", problem.groups),
    )


CANARIES = ("Canarybird", "Initialbird", "Staffbird", "Credbird", "Roombird", "Topicbird")
