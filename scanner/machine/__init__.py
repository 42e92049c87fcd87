"""WHAT THIS HOST IS AND ALLOWS: its kernel's sockets and pollers, its networks and routes, its limits.

Nothing here knows what is probed or why. Only this room reads /proc, and only this room makes or binds sockets; what
one system has and another lacks is found out here, once, with a plain fallback (`lacking.py`).
"""
