"""A training step in PyTorch that does what `StyleTrainer.step` does, written for speed.

The network, the losses (VGG-19 up to relu4_2, relative errors) and the optimizers (Muon for filters, Adam
for rows) are those of Impasto. Filters, rows and losses are f32, and with bf16 the rest runs under autocast.
"""

import sys
from pathlib import Path

import torch
from safetensors.torch import load_file

from torch_network import TransformNetwork

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "Scripts/gpu"), str(ROOT / "Tests/Fixtures")]

from draws import RandomSource  # noqa: E402
from losses import (  # noqa: E402
    CONTENT_TAP, PIXEL_WEIGHT, STYLE_TAPS, LossNetwork, contrast, gram, relative_error, weights_path)
from training import Muon  # noqa: E402

STYLE_WEIGHT = 20
LEARNING_RATE, WARM_UP, FILTER_RATE, SEED = 8e-3, 80, 0.1, 1


class Training(torch.nn.Module):
    """Network, loss network and painting."""

    def __init__(self, model, style, painting, autocast):
        super().__init__()
        self.network = TransformNetwork(model, [style, "photo"])
        self.loss_network = LossNetwork(load_file(weights_path()))
        self.to(memory_format=torch.channels_last)
        self.autocast = autocast
        with torch.no_grad(), self.precision():
            self.grams = self.loss_network.grams(painting)

    def precision(self):
        return torch.autocast("cpu", torch.bfloat16, enabled=self.autocast)

    def forward(self, levels, is_photo):
        """The loss of a batch; `is_photo` is 1 for photos that are to come back as they are, else 0."""
        pixels = levels / 255
        with self.precision():
            gamma, beta = self.rows(pixels, is_photo[:, None])
            logits = self.network((levels - 128) / 128, gamma, beta)
            pictures = torch.sigmoid(logits.float())
            with torch.no_grad():
                content = self.loss_network(pixels)[CONTENT_TAP]
            taps = self.loss_network(pictures)
            styles = [
                relative_error(gram(taps[tap]), target.expand(len(pixels), -1, -1))
                for tap, target in zip(STYLE_TAPS, self.grams)
            ]
            errors = (pictures - pixels).square().sum(1).mean((1, 2)) / contrast(pixels)
        own = torch.where(
            is_photo > 0, PIXEL_WEIGHT * errors, STYLE_WEIGHT * torch.stack(styles).mean(0)
        )
        return (relative_error(taps[CONTENT_TAP], content) + own).mean()

    def rows(self, pixels, is_photo):
        """γ and β of each photo, by layers; the last layer's of `photo` are relative to the logits."""
        logits = torch.logit(pixels, eps=1 / 510)
        mean, deviation = logits.mean((2, 3)), logits.var((2, 3), correction=0).sqrt()
        body = torch.ones(len(pixels), self.network.gamma.shape[1] - 3)
        gain, offset = torch.cat([body, deviation], 1), torch.cat([0 * body, mean], 1)
        (gamma, photo_gamma), (beta, photo_beta) = self.network.gamma, self.network.beta
        gamma = (1 - is_photo) * gamma + is_photo * gain * photo_gamma
        beta = (1 - is_photo) * beta + is_photo * (photo_beta + offset)
        return gamma.split(self.network.channels, 1), beta.split(self.network.channels, 1)


class Trainer:
    """Takes steps of one and the same batch of levels, NCHW."""

    def __init__(self, model, style, painting, levels, autocast):
        self.training = Training(model, style, painting, autocast)
        self.compiled = torch.compile(self.training)
        self.levels, self.steps = levels, 0
        network = self.training.network
        self.rows = torch.optim.Adam([network.gamma, network.beta], betas=(0.9, 0.999), eps=1e-8)
        self.filters = Muon(network.filters)

    def step(self):
        """One step; returns the loss before it."""
        self.steps += 1
        random = RandomSource(SEED, [0x7374796C65, self.steps])
        is_photo = torch.tensor([float(random.next() * 2 >> 64) for _ in self.levels])
        loss = self.compiled(self.levels, is_photo)
        self.rows.zero_grad()
        loss.backward()
        rate = LEARNING_RATE * min(1, self.steps / WARM_UP)
        self.rows.param_groups[0]["lr"] = rate
        self.rows.step()
        self.filters.step(FILTER_RATE * rate)
        return loss.item()
