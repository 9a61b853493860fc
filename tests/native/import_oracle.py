"""Networks of torchvision with random weights as files, and what they make of a film, for
import_test.cpp to compare with.

    import_oracle.py FOLDER

Exit status 77 where there is no torchvision. Nothing of the project itself uses Python.
"""

import json
import sys
import warnings

sys.dont_write_bytecode = True
from torchvision_oracle import as_xrv, make, randomise, write_safetensors

import torch
import torchvision

LABELS = 5
PIXELS = 64
XRV_LABELS = ["Atelectasis", "", "Edema", "Mass", "", "Hernia"]
XRV_THRESHOLDS = [0.25, float("nan"), 0.5, 0.0625, float("nan"), 0.75]
MEANS = torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)
DEVIATIONS = torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)

# architecture, opset of its ONNX file
NETWORKS = [
    ("densenet121", 13),
    ("resnet18", 9),
    ("resnet50", 17),
    ("efficientnet_b0", 11),
    ("efficientnet_b1", 17),
    ("mobilenet_v2", 12),
    ("mobilenet_v3_small", 9),
    ("mobilenet_v3_large", 15),
]
# Go on to ONNX and TorchScript, and come back.
ONWARD = ("mobilenet_v3_small", "efficientnet_b0")


class WithHead(torch.nn.Module):
    """A network inside another that ends in what its labels are scored by."""

    def __init__(self, network, end):
        super().__init__()
        self.network = network
        self.end = end

    def forward(self, images):
        return self.end(self.network(images))


class Normalised(torch.nn.Module):
    """A network that scales pixels itself, as many exported ones do."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, images):
        return self.network((images - MEANS) / DEVIATIONS)


class Odd(torch.nn.Module):
    """Layers that torchvision's networks do not have."""

    def __init__(self):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(3, 8, (3, 5), (2, 1), (1, 2))
        self.conv2 = torch.nn.Conv2d(8, 16, 3, 1, 1, groups=4)
        self.norm = torch.nn.BatchNorm2d(16)
        self.conv3 = torch.nn.Conv2d(16, 16, 3)
        self.conv4 = torch.nn.Conv2d(32, 6, 1)
        self.fc1 = torch.nn.Linear(6 * 5 * 5, 12)
        self.fc2 = torch.nn.Linear(12, LABELS)

    def forward(self, images):
        x = torch.nn.functional.leaky_relu(self.conv1(images), 0.1)
        x = torch.nn.functional.max_pool2d(x, 3, 2, 1, ceil_mode=True)
        x = self.conv2(x) * 0.5 - 0.25
        x = torch.nn.functional.relu6(x) + self.conv3(torch.nn.functional.pad(self.norm(x), (1, 1, 0, 2)))
        x = torch.nn.functional.avg_pool2d(x, (2, 3), (1, 2), (1, 1), count_include_pad=False)
        x = x * x.mean((2, 3), keepdim=True).sigmoid()
        x = self.conv4(torch.cat([x, x.relu()], 1))
        x = torch.nn.functional.avg_pool2d(x, 4, 4, ceil_mode=True)
        x = x.view(x.size(0), -1)
        return self.fc2(self.fc1(x).relu())


def small(network):
    """With a last layer whose logits stay near 0: a film of another kind than the statistics' makes
    random networks run away, and their self-test's difference is one of 0.001, whatever the logits."""
    last = [module for module in network.modules() if isinstance(module, torch.nn.Linear)][-1]
    with torch.no_grad():
        last.weight *= 1e-4
        last.bias *= 1e-4


def film():
    """A picture of a film's kind, 8 bit: broad shades and a little noise."""
    y, x = torch.meshgrid(torch.linspace(-1, 1, PIXELS), torch.linspace(-1, 1, PIXELS), indexing="ij")
    shade = 0.5 + 0.3 * torch.cos(3 * x) * torch.sin(2 * y + 1) + 0.05 * torch.randn(PIXELS, PIXELS)
    return (shade.clamp(0, 1) * 255).round()


