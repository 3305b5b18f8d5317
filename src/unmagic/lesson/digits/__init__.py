"""A softmax classifier trained on scikit-learn's bundled handwritten digits."""
