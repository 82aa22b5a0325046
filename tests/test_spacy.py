"""parknlp in a spaCy pipeline, and its documents drawn by displaCy."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from importlib.metadata import entry_points

import pytest

import parknlp

spacy = pytest.importorskip("spacy", reason="spaCy is not installed: pip install 'parknlp[spacy]'")
from spacy import displacy  # noqa: E402
from spacy.tokens import Doc as SpacyDoc  # noqa: E402

TEXT = "😀上半年，镇江高新区实现产值５２亿元，同比增长20%。江苏省镇江船厂(集团)有限公司交付船舶14艘。"


@pytest.fixture(scope="module")
def piped():
    import parknlp.spacy  # noqa: F401 - as the entry point does where the package is installed

    nlp = spacy.blank("zh")
    nlp.add_pipe("parknlp")
    return nlp


def places(spans):
    return [(span.start_char, span.end_char, span.label_, span.text) for span in spans]


def own(doc):
    return [(span.start, span.end, span.label, span.text) for span in doc.ents]


def test_ents_and_spans_are_those_of_parknlp(piped, nlp):
    doc, tagged = piped(TEXT), nlp(TEXT)
    assert places(doc.ents) == places(doc.spans["parknlp"]) == own(tagged)
    assert doc._.parknlp == tagged
    assert doc.cats == tagged.cats
    assert [ent._.parknlp for ent in doc.ents] == list(tagged.ents)
    assert [ent.kb_id_ for ent in doc.ents] == [span.kb_id or "" for span in tagged.ents]
    assert piped.analyze_pipes()["problems"] == {"parknlp": []}


def test_titles_and_dates_come_with_the_document(piped, nlp):
    docs = [piped.make_doc(TEXT), piped.make_doc("")]
    docs[0].user_data |= {"title": "镇江高新区半年报", "published": "2025-07-20"}
    first, second = piped.pipe(docs)
    assert first._.parknlp == nlp(TEXT, title="镇江高新区半年报", published="2025-07-20")
    assert first._.parknlp.times[0].value.end == "2025-06-30"
    assert second._.parknlp.ents == ()


def test_a_document_that_was_not_tagged():
    doc = spacy.blank("zh")(TEXT)
    assert doc._.parknlp is None
    assert doc[:2]._.parknlp is None


def test_documents_survive_bytes_and_processes(piped, nlp):
    doc = piped(TEXT)
    assert SpacyDoc(piped.vocab).from_bytes(doc.to_bytes())._.parknlp == nlp(TEXT)
    texts = [f"{TEXT}{number}" for number in range(5)]
    docs = piped.pipe(texts, n_process=2, batch_size=2)
    assert [doc._.parknlp for doc in docs] == [nlp(text) for text in texts]


@pytest.mark.parametrize(("align", "texts"), [("expand", ["52亿元，同比"]), ("contract", []), ("strict", [])])
def test_tokens_with_other_borders(piped, align, texts):
    nlp = spacy.blank("zh")
    nlp.add_pipe("parknlp", config={"align": align})
    doc = SpacyDoc(nlp.vocab, words=["产值", "52亿元，同比", "增长", "20%"], spaces=[False] * 4)
    assert [ent.text for ent in nlp(doc).ents] == [*texts, "20%"]
    assert [span.text for span in doc._.parknlp.ents] == ["52亿元", "20%"]


@pytest.mark.parametrize(("overwrite", "wanted"), [(True, ["镇江高新区", "实现"]), (False, ["镇江", "实现"])])
def test_entities_of_other_components(piped, overwrite, wanted):
    nlp = spacy.blank("zh")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "GPE", "pattern": "镇江"}, {"label": "VERB", "pattern": "实现"}])
    nlp.add_pipe("parknlp", config={"overwrite_ents": overwrite, "spans_key": None})
    doc = nlp("镇江高新区实现")
    assert [ent.text for ent in doc.ents] == wanted
    assert not doc.spans
    assert [span.text for span in doc._.parknlp.ents] == ["镇江高新区"]


def test_lexicons_and_taxonomy_are_paths(piped, tmp_path):
    names = tmp_path / "names.tsv"
    names.write_text("name\tlabel\tkb_id\n蓝鲸计划\tCOMPANY\twhale\n", encoding="utf-8")
    nlp = spacy.blank("zh")
    nlp.add_pipe("parknlp", config={"lexicons": [str(names)]})
    nlp.to_disk(tmp_path / "pipeline")
    assert [ent.kb_id_ for ent in spacy.load(tmp_path / "pipeline")("蓝鲸计划落户园区").ents][:1] == ["whale"]


def test_a_wrong_alignment_is_refused(piped):
    with pytest.raises(parknlp.OptionError, match="align"):
        spacy.blank("zh").add_pipe("parknlp", config={"align": "near"})


def test_the_entry_point_needs_no_import():
    if not [entry for entry in entry_points(group="spacy_factories") if entry.value == "parknlp.spacy:make_component"]:
        pytest.skip("the package was installed before it had this entry point")
    script = "import spacy; nlp = spacy.blank('zh'); nlp.add_pipe('parknlp'); print(nlp('产值52亿元').ents[0].label_)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "FIGURE\n"


def test_displacy_draws_the_dictionary(nlp):
    doc = nlp("上半年<b>，镇江高新区实现产值52亿元。\n😀同比增长20%。")
    page = displacy.render(doc.to_dict(), style="ent", manual=True)
    marks = re.findall(r'<mark class="entity".*?>\s*(.*?)\s*<span.*?>(\w+)', page, flags=re.DOTALL)
    assert [(html.unescape(text), label) for text, label in marks] == [(span.text, span.label) for span in doc.ents]
    assert "<b>" not in page
