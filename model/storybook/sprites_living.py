"""The drawings of the living things: animals, plants and fruit, in a box of 100 x 100 units."""

from .pen import WHITE, Paint, Pen, oval_points

DARK = (34, 26, 44)
CREAM = (255, 244, 220)
BARK = (140, 92, 56)
LEAF = (92, 158, 70)
BEAK = (246, 168, 52)
ROSE = (240, 120, 130)


def draw_cat(pen: Pen, paint: Paint) -> None:
    """A sitting cat, seen from the front, its tail curled up on the right."""
    pen.tube([(66, 88), (86, 88), (92, 72), (84, 60), (88, 50)], paint.main, 11)
    pen.blob([(50, 44), (70, 60), (76, 84), (70, 96), (30, 96), (24, 84), (30, 60)], paint.main)
    pen.oval(50, 80, 13, 15, paint.light, line=0)
    for x in (38, 62):
        pen.oval(x, 93, 10, 5, paint.light)
    for side in (-1, 1):
        x = 50 + 24 * side
        pen.polygon([(x - 7 * side, 10), (x + 8 * side, 36), (50 + 4 * side, 20)], paint.main)
        pen.polygon([(x - 6 * side, 16), (x + 2 * side, 27), (x - 13 * side, 22)], ROSE, line=0)
    pen.oval(50, 38, 33, 25, paint.main)
    pen.polygon([(43, 17), (57, 17), (50, 27)], paint.dark, line=0)
    pen.oval(50, 48, 13, 9, paint.light, line=0)
    for x in (36, 64):
        pen.eye(x, 36, 5.5)
    pen.polygon([(46, 43), (54, 43), (50, 48)], ROSE, line=1.5)
    for mouth in (46.4, 53.6):
        curve = [(mouth - 3.6, 51), (mouth, 54), (mouth + 3.6, 51)]
        pen.stroke(curve, pen.ink, 2, smooth=True)
    for side in (-1, 1):
        for y, drop in ((45, -3), (50, 2)):
            pen.stroke([(50 + 21 * side, y), (50 + 40 * side, y + drop)], pen.ink, 1.6)


def draw_dog(pen: Pen, paint: Paint) -> None:
    """A standing dog, seen from the side, looking left, with a hanging ear and a collar."""
    pen.tube([(86, 52), (93, 40), (90, 26)], paint.main, 10)
    for x in (50, 84):
        pen.box(x - 6, 66, x + 6, 95, paint.dark, 5)
    pen.blob([(40, 48), (64, 46), (86, 46), (92, 58), (88, 74), (64, 78), (42, 76)], paint.main)
    for x in (40, 74):
        pen.box(x - 7, 66, x + 7, 96, paint.main, 6)
    pen.box(34.5, 68, 45.5, 76, paint.main, 0, line=0)
    pen.box(68.5, 66, 79.5, 76, paint.main, 0, line=0)
    pen.blob([(28, 50), (52, 50), (54, 60), (40, 66), (28, 60)], (214, 70, 74))
    pen.oval(40, 65, 4.5, 4.5, (250, 210, 80), line=2)
    pen.blob(
        [(46, 8), (60, 20), (60, 44), (46, 56), (28, 54), (8, 52), (5, 40), (22, 30), (30, 12)],
        paint.main,
    )
    pen.blob([(12, 40), (24, 38), (32, 46), (26, 53), (10, 51), (7, 45)], paint.light, line=0)
    pen.blob([(17, 53), (25, 53), (24, 64), (18, 63)], ROSE)
    pen.stroke([(10, 51), (20, 54), (32, 50)], pen.ink, 2.4, smooth=True)
    pen.oval(9, 39, 6, 5, DARK, line=0)
    pen.eye(32, 28, 5.5)
    pen.blob([(48, 10), (62, 14), (71, 34), (66, 52), (54, 48), (48, 30)], paint.dark)


def draw_bird(pen: Pen, paint: Paint) -> None:
    """A round little bird, seen from the side, looking right."""
    for x in (46, 58):
        pen.stroke([(x, 82), (x + 1, 95)], BEAK, 4)
        pen.stroke([(x - 5, 96), (x + 9, 96)], BEAK, 4)
    pen.polygon([(28, 52), (4, 34), (8, 50), (3, 58), (12, 62), (10, 72), (34, 70)], paint.dark)
    pen.blob(
        [(60, 8), (80, 16), (86, 36), (80, 66), (56, 86), (30, 78), (22, 58), (38, 44), (44, 20)],
        paint.main,
    )
    pen.blob([(78, 48), (74, 68), (56, 81), (44, 78), (60, 66), (68, 50)], paint.light, line=0)
    pen.blob([(60, 10), (52, 2), (58, 5), (60, 2), (65, 9)], paint.main)
    pen.blob([(30, 50), (48, 46), (60, 54), (54, 68), (36, 72), (20, 66)], paint.dark)
    pen.stroke([(34, 64), (44, 64)], pen.ink, 2)
    pen.stroke([(40, 57), (50, 57)], pen.ink, 2)
    pen.polygon([(82, 24), (98, 33), (83, 41)], BEAK)
    pen.oval(68, 28, 8, 9, WHITE, line=1.6)
    pen.eye(70, 28, 5)


