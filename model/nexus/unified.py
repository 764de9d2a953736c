"""The unified model behind the contract: it reads, answers, imagines and paints."""

import hashlib
import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import torch
from diffusers import AutoencoderKL
from PIL import Image
from torch import Tensor, nn

from ... import InputError
from ..contract import Brief, Message, ModelInfo, Picture, Progress
from ..errors import CancelledError, ModelError
from .autoencoder import decode_latents, latent_factor, to_images
from .autoregressive import NexusAutoregressive
from .chat import ChatTokenizer, TextStream
from .checkpoint import (
    M,
    Part,
    decoder_stem,
    open_autoencoder,
    open_autoregressive,
    open_choices,
    open_decoder,
)
from .decoder import Condition, DecoderConfig, NexusDecoder
from .generation import PromptBatch, generate_text, score_options
from .lighten import check_torchao, lighten
from .ngrams import NgramExpert
from .painting import PaintingTask, grouped, settle
from .placement import Needs, Stage, choose_placement, needs_of
from .pointers import marked_words
from .positions import Grid
from .processing import image_grid, picture_rows, reading_size, resized
from .schedule import draw_noise
from .settings import DECODER_KINDS, DecoderKind, read_model_settings, read_pixel_settings
from .source import PlacementName, Source
from .spelling import read_spelling
from .stand_ins import byte_tokenizer, is_test_checkpoint, untrained_autoencoder
from .tensor_files import has_tensors
from .text_vector import read_negative, read_text_vector
from .threads import settle_threads

NUM_CACHED_EMBEDDINGS = 32
PUBLISHED_CFG = 3.0  # of drawings, in the published command line and app
NUM_PREVIEWS = 2  # pictures shown while a batch is painted


