"""Reads a page with the parser of the standard library and prints what a browser would find in it."""

import json
import sys
from html.parser import HTMLParser


class Page(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.names, self.code, self.fetched = [], [], [], []
        self.h1 = self.title = ""
        self.scripts = 0

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "meta":
            return
        self.open.append((tag, attributes.get("class")))
        self.scripts += tag == "script" or any(name.startswith("on") for name in attributes)
        self.fetched += [value for name, value in attributes.items() if name in ("src", "href")]
        if (tag, attributes.get("class")) == ("td", "name"):
            self.names.append("")
        if tag == "pre":
            self.code.append("")

    def handle_startendtag(self, tag, attributes):
        pass

    def handle_endtag(self, tag):
        last, _ = self.open.pop()
        assert last == tag, f"<{last}> is closed by </{tag}>"

    def handle_data(self, data):
        if ("td", "name") in self.open:
            self.names[-1] += data
        tags = [tag for tag, _ in self.open]
        if "pre" in tags:
            self.code[-1] += data
        if "h1" in tags:
            self.h1 += data
        # A chart has a title of its own.
        if "title" in tags and "head" in tags:
            self.title += data


page = Page()
page.feed(open(sys.argv[1], encoding="utf-8").read())
page.close()
assert not page.open, page.open
# The steps come first; the columns are the rest.
found = {"names": page.names[6:], "code": page.code, "h1": page.h1, "title": page.title}
print(json.dumps({**found, "scripts": page.scripts, "fetched": page.fetched}))
