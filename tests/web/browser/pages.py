"""Every page of the site in the states that look different."""

LESSON = "/learn/math-for-ml"

PAGES = (
    "/",
    LESSON,
    f"{LESSON}?dot.a=1,x,3",
    "/nowhere",
)
