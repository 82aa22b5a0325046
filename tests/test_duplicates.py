"""Near-duplicates: found through cuts, frames, punctuation and edits, and not where articles only share a topic or a site."""

from __future__ import annotations

import random

import pytest

from parknlp.doc import Doc
from parknlp.duplicates import THRESHOLD, find_duplicates, similarity
from parknlp.errors import OptionError

STORY = (
    "镇江高新区船舶动力产业园二期项目昨天开工，总投资12亿元，建成后可年产中速柴油机500台，由中船动力公司负责建设，计划明年六月投产。"
    "园区负责人介绍，目前已有四十余家船舶配套企业落户，去年实现产值八十六亿元，同比增长百分之十一，形成了从铸造、机加工到总装的完整链条。"
    "下一步，高新区将围绕绿色船舶和智能航运引进一批研发机构，并设立专项基金支持中小企业技术改造。"
)
OTHER = (
    "扬中智能电气产业园的六家企业昨日签约入驻，项目涵盖配电开关、储能变流器和充电设备，协议投资三十一亿元。市领导在签约仪式上说，"
    "电气产业是扬中的立市之本，要在审批、用地和人才方面给足政策。企业代表表示，看中的是这里完整的工程电气链条和熟练的产业工人。"
)


def article(seed: int) -> str:
    """A text of its own from random characters."""
    rng = random.Random(seed)  # noqa: S311
    return "。".join("".join(chr(0x4E00 + rng.randrange(900)) for _ in range(30)) for _ in range(8))


CHANGED = {
    "the same": STORY,
    "cut at the end": STORY[:90],
    "cut at both ends": STORY[60:150],
    "punctuation": STORY.replace("，", ",").replace("。", " ").replace("、", ""),
    "width": STORY.replace("12", "１２").replace("500", "５００"),
    "framed": "首页 > 新闻中心 > 正文\n字号：大 中 小\n" + STORY + "\n版权所有：某某网 联系电话：0511-88888888\n",
    "edited": STORY.replace("昨天", "日前")
    .replace("目前", "截至目前")
    .replace("总投资", "投资额")
    .replace("介绍", "说"),
    "line breaks": "\n\n".join(STORY[at : at + 40] for at in range(0, len(STORY), 40)),
}


@pytest.mark.parametrize("change", CHANGED)
def test_the_same_text_is_found(change):
    assert similarity(Doc(STORY), Doc(CHANGED[change])) >= THRESHOLD
    groups = list(find_duplicates([Doc(OTHER), Doc(STORY), Doc(CHANGED[change])], ids=["o", "s", "c"]))
    assert [sorted(group.ids) for group in groups] == [["c", "s"]]
    assert groups[0].similarities[0] == 1 and groups[0].similarities[1] >= THRESHOLD


def test_other_texts_are_not():
    assert similarity(Doc(STORY), Doc(OTHER)) < 0.05
    assert list(find_duplicates(Doc(article(seed)) for seed in range(50))) == []


def test_the_longest_stands_first():
    [group] = find_duplicates([Doc(STORY[:120]), Doc(STORY), Doc(STORY[30:])], ids=["cut", "whole", "tail"])
    assert group.ids == ("whole", "tail", "cut")
    assert group.similarities == (1.0, 1.0, 1.0)


def test_the_frame_of_a_site_makes_no_duplicates():
    head = "欢迎访问本站我们将竭诚为您服务今天是个好天气读者朋友们大家好"
    tail = "更多精彩内容请下载客户端参与互动赢取好礼每周抽奖下期再见记得点赞"
    framed = [Doc(head + article(seed)[:70] + tail) for seed in range(40)]
    assert list(find_duplicates(framed)) == []
    copies = [*framed, Doc("另一个网站的开头" + article(7)[:70]), Doc(head + article(9)[:60] + tail)]
    groups = [set(group.ids) for group in find_duplicates(copies, ids=map(str, range(42)))]
    assert sorted(map(sorted, groups)) == [["40", "7"], ["41", "9"]]


def test_a_text_that_many_sites_repost_is_one_group():
    docs = [Doc(STORY + f"来源：第{number}网") for number in range(60)] + [Doc(article(seed)) for seed in range(5)]
    [group] = find_duplicates(docs, ids=map(str, range(65)))
    assert len(group.ids) == 60


def test_long_and_short_articles_are_compared_by_the_same_shingles():
    long = "。".join(article(seed) for seed in range(20))
    assert similarity(Doc(long), Doc(long[1000:1150])) == 1
    assert similarity(Doc(long), Doc(long + article(77))) == 1
    assert similarity(Doc(long), Doc(article(99))) < 0.1


def test_the_body_counts_where_one_is_marked():
    start = len("导航" * 40)
    framed = [Doc("导航" * 40 + text, body=(start, start + len(text))) for text in (STORY, OTHER)]
    assert similarity(*framed) < 0.05


@pytest.mark.parametrize(
    "text",
    ["", " \n，。", "园区", "\ud800\udfff", "\0" * 99, "😀" * 99, "𠀀𠀁𠀂𠀃𠀄𠀅", "7" * 20_000, "有限公司" * 10_000],
)
def test_any_text(text):
    docs = [Doc(text), Doc(STORY), Doc(text)]
    groups = [sorted(group.ids) for group in find_duplicates(docs, ids="abc")]
    assert groups in ([], [["a", "c"]])
    assert (groups == []) == (
        not any(sign.isalnum() or sign > "\uffff" or "\ud800" <= sign <= "\udfff" for sign in text)
    )


def test_few_articles():
    assert list(find_duplicates([])) == []
    assert list(find_duplicates([Doc(STORY)])) == []


def test_identifiers():
    [group] = find_duplicates([Doc(STORY, meta={"id": 7}), Doc(STORY + "完")])
    assert "7" in group.ids
    for wrong in (0, 1.5, -1):
        with pytest.raises(OptionError, match="threshold"):
            next(find_duplicates([Doc(STORY)], threshold=wrong))
    with pytest.raises(OptionError, match="ids"):
        next(find_duplicates([Doc(STORY)], ids=[]))


def test_the_articles_are_read_as_a_stream():
    seen = []

    def stream():
        for seed in range(30):
            seen.append(seed)
            yield Doc(article(seed % 20))

    assert len(list(find_duplicates(stream(), ids=map(str, range(30))))) == 10
    assert seen == list(range(30))
