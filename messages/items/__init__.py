"""Items (信息): what collectors submit, of the seed's four categories."""
