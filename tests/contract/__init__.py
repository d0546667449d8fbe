"""The contract as a tool: checks any server, in any language, stage by stage.

It knows nothing of Django and nothing of this site: it asks over HTTP and
WebSockets, and needs `httpx`, `websockets` and `pyjwt[crypto]`. See README.md.
"""
