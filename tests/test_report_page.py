"""The report in headless Chromium: what a reader sees, clicks and types, and that nothing is asked of a network.

Without Chromium and its driver these tests are skipped, unless PARKNLP_REQUIRE_SERVICES is set, as .ci/run does.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
from collections import Counter
from pathlib import Path

import pytest

from conftest import ROOT
from parknlp.corpus import read_gold
from parknlp.doc import Doc
from parknlp.report import write_report
from test_report import EVIL, evil_doc

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
CHARTS = ("time", "places", "companies", "parks", "pairs")
MANY = 5000


def chromium():
    """A headless browser that resolves no host name and records what it asks for."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--lang=zh-CN"):
        options.add_argument(argument)
    options.add_argument("--host-resolver-rules=MAP * ~NOTFOUND")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))


@pytest.fixture(scope="module")
def browser():
    try:
        import selenium  # noqa: F401

        missing = [name for name, path in (("chromium", CHROMIUM), ("chromedriver", DRIVER)) if path is None]
    except ImportError:
        missing = ["selenium"]
    if missing:
        reason = f"the report is not looked at: {' and '.join(missing)} not found"
        (pytest.fail if os.environ.get("PARKNLP_REQUIRE_SERVICES") else pytest.skip)(reason)
    driver = chromium()
    yield driver
    driver.quit()


