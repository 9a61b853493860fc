"""Networks of torchvision with random weights and batch statistics, for `tools/bench networks`: of one
channel and 18 labels, as ONNX, and what PyTorch makes of a film.

    networks.py FOLDER FILM NAME...

FILM: 224 x 224 bytes, 0 black, 255 white. Writes FOLDER/NAME.onnx and FOLDER/NAME.json of each, with its
logits.
"""

import json
import os
import sys
import warnings

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../tests/native"))
from torchvision_oracle import make, randomise

import torch

PIXELS = 224
LABELS = 18
MEAN = 0.5
STD = 0.25


def one_channel(network):
    """The first convolution of one channel, so that all read the very same floats."""
    for parent in network.modules():
        for name, child in parent.named_children():
            if isinstance(child, torch.nn.Conv2d):
                made = torch.nn.Conv2d(
                    1, child.out_channels, child.kernel_size, child.stride, child.padding, bias=False
                )
                setattr(parent, name, made)
                return


def main(folder, film, *names):
    warnings.simplefilter("ignore")
    torch.manual_seed(25)
    with open(film, "rb") as stream:
        pixels = torch.frombuffer(bytearray(stream.read()), dtype=torch.uint8)
    images = ((pixels.reshape(1, 1, PIXELS, PIXELS) / 255) - MEAN) / STD
    for name in names:
        network = make(name, LABELS)
        one_channel(network)
        randomise(network, PIXELS)
        network.eval()
        last = [module for module in network.modules() if isinstance(module, torch.nn.Linear)][-1]
        with torch.no_grad():
            # Logits near 0 and of a spread of 1, so that a score in float32 gives them back.
            logits = network(images)
            last.weight /= logits.std()
            last.bias.copy_((last.bias - logits.mean()) / logits.std())
            logits = network(images)
        torch.onnx.export(
            network, images, f"{folder}/{name}.onnx", opset_version=13, input_names=["input"], output_names=["logits"]
        )
        with open(f"{folder}/{name}.logits.json", "w") as stream:
            json.dump(logits.flatten().tolist(), stream)


if __name__ == "__main__":
    main(*sys.argv[1:])
