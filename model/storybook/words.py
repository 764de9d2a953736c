"""Synonyms of the world's words, and what lies outside of it, as people type them."""

# For each kind (singular, plural); the first pair is the canonical one.
KIND_WORDS: dict[str, tuple[tuple[str, str], ...]] = {
    "cat": (("cat", "cats"), ("kitten", "kittens"), ("kitty", "kitties"), ("puss", "pusses"),
            ("pussycat", "pussycats"), ("feline", "felines")),
    "dog": (("dog", "dogs"), ("puppy", "puppies"), ("pup", "pups"), ("doggy", "doggies"),
            ("hound", "hounds"), ("pooch", "pooches")),
    "tree": (("tree", "trees"), ("oak", "oaks"), ("leafy tree", "leafy trees")),
    "house": (("house", "houses"), ("home", "homes"), ("cottage", "cottages"), ("hut", "huts"),
              ("cabin", "cabins")),
    "car": (("car", "cars"), ("automobile", "automobiles"), ("auto", "autos"),
            ("motorcar", "motorcars")),
    "boat": (("boat", "boats"), ("ship", "ships"), ("sailboat", "sailboats"),
             ("sailing boat", "sailing boats"), ("vessel", "vessels")),
    "flower": (("flower", "flowers"), ("blossom", "blossoms"), ("bloom", "blooms"),
               ("daisy", "daisies")),
    "ball": (("ball", "balls"), ("beach ball", "beach balls"), ("toy ball", "toy balls")),
    "star": (("star", "stars"), ("shiny star", "shiny stars"),
             ("twinkling star", "twinkling stars")),
    "fish": (("fish", "fish"), ("fish", "fishes"), ("fishy", "fishies")),
    "hat": (("hat", "hats"), ("cap", "caps"), ("top hat", "top hats"), ("bonnet", "bonnets")),
    "balloon": (("balloon", "balloons"), ("air balloon", "air balloons"),
                ("party balloon", "party balloons")),
    "bird": (("bird", "birds"), ("birdie", "birdies"), ("songbird", "songbirds"),
             ("sparrow", "sparrows")),
    "umbrella": (("umbrella", "umbrellas"), ("parasol", "parasols"), ("brolly", "brollies")),
    "mushroom": (("mushroom", "mushrooms"), ("toadstool", "toadstools"), ("fungus", "fungi")),
    "apple": (("apple", "apples"), ("fruit", "fruits")),
    "cup": (("cup", "cups"), ("mug", "mugs"), ("teacup", "teacups")),
    "book": (("book", "books"), ("storybook", "storybooks"), ("novel", "novels")),
    "robot": (("robot", "robots"), ("android", "androids"), ("bot", "bots")),
    "kite": (("kite", "kites"), ("paper kite", "paper kites")),
}  # fmt: skip

COLOUR_WORDS: dict[str, tuple[str, ...]] = {
    "red": ("red", "crimson", "scarlet", "ruby", "bright red", "cherry-red"),
    "green": ("green", "emerald", "emerald green", "grass-green", "bright green"),
    "blue": ("blue", "navy", "sky-blue", "navy blue", "azure", "light blue"),
    "yellow": ("yellow", "golden", "lemon", "bright yellow", "lemon-yellow"),
    "purple": ("purple", "violet", "lilac", "lavender", "plum"),
    "white": ("white", "snow-white", "snowy white", "pure white", "ivory"),
    "orange": ("orange", "tangerine", "amber", "bright orange"),
    "pink": ("pink", "rose-pink", "rosy", "hot pink", "light pink"),
}
SIZE_WORDS: dict[str, tuple[str, ...]] = {
    "small": ("small", "little", "tiny", "wee", "mini", "teeny"),
    "large": ("large", "big", "huge", "giant", "great big", "enormous"),
}
MORE_SIZE = {
    "small": ("smaller", "tiny", "small", "little", "tinier", "a lot smaller", "a bit smaller"),
    "large": ("bigger", "larger", "big", "large", "huge", "a lot bigger", "a bit larger"),
}

