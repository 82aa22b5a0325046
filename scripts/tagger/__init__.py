"""Parts of train_tagger.py: what it reads, how it fits and how it measures the sequence tagger."""
