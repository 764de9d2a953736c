"""Several wishes in one sentence, told apart by the words that join them."""

import re

from .vocabulary import COLOURS, GROUNDS, SIZES, SYNONYMS, content_words

_VERBS = (
    "abandon abolish acquaint adapt add adjust adorn advance aim airbrush align allocate allot "
    "allow alter amend amplify amuse anchor annihilate append apply arrange ask assign assume "
    "attach augment award axe balance ban banish barter base bathe be beam beef bench bid biggify "
    "bin blank blot blow boost boot break brighten bring brush budge build bump bundle bung buy "
    "call carry cart carve cash cast cause change charm chase cheer choose chop chuck clean clear "
    "click clone close clothe coat coax collect color colour compare complement compose composite "
    "compress confiscate conjure contribute convert convey cook correct count cover craft cram "
    "crank crayon create creep cross crunch cuddle cull cut decide deck declare decorate decrease "
    "define deflate delete deliver dematerialise depict deport deposit diminish dip discard "
    "disinvite dismiss dispatch dispense displace display dispose distract ditch do doodle double "
    "downscale downsize drag draw dress drift drive drop dump dunk duplicate dye echo edit efface "
    "eject eliminate embed embellish embiggen empty enamel enchant enhance enlarge enrich ensure "
    "entertain equip erase erect escape escort establish evacuate evict evolve exchange exclude "
    "exile expand expel expunge extend extract eyedrop fade fashion fasten fatten feature fetch "
    "fill filter find fix flatten fling flip float flood flush fly follow forbid forget "
    "freeze freshen furnish gather generate get gift give glide glue go grab grant grow guarantee "
    "guide gut halve hand hang haul have heap heave heighten help hide hoist hold hook hoover hop "
    "huddle hunt hurl hurry illustrate imagine imitate inch include incorporate increase inflate "
    "ink insert install integrate interchange introduce invite jazz jettison jiggle jog jolt "
    "jumble jump junk keep kick knock lacquer lay layer lead lean leave lend lessen let lift "
    "limit liven load lob locate lodge lop lose lug magic magnify maintain make manage march mark "
    "match materialise maximize melt metamorphose migrate miniaturise miniaturize minimise "
    "minimize mirror mix modify moor mop morph mount move multiply nestle nix nudge obliterate "
    "occupy offer omit open opt order organise oust overlay overwrite pack paint pair pare park "
    "pass paste peel pencil perch perform perk permit permute photograph photoshop pick pigment "
    "pile pin place plant play plonk plop pluck plump plunk poke polish poof pop populate portray "
    "position pour press pretend produce prohibit provide prune puff pull pump purge push put "
    "raise reach realign rearrange rebuild recast recolor recolour recompose recount recreate "
    "recycle redecorate redesign redo redraw reduce refashion refinish reflect regenerate "
    "regulate rehouse reimagine reinvent relieve relight relocate relocation remake remember "
    "remodel remould remove render reorder repaint repeat replace reposition reprint repurpose "
    "rescale reserve reset resettle reshape resituate resize respray rest restage restrict "
    "restyle retire retouch return reunite revamp reverse revert rework rid rinse rip roll root "
    "rotate round rub rule run rustle sack save say scale scare scatter scooch scoop scoot scrap "
    "scrape scratch scribble scrub scrunch sculpt search seat select send set settle shade "
    "shake shave shed shield shift ship shoo shove show shrink shrivel shuffle shunt sit situate "
    "size sketch skip slap slash slide sling slip slot smallify smear smuggle snatch sneak snip "
    "snuggle soak spare spawn specify spice spirit splash sponge spray spread sprinkle squash "
    "squeeze squidge squirt squish stand stash station steer step stick stow stretch strike "
    "strip stuff sub substitute subtract summon superimpose supplant supplement supply swap sweep "
    "swell swing switch sync tack tailor take tally tear teleport tell tempt throw tidy tie tint "
    "toss touch tow trade transfer transfigure transform translate transmute transplant transport "
    "transpose trash travel treat trim try tuck tug turf turn tweak unburden undo undraw unload "
    "unmake unpaint unplace unshrink unstick update upgrade uproot upscale upsize use usher "
    "vacuum vanish wait wake walk wash wedge weed whack wheel whip whisk whittle "
    "widen wind wipe withdraw wrap wriggle write yank zap zoom"
)
_VERB = rf"(?:{'|'.join(_VERBS.split())})\b"
_MUST = r"(?:should|must|ought|needs?|has to|have to|shall)\b"
_SUBJECT = r"(?:the|it|this|that|both|all|every\w*)\b"
# Where a wish begins: with a verb, or with what should be otherwise.
_FILLER = r"(?:(?:um|hmm|ok|alright|right|listen|maybe|just|actually|exactly|only|kindly),?\s+)"
_WISH = rf"{_FILLER}{{0,2}}(?:{_VERB}|{_SUBJECT}(?:\s+[\w'-]+){{0,7}}?\s+{_MUST})"
_WORD = (
    r"(?:and|then|also|plus|please|next|now|afterwards|finally|after that|besides that|after this|"
    r"while you(?:'re| are) at it)\b,?"
)
_SIGN = r"(?:[,;.!&+]+|-)"
_BETWEEN = rf"(?:\s*{_SIGN}(?:\s*{_WORD})*|(?:\s+{_WORD})+)\s+"
_JOINT = re.compile(rf"{_BETWEEN}(?={_WISH})", re.IGNORECASE)
# What a wish is carried out with, said before the wish: "grab the red crayon and colour it".
_TOOL = re.compile(r"\b(?:crayon|felt tip|brush|paint|pencil|chalk|pin)(?: out)?$", re.IGNORECASE)
_IS_WISH = re.compile(rf"\b(?:{_VERB}|{_MUST})", re.IGNORECASE)
# What asks for nothing of its own ("leave the rest"), or says where the wish before it ends.
_LEANS = re.compile(
    r"^(?:leave|keep|let)\b.*\b(?:rest|else|others?|alone|unchanged)\b"
    r"|^(?:leave|keep)\b.*\b(?:everything|background|things)\b"
    r"|\bas (?:it is|they are)$"
    r"|^(?!.*\b(?:the|it|them)\b).*\binstead\b|\bthere\b(?! (?:is|are|be|should|must)\b)"
    r"|\b(?:(?:its|that|the same) (?:place|spot|stead)|in place of it)\b"
    r"|\b(?:swap|exchange|switch) them\b|\bwhere the other\b|\b(?:of|from) it$"
    r"|^(?:that should do|stand (?!the|it|that|this)|go for|exchange their|say)\b",
    re.IGNORECASE,
)
_LOOKS = {*COLOURS, *SIZES, *(word for word, one in SYNONYMS.items() if one in COLOURS + SIZES)}
_LOOK = rf"(?:{'|'.join(sorted(_LOOKS, key=len, reverse=True))})"
_IS_HALF = re.compile(
    r"\bwhere (?:it|they) (?:is|are|stands?)$|\ba new (?:place|home)\b"
    rf"|\b(?:to|(?:can|could|will|would) you|{_MUST})$"
    r"|\btake (?:it|this|that|them)$",
    re.IGNORECASE,
)
# What only opens a wish ("go ahead and ..."), or keeps everything else as it is.
_OPENS = re.compile(
    r"\b(?:go (?:on|ahead)|(?:my|your) turn|come on|do (?:me|us) a favou?r|to (?:start|begin) with"
    r"|your (?:magic|wand|skills)|to work|off you go|give it a (?:go|try|whirl)|a moment"
    r"|be (?:so |a )?(?:nice|good|kind|dear)|don't be shy|good stuff|before we \w+)$"
    r"|^(?:change the composition|no hurry)$|\bkeep everything about\b"
    r"|^\W*(?:[\w']+\W+){0,6}?(?:leave|keep)\b.*\b(?:all(?: of it)?|everything|rest|else"
    r"|others?|things|alone|unchanged|background|as (?:it is|they are))$",
    re.IGNORECASE,
)
# "drag the cat and drop it at the top", "resize it and make it bigger": one wish in two verbs.
_CARRIES = re.compile(
    r"\b(?:take|grab|pick|lift|carry|drag|push|slide|scoop|relocate"
    r"|stick a pin|change (?:where|the (?:place|position|spot)))\b"
    r"(?!.*\b(?:away|out|off|to the (?:\w+ ){0,2}(?:left|right|top|bottom|middle|cent\w+))\b)",
    re.IGNORECASE,
)
_ALTERS = re.compile(rf"\b(?:resize|redraw|turn)\b(?!.*\b{_LOOK}$)", re.IGNORECASE)
_MAKES = re.compile(r"^(?:make|render)\s+(?:it|them)\b", re.IGNORECASE)
_PUTS = re.compile(
    r"^(?:put|drop|fix|set|place|move|push|slide|stick)\s+(?:it|them)\b", re.IGNORECASE
)
_MARKS = " .,:;!&+-"
_TELLS = "is|are|was|were|looks?|seems?|has|have"
# "make the cat blue and the dog red": the verb is said but once.
_ONE_VERB = re.compile(
    r"^(?P<verb>(?:.*\s)?(?:make|paint|colou?r|dye|turn|tint|render))\s+"
    rf"(?P<first>(?:the|my|that|this)\s[^,&]*?\b{_LOOK}){_BETWEEN}"
    rf"(?P<second>(?:the|my|that|this)\s(?:(?!\b(?:and|{_TELLS})\b)[^,&])*\b{_LOOK})$",
    re.IGNORECASE,
)


