"""Training extractors from annotated corpora. Needs the extra `train`: torch, transformers and accelerate."""
