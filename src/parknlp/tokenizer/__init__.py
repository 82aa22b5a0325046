"""Words with offsets: jieba's, or single characters.

No entity depends on words; they serve ``doc.tokens`` and whoever wants them. The words are those of jieba 0.42.1 to the
last one, computed in numpy over a batch of texts: `dictionary` holds the frequencies, `lattice` finds every word that
stands anywhere, `route` chooses among them, `unknown` joins what is left over, `segment` puts these together.
"""

from __future__ import annotations

from .base import CharTokenizer, Tokenizer, Tokens
from .words import JiebaTokenizer

__all__ = ["CharTokenizer", "JiebaTokenizer", "Tokenizer", "Tokens"]
