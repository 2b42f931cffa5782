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


def test_two_threads_may_load_it_at_once():
    script = (
        "from concurrent.futures import ThreadPoolExecutor; from objections import nlp; "
        "work = (lambda: list(nlp.make_reader()(['too dear'])), lambda: nlp.find_themes(['too dear', 'no SSO'] * 3)); "
        "pool = ThreadPoolExecutor(2); [done.result() for done in [pool.submit(each) for each in work]]"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
