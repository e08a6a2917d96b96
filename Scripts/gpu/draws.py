"""What is drawn at random in each step: exactly what `impasto train` draws for the same run."""

import numpy as np


class RandomSource:
    """The generator of Sources/ImpastoTensors/RandomSource.swift."""

    def __init__(self, seed, path):
        self.state = seed
        for component in path:
            self.state = self.mixed(self.next() ^ component)

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) % 2**64
        return self.mixed(self.state)

    def below(self, count):
        return self.next() * count >> 64

    def uniform(self):
        return np.float32(self.next() >> 40) * np.float32(2**-24)

    @staticmethod
    def mixed(z):
        z &= 2**64 - 1
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB % 2**64
        return z ^ (z >> 31)


def domain(name):
    """The first component of the path of what is drawn for one purpose."""
    return int.from_bytes(name.encode(), "big")


def rows(seed, step, count, row_count):
    """The row of each photo of a step, which is counted from 1."""
    source = RandomSource(seed, [domain("style"), step])
    return [source.below(row_count) for _ in range(count)]


def shift(seed, step):
    """How far the two crops of each photo of a step lie apart, to the right and downwards."""
    place = 25 + RandomSource(seed, [domain("shift"), step]).below(24)
    return place % 7 - 3, place // 7 - 3


class PhotoSchedule:
    """The photos of each step of a stage, and their crops."""

    def __init__(self, count, batch_size, seed, stage):
        self.count, self.batch_size, self.seed = count, batch_size, seed
        self.later_stage = [stage] if stage else []
        self.epoch = None

    def photos(self, step):
        """The photos of a step of the stage, counted from 0."""
        steps = -(-self.count // self.batch_size)
        if self.epoch != step // steps:
            self.epoch, self.order = step // steps, self.ordered(step // steps)
        start = step % steps * self.batch_size
        return self.order[start:start + self.batch_size]

    def ordered(self, epoch):
        source = RandomSource(self.seed, [domain("order"), epoch, *self.later_stage])
        order = list(range(self.count))
        for last in reversed(range(1, self.count)):
            other = source.below(last + 1)
            order[last], order[other] = order[other], order[last]
        return order

    def crop(self, step, position, width, height):
        """The left and upper edge and the side of the square that is cut out, and whether it is mirrored."""
        source = RandomSource(self.seed, [domain("crop"), step, position, *self.later_stage])
        scale = np.float32(1) + np.float32(0.5) * source.uniform()
        horizontal, vertical = source.uniform(), source.uniform()
        mirrored = source.next() >> 63 == 1
        shorter = min(width, height)
        side = max(1, min(shorter, int(np.floor(np.float32(shorter) / scale + np.float32(0.5)))))

        def offset(fraction, room):
            return min(room, int(fraction * np.float32(room + 1)))

        return offset(horizontal, width - side), offset(vertical, height - side), side, mirrored
