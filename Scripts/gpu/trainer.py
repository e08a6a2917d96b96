"""Training steps in PyTorch that do what `StyleTrainer.step` does."""

import math

import torch
import torch.nn.functional as F

import draws
from losses import (
    CONTENT_TAP, PIXEL_WEIGHT, STYLE_TAPS, contrast, gram, relative_error, shift_losses)
from network import TransformNetwork

FILTER_RATE, MUON_DECAY = 0.1, 0.95


class Trainer:
    """The network, rows and optimizers of a run, as it was left."""

    def __init__(self, run, loss_network, paintings, photos, device, bf16):
        self.run, self.photos, self.device, self.bf16 = run, photos, device, bf16
        self.loss_network = loss_network.to(device)
        self.network = TransformNetwork(run.architecture, run.filters()).to(device)
        self.gamma, self.beta = (
            run.bank(letter).to(device).requires_grad_() for letter in ("gamma", "beta"))
        self.muon = Muon(self.network.filters, [
            momentum.permute(0, 3, 1, 2).contiguous().to(device) for momentum in run.filters("momentum.")])
        self.adam = torch.optim.Adam([self.gamma, self.beta], betas=(0.9, 0.999), eps=1e-8)
        self.completed_steps = run.completed_steps
        for name, parameter in (("bank.gamma", self.gamma), ("bank.beta", self.beta)):
            self.adam.state[parameter] = {
                "step": torch.tensor(float(self.completed_steps)),
                "exp_avg": run.tensors[f"first.{name}"].to(device),
                "exp_avg_sq": run.tensors[f"second.{name}"].to(device)}
        with torch.no_grad(), self.precision():
            grams = [self.loss_network.grams(painting.to(device)) for painting in paintings]
            # The row photo has no painting; its entry is never weighed.
            self.grams = [torch.cat([*layer, layer[0]]) for layer in zip(*grams)]
        self.photo_row = run.rows.index("photo")
        self.schedules = [
            draws.PhotoSchedule(len(photos.sizes), stage["batch_size"], run.settings["seed"], index)
            for index, stage in enumerate(run.schedule)]

    def precision(self):
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.bf16)

    def batch(self):
        """Levels, rows and shift of the next step."""
        settings = self.run.settings
        index, step = self.run.stage(self.completed_steps)
        stage, schedule = self.run.schedule[index], self.schedules[index]
        chosen = schedule.photos(step)
        crops = [schedule.crop(step, place, *self.photos.sizes[photo]) for place, photo in enumerate(chosen)]
        size, steady = stage["image_size"], settings.get("shift_weight", 0) > 0
        levels = self.photos.squares(chosen, crops, size + 3 * steady)
        rows = draws.rows(settings["seed"], self.completed_steps + 1, len(chosen), len(self.run.rows))
        if not steady:
            return levels, rows, None
        x, y = draws.shift(settings["seed"], self.completed_steps + 1)
        left, top = max(0, -x), max(0, -y)
        levels = torch.cat([
            levels[:, :, top:top + size, left:left + size],
            levels[:, :, top + y:top + y + size, left + x:left + x + size]])
        return levels, rows + rows, (x, y)

    def step(self):
        """One step; returns the losses before it, as tensors on the device."""
        levels, rows, shift = self.batch()
        rows = torch.tensor(rows, device=self.device)
        settings = self.run.settings
        pixels = levels / 255
        is_photo = rows == self.photo_row
        with self.precision():
            pictures = self.network(levels, *self.rows(pixels, rows, is_photo))
            with torch.no_grad():
                wanted = self.loss_network(pixels)[CONTENT_TAP]
            taps = self.loss_network(pictures)
            content = relative_error(taps[CONTENT_TAP], wanted)
            layers = torch.stack([
                relative_error(gram(taps[tap]), target[rows]) for tap, target in zip(STYLE_TAPS, self.grams)])
        style = layers.mean(0)
        errors = (pictures - pixels).square().sum(1).mean((1, 2)) / contrast(pixels)
        variation = total_variation(pictures)
        painted = settings["style_weight"] * style + settings["total_variation_weight"] * variation
        total = (settings["content_weight"] * content
                 + torch.where(is_photo, PIXEL_WEIGHT * errors, painted)).mean()
        shifts = None
        if shift is not None:
            shifts = shift_losses(pictures, *shift)
            total = total + settings["shift_weight"] * shifts.mean()
        self.adam.zero_grad()
        total.backward()
        rate = self.learning_rate(self.completed_steps + 1)
        self.adam.param_groups[0]["lr"] = rate
        self.adam.step()
        self.muon.step(FILTER_RATE * rate)
        self.completed_steps += 1
        return {"rows": rows, "total": total, "content": content, "layers": layers, "photo": errors,
                "total_variation": variation, "shift": shifts, "rate": rate}

    def rows(self, pixels, rows, is_photo):
        """γ and β of each photo; those of the last layer are relative to the logits in the row `photo`."""
        gamma, beta = self.gamma[rows], self.beta[rows]
        if self.run.architecture["layers"][-1].get("activation") != "sigmoid":
            return gamma, beta
        logits = torch.logit(pixels, eps=1 / 510)
        mean, deviation = logits.mean((2, 3)), logits.var((2, 3), correction=0).sqrt()
        gain = torch.where(is_photo[:, None], deviation, torch.ones_like(deviation))
        offset = torch.where(is_photo[:, None], mean, torch.zeros_like(mean))
        gamma = torch.cat([gamma[:, :-3], gamma[:, -3:] * gain], 1)
        beta = torch.cat([beta[:, :-3], beta[:, -3:] + offset], 1)
        return gamma, beta

    def learning_rate(self, step):
        steps = self.run.steps
        rise = min(1, step / max(1, min(200, steps // 100)))
        fall = 0.05 + 0.95 * (1 + math.cos(math.pi * min(1, step / steps))) / 2
        return self.run.settings["learning_rate"] * rise * fall

    def tensors(self):
        """What the state holds, on the CPU."""
        found = {}
        for name, filter, momentum in zip(self.run.layers, self.network.filters, self.muon.momenta):
            found[f"network.{name}.weight"] = filter.detach().permute(0, 2, 3, 1)
            found[f"momentum.network.{name}.weight"] = momentum.permute(0, 2, 3, 1)
        for name, letter, parameter in (("bank.gamma", "gamma", self.gamma), ("bank.beta", "beta", self.beta)):
            for row, values in zip(self.run.rows, parameter.detach()):
                found[f"style.{row}.{letter}"] = values.clone()
            state = self.adam.state[parameter]
            found[f"first.{name}"], found[f"second.{name}"] = state["exp_avg"], state["exp_avg_sq"]
        return {name: tensor.contiguous().cpu() for name, tensor in found.items()}


class Muon:
    """Steps along the orthogonal matrix next to the momentum, of all filters of one shape at once.

    The formulas of Jordan et al. 2024, with the scale of Liu et al. 2025 without its 0.2.
    """

    def __init__(self, filters, momenta):
        self.filters, self.momenta = list(filters), momenta
        self.groups = {}
        for place, filter in enumerate(self.filters):
            self.groups.setdefault(tuple(filter.shape), []).append(place)

    @torch.no_grad()
    def step(self, rate):
        for shape, places in self.groups.items():
            gradients = torch.stack([self.filters[place].grad for place in places])
            momenta = torch.stack([self.momenta[place] for place in places]) * MUON_DECAY + gradients
            matrices = (gradients + MUON_DECAY * momenta).flatten(2)
            steps = orthogonalized(matrices) * (rate * max(matrices.shape[1:]) ** 0.5)
            for place, momentum, change in zip(places, momenta, steps):
                self.momenta[place] = momentum
                self.filters[place] -= change.view(shape)
                self.filters[place].grad = None


def orthogonalized(matrices):
    x = matrices / matrices.norm(dim=(1, 2), keepdim=True)
    for _ in range(5):
        a = x @ x.mT
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
    return x


def total_variation(pictures):
    """The mean squared difference of neighbours."""
    down = (pictures[:, :, 1:] - pictures[:, :, :-1]).square().sum((1, 2, 3))
    right = (pictures[:, :, :, 1:] - pictures[:, :, :, :-1]).square().sum((1, 2, 3))
    return (down + right) / pictures[0].numel()
