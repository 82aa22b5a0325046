"""Tagging on Apache Spark, in local mode: the same as on one machine, row by row."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec

import pytest

import parknlp
from conftest import ROOT
from parknlp.corpus import read_gold
from parknlp.related.features import extract
from parknlp.spark import tag, to_doc

pytestmark = pytest.mark.filterwarnings("ignore")  # of pyspark's own modules

ARTICLES = 80
JAVAS = range(17, 26)
ODD = [
    "",
    " ",
    "\n\n",
    "\0园区\0",
    "😀产值52亿元😀",
    "有限公司" * 2000,
    "1" * 5000,
    "（" * 3000,
    "鎮江高新區實現產值５２億元",
    "\ufeff园区",
]


def java_version() -> int | None:
    """Major version of the Java that Spark would start, or None."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=f"{home}/bin" if home else None)
    if java is None:
        return None
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=True).stderr
    found = re.search(r'version "(\d+)', told)
    return int(found[1]) if found else None


def missing() -> str | None:
    """Why Spark cannot start, or None."""
    if find_spec("pyspark") is None:
        return "pyspark is not installed: pip install 'parknlp[spark]'"
    if (java := java_version()) not in JAVAS:
        return f"Spark needs Java {JAVAS[0]} to {JAVAS[-1]}, and there is {java or 'none'}"
    return None


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    if reason := missing():
        (pytest.fail if os.environ.get("PARKNLP_REQUIRE_SERVICES") == "1" else pytest.skip)(reason)
    from pyspark.sql import SparkSession

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        folder = str(tmp_path_factory.mktemp("spark"))
        settings = {
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.local.dir": folder,
            "spark.sql.warehouse.dir": folder,
            "spark.sql.session.timeZone": "Asia/Shanghai",
            "spark.sql.shuffle.partitions": "2",
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",  # starts in half of the time
        }
        builder = SparkSession.builder.master("local[2]").appName("parknlp tests")
        session = builder.config(map=settings).getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
        yield session
        session.stop()


@pytest.fixture(scope="module")
def rows() -> list[dict]:
    """Articles, odd texts and bad rows."""
    files = sorted((ROOT / "models" / "corpus").glob("*-*.jsonl"))
    docs = itertools.islice(itertools.chain.from_iterable(map(read_gold, files)), ARTICLES)
    found = [{"body": doc.text, "title": doc.title, "day": f"2025-0{1 + n % 9}-15"} for n, doc in enumerate(docs)]
    found += [{"body": text, "title": None, "day": None} for text in ODD]
    found += [
        {"body": None, "title": "园区", "day": None},
        {"body": "上半年产值52亿元", "title": None, "day": "yesterday"},
    ]
    return [{"id": f"n{number}", "site": number % 7, **row} for number, row in enumerate(found)]


def same(row, doc: parknlp.Doc, text: str = "text") -> bool:
    """Whether a row holds what one machine gives."""
    return to_doc(row, text).to_dict() == doc.to_dict()


def test_rows_are_those_of_one_machine(spark, rows, nlp):
    df = spark.createDataFrame(rows, "id string, site int, body string, title string, day string").repartition(3)
    tagged = tag(df, text="body", id="id", title="title", published="day")
    assert tagged.columns[:5] == df.columns
    assert set(tagged.columns[5:]) == {
        "doc_title",
        "published",
        "ents",
        "cats",
        "chains",
        "primary",
        "clusters",
        "facts",
        "located",
        "doc_body",
        "error",
    }
    found = {row.id: row for row in tagged.collect()}
    items = [{"text": row["body"], "title": row["title"], "published": row["day"]} for row in rows]
    docs = list(nlp.pipe(items, errors="empty"))
    assert len(found) == len(rows) == len(docs)
    for row, doc in zip(rows, docs, strict=True):
        out = found[row["id"]]
        assert (out.site, out.body, out.title, out.day) == (row["site"], row["body"], row["title"], row["day"])
        assert same(out, doc, "body")
    assert [found[row["id"]].error for row in rows[-2:]] == [
        "a document must be text, not NoneType",
        "published must be a date as YYYY-MM-DD, not 'yesterday'",
    ]
    assert sum(doc.error is not None for doc in docs) == 2


def test_nested_columns_have_types(spark):
    df = spark.createDataFrame([("上半年，镇江高新区实现产值52亿元。", dt.date(2025, 7, 20))], "text string, day date")
    tagged = tag(df, id=None, published="day")
    facts = tagged.selectExpr("inline(facts)").select("subject", "indicator", "value", "spans.value.start").collect()
    assert [tuple(fact) for fact in facts] == [("镇江高新区", "产值", "52亿元", 13)]
    query = (
        "element_at(filter(ents, e -> e.label = 'FIGURE'), 1).value.low",
        "element_at(ents, 1).value.end",
        "typeof(cats)",
    )
    assert tuple(tagged.selectExpr(*query).first()) == ("5200000000", "2025-06-30", "map<string,double>")


