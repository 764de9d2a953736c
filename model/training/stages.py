"""The stages of the training in their order, where the help of the command finds them too."""

STAGES = (
    "autoencoder", "vision", "words", "pictures", "generation_decoder", "edit_decoder", "sight",
    "choices",
)  # fmt: skip
