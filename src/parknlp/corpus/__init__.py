"""Corpora: articles to tag, streamed from files and folders; tagged ones written; gold articles with inline markup."""

from .articles import Article, Decoded, Fields, decode, is_html, parse_line, read_rows
from .gold import MARKUP, gold_doc, parse_markup, read_gold
from .reading import article_of, read_articles, read_bytes, rows_of
from .sources import KINDS, STDIN, SUFFIXES, Raw, Source, find_files, find_sources
from .writing import FORMATS, Format, JsonLines, format_of, json_line, write_rows

__all__ = [
    "FORMATS",
    "KINDS",
    "MARKUP",
    "STDIN",
    "SUFFIXES",
    "Article",
    "Decoded",
    "Fields",
    "Format",
    "JsonLines",
    "Raw",
    "Source",
    "article_of",
    "decode",
    "find_files",
    "find_sources",
    "format_of",
    "gold_doc",
    "is_html",
    "json_line",
    "parse_line",
    "parse_markup",
    "read_articles",
    "read_bytes",
    "read_gold",
    "read_rows",
    "rows_of",
    "write_rows",
]
