"""The paper's claims that need no conversation: embeddings, reading them back, steps, polishing.

Nexus-Gen, arXiv 2504.21356: a picture's embeddings are prefilled in one pass, since an error of
naive autoregression is fed back and grows (its figures 4 and 5).
"""

import time
from collections.abc import Sequence
from dataclasses import replace

import torch
from PIL import Image

from ... import InputError
from ...agent.services import TurnOptions
from ...model.contract import Brief, Message
from ...model.nexus.batches import converse_prompts
from ...model.nexus.fidelity import imagined_embeddings, slot_errors, true_embeddings
from ...model.nexus.unified import NexusModel
from ...model.storybook.dialogues import parse_draw
from ...model.storybook.scene import Scene
from .asking import all_hold
from .figures import Figures, count_share, mean_of, share_of
from .samples import draw_cases, new_rng, sample_scenes
from .scoring import brief_figures, score_picture
from .workbench import BATCH, Workbench

STEPS = (1, 2, 4, 8)
MAX_TOKENS = 128  # of a listing


def measure_prefill(bench: Workbench) -> Figures:
    """Return the error of each embedding, prefilled in one pass and fed back one by one, and the
    pictures painted from both.

    The shipped weights were trained for the one pass alone: feeding back shows how its errors
    grow, not how well a model would do that was trained for it.
    """
    scenes, seeds, images = _scenes(bench, "prefill")
    figures: Figures = {}
    for name, is_naive in (("prefilled", False), ("fed_back", True)):
        figures[name] = _imagined(bench, scenes, seeds, images, is_naive=is_naive)
    return figures


def measure_imagining(bench: Workbench) -> Figures:
    """Return the error of the embeddings prefilled in one pass, and what is painted of them."""
    return {"prefilled": _imagined(bench, *_scenes(bench, "prefill"), is_naive=False)}


def _imagined(
    bench: Workbench,
    scenes: Sequence[Scene],
    seeds: Sequence[int],
    images: Sequence[Image.Image],
    *,
    is_naive: bool,
) -> Figures:
    model = nexus_of(bench)
    name = "fed back" if is_naive else "prefilled"
    parts, painted = [], list[Image.Image]()
    for start in range(0, len(scenes), BATCH):
        part = slice(start, start + BATCH)
        prompts = [str(scene) for scene in scenes[part]]
        embeds = imagined_embeddings(model, prompts, is_naive=is_naive)
        briefs = [Brief(p, seed=s) for p, s in zip(prompts, seeds[part], strict=True)]
        parts.append(embeds)
        painted += model.paint_embeddings(briefs, embeds)
        bench.tell(f"prefill: {name}", len(painted), len(scenes))
    true = torch.cat(
        [true_embeddings(model, images[i : i + BATCH]) for i in range(0, len(images), BATCH)]
    )
    errors = slot_errors(torch.cat(parts), true)
    return {
        "mse": mean_of(errors.mse),
        "cosine": mean_of(errors.cosine),
        "pictures": _pictures(bench, painted, scenes),
        "mse_by_slot": [round(value, 4) for value in errors.mse],
        "cosine_by_slot": [round(value, 4) for value in errors.cosine],
    }


