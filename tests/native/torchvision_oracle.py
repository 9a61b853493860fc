"""What torchvision makes of random networks, for torchvision_test.cpp to compare with.

    torchvision_oracle.py FOLDER

Writes, for each case, weights, images and expected tensors, and their list, cases.json. Exit status
77 where there is no torchvision. Nothing of the project itself uses Python.
"""

import argparse
import json
import re
import struct
import sys
import types
from collections import OrderedDict

try:
    import torch
    import torchvision
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)

DTYPES = {torch.float32: "F32", torch.float16: "F16", torch.int64: "I64"}

# Feature maps as the project names them, and torchvision's modules that give them.
DENSE_MAPS = {name: f"features.{name}" for name in ("pool0", "denseblock1", "denseblock3")}
INCEPTION_MAPS = ["maxpool1", "maxpool2", "Mixed_5d", "Mixed_6a", "Mixed_6e", "Mixed_7c"]
EFFICIENT_MAPS = [f"features.{i}" for i in range(9)]

# architecture, labels, channels, pixels, ending of the weights' file
CASES = [
    ("densenet121", 14, 3, 64, "safetensors"),
    ("densenet121", 3, 1, 75, "before2018.pth"),
    ("densenet121", 14, 1, 70, "chexnet.pth.tar"),
    ("densenet121", 18, 1, 64, "xrv.pt"),
    ("densenet121", 18, 1, 66, "xrv.state.pt"),
    ("inception_v3", 5, 3, 107, "python2.pth"),
    ("inception_v3", 14, 1, 96, "timm.pth"),
    ("efficientnet_b0", 1000, 3, 64, "pth"),
    ("efficientnet_b0", 3, 1, 65, "module.pt"),
    ("efficientnet_b1", 14, 1, 64, "python2.pth"),
    ("efficientnet_b2", 3, 3, 64, "timm.pth"),
    ("efficientnet_b3", 14, 1, 70, "lightning.ckpt"),
    ("efficientnet_b4", 5, 3, 64, "half.safetensors"),
    ("efficientnet_b5", 14, 1, 64, "half.parallel.bin"),
    ("efficientnet_b6", 14, 1, 64, "half.safetensors"),
    ("efficientnet_b7", 14, 1, 64, "half.pth"),
]
# What standard error must say of a file.
SAYS = {
    "lightning.ckpt": [
        'its weights are in "state_dict"; not read: epoch, ',
        'names are taken without "model."; not loaded, as they lack it: criterion.pos_weight',
    ],
    "half.parallel.bin": ['its weights are in "model"', 'names are taken without "module."'],
    "chexnet.pth.tar": ['names are taken without "module.densenet121."'],
    "xrv.pt": ["a whole module, torchxrayvision.models.DenseNet"],
    "xrv.state.pt": ["op_threshs is not loaded"],
    "module.pt": ["a whole module, torchvision.models.efficientnet.EfficientNet"],
}
INCEPTION_PIXELS = 299  # the least that torchvision's auxiliary head takes
TRAINING_CASES = [
    ("densenet121", 64),
    ("inception_v3", INCEPTION_PIXELS),
    ("efficientnet_b0", 64),
    ("efficientnet_b5", 64),
]


class AsPython2:
    """Is pickled as Python 2 did an OrderedDict: a call with a list of pairs."""

    def __init__(self, items):
        self.items = items

    def __reduce__(self):
        return OrderedDict, ([[name, tensor] for name, tensor in self.items.items()],)


def as_xrv(network):
    """The module as TorchXRayVision's package pickles it: by the names of its own classes."""
    package = types.ModuleType("torchxrayvision.models")
    sys.modules["torchxrayvision"] = types.ModuleType("torchxrayvision")
    sys.modules["torchxrayvision.models"] = package
    for module in network.modules():
        name = type(module).__name__
        if name not in ("DenseNet", "_DenseBlock", "_DenseLayer", "_Transition"):
            continue
        if not hasattr(package, name):
            made = type(name, (torch.nn.Module,), {"__module__": "torchxrayvision.models"})
            setattr(package, name, made)
        module.__class__ = getattr(package, name)
    network.op_threshs = None
    return network


def adam_state(network):
    """Of an optimizer after a step, as a checkpoint has it beside the network."""
    adam = torch.optim.Adam(network.parameters())
    for parameter in network.parameters():
        parameter.grad = torch.zeros_like(parameter)
    adam.step()
    for parameter in network.parameters():
        parameter.grad = None
    return adam.state_dict()