def clauses_of(text: str) -> list[str]:
    """Return the wishes of a sentence, each by itself, in the user's words."""
    joints = list(_JOINT.finditer(text))
    ends = [joint.start() for joint in joints[1:]] + [len(text)]
    clauses, start = [], 0
    for joint, end in zip(joints, ends, strict=False):
        piece = text[start : joint.start()].strip(_MARKS)
        following = text[joint.end() : end].strip(_MARKS)
        if _is_whole(piece) and not _leans(following, piece):
            clauses.append(piece)
            start = joint.end()
    last = text[start:].strip(_MARKS)
    return [one for clause in [*clauses, last] if clause for one in _with_own_verbs(clause)]


def _with_own_verbs(clause: str) -> list[str]:
    found = _ONE_VERB.match(clause)
    if found is None:
        return [clause]
    return [f"{found['verb']} {found['first']}", f"{found['verb']} {found['second']}"]


def _leans(following: str, piece: str) -> bool:
    is_one = (_CARRIES.search(piece) and _PUTS.search(following)) or (
        _ALTERS.search(piece)
        and _MAKES.search(following)
        and not GROUNDS.intersection(content_words(following))
    )
    return bool(is_one or _TOOL.search(piece) or _LEANS.search(following))


def _is_whole(piece: str) -> bool:
    is_wish = len(piece.split()) > 1 and _IS_WISH.search(piece)
    return bool(is_wish) and not _IS_HALF.search(piece) and not _OPENS.search(piece)
