"""The command line: ``parknlp COMMAND``; each module beside this one adds its commands."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from .. import __version__
from ..errors import OptionError, ParkNLPError
from . import chains, facts, related, report, tagging
from .common import input_options, pipeline_options, say

_EPILOG = """\
examples:
  parknlp tag page.html                      the tagged page as one line of JSON
  parknlp tag articles/ -o tagged.jsonl --n-process 2    every page, .jsonl, .csv and .parquet file of a folder
  parknlp tag articles/ -o tagged.jsonl --resume         goes on where that run ended, whatever ended it
  parknlp tag news.jsonl --text-key body --format table
  parknlp info "上半年，镇江高新区实现产值52亿元，同比增长20%。"
  parknlp facts articles/ -o facts.csv       the indicator statements as a table
  parknlp evaluate gold.jsonl --errors 20
  parknlp train chains --taxonomy my.toml gold.jsonl -o model/
  parknlp find-threshold gold.jsonl --chain-model model/ --write
exit status: 0 done, 1 an input could not be read (the others are done), 2 wrong usage, 129 to 143 a signal ended it"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="parknlp",
        description="Tag Chinese industrial-park news.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"parknlp {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in (tagging, facts, related, report, chains):
        module.add_commands(commands, pipeline_options(), input_options())
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give back its exit status."""
    parsed = _parser().parse_args(arguments)
    try:
        return int(parsed.run(parsed))
    except OptionError as error:
        say(f"parknlp: {error}")
        return 2
    except ParkNLPError as error:
        say(f"parknlp: {error}")
        return 1
    except BrokenPipeError:
        # The reader left, as head does; Python would complain again when it flushes standard output at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        say(f"parknlp: {error.filename or 'output'}: {error.strerror or error}")
        return 1
    except KeyboardInterrupt:
        say("parknlp: interrupted")
        return 130
