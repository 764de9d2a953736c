"""The drawings of the made things: houses, vehicles, toys, clothes, in a box of 100 x 100 units."""

from .pen import WHITE, Paint, Pen, curve_points, mix, oval_points

DARK = (34, 26, 44)
CREAM = (255, 244, 220)
WOOD = (150, 100, 62)
SLATE = (104, 84, 84)
STEEL = (176, 184, 196)
GLASS = (186, 228, 246)
ROSE = (240, 120, 130)


def accent(paint: Paint) -> tuple[int, int, int]:
    """Return a white for decorations, or a grey where the object itself is white."""
    return WHITE if sum(paint.main) < 720 else (168, 178, 196)


def draw_house(pen: Pen, paint: Paint) -> None:
    """A cottage: walls of the colour, a slate roof, a door, a window and a chimney."""
    pen.box(68, 8, 80, 36, (186, 118, 96))
    pen.box(66, 6, 82, 13, (150, 92, 76))
    pen.box(14, 42, 86, 96, paint.main)
    pen.polygon([(15.5, 46), (84.5, 46), (84.5, 53), (15.5, 53)], paint.dark, line=0)
    pen.polygon([(50, 6), (97, 47), (91, 52), (9, 52), (3, 47)], SLATE)
    pen.polygon([(50, 11), (70, 28), (30, 28)], (128, 106, 104), line=0)
    for x0, x1, y in ((27, 73, 32), (18, 82, 41)):
        pen.stroke([(x0, y), (x1, y)], (78, 60, 64), 2)
    pen.box(24, 64, 46, 96, WOOD, 3)
    pen.oval(41, 81, 2.4, 2.4, (250, 214, 110), line=0)
    pen.box(56, 62, 78, 82, GLASS)
    pen.stroke([(67, 62), (67, 82)], pen.ink, 2.2)
    pen.stroke([(56, 72), (78, 72)], pen.ink, 2.2)


def draw_car(pen: Pen, paint: Paint) -> None:
    """A small round car, seen from the side, driving left."""
    pen.blob([(24, 46), (32, 22), (48, 16), (66, 17), (78, 26), (86, 48), (56, 56)], paint.main)
    pen.blob([(31, 45), (37, 28), (51, 23), (51, 46)], GLASS)
    pen.blob([(57, 46), (57, 23), (68, 25), (77, 45)], GLASS)
    pen.stroke([(38, 40), (43, 29)], WHITE, 3)
    pen.blob(
        [
            (4, 60),
            (8, 50),
            (24, 45),
            (50, 43),
            (84, 45),
            (95, 52),
            (97, 70),
            (92, 81),
            (50, 83),
            (8, 81),
            (3, 72),
        ],
        paint.main,
    )
    pen.blob([(6, 72), (50, 74), (95, 70), (91, 78), (50, 80), (9, 78)], paint.dark, line=0)
    pen.stroke([(14, 52), (46, 48)], paint.light, 3.4)
    pen.stroke([(54, 49), (54, 72)], pen.ink, 2)
    pen.stroke([(60, 57), (67, 57)], pen.ink, 2.6)
    pen.oval(9, 62, 4.5, 5.5, (255, 240, 150), line=2)
    for x in (26, 74):
        pen.oval(x, 80, 15, 15, (52, 50, 60))
        pen.oval(x, 80, 7, 7, STEEL, line=0)
        pen.oval(x, 80, 2.4, 2.4, (90, 94, 106), line=0)


