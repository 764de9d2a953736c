"""The dialogue state machine: one turn, from top to bottom as it runs."""

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from . import routers
from .nodes.adjust import adjust
from .nodes.answer import answer
from .nodes.clarify import clarify
from .nodes.commit import commit
from .nodes.decline import decline
from .nodes.history import history
from .nodes.measure import measure
from .nodes.paint import paint
from .nodes.perceive import perceive
from .nodes.plan import plan
from .nodes.reflect import reflect
from .nodes.remember import remember
from .nodes.resolve import resolve
from .nodes.route import route
from .services import Limits, Services
from .state import TurnState
from .steps import Node, retry_policy, step

TurnGraph = CompiledStateGraph[TurnState, Services, TurnState, TurnState]


def build_graph(limits: Limits | None = None) -> TurnGraph:
    """Return the compiled graph."""
    graph = StateGraph(TurnState, context_schema=Services)
    retry = retry_policy(limits or Limits())

    def add(name: str, node: Node, *reads: str) -> None:
        graph.add_node(name, step(name, node, reads=reads), retry_policy=retry)

    add("perceive", perceive, "image_hashes")
    add("route", route, "text", "image_hashes")
    add("remember", remember, "text")
    add("answer", answer, "text", "source")
    add("adjust", adjust, "text", "source", "mask_hash")
    add("history", history, "text")
    add("resolve", resolve, "text", "source")
    add("plan", plan, "text", "source_caption", "last", "before", "round")
    add("clarify", clarify, "text", "question")
    add("decline", decline, "text")
    add("paint", paint, "plan", "source", "round")
    add("reflect", reflect, "candidates", "round")
    add("measure", measure, "best", "source")
    add("commit", commit, "route", "stop_reason")

    graph.add_edge(START, "perceive")
    graph.add_edge("perceive", "route")
    graph.add_conditional_edges("route", routers.after_route)
    graph.add_conditional_edges("remember", routers.after_remember)
    graph.add_edge("answer", "commit")
    graph.add_conditional_edges("adjust", routers.after_adjust)
    graph.add_conditional_edges("history", routers.after_history)
    graph.add_conditional_edges("resolve", routers.after_resolve)
    graph.add_conditional_edges("plan", routers.after_plan)
    graph.add_conditional_edges("clarify", routers.after_clarify)
    graph.add_edge("paint", "reflect")
    graph.add_conditional_edges("reflect", routers.after_reflect)
    graph.add_edge("measure", "commit")
    graph.add_edge("decline", "commit")
    graph.add_edge("commit", END)
    return graph.compile()
