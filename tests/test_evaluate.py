from parknlp.corpus import gold_doc
from parknlp.doc import Doc, Fact, Span
from parknlp.evaluate import evaluate, match_facts

GOLD = gold_doc(
    {
        "id": "a",
        "text": "⟦P|镇江高新区⟧产值⟦F|52亿元⟧，⟦C|华为⟧",
        "chains": ["it"],
        "primary": "it",
        "facts": [
            {
                "subject": "镇江高新区",
                "indicator": "产值",
                "value": "52亿元",
                "change": None,
                "change_kind": None,
                "period": None,
            }
        ],
        "located": [["华为", "镇江高新区"]],
    }
)


def test_the_gold_itself_is_right():
    found = evaluate([GOLD], [GOLD]).to_dict()
    assert found["documents"] == 1 and found["primary_accuracy"] == 1
    for name in ("COMPANY", "PARK", "FIGURE", "CORE", "chains", "facts", "located"):
        assert found[name]["f1"] == 1, name


def test_borders_and_labels_count():
    doc = Doc(
        GOLD.text,
        ents=(Span(0, 5, "COMPANY", "镇江高新区"), Span(7, 11, "FIGURE", "52亿元"), Span(12, 13, "COMPANY", "华")),
    )
    found = evaluate([GOLD], [doc])
    core = found.spans["CORE"]
    assert (core.right, core.proposed, core.wanted) == (1, 3, 3)
    assert found.primary == 0 and found.chains.recall == 0
    assert len(found.errors) == 4


def test_facts_match_by_value_change_and_likeness_of_the_indicator():
    want = [Fact(None, "签约总投资额", "5亿元", None, None, None), Fact(None, "产值", None, "+5%", "同比", None)]
    got = [Fact(None, "总投资", "5亿元", None, None, None), Fact(None, "产值", None, "-5%", "同比", None)]
    assert match_facts(want, got) == [(want[0], got[0])]
    assert match_facts(want, [Fact(None, "用地", "5亿元", None, None, None)]) == []
