"""Every page of the site in the states that look different."""

LESSON = "/learn/math-for-ml"

PAGES = (
    "/",
    LESSON,
    f"{LESSON}?dot.a=1,x,3&softmax.z=1001,1003,1001",
    "/toy",
    "/read",
    "/read?src=y+%3D+W+x&n.W=1,0;0,1;2,2&n.x=1,2,3",
    "/read?src=loss+%3D+%E2%88%92log+softmax(W+x)[c]&n.W=1,-1,0;0,2,1;1,0,-1&n.x=2,1,1&n.c=1&why=z[1]&blame=W[0,1]",
    "/nowhere",
)