@torch.inference_mode()  # the weights are read inside it, if this is the first task
def measure_reading_back(bench: Workbench) -> Figures:
    """Return how exactly the model lists a picture, the embeddings that it imagined for the same
    text before anything was painted of them, and what was painted of them.

    What generation training did to understanding cannot be told from the shipped weights: those
    from before it are not shipped. This tells whether one sequence serves both.
    """
    model = nexus_of(bench)
    scenes, seeds, images = _scenes(bench, "reading back")
    listings: dict[str, list[str]] = {"true_picture": [], "imagined": [], "painted": []}
    for start in range(0, len(scenes), BATCH):
        part = slice(start, start + BATCH)
        prompts = [str(scene) for scene in scenes[part]]
        embeds = imagined_embeddings(model, prompts)
        briefs = [Brief(p, seed=s) for p, s in zip(prompts, seeds[part], strict=True)]
        painted = model.paint_embeddings(briefs, embeds)
        for name, seen in (("true_picture", images[part]), ("painted", painted)):
            bench.rehearse_listings(seen, f"reading back: {name}")
            listings[name] += [bench.listing_of(image) for image in seen]
        asked = bench.services.prompts.render("list")
        rows = [
            replace(model.prompt([Message("user", (image, asked))], room=MAX_TOKENS),
                    image_embeds=embed)
            for image, embed in zip(images[part], embeds, strict=True)
        ]  # fmt: skip
        said = converse_prompts(model, rows, max_new_tokens=MAX_TOKENS)
        listings["imagined"] += [answer or "" for answer in said]
        bench.tell("reading back", len(listings["imagined"]), len(scenes))
    return {
        name: share_of(listing == str(scene) for listing, scene in zip(said, scenes, strict=True))
        for name, said in listings.items()
    }


def measure_steps(bench: Workbench) -> Figures:
    """Return the same scenes from the same noise, painted in 1, 2, 4 and 8 steps."""
    scenes, seeds, _ = _scenes(bench, "steps")
    figures: Figures = {}
    for steps in STEPS:
        briefs = [
            Brief(str(scene), seed=seed, num_inference_steps=steps)
            for scene, seed in zip(scenes, seeds, strict=True)
        ]
        start = time.process_time()
        images = bench.imagine(briefs, f"steps: {steps}")
        seconds = (time.process_time() - start) / len(briefs)
        figures[f"{steps}"] = _pictures(bench, images, scenes) | {
            "processor_ms_each": round(1000 * seconds, 1)
        }
    return {"by_steps": figures}


def measure_polish(bench: Workbench) -> Figures:
    """Return how often a picture meets a request as asked, painted from the polished text and
    from the user's own words."""
    cases = draw_cases(new_rng(bench.seed, "polish"), bench.world, bench.samples)
    figures: Figures = {}
    for name, is_polished in (("on", True), ("off", False)):
        options = TurnOptions(polish=is_polished)
        planned = []
        for case in cases:  # off, a plan is made as well, but the painter gets the user's words
            made = bench.plan("draw", case.text, options=options).get("plan")
            if made:
                planned.append((case, Brief(made["prompt"], seed=case.seed)))
        briefs = [brief for _, brief in planned]
        readings = bench.oracle.read_batch(bench.imagine(briefs, f"polishing: {name}"))
        met = sum(
            reading.is_sure and all_hold(parse_draw(case.answer).checks, reading.scene)
            for reading, (case, _) in zip(readings, planned, strict=True)
        )
        figures[name] = {
            "request_met": count_share(met, len(cases)),
            "picture_without_garbled_cells": share_of(reading.is_sure for reading in readings),
        }
    return {"polishing": figures}


def nexus_of(bench: Workbench) -> NexusModel:
    """Return the model with its parts; InputError where it has none that can be looked into."""
    model = bench.model.model
    if not isinstance(model, NexusModel):
        raise InputError("The claims are measured on a checkpoint's own parts: use --model DIR.")
    return model


def _scenes(bench: Workbench, task: str) -> tuple[list[Scene], list[int], list[Image.Image]]:
    rng = new_rng(bench.seed, task)
    scenes = sample_scenes(rng, bench.world, bench.samples)
    seeds = [rng.getrandbits(31) for _ in scenes]
    return scenes, seeds, [bench.renderer.render(scene) for scene in scenes]


def _pictures(bench: Workbench, images: Sequence[Image.Image], scenes: Sequence[Scene]) -> Figures:
    readings = bench.oracle.read_batch(list(images))
    return brief_figures([score_picture(r, s) for r, s in zip(readings, scenes, strict=True)])
