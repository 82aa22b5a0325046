"""parknlp reads Chinese industrial-park news and gives back structured data.

Names are resolved on first use, so ``import parknlp`` loads nothing heavy.

>>> import parknlp
>>> parknlp.__version__
'0.1.0'
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .chains import ChainClassifier, Taxonomy
    from .doc import ChainScore, Doc, Entity, Evidence, Fact, Period, Quantity, Span, Token
    from .duplicates import find_duplicates
    from .errors import DataError, ModelError, OptionError, ParkNLPError
    from .htmlpage import read_html
    from .lexicon import Entry, Lexicon
    from .names.company_name import CompanyName, parse_company_name
    from .page import Byline, Page, parse_page
    from .pipeline import Pipeline, load
    from .quantity import find_quantities, format_quantity, parse_number, parse_quantity
    from .related import Related, RelatedIndex
    from .rendering import render
    from .tables import facts_table
    from .tokenizer import CharTokenizer, JiebaTokenizer, Tokenizer

__version__ = "0.1.0"

_HOME = {
    "Byline": "page",
    "ChainClassifier": "chains",
    "ChainScore": "doc",
    "CharTokenizer": "tokenizer",
    "CompanyName": "names.company_name",
    "DataError": "errors",
    "Doc": "doc",
    "Entity": "doc",
    "Entry": "lexicon",
    "Evidence": "doc",
    "Fact": "doc",
    "JiebaTokenizer": "tokenizer",
    "Lexicon": "lexicon",
    "ModelError": "errors",
    "OptionError": "errors",
    "Page": "page",
    "ParkNLPError": "errors",
    "Period": "doc",
    "Pipeline": "pipeline",
    "Quantity": "doc",
    "Related": "related",
    "RelatedIndex": "related",
    "Span": "doc",
    "Taxonomy": "chains",
    "Token": "doc",
    "Tokenizer": "tokenizer",
    "facts_table": "tables",
    "find_duplicates": "duplicates",
    "find_quantities": "quantity",
    "format_quantity": "quantity",
    "load": "pipeline",
    "parse_company_name": "names.company_name",
    "parse_number": "quantity",
    "parse_page": "page",
    "parse_quantity": "quantity",
    "read_html": "htmlpage",
    "render": "rendering",
}

__all__ = [
    "Byline",
    "ChainClassifier",
    "ChainScore",
    "CharTokenizer",
    "CompanyName",
    "DataError",
    "Doc",
    "Entity",
    "Entry",
    "Evidence",
    "Fact",
    "JiebaTokenizer",
    "Lexicon",
    "ModelError",
    "OptionError",
    "Page",
    "ParkNLPError",
    "Period",
    "Pipeline",
    "Quantity",
    "Related",
    "RelatedIndex",
    "Span",
    "Taxonomy",
    "Token",
    "Tokenizer",
    "facts_table",
    "find_duplicates",
    "find_quantities",
    "format_quantity",
    "load",
    "parse_company_name",
    "parse_number",
    "parse_page",
    "parse_quantity",
    "read_html",
    "render",
]


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from .collector import paused  # on first use, as everything here

    with paused(stays=True):  # a module makes thousands of objects
        value = getattr(importlib.import_module(f".{home}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