def to_onnx(network, channels, file, opset, fixed=False):
    axes = None if fixed else {"images": {0: "batch"}, "scores": {0: "batch"}}
    torch.onnx.export(
        network.eval(),
        torch.randn(1, channels, PIXELS, PIXELS),
        file,
        opset_version=opset,
        input_names=["images"],
        output_names=["scores"],
        dynamic_axes=axes,
    )


def main(folder):
    warnings.simplefilter("ignore")
    torch.manual_seed(11)
    picture = film()
    pixels = picture / 255
    colour = ((pixels - MEANS) / DEVIATIONS)[None]
    write_safetensors(f"{folder}/film", {"film": picture.to(torch.float32)})
    cases = []

    def add(name, file, logits, **said):
        labels = said.pop("labels", [f"finding {i + 1}" for i in range(logits.numel())])
        cases.append({"name": name, "file": file, "labels": labels, "logits": logits.flatten().tolist(), **said})

    def logits_of(network, images):
        with torch.no_grad():
            return network.eval()(images)

    for architecture, opset in NETWORKS:
        network = make(architecture, LABELS)
        randomise(network, PIXELS)
        small(network)
        logits = logits_of(network, colour)
        said = {"activation": "softmax", "input": f"size={PIXELS}"}
        weights = f"{folder}/{architecture}.pth"
        torch.save(network.state_dict(), weights)
        add(f"{architecture}, weights", weights, logits, **said)
        onnx = f"{folder}/{architecture}.onnx"
        to_onnx(network, 3, onnx, opset)
        add(f"{architecture}, ONNX {opset}", onnx, logits, activation="softmax", input="imagenet", onward=architecture in ONWARD)
        if architecture == "mobilenet_v2":
            kept_network = network
        if architecture == "mobilenet_v3_small":
            script = f"{folder}/{architecture}.script.pt"
            torch.jit.save(torch.jit.script(network.eval()), script)
            traced = f"{folder}/{architecture}.traced.pt"
            torch.jit.save(torch.jit.trace(network.eval(), colour), traced)
            add(f"{architecture}, traced", traced, logits, activation="softmax", input=f"imagenet,size={PIXELS}", trust=True)

    logits = logits_of(kept_network, colour)
    file = f"{folder}/softmax.onnx"
    to_onnx(WithHead(kept_network, torch.nn.Softmax(1)), 3, file, 13, fixed=True)
    add("ends in a softmax", file, logits, input="imagenet", ends="softmax")
    file = f"{folder}/scaled.onnx"
    to_onnx(WithHead(Normalised(kept_network), torch.nn.Sigmoid()), 3, file, 13)
    add("scales pixels and ends in a sigmoid", file, logits, input="range=0:1", ends="sigmoid")
    odd = Odd()
    randomise(odd, PIXELS)
    file = f"{folder}/odd.onnx"
    to_onnx(odd, 3, file, 13)
    add("odd layers", file, logits_of(odd, colour), activation="softmax", input="imagenet", onward=True)

    # As TorchXRayVision publishes its networks: one channel, 18 labels of which some are empty.
    network = make("densenet121", len(XRV_LABELS))
    network.features.conv0 = torch.nn.Conv2d(1, 64, 7, 2, 3, bias=False)
    randomise(network, PIXELS)
    small(network)
    logits = logits_of(network, ((2 * pixels - 1) * 1024)[None, None])
    network = as_xrv(network)
    del network.op_threshs
    network.register_buffer("op_threshs", torch.tensor(XRV_THRESHOLDS))
    network.pathologies = XRV_LABELS
    kept = [i for i, label in enumerate(XRV_LABELS) if label]
    file = f"{folder}/xrv.pt"
    torch.save({"model": network, "optimizer": {"state": {}, "param_groups": []}, "epoch": 7}, file, _use_new_zipfile_serialization=False)
    add(
        "TorchXRayVision's DenseNet",
        file,
        logits[:, kept],
        labels=None,
        input=f"size={PIXELS}",
        ends="sigmoid",
        expected_labels=[XRV_LABELS[i] for i in kept],
        thresholds=[XRV_THRESHOLDS[i] for i in kept],
    )

    with open(f"{folder}/cases.json", "w") as stream:
        json.dump(cases, stream)


if __name__ == "__main__":
    main(sys.argv[1])
