"""`pentimento eval show`: stored reports as one, by the command that wrote them."""

from collections.abc import Sequence
from pathlib import Path

from ... import InputError
from .claims import CLAIMS, SECTION, show_claims
from .evaluation import TASKS, show_report
from .kept import MULTITURN, join_reports, read_report, section_of, summed_up
from .multiturn_report import show_multiturn
from .reports import check_section, open_plots


def show_reports(
    paths: Sequence[Path], into: Path | None, plots: Path | None, *, as_json: bool
) -> None:
    """Print stored reports as one; their tasks or sessions may have been measured apart."""
    reports = [read_report(path) for path in paths]
    section = section_of(reports[0])
    if into:
        check_section(into, section)
    open_plots(plots)
    if section == MULTITURN:
        joined = summed_up(join_reports(reports))
        show_multiturn(joined, into, plots, as_json=as_json)
        return
    if section == SECTION:
        joined = summed_up(join_reports(reports, tuple(CLAIMS)))
        show_claims(joined, into, plots, as_json=as_json)
        return
    if plots:
        raise InputError(f"`{section}` has no plots; it has contact sheets (`--sheet`).")
    show_report(summed_up(join_reports(reports, tuple(TASKS))), into, as_json=as_json)
