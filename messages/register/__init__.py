"""The risk register (廉政风险库): duties, risk nodes and risk points of posts, from the bottom up and the top down."""
