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
    "small": ("small", "little", "tiny", "wee", "mini", "teeny", "miniature", "teeny-tiny",
              "titchy", "minuscule", "petite", "teensy", "itty-bitty", "pint-sized", "diminutive"),
    "large": ("large", "big", "huge", "giant", "great big", "enormous", "massive", "gigantic",
              "very big", "colossal", "immense", "humongous", "jumbo", "oversized", "gargantuan",
              "mammoth", "towering", "hefty"),
}  # fmt: skip
MORE_SIZE = {
    "small": ("smaller", "tiny", "small", "little", "tinier", "a lot smaller", "a bit smaller",
              "much smaller", "way smaller", "a little smaller", "littler", "very small"),
    "large": ("bigger", "larger", "big", "large", "huge", "a lot bigger", "a bit larger",
              "much bigger", "way bigger", "a little bigger", "much larger", "very big"),
}  # fmt: skip

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
    "in the {c} upper corner",
    "at the very top {c}",
    "at the top on the {c}",
    "in the top row on the {c}",
    "at the top of the {c} side",
    "on the {c} at the top",
    "at the {c} end of the top row",
    "at the top, far {c}",
    "in the corner top {c}",
    "on the {c}, at the very top",
    "in the upper {c}-hand corner",
    "at the top and to the {c}",
    "along the top, on the {c}",
    "top row, {c}",
    "{c} side, top row",
    "far {c}, top row",
    "in the {c} column, at the top",
    "at the top of the {c} column",
    "at the {c} of the top row",
    "over on the {c}, at the top",
    "on the far {c} at the top",
    "as far {c} as it goes, in the top row",
    "where the top and the {c} edge meet",
    "by the {c} edge, at the top",
    "near the top {c} corner",
    "in the very corner, top {c}",
    "in the {c} half, right at the top",
    "on the top {c}",
)
_BOTTOM = tuple(text.replace("top", "bottom").replace("upper", "lower") for text in _TOP)
_SIDE = ("at the middle {c}", "in the middle {c}", "middle {c}", "at middle {c}",
         "halfway down on the {c}", "center {c}", "centre {c}", "at the center {c}",
         "in the middle of the {c} side", "middle-{c}", "in the middle row on the {c}",
         "on the {c} in the middle row", "halfway up on the {c}", "in the middle on the {c}",
         "in the middle of the {c} edge")  # fmt: skip
_EDGE = ("at the {r} center", "at the {r} centre", "{r} center", "{r} middle", "at the {r} middle",
         "in the {r} center", "in the middle of the {r} row", "{r} centre", "in the {r} middle",
         "{r}-center", "in the {r} row in the middle", "at the {r} in the middle",
         "in the center of the {r} row", "in the middle at the {r}",
         "in the middle of the {r} edge")  # fmt: skip
_CENTER = ("in the center", "in the middle", "in the centre", "center", "in the very middle",
           "right in the middle", "at the center", "middle", "in the middle of the picture",
           "middle center", "in the very center", "right in the center", "dead center",
           "in the exact middle", "in the center of the picture")  # fmt: skip
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
              "over to the {r} {c}", "{r} {c}", "all the way to the {r} {c}",
              "over into the {r} {c} corner",
              "to the {c} end of the {r} row")  # fmt: skip
_TO_SIDE = ("to the middle {c}", "to the {c} of the middle row", "to middle {c}", "middle {c}",
            "to the center {c}", "to the middle of the {c} side", "over to the middle {c}",
            "to the middle row on the {c}", "to the middle of the {c} edge")  # fmt: skip
_TO_EDGE = ("to the {r} center", "to the {r} centre", "to {r} center", "to the {r} middle",
            "{r} center", "to the middle of the {r} row", "to the center of the {r} row",
            "to the middle of the {r} edge", "over to the {r} center")  # fmt: skip
