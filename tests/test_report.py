"""The report as a file: what is written, whatever the texts hold. test_report_page.py looks at it in a browser."""

from __future__ import annotations

import base64
import gzip
import io
import json
import re
import subprocess
import sys

import pytest

from conftest import ROOT
from parknlp.cli.report import _doc
from parknlp.corpus import Raw
from parknlp.doc import PARTS, ChainScore, Doc, Evidence, Fact, Span
from parknlp.errors import DataError, OptionError
from parknlp.report import charts, write_report
from parknlp.report.collect import Collector, visible

pytest.importorskip("vl_convert", reason="vl-convert is not installed: pip install 'parknlp[report]'")

EVIL = "</script><script>hit=1</script><!--<script><img src=x onerror=hit=1>"


def evil_doc() -> Doc:
    """A document in which every text is an attack."""
    text = f"{EVIL}\r\n\u202e园区\0\ud800{{{{title}}}}"
    return Doc(
        text,
        title=EVIL,
        published="2025-07-20",
        meta={"id": EVIL},
        ents=(Span(0, len(EVIL), "COMPANY", EVIL, kb_id=EVIL, source=EVIL),),
        chains=(ChainScore(EVIL, EVIL, EVIL, 0.9, (Evidence(EVIL, 0.5, 0, 9),)),),
        primary=EVIL,
        facts=(Fact(EVIL, EVIL, EVIL, EVIL, EVIL, EVIL, {"subject": (0, 9)}),),
        located=((EVIL, EVIL),),
        body=(0, len(text)),
        error=EVIL,
    )


def page_of(docs, **options) -> str:
    target = io.StringIO()
    write_report(docs, target, **options)
    return target.getvalue()


def blob(page: str, name: str):
    packed = re.search(rf'<script type="application/gzip" id="{name}">([^<]*)</script>', page)[1]
    return json.loads(gzip.decompress(base64.b64decode(packed)))


def test_everything_of_an_article_is_in_the_page(nlp):
    doc = nlp(
        "镇江高新区上半年实现产值52亿元，同比增长20%。江苏省镇江船厂(集团)有限公司位于镇江高新区，交付船舶14艘。",
        published="2025-07-20",
    )
    page = page_of([doc, Doc("园区")], title="园区新闻")
    core, facts, texts = (blob(page, name) for name in ("data-core", "data-facts", "data-texts-0"))
    articles = core["articles"]
    assert articles["date"] == ["2025-07-20", None]
    assert [core["places"][place] for place in articles["place"] if place >= 0] == ["镇江市"]
    named = {core["names"]["name"][name] for name in articles["names"][0]}
    assert named == {entity.name for entity in doc.entities}
    assert len(facts["columns"]["article"]) == len({(fact.subject, fact.indicator, fact.value) for fact in doc.facts})
    assert texts[0][0] == doc.text
    assert [row[:2] for row in texts[0][2]] == [[span.start, span.end] for span in doc.ents]
    assert texts[1] == ["园区", [0, 2], [], [], [], [1 * len(facts["columns"]["article"])] * 2, [], ""]
    assert set(core["charts"]) == {"time", "places", "companies", "parks", "pairs"}


def test_near_duplicates_are_grouped():
    text = "镇江高新区船舶动力产业园二期项目昨天开工，总投资12亿元，明年投产，将带动上下游企业集聚。"
    core = blob(page_of([Doc(text), Doc("扬中天气晴好。"), Doc(f"来源：本网。{text}")]), "data-core")
    assert [members for members, _ in core["groups"]] == [[2, 0]]


def test_no_text_becomes_part_of_the_page():
    page = page_of([evil_doc()], title=EVIL)
    bare = re.sub(r'<script type="application/gzip".*?</script>|<style>.*?</style>', "", page, flags=re.DOTALL)
    assert EVIL not in page
    assert bare.count("<img src=x") == bare.count("<script>hit") == bare.count("<!--") == 0
    assert len(re.findall(r"<script\b", page)) - page.count('"application/gzip"') == bare.count("</script>") == 2
    assert blob(page, "data-texts-0")[0][0] == visible(evil_doc().text)


def test_the_page_names_no_other_address():
    page = page_of([Doc("园区")])
    markup = re.sub(r"<(script|style|pre)\b.*?</\1>", "", page, flags=re.DOTALL)
    assert re.findall(r'(?:src|href)="(.*?)"', markup) == ["data:,", "#articles"]
    assert "default-src 'none'" in page
    assert "unsafe-eval" not in page
    assert "University of Washington Interactive Data Lab" in page  # the licence travels with the library


@pytest.mark.parametrize(("language", "word"), [("zh", "产业链与时间"), ("en", "Chains over time")])
def test_languages(language, word):
    page = page_of([Doc("园区")], language=language)
    assert word in page
    assert "{{" not in page.split("<script")[0]


