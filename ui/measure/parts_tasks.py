"""The parts by themselves: the autoencoder, and the decoder from true embeddings."""

import math

from ...model.nexus.fidelity import paint_true, psnr, reconstruct
from ...model.nexus.unified import NexusModel
from .figures import Figures, mean_of, percentile
from .samples import new_rng, sample_scenes
from .scoring import picture_figures, score_picture
from .workbench import BATCH, Workbench


def measure_parts(bench: Workbench) -> Figures:
    """Return what pictures lose in the autoencoder, and what the decoder paints from the vision
    tower's own embeddings; nothing for a model without these parts."""
    model = bench.model.model
    if not isinstance(model, NexusModel):
        return {}
    rng = new_rng(bench.seed, "parts")
    scenes = sample_scenes(rng, bench.world, bench.samples)
    images = [bench.renderer.render(scene) for scene in scenes]
    seeds = [rng.getrandbits(31) for _ in scenes]
    decibels, painted = [], []
    for start in range(0, len(images), BATCH):
        part = slice(start, start + BATCH)
        back = reconstruct(model, images[part])
        decibels += [psnr(a, b) for a, b in zip(images[part], back, strict=True)]
        painted += paint_true(model, images[part], seeds[part])
        bench.tell("parts", len(painted), len(images))
    finite = [value for value in decibels if math.isfinite(value)]
    readings = bench.oracle.read_batch(painted)
    return {
        "autoencoder_psnr": mean_of(finite),
        "autoencoder_psnr_worst_tenth": percentile(finite, 0.1),
        "decoder_from_true_embeddings": picture_figures(
            [score_picture(reading, scene) for reading, scene in zip(readings, scenes, strict=True)]
        ),
    }
