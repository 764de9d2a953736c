"""The stages of the training in their order, where the help of the command finds them too."""

# Shares of the whole budget, as first light's minutes were spent (its model card has them).
SHARES = {
    "autoencoder": 0.09,
    "vision": 0.07,
    "words": 0.15,
    "pictures": 0.42,
    "generation_decoder": 0.15,
    "edit_decoder": 0.06,
    "sight": 0.05,
    "choices": 0.01,
}
STAGES = tuple(SHARES)