def test_an_unknown_language_is_refused():
    with pytest.raises(OptionError, match="language"):
        page_of([], language="fr")


def test_names_are_counted_under_their_most_frequent_form():
    docs = [
        Doc(name, ents=(Span(0, len(name), "COMPANY", name, kb_id="x", group=0),)) for name in ("华为", "华为", "華為")
    ]
    collector = Collector()
    for doc in docs:
        collector.add(doc)
    assert collector.core()["names"] == {"name": ["华为"], "label": [0]}
    assert collector.core()["articles"]["names"] == [[0], [0], [0]]


@pytest.mark.parametrize("text", ["", "园\ud800区", "a\r\nb", "\u202e\u0007", "😀" * 3])
def test_visible_keeps_the_length(text):
    assert len(visible(text)) == len(text)
    visible(text).encode()


def run(*arguments: str, **options) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "parknlp", "report", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        **options,
    )


def test_command(tmp_path):
    tagged, page = tmp_path / "tagged.jsonl", tmp_path / "report.html"
    rows = [json.dumps(Doc("镇江高新区").to_dict()), "{", '{"title": "x"}', json.dumps(Doc("丹阳").to_dict())]
    tagged.write_text("\n".join(rows), encoding="utf-8")
    done = run(str(tagged), "-o", str(page), "--title", "一<二")
    assert done.returncode == 1
    assert "tagged.jsonl:2" in done.stderr
    assert "tagged.jsonl:3" in done.stderr
    assert "2 articles" in done.stderr
    assert "<h1>一&lt;二</h1>" in page.read_text(encoding="utf-8")
    assert set(tmp_path.iterdir()) == {tagged, page}


def test_command_reads_standard_input(tmp_path):
    page = tmp_path / "report.html"
    done = run("-", "-o", str(page), "--language", "en", input=json.dumps(Doc("园区").to_dict()) + "\n")
    assert (done.returncode, done.stderr.splitlines()[-1]) == (0, f"{page}: 1 articles")
    assert 'lang="en"' in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("suffix", [".jsonl.gz", ".parquet"])
def test_command_reads_what_tag_writes(tmp_path, suffix, nlp):
    doc = nlp("上半年，镇江高新区实现产值52亿元。", title="一", meta={"id": "x"})
    tagged, page = tmp_path / f"tagged{suffix}", tmp_path / "report.html"
    if suffix == ".parquet":
        parquet = pytest.importorskip("pyarrow.parquet")
        import pyarrow as pa

        from parknlp.schema import record_batch

        parquet.write_table(pa.Table.from_batches([record_batch([doc])]), tagged)
    else:
        tagged.write_bytes(gzip.compress(json.dumps(doc.to_dict()).encode()))
    done = run(str(tagged), "-o", str(page))
    assert (done.returncode, done.stderr.splitlines()[-1]) == (0, f"{page}: 1 articles")
    text = page.read_text(encoding="utf-8")
    assert blob(text, "data-texts-0") == blob(page_of([doc]), "data-texts-0")
    assert blob(text, "data-facts") == blob(page_of([doc]), "data-facts")


@pytest.mark.parametrize(
    "broken",
    [
        {"text": 5},
        {"title": 5},
        {"published": 20250720},
        {"body": [0, 99]},
        {"body": ["a", "b"]},
        {"ents": [{"start": "0", "end": 2, "label": "PARK", "text": "园区"}]},
        {"ents": [{"start": 0, "end": 2, "label": None, "text": 5}]},
        {"facts": [{**dict.fromkeys(PARTS), "subject": 1}]},
        {"chains": [{"id": [], "name": "", "cluster": "", "score": 1, "evidence": []}]},
        {"located": [["a", 1]]},
        {"cats": 5},
    ],
)
def test_broken_rows_are_no_documents(broken):
    row = {**Doc("园区", body=(0, 2)).to_dict(), **broken}
    with pytest.raises(DataError, match="no tagged document"):
        _doc(Raw("tagged.jsonl", 1, "line", json.dumps(row).encode()))


def test_command_refuses_what_is_not_tagged(tmp_path):
    for name, content in (("a.txt", "园区"), ("b.csv", "text,id\n园区,1\n"), ("c.jsonl", "[]\n")):
        (tmp_path / name).write_text(content, encoding="utf-8")
    done = run(str(tmp_path), str(tmp_path / "none.jsonl"), "-o", str(tmp_path / "report.html"))
    assert done.returncode == 1
    assert [name for name in ("a.txt", "b.csv", "c.jsonl", "none.jsonl") if name not in done.stderr] == []
    assert "Traceback" not in done.stderr


def test_without_vl_convert(monkeypatch):
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    charts.vega.cache_clear()
    target = io.StringIO()
    with pytest.raises(OptionError, match=r"parknlp\[report\]"):
        write_report([Doc("园区")], target)
    assert target.getvalue() == ""
