"""Every page of the site in the states that look different."""

from __future__ import annotations

from urllib.parse import quote

LESSON = "/learn/math-for-ml"

EIGHT = ";".join(",".join(str((3 * i + 5 * j) % 7 - 3) for j in range(8)) for i in range(8))
"""A matrix of 8 by 8."""

OVERFLOW = (
    "import numpy as np\n\n"
    "s = q @ k.T / np.sqrt(k.shape[-1])\nw = np.exp(s) * mask\na = w / w.sum(-1, keepdims=True)"
)
SOFTMAX = "/read?src=loss+%3D+%E2%88%92log+softmax(W+x)[c]&n.W=1,-1,0;0,2,1;1,0,-1&n.x=2,1,1&n.c=1"

READER = (
    "/read",
    "/read?src=y+%3D+W+x&n.W=1,0;0,1;2,2&n.x=1,2,3",
    f"/read?src={quote('y = softmax(W x')}&n.W=1,2",
    f"/read?src={quote('A = softmax(Q K^T / sqrt(d)) V')}&n.Q={EIGHT}&n.K={EIGHT}&n.V={EIGHT}&n.d=8",
    f"{SOFTMAX}&why=z[1]&blame=W[0,1]",
    f"{SOFTMAX}&dtype=float16&vs=1",
    f"/read?src={quote(OVERFLOW)}&n.k=24,30;1,1&n.mask=0,1;1,1&n.q=30,10;1,0",
)

PAGES = ("/", LESSON, "/toy", *READER, "/nowhere")

STATES = {
    f"{LESSON}?dot.a=1,x,3&softmax.z=1001,1003,1001&bayes.P(H)=0": "#dot, #softmax, #bayes",
    f"{LESSON}?dot-zero=8&dot-zero=0&cosine-of=%5B1,&row-two=1.7&layer-out.skipped=1&why-dot=adds": (
        "#dot-zero, #cosine-of, #row-two, #layer-out, #why-dot"
    ),
}
"""The lesson in other states, and the widgets that look different in them."""
