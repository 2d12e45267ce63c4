# SPDX-License-Identifier: GPL-3.0-or-later
"""encoder-time.py [RUNS [THREADS]]: what encoder-time measures, of the same layers made with torch.nn."""

import statistics
import sys
import time

import torch
from torch import nn
import torch.nn.functional as F


class Triple(nn.Module):
    def __init__(self, n_in, n_middle, n_out, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(n_in, n_middle, 1)
        self.conv2 = nn.Conv2d(n_middle, n_middle, 3, stride, 1, groups=n_middle)
        self.conv3 = nn.Conv2d(n_middle, n_out, 1)

    def forward(self, x):
        return self.conv3(F.gelu(self.conv2(F.gelu(self.conv1(x)))))


class Block(nn.Module):
    def __init__(self, c, heads, window):
        super().__init__()
        self.c, self.heads, self.window = c, heads, window
        self.norm = nn.LayerNorm(c)
        self.qkv = nn.Linear(c, 3 * c)
        self.proj = nn.Linear(c, c)
        self.biases = nn.Parameter(torch.zeros(heads, window**2, window**2))
        self.local = nn.Conv2d(c, c, 3, 1, 1, groups=c)
        self.mlp_norm = nn.LayerNorm(c)
        self.fc1 = nn.Linear(c, 4 * c)
        self.fc2 = nn.Linear(4 * c, c)

    def attend(self, x):
        n, length, c = x.shape
        qkv = self.qkv(self.norm(x)).view(n, length, self.heads, 3, c // self.heads).permute(3, 0, 2, 1, 4)
        scores = (qkv[0] * (c // self.heads) ** -0.5) @ qkv[1].transpose(-2, -1) + self.biases
        return self.proj((scores.softmax(-1) @ qkv[2]).transpose(1, 2).reshape(n, length, c))

    def forward(self, x):
        n, c, height, width = x.shape
        w = self.window
        rows, columns = -(-height // w), -(-width // w)
        h = x.permute(0, 2, 3, 1)
        y = F.pad(h, (0, 0, 0, columns * w - width, 0, rows * w - height))
        y = y.view(n, rows, w, columns, w, c).transpose(2, 3).reshape(-1, w * w, c)
        y = self.attend(y).view(n, rows, columns, w, w, c).transpose(2, 3).reshape(n, rows * w, columns * w, c)
        h = h + y[:, :height, :width]
        h = self.local(h.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
        h = h + self.fc2(F.gelu(self.fc1(self.mlp_norm(h))))
        return h.permute(0, 3, 1, 2)


class ChannelNorm(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.norm = nn.LayerNorm(c, eps=1e-6)

    def forward(self, x):
        return self.norm(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.patches = nn.Sequential(nn.Conv2d(3, 32, 3, 2, 1), nn.GELU(), nn.Conv2d(32, 64, 3, 2, 1))
        self.inverted = nn.ModuleList(Triple(64, 256, 64, 1) for _ in range(2))
        layers = []
        for before, c, n, heads, window, stride in ((64, 128, 2, 4, 7, 2), (128, 160, 6, 5, 14, 2), (160, 320, 2, 10, 7, 1)):
            layers += [Triple(before, c, c, stride)] + [Block(c, heads, window) for _ in range(n)]
        self.layers = nn.Sequential(*layers)
        self.neck = nn.Sequential(nn.Conv2d(320, 256, 1, bias=False), ChannelNorm(256),
                                  nn.Conv2d(256, 256, 3, 1, 1, bias=False), ChannelNorm(256))

    def forward(self, x):
        h = self.patches(x)
        for block in self.inverted:
            h = F.gelu(h + block(h))
        return self.neck(self.layers(h))


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    torch.set_num_threads(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    network, x = Encoder().eval(), torch.zeros(1, 3, 1024, 1024)
    cpu, clock = [], []
    with torch.inference_mode():
        for i in range(runs + 1):
            cpu_start, start = time.process_time(), time.monotonic()
            assert network(x).shape == (1, 256, 64, 64)
            if i > 0:  # the first one makes plans
                cpu.append(time.process_time() - cpu_start)
                clock.append(time.monotonic() - start)
    print('{"cpu_s": %.4f, "s": %.4f, "threads": %d, "torch": "%s"}'
          % (statistics.median(cpu), statistics.median(clock), torch.get_num_threads(), torch.__version__))


main()
