"""The grammar of dialogues: patterns, answers that follow from the context, and parsing."""

import random
import re
import string

import pytest
from pentimento.agent.language import read_question
from pentimento.model.storybook import edits, phrases
from pentimento.model.storybook.checks import Partial, judge, parse_check, plural
from pentimento.model.storybook.dialogues import (
    EDIT_KINDS,
    LAST_PREFIX,
    LIST_PROMPT,
    QUESTION_KINDS,
    ROUTES,
    WISH_PREFIX,
    Dialogue,
    Turn,
    apply_changes,
    check_holds,
    parse_critique,
    parse_draw,
    parse_plan,
    sample_dialogue,
)
from pentimento.model.storybook.questions import (
    answer_attribute,
    answer_count,
    answer_is_there,
    answer_relation,
    answer_side_of,
    answer_where,
)
from pentimento.model.storybook.requests import Request
from pentimento.model.storybook.scene import (
    COLOURS,
    COLUMNS,
    KINDS,
    PLACES,
    Scene,
    Thing,
    parse_listing,
    parse_thing,
)
from pentimento.model.storybook.voice import Bank, Voice
from pentimento.model.storybook.wish_kinds import DEEDS
from pentimento.model.storybook.words import ASIDE_WORDS
from pentimento.model.storybook.world import CORE, FULL, World

ALL_BANKS = {
    f"{name}.{section}": bank
    for name, banks in vars(phrases).items()
    if isinstance(banks, dict)
    for section, bank in banks.items()
    if isinstance(bank, Bank)
} | {"JOINERS": phrases.JOINERS}
EDIT_FAMILIES = {
    "add": ["add"], "remove": ["remove"], "replace": ["replace"], "recolour": ["recolour"],
    "resize": ["resize", "grow", "shrink"], "move_place": ["move_place"],
    "move_dir": ["move_dir"], "move_next": ["move_next"], "swap": ["swap"], "scene": ["scene"],
    "snowy": ["snowy"], "light": ["light"], "sunny": ["sunny"], "count": ["count"],
    "restyle": ["restyle"], "add_many": ["add_many"],
}  # fmt: skip
COLOUR = "|".join(COLOURS)
TWO_CATS = parse_listing(
    "meadow, day; cat red small top left; dog white small top right; cat blue large bottom right."
)


def sample(world: World, split: str = "train", count: int = 600, seed: int = 1) -> list[Dialogue]:
    rng = random.Random(seed)
    return [sample_dialogue(rng, world, split=split) for _ in range(count)]  # type: ignore[arg-type]


def turns_of(dialogues: list[Dialogue], task: str) -> list[tuple[Scene | None, Turn]]:
    return [(d.scene, turn) for d in dialogues for turn in d.turns if turn.task == task]


@pytest.fixture(scope="module", params=[CORE, FULL], ids=lambda world: world.name)
def dialogues(request: pytest.FixtureRequest) -> list[Dialogue]:
    return sample(request.param, count=3000)


@pytest.mark.parametrize("family", EDIT_FAMILIES)
def test_every_family_of_edits_has_forty_patterns(family: str) -> None:
    banks = [
        bank[name]
        for name in EDIT_FAMILIES[family]
        for bank in (phrases.COMMANDS, phrases.SENTENCES)
    ]
    assert sum(len(bank.patterns) for bank in banks) >= 40


@pytest.mark.parametrize("kind", QUESTION_KINDS)
def test_every_family_of_questions_has_forty_patterns(kind: str) -> None:
    assert len(phrases.QUESTIONS[kind].patterns) >= 40


@pytest.mark.parametrize("bank", [phrases.REQUESTS["draw"], *phrases.ASIDES.values()])
def test_requests_and_routes_have_forty_patterns(bank: Bank) -> None:
    assert len(bank.patterns) >= 40


