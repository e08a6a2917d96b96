"""The folder of a run of `impasto train`: Docs/Formats/RunFolder.md and Checkpoint.md."""

import hashlib
import json
import os
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file


class Run:
    """A run that `impasto train` has begun, to be taken up and left so that it can go on."""

    def __init__(self, checkpoint):
        self.checkpoint = Path(checkpoint)
        self.folder = self.checkpoint.with_suffix(".training")
        beginning = json.loads((self.folder / "run.json").read_text())
        if "rows" in beginning:
            raise SystemExit(f"train-on-gpu: {self.folder}: this run adds styles; go on with impasto add-style --resume")
        if "teacher" in beginning:
            raise SystemExit(f"train-on-gpu: {self.folder}: this run learns the pictures of a teacher, which "
                             "takes no GPU; go on with impasto train --resume")
        self.settings = beginning["settings"]
        self.styles, self.photos = beginning["styles"], beginning["photos"]
        one_stage = {key: self.settings.get(key) for key in ("image_size", "steps", "batch_size")}
        self.schedule = self.settings.get("schedule") or [one_stage]
        self.steps = sum(stage["steps"] for stage in self.schedule)
        with safe_open(self.folder / "state.safetensors", "pt") as state:
            self.metadata = dict(state.metadata())
            self.tensors = {name: state.get_tensor(name).float() for name in state.keys()}
        self.architecture = json.loads(self.metadata["architecture"])
        self.rows = json.loads(self.metadata["rows"])
        self.completed_steps = int(self.metadata["completed_steps"])
        self.layers = [layer["name"] for layer in self.architecture["layers"]]

    def stage(self, step):
        """The stage of the step that follows on `step` others, and how many of its own were done."""
        for index, stage in enumerate(self.schedule):
            if step < stage["steps"] or index == len(self.schedule) - 1:
                return index, step
            step -= stage["steps"]

    def filters(self, prefix=""):
        return [self.tensors[f"{prefix}network.{name}.weight"] for name in self.layers]

    def bank(self, letter):
        return torch.stack([self.tensors[f"style.{row}.{letter}"] for row in self.rows])

    def save(self, tensors, completed_steps, records):
        """Writes the state, the checkpoint and the losses, each whole or not at all."""
        training = json.loads(self.metadata["training"]) | {"completed_steps": str(completed_steps)}
        model = {name: tensor for name, tensor in tensors.items()
                 if name.startswith(("network.", "style."))}
        metadata = self.metadata | {
            "completed_steps": str(completed_steps), "fingerprint": self.fingerprint(model),
            "training": json.dumps(training, sort_keys=True)}
        write(tensors, metadata, self.folder / "state.safetensors")
        del metadata["completed_steps"]
        write(model, metadata, self.checkpoint)
        with open(self.folder / "losses.jsonl", "a") as log:
            log.writelines(json.dumps(record, sort_keys=True) + "\n" for record in records)

    def fingerprint(self, tensors):
        digest = hashlib.sha256()
        for name in self.layers:
            digest.update(tensors[f"network.{name}.weight"].numpy().astype("<f4").tobytes())
        return digest.hexdigest()


def write(tensors, metadata, path):
    draft = path.with_name(f".{path.name}.draft")
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, draft, metadata)
    mask = os.umask(0)
    os.umask(mask)
    os.chmod(draft, 0o666 & ~mask)
    os.replace(draft, path)
