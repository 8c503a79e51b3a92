// How long the item, and its evidence, were really visible.
