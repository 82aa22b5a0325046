"""Near-duplicates measured on pairs made from real texts, beside datasketch: python benchmarks/duplicates.py [--articles N].

Positive pairs: an article and itself cut off, framed by site headers and footers, with changed punctuation, with every tenth word
replaced, dropped or doubled, and all of these at once. Negative pairs: each article and the one that `RelatedIndex` finds nearest to it
(the hardest of the same topic), plain and with the same headers and footers. Needs the texts of ../shared/data, and jieba for the
words. Results: related.md.
"""

from __future__ import annotations

import argparse
import logging
import random
import time
from collections.abc import Callable, Sequence

import jieba
import numpy as np
from related import SENTENCE, real_texts

from parknlp import duplicates
from parknlp.doc import Doc
from parknlp.duplicates import THRESHOLD, body_of, find_duplicates, similarity
from parknlp.related import RelatedIndex

HEADERS = (
    "首页 > 新闻中心 > 园区动态\n字号：大 中 小  发布时间：2025-06-18 09:21  来源：本网  浏览次数：1024\n",
    "您当前的位置：网站首页 >> 要闻 >> 正文 打印本页 关闭窗口 分享到：微信 微博 QQ空间\n",
    "【导读】欢迎关注我们的公众号，点击上方蓝字订阅，获取更多产业资讯\n作者：记者 王明 编辑：李华\n",
)
FOOTERS = (
    "\n版权所有：某市人民政府办公室 主办单位：某市大数据管理局 苏ICP备05012345号 网站标识码3211000001 联系电话：0511-88888888\n",
    "\n责任编辑：张三 审核：李四 免责声明：本文来自网络转载，版权归原作者所有，如有侵权请联系删除。上一篇：没有了 下一篇：返回列表\n",
    "\n相关阅读：园区召开安全生产工作会议 市领导调研重点项目建设 扫一扫在手机打开当前页 微信公众号 官方微博\n",
)
PUNCTUATION = str.maketrans(
    {"，": ",", "。": ". ", "；": ";", "：": ":", "（": "(", "）": ")", "“": '"', "”": '"', "、": " "}
)


def cut(text: str, rng: random.Random) -> str:
    """A piece of 40 to 80 %, from the start or anywhere, at least 60 characters."""
    size = max(int(len(text) * rng.uniform(0.4, 0.8)), 60)
    start = rng.choice((0, rng.randrange(max(len(text) - size, 0) + 1)))
    return text[start : start + size]


def frame(text: str, rng: random.Random) -> str:
    return rng.choice(HEADERS) + text + rng.choice(FOOTERS)


def punctuation(text: str, rng: random.Random) -> str:
    changed = text.translate(PUNCTUATION)
    return "".join(sign for sign in changed if sign.isalnum() or rng.random() < 0.7)


def edit(text: str, rng: random.Random, share: float = 0.1) -> str:
    """Every tenth word replaced by one of elsewhere in the text, dropped or doubled."""
    words = jieba.lcut(text)
    for at in rng.sample(range(len(words)), max(1, int(len(words) * share))):
        words[at] = rng.choice((rng.choice(words), "", words[at] * 2, "项目"))
    return "".join(words)


def everything(text: str, rng: random.Random) -> str:
    return frame(edit(punctuation(cut(text, rng), rng), rng), rng)


CHANGES: dict[str, Callable[[str, random.Random], str]] = {
    "cut": cut,
    "header and footer": frame,
    "punctuation": punctuation,
    "10 % word edits": edit,
    "all at once": everything,
}


def nearest(texts: Sequence[str]) -> list[int]:
    """The most similar other text of each."""
    index = RelatedIndex()
    index.add((Doc(text) for text in texts), map(str, range(len(texts))))
    found = [index.similar(str(at), 1, near_duplicates=True, reasons=0) for at in range(len(texts))]
    return [int(items[0].id) if items else at for at, items in enumerate(found)]


def pairs(texts: Sequence[str], rng: random.Random) -> dict[str, list[tuple[str, str]]]:
    made = {name: [(text, change(text, rng)) for text in texts] for name, change in CHANGES.items()}
    near = nearest(texts)
    others = [(text, texts[other]) for at, (text, other) in enumerate(zip(texts, near, strict=True)) if other != at]
    made["nearest other"] = others
    made["nearest other, framed alike"] = [
        (HEADERS[0] + a + FOOTERS[0], HEADERS[0] + b + FOOTERS[0]) for a, b in others
    ]
    return made