_TO_CENTER = ("to the center", "to the middle", "to the centre", "into the middle",
              "into the center", "to the middle center", "to the very middle",
              "right into the middle", "to the very center",
              "to the middle of the picture")  # fmt: skip
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
    "top": ("at the top", "up top", "along the top", "high up", "in the top row", "up high",
            "at the very top", "up at the top", "in the upper row", "along the top edge",
            "near the top"),
    "bottom": ("at the bottom", "down at the bottom", "along the bottom", "down below",
               "in the bottom row", "low down", "at the very bottom", "in the lower row",
               "along the bottom edge", "near the bottom"),
}  # fmt: skip
COLUMN_PHRASES = {
    "left": ("on the left", "on the left side", "on the left-hand side", "at the left",
             "on the far left", "at the left side", "in the left column", "at the left edge",
             "over on the left", "along the left side"),
    "right": ("on the right", "on the right side", "on the right-hand side", "at the right",
              "on the far right", "at the right side", "in the right column", "at the right edge",
              "over on the right", "along the right side"),
}  # fmt: skip
# Before the noun: "the left tree".
ROW_ADJECTIVES = {
    "top": ("top", "upper", "topmost"), "middle": ("middle", "center"),
    "bottom": ("bottom", "lower", "lowest"),
}  # fmt: skip
COLUMN_ADJECTIVES = {
    "left": ("left", "left-hand", "leftmost"), "center": ("middle", "center"),
    "right": ("right", "right-hand", "rightmost"),
}  # fmt: skip

# As a noun ("change the scene to ...") and as an ending ("a cat ...").
SCENE_NOUNS: dict[str, tuple[str, ...]] = {
    "meadow": ("a meadow", "the meadow", "a grassland", "a field", "a grassy field", "meadow",
               "a green field", "a pasture", "a grassy meadow", "a flowery meadow", "the fields",
               "a garden", "the garden", "a park", "a lawn"),
    "beach": ("a beach", "the beach", "the seaside", "a sandy beach", "the seashore", "beach",
              "the shore", "the coast", "a seaside scene", "the sandy beach", "a seashore",
              "the sea", "the ocean", "a lake", "an island"),
    "snow": ("snow", "the snow", "a snowy field", "a snowy landscape", "winter", "a winter scene",
             "a snow scene", "a snowy place", "a wintry scene", "a snowy winter scene",
             "a snow-covered place"),
    "city": ("a city", "the city", "a town", "the town", "city", "a city street", "downtown",
             "a big city", "a busy city", "a city scene", "the big city", "a street", "a village"),
    "room": ("a room", "the room", "a living room", "room", "a bedroom", "a playroom",
             "an indoor scene", "the living room", "a nursery", "the bedroom", "the playroom",
             "a kitchen", "the kitchen", "my room"),
    "forest": ("a forest", "the forest", "the woods", "a woodland", "forest", "a wood",
               "the woodland", "a deep forest", "the deep woods", "a thick forest", "woods",
               "a jungle", "the jungle"),
}  # fmt: skip
SCENE_PHRASES_IN: dict[str, tuple[str, ...]] = {
    "meadow": ("in a meadow", "on a meadow", "on the grass", "in a field", "in a grassy field",
               "in the meadow", "on a grassland", "out in the meadow", "in the grass",
               "out in the fields", "in a garden", "in the garden", "in the park", "on the lawn"),
    "beach": ("on a beach", "at the beach", "at the seaside", "on the sand", "by the sea",
              "on the beach", "at the seashore", "down at the beach", "by the seaside",
              "on the shore", "on the coast", "on the sea", "by the ocean", "by a lake",
              "on an island"),
    "snow": ("in the snow", "in a snowy field", "on snow", "in a winter landscape", "in winter",
             "in a snowy place", "in snow", "out in the snow", "in deep snow",
             "in a snowy landscape"),
    "city": ("in a city", "in the city", "in town", "in a town", "on a city street", "downtown",
             "in the big city", "in a big city", "in the town", "on the streets of the city",
             "in the street", "in a village"),
    "room": ("in a room", "in the room", "in a living room", "indoors", "inside a room",
             "in a bedroom", "in a playroom", "in the living room", "inside the room",
             "in the bedroom", "in the kitchen", "in my room"),
    "forest": ("in a forest", "in the forest", "in the woods", "in a woodland", "in the wood",
               "deep in the forest", "among the woods", "deep in the woods", "in a wood",
               "out in the woods", "in the jungle"),
}  # fmt: skip
LIGHT_NOUNS: dict[str, tuple[str, ...]] = {
    "day": ("day", "daytime", "daylight", "noon", "midday", "daytime", "broad daylight",
            "bright day", "the middle of the day", "a sunny day", "sunshine"),
    "sunset": ("sunset", "dusk", "evening", "sundown", "twilight", "a sunset", "the sunset",
               "the evening", "evening time"),
    "night": ("night", "night time", "nighttime", "midnight", "the dead of night", "night-time",
              "the middle of the night", "deep night"),
}  # fmt: skip
LIGHT_PHRASES_AT: dict[str, tuple[str, ...]] = {
    "day": ("by day", "in the daytime", "at noon", "in daylight", "during the day", "at midday",
            "in broad daylight", "in the middle of the day", "in the light of day"),
    "sunset": ("at sunset", "at dusk", "in the evening", "at sundown", "at twilight",
               "with the sun going down", "as the sun goes down", "as the sun sets",
               "during sunset"),
    "night": ("at night", "by night", "at midnight", "after dark", "in the dark", "at nighttime",
              "during the night", "in the middle of the night", "late at night"),
}  # fmt: skip

