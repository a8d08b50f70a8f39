"""RapidOCR as its package runs it, for comparing: nothing reads documents with it."""

import logging

from rapidocr import RapidOCR

from workers.ports import Image


class PlainRapid:
    """The whole of RapidOCR on a picture as it is, on one thread."""

    name = "rapidocr"

    def __init__(self) -> None:
        logging.getLogger("RapidOCR").setLevel(logging.ERROR)
        threads = "EngineConfig.onnxruntime"
        self._engine = RapidOCR(
            params={
                "Global.log_level": "error",
                f"{threads}.intra_op_num_threads": 1,
                f"{threads}.inter_op_num_threads": 1,
            }
        )

    def text(self, image: Image) -> str:
        """Return all text that it reads, a line for each of its boxes."""
        texts = getattr(self._engine(image), "txts", None)
        return "\n".join(texts or ())
