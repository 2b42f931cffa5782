import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ["django", "spacy", "sklearn", "sknetwork", "scipy", "torch"]


@pytest.mark.parametrize(
    "code",
    [
        "import objections.nlp",
        "from objections import nlp; nlp.match(['too dear'], nlp.build_index(nlp.encode(['a', 'b']), [1, 2]))",
    ],
)
def test_it_loads_nothing_heavy_while_someone_types(code):
    script = f"import sys; {code}; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_it_never_loads_django():
    script = "import sys; import objections.nlp.pipeline, objections.nlp.__main__; print('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