@pytest.mark.parametrize("name", ALL_BANKS)
def test_no_pattern_of_training_is_held_out(name: str) -> None:
    bank = ALL_BANKS[name]
    assert len(set(bank.patterns)) == len(bank.patterns)
    assert not set(bank.train) & set(bank.test)
    assert len(bank.test) == pytest.approx(len(bank.patterns) / 5, abs=20)  # less what is struck
    assert bank.test


def test_no_wish_held_out_in_one_bank_is_taught_in_another() -> None:
    banks = [
        bank
        for sections in (phrases.COMMANDS, phrases.SENTENCES, phrases.FOLLOW_UPS, phrases.TERSE)
        for bank in sections.values()
    ]
    for bank in banks:
        taught = {one.rstrip("?!.") for other in banks if other is not bank for one in other.train}
        assert not taught.intersection(one.rstrip("?!.") for one in bank.test)


@pytest.mark.parametrize("split", ["train", "test"])
def test_a_voice_speaks_only_the_patterns_of_its_split(split: str) -> None:
    bank = Bank(*string.ascii_letters)
    voice = Voice(random.Random(3), CORE, split)  # type: ignore[arg-type]
    heard = {voice.pattern(bank) for _ in range(2000)}
    assert heard == set(bank.train if split == "train" else bank.test)


@pytest.mark.parametrize("name", ALL_BANKS)
def test_variations_keep_the_slots_and_are_never_held_out(name: str) -> None:
    bank, voice = ALL_BANKS[name], Voice(random.Random(4), CORE)
    slots = {tuple(sorted(re.findall(r"\{\w*\}", pattern))) for pattern in bank.train}
    heard = {voice.pattern(bank) for _ in range(400)}
    assert not heard & set(bank.test)
    assert {tuple(sorted(re.findall(r"\{\w*\}", pattern))) for pattern in heard} <= slots
    assert not bank.can_vary or len(heard - set(bank.train)) > 10


@pytest.mark.parametrize("name", ALL_BANKS)
def test_every_pattern_renders_from_the_documented_slots(name: str) -> None:
    slots = dict.fromkeys(
        "a at at1 to x x1 y c s m d n k ks n_ks n_more_ks by is p scene inscene light atlight "
        "things rest text both cs ac w z".split(),
        "word",
    ) | dict.fromkeys([*ASIDE_WORDS, "a_thing", *(one[:-1] for one in phrases.LISTS)], "word")
    bank = ALL_BANKS[name]
    for pattern in bank.patterns:
        text = pattern.format("word", **slots)
        assert text.strip() == text or bank is phrases.JOINERS, pattern
        assert "  " not in text and "{" not in text, pattern


def test_dialogues_are_reproducible_by_seed() -> None:
    assert sample(CORE, seed=5, count=50) == sample(CORE, seed=5, count=50)
    assert sample(CORE, seed=5, count=50) != sample(CORE, seed=6, count=50)


def test_a_picture_is_listed_first(dialogues: list[Dialogue]) -> None:
    for dialogue in dialogues:
        if dialogue.scene:
            first = dialogue.turns[0]
            assert (first.user, first.assistant) == (LIST_PROMPT, str(dialogue.scene))
            assert 4 <= len(dialogue.turns) <= 7
        else:
            assert {turn.task for turn in dialogue.turns} <= {"draw", "route"}


def test_changes_lead_from_the_listing_to_the_target(dialogues: list[Dialogue]) -> None:
    kinds = set()
    for scene, turn in turns_of(dialogues, "edit"):
        assert scene
        plan = parse_plan(turn.assistant)
        kinds.add(turn.kind)
        if plan.target is None:
            assert plan.unclear or plan.outside
        else:
            assert apply_changes(scene, plan.changes) == plan.target
            assert all(old != new for old, new in plan.changes)
            deed, _, rest = turn.assistant.partition(": ")
            assert deed in DEEDS
            said = rest.partition(" => ")[0].split("; ")
            changes = [f"{old} -> {new}" for old, new in plan.changes]
            evidence = [part for part in said if part not in changes]
            of_many = ("group", "together", "add_two", "several", "follow_up")
            assert said == evidence + changes or turn.kind in of_many
            assert evidence or turn.kind not in ("add", "move_place", "move_next", "swap", "count")
            assert all(": " in part or "->" in part for part in evidence)
            assert turn.assistant.endswith(f" => {plan.target}")
    assert kinds == {
        *EDIT_KINDS,
        "several",
        "follow_up",
        "outside",
        "ambiguous",
        "missing",
        "bare_it",
        "refused",
        "nameless",
    }