def timm_name(name):
    """timm's name of a tensor of torchvision's EfficientNet (timm/models/_efficientnet_blocks.py)."""
    ends = {"0.0": "conv_stem", "0.1": "bn1", "8.0": "conv_head", "8.1": "bn2"}
    first = {"0.0": "conv_dw", "0.1": "bn1", "2.0": "conv_pw", "2.1": "bn2"}
    first.update({"1.fc1": "se.conv_reduce", "1.fc2": "se.conv_expand"})
    other = {"0.0": "conv_pw", "0.1": "bn1", "1.0": "conv_dw", "1.1": "bn2"}
    other.update({"2.fc1": "se.conv_reduce", "2.fc2": "se.conv_expand"})
    other.update({"3.0": "conv_pwl", "3.1": "bn3"})
    part = re.fullmatch(r"features\.([1-7])\.(\d+)\.block\.(\d\.(?:\d|fc\d))\.(\w+)", name)
    if part:
        names = first if part[1] == "1" else other
        return f"blocks.{int(part[1]) - 1}.{part[2]}.{names[part[3]]}.{part[4]}"
    part = re.fullmatch(r"features\.(\d\.\d)\.(\w+)", name)
    if part:
        return f"{ends[part[1]]}.{part[2]}"
    return name.replace("classifier.1", "classifier")


