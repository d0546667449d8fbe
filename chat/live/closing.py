"""The codes with which sockets are closed, by name."""

TOO_BIG = 1009
FAULT = 1011
NOT_AUTHENTICATED = 4401
NOT_A_MEMBER = WRONG_ORIGIN = 4403
NO_SUCH_ROOM = GONE = 4404
TOO_FAST = 4429
