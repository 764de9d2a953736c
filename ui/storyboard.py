"""The storyboard: stories as one HTML page that needs nothing beside itself."""

import base64
from collections.abc import Mapping, Sequence

from jinja2 import Environment, StrictUndefined

from ..agent.story_runner import StoryResult

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ stories[0].title if stories|length == 1 else "Storyboard" }}</title>
<style>
:root { color-scheme: light dark; --ink: #1c1917; --soft: #78716c; --line: #e7e5e4;
  --ground: #fafaf9; --card: #fff; --good: #0f766e; --bad: #b91c1c; }
@media (prefers-color-scheme: dark) { :root { --ink: #f5f5f4; --soft: #a8a29e; --line: #292524;
  --ground: #0c0a09; --card: #1c1917; --good: #2dd4bf; --bad: #f87171; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 32px clamp(16px, 4vw, 56px); background: var(--ground);
  color: var(--ink); font: 15px/1.5 ui-sans-serif, system-ui, "Segoe UI", Roboto, sans-serif; }
h1 { font-size: 22px; margin: 0 0 4px; } header p { margin: 0 0 24px; color: var(--soft); }
section { margin: 0 0 40px; }
ol { list-style: none; margin: 0; padding: 0; display: grid; gap: 16px;
  grid-template-columns: repeat(auto-fill, minmax(220px, 1fr)); }
li { background: var(--card); border: 1px solid var(--line); border-radius: 12px;
  overflow: hidden; display: flex; flex-direction: column; }
li img { width: 100%; aspect-ratio: 1; object-fit: contain; background: var(--ground); }
li div { padding: 12px 14px 14px; display: flex; flex-direction: column; gap: 6px; }
.kind { font-size: 12px; color: var(--soft); } .words { font-weight: 600; }
.verdict { font-size: 13px; } .good { color: var(--good); } .bad { color: var(--bad); }
li.failed { border-color: var(--bad); } p { margin: 0; overflow-wrap: anywhere; }
</style>
{% for story in stories %}
<section>
<header>
<h1>{{ story.title }}</h1>
<p><span class="{{ 'good' if story.is_ok else 'bad' }}">{{ "✓ all well" if story.is_ok
  else "✗ not as expected" }}</span> · {{ story.done|length }} of {{ story.num_steps }} steps ·
session {{ story.session_id[:8] }}</p>
</header>
<ol>
{% for step in story.results %}
<li class="{{ step.status }}">
{% if step.picture in pictures %}<img alt="Picture after step {{ step.number }}"
  src="data:image/png;base64,{{ pictures[step.picture] }}">{% endif %}
<div>
<p class="kind">{{ step.number }} · {{ step.kind }} · {{ "%.1f"|format(step.ms / 1000) }} s</p>
<p class="words">{{ step.text }}</p>
<p>{{ step.reply }}</p>
{% if step.is_met is not none %}<p class="verdict {{ 'good' if step.is_met else 'bad' }}">
{{ "✓" if step.is_met else "✗" }} expected: {{ step.expect|join(" or ") }}</p>{% endif %}
{% if step.score is not none %}<p class="verdict {{ 'good' if step.score == 1 else 'bad' }}">
{{ "%.0f"|format(step.score * 100) }} % of the checks passed</p>{% endif %}
</div>
</li>
{% endfor %}
</ol>
</section>
{% endfor %}
</html>
"""


def render_storyboard(stories: Sequence[StoryResult], pictures: Mapping[str, bytes]) -> str:
    """Return the page; `pictures` are the PNG bytes of every hash that the stories name."""
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    encoded = {name: base64.b64encode(data).decode() for name, data in pictures.items()}
    return environment.from_string(PAGE).render(stories=stories, pictures=encoded)
