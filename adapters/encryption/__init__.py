"""What is stored with Temporal is sealed here: it keeps our payloads and cannot read them."""