def write_safetensors(file, tensors):
    """The header's length, the header, the bytes (github.com/huggingface/safetensors)."""
    header, blobs, end = {}, [], 0
    for name, tensor in tensors.items():
        blobs.append(tensor.detach().contiguous().numpy().tobytes())
        begin, end = end, end + len(blobs[-1])
        header[name] = {
            "dtype": DTYPES[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [begin, end],
        }
    text = json.dumps(header).encode()
    with open(file, "wb") as stream:
        stream.write(struct.pack("<Q", len(text)) + text)
        for blob in blobs:
            stream.write(blob)


def write_weights(file, network):
    """In one of the ways in which weights are published, which the file's ending names."""
    state = network.state_dict()
    if ".half." in file:
        for name, tensor in state.items():
            state[name] = tensor.half() if tensor.is_floating_point() else tensor
    if file.endswith(".safetensors"):
        write_safetensors(file, state)
    elif file.endswith(".lightning.ckpt"):
        named = {f"model.{name}": tensor for name, tensor in state.items()}
        named["criterion.pos_weight"] = torch.ones(14)
        checkpoint = {
            "epoch": 3,
            "global_step": 2**40,
            "pytorch-lightning_version": "1.9.0",
            "state_dict": OrderedDict(named),
            "loops": {"fit_loop": {"state_dict": {}}},
            "callbacks": {"EarlyStopping{'mode': 'min'}": {"best": torch.tensor(0.5)}},
            "optimizer_states": [adam_state(network)],
            "hyper_parameters": {"seed": 2**63 + 1, "size": (224, 224)},
        }
        torch.save(checkpoint, file)
    elif file.endswith(".parallel.bin"):
        named = OrderedDict((f"module.{name}", tensor) for name, tensor in state.items())
        torch.save({"model": named, "optimizer": adam_state(network), "epoch": 1}, file)
    elif file.endswith(".chexnet.pth.tar"):
        named = {}
        for name, tensor in state.items():
            name = re.sub(r"(denselayer\d+\.(?:norm|conv))([12])", r"\1.\2", name)
            named["module.densenet121." + name.replace("classifier", "classifier.0")] = tensor
        torch.save({"epoch": 1, "state_dict": named, "best_loss": torch.tensor(1.0)}, file)
    elif file.endswith(".xrv.pt"):
        torch.save(as_xrv(network), file, _use_new_zipfile_serialization=False)
    elif file.endswith(".xrv.state.pt"):
        state["op_threshs"] = torch.full((18,), float("nan"))
        torch.save(state, file)
    elif file.endswith(".module.pt"):
        torch.save(network, file)
    elif file.endswith(".timm.pth"):
        named = {timm_name(n): t for n, t in state.items() if not n.startswith("AuxLogits.")}
        arguments = argparse.Namespace(model="efficientnet_b2", lr=0.1)
        torch.save({"epoch": 1, "arch": "timm", "state_dict": named, "args": arguments}, file)
    elif file.endswith(".python2.pth"):
        torch.save(AsPython2(state), file, _use_new_zipfile_serialization=False)
    elif file.endswith(".before2018.pth"):
        # Torchvision's own file of DenseNet still has norm.1 where the network has norm1.
        renamed = OrderedDict()
        for name, tensor in state.items():
            if "denselayer" in name:
                for part in "norm1", "norm2", "conv1", "conv2":
                    name = name.replace(part, f"{part[:-1]}.{part[-1]}")
            renamed[name] = tensor
        torch.save(renamed, file, _use_new_zipfile_serialization=False)
    else:
        torch.save(state, file)


def make(architecture, labels):
    """Torchvision's network with the chance of its training taken out."""
    options = {"init_weights": False} if architecture == "inception_v3" else {}
    network = getattr(torchvision.models, architecture)(num_classes=labels, **options)
    for module in network.modules():
        if isinstance(module, (torch.nn.Dropout, torchvision.ops.StochasticDepth)):
            module.p = 0.0
    return network


def channels_of(network):
    return next(network.parameters()).shape[1]


def randomise(network, pixels):
    """Norms of any scale, with the statistics of a batch, disturbed.

    Statistics of too few images would make the next images run away from layer to layer, and with
    them the differences of rounding.
    """
    norms = [m for m in network.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        torch.nn.init.uniform_(norm.weight, 0.5, 1.5)
        torch.nn.init.uniform_(norm.bias, -0.3, 0.3)
        norm.momentum = 1.0
    images = 2 if pixels == INCEPTION_PIXELS else 16
    with torch.no_grad():
        network.train()(torch.randn(images, channels_of(network), pixels, pixels))
    for norm, momentum in zip(norms, momenta):
        norm.momentum = momentum
        norm.running_mean += 0.1 * norm.running_var.sqrt() * torch.randn_like(norm.running_mean)
        norm.running_var *= torch.empty_like(norm.running_var).uniform_(0.7, 1.5)


def evaluated(network, images, maps):
    expected = {}
    hooks = []
    for name, module in maps.items():

        def keep(module, inputs, output, name=name):
            expected[name] = output.clone()  # what follows may work in place

        hooks.append(network.get_submodule(module).register_forward_hook(keep))
    with torch.no_grad():
        expected["logits"] = network.eval()(images)
    for hook in hooks:
        hook.remove()
    return expected


def trained(network, images):
    """Outputs, gradient of the first weights, and statistics, of a step in training mode."""
    output = network.train()(images)
    logits, auxiliary = output if isinstance(output, tuple) else (output, None)
    ramp = torch.linspace(-1, 1, logits.numel()).view_as(logits)
    expected = {"logits": logits}
    loss = (logits * ramp).sum()
    if auxiliary is not None:
        expected["auxiliary"] = auxiliary
        loss = loss + (auxiliary * ramp).sum()
    loss.backward()
    name, first = next(network.named_parameters())
    expected["gradient:" + name] = first.grad
    for name, buffer in network.named_buffers():
        if "running" in name:
            expected["buffer:" + name] = buffer
    return expected


def main(folder):
    torch.manual_seed(7)
    cases = {"evaluation": [], "training": []}
    images_of = {}
    logits_of = {}

    def add(mode, name, architecture, labels, weights, images, expected):
        write_safetensors(f"{folder}/{name}.images", {"input": images})
        write_safetensors(f"{folder}/{name}.expected", expected)
        cases[mode].append(
            {"name": name, "architecture": architecture, "labels": labels, "weights": weights}
        )

    for architecture, labels, channels, pixels, ending in CASES:
        name = f"{architecture}-{channels}x{pixels}"
        shape = (2, channels, pixels, pixels)
        images = images_of.setdefault(shape, torch.randn(shape))
        network = make(architecture, labels)
        if "xrv" in ending:
            network.features.conv0 = torch.nn.Conv2d(1, 64, 7, 2, 3, bias=False)
        inception = architecture == "inception_v3"
        randomise(network, INCEPTION_PIXELS if inception else pixels)
        if "half" in ending:
            network.half().float()
        maps = (
            DENSE_MAPS
            if architecture == "densenet121"
            else {map: map for map in (INCEPTION_MAPS if inception else EFFICIENT_MAPS)}
        )
        # What a network for grey images must equal is torchvision's on grey repeated.
        expected = evaluated(network, images.expand(-1, channels_of(network), -1, -1), maps)
        logits_of[architecture] = expected["logits"]
        weights = f"{folder}/{name}.{ending}"
        write_weights(weights, network)
        add("evaluation", name, architecture, labels, [weights], images, expected)
        cases["evaluation"][-1]["says"] = SAYS.get(ending, [])

    # The last two cases, on the same images, are the members of the paper's teacher.
    expected = {"logits": (logits_of["efficientnet_b6"] + logits_of["efficientnet_b7"]) / 2}
    weights = [case["weights"][0] for case in cases["evaluation"][-2:]]
    add("evaluation", "teacher", "efficientnet_b6+b7", labels, weights, images, expected)

    for architecture, pixels in TRAINING_CASES:
        name = f"{architecture}-training"
        network = make(architecture, 5)
        randomise(network, pixels)
        weights = f"{folder}/{name}.safetensors"
        write_weights(weights, network)
        images = torch.randn(4, 3, pixels, pixels)
        add("training", name, architecture, 5, [weights], images, trained(network, images))

    with open(f"{folder}/cases.json", "w") as stream:
        json.dump(cases, stream)


if __name__ == "__main__":
    main(sys.argv[1])
