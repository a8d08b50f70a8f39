"""Opens ONNX models, the same way for every recogniser."""

from pathlib import Path
from typing import Any

import onnxruntime


def open_session(model_path: Path, threads: int = 1) -> Any:
    """Return a session on the CPU that gives its memory back after each run."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Pictures come in many sizes: an arena would keep the memory of the largest for ever.
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    return onnxruntime.InferenceSession(
        str(model_path), options, providers=["CPUExecutionProvider"]
    )