def test_the_last_mentioned_object_stands_in_the_listing(dialogues: list[Dialogue]) -> None:
    num_last = 0
    for scene, turn in turns_of(dialogues, "edit"):
        *told, wish = turn.user.split("\n")
        assert wish.startswith(WISH_PREFIX)
        for line in told:
            if line.startswith(LAST_PREFIX):
                num_last += 1
                assert scene and parse_thing(line.removeprefix(LAST_PREFIX)) in scene.things
    assert num_last > 500


def test_answers_rest_on_entries_of_the_listing(dialogues: list[Dialogue]) -> None:
    kinds = set()
    for scene, turn in turns_of(dialogues, "question"):
        assert scene
        kinds.add(turn.kind)
        evidence, _, sentence = turn.assistant.partition(" => ")
        if turn.kind in ("scene", "light"):
            assert evidence == f"{scene.scene}, {scene.light}"
            assert turn.kind == "scene" or scene.light in sentence
            continue
        entries = list(read_question(turn.assistant).evidence)
        listed = [str(thing) for thing in scene.things]
        assert set(entries) <= set(listed) and len(set(entries)) == len(entries)
        if turn.kind not in (
            "side_of",
            "compare",
            "relation",
        ):  # what is asked about comes first there
            assert entries == sorted(entries, key=listed.index)
        things = [parse_thing(entry) for entry in entries]
        if turn.kind == "count_all":
            assert entries == listed
        if turn.kind.startswith("count"):
            assert f" {len(things) or 'no'} " in sentence
        elif turn.kind in ("colour", "size") and things:
            assert all(getattr(thing, turn.kind) in sentence for thing in things)
        elif turn.kind == "where":
            assert all(
                thing.place.replace("middle center", "center") in sentence for thing in things
            )
        elif turn.kind == "is_there":
            assert sentence.startswith("Yes, there" if things else "No, there is no ")
        elif turn.kind == "at_place" and things:
            assert things[0].kind in sentence and things[0].colour in sentence
        elif turn.kind == "compare" and not things:
            assert sentence.startswith("There is no ")
        elif turn.kind == "compare":
            sizes = {thing.size for thing in things}
            assert sentence.startswith("They are both") == (len(sizes) == 1)
        elif turn.kind == "relation":
            assert (things == []) == sentence.startswith("There is no ")
            if things:
                is_so = _is_further(things[0].cell, things[1].cell, sentence)
                assert sentence.startswith("Yes, " if is_so else "No, ")
                assert (" is not " in sentence) != is_so
    assert kinds == set(QUESTION_KINDS)


