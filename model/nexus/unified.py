"""The unified model behind the contract: it reads, answers, imagines and paints."""

import hashlib
import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import torch
from diffusers import AutoencoderKL
from PIL import Image
from torch import Tensor

from ... import InputError
from ..contract import Brief, Message, ModelInfo, Picture, Progress
from ..errors import CancelledError, ModelError
from .autoencoder import decode_latents, latent_factor, to_images
from .autoregressive import NexusAutoregressive
from .chat import ChatTokenizer, TextStream
from .checkpoint import (
    Part,
    decoder_stem,
    give_text_vector,
    has_autoencoder,
    open_autoencoder,
    open_autoregressive,
    open_decoder,
)
from .decoder import NexusDecoder
from .generation import generate_text, score_options
from .painting import PaintingTask, grouped, settle
from .positions import Grid
from .processing import image_grid, picture_rows, reading_size, resized
from .schedule import draw_noise
from .settings import DecoderKind, read_model_settings, read_pixel_settings
from .tensor_files import has_tensors
from .text_vector import has_text_vector

NUM_CACHED_EMBEDDINGS = 32
NUM_PREVIEWS = 2  # pictures shown while a batch is painted


def load_model(
    folder: Path | str,
    device: torch.device | str | None = None,
    dtype: torch.dtype | None = None,
) -> "NexusModel":
    """Return the model of a checkpoint's folder, checked whole; weights are read when first used.

    device None: the GPU where there is one. dtype None: bfloat16 for the published model and on a
    GPU, else float32. Raises ModelError that names what is missing or wrong.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise ModelError(f"There is no checkpoint folder {folder}.")
    device = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
    if dtype is None:
        is_published = read_model_settings(folder).family == "nexus-gen"
        dtype = torch.bfloat16 if is_published or device.type != "cpu" else torch.float32
    return NexusModel(folder, device, dtype)


class NexusModel:
    """A checkpoint of either scale as `contract.UnifiedModel`; one call at a time."""

    def __init__(self, folder: Path, device: torch.device, dtype: torch.dtype) -> None:
        self.settings = read_model_settings(folder)
        self.pixels = read_pixel_settings(folder)
        self.device, self.dtype, self._folder = device, dtype, folder
        self._lock = threading.RLock()
        self._autoregressive_part = open_autoregressive(folder)
        self._decoder_parts: dict[DecoderKind, Part[NexusDecoder]] = {
            kind: open_decoder(folder, kind)
            for kind in ("generation", "edit")
            if has_tensors(folder, decoder_stem(kind))
        }
        self._autoencoder_part: Part[AutoencoderKL] | None = None
        if has_autoencoder(folder):
            self._autoencoder_part = open_autoencoder(folder)
        self.tokenizer = ChatTokenizer(
            folder, self._autoregressive_part.module.config, self.settings.answer_prefix
        )
        self._autoregressive: NexusAutoregressive | None = None
        self._decoders: dict[DecoderKind, NexusDecoder] = {}
        self._autoencoder: AutoencoderKL | None = None
        self._embeddings: OrderedDict[tuple, Tensor] = OrderedDict()

    # -- parts, read when first used -----------------------------------------------------------

    @property
    def autoregressive(self) -> NexusAutoregressive:
        """Return the autoregressive model."""
        with self._lock:
            if self._autoregressive is None:
                self._autoregressive = self._autoregressive_part.load(self.device, self.dtype)
            return self._autoregressive

    def decoder(self, kind: DecoderKind) -> NexusDecoder:
        """Return a decoder, or raise ModelError where the checkpoint has none."""
        with self._lock:
            if kind not in self._decoders:
                if kind not in self._decoder_parts:
                    raise ModelError(f"The checkpoint has no {kind} decoder: it cannot paint that.")
                decoder = self._decoder_parts[kind].load(self.device, self.dtype)
                give_text_vector(decoder, self._folder)
                self._decoders[kind] = decoder
            return self._decoders[kind]

    @property
    def autoencoder(self) -> AutoencoderKL:
        """Return the autoencoder, or raise ModelError where the checkpoint has none."""
        with self._lock:
            if self._autoencoder is None:
                if self._autoencoder_part is None:
                    raise ModelError(
                        "The checkpoint has no autoencoder (vae/ or ae.safetensors): it can read "
                        "and answer, but not paint."
                    )
                self._autoencoder = self._autoencoder_part.load(self.device, self.dtype)
            return self._autoencoder

    @property
    def info(self) -> ModelInfo:
        """Return what the model is and can do."""
        settings = self.settings
        parts: list[Part] = [self._autoregressive_part, *self._decoder_parts.values()]
        if self._autoencoder_part is not None:
            parts.append(self._autoencoder_part)
        configs = [part.module.config for part in self._decoder_parts.values()]
        own_steps = max((config.num_inference_steps for config in configs), default=0)
        return ModelInfo(
            name=settings.name,
            family=settings.family,
            parameters=sum(part.parameters for part in parts),
            device=str(self.device),
            dtype=str(self.dtype).removeprefix("torch."),
            height=settings.height,
            width=settings.width,
            num_inference_steps=settings.num_inference_steps or own_steps,
            describes_edits=settings.describes_edits,
            can_draw=settings.can_draw,
            extras={
                "decoders": sorted(self._decoder_parts),
                "has_autoencoder": self._autoencoder_part is not None,
                "has_text_vector": has_text_vector(self._folder),
            },
        )

    # -- reading and answering -----------------------------------------------------------------

    @torch.inference_mode()
    def converse(
        self,
        messages: Sequence[Message],
        *,
        max_new_tokens: int = 256,
        stop: Sequence[str] = (),
        on_token: Callable[[str], None] | None = None,
    ) -> str:
        """Return the assistant's next message, greedily decoded, without end marks."""
        stream = TextStream(self.tokenizer, stop, on_token)
        with self._lock:
            ids, embeds, grids = self._prompt(messages, room=max_new_tokens)
            generate_text(
                self.autoregressive,
                torch.tensor([ids], device=self.device),
                None,
                embeds,
                grids,
                max_new_tokens=max_new_tokens,
                stop_ids={*self.tokenizer.stop_ids, self.autoregressive.boi_id},
                on_token=lambda _, token_id: stream.push(token_id),
            )
        return stream.finish()

    @torch.inference_mode()
    def choose(self, messages: Sequence[Message], options: Sequence[str]) -> list[float]:
        """Return the log-probability of each option as the assistant's whole next message."""
        if not options:
            return []
        prefix, end_id = self.tokenizer.answer_prefix, self.tokenizer.end_id
        endings = [[*self.tokenizer.encode(prefix + option), end_id] for option in options]
        with self._lock:
            ids, embeds, grids = self._prompt(messages, room=max(map(len, endings)))
            prompt = torch.tensor([ids], device=self.device)
            return score_options(self.autoregressive, prompt, endings, embeds, grids)

    @torch.inference_mode()
    def embed(self, images: Sequence[Image.Image]) -> list[list[float]]:
        """Return one mean-pooled, unit-length embedding an image, for similarity."""
        with self._lock:
            pooled = [self._read_picture(image)[0].float().mean(0) for image in images]
        return [torch.nn.functional.normalize(vector, dim=0).tolist() for vector in pooled]

    def _prompt(
        self,
        messages: Sequence[Message],
        answer: str = "",
        do_open_image: bool = False,
        room: int = 0,
    ) -> tuple[list[int], Tensor | None, list[Grid] | None]:
        """Return ids, picture embeddings `(n, hidden)` and grids of a conversation.

        room: tokens that are to follow, for which there must be positions.
        """
        pictures = [
            self._read_picture(part)
            for message in messages
            for part in message.content
            if not isinstance(part, str)
        ]
        counts = [len(embeds) for embeds, _ in pictures]
        ids = self.tokenizer.prompt(messages, counts, answer, do_open_image)
        limit = self.autoregressive.config.text_config.max_position_embeddings
        if len(ids) + room > limit:
            raise InputError(
                f"The conversation is too long: {len(ids)} tokens, and {limit - room} are possible."
            )
        if not pictures:
            return ids, None, None
        embeds = torch.cat([embeds for embeds, _ in pictures])
        return ids, embeds, [grid for _, grid in pictures]

    def _read_picture(self, image: Image.Image) -> tuple[Tensor, Grid]:
        """Return a picture's embeddings `(n, hidden)` for the language model, and their grid."""
        size = reading_size(image, self.pixels)
        grid = self.autoregressive.merged_grid(image_grid(size, self.pixels))
        return self._picture_embeds(image, size, Image.Resampling.BICUBIC), grid

    def _picture_embeds(self, image: Image.Image, size: Grid, resample: Image.Resampling) -> Tensor:
        """Return the vision tower's embeddings `(n, hidden)`, kept by content for a while."""
        image = resized(image, size, resample)
        key = (hashlib.sha256(image.tobytes()).digest(), image.size)
        if key in self._embeddings:
            self._embeddings.move_to_end(key)
            return self._embeddings[key]
        rows = picture_rows([image], self.pixels).to(self.device, self.dtype)
        embeds = self.autoregressive.embed_images(rows, [image_grid(size, self.pixels)])
        self._embeddings[key] = embeds
        while len(self._embeddings) > NUM_CACHED_EMBEDDINGS:
            self._embeddings.popitem(last=False)
        return embeds

    # -- imagining and painting ----------------------------------------------------------------

    @torch.inference_mode()
    def imagine(
        self,
        briefs: Sequence[Brief],
        *,
        on_step: Callable[[Progress], None] | None = None,
        cancel: Callable[[], bool] | None = None,
    ) -> list[Picture]:
        """Return one picture a brief: embeddings of all in one pass, one batch a size and decoder.

        Raises CancelledError when `cancel()` turned true between two steps.
        """
        if not briefs:
            return []
        with self._lock:
            step = 2 * latent_factor(self.autoencoder)  # pixels of one image token
            has_fixed_size = self.pixels.fixed_size is not None
            tasks = [
                settle(brief, self.settings, size_step=step, has_fixed_size=has_fixed_size)
                for brief in briefs
            ]
            if cancel is not None and cancel():
                raise CancelledError("Painting was cancelled before it began.")
            embeds = self._imagined_embeds(tasks)
            groups = grouped(tasks)
            steps = [self._num_steps(tasks[group[0]]) for group in groups]
            pictures: dict[int, Picture] = {}
            for number, group in enumerate(groups):
                reporter = _Reporter(on_step, sum(steps[:number]), sum(steps), self._preview)
                images = self._paint(
                    [tasks[index] for index in group], embeds[group], reporter, cancel
                )
                for index, image in zip(group, images, strict=True):
                    pictures[index] = Picture(image, briefs[index].seed)
            return [pictures[index] for index in range(len(briefs))]

    def _num_steps(self, task: PaintingTask) -> int:
        return task.num_inference_steps or self.decoder(task.kind).config.num_inference_steps

    def _imagined_embeds(self, tasks: Sequence[PaintingTask]) -> Tensor:
        """Return the target embeddings `(B, N, hidden)` of all tasks, one pass for the batch."""
        prompts = [self._prompt(task.messages, task.answer, do_open_image=True) for task in tasks]
        width = max(len(ids) for ids, _, _ in prompts)
        input_ids = torch.zeros(len(prompts), width, dtype=torch.long)
        mask = torch.zeros_like(input_ids)
        for row, (ids, _, _) in enumerate(prompts):
            input_ids[row, width - len(ids) :] = torch.tensor(ids)
            mask[row, width - len(ids) :] = 1
        embeds = [embeds for _, embeds, _ in prompts if embeds is not None]
        grids = [grid for _, _, grids in prompts for grid in grids or []]
        return self.autoregressive.prefill_embeddings(
            input_ids.to(self.device),
            mask.to(self.device),
            torch.cat(embeds) if embeds else None,
            grids or None,
        )

    def _paint(
        self,
        tasks: Sequence[PaintingTask],
        target_embeds: Tensor,
        reporter: "_Reporter",
        cancel: Callable[[], bool] | None,
    ) -> list[Image.Image]:
        """Return the pictures of tasks of one kind and size."""
        # 1. Condition on the target and, for edits, the source
        first = tasks[0]
        decoder, vae = self.decoder(first.kind), self.autoencoder
        factor = latent_factor(vae)
        height, width = first.height // factor, first.width // factor
        references = None
        if first.kind == "edit":
            size = decoder.config.reference_size
            sources = [task.reference for task in tasks if task.reference is not None]
            references = torch.stack(
                [self._picture_embeds(s, size, Image.Resampling.BILINEAR) for s in sources]
            )
        condition = decoder.condition(target_embeds, references, height=height, width=width)
        negative = None
        if decoder.config.cfg_scale != 1.0:
            blank = torch.zeros_like(target_embeds)
            negative = decoder.condition(blank, references, height=height, width=width)
        # 2. Denoise
        seeds = [task.brief.seed for task in tasks]
        latents = decoder.paint(
            draw_noise(seeds, decoder.config.latent_channels, height, width),
            condition,
            num_inference_steps=first.num_inference_steps,
            negative=negative,
            cfg_scale=decoder.config.cfg_scale,
            on_step=reporter.report if reporter.is_wanted else None,
            cancel=cancel,
        )
        # 3. Decode, and bring every picture to the size that was asked for
        images = self._decoded(latents)
        sizes = [
            (task.brief.height or self.settings.height, task.brief.width or self.settings.width)
            for task in tasks
        ]
        return [
            resized(image, size, Image.Resampling.LANCZOS)
            for image, size in zip(images, sizes, strict=True)
        ]

    def _decoded(self, latents: Tensor) -> list[Image.Image]:
        pixels = decode_latents(self.autoencoder, latents)
        return to_images(pixels, do_truncate=self.settings.family == "nexus-gen")

    def _preview(self, latents: Tensor) -> Image.Image:
        return self._decoded(latents[:1])[0]


class _Reporter:
    """Tells a face of the steps of one batch among several, with a preview now and then."""

    def __init__(
        self,
        on_step: Callable[[Progress], None] | None,
        steps_before: int,
        num_steps: int,
        preview: Callable[[Tensor], Image.Image],
    ) -> None:
        self.is_wanted = on_step is not None
        self._on_step = on_step
        self._before, self._total = steps_before, num_steps
        self._preview = preview

    def report(self, step: int, num_steps: int, foreseen: Tensor) -> None:
        """Report one finished step; foreseen: latents of the picture as it seems now."""
        progress = Progress(self._before + step, self._total)
        if step < num_steps and step % max(1, math.ceil(num_steps / (NUM_PREVIEWS + 1))) == 0:
            progress = replace(progress, preview=self._preview(foreseen))
        if self._on_step is not None:
            self._on_step(progress)