def draw_boat(pen: Pen, paint: Paint) -> None:
    """A sailing boat: hull and flag of the colour, cream sails."""
    pen.stroke([(50, 6), (50, 72)], DARK, 6.5)
    pen.stroke([(50, 6), (50, 72)], WOOD, 3)
    pen.blob([(56, 12), (76, 32), (90, 62), (74, 63), (56, 62)], CREAM)
    pen.blob([(62, 52), (84, 55), (86, 60), (62, 59)], (228, 212, 182), line=0)
    pen.blob([(44, 22), (30, 42), (12, 62), (28, 63), (44, 62)], paint.light)
    pen.polygon([(50, 3), (50, 15), (30, 9)], paint.main)
    pen.blob(
        [
            (4, 70),
            (20, 69),
            (50, 70),
            (80, 69),
            (97, 69),
            (88, 86),
            (74, 96),
            (50, 97),
            (26, 96),
            (12, 86),
        ],
        paint.main,
    )
    pen.blob([(12, 84), (50, 87), (88, 83), (74, 93), (50, 94), (27, 93)], paint.dark, line=0)
    pen.stroke([(11, 76), (91, 76)], accent(paint), 3.6)
    for x in (32, 50, 68):
        pen.oval(x, 84.5, 3, 3, GLASS, line=1.6)


def draw_ball(pen: Pen, paint: Paint) -> None:
    """A beach ball: panels of the colour, with two pale ones between."""
    pen.oval(50, 51, 45, 45, paint.main)
    pale = accent(paint)
    for side in (-1, 1):
        outer = [(50 + x * side, y) for x, y in ((0, 11), (28, 28), (36, 58), (28, 85))]
        inner = [(50 + x * side, y) for x, y in ((9, 94), (15, 62), (12, 32), (0, 11))]
        panel = [*curve_points(outer, closed=False), *curve_points(inner, closed=False)]
        pen.polygon(panel, pale, line=2)
    shadow = [*oval_points(50, 51, 43, 43)[1:28], *oval_points(44, 46, 42, 42)[27:4:-1]]
    pen.polygon(shadow, paint.dark, line=0)
    pen.stroke([*oval_points(50, 51, 45, 45), (95, 51)], pen.ink, pen.line)
    pen.oval(50, 12, 8, 5, paint.dark, line=2)
    pen.oval(22, 34, 4, 9, mix(paint.light, WHITE, 0.5), line=0, turn=30)


def draw_star(pen: Pen, paint: Paint) -> None:
    """A plump toy star with a smiling face."""
    corners = []
    for i in range(5):
        corners.append(oval_points(50, 54, 49, 49, -90 + 72 * i)[0])
        corners.append(oval_points(50, 54, 27.5, 27.5, -54 + 72 * i)[0])
    pen.polygon(corners, paint.main, line=pen.line * 2)
    inside = [(50 + (x - 50) * 0.97, 54 + (y - 54) * 0.97) for x, y in corners]
    pen.polygon(inside, paint.main, line=0)
    pen.polygon([(50, 15), (43, 37), (24, 40), (39, 42), (46, 41)], paint.light, line=0)
    for x in (41, 59):
        pen.eye(x, 49, 4.6)
    for x in (34, 66):
        pen.oval(x, 58, 4.5, 3, ROSE, line=0)
    pen.stroke([(43, 60), (50, 66), (57, 60)], DARK, 3, smooth=True)


def draw_hat(pen: Pen, paint: Paint) -> None:
    """A tall hat with a wide brim and a dark ribbon."""
    pen.oval(50, 80, 47, 14, paint.dark)
    pen.blob(
        [(3, 78), (26, 84), (50, 86), (74, 84), (97, 78), (74, 72), (26, 72)], paint.main, line=0
    )
    pen.stroke([*oval_points(50, 80, 47, 14), (97, 80)], pen.ink, pen.line)
    pen.polygon(
        [
            *curve_points([(22, 16), (26, 48), (25, 76)], False),
            *curve_points([(36, 82), (50, 83.5), (64, 82)], False),
            *curve_points([(75, 76), (74, 48), (78, 16)], False),
        ],
        paint.main,
    )
    pen.polygon(
        [
            *curve_points([(25.5, 58), (50, 66), (74.5, 58)], False),
            *curve_points([(75, 75), (50, 83), (25, 75)], False),
        ],
        (74, 60, 82),
    )
    pen.oval(50, 16, 28, 10, paint.dark)
    pen.stroke([(33, 30), (35, 52)], paint.light, 6)


