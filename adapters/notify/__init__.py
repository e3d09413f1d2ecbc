"""Ways to tell people and programs something while no page of ours is open."""
