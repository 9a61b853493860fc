#!/usr/bin/env python3
"""Training speed of cxr-bench-train against the same network in PyTorch or torchvision.

Both sides start from the same weights and take the same steps (Adam, binary cross-entropy, the
same images, weights with channels last, the same threads), in turns within each round. Whoever
reads the ratio can so trust that nothing else changed, whatever else the machine does. The losses
of both sides are compared, so that what is fast is also right. Measured is what a step costs once
its images are there; reading and augmenting them is not part of it.
"""
import argparse
import datetime
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import time

try:
    import torch
    import torchvision
    from torch import nn
    from torch.nn import functional as F
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)

AUXILIARY_WEIGHT = 0.4
# Input pixels of each network, and images a step.
NETWORKS = {"student": (224, 32), "densenet121": (224, 16), "inception_v3": (299, 16)}
# The first loss is computed from the same weights; what follows drifts by rounding.
LOSS_TOLERANCE = {"float32": 1e-4, "bfloat16": 2e-2}


class Student(nn.Module):
    """native/models/student.h."""

    def __init__(self, labels):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 64, 5, padding=2, bias=False)
        self.norm1 = nn.BatchNorm2d(64)
        self.conv2 = nn.Conv2d(64, 64, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(64)
        self.conv3 = nn.Conv2d(64, 128, 3, padding=1, bias=False)
        self.norm3 = nn.BatchNorm2d(128)
        self.fc1 = nn.Linear(128, 64)
        self.fc2 = nn.Linear(64, labels)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.norm1(self.conv1(x))), 2)
        x = F.max_pool2d(F.relu(self.norm2(self.conv2(x))), 2)
        x = F.max_pool2d(F.relu(self.norm3(self.conv3(x))), 2)
        return self.fc2(F.relu(self.fc1(x.mean((2, 3)))))


def network(name, labels):
    if name == "student":
        return Student(labels)
    if name == "densenet121":
        return torchvision.models.densenet121(num_classes=labels)
    return torchvision.models.inception_v3(
        num_classes=labels, aux_logits=True, init_weights=False, dropout=0.0
    )


class Ours:
    def __init__(self, program, name, size, batch, options, file):
        self.process = subprocess.Popen(
            [program, name, str(batch), str(size), str(options.threads), options.device,
             options.precision, file],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        parameters, self.version = self.answer()
        self.parameters = int(parameters)

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"cxr-bench-train ended with exit code {self.process.wait()}")
        return line.split()

    def steps(self, count):
        self.process.stdin.write(f"{count}\n")
        self.process.stdin.flush()
        return tuple(float(word) for word in self.answer())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Theirs:
    def __init__(self, name, options, file):
        given = torch.jit.load(file)
        self.images, self.targets = given.images, given.targets
        self.network = network(name, self.targets.shape[1])
        self.network.load_state_dict(given.network.state_dict())
        self.parameters = sum(p.numel() for p in self.network.parameters())
        device = torch.device(options.device)
        self.network.to(device, memory_format=torch.channels_last).train()
        self.images = self.images.to(device, memory_format=torch.channels_last)
        self.targets = self.targets.to(device)
        self.bfloat16 = options.precision == "bfloat16"
        self.optimizer = torch.optim.Adam(self.network.parameters(), lr=1e-3)

    def loss(self, logits):
        return F.binary_cross_entropy_with_logits(logits.float(), self.targets)

    def step(self):
        self.optimizer.zero_grad(set_to_none=True)
        with torch.autocast(self.images.device.type, torch.bfloat16, enabled=self.bfloat16):
            output = self.network(self.images)
        if isinstance(output, torch.Tensor):
            loss = self.loss(output)
        else:
            loss = self.loss(output.logits) + AUXILIARY_WEIGHT * self.loss(output.aux_logits)
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def steps(self, count):
        start = time.perf_counter()
        losses = [self.step() for _ in range(count)]
        if self.images.is_cuda:
            torch.cuda.synchronize()
        return time.perf_counter() - start, losses[0], losses[-1]