def _is_further(cell: int, other: int, sentence: str) -> bool:
    """Return whether a cell lies on the side of the other that the sentence names."""
    (row, column), (other_row, other_column) = divmod(cell, 3), divmod(other, 3)
    if "to the left of" in sentence:
        return column < other_column
    if "to the right of" in sentence:
        return column > other_column
    return row < other_row if " above " in sentence else row > other_row


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (
            answer_attribute(TWO_CATS, Partial("cat"), "colour"),
            "cat red small top left; cat blue large bottom right => The cats are red and blue.",
        ),
        (
            answer_attribute(TWO_CATS, Partial("dog"), "size"),
            "dog white small top right => The dog is small.",
        ),
        (
            answer_where(TWO_CATS, Partial("cat", "blue")),
            "cat blue large bottom right => The blue cat is at the bottom right.",
        ),
        (answer_is_there(TWO_CATS, Partial("tree")), "nothing => No, there is no tree."),
        (
            answer_count(TWO_CATS, Partial("cat")),
            "cat red small top left; cat blue large bottom right => There are 2 cats.",
        ),
        (
            answer_side_of(TWO_CATS, Partial("dog"), "left"),
            "dog white small top right; top center: nothing; top left: cat red small top left"
            " => To the left of the dog is a small red cat.",
        ),
        (
            answer_side_of(TWO_CATS, Partial("dog"), "down"),
            "dog white small top right; middle right: nothing; "
            "bottom right: cat blue large bottom right => Below the dog is a large blue cat.",
        ),
        (
            answer_relation(TWO_CATS, TWO_CATS.things[1], TWO_CATS.things[0], "left"),
            "dog white small top right; cat red small top left"
            " => No, the dog is not to the left of the red cat.",
        ),
        (
            answer_relation(TWO_CATS, TWO_CATS.things[2], TWO_CATS.things[1], "down"),
            "cat blue large bottom right; dog white small top right"
            " => Yes, the blue cat is below the dog.",
        ),
    ],
)
def test_questions_are_answered_in_canonical_words(answer: str, expected: str) -> None:
    assert answer == expected


def test_a_drawn_picture_passes_its_own_checks(dialogues: list[Dialogue]) -> None:
    kinds = set()
    for _, turn in turns_of(dialogues, "draw"):
        plan = parse_draw(turn.assistant)
        kinds.add(turn.kind)
        if plan.target is None:
            assert plan.unclear or plan.outside
        else:
            assert plan.checks and all(check_holds(check, plan.target) for check in plan.checks)
    assert kinds == {"draw", "blank", "empty", "outside", "too_many"}


def test_what_the_words_leave_open_follows_the_convention() -> None:
    request = Request(((Partial("balloon", "red"), 3), (Partial("cat"), 1)), light="night")
    assert request.answer == (
        "3 balloon red; cat; night => meadow, night; balloon red large top left; balloon red large"
        " top center; balloon red large top right; cat yellow small bottom center."
    )
    placed = Partial("house", None, None, "bottom", "center")
    assert str(Request(((Partial("cat"), 1), (placed, 1))).picture()) == (
        "meadow, day; cat yellow small bottom left; house red large bottom center."
    )
    under = Request(((Partial("dog"), 1), (Partial("tree"), 1)), relation="down")
    assert str(under.picture()) == (
        "meadow, day; tree green large middle center; dog white small bottom center."
    )


def test_critiques_judge_every_check(dialogues: list[Dialogue]) -> None:
    num_flawed = 0
    for scene, turn in turns_of(dialogues, "critique"):
        assert scene
        critique = parse_critique(turn.assistant)
        checks = turn.user.removeprefix("Check: ").split("; ")
        assert len(critique.verdicts) == len(checks)
        for check, (evidence, holds) in zip(checks, critique.verdicts, strict=True):
            assert holds == check_holds(check, scene)
            listed = [str(thing) for thing in scene.things]
            known = {*listed, "nothing", scene.scene, scene.light}
            assert set(evidence.split("; ")) <= known
        is_sound = all(holds for _, holds in critique.verdicts)
        assert (critique.revision == "nothing") == is_sound
        num_flawed += not is_sound
    assert num_flawed > 200


