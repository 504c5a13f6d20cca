"""When warnings climb their ladders, whom each step tells, and who decides."""
