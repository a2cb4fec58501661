"""
Paicha for agents: the tools of `paicha mcp`, over the facade and a folder of cases.

`permissions` says what may be read, `runs` keeps investigations going in processes of their own, `answers`
are what the tools return, `telling` makes them from findings, `wording` the short text beside them, `tools`
holds the tools, `server` and `http` hand them to the official SDK. The SDK is an extra: nothing that
`paicha investigate` loads imports this room.
"""