def pairwise(texts: Sequence[str], rng: random.Random) -> None:
    scores = {name: np.array([similarity(Doc(a), Doc(b)) for a, b in own]) for name, own in pairs(texts, rng).items()}
    print(
        "| pairs | number | share of similarities at or above the threshold | 1 % | median | 99 % |\n| --- | --- | --- | --- | --- | --- |"
    )
    for name, own in scores.items():
        low, middle, high = np.quantile(own, (0.01, 0.5, 0.99))
        print(f"| {name} | {len(own)} | {np.mean(own >= THRESHOLD):.4f} | {low:.2f} | {middle:.2f} | {high:.2f} |")
    good = np.concatenate([scores[name] for name in CHANGES])
    bad = np.concatenate([own for name, own in scores.items() if name not in CHANGES])
    for threshold in (0.2, 0.25, 0.3, 0.35, 0.4, 0.5):
        hits, wrong = (
            (good >= threshold).sum(),
            (bad >= threshold).sum() * len(good) / len(bad),
        )  # as many of both kinds
        print(f"threshold {threshold}: recall {hits / len(good):.4f} precision {hits / (hits + wrong):.4f}")


def corpus(texts: Sequence[str], rng: random.Random) -> tuple[list[Doc], list[int]]:
    """Each text, half of them with one to four changed copies, all shuffled; and the text that each comes from."""
    docs = [(text, at) for at, text in enumerate(texts)]
    for at, text in enumerate(texts):
        if at % 2:
            docs += [(rng.choice(list(CHANGES.values()))(text, rng), at) for _ in range(rng.randint(1, 4))]
    rng.shuffle(docs)
    return [Doc(text, meta={"id": str(at)}) for at, (text, _) in enumerate(docs)], [origin for _, origin in docs]


def pair_scores(groups: Sequence[Sequence[int]], origins: Sequence[int]) -> tuple[float, float]:
    found = {(a, b) for group in groups for a in group for b in group if a < b}
    where: dict[int, list[int]] = {}
    for at, origin in enumerate(origins):
        where.setdefault(origin, []).append(at)
    gold = {(a, b) for own in where.values() for a in own for b in own if a < b}
    return len(found & gold) / len(gold), len(found & gold) / max(len(found), 1)


def by_datasketch(docs: Sequence[Doc]) -> list[list[int]]:
    """MinHash LSH of datasketch over the same shingles of the same bodies, by Jaccard similarity."""
    from datasketch import MinHash, MinHashLSH

    lsh, roots = MinHashLSH(threshold=0.3, num_perm=128), list(range(len(docs)))

    def find(at: int) -> int:
        while roots[at] != at:
            at = roots[at]
        return at

    for at, doc in enumerate(docs):
        text = "".join(sign for sign in body_of(doc) if sign.isalnum())
        sketch = MinHash(num_perm=128)
        sketch.update_batch([text[i : i + 5].encode() for i in range(max(len(text) - 4, 1))])
        for other in lsh.query(sketch):
            first, second = sorted((find(at), find(other)))
            roots[second] = first
        lsh.insert(at, sketch)
    groups: dict[int, list[int]] = {}
    for at in range(len(docs)):
        groups.setdefault(find(at), []).append(at)
    return [group for group in groups.values() if len(group) > 1]


def grouped(texts: Sequence[str], rng: random.Random) -> None:
    docs, origins = corpus(texts, rng)
    characters = sum(len(doc.text) for doc in docs)
    print(f"\ngroups among {len(docs)} articles, {characters:,} characters (CPU time)\n")
    print("| | recall of pairs | precision | articles/s | M characters/s |")
    print("| --- | --- | --- | --- | --- |")
    methods: dict[str, Callable[[], list[list[int]]]] = {
        "find_duplicates": lambda: [[int(name) for name in group.ids] for group in find_duplicates(docs)],
        "datasketch MinHashLSH, 128 permutations": lambda: by_datasketch(docs),
    }
    for name, method in methods.items():
        start = time.process_time()
        groups = method()
        spent = time.process_time() - start
        recall, precision = pair_scores(groups, origins)
        print(
            f"| {name} | {recall:.4f} | {precision:.4f} | {len(docs) / spent:.0f} | {characters / spent / 1e6:.2f} |",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--shingle", type=int, default=duplicates.SHINGLE)
    arguments = parser.parse_args()
    duplicates.SHINGLE = arguments.shingle  # type: ignore[misc]
    jieba.setLogLevel(logging.ERROR)
    rng = random.Random(1)
    texts = [text for text in real_texts() if len(text) >= 100 and len(SENTENCE.findall(text)) > 1]
    texts = rng.sample(texts, min(arguments.articles, len(texts)))
    pairwise(texts, rng)
    grouped(texts, rng)


if __name__ == "__main__":
    main()