def load_model(
    folder: Path | str | Source,
    device: torch.device | str | None = None,
    dtype: torch.dtype | None = None,
) -> "NexusModel":
    """Return the model of a checkpoint's folder, checked whole; weights are read when first used.

    device None: the GPU where there is one. dtype None: bfloat16 for the published model and on a
    GPU, else float32. Raises ModelError that names what is missing or wrong.
    """
    source = folder if isinstance(folder, Source) else Source(Path(folder))
    if not source.folder.is_dir():
        raise ModelError(f"There is no checkpoint folder {source.folder}.")
    wanted = device or source.device or ("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(wanted)
    except RuntimeError as error:
        raise ModelError(f"There is no device {wanted!r}: cpu or cuda.") from error
    if device.type == "cuda" and not torch.cuda.is_available():
        raise ModelError("There is no CUDA device here: leave out device=cuda.")
    if dtype is None and source.dtype is not None:
        dtype = getattr(torch, source.dtype)
    if dtype is None:
        is_published = read_model_settings(source.folder).family == "nexus-gen"
        dtype = torch.bfloat16 if is_published or device.type != "cpu" else torch.float32
    return NexusModel(source, device, dtype)


class NexusModel:
    """A checkpoint of either scale as `contract.UnifiedModel`; one call at a time."""

    def __init__(self, source: Source, device: torch.device, dtype: torch.dtype) -> None:
        folder = source.folder
        self.settings = read_model_settings(folder)
        if source.positions is not None:
            self.settings = replace(self.settings, position_rule=source.positions)
        self.pixels = read_pixel_settings(folder)
        self.device, self.dtype, self.source = device, dtype, source
        if source.quantize == "int8":
            check_torchao()
        self.lock = threading.RLock()
        self._autoregressive_part = open_autoregressive(folder)
        self._decoder_parts: dict[DecoderKind, Part[NexusDecoder]] = {
            kind: open_decoder(folder, kind, source.decoder_path(kind))
            for kind in DECODER_KINDS
            if source.decoder_path(kind) or has_tensors(folder, decoder_stem(kind))
        }
        self._autoencoder_part: Part[AutoencoderKL] | None = None
        if source.autoencoder_path:
            self._autoencoder_part = open_autoencoder(source.autoencoder_path)
        self._choices_part = open_choices(folder)
        self._spelling = read_spelling(folder)
        config = self._autoregressive_part.module.config
        self.is_test = self.settings.family == "nexus-gen" and is_test_checkpoint(config)
        tokenizer = source.tokenizer_path
        self.tokenizer = ChatTokenizer(
            byte_tokenizer(config) if self.is_test and not tokenizer else tokenizer or folder,
            config,
            self.settings.answer_prefix,
        )
        self.stage = Stage(device, self._placement())
        self._negatives: dict[DecoderKind, Tensor] = {}
        self._autoregressive: NexusAutoregressive | None = None
        self._decoders: dict[DecoderKind, NexusDecoder] = {}
        self._autoencoder: AutoencoderKL | None = None
        self._embeddings: OrderedDict[tuple, Tensor] = OrderedDict()

    # -- parts, read when first used -----------------------------------------------------------

    @property
    def autoregressive(self) -> NexusAutoregressive:
        """Return the autoregressive model."""
        with self.lock:
            if self._autoregressive is None:
                self._autoregressive = self._load("autoregressive", self._autoregressive_part)
                settle_threads(self._autoregressive.qwen.model.language_model)
            self.stage.enter("autoregressive")
            return self._autoregressive

    @cached_property
    def ngrams(self) -> NgramExpert | None:
        """Return the n-grams that have a say in choices, if the checkpoint has any."""
        return self._choices_part.load() if self._choices_part else None

    def decoder(self, kind: DecoderKind) -> NexusDecoder:
        """Return a decoder, or raise ModelError where the checkpoint has none."""
        with self.lock:
            if kind not in self._decoders:
                if kind not in self._decoder_parts:
                    raise ModelError(f"The checkpoint has no {kind} decoder: it cannot paint that.")
                self._decoders[kind] = self._load(kind, self._decoder_parts[kind])
            self.stage.enter(kind)
            return self._decoders[kind]

    @property
    def autoencoder(self) -> AutoencoderKL:
        """Return the autoencoder, or raise ModelError where the checkpoint has none."""
        with self.lock:
            if self._autoencoder is None:
                if self._autoencoder_part is not None:
                    self._autoencoder = self._load("autoencoder", self._autoencoder_part)
                elif self.is_test and self._decoder_parts:
                    channels = self._config("generation").latent_channels
                    vae = untrained_autoencoder(channels)
                    self._autoencoder = nn.Module.to(vae, self.device, self.dtype)
                else:
                    raise ModelError(
                        "The checkpoint has no autoencoder (vae/ or ae.safetensors): it can read "
                        "and answer, but not paint."
                    )
                if self.stage.placement != "together":  # one picture at a time takes less room
                    self._autoencoder.enable_slicing()
            self.stage.enter("autoencoder")
            return self._autoencoder

    def _load(self, name: str, part: Part[M]) -> M:
        """Return a part with its weights, and give it its place."""
        is_lightened = self.source.quantize != "none"  # a card has room for the light weights alone
        module = part.load("cpu" if is_lightened else self.stage.first_device, self.dtype)
        if isinstance(module, NexusDecoder):
            vector = read_text_vector(self.source.clip_path, module.config.pooled_dim)
            if vector is not None:
                module.pooled = vector.to(module.device)
        lighten(module, self.source.quantize, self.dtype)
        nn.Module.to(module, self.stage.first_device)
        if isinstance(module, NexusDecoder):
            module.take(self.source.shortcuts)
        self.stage.add(name, module)
        return module

    def _config(self, kind: DecoderKind) -> DecoderConfig:
        part = self._decoder_parts.get(kind) or next(iter(self._decoder_parts.values()))
        return part.module.config

    def _placement(self) -> PlacementName:
        """Return the placement that was asked for, or the fastest that the card has room for."""
        if self.source.placement != "auto":
            return self.source.placement
        if self.device.type != "cuda":
            return "together"
        free, _ = torch.cuda.mem_get_info(self.device)
        return choose_placement(free, self.needs)

    @property
    def needs(self) -> Needs:
        """Return the bytes of every part as it will lie in memory."""
        size, how = self.dtype.itemsize, self.source.quantize
        counts: dict[str, int] = {
            kind: part.parameters for kind, part in self._decoder_parts.items()
        }
        vae = self._autoencoder_part.parameters if self._autoencoder_part else 0
        autoregressive = self._autoregressive_part.parameters
        return needs_of(counts, autoregressive, vae, bytes_each=size, how=how)

    def cfg_scale(self, kind: DecoderKind) -> float:
        """Return the classifier-free guidance of a decoder.

        Drawings of the published model take `cfg=` of the source, else the published 3 where T5 is
        there to make the negative text; edits take none.
        """
        if self.settings.family != "nexus-gen":
            return self.decoder(kind).config.cfg_scale
        if kind == "edit":
            return 1.0
        if self.source.cfg is not None:
            return self.source.cfg
        return PUBLISHED_CFG if self.source.t5_path else 1.0

    @property
    def info(self) -> ModelInfo:
        """Return what the model is and can do."""
        settings = self.settings
        parts: list[Part] = [self._autoregressive_part, *self._decoder_parts.values()]
        if self._autoencoder_part is not None:
            parts.append(self._autoencoder_part)
        if self._choices_part is not None:
            parts.append(self._choices_part)
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
                "has_autoencoder": self._autoencoder_part is not None or self.is_test,
                "has_text_vector": self.source.clip_path is not None,
                "is_test": self.is_test,
                "placement": self.stage.placement,
                "quantize": self.source.quantize,
                "shortcuts": self.source.shortcuts.told,
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
        with self.lock:
            prompt = self.prompt(messages, room=max_new_tokens)
            stream = TextStream(self.tokenizer, stop, on_token, marked=prompt.marked[0])
            generate_text(
                self.autoregressive,
                prompt,
                max_new_tokens=max_new_tokens,
                stop_ids={*self.tokenizer.stop_ids, self.autoregressive.boi_id},
                on_token=lambda _, token_id: stream.push(token_id),
            )
        return stream.finish()

    @torch.inference_mode()
    def choose(self, messages: Sequence[Message], options: Sequence[str]) -> list[float]:
        """Return the log-probability of each option as the assistant's whole next message.

        One that ends with a colon is held to be its beginning alone. Where the checkpoint's n-grams
        have a say, theirs among the options is added.
        """
        if not options:
            return []
        prefix, end = self.tokenizer.answer_prefix, [self.tokenizer.end_id]
        endings = [
            self.tokenizer.encode(prefix + option) + (end if not option.endswith(":") else [])
            for option in options
        ]
        with self.lock:
            prompt = self.prompt(messages, room=max(map(len, endings)))
            scores = score_options(self.autoregressive, prompt, endings)
            if self.ngrams is None:
                return scores
            [asked] = self._read_words(messages[-1:])
            said = self.ngrams.says(asked.text, options)
        return [score + more for score, more in zip(scores, said, strict=True)]

    @torch.inference_mode()
    def embed(self, images: Sequence[Image.Image]) -> list[list[float]]:
        """Return one mean-pooled, unit-length embedding an image, for similarity."""
        with self.lock:
            pooled = [self._read_picture(image)[0].float().mean(0) for image in images]
        return [torch.nn.functional.normalize(vector, dim=0).tolist() for vector in pooled]

    def prompt(
        self,
        messages: Sequence[Message],
        answer: str = "",
        do_open_image: bool = False,
        room: int = 0,
    ) -> PromptBatch:
        """Return a conversation up to the assistant's next words, as a batch of one row.

        room: tokens that are to follow, for which there must be positions. Where the checkpoint's
        n-grams have a say in how the answer begins, theirs is added there.
        """
        messages = self._read_words(messages)
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
        input_ids = torch.tensor([ids], device=self.device)
        openings = () if answer or do_open_image else (self._openings(messages),)
        marked = ([] if self._spelling is None else marked_words(messages[-1].text),)
        if not pictures:
            return PromptBatch(input_ids, first_bonus=openings, marked=marked)
        embeds = torch.cat([embeds for embeds, _ in pictures])
        grids = [grid for _, grid in pictures]
        return PromptBatch(input_ids, None, embeds, grids, openings, marked)

    def _openings(self, messages: Sequence[Message]) -> dict[int, float]:
        """Return what the n-grams add to the logits of the first tokens of openings."""
        if self.ngrams is None:
            return {}
        prefix = self.tokenizer.answer_prefix
        odds = self.ngrams.odds(messages[-1].text)
        return {self.tokenizer.encode(prefix + one)[0]: value for one, value in odds.items()}

    def _read_words(self, messages: Sequence[Message]) -> list[Message]:
        """Return the messages as a checkpoint reads them that has words of its own."""
        spelling = self._spelling
        if spelling is None:
            return list(messages)
        return [
            replace(message, content=tuple(
                spelling.read(part) if isinstance(part, str) else part for part in message.content
            )) if message.role == "user" else message
            for message in messages
        ]  # fmt: skip

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
        with self.lock:
            tasks = [self._settle(brief) for brief in briefs]
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

    @torch.inference_mode()
    def paint_embeddings(
        self,
        briefs: Sequence[Brief],
        target_embeds: Tensor,
        *,
        cancel: Callable[[], bool] | None = None,
    ) -> list[Image.Image]:
        """Return the pictures of target embeddings `(B, N, hidden)`, whatever the briefs' words.

        The briefs are of one size, and all of them edits or none.
        """
        with self.lock:
            tasks = [self._settle(brief) for brief in briefs]
            reporter = _Reporter(None, 0, self._num_steps(tasks[0]), self._preview)
            return self._paint(tasks, target_embeds, reporter, cancel)

    def _settle(self, brief: Brief) -> PaintingTask:
        return settle(
            brief,
            self.settings,
            size_step=2 * latent_factor(self.autoencoder),  # pixels of one image token
            has_fixed_size=self.pixels.fixed_size is not None,
        )

    def _imagined_embeds(self, tasks: Sequence[PaintingTask]) -> Tensor:
        """Return the target embeddings `(B, N, hidden)` of all tasks, one pass for the batch."""
        prompts = [self.prompt(task.messages, task.answer, do_open_image=True) for task in tasks]
        return self.autoregressive.prefill_embeddings(*PromptBatch.of_rows(prompts).arguments)

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
        factor = latent_factor(self.autoencoder)
        height, width = first.height // factor, first.width // factor
        references = None
        if first.kind == "edit":  # seen before the decoder takes the card
            size = self._config("edit").reference_size
            sources = [task.reference for task in tasks if task.reference is not None]
            references = torch.stack(
                [self._picture_embeds(s, size, Image.Resampling.BILINEAR) for s in sources]
            )
        decoder = self.decoder(first.kind)
        condition = decoder.condition(target_embeds, references, height=height, width=width)
        negative, cfg_scale = None, self.cfg_scale(first.kind)
        if cfg_scale != 1.0 and self.settings.family == "nexus-gen":
            negative = self._negative(first.kind, condition)
        elif cfg_scale != 1.0:
            blank = torch.zeros_like(target_embeds)
            negative = decoder.condition(blank, references, height=height, width=width)
        # 2. Denoise
        seeds = [task.brief.seed for task in tasks]
        latents = decoder.paint(
            draw_noise(seeds, decoder.config.latent_channels, height, width),
            condition,
            num_inference_steps=first.num_inference_steps,
            negative=negative,
            cfg_scale=cfg_scale,
            on_step=reporter.report if reporter.is_wanted else None,
            cancel=cancel,
        )
        # 3. Decode, and bring every picture to the size that was asked for
        images = self._decoded(latents)
        return [
            resized(image, task.wanted, Image.Resampling.LANCZOS)
            for image, task in zip(images, tasks, strict=True)
        ]

    def _negative(self, kind: DecoderKind, condition: Condition) -> Condition:
        """Return what an empty prompt steers to, for classifier-free guidance."""
        decoder = self.decoder(kind)
        if kind not in self._negatives:
            path = self.source.t5_path
            if path is None or self.source.clip_path is None:
                raise ModelError(
                    "Guidance needs FLUX.1-dev's text encoders for the empty prompt: put "
                    "text_encoder/ and text_encoder_2/ into FLUX/FLUX.1-dev beside the model, name "
                    "them with clip= and t5=, or leave out cfg=."
                )
            self._negatives[kind] = read_negative(path, decoder.config.context_dim)
        embeds = self._negatives[kind].to(condition.prompt_embeds)
        text_ids = torch.zeros(embeds.shape[1], 3, device=decoder.device)
        return Condition(embeds.expand(len(condition), -1, -1), text_ids, condition.pooled)

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