def draw_fish(pen: Pen, paint: Paint) -> None:
    """A fish, seen from the side, swimming left."""
    pen.blob([(70, 50), (94, 18), (97, 32), (88, 50), (97, 70), (94, 84)], paint.dark)
    pen.blob([(34, 30), (44, 12), (62, 9), (72, 16), (66, 34)], paint.dark)
    pen.blob([(42, 74), (50, 92), (62, 92), (62, 72)], paint.dark)
    pen.blob(
        [(4, 52), (16, 32), (38, 21), (62, 27), (80, 46), (80, 56), (62, 75), (38, 81), (16, 72)],
        paint.main,
    )
    pen.blob([(12, 66), (38, 70), (64, 66), (40, 78), (22, 74)], paint.light, line=0)
    for x in (48, 60):
        pen.stroke([(x, 34), (x + 6, 50), (x, 66)], paint.light, 5, smooth=True)
    pen.blob([(40, 52), (54, 50), (52, 62), (42, 62)], paint.dark)
    pen.stroke([(34, 30), (40, 50), (34, 70)], pen.ink, 2.4, smooth=True)
    pen.oval(23, 43, 8.5, 8.5, WHITE, line=1.6)
    pen.eye(21, 43, 5)
    pen.stroke([(7, 58), (13, 62), (18, 60)], pen.ink, 2.6, smooth=True)


def draw_tree(pen: Pen, paint: Paint) -> None:
    """A broad-leaved tree: a brown trunk with a cloud-shaped crown of the colour."""
    pen.polygon([(42, 56), (58, 56), (60, 84), (68, 96), (32, 96), (40, 84)], BARK)
    pen.stroke([(47, 74), (47, 86)], (108, 68, 40), 2)
    crown = [
        (50, 3),
        (69, 8),
        (77, 20),
        (92, 30),
        (93, 48),
        (82, 56),
        (80, 68),
        (62, 72),
        (50, 66),
        (38, 72),
        (20, 68),
        (18, 56),
        (7, 48),
        (8, 30),
        (23, 20),
        (31, 8),
    ]
    pen.blob(crown, paint.main)
    pen.blob(
        [
            (82, 56),
            (78, 66),
            (62, 69),
            (50, 63),
            (38, 69),
            (22, 65),
            (20, 56),
            (34, 60),
            (50, 56),
            (66, 60),
        ],
        paint.dark,
        line=0,
    )
    pen.blob([(32, 14), (50, 9), (54, 16), (40, 21), (28, 32), (20, 30)], paint.light, line=0)
    for x, y in ((62, 28), (44, 40), (74, 42), (26, 46)):
        pen.stroke([(x - 6, y), (x, y + 4), (x + 6, y)], paint.dark, 3, smooth=True)


def draw_flower(pen: Pen, paint: Paint) -> None:
    """A flower with six petals of the colour, a stem and two leaves."""
    pen.tube([(50, 50), (51, 74), (49, 95)], LEAF, 7)
    for side in (-1, 1):
        pen.blob(
            [(50 + 2 * side, 90), (50 + 16 * side, 70), (50 + 32 * side, 68), (50 + 24 * side, 84)],
            LEAF,
        )
    for turn in range(0, 360, 60):
        x, y = oval_points(50, 35, 19.5, 19.5, turn - 90)[0]
        pen.oval(x, y, 14, 12, paint.main, turn=turn - 90)
    for turn in range(0, 360, 60):
        x, y = oval_points(50, 35, 21, 21, turn - 90)[0]
        pen.oval(x, y, 7, 3.5, paint.light, line=0, turn=turn - 90)
    pen.oval(50, 35, 11.5, 11.5, (150, 96, 48))
    for x, y in ((46, 32), (54, 32), (50, 38), (44, 38), (56, 38)):
        pen.oval(x, y, 1.7, 1.7, (250, 206, 110), line=0)


def draw_mushroom(pen: Pen, paint: Paint) -> None:
    """A toadstool: a spotted cap of the colour on a pale stem."""
    pen.blob([(37, 52), (63, 52), (63, 76), (69, 94), (50, 97), (31, 94), (37, 76)], CREAM)
    pen.blob([(58, 58), (61, 78), (65, 91), (56, 93), (55, 76)], (226, 206, 176), line=0)
    pen.blob(
        [
            (50, 5),
            (76, 14),
            (94, 40),
            (94, 54),
            (74, 60),
            (50, 62),
            (26, 60),
            (6, 54),
            (6, 40),
            (24, 14),
        ],
        paint.main,
    )
    pen.blob([(8, 50), (50, 55), (92, 50), (88, 55), (50, 60), (12, 55)], paint.dark, line=0)
    spot = WHITE if sum(paint.main) < 720 else (196, 182, 170)
    for x, y, r in (
        (48, 26, 10),
        (24, 40, 7.5),
        (74, 38, 8.5),
        (66, 15, 4.5),
        (33, 17, 4.5),
        (50, 47, 5),
    ):
        pen.oval(x, y, r, r * 0.82, spot, line=0)
    for x in (44, 56):
        pen.eye(x, 72, 3)
    pen.stroke([(46, 80), (50, 82), (54, 80)], DARK, 2, smooth=True)


def draw_apple(pen: Pen, paint: Paint) -> None:
    """An apple with a stalk and one leaf."""
    pen.blob(
        [
            (50, 28),
            (66, 22),
            (86, 30),
            (93, 52),
            (84, 80),
            (66, 96),
            (50, 92),
            (34, 96),
            (16, 80),
            (7, 52),
            (14, 30),
            (34, 22),
        ],
        paint.main,
    )
    pen.blob([(88, 52), (80, 77), (65, 91), (52, 88), (70, 76), (80, 50)], paint.dark, line=0)
    pen.oval(28, 44, 7, 12, paint.light, line=0, turn=25)
    pen.blob([(34, 28), (50, 34), (66, 28), (50, 31)], pen.ink, line=1)
    pen.tube([(50, 31), (50, 18), (45, 7)], BARK, 6.5)
    pen.blob([(52, 20), (62, 6), (84, 6), (76, 19), (64, 23)], LEAF)
    pen.stroke([(57, 18), (74, 10)], (58, 110, 50), 2)
