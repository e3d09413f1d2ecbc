"""A turn as a LangGraph graph: nodes decide, activities do. Compiled once, when first imported."""
