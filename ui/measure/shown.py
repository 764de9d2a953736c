"""`pentimento eval show`: stored reports as one, by the command that wrote them."""

from collections.abc import Sequence
from pathlib import Path

from ... import InputError
from .claims import CLAIMS, SECTION, show_claims
from .evaluation import TASKS, EvaluationRequest, show_report
from .kept import MULTITURN, join_reports, read_report, section_of, summed_up
from .multiturn_report import show_multiturn
from .reports import check_section, goal_table, open_plots, source_line, write_section

GOALS_SECTION = f"{EvaluationRequest.section}: goals"


def show_reports(
    paths: Sequence[Path],
    into: Path | None,
    plots: Path | None,
    goals: Sequence[Path] = (),
    *,
    as_json: bool,
) -> None:
    """Print stored reports as one; their tasks or sessions may have been measured apart.

    goals: documents that have the table of goals alone.
    """
    reports = [read_report(path) for path in paths]
    section = section_of(reports[0])
    if into:
        check_section(into, section)
    if goals and section != EvaluationRequest.section:
        raise InputError(f"`{section}` has no goals; `{EvaluationRequest.section}` has.")
    for path in goals:
        check_section(path, GOALS_SECTION)
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
    report = summed_up(join_reports(reports, tuple(TASKS)))
    for path in goals:
        write_section(path, GOALS_SECTION, [source_line(report), "", *goal_table(report["goals"])])
    show_report(report, into, as_json=as_json)
