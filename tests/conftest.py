import os
import tempfile

# Before Django reads its settings: tests own their data directory and never see the developer's.
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="closed-loop-tests-")
os.environ.setdefault("SECRET_KEY", "only-for-tests")

pytest_plugins = ["tests.cast"]
