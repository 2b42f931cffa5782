"""A company may name another encoder in a configuration of its own."""

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from objections.nlp import sentence_encoder, settings
from objections.nlp.pipeline import resolve
from objections.nlp.sentence_encoder import SentenceEncoder
from objections.nlp.vectors import EncoderMissing

ROOT = Path(__file__).parents[2]


class Model:
    """As much of a sentence transformer as the encoder asks of it: texts of the same length are alike."""

    def __init__(self, folder, device, local_files_only):
        assert (device, local_files_only) == ("cpu", True)

    def encode(self, texts, normalize_embeddings, show_progress_bar):
        vectors = np.array([[len(text), 1, 0] for text in texts], dtype=np.float64)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture
def library(monkeypatch):
    module = ModuleType("sentence_transformers")
    module.SentenceTransformer = Model
    monkeypatch.setitem(sys.modules, "sentence_transformers", module)


@pytest.fixture
def own(tmp_path, monkeypatch):
    """Writes a configuration of the company's own and has it read."""

    def write(text):
        path = tmp_path / "own.cfg"
        path.write_text(text)
        monkeypatch.setenv("NLP_CONFIG", str(path))
        settings._read.cache_clear()

    yield write
    monkeypatch.delenv("NLP_CONFIG", raising=False)
    settings._read.cache_clear()


def test_a_section_of_their_own_takes_the_place_of_ours_as_a_whole(own, tmp_path, library):
    before = settings.digest("encoder")
    own(f'[encoder]\n@misc = "{sentence_encoder.NAME}"\nmodel = "{tmp_path}"\n[languages]\nplaced = ["en", "de"]\n')
    assert settings.read_section("encoder") == {"@misc": sentence_encoder.NAME, "model": str(tmp_path)}
    assert settings.read_section("languages")["placed"] == ["en", "de"]
    assert settings.read_section("clusterer")["seed"] == 0
    assert settings.digest("encoder") != before
    assert isinstance(resolve("encoder"), SentenceEncoder)


def test_without_a_file_of_their_own_all_is_ours(own):
    assert settings.read_section("encoder")["@misc"] == "objections.minilm_lens.v2"


def test_a_file_that_is_not_there_is_told_of(monkeypatch):
    monkeypatch.setenv("NLP_CONFIG", "/nowhere/own.cfg")
    with pytest.raises(FileNotFoundError):
        settings.as_text()


def test_it_gives_unit_vectors_in_batches_and_tells_how_far_it_is(library, tmp_path):
    told = []
    encode = SentenceEncoder(model=str(tmp_path), batch_size=2)
    vectors = encode(["a", "bb", "cc"], progress=lambda *step: told.append(step[:2]))
    assert (vectors.dtype, vectors.shape) == (np.float32, (3, 3))
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    assert np.allclose(vectors[1], vectors[2])
    assert told == [(2, 3), (3, 3)]
    assert encode([]).shape == (0, 3)


def test_it_says_how_to_install_the_library(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(EncoderMissing, match="pip install sentence-transformers"):
        SentenceEncoder(model=str(tmp_path))


def test_it_says_which_folder_is_missing(library):
    with pytest.raises(EncoderMissing, match="/nowhere"):
        SentenceEncoder(model="/nowhere")


def test_another_encoder_loads_no_spacy_while_someone_types(tmp_path):
    """The web process makes it without spaCy's registry."""
    (tmp_path / "own.cfg").write_text(f'[encoder]\n@misc = "{sentence_encoder.NAME}"\nmodel = "/nowhere"\n')
    code = (
        "import sys\nfrom objections import nlp\n"
        "try:\n    nlp.encode(['a'])\nexcept Exception as why:\n    print(type(why).__name__, 'spacy' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"NLP_CONFIG": str(tmp_path / "own.cfg"), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["EncoderMissing", "False"]


def test_a_true_model_of_the_library_gives_its_vectors(tmp_path):
    """With a tiny model of its own making; left out where the library, an extra of several gigabytes, is absent."""
    library = pytest.importorskip("sentence_transformers", reason="sentence-transformers, an extra, is not installed")
    transformers = pytest.importorskip("transformers")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "too", "dear", "slow"]
    (tmp_path / "vocab.txt").write_text("\n".join(words))
    tokenizer = transformers.BertTokenizer(str(tmp_path / "vocab.txt"))
    config = transformers.BertConfig(
        vocab_size=len(words), hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16
    )
    transformers.BertModel(config).save_pretrained(tmp_path / "bert")
    tokenizer.save_pretrained(tmp_path / "bert")
    parts = [library.models.Transformer(str(tmp_path / "bert"))]
    parts.append(library.models.Pooling(parts[0].get_word_embedding_dimension()))
    library.SentenceTransformer(modules=parts, device="cpu").save(str(tmp_path / "model"))
    vectors = SentenceEncoder(model=str(tmp_path / "model"))(["too dear", "too slow", "too dear"])
    assert vectors.shape == (3, 8)
    assert np.allclose(vectors[0], vectors[2], atol=1e-6)
    assert not np.allclose(vectors[0], vectors[1], atol=1e-3)
