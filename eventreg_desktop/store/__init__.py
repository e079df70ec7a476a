"""What a laptop keeps: the sealed guest list (mirror), the journal of its own facts, and the secrets of its device."""