# For each cell, phrases that follow "a cat ..."; the first is the canonical one.
_TOP = (
    "at the top {c}",
    "in the top {c}",
    "top {c}",
    "at top {c}",
    "in the top {c} corner",
    "in the upper {c} corner",
    "at the upper {c}",
    "upper {c}",
    "top-{c}",
    "in the {c} top corner",
)
_BOTTOM = tuple(text.replace("top", "bottom").replace("upper", "lower") for text in _TOP)
_SIDE = ("at the middle {c}", "in the middle {c}", "middle {c}", "at middle {c}",
         "halfway down on the {c}", "center {c}", "centre {c}", "at the center {c}",
         "in the middle of the {c} side", "middle-{c}")  # fmt: skip
_EDGE = ("at the {r} center", "at the {r} centre", "{r} center", "{r} middle", "at the {r} middle",
         "in the {r} center", "in the middle of the {r} row", "{r} centre", "in the {r} middle",
         "{r}-center")  # fmt: skip
_CENTER = ("in the center", "in the middle", "in the centre", "center", "in the very middle",
           "right in the middle", "at the center", "middle", "in the middle of the picture",
           "middle center")  # fmt: skip
PLACE_PHRASES: tuple[tuple[str, ...], ...] = tuple(
    _CENTER
    if cell == 4
    else tuple(
        text.format(c=("left", "center", "right")[cell % 3], r=("top", "", "bottom")[cell // 3])
        for text in (_EDGE if cell % 3 == 1 else (_TOP, _SIDE, _BOTTOM)[cell // 3])
    )
    for cell in range(9)
)
# For each cell, phrases that follow "move it ...".
_TO_CORNER = ("to the {r} {c}", "to the {r} {c} corner", "to {r} {c}", "into the {r} {c} corner",
              "over to the {r} {c}", "{r} {c}")  # fmt: skip
_TO_SIDE = ("to the middle {c}", "to the {c} of the middle row", "to middle {c}", "middle {c}",
            "to the center {c}", "to the middle of the {c} side")  # fmt: skip
_TO_EDGE = ("to the {r} center", "to the {r} centre", "to {r} center", "to the {r} middle",
            "{r} center", "to the middle of the {r} row")  # fmt: skip
_TO_CENTER = ("to the center", "to the middle", "to the centre", "into the middle",
              "into the center", "to the middle center")  # fmt: skip
TO_PLACE_PHRASES: tuple[tuple[str, ...], ...] = tuple(
    _TO_CENTER
    if cell == 4
    else tuple(
        text.format(c=("left", "center", "right")[cell % 3], r=row)
        for row in (("top", "upper"), ("middle",), ("bottom", "lower"))[cell // 3]
        for text in (_TO_EDGE if cell % 3 == 1 else _TO_SIDE if cell // 3 == 1 else _TO_CORNER)
    )
    for cell in range(9)
)
ROW_PHRASES = {
    "top": ("at the top", "up top", "along the top", "high up", "in the top row", "up high"),
    "bottom": ("at the bottom", "down at the bottom", "along the bottom", "down below",
               "in the bottom row", "low down"),
}  # fmt: skip
COLUMN_PHRASES = {
    "left": ("on the left", "on the left side", "on the left-hand side", "at the left",
             "on the far left"),
    "right": ("on the right", "on the right side", "on the right-hand side", "at the right",
              "on the far right"),
}  # fmt: skip

# As a noun ("change the scene to ...") and as an ending ("a cat ...").
SCENE_NOUNS: dict[str, tuple[str, ...]] = {
    "meadow": ("a meadow", "the meadow", "a grassland", "a field", "a grassy field", "meadow",
               "a green field", "a pasture"),
    "beach": ("a beach", "the beach", "the seaside", "a sandy beach", "the seashore", "beach",
              "the shore", "the coast"),
    "snow": ("snow", "the snow", "a snowy field", "a snowy landscape", "winter", "a winter scene",
             "a snow scene", "a snowy place"),
    "city": ("a city", "the city", "a town", "the town", "city", "a city street", "downtown",
             "a big city"),
    "room": ("a room", "the room", "a living room", "room", "a bedroom", "a playroom",
             "an indoor scene", "the living room"),
    "forest": ("a forest", "the forest", "the woods", "a woodland", "forest", "a wood",
               "the woodland", "a deep forest"),
}  # fmt: skip
SCENE_PHRASES_IN: dict[str, tuple[str, ...]] = {
    "meadow": ("in a meadow", "on a meadow", "on the grass", "in a field", "in a grassy field",
               "in the meadow", "on a grassland"),
    "beach": ("on a beach", "at the beach", "at the seaside", "on the sand", "by the sea",
              "on the beach", "at the seashore"),
    "snow": ("in the snow", "in a snowy field", "on snow", "in a winter landscape", "in winter",
             "in a snowy place", "in snow"),
    "city": ("in a city", "in the city", "in town", "in a town", "on a city street", "downtown",
             "in the big city"),
    "room": ("in a room", "in the room", "in a living room", "indoors", "inside a room",
             "in a bedroom", "in a playroom"),
    "forest": ("in a forest", "in the forest", "in the woods", "in a woodland", "in the wood",
               "deep in the forest", "among the woods"),
}  # fmt: skip
LIGHT_NOUNS: dict[str, tuple[str, ...]] = {
    "day": ("day", "daytime", "daylight", "noon", "midday", "daytime"),
    "sunset": ("sunset", "dusk", "evening", "sundown", "twilight", "a sunset"),
    "night": ("night", "night time", "nighttime", "midnight", "the dead of night", "night-time"),
}
LIGHT_PHRASES_AT: dict[str, tuple[str, ...]] = {
    "day": ("by day", "in the daytime", "at noon", "in daylight", "during the day", "at midday"),
    "sunset": ("at sunset", "at dusk", "in the evening", "at sundown", "at twilight",
               "with the sun going down"),
    "night": ("at night", "by night", "at midnight", "after dark", "in the dark", "at nighttime"),
}  # fmt: skip

OUTSIDE_NOUNS = (
    "dragon", "castle", "horse", "person", "airplane", "guitar", "unicorn", "dinosaur", "knight",
    "princess", "king", "queen", "wizard", "witch", "ghost", "vampire", "zombie", "elephant",
    "giraffe", "lion", "tiger", "bear", "wolf", "fox", "rabbit", "mouse", "monkey", "cow", "pig",
    "sheep", "goat", "chicken", "duck", "penguin", "owl", "eagle", "snake", "frog", "turtle",
    "shark", "whale", "octopus", "butterfly", "bee", "spider", "ant", "bicycle", "motorbike",
    "train", "bus", "truck", "tractor", "helicopter", "rocket", "spaceship", "bridge", "tower",
    "lighthouse", "windmill", "mountain", "volcano", "river", "waterfall", "rainbow", "cloud",
    "sun", "moon", "chair", "table", "lamp", "sofa", "bed", "piano", "violin", "drum", "phone",
    "computer", "camera", "clock", "banana", "pizza", "cake", "hamburger", "ice cream", "carrot",
    "man", "woman", "baby", "boy", "girl", "pirate", "snowman", "mermaid", "angel", "monster",
    "alien", "sword", "crown", "key", "candle", "shoe", "skateboard", "fire truck", "teddy bear",
)  # fmt: skip
OUTSIDE_COLOURS = (
    "turquoise", "brown", "black", "grey", "gray", "silver", "beige", "teal", "maroon", "bronze",
    "cyan", "magenta", "khaki", "charcoal", "copper", "mustard", "burgundy",
)  # fmt: skip
