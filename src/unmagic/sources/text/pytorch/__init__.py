"""PyTorch in a walked program: tensors, autograd, calls, layers. torch itself is never imported."""