@pytest.mark.parametrize(
    ("checks", "answer"),
    [
        (["house", "day"], "nothing no; day yes => add a house"),
        (
            ["dog red", "night"],
            "dog white small top right no; day no => make the dog red and make it night",
        ),
        (
            ["dog large bottom left"],
            "dog white small top right no => make the dog large and move it to the bottom left",
        ),
        (["no cat"], "cat red small top left; cat blue large bottom right no"
         " => remove the red cat and the blue cat"),
        (["star top right"], "dog white small top right no => replace the dog with a star"),
        (["dog top left"], "dog white small top right no => swap the dog with the red cat"),
        (["3 cat"], "cat red small top left; cat blue large bottom right no => add a cat"),
    ],
)  # fmt: skip
def test_a_failing_check_becomes_an_instruction(checks: list[str], answer: str) -> None:
    verdicts, revision = judge([parse_check(check) for check in checks], TWO_CATS)
    words = "; ".join(f"{evidence} {'yes' if holds else 'no'}" for evidence, holds in verdicts)
    assert f"{words} => {revision}" == answer
    assert parse_critique(answer).revision == revision


def name_of(words: str, scene: Scene) -> Thing:
    """Read "the red cat at the top left" independently of the grammar."""
    noun, _, place = words.removeprefix("the ").partition(" in the ")
    if not place:
        noun, _, place = words.removeprefix("the ").partition(" at the ")
    place = "middle center" if place == "center" else place
    traits = set(noun.split())
    found = [t for t in scene.things if traits <= {t.kind, t.colour} and t.place.endswith(place)]
    assert len(found) == 1, (words, str(scene))
    return found[0]


def follow(revision: str, scene: Scene) -> Scene:
    """Carry out a revision's canonical English; names are those of the scene before it."""
    now, it = scene, None
    for clause in re.split(r" and (?=(?:add|make|move|swap|remove|replace|change) )", revision):
        verb, _, rest = clause.partition(" ")
        if clause.startswith("make it "):
            now = edits.change_light(now, rest.removeprefix("it ")).target
        elif verb == "make":
            name, _, looks = re.split(rf"( )(?=(?:small|large|{COLOUR})(?: and |$))", rest)[:3]
            looks = rest.removeprefix(name).split()
            size = next((w for w in looks if w in ("small", "large")), None)
            colour = next((w for w in looks if w not in ("small", "large", "and")), None)
            old = name_of(name, scene)
            now = edits.restyle(now, old, colour, size).target
            it = now.at(old.cell)
        elif verb in ("move", "swap"):
            name, _, goal = rest.partition(" to the " if verb == "move" else " with ")
            thing = it if name == "it" else name_of(name, scene)
            assert thing
            if verb == "swap":
                now = edits.swap(now, thing, name_of(goal, scene)).target
            else:
                place = "middle center" if goal == "center" else goal
                now = edits.move(now, thing, PLACES.index(place)).target
        elif verb == "change":
            noun = rest.removeprefix("the scene to ").removeprefix("a ")
            now = edits.change_scene(now, noun).target
        elif verb == "remove":
            names = rest.replace(" and ", ", ").split(", ")
            now = edits.remove(now, *(name_of(name, scene) for name in names)).target
        elif verb == "replace":
            name, _, noun = rest.partition(" with a ")
            *looks, kind = noun.split()
            size = next((w for w in looks if w in ("small", "large")), None)
            colour = next((w for w in looks if w not in ("small", "large")), None)
            now = edits.replace(now, name_of(name, scene), kind, colour, size).target
        else:
            number, noun = rest.split(" ", 1)
            count = ["a", "two", "three", "four", "five"].index(number) + 1
            noun = noun.replace(" in the center", " middle center")
            words = [w for w in re.sub(r" (at|on) the ", " ", noun).split()]
            kinds = {plural(kind): kind for kind in KINDS}
            words = [kinds.get(w, w) for w in words]
            order = [*KINDS, *COLOURS, "small", "large", "top", "middle", "bottom", *COLUMNS]
            partial = parse_check(" ".join(sorted(words, key=order.index))).partial
            assert partial
            now = edits.add_partial(now, partial, count).target
    return now


