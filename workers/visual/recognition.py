"""Recognises a document type from the words on its face."""

from collections.abc import Callable, Mapping, Sequence

from workers.documents.document_type import Evidence
from workers.visual.labels import find_phrase
from workers.visual.layout import DocumentFace

LABEL_WEIGHT_MAX = 0.5
"""All labels of a face together weigh no more than this: titles name a document, labels hint."""

LABELS_FULL = 40.0
"""Letters of labels that make the full weight."""

_LABEL_LETTERS_MIN = 4

Recognise = Callable[[Evidence], tuple[float, str | None]]


def title_recogniser(
    titles: Mapping[str, float], faces: Sequence[DocumentFace] = (), *, country: str | None
) -> Recognise:
    """Return a recogniser by words: each title with the weight that it has when it is found.

    Weights of 0.6 and more are for words that only this document carries. Labels of the faces
    add to them, so that a card whose title is lost in glare is still known by its labels.
    """

    def recognise(evidence: Evidence) -> tuple[float, str | None]:
        texts = [line.text for _, line in evidence.lines]
        if not texts:
            return 0.0, None
        doubt = 1.0
        for title, weight in titles.items():
            doubt *= 1 - weight * find_phrase(title, texts)
        labels = max((_labels(face, texts) for face in faces), default=0.0)
        score = round(1 - doubt * (1 - LABEL_WEIGHT_MAX * labels), 4)
        return (score, country) if score > 0 else (0.0, None)

    return recognise


def _labels(face: DocumentFace, texts: Sequence[str]) -> float:
    """Return how much of a face's labels was found, from 0 to 1."""
    letters = 0.0
    for zone in face.zones:
        best = max(
            (
                find_phrase(label, texts) * len(label)
                for label in zone.labels
                if len(label) >= _LABEL_LETTERS_MIN
            ),
            default=0.0,
        )
        letters += best
    return min(1.0, letters / LABELS_FULL)
