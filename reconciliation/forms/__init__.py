"""What people type in: cleaned, worded, and refused with a sentence."""
