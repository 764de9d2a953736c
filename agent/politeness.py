"""What people say around a command and what changes nothing of it: "could you please ... now?"."""

# Words before a command, as alternatives of a pattern that ignores case.
BEFORE = (
    r"please|kindly|now|so|then|and|but|also|oh|ok|okay|no|well|hm+|actually|sorry|hey|right|just|"
    r"can|could|would|will|should|you|we|i|i'd|i'll|want|wish|need|like|love|to|let's|let|let me|"
    r"if you (?:can|could|would)"
)
# Words behind it.
BEHIND = (
    r"please|thanks|thank you|now|then|again|for me|right now|if you (?:can|could|would)|"
    r"(?:can|could|would|will) you"
)
LEAD = rf"\W*(?:(?:{BEFORE})\b[ ,.!:]*)*"
END = rf"(?:[ ,]+(?:{BEHIND}))*[ .!?]*"
