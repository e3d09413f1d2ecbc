"""The words printed on a thing: PP-OCR on this machine, whose models come as a package."""

import threading
from typing import TYPE_CHECKING, Any

from adapters.media.memory import give_back

if TYPE_CHECKING:
    from PIL.Image import Image

# Larger pictures take more time and memory, and print on a package is read as well at this size.
_LONGEST_SIDE = 960
# Below it the letters are mostly guessed from patterns.
_LEAST_CERTAIN = 0.75
_MOST_LINES = 20
_LONGEST_LINE = 200


class PrintedText:
    """Loads its models for the first photo, and reads one photo at a time.

    The models stay in memory with 90 MB; a photo takes another 150 until it is read.
    """

    def __init__(self) -> None:
        self._one_at_a_time = threading.Lock()
        self._engine: Any = None

    def lines(self, image: "Image") -> list[str]:
        """The lines of an RGB picture from top to bottom, without the uncertain ones."""
        import numpy as np

        with self._one_at_a_time:
            # OpenCV's order of colours.
            found = self._loaded()(np.asarray(image)[:, :, ::-1])
            give_back()
        if found.txts is None:
            return []
        certain = (
            " ".join(text.split())[:_LONGEST_LINE]
            for text, score in zip(found.txts, found.scores, strict=True)
            if score >= _LEAST_CERTAIN
        )
        return [line for line in certain if len(line) > 1][:_MOST_LINES]

    def _loaded(self) -> Any:
        from rapidocr import RapidOCR

        if self._engine is None:
            self._engine = RapidOCR(
                params={
                    "Global.max_side_len": _LONGEST_SIDE,
                    "Global.log_level": "error",
                    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
                    # Lines one by one: as quick on one core, and a sixth of the memory.
                    "Rec.rec_batch_num": 1,
                }
            )
        return self._engine