class Page:
    """A report that is open in a browser."""

    def __init__(self, browser, path: Path, width: int = 1280) -> None:
        from selenium.webdriver.support.wait import WebDriverWait

        self.browser, self.path = browser, path
        self._wait = WebDriverWait(browser, 30, poll_frequency=0.05)
        browser.get("about:blank")
        browser.get_log("browser")
        browser.get_log("performance")
        device = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 800}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", device)
        browser.get(path.as_uri())
        self.until("document.documentElement.dataset.ready === '1'")

    def run(self, script: str, *arguments):
        return self.browser.execute_script(script, *arguments)

    def value(self, expression: str):
        return self.run(f"return {expression}")

    def until(self, condition: str) -> None:
        self._wait.until(lambda _: self.value(condition), f"{condition} did not come true")

    def find(self, selector: str):
        return self.browser.find_element("css selector", selector)

    def click(self, selector: str) -> None:
        """A true click on the first such element; again where the page is redrawing, or a bar lies over it."""
        from selenium.common.exceptions import WebDriverException
        from selenium.webdriver.support.wait import WebDriverWait

        def clicked(_) -> bool:
            self.run("arguments[0].scrollIntoView({block: 'center'})", self.find(selector))
            self.find(selector).click()
            return True

        WebDriverWait(self.browser, 30, poll_frequency=0.1, ignored_exceptions=[WebDriverException]).until(clicked)

    def press(self, *keys: str) -> None:
        self.browser.switch_to.active_element.send_keys(*keys)

    def choose(self, field: str, value) -> None:
        """Give a field of a form a value as a person would, and wait until the page has followed."""
        updates = "factState.updates" if field.startswith("fact-") else "all.updates"
        before = self.value(updates)
        self.run(
            "const [id, value] = arguments; const field = document.getElementById(id);"
            "field[field.type === 'checkbox' ? 'checked' : 'value'] = value;"
            "field.dispatchEvent(new Event('input', {bubbles: true}));",
            field,
            value,
        )
        self.until(f"{updates} > {before}")

    def shown(self) -> list[int]:
        """Numbers of the articles that pass the filter."""
        return self.value("chosen.articles")

    def complaints(self) -> list[str]:
        return [entry["message"] for entry in self.browser.get_log("browser")]

    def requested(self) -> set[str]:
        """Addresses asked for since the page was opened, but for the page and what it holds itself."""
        events = (json.loads(entry["message"])["message"] for entry in self.browser.get_log("performance"))
        urls = {event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"}
        return {url for url in urls if not url.startswith("data:") and url.split("#")[0] != self.path.as_uri()}


def written(folder: Path, docs, **options) -> Path:
    path = folder / "report.html"
    with path.open("w", encoding="utf-8", newline="\n") as target:
        write_report(docs, target, **options)
    return path


@pytest.fixture(scope="module")
def docs(nlp) -> list[Doc]:
    gold = itertools.islice(read_gold(ROOT / "models" / "corpus" / "train-a.jsonl"), 60)
    items = [
        {"text": doc.text, "title": doc.title, "published": f"202{3 + n % 3}-0{1 + n % 9}-15", "meta": {"id": n}}
        for n, doc in enumerate(gold)
    ]
    for item in items[1:60:9]:
        del item["published"]
    items.append({**items[0], "text": f"来源：转载。\n{items[0]['text']}", "meta": {"id": "copy"}})
    return list(nlp.pipe(items))


@pytest.fixture(scope="module")
def path(browser, docs, tmp_path_factory) -> Path:
    return written(tmp_path_factory.mktemp("report"), docs, title="园区新闻")


@pytest.fixture
def page(browser, path) -> Page:
    return Page(browser, path)


@pytest.mark.parametrize("width", [1280, 390])
def test_every_chart_is_drawn_and_nothing_is_fetched(browser, path, width):
    page = Page(browser, path, width)
    for name in CHARTS:
        svg = page.find(f"#chart-{name} svg")
        marks = page.run(
            "return arguments[0].querySelectorAll('[aria-roledescription=\"bar\"], .mark-rect path').length", svg
        )
        assert marks > 3, name
        box = svg.rect
        assert 0 < box["width"] <= width, name
        assert box["height"] > 50, name
        label = page.run(
            "return arguments[0].closest('[aria-label]').getAttribute('aria-label')",
            svg.find_element("css selector", "g"),
        )
        assert label == page.find(f"#chart-{name} figcaption").text.split("\n")[0].split(" ")[0]
    assert page.value("document.documentElement.scrollWidth") <= width
    page.run("document.querySelector('#article-rows .row').click()")
    page.until("document.querySelector('#reader mark')")
    assert page.complaints() == []
    assert page.requested() == set()


def test_charts_and_tables_say_what_the_articles_say(page, docs):
    page.run("document.querySelectorAll('figure details').forEach((details) => { details.open = true; })")
    page.until("document.querySelectorAll('figure table').length === 5")
    rows = page.value(
        "Object.fromEntries([...document.querySelectorAll('figure')].map((figure) => [figure.id,"
        " [...figure.querySelectorAll('tbody tr')].map((row) => [...row.cells].map((cell) => cell.textContent))]))"
    )
    months = Counter((doc.published[:7], chain.name) for doc in docs if doc.published for chain in doc.chains)
    assert {(period, chain): int(count) for period, chain, count in rows["chart-time"]} == dict(months)
    companies = Counter(name for doc in docs for name in {e.name for e in doc.entities if e.label == "COMPANY"})
    best = companies.most_common(1)[0][1]
    assert best <= int(rows["chart-companies"][0][1]) <= best + 3  # entities of several names are one here
    counts = [int(count) for *_, count in rows["chart-parks"]]
    assert counts == sorted(counts, reverse=True)
    drawn = page.value(
        "[...document.querySelectorAll('#chart-companies .mark-rect path')].map((bar) => bar.getAttribute('aria-label'))"
    )
    assert drawn == [f"{name} {count}" for name, count in rows["chart-companies"]]


def test_filters(page, docs):
    everything = list(range(len(docs)))
    chain = page.value("document.getElementById('chain').options[1].text")
    page.choose("chain", page.value("document.getElementById('chain').options[1].value"))
    assert page.shown() == [n for n, doc in enumerate(docs) if chain in {c.name for c in doc.chains}]
    page.choose("chain", "-1")
    assert page.shown() == [n for n, doc in enumerate(docs) if not doc.chains]
    page.choose("chain", "")
    page.choose("from", "2024-01-01")
    page.choose("to", "2024-12-31")
    assert page.shown() == [n for n, doc in enumerate(docs) if (doc.published or "").startswith("2024")]
    before = page.value("all.updates")
    page.click("#filters button[type=reset]")
    page.until(f"all.updates > {before}")
    assert page.shown() == everything
    page.choose("once", True)
    assert set(everything) - set(page.shown()) in ({0}, {len(docs) - 1})
    page.choose("once", False)
    page.choose("text", docs[5].title[:6])
    assert 5 in page.shown() and len(page.shown()) < 5
    assert str(len(page.shown())) in page.find("#shown").text
    page.choose("text", "没有这样的名称")
    assert page.shown() == []
    assert page.find("#chart-time").text.count("没有符合条件的数据") == 1
    assert page.complaints() == []


def test_a_bar_of_the_time_filters_chain_and_time(page, docs):
    rows = page.value("timeRows()[0].filter((row) => row.count)")
    page.click(f"#chart-time [aria-label='{rows[-1]['label']}']")
    page.until(f"chosen.articles.length === {rows[-1]['count']}")
    period, chain = rows[-1]["period"], rows[-1]["chain"]
    assert page.shown() == [
        n
        for n, doc in enumerate(docs)
        if (doc.published or "").startswith(period) and chain in {own.name for own in doc.chains}
    ]


@pytest.mark.parametrize(
    ("dates", "first", "count"),
    [
        (["2025-07-01", "2025-07-03", "oops"], "2025-07-01", 3),
        (["2024-12-31", "2025-03-01", None], "2024-12", 4),
        (["2020-01-31", "2025-06-30"], "2020Q1", 22),
        (["0001-01-01", "2025-06-30", "1990-01-01"], "1966", 60),
    ],
)
def test_periods(browser, tmp_path, dates, first, count):
    page = Page(browser, written(tmp_path, [Doc(f"园区{n}", published=date) for n, date in enumerate(dates)]))
    found = page.value("periods(all.core.articles.date.filter(Boolean))[0]")
    assert [found[0][0], len(found)] == [first, count]
    assert all(one[1]["to"] < other[1]["from"] for one, other in itertools.pairwise(found))
    assert found[-1][1]["to"] == max(date for date in dates if date and date[0] in "0123456789")


def test_a_bar_and_its_row_in_the_table_filter(page):
    page.run("document.querySelector('#chart-parks details').open = true")
    page.until("document.querySelector('#chart-parks tbody button')")
    name = page.find("#chart-parks tbody button").text
    count = int(page.find("#chart-parks tbody td.number").text)
    page.click("#chart-parks .mark-rect path")
    page.until(f"chosen.articles.length === {count}")
    assert page.find("#chips button").get_attribute("aria-label").endswith(name)
    page.click("#chips button")
    page.until(f"chosen.articles.length > {count}")
    page.run("document.querySelector('#chart-parks tbody button').focus()")
    page.press("\ue007")
    page.until(f"chosen.articles.length === {count}")


def test_indicators(page, docs):
    total = page.value("factState.rows.length")
    assert page.find("#facts-count").text.startswith(f"{total:,}")
    page.choose("fact-changes", True)
    assert 0 < page.value("factState.rows.length") < total
    page.choose("fact-changes", False)
    page.choose("fact-text", "产值")
    texts = page.value("factState.rows.map((row) => factString('subject', row) + factString('indicator', row))")
    assert texts and all("产值" in text for text in texts)
    page.click("#fact-rows th:nth-child(4) button")
    assert page.value("document.querySelector('#fact-rows th[aria-sort]').textContent") == "数值"
    page.choose("fact-unit", page.value("document.getElementById('fact-unit').options[1].value"))
    numbers = page.value("factState.rows.map((row) => all.facts.columns.number[row])")
    assert numbers == sorted(numbers, reverse=True)
    subject = page.find("#fact-rows tbody tr td:nth-child(2)").get_attribute("title")
    page.click("#fact-rows tbody tr")
    page.until("document.querySelector('#reader .stated')")
    assert subject in page.find("#reader").text
    assert page.value("document.activeElement.id") == "reader"


def test_an_article_with_its_spans_and_evidence(page, docs):
    at = next(n for n, doc in enumerate(docs) if doc.chains and doc.figures)
    doc = docs[at]
    page.run("openArticle(arguments[0])", at)
    page.until("document.querySelector('#reader mark')")
    assert page.value("document.querySelector('#reader .text').textContent") == doc.text
    marks = page.value(
        "[...document.querySelectorAll('#reader mark')].map((mark) => [mark.textContent, mark.dataset.letter])"
    )
    letters = dict(zip(("COMPANY", "PARK", "FIGURE", "PERCENT", "TIME", "INSTITUTION"), "CPFRTO", strict=True))
    assert marks == [[span.text, letters[span.label]] for span in doc.ents]
    figure = doc.ents.index(doc.figures[0])
    page.run("document.querySelectorAll('#reader mark')[arguments[0]].click()", figure)
    detail = page.find("#reader [role=status]").text
    assert doc.figures[0].text in detail and doc.figures[0].source in detail and doc.figures[0].value.unit in detail
    page.click("#reader .chains button")
    assert page.find("#reader .chains button").get_attribute("aria-pressed") == "true"
    proof = page.value("[...new Set([...document.querySelectorAll('#reader .proof')].map((node) => node.textContent))]")
    evidence = {piece.text for piece in doc.chains[0].evidence}
    assert proof and all(any(part in piece for piece in evidence) for part in proof)


def test_keyboard_alone(page):
    down, left, right, enter, tab = "\ue015", "\ue012", "\ue014", "\ue007", "\ue004"
    page.press(tab)
    assert page.value("document.activeElement.className") == "skip"
    page.press(enter)
    page.press(tab)
    assert page.value("document.activeElement.id") == "article-rows"
    page.press(down, down)
    page.until("document.querySelector('#reader mark') && chosen.article === 1")
    active = page.find("#article-rows").get_attribute("aria-activedescendant")
    assert page.find(f"#{active}").get_attribute("aria-selected") == "true"
    page.press(enter)
    assert page.value("document.activeElement.id") == "reader"
    for _ in range(9):
        page.press(tab)
        if page.value("document.activeElement.tagName") == "MARK":
            break
    first = page.value("document.activeElement.textContent")
    page.press(enter)
    assert first in page.find("#reader [role=status]").text
    page.press(right)
    assert page.value("[...document.querySelectorAll('#reader mark')].indexOf(document.activeElement)") == 1
    page.press(left)
    assert page.value("document.querySelectorAll('#reader mark[tabindex=\"0\"]').length") == 1


def test_near_duplicates(page, docs):
    title = docs[0].title
    links = page.browser.find_elements("css selector", "#group-rows li:first-child .link")
    assert [link.text for link in links] == [title, title]
    page.click("#group-rows li:first-child li:nth-child(2) .link")
    page.until("document.querySelector('#reader mark')")
    assert page.find("#reader h3").text == title


def test_everything_has_a_name_for_a_screen_reader(page):
    page.run("document.querySelector('#article-rows .row').click()")
    page.until("document.querySelector('#reader mark')")
    nodes = page.browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    asked = {
        "button",
        "textbox",
        "searchbox",
        "combobox",
        "checkbox",
        "listbox",
        "option",
        "region",
        "table",
        "graphics-document",
        "img",
    }
    nameless = [
        node["role"]["value"]
        for node in nodes
        if not node["ignored"] and node.get("role", {}).get("value") in asked and not node.get("name", {}).get("value")
    ]
    assert nameless == []
    roles = Counter(node["role"]["value"] for node in nodes if not node["ignored"] and "role" in node)
    assert roles["listbox"] == 1 and roles["search"] == 1 and roles["main"] == 1 and roles["figure"] == 5


def test_chinese_glyphs(page):
    """Text is drawn with the forms of simplified Chinese, not with Japanese ones or boxes."""
    page.browser.execute_cdp_cmd("DOM.enable", {})
    page.browser.execute_cdp_cmd("CSS.enable", {})
    root = page.browser.execute_cdp_cmd("DOM.getDocument", {})["root"]["nodeId"]
    fonts = set()
    for selector in ("h1", "#article-rows .row span", "#chart-companies .role-axis-label text"):
        node = page.browser.execute_cdp_cmd("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
        found = page.browser.execute_cdp_cmd("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        assert found, selector
        fonts |= {font["familyName"] for font in found}
    if not fonts & {"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC"}:
        reason = f"no font for simplified Chinese is installed, only {fonts}"
        (pytest.fail if os.environ.get("PARKNLP_REQUIRE_SERVICES") else pytest.skip)(reason)


def test_dark_and_light(page):
    before = page.value("getComputedStyle(document.body).backgroundColor")
    page.click("#theme")
    assert page.value("getComputedStyle(document.body).backgroundColor") != before
    page.until("document.querySelectorAll('figure svg').length === 5")
    assert page.complaints() == []


def test_hostile_texts_stay_texts(browser, tmp_path):
    page = Page(browser, written(tmp_path, [evil_doc(), evil_doc()], title=EVIL))
    page.run("document.querySelectorAll('figure details').forEach((details) => { details.open = true; })")
    page.run("openArticle(0)")
    page.until("document.querySelector('#reader mark')")
    page.run("document.querySelector('#reader mark').click(); document.querySelector('#reader .chains button').click()")
    page.choose("text", "img")
    assert len(page.shown()) == 2
    assert page.value("document.querySelectorAll('img, iframe, object').length") == 0
    assert page.value("typeof hit") == "undefined"
    assert page.find("h1").text == page.find("#reader h3").text == EVIL
    assert page.value("document.querySelectorAll('#fact-rows tbody tr').length") == 2
    assert page.complaints() == []
    assert page.requested() == set()


def test_an_empty_corpus(browser, tmp_path):
    page = Page(browser, written(tmp_path, []))
    assert page.find("#chart-time").text.count("没有符合条件的数据") == 1
    assert page.complaints() == []


def test_long_lists_hold_only_what_is_in_sight(browser, docs, tmp_path):
    copies = (
        Doc.from_dict({**doc.to_dict(), "text": f"{number}" * 40, "title": f"第{number}篇", "ents": [], "facts": []})
        for number, doc in zip(range(MANY), itertools.cycle(docs), strict=False)
    )
    page = Page(browser, written(tmp_path, copies))
    count = "document.querySelectorAll('#article-rows .row').length"
    assert 0 < page.value(count) < 20
    page.click("#article-rows")
    page.press("\ue010")  # End
    page.until(f"document.querySelector('#reader h3')?.textContent === '第{MANY - 1}篇'")
    assert page.value(count) < 20
    last = page.value("document.querySelector('#article-rows .row:last-child').getAttribute('aria-posinset')")
    assert last == str(MANY)
    assert page.value("document.querySelectorAll('*').length") < 6000
