"""Runs a network with torch, on a processor or a GPU."""

from __future__ import annotations

from collections.abc import Mapping

import torch

from kgbuild.annotate.neural.entities import Floats
from kgbuild.annotate.neural.inputs import Array, Batch
from kgbuild.annotate.neural.network import Network


class TorchRunner:
    """Runs a network on a device, in bf16 on request; on a GPU that is short of memory in halves."""

    def __init__(self, network: Network, *, device: str = "cpu", bf16: bool = False) -> None:
        # Torch divides each batch among the cores itself.
        self.threads = 1
        self._network = network.eval().to(device)
        self._device = device
        self._bf16 = bf16

    def encode(self, batch: Batch) -> tuple[Floats, Floats]:
        """States (windows, tokens, width) and tag logits (windows, tokens, tags)."""
        arrays = (batch.tokens, batch.mask, batch.dictionary, batch.shape)
        tensors = [torch.from_numpy(array) for array in arrays]
        hidden, tags = self._halving(tensors)
        return hidden.numpy(), tags.numpy()

    def _halving(self, tensors: list[torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
        try:
            with (
                torch.inference_mode(),
                torch.autocast(self._device.split(":")[0], torch.bfloat16, enabled=self._bf16),
            ):
                moved = [tensor.to(self._device, non_blocking=True) for tensor in tensors]
                hidden = self._network.encode(*moved).float()
                return hidden.cpu(), self._network.tagger(hidden).float().cpu()
        except torch.cuda.OutOfMemoryError:
            size = len(tensors[0])
            if size == 1:
                raise
            torch.cuda.empty_cache()
        halves = [self._halving([t[part] for t in tensors]) for part in (slice(0, size // 2), slice(size // 2, size))]
        return torch.cat([half[0] for half in halves]), torch.cat([half[1] for half in halves])

    def judge(self, hidden: Floats, pairs: Mapping[str, Array]) -> tuple[Floats, Floats]:
        """Logits that pairs hold (documents, pairs), log shares of predicates (documents, pairs, predicates)."""
        with torch.inference_mode():
            tensors = {name: torch.from_numpy(values).to(self._device) for name, values in pairs.items()}
            holds, predicates = self._network.pairs(torch.from_numpy(hidden).to(self._device), **tensors)
            return holds.cpu().numpy(), predicates.cpu().numpy()