# What fills the slots of `wordings/asides.txt`.
ASIDE_WORDS = {
    "m": (
        "two", "three", "four", "2", "3", "4", "5"
    ),
    "deg": (
        "90", "180", "270", "45", "30", "15", "60", "10"
    ),
    "px": (
        "64", "128", "256", "320", "512", "640", "800", "1024", "2048"
    ),
    "n": (
        "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"
    ),
    "pct": (
        "5", "10", "15", "20", "25", "30", "35", "40", "45", "50", "55", "60"
    ),
    "side": (
        "left", "right", "top", "bottom"
    ),
    "gadget": (
        "washing machine", "fridge", "microwave", "telephone", "computer", "bicycle",
        "car engine", "steam engine", "helicopter", "radio", "camera", "clock", "toaster",
        "vacuum cleaner", "lawn mower", "dishwasher", "printer", "kettle", "light bulb", "rocket",
        "submarine", "television", "hair dryer", "piano", "compass", "microscope", "telescope",
        "drone", "sewing machine", "tractor", "lift", "motor"
    ),
    "land": (
        "france", "italy", "spain", "germany", "japan", "china", "india", "brazil", "canada",
        "mexico", "norway", "sweden", "poland", "greece", "egypt", "turkey", "peru", "kenya",
        "australia", "scotland", "ireland", "iceland", "america", "london", "paris", "rome",
        "berlin", "tokyo", "vienna", "madrid", "new york", "moscow", "chicago", "sydney",
        "lisbon", "africa", "europe"
    ),
    "hero": (
        "mozart", "beethoven", "shakespeare", "napoleon", "einstein", "newton", "picasso",
        "van gogh", "monet", "rembrandt", "da vinci", "michelangelo", "frida kahlo", "cleopatra",
        "julius caesar", "queen victoria", "elvis", "madonna", "taylor swift", "lincoln",
        "churchill", "gandhi", "darwin", "marie curie", "hokusai", "klimt", "dali", "warhol",
        "messi", "beyonce", "goethe", "homer", "columbus", "bach", "the pope", "the president"
    ),
    "topic": (
        "gravity", "history", "football", "maths", "physics", "algebra", "chemistry",
        "photosynthesis", "philosophy", "politics", "the economy", "the french revolution",
        "the roman empire", "electricity", "the internet", "climate change", "black holes",
        "the moon landing", "evolution", "chess", "cooking", "gardening", "music", "poetry",
        "love", "the stock market", "bitcoin", "artificial intelligence", "quantum mechanics",
        "dinosaurs", "volcanoes", "democracy", "yoga", "geometry", "grammar", "biology", "opera",
        "tax law", "marketing", "religion"
    ),
    "kin": (
        "mum", "mother", "dad", "father", "sister", "brother", "son", "daughter", "wife",
        "husband", "grandma", "grandpa", "aunt", "uncle", "boss", "teacher", "friend",
        "neighbour", "cousin", "niece", "nephew", "girlfriend", "boyfriend", "colleague",
        "doctor", "little one"
    ),
    "kin_name": (
        "anna", "tom", "peter", "lucy", "maria", "ben", "sarah", "david", "emma", "paul", "nina",
        "max"
    ),
    "feeling": (
        "happy", "sad", "tired", "bored", "angry", "hungry", "lonely", "excited", "nervous",
        "ill", "sleepy", "stressed", "cheerful", "scared", "worried", "thirsty"
    ),
    "praise": (
        "good", "great", "nice", "lovely", "wonderful", "beautiful", "pretty", "cute",
        "brilliant", "fantastic", "perfect", "amazing", "awesome", "gorgeous", "superb",
        "excellent", "magnificent", "adorable", "charming", "sweet", "fine", "marvellous",
        "splendid", "terrific", "delightful", "stunning", "impressive", "funny", "clever", "neat"
    ),
    "lang": (
        "german", "french", "spanish", "italian", "japanese", "chinese", "russian", "polish",
        "dutch", "swedish", "greek", "latin", "arabic", "portuguese", "turkish"
    ),
    "food": (
        "bread", "pancakes", "pizza", "spaghetti", "cheese", "apple pie", "fried rice",
        "tomato soup", "sushi", "ice cream", "chocolate cake", "coffee", "salad", "lasagne",
        "curry", "cookies", "milk", "honey", "tacos", "porridge"
    ),
    "beast": (
        "cat", "dog", "horse", "lion", "tiger", "shark", "whale", "rabbit", "bear", "penguin",
        "duck", "cow", "pig", "spider", "bee", "snake", "frog", "parrot", "hamster", "snail",
        "dolphin", "cheetah"
    ),
    "match": (
        "world cup", "football match", "election", "race", "final", "super bowl", "tennis match",
        "grand prix", "cup final", "football game", "marathon", "championship"
    ),
    "style": (
        "watercolour", "cartoon", "comic", "pencil sketch", "charcoal drawing", "photograph",
        "mosaic", "stained glass window", "woodcut", "manga", "3d render", "collage", "graffiti",
        "lego model", "poster", "video", "film", "puzzle", "logo", "painting in oils",
        "caricature", "film poster"
    ),
    "task": (
        "reverse a list", "sort numbers", "add two numbers", "count words", "find primes",
        "parse a date", "check a password", "read a file", "print hello world", "merge two lists",
        "split a string", "download a page", "draw a chart"
    ),
    "tasks": (
        "reverses a list", "sorts numbers", "adds two numbers", "counts words", "finds primes",
        "parses a date", "checks a password", "reads a file", "prints hello world",
        "merges two lists", "splits a string", "swaps two variables"
    ),
    "trick": (
        "sing", "sing a song", "dance", "whistle", "rap", "juggle", "play the piano",
        "play chess", "tell a joke", "tell me a story", "cook dinner", "drive a car",
        "fly a plane", "do my homework", "count to a thousand", "read my mind",
        "do a magic trick", "make coffee", "wash my car", "talk like a pirate", "play football",
        "do a handstand", "hum a tune", "read aloud", "predict the future", "guess my age",
        "do the dishes", "pay my bills"
    ),
}  # fmt: skip
