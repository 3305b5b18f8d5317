"""What a visitor may ask of the lesson's data, each bound named when it is hit."""

from __future__ import annotations

from unmagic.core.errors import BadValue, LimitReached

QUERY_CHARACTERS = 200
QUERY_WORDS = 12
SENTENCE_CHARACTERS = 400
SENTENCE_WORDS = 24  # of a sentence whose every factor is worked
PASSAGE_CHARACTERS = 6_000
PASSAGE_WORDS = 400  # of a text whose probabilities are multiplied up
MESSAGE_CHARACTERS = 2_000
MESSAGE_WORDS = 60  # of a text to classify
ATTENTION_CHARACTERS = 120
ATTENTION_WORDS = 8

HITS = (1, 20)
NEXT_WORDS = (1, 20)
CONTINUATION_WORDS = (1, 40)
SMOOTHING = (1e-6, 10.0)
SEED = (0, 2**31 - 1)

LEARNING_RATE = (1e-4, 10.0)
EPOCHS = (1, 100)
BATCH = (8, 1_437)  # up to all training pictures at once


def short_enough(what: str, text: str, most: int) -> str:
    """The text, if it has at most so many characters. Raises `LimitReached`."""
    counted(what, "characters", len(text), most)
    return text


def counted(what: str, things: str, size: int, most: int) -> None:
    """Let at most ``most`` things pass. Raises `LimitReached`."""
    if size > most:
        raise LimitReached(
            f"{what}: {size:,} {things} are over the limit of {most:,}", notes=(f"limit: {most:,} {things}",)
        )


def within(what: str, value: float, bounds: tuple[float, float]) -> float:
    """A knob's value, if it lies in its bounds. Raises `BadValue`."""
    low, high = bounds
    if not low <= value <= high:  # nan lies in no bounds
        raise BadValue(f"{what} = {value:g} is out of bounds", hint=f"between {low:,g} and {high:,g}")
    return value


def whole_within(what: str, value: int, bounds: tuple[int, int]) -> int:
    """A whole-numbered knob's value, if it lies in its bounds. Raises `BadValue`."""
    if value != int(value):
        raise BadValue(f"{what} = {value:g} is no whole number")
    return int(within(what, value, bounds))
