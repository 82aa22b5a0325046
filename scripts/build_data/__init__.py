"""Make every file of src/parknlp/data/ from its sources; see __main__.py."""
