"""The gateway: HTTP and WebSocket to workflow messages and back. It holds no state of its own."""
