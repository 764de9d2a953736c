"""Files that the user names: read with care, written whole or not at all."""

import errno
import io
import os
import tempfile
from pathlib import Path

from PIL import Image

from .. import InputError
from ..agent.pictures import flatten
from ..agent.raster import to_rgb

FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}
MAX_SIDES = {"JPEG": 65_500, "WEBP": 16_383}  # pixels that the formats can hold a side


def check_picture_path(path: Path) -> None:
    """Refuse early what could not be written after a minute of painting."""
    if path.suffix.lower() not in FORMATS:
        raise InputError(f"{path} must end in .png, .jpg or .webp.")
    check_folder_of(path)


def check_folder_of(path: Path) -> None:
    """Refuse a file whose folder is not there or cannot be written."""
    folder = path.absolute().parent
    if not folder.is_dir():
        raise InputError(f"There is no folder {folder} to write {path.name} into.")
    if not os.access(folder, os.W_OK):
        raise InputError(f"The folder {folder} cannot be written.")


def write_picture(path: Path, png: bytes) -> None:
    """Write a stored PNG under the name the user wants, in the format of its ending.

    JPEG and WebP have eight bits a channel; JPEG shows what is transparent on white.
    """
    form = FORMATS[path.suffix.lower()]
    if form == "PNG":
        write_whole(path, png)
        return
    encoded = io.BytesIO()
    with Image.open(io.BytesIO(png)) as picture:
        if max(picture.size) > MAX_SIDES[form]:
            raise InputError(
                f"{form} holds at most {MAX_SIDES[form]:,} pixels a side, and the picture has "
                f"{picture.width:,} x {picture.height:,}: write it as .png."
            )
        kept = {name: picture.info[name] for name in ("icc_profile", "dpi") if name in picture.info}
        shown = flatten(picture) if form == "JPEG" else to_rgb(picture)
        shown.save(encoded, form, quality=95, **kept)
    write_whole(path, encoded.getvalue())


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    temporary = None
    try:
        descriptor, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}.")
        temporary = Path(name)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_umask())
        os.replace(temporary, path)
    except OSError as error:
        if temporary:
            temporary.unlink(missing_ok=True)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise InputError(
                f"The disk is full: {path} was not written. Free some space and try again."
            ) from error
        raise InputError(f"Cannot write {path}: {error.strerror or error}.") from error


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
