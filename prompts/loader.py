"""Prompts: one Jinja template a file, in one folder a model family."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound

from .errors import PromptError

FOLDER = Path(__file__).parent
DEFAULT_FAMILY = "storybook"


def plain(words: str) -> str:
    """Return a user's words as a small model reads them best: not all in capitals."""
    return words.lower() if words.isupper() else words


class PromptLibrary:
    """The prompts of one model family; those it lacks are the default family's."""

    def __init__(self, family: str, folder: Path = FOLDER) -> None:
        """Open the family's folder; a family may have no prompt of its own."""
        self.family = family
        self._folder = folder
        self._environment = Environment(
            loader=FileSystemLoader(folder), undefined=StrictUndefined, autoescape=False
        )
        self._environment.filters["plain"] = plain

    def render(self, name: str, **values: object) -> str:
        """Return the prompt `name` with every placeholder filled; PromptError if one is missing."""
        path = f"{self.source(name)}/{name}.j2"
        try:
            return self._environment.get_template(path).render(values)
        except TemplateError as error:
            raise PromptError(f"The prompt {path} cannot be rendered: {error}") from error

    def source(self, name: str) -> str:
        """Return the family whose `name` prompt is used: its own, else the default's."""
        for family in (self.family, DEFAULT_FAMILY):
            try:
                self._environment.get_template(f"{family}/{name}.j2")
            except TemplateNotFound:
                continue
            return family
        raise PromptError(
            f"There is no prompt {name!r}: neither {self.family}/{name}.j2 nor "
            f"{DEFAULT_FAMILY}/{name}.j2 is in {self._folder.name}/."
        )

    def names(self) -> list[str]:
        """Return the names of all prompts that can be rendered, sorted."""
        families = {self.family, DEFAULT_FAMILY}
        return sorted({p.stem for f in families for p in (self._folder / f).glob("*.j2")})