def test_lexicons_and_taxonomy_reach_the_workers(spark, tmp_path):
    toml = tmp_path / "chains.toml"
    toml.write_bytes((ROOT / "examples" / "taxonomies" / "jiangsu-13.toml").read_bytes())
    lexicon = parknlp.Lexicon([parknlp.Entry("蓝鲸计划", kb_id="whale")], name="mine")
    text = "蓝鲸计划落户园区，集成电路产业产值52亿元。"
    tagged = tag(spark.createDataFrame([(1, text)], "id long, text string"), lexicons=[lexicon], taxonomy=toml)
    toml.unlink()  # read when `tag` was called; the workers have no such file
    doc = parknlp.load(
        lexicons=[lexicon], taxonomy=parknlp.Taxonomy.from_toml(ROOT / "examples" / "taxonomies" / "jiangsu-13.toml")
    )(text)
    row = tagged.first()
    assert same(row, doc)
    assert row.ents[0].kb_id == "whale" and row.ents[0].source == "lexicon:mine"


def test_one_pipeline_a_worker(spark):
    def loaded(batches):
        import pyarrow as pa

        from parknlp import spark as module

        for _ in batches:
            counts = pa.array([len(module._loaded)], pa.int64())
            yield pa.RecordBatch.from_arrays([counts], ["id"])

    for lexicons in ([], [parknlp.Lexicon(["蓝鲸计划"])]):  # other settings take the place of the former
        df = spark.range(1200, numPartitions=4).selectExpr("id", "concat('产值', id + 1, '亿元') as text")
        right = tag(df, lexicons=lexicons).where("size(ents) = 1 and ents[0].text = concat(id + 1, '亿元')")
        assert right.count() == 1200
        assert max(row.id for row in spark.range(4, numPartitions=4).mapInArrow(loaded, "id long").collect()) == 1


def test_related_terms_are_the_features_of_the_index(spark, nlp):
    text = "镇江高新区的江苏省镇江船厂(集团)有限公司交付船舶14艘，5G基站建成。"
    df = spark.createDataFrame([("a", text), ("b", "无关的文章"), ("c", None)], "id string, text string").coalesce(1)
    found = {row.id: row.related_terms for row in tag(df, related_terms=True, keep=[]).collect()}
    features = extract([nlp(text)])
    assert [term.key for term in found["a"]] == features.keys.tolist()
    kinds = {(term.kind, term.text) for term in found["a"]}
    assert {
        ("park", "镇江高新区"),
        ("company", "江苏省镇江船厂(集团)有限公司"),
        ("word", "5g"),
        ("pair", "船厂"),
    } <= kinds
    assert all(0 < term.weight <= 1 for term in found["a"])
    assert found["c"] == []


def test_text_that_is_no_utf8_is_a_bad_row(spark):
    broken = "cast(unhex('D4B0C7F8') as string)"  # 园区 in GB18030; Spark does not look into its strings
    df = spark.sql(f"select 1 as id, {broken} as text, '题' as title union all select 2, '产值52亿元', {broken}")
    df = df.union(spark.createDataFrame([(3, "产值52亿元", None)], df.schema)).coalesce(1)
    found = tag(df, title="title", keep=[]).orderBy("id").collect()
    assert [row.error for row in found] == [
        "a document must be text, not bytes",
        "a title must be text, not bytes",
        None,
    ]
    assert found[2].ents[0].text == "52亿元"


def test_columns_are_kept_as_they_are(spark):
    df = spark.sql(
        "select 7L as id, '园区' as `a.b`, timestamp'2025-07-20 23:30:00' as at, 1.50BD as price, map('k', array(1)) as m, '上半年' as text"
    )
    tagged = tag(df, published="at")
    assert tagged.schema.fields[:6] == df.schema.fields
    row, before = tagged.first(), df.first()
    assert tuple(row)[:6] == tuple(before)
    assert row.published == "2025-07-20" and row.ents[0].value.end == "2025-06-30"
    assert tag(df, keep=["price"]).columns[:3] == ["id", "price", "title"]


def test_wrong_columns_are_refused_at_once(spark):
    df = spark.createDataFrame([(1, "园区", "x", "y")], "id long, text string, title string, doc_title string")
    with pytest.raises(parknlp.OptionError, match="there is no column 'url'"):
        tag(df, id="url")
    with pytest.raises(parknlp.OptionError, match="the column 'id' for text is long, not text"):
        tag(df, text="id")
    with pytest.raises(parknlp.OptionError, match="rename one"):
        tag(df)
    with pytest.raises(parknlp.OptionError, match="exclude each other"):
        tag(df.drop("title"), taxonomy="a.toml", chains="b")
