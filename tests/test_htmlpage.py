import pytest

pytest.importorskip("lxml", reason="the extra html is not installed")

from parknlp.htmlpage import read_html

PAGE = """<!DOCTYPE html><html><head><title>站名</title><meta property="og:title" content="签约8个项目">
<meta property="article:published_time" content="2025-07-20T10:00"><script>var a = "<p>no</p>";</script></head>
<body><nav>首页</nav><h1>签约8个项目</h1><p>总投资<b>52</b>亿元，<br>增长20%。<!-- 注释 -->好<p>没有结束<div>里面<style>x{}</style>文字
"""


def test_text_title_and_date():
    page = read_html(PAGE)
    assert page.title == "签约8个项目"
    assert page.published == "2025-07-20"
    assert page.text == "首页\n签约8个项目\n总投资52亿元，\n增长20%。好\n没有结束\n里面文字"


@pytest.mark.parametrize(
    "html",
    [
        "",
        " ",
        "<",
        "<html>",
        "<!-- only -->",
        "<p>\0\ud800园区",
        "</div></div>",
        "<?xml version='1.0' encoding='gbk'?><p>园",
    ],
)
def test_odd_pages(html):
    assert isinstance(read_html(html).text, str)


def test_deep_nesting_is_read():
    assert "园区" in read_html("<div>" * 200 + "园区").text
    assert isinstance(read_html("<div>" * 100_000 + "园区").text, str)