def draw_balloon(pen: Pen, paint: Paint) -> None:
    """A balloon with a knot, a highlight and a curly string."""
    shine = mix(paint.light, WHITE, 0.45)
    pen.stroke([(50, 80), (56, 86), (45, 92), (51, 97)], DARK, 3, smooth=True)
    pen.blob(
        [(50, 3), (72, 9), (86, 32), (78, 60), (50, 77), (22, 60), (14, 32), (28, 9)], paint.main
    )
    pen.blob([(81, 34), (75, 57), (50, 73), (33, 62), (58, 56), (74, 26)], paint.dark, line=0)
    pen.blob([(77, 28), (69, 53), (47, 66), (30, 59), (52, 51), (70, 20)], paint.main, line=0)
    pen.oval(34, 25, 7.5, 13, shine, line=0, turn=24)
    pen.oval(27, 45, 3, 4.4, shine, line=0)
    pen.polygon([(50, 74), (57, 84), (43, 84)], paint.main)


def draw_umbrella(pen: Pen, paint: Paint) -> None:
    """An open umbrella with a hooked handle."""
    pen.stroke([(50, 4), (50, 12)], DARK, 5)
    pen.tube([(50, 40), (50, 70), (50, 88), (57, 95), (66, 93), (68, 85)], WOOD, 7.5)
    dome = [*oval_points(50, 56, 47, 47, 180)[:33]]
    scallops = [
        (97 - 94 * (i + t / 8) / 4, 56 - 7 * (1 - (t / 4 - 1) ** 2))
        for i in range(4)
        for t in range(9)
    ]
    pen.polygon([*dome, *scallops], paint.main)
    left = curve_points([(50, 9), (33, 24), (26.5, 56)], False)
    right = curve_points([(73.5, 56), (67, 24), (50, 9)], False)
    under = [(26.5 + 47 * t / 16, 56 - 7 * (1 - ((t % 8) / 4 - 1) ** 2)) for t in range(17)]
    pen.polygon([*left, *under, *right], paint.light)
    pen.stroke([(50, 9), (50, 55)], pen.ink, 2)
    pen.stroke([(18, 40), (30, 20)], paint.light, 4)


def draw_cup(pen: Pen, paint: Paint) -> None:
    """A mug with a handle on the right, a heart and a little steam."""
    for x in (32, 50):
        pen.stroke(
            [(x, 20), (x + 5, 14), (x - 1, 9), (x + 4, 4)], (168, 172, 190), 3.4, smooth=True
        )
    pen.stroke([(74, 44), (90, 44), (94, 58), (88, 72), (72, 76)], pen.ink, 12, smooth=True)
    pen.stroke(
        [(74, 44), (90, 44), (94, 58), (88, 72), (72, 76)],
        paint.main,
        12 - 2 * pen.line,
        smooth=True,
    )
    pen.blob([(6, 32), (8, 62), (14, 90), (42, 97), (70, 90), (76, 62), (78, 32)], paint.main)
    pen.blob([(66, 44), (72, 44), (70, 66), (64, 88), (46, 93), (60, 74)], paint.dark, line=0)
    pen.oval(42, 32, 36, 10, mix(paint.main, WHITE, 0.55))
    pen.oval(42, 34, 28, 6, (110, 68, 44), line=0)
    pen.stroke([(16, 52), (20, 78)], paint.light, 5)
    pale = accent(paint)
    pen.blob(
        [(42, 60), (48, 55), (54, 60), (51, 68), (42, 77), (33, 68), (30, 60), (36, 55)],
        pale,
        line=0,
    )


