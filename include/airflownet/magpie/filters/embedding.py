"""Texts to unit vectors: by an embedding server, or by latent semantic analysis, which needs no model.

LSA (Deerwester et al., 1990: TF-IDF, then truncated SVD) knows which words go together in these texts, and
nothing beyond; it finds reworded repeats, not every paraphrase. The summary names the method that was used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from airflownet.errors import NetworkError

if TYPE_CHECKING:
    from numpy.typing import NDArray

Embedder = Callable[[Sequence[str]], "NDArray[Any]"]
"""Returns one row of length 1 (or 0) for each text."""

LSA: Final = "latent semantic analysis (TF-IDF of words and pairs, truncated SVD)"
_MOST_DIMENSIONS: Final = 100
_MOST_TERMS: Final = 20_000
_TEXTS_PER_REQUEST: Final = 64


class LatentSemanticAnalysis:
    """An embedder that learns from the texts it is given; equal calls in equal order give equal vectors.

    It is fitted when first called, and again when the texts have doubled since; texts in between are
    placed in the space that is there.
    """

    def __init__(self) -> None:
        self._model: Any = None
        self._n_fitted = 0
        self._vectors: dict[str, NDArray[Any]] = {}

    def __call__(self, texts: Sequence[str]) -> NDArray[Any]:
        """Returns unit vectors; without any column when the texts are too few to tell anything."""
        import numpy as np
        from threadpoolctl import threadpool_limits

        # Small matrices: threads would only wait for each other.
        with threadpool_limits(1):
            if self._model is None or len(texts) >= 2 * self._n_fitted:
                self._fit(texts)
            if self._model is None:
                return np.zeros((len(texts), 0))
            new = [text for text in dict.fromkeys(texts) if text not in self._vectors]
            if new:
                self._vectors |= dict(zip(new, _unit(self._model.transform(new)), strict=True))
        return np.stack([self._vectors[text] for text in texts])

    def _fit(self, texts: Sequence[str]) -> None:
        from sklearn.decomposition import TruncatedSVD
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.pipeline import make_pipeline

        self._n_fitted, self._vectors = len(texts), {}
        weights = TfidfVectorizer(
            ngram_range=(1, 2), sublinear_tf=True, stop_words="english", max_features=_MOST_TERMS
        )
        try:
            n_terms = weights.fit_transform(texts).shape[1]
        except ValueError:  # nothing but stop words
            return
        n_dimensions = min(_MOST_DIMENSIONS, len(texts) - 1, n_terms - 1)
        if n_dimensions < 2:
            return
        svd = TruncatedSVD(n_dimensions, n_iter=3, n_oversamples=8, random_state=0)
        self._model = make_pipeline(weights, svd).fit(texts)


def embedding_server(base_url: str, timeout_s: float = 600.0) -> Embedder:
    """Returns an embedder that asks a llama-server started with ``--embedding`` (POST /v1/embeddings).

    The embedder raises NetworkError when the server does not answer.
    """

    def embed(texts: Sequence[str]) -> NDArray[Any]:
        import httpx
        import numpy as np

        rows: list[list[float]] = []
        try:
            with httpx.Client(base_url=base_url, timeout=timeout_s, trust_env=False) as client:
                for start in range(0, len(texts), _TEXTS_PER_REQUEST):
                    chunk = list(texts[start : start + _TEXTS_PER_REQUEST])
                    answer = client.post("/v1/embeddings", json={"input": chunk})
                    answer.raise_for_status()
                    data = sorted(answer.json()["data"], key=lambda row: row["index"])
                    rows += [row["embedding"] for row in data]
        except (httpx.HTTPError, KeyError, ValueError) as error:
            raise NetworkError(
                f"the embedding server at {base_url} cannot be used: {error}",
                "start llama-server with --embedding, or leave magpie.embedding_url empty",
            ) from None
        return _unit(np.asarray(rows))

    return embed


def _unit(vectors: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[Any] = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 1e-9)
    return unit
