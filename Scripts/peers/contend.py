"""One of the programs that bench-peers lets take turns, on another runtime than Impasto's own.

Takes the same order and holds the same dialogue as `Sources/ImpastoBench/Contender.swift`; the order has
a runtime besides, and for ONNX models the path of one. Pictures are saved as NumPy arrays, f32 levels.
Stylising is timed from an f32 tensor to an f32 tensor.
"""

import json
import os
import sys
import time

import numpy
from PIL import Image


def levels(path):
    """A photo as f32 NCHW, 0…255."""
    pixels = numpy.asarray(Image.open(path).convert("RGB"), numpy.float32)
    return numpy.ascontiguousarray(pixels.transpose(2, 0, 1)[None])


def onnx_runtime(order):
    import onnxruntime

    photo = levels(order["photos"][0]) * numpy.float32(order.get("white", 1) / 255)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = order["threads"]
    names = order.get("extents", ("batch", "height", "width"))
    for name, extent in zip(names, (1, *photo.shape[2:])):
        options.add_free_dimension_override_by_name(name, extent)
    # Threads may look for work while a picture is painted, but not while others have their turn.
    options.add_session_config_entry("session.force_spinning_stop", "1")
    session = onnxruntime.InferenceSession(
        order["onnx"], options, providers=["CPUExecutionProvider"]
    )
    inputs = {session.get_inputs()[0].name: photo}
    if "mixture" in order:
        inputs[session.get_inputs()[1].name] = numpy.array(order["mixture"], numpy.float32)
    white = numpy.float32(order.get("white", 1))
    if white == 1:
        return lambda: session.run(None, inputs)[0]
    return lambda: session.run(None, inputs)[0] / white


def openvino(order):
    import openvino

    photo = levels(order["photos"][0]) / 255
    model = openvino.Core().read_model(order["onnx"])
    model.reshape({"photo": list(photo.shape)})
    compiled = openvino.compile_model(
        model,
        "CPU",
        {
            "INFERENCE_PRECISION_HINT": order["precision"],
            "INFERENCE_NUM_THREADS": order["threads"],
            "PERFORMANCE_HINT": "LATENCY",
        },
    )
    request = compiled.create_infer_request()
    return lambda: request.infer({"photo": photo}, share_inputs=True)[0]


def pytorch(order):
    import torch

    from torch_network import TransformNetwork

    torch.set_num_threads(order["threads"])
    photo = torch.from_numpy((levels(order["photos"][0]) - 128) / 128)
    photo = photo.to(memory_format=torch.channels_last)
    network = TransformNetwork(order["model"], [order["style"]])
    network = network.to(memory_format=torch.channels_last).eval()
    with torch.no_grad():
        rows = [
            [part.clone() for part in row[0].split(network.channels)]
            for row in (network.gamma, network.beta)
        ]
    # Weights become constants, prepared once, as the other runtimes do it.
    os.environ["TORCHINDUCTOR_FREEZING"] = "1"
    compiled = torch.compile(network)
    is_half = order["precision"] == "bf16"

    def run():
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=is_half):
            return torch.sigmoid(compiled(photo, *rows).float())

    return run


def pytorch_training(order):
    import torch

    from torch_training import Trainer

    torch.set_num_threads(order["threads"])
    photos = [torch.from_numpy(levels(path)) for path in order["photos"]]
    trainer = Trainer(
        order["model"],
        order["style"],
        torch.from_numpy(levels(order["painting"]) / 255),
        torch.cat(photos).to(memory_format=torch.channels_last),
        autocast=order["precision"] == "bf16",
    )
    return trainer.step


TASKS = {
    ("onnxruntime", "stylize"): onnx_runtime,
    ("openvino", "stylize"): openvino,
    ("pytorch", "stylize"): pytorch,
    ("pytorch", "train"): pytorch_training,
}


def main():
    order = json.loads(sys.argv[1])
    run = TASKS[order["runtime"], order["task"]](order)
    result = None
    print("ready", flush=True)
    for line in sys.stdin:
        request, _, path = line.strip().partition(" ")
        if request == "run":
            start = time.perf_counter()
            result = run()
            print(1000 * (time.perf_counter() - start), flush=True)
        elif request == "save":
            picture = 255 * numpy.asarray(result)[0].transpose(1, 2, 0)
            numpy.save(path, picture.clip(0, 255))
            print("saved", flush=True)
        elif request == "loss":
            print(result, flush=True)
        else:
            sys.exit(f"contend: {line!r} asks for nothing known")


main()
