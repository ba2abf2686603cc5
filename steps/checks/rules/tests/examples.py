"""The specification's own example objects, as the tests of the rules read them. No rule and no errata here."""

import json
from pathlib import Path

EXAMPLES = Path(__file__).parents[4] / "schemas" / "tests" / "examples"


def spec_examples(version, pattern):
    """Return the example objects of an edition in the files that match `pattern`, as (name, object).

    The files of 2.1.1 are named mod_<chapter>_<heading>; an extension shows those of its core edition as well.
    """
    found = {}
    for edition in dict.fromkeys((version.partition("-")[0], version)):
        found |= {path.name: path for path in sorted((EXAMPLES / edition).glob(pattern))}
    return [(name, json.loads(path.read_text(encoding="utf-8"))) for name, path in found.items()]