def draw_book(pen: Pen, paint: Paint) -> None:
    """A thick closed book, seen from the front, its pages showing below."""
    pen.box(10, 6, 90, 96, paint.dark, 7)
    pen.box(16, 82, 88, 92, CREAM, 3, line=2)
    for y in (85.5, 88.5):
        pen.stroke([(20, y), (86, y)], (206, 190, 160), 1.3)
    pen.box(10, 6, 90, 83, paint.main, 6)
    pen.box(11.5, 7.5, 24, 81.5, paint.dark, 4, line=0)
    pen.stroke([(24, 7), (24, 82)], pen.ink, 2)
    pen.box(33, 18, 81, 46, CREAM, 4, line=2)
    pen.stroke([(40, 28), (74, 28)], (96, 84, 90), 3.6)
    pen.stroke([(46, 37), (68, 37)], (96, 84, 90), 3.6)
    pen.stroke([(36, 62), (78, 62)], paint.light, 4)
    pen.stroke([(36, 71), (78, 71)], paint.light, 4)
    pen.polygon([(70, 83), (80, 83), (80, 97), (75, 92), (70, 97)], (120, 60, 80), line=0)


def draw_robot(pen: Pen, paint: Paint) -> None:
    """A boxy robot with an aerial, round eyes and steel limbs."""
    pen.stroke([(50, 14), (50, 8)], DARK, 4)
    pen.oval(50, 7, 4.5, 4.5, (250, 210, 80), line=2)
    for side in (-1, 1):
        pen.tube([(50 + 28 * side, 56), (50 + 40 * side, 62), (50 + 41 * side, 74)], STEEL, 10)
        pen.oval(50 + 41 * side, 76, 6, 6, (120, 126, 140))
        pen.box(50 + 14 * side - 7, 82, 50 + 14 * side + 7, 93, STEEL)
        pen.box(50 + 16 * side - 11, 90, 50 + 16 * side + 11, 97, (120, 126, 140), 3)
        pen.box(50 + 31 * side - 4, 24, 50 + 31 * side + 4, 38, STEEL, 2)
    pen.box(22, 13, 78, 47, paint.main, 8)
    pen.box(29, 19, 71, 41, (226, 236, 244), 6, line=2)
    for x in (40, 60):
        pen.oval(x, 28, 5.4, 5.4, (46, 60, 92), line=0)
        pen.oval(x + 1.6, 26.2, 1.9, 1.9, WHITE, line=0)
    pen.stroke([(42, 36), (58, 36)], (46, 60, 92), 2.4)
    pen.box(24, 49, 76, 86, paint.main, 7)
    pen.box(27, 77, 73, 83, paint.dark, 3, line=0)
    pen.box(33, 56, 67, 73, STEEL, 3, line=2)
    for x, fill in ((40, (236, 90, 80)), (50, (250, 210, 80)), (60, (90, 190, 110))):
        pen.oval(x, 64.5, 3.4, 3.4, fill, line=0)


def draw_kite(pen: Pen, paint: Paint) -> None:
    """A diamond kite with crossed spars and a tail with bows."""
    pen.stroke([(50, 76), (58, 83), (68, 84), (77, 91), (90, 88)], DARK, 2.8, smooth=True)
    pen.polygon([(50, 3), (90, 33), (50, 81), (10, 33)], paint.main)
    pen.polygon([(50, 6), (50, 33), (13, 33)], paint.light, line=0)
    pen.polygon([(87, 33), (50, 33), (50, 77)], paint.dark, line=0)
    pen.stroke([(50, 4), (50, 80)], pen.ink, 2.4)
    pen.stroke([(11, 33), (89, 33)], pen.ink, 2.4)
    for x, y in ((67, 84), (86, 90)):
        bow = [(x, y), (x - 8, y - 6), (x - 8, y + 6), (x, y), (x + 8, y - 6), (x + 8, y + 6)]
        pen.polygon(bow, (250, 246, 236), line=2.4)