def check(name, what, holds):
    if not holds:
        sys.exit(f"{name}: {what}; the two sides do not train the same network")


def compare(name, options):
    size, batch = NETWORKS[name]
    if options.quick:
        size, batch = (299 if name == "inception_v3" else 64), 2
    file = os.path.join(options.folder, f"{name}.pt")
    ours = Ours(options.program, name, size, batch, options, file)
    theirs = Theirs(name, options, file)
    check(name, f"{ours.parameters} parameters against {theirs.parameters}",
          ours.parameters == theirs.parameters)

    tolerance = LOSS_TOLERANCE[options.precision]
    first = [side.steps(1)[1] for side in (ours, theirs)]
    check(name, f"the first losses are {first[0]} and {first[1]}",
          abs(first[0] - first[1]) <= tolerance * abs(first[1]))
    # The second step is warm; from it, how many make a round of some seconds.
    seconds = max(side.steps(1)[0] for side in (ours, theirs))
    steps = 1 if options.quick else max(1, math.ceil(options.seconds / seconds))
    rates, last = ([], []), [0, 0]
    for number in range(options.rounds):
        for side in (0, 1) if number % 2 == 0 else (1, 0):
            seconds, _, last[side] = (ours, theirs)[side].steps(steps)
            rates[side].append(steps * batch / seconds)
    for side in (0, 1):
        check(name, f"the loss went from {first[side]} to {last[side]}",
              math.isfinite(last[side]) and last[side] < first[side])
    ours.close()
    ratios = [a / b for a, b in zip(*rates)]
    return {
        "network": name, "parameters": ours.parameters, "size": size, "batch": batch,
        "steps_a_round": steps, "libtorch": ours.version,
        "images_per_second": statistics.median(rates[0]),
        "pytorch_images_per_second": statistics.median(rates[1]),
        "ratio": statistics.median(ratios), "ratios": ratios,
        "first_loss": first, "last_loss": last,
    }


def processor():
    if os.path.exists("/proc/cpuinfo"):
        for line in open("/proc/cpuinfo"):
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True, help="cxr-bench-train")
    parser.add_argument("--folder", required=True, help="for train.json")
    parser.add_argument("--revision", default="")
    parser.add_argument("--networks", default=",".join(NETWORKS), help="comma-separated")
    parser.add_argument("--device", choices=("cpu", "cuda"),
                        default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--precision", choices=("float32", "bfloat16"), default="float32")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=5, help="of each side, a round")
    parser.add_argument("--quick", action="store_true", help="small, one round and thread: does it work?")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.threads = 1, 1  # threads would wait for busy cores
    torch.set_num_threads(options.threads)

    names = options.networks.split(",")
    for name in names:
        if name not in NETWORKS:
            parser.error(f"no network is named {name}; there are {', '.join(NETWORKS)}")
    report = {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "revision": options.revision,
        "processor": processor(), "threads": options.threads,
        "device": torch.cuda.get_device_name() if options.device == "cuda" else "cpu",
        "precision": options.precision, "load_average": os.getloadavg()[0],
        "pytorch": torch.__version__, "torchvision": torchvision.__version__,
        "rounds": options.rounds, "quick": options.quick, "networks": [],
    }
    print(f"{report['processor']}, {options.threads} threads, {report['device']}, "
          f"{options.precision}, PyTorch {report['pytorch']}, "
          f"torchvision {report['torchvision']}, load {report['load_average']:.1f}")
    print(f"{'images a second':<14} {'ours':>9} {'PyTorch':>9} {'ratio':>7} {'from':>6} {'to':>6}")
    for name in names:
        row = compare(name, options)
        report["networks"].append(row)
        print(f"{name:<15} {row['images_per_second']:>9.2f} "
              f"{row['pytorch_images_per_second']:>9.2f} {row['ratio']:>7.3f} "
              f"{min(row['ratios']):>6.3f} {max(row['ratios']):>6.3f}", flush=True)
    with open(os.path.join(options.folder, "train.json"), "w") as file:
        json.dump(report, file, indent=2)
        file.write("\n")


main()