def test_following_a_revision_mends_the_picture(dialogues: list[Dialogue]) -> None:
    num_flawed = num_mended = 0
    for scene, turn in turns_of(dialogues, "critique"):
        revision = parse_critique(turn.assistant).revision
        if revision == "nothing":
            continue
        assert scene
        num_flawed += 1
        checks = turn.user.removeprefix("Check: ").split("; ")
        try:
            mended = follow(revision, scene)
        except ValueError:  # rare: two clauses that want the same cell
            continue
        num_mended += all(check_holds(check, mended) for check in checks)
    assert num_mended / num_flawed > 0.97


@pytest.mark.parametrize(
    ("check", "holds"),
    [
        ("cat", True), ("cat red", True), ("cat green", False), ("cat red small top left", True),
        ("cat large bottom right", True), ("2 cat", True), ("1 cat", False), ("no star", True),
        ("no cat blue", False), ("meadow", True), ("night", False), ("dog right", True),
        ("2 cat red", False), ("dog top", True),
    ],
)  # fmt: skip
def test_checks_hold_by_their_words(check: str, holds: bool) -> None:
    assert check_holds(check, TWO_CATS) is holds
    assert str(parse_check(check)) == check


@pytest.mark.parametrize("text", ["", "dragon", "red cat", "2", "no", "cat cat", "top left cat"])
def test_words_that_are_no_check_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_check(text)


@pytest.mark.parametrize("text", ["", "cat", "a -> b", "x => meadow, day; nothing.", "=>"])
def test_malformed_plans_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_plan(text)


def test_routes_are_one_word(dialogues: list[Dialogue]) -> None:
    answers = {turn.assistant for _, turn in turns_of(dialogues, "route")}
    assert answers == set(ROUTES)
    for _, turn in turns_of(dialogues, "route"):
        assert turn.user.startswith(("Route: picture: ", "Route: no picture: "))


@pytest.mark.parametrize("focus", ["lookup", "question", "edit", "critique", "draw", "route"])
@pytest.mark.parametrize("split", ["train", "test"])
def test_focus_restricts_the_tasks(focus: str, split: str) -> None:
    rng = random.Random(2)
    tasks = {
        turn.task
        for _ in range(100)
        for turn in sample_dialogue(rng, FULL, split=split, focus=focus).turns  # type: ignore[arg-type]
    }
    assert tasks - {"list"} == ({"question", "edit"} if focus == "lookup" else {focus})


def test_the_tasks_are_balanced(dialogues: list[Dialogue]) -> None:
    tasks = [turn.task for d in dialogues for turn in d.turns if turn.task != "list"]
    for task, share in {"question": 0.29, "edit": 0.35, "critique": 0.14, "draw": 0.12}.items():
        assert tasks.count(task) / len(tasks) == pytest.approx(share, abs=0.03)


def test_core_dialogues_stay_in_the_core_world() -> None:
    for dialogue in sample(CORE, count=500):
        for turn in dialogue.turns:
            if turn.task in ("edit", "draw") and " => " in turn.assistant:
                plan = (parse_plan if turn.task == "edit" else parse_draw)(turn.assistant)
                target = plan.target or Scene("meadow", "day")
                assert {thing.kind for thing in target.things} <= set(CORE.kinds)
                assert {thing.colour for thing in target.things} <= set(CORE.colours)


def test_declined_nouns_are_copied_from_the_words(dialogues: list[Dialogue]) -> None:
    for _, turn in turns_of(dialogues, "draw") + turns_of(dialogues, "edit"):
        if turn.kind == "outside":
            noun = turn.assistant.removesuffix(".").removeprefix("outside: ")
            for said in ("I cannot draw ", "I cannot make things ", "I have no "):
                noun = noun.removeprefix(said)
            for article in ("an ", "a ", "the "):
                noun = noun.removeprefix(article)
            assert noun[: max(3, len(noun) - 2)] in turn.user.lower(), turn  # or in the plural


def test_every_place_is_spoken_of() -> None:
    voice = Voice(random.Random(1), CORE)
    for cell, place in enumerate(PLACES):
        assert len({voice.at(cell) for _ in range(300)}) >= 8, place
