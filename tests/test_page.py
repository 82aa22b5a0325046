import pytest

from parknlp.page import find_date, parse_page

BODY = "7月19日，镇江高新区集中签约8个项目，总投资52亿元。\n  其中制造业项目6个，占比75%。"


def parts(text, **options):
    page = parse_page(text, **options)
    return page.title and text[slice(*page.title)], text[slice(*page.body)]


def test_plain_article_is_all_body():
    assert parts(BODY) == (None, BODY)


def test_headline_and_body():
    assert parts(f"镇江高新区签约8个项目\n{BODY}") == ("镇江高新区签约8个项目", BODY)


@pytest.mark.parametrize(
    "line",
    [
        "当前位置：首页 > 要闻 > 正文",
        "首页|新闻|快讯|科技",
        "来源：金山网  作者：张三",
        "发布时间：2025-07-20 10:23",
        "发布：2025-07-20 浏览：1,206 次",
        "您所在的位置：要闻",
        "新华日报 | 2025-07-20 08:30",
        "原创 镇江发布 2025年7月20日 08:30 江苏",
        "文｜张三　图｜李四　编辑｜王五",
        "👆点击上方蓝字关注我们",
        "点“在看”，转发给更多人",
        "admin3天前 (07-20)厂房信息11",
        "分享到：微信 微博",
        "扫一扫关注公众号",
        "产业招商/厂房土地租售：400 0000 000",
        "联系电话：0511-80000000",
        "版权声明：本文由某网发布，如需转载请注明出处。",
        "上一篇：无",
        "责任编辑：李四",
        "更多精彩内容请看这条被截断的摘要，它说了很多，但没有说完...",
    ],
)
def test_noise_lines_stay_outside_before_and_after(line):
    assert parts(f"{line}\n{BODY}\n{line}")[1] == BODY


def test_related_list_ends_the_body():
    text = f"{BODY}\n相关文章：\n别的园区今年也有长长的新闻，讲了许多事，一句接着一句，最后以句号结束。"
    assert parts(text)[1] == BODY


def test_given_title_is_found_in_the_text():
    assert parts(f"首页\n签约啦\n{BODY}", title="签约啦")[0] == "签约啦"


def test_a_headline_in_two_parts():
    headline = "镇江高新区：8个项目带来了什么"
    for above in ("", "首页 > 要闻 > 正文\n"):
        for below in ("", "来源：金山网 2025-07-20\n"):
            assert parts(f"{above}{headline}\n{below}{BODY}") == (headline, BODY)


def test_the_heading_of_a_section_is_body():
    body = f"一、园区概况\n{BODY}"
    assert parts(body) == (None, body)
    assert parts(f"镇江高新区招商手册\n{body}") == ("镇江高新区招商手册", body)


def test_items_behind_marks_are_body():
    body = f"{BODY}\n✅ 招引项目：26个\n📊 开工率：84.6%"
    assert parts(f"镇江高新区签约8个项目\n{body}\n分享到：微信") == ("镇江高新区签约8个项目", body)


def test_a_headline_behind_its_column() -> None:
    for below in ("", "发布时间：2025-07-20\n", "原创 镇江发布 2025年7月20日 08:30 江苏\n"):
        assert parts(f"【出租】镇江高新区标准厂房\n{below}{BODY}") == ("【出租】镇江高新区标准厂房", BODY)


@pytest.mark.parametrize(
    "field", ["地点：镇江高新区管委会三楼", "受访者：镇江高新区管委会 张三", "单位：亿元、%、个、家"]
)
def test_a_field_is_no_headline(field):
    assert parts(f"{field}\n{BODY}")[0] is None
    assert parts(f"镇江高新区签约8个项目\n{field}\n{BODY}")[0] == "镇江高新区签约8个项目"


def test_the_first_field_of_a_data_sheet_is_no_headline():
    sheet = "园区位置：镇江高新区蒋乔街道\n占地面积：52亩，其中一期20亩\n" + BODY
    assert parts(sheet) == (None, sheet)


def test_byline():
    page = parse_page(f"金山网讯 {BODY}（记者 朱婕 通讯员 蔡希）\n2025年7月20日 来源：金山网")
    assert page.byline.reporters == ("朱婕",)
    assert page.byline.correspondents == ("蔡希",)
    assert page.byline.source == "金山网"
    assert page.published == "2025-07-20"


@pytest.mark.parametrize(
    "line",
    [
        "金山网记者 朱婕 通讯员 蔡希",
        "镇江日报全媒体记者 朱婕、蔡希 7月20日",
        "金山网7月20日讯（记者 朱婕 通讯员 蔡希）",
        "金山网 作者：朱婕 来源：镇江发布",
        "镇江发布 2025-07-20 编辑：朱婕",
        "2025年07月20日 10:23:05zj01浏览量：352次",
    ],
)
def test_a_byline_that_begins_with_its_medium_is_no_headline(line):
    assert parts(f"{line}\n{BODY}") == (None, BODY)
    assert parts(f"镇江高新区签约8个项目\n{line}\n{BODY}") == ("镇江高新区签约8个项目", BODY)


def test_a_data_sheet_begins_with_its_first_field():
    sheet = f"【项目名称】镇江航空航天产业园\n【所在区域】镇江新区\n【项目体量】{BODY}"
    assert parts(f"首页 > 厂房出租 > 镇江厂房\n{sheet}")[1] == sheet


@pytest.mark.parametrize("head", ["关键词一：稳。", "手机：", "地址："])
def test_whole_sentences_are_body_whatever_they_begin_with(head):
    line = f"{head}前三席没有悬念，苏州工业园区研发投入强度达5.3%，比上年提高0.2个百分点。每万人有效发明专利拥有量242件，居第一位。"
    assert parts(f"{BODY}\n{line}\n{BODY}")[1] == f"{BODY}\n{line}\n{BODY}"


def test_noise_only():
    page = parse_page("首页 > 正文\n分享到：微信\n版权所有")
    assert page.body == (0, 0)
    assert page.title is None
    assert [kind for _, _, kind in page.noise] == ["breadcrumb", "share", "copyright"]


def test_short_lines_are_body_when_there_is_nothing_else():
    assert parts("镇江高新区\n丹阳高新区")[1] == "镇江高新区\n丹阳高新区"


@pytest.mark.parametrize("text", ["", " \n\r\n", "\0", "。", "（" * 9])
def test_odd_texts(text):
    page = parse_page(text)
    assert 0 <= page.body[0] <= page.body[1] <= len(text)


def test_dates():
    assert find_date("2025.7.2") == "2025-07-02"
    assert find_date("12025-07-02") is None
    assert find_date("2025年1-2月主要指标") is None
    assert find_date("2025-02-30") is None


def test_reference_page(seed):
    text, gold = seed
    page = parse_page(text)
    assert list(page.body) == gold["body"]
    assert text[slice(*page.title)] == gold["title"]
    byline = gold["byline"]
    assert list(page.byline.reporters) == byline["reporters"]
    assert list(page.byline.correspondents) == byline["correspondents"]
    assert page.byline.source == byline["source"]
