"""``parknlp index``, ``related`` and ``duplicates`` as a user meets them."""

from __future__ import annotations

import json

import pytest

from parknlp.cli import main

TEXTS = {
    "ship": "镇江高新区的江苏省镇江船厂(集团)有限公司交付全回转拖轮3艘，船舶海工产业链加快集聚，全年订单已经排满。",
    "ship-again": "8月1日讯 镇江高新区的江苏省镇江船厂(集团)有限公司交付全回转拖轮3艘，船舶海工产业链加快集聚，全年订单已经排满！",
    "engine": "中船动力镇江公司的中速柴油机装上新船，镇江高新区船舶配套企业忙着赶制螺旋桨和锚链。",
    "melon": "句容白兔镇的草莓和甜瓜丰收，采摘游客络绎不绝，农户笑开了颜，今年收成好于往年。",
}


@pytest.fixture
def news(tmp_path):
    path = tmp_path / "news.jsonl"
    path.write_text(
        "".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in TEXTS.items()), encoding="utf-8"
    )
    return path


def run(capsys, *arguments):
    code = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_index_and_related(capsys, news, tmp_path):
    index = tmp_path / "index"
    assert run(capsys, "index", news, "-o", index) == (0, "", f"{index}: 4 articles, 4 new\n")
    assert run(capsys, "index", news, "-o", index)[2] == f"{index}: 4 articles, 0 new\n"
    code, out, _ = run(capsys, "related", index, "ship", "--json", "-k", 2)
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert rows[0]["id"] == "engine"  # the same story again is not suggested
    assert "镇江高新区" in {text for _, text, _ in rows[0]["reasons"]}


def test_related_to_a_file(capsys, news, tmp_path):
    index, page = tmp_path / "index", tmp_path / "page.txt"
    page.write_text("镇江高新区又一家船舶配套企业投产，生产船用螺旋桨。", encoding="utf-8")
    run(capsys, "index", news, "-o", index)
    code, out, _ = run(capsys, "related", index, page, "-k", 1)
    assert code == 0 and out.splitlines()[0].endswith(("engine", "ship", "ship-again"))


def test_errors(capsys, news, tmp_path):
    code, _, err = run(capsys, "related", tmp_path / "none", "ship")
    assert code == 1 and "none" in err and err.count("\n") == 1
    index = tmp_path / "index"
    run(capsys, "index", news, "-o", index)
    code, _, err = run(capsys, "related", index, "unknown")
    assert code == 2 and "unknown" in err


def test_duplicates(capsys, news):
    code, out, _ = run(capsys, "duplicates", news)
    assert code == 0
    (line,) = out.splitlines()
    assert {cell.split(" ")[0] for cell in line.split("\t")} == {"ship", "ship-again"}
