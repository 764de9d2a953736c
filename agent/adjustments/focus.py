"""Operations on detail: blur and sharpen."""

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from ..raster import BAND_PIXELS, Pixels, bands
from .tones import put

PASSES = 3
THRESHOLD = 2 / 255  # differences below it are grain, which sharpening would bring out
Plane = NDArray[np.float32]  # (H, W)


def blur(values: Pixels, *, strength: float | None = None, radius: float | None = None) -> Pixels:
    """Return the picture softened by a Gaussian of `radius` pixels (its standard deviation).

    Strength 1 is a radius of 1/100 of the shorter side. Where there is alpha, clear pixels lend
    no colour to their neighbours, and alpha is softened too.
    """
    sigma = _sigma(values, strength, radius)
    if values.dtype == np.uint8:
        mode = "RGBa" if values.shape[2] == 4 else "RGB"
        soft = Image.fromarray(values).convert(mode).filter(ImageFilter.GaussianBlur(sigma))
        return np.asarray(soft.convert("RGBA" if mode == "RGBa" else "RGB"))
    top = np.float32(np.iinfo(values.dtype).max)
    result = values.copy()
    alpha = opacity = None
    if values.shape[2] == 4:
        opacity = values[..., 3].astype(np.float32) / top
        alpha = _soften(opacity.copy(), sigma)
        result[..., 3] = np.rint(alpha * top)
    for channel in range(3):
        plane = values[..., channel].astype(np.float32)
        if opacity is not None and alpha is not None:
            plane *= opacity
            plane = _soften(plane, sigma)
            np.divide(plane, alpha, out=plane, where=alpha > 0)
        else:
            plane = _soften(plane, sigma)
        result[..., channel] = np.rint(plane.clip(0, top, out=plane), out=plane)
    return result


def sharpen(values: Pixels, *, strength: float) -> Pixels:
    """Return the picture with crisper edges, by an unsharp mask: c + 1.2 * strength * (c - soft).

    The mask is a Gaussian blur of 1/300 of the shorter side, at least of one pixel; differences
    below 2/255 are left alone, and so is alpha.
    """
    soft = blur(values[..., :3], radius=max(1.0, min(values.shape[:2]) / 300))
    threshold = THRESHOLD * np.iinfo(values.dtype).max
    result = values.copy()
    for rows in bands(values):
        colours = values[rows, :, :3].astype(np.float32)
        detail = colours - soft[rows]
        detail[np.abs(detail) < threshold] = 0
        put(result, rows, colours + np.float32(1.2 * strength) * detail)
    return result


def _sigma(values: Pixels, strength: float | None, radius: float | None) -> float:
    if radius is not None:
        return radius
    return (1.0 if strength is None else strength) * min(values.shape[:2]) / 100


def _soften(plane: Plane, sigma: float) -> Plane:
    """Return the plane after the Gaussian that Pillow applies to eight bits, without rounding.

    Extended box filters, three times along each axis: Gwosdek, Grewenig, Bruhn and Weickert,
    "Theoretical Foundations of Gaussian Convolution by Extended Box Filtering", SSVM 2011.
    """
    variance = sigma**2 / PASSES
    whole = math.floor((math.sqrt(12 * variance + 1) - 1) / 2)
    part = (2 * whole + 1) * (whole * (whole + 1) - 3 * variance)
    part /= 6 * (variance - (whole + 1) ** 2)
    for lines in (plane, plane.T):
        count = max(1, BAND_PIXELS // lines.shape[1])
        for start in range(0, len(lines), count):
            band = lines[start : start + count]
            smooth = band.astype(np.float64)
            for _ in range(PASSES):
                smooth = _box(smooth, whole, part)
            band[:] = smooth
    return plane


def _box(lines: NDArray[np.float64], whole: int, part: float) -> NDArray[np.float64]:
    """Return the running mean along the lines, over `whole` + `part` pixels to either side."""
    width = lines.shape[1]
    reach = whole + 1
    padded = np.pad(lines, ((0, 0), (reach + 1, reach)), mode="edge")
    sums = np.cumsum(padded, axis=1)
    outer = sums[:, 2 * reach + 1 :] - sums[:, :width]
    inner = sums[:, 2 * reach : 2 * reach + width] - sums[:, 1 : 1 + width]
    return (inner + part * (outer - inner)) / (2 * (whole + part) + 1)
